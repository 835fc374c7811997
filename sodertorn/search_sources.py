"""What each public row says to search: a source for each model, with how its rows become entries.

A source also names the rows that its entries speak of, so that `search_index` knows what to write anew when
one of those changes. Only what anyone may read is in `rows`: no draft ever becomes an entry.
"""

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Prefetch, QuerySet

from budget.models import Budget, BudgetLine
from calendar_app.models import AgendaItem, Event, EventHost, EventLink
from committee.documents_text import text_of
from committee.models import (
    Body,
    CooperationArea,
    DevelopmentIssue,
    Direction,
    Document,
    Indicator,
    Municipality,
    NewsItem,
    OperationalPlan,
    Page,
    PlanSection,
    Principle,
    Seat,
    SourceNote,
    TargetArea,
)
from sodertorn.dates import date_text, when
from sodertorn.money import kronor
from sodertorn.search_entry import SearchEntry, municipality_word
from sodertorn.swedish_words import composed, index_terms

SEPARATOR = " · "
LONGEST_TITLE = 120
"""Characters of a direction that stand as its heading; the whole of it is the text."""

Kind = SearchEntry.Kind


@dataclass(frozen=True)
class Part:
    """A row that is shown as part of others: those whose `path` leads to the key in the part's `column`."""

    column: str
    path: str = "pk"


@dataclass(frozen=True)
class Named:
    """A row that others speak of: those whose `paths` lead to it, by what it has in these fields."""

    fields: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """The rows of a model that anyone may read, and what each says.

    `has_files` where the text is that of a file, which takes its time to read.
    """

    model: type[models.Model]
    rows: Callable[[], QuerySet[Any]]
    entry: Callable[[Any], SearchEntry]
    parts: dict[type[models.Model], Part] = field(default_factory=dict)
    named: dict[type[models.Model], Named] = field(default_factory=dict)
    has_files: bool = False

    @property
    def label(self) -> str:
        return self.model._meta.label_lower


def entry_of(
    row: models.Model,
    kind: Kind,
    title: str,
    *,
    place: Iterable[object] = (),
    text: Iterable[object] = (),
    day: date | None = None,
    municipalities: Iterable[Municipality] = (),
    page: models.Model | None = None,
) -> SearchEntry:
    """An entry without its words, which are those of title, place and text and of the municipalities.

    `place` says where the row stands, as a visitor reads it below the title; `page` is the row whose page
    shows it, if it has none of its own.
    """
    entry = SearchEntry(
        kind=kind,
        model=row._meta.label_lower,
        key=row.pk,
        title=composed(title),
        place=composed(SEPARATOR.join(str(part) for part in place if part))[:500],
        text=composed("\n".join(str(part) for part in text if part)),
        address=(page or row).get_absolute_url(),  # type: ignore[attr-defined]
        date=day,
        year=day.year if day else None,
    )
    write_words(entry, [municipality_word(each.code) for each in municipalities])
    return entry


def write_words(entry: SearchEntry, more: Iterable[str] = ()) -> None:
    """Give the entry the words that it is found by, and some that nobody types.

    The latter are in both, since OpenSearch weighs a heading by how much of the question it has.
    """
    told = " ".join(dict.fromkeys(more))
    entry.heading_words = f"{index_terms(entry.title)} {told}".strip()
    entry.text_words = f"{index_terms(entry.place)} {index_terms(entry.text)} {told}".strip()


def plain_text(markup: str) -> str:
    """The text of HTML, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def _first_day(plan: OperationalPlan) -> date:
    """The day that a plan's contents have in search: those of newer plans come before older ones."""
    return date(plan.year, 1, 1)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TITLE:
        return text
    return text[:LONGEST_TITLE].rpartition(" ")[0] + " …"


# --- The calendar -------------------------------------------------------------------------------------------


def _events() -> QuerySet[Event]:
    return Event.objects.public().with_hosts().prefetch_related("agenda", "links")


def _event(event: Event) -> SearchEntry:
    held = when(
        event.starts_on,
        event.ends_on,
        month_only=event.is_month_only,
        start_time=event.start_time,
        end_time=event.end_time,
    )
    is_changed = event.status in (Event.Status.CANCELLED, Event.Status.MOVED)
    hosts = event.host_list
    return entry_of(
        event,
        Kind.EVENT,
        event.title,
        place=[event.get_kind_display(), held, event.get_status_display() if is_changed else ""],
        text=[
            event.body.name if event.body else "",
            ", ".join(host.name for host in hosts),
            event.location,
            event.note,
            *(f"{item.title}. {item.note}" for item in event.agenda.all()),
            *(link.title for link in event.links.all()),
        ],
        day=event.starts_on,
        municipalities=hosts,
    )


# --- Who we are ---------------------------------------------------------------------------------------------


def _bodies() -> QuerySet[Body]:
    seats = Seat.objects.select_related("municipality", "partner")
    return Body.objects.select_related("located_at").prefetch_related(Prefetch("seats", seats))


def _body(body: Body) -> SearchEntry:
    seats = list(body.seats.all())
    with_seats = [seat.municipality for seat in seats if seat.municipality]
    return entry_of(
        body,
        Kind.BODY,
        body.name,
        place=[body.get_kind_display()],
        text=[
            body.purpose,
            body.short_name,
            *dict.fromkeys(seat.role for seat in seats),
            *(f"{seat.holder} {seat.person_name}".strip() for seat in seats),
        ],
        municipalities=[*with_seats, *([body.located_at] if body.located_at else [])],
    )


def _municipality(municipality: Municipality) -> SearchEntry:
    text = f"{municipality.formal_name}, kommunkod {municipality.code}. Folkmängd, platser och värdskap."
    return entry_of(
        municipality, Kind.MUNICIPALITY, municipality.name, text=[text], municipalities=[municipality]
    )


# --- The plan -----------------------------------------------------------------------------------------------

_OF_PLAN = ("status", "year")


def _plan_sections() -> QuerySet[PlanSection]:
    return (
        PlanSection.objects.public()
        .select_related("plan")
        .prefetch_related("source_notes", "plan__principles")
    )


def _plan_section(section: PlanSection) -> SearchEntry:
    plan = section.plan
    is_principles = section.content == PlanSection.Content.PRINCIPLES
    return entry_of(
        section,
        Kind.PLAN,
        section.heading,
        place=[plan, f"Kapitel {section.chapter}"],
        text=[
            section.text,
            *(principle.text for principle in (plan.principles.all() if is_principles else ())),
            plan.vision if section.content == PlanSection.Content.VISION else "",
            *(f"{note.quote} {note.explanation}" for note in section.source_notes.all()),
        ],
        day=_first_day(plan),
    )


def _target_areas() -> QuerySet[TargetArea]:
    rows = TargetArea.objects.filter(area__plan__status=OperationalPlan.Status.ADOPTED)
    return rows.select_related("area__plan")


def _target_area(target_area: TargetArea) -> SearchEntry:
    area = target_area.area
    return entry_of(
        target_area,
        Kind.PLAN,
        target_area.name,
        place=["Målområde", area.plan],
        text=[area.name, area.purpose],
        day=_first_day(area.plan),
    )


def _issues() -> QuerySet[DevelopmentIssue]:
    rows = DevelopmentIssue.objects.filter(target_area__area__plan__status=OperationalPlan.Status.ADOPTED)
    return rows.select_related("target_area__area__plan")


def _issue(issue: DevelopmentIssue) -> SearchEntry:
    plan = issue.target_area.area.plan
    return entry_of(
        issue,
        Kind.PLAN,
        issue.name,
        place=["Utvecklingsfråga", issue.target_area.name, plan],
        text=[issue.priority_statement, issue.ambition],
        day=_first_day(plan),
    )


def _directions() -> QuerySet[Direction]:
    adopted = OperationalPlan.Status.ADOPTED
    under_issue = models.Q(issue__target_area__area__plan__status=adopted)
    rows = Direction.objects.filter(under_issue | models.Q(section__plan__status=adopted))
    return rows.select_related("issue__target_area__area__plan", "section__plan")


def _direction(direction: Direction) -> SearchEntry:
    place = direction.place
    plan = place.plan if isinstance(place, PlanSection) else place.target_area.area.plan
    return entry_of(
        direction,
        Kind.PLAN,
        _shortened(direction.text),
        place=["Inriktning", direction.heading, plan],
        text=[direction.text],
        day=_first_day(plan),
    )


# --- Money --------------------------------------------------------------------------------------------------


def _budget(budget: Budget) -> SearchEntry:
    text = [budget.note, budget.reconciliation_comment]
    return entry_of(budget, Kind.BUDGET, str(budget), text=text, day=_first_day(budget.plan))


def _budget_line(line: BudgetLine) -> SearchEntry:
    budget = line.budget
    place = [budget, line.get_side_display(), kronor(line.amount)]
    return entry_of(line, Kind.BUDGET, line.title, place=place, day=_first_day(budget.plan), page=budget)


def _budget_lines() -> QuerySet[BudgetLine]:
    return BudgetLine.objects.filter(budget__in=Budget.objects.public().order_by()).select_related(
        "budget__plan"
    )


# --- What we publish ----------------------------------------------------------------------------------------


def _indicator(indicator: Indicator) -> SearchEntry:
    return entry_of(
        indicator,
        Kind.INDICATOR,
        indicator.name,
        place=[indicator.area, indicator.unit],
        text=[indicator.definition, indicator.source],
    )


def _document(document: Document) -> SearchEntry:
    """Without the text of the file, which `with_file_text` adds."""
    body = document.body.short_name if document.body else ""
    return entry_of(
        document,
        Kind.DOCUMENT,
        document.title,
        place=[document.get_kind_display(), body, date_text(document.dated_on), document.format_and_size],
        day=document.dated_on,
    )


def with_file_text(entry: SearchEntry, document: Document, known: SearchEntry | None) -> SearchEntry:
    """The document's entry with the text of its file, taken from what is `known` if the file is the same."""
    is_known = known is not None and known.file_checksum == document.sha256
    entry.file_checksum = document.sha256
    entry.text = known.text if known and is_known else composed(text_of(document))
    write_words(entry)
    return entry


def _news_item(item: NewsItem) -> SearchEntry:
    return entry_of(
        item,
        Kind.NEWS,
        item.title,
        place=[date_text(item.published_on)],
        text=[item.lead, plain_text(item.text)],
        day=item.published_on,
    )


def _page(page: Page) -> SearchEntry:
    return entry_of(page, Kind.PAGE, page.title, text=[page.lead, plain_text(page.text)])


_NAME = ("name", "code")

SOURCES = [
    Source(
        Event,
        _events,
        _event,
        parts={model: Part("event_id") for model in (EventHost, AgendaItem, EventLink)},
        named={
            Body: Named(("name",), ("body",)),
            Municipality: Named(_NAME, ("event_hosts__municipality",)),
        },
    ),
    Source(
        Body,
        _bodies,
        _body,
        parts={Seat: Part("body_id")},
        named={Municipality: Named(_NAME, ("seats__municipality", "located_at"))},
    ),
    Source(Municipality, Municipality.objects.all, _municipality),
    Source(
        PlanSection,
        _plan_sections,
        _plan_section,
        parts={SourceNote: Part("section_id"), Principle: Part("plan_id", "plan")},
        named={OperationalPlan: Named((*_OF_PLAN, "vision"), ("plan",))},
    ),
    Source(
        TargetArea,
        _target_areas,
        _target_area,
        named={
            OperationalPlan: Named(_OF_PLAN, ("area__plan",)),
            CooperationArea: Named(("name", "purpose"), ("area",)),
        },
    ),
    Source(
        DevelopmentIssue,
        _issues,
        _issue,
        named={
            OperationalPlan: Named(_OF_PLAN, ("target_area__area__plan",)),
            TargetArea: Named(("name", "slug", "area_id"), ("target_area",)),
        },
    ),
    Source(
        Direction,
        _directions,
        _direction,
        named={
            OperationalPlan: Named(_OF_PLAN, ("issue__target_area__area__plan", "section__plan")),
            TargetArea: Named(("name", "slug", "area_id"), ("issue__target_area",)),
            DevelopmentIssue: Named(("target_area_id",), ("issue",)),
            PlanSection: Named(("heading", "slug"), ("section",)),
        },
    ),
    Source(
        Budget,
        lambda: Budget.objects.public().select_related("plan"),
        _budget,
        named={OperationalPlan: Named(_OF_PLAN, ("plan",))},
    ),
    Source(
        BudgetLine,
        _budget_lines,
        _budget_line,
        named={
            OperationalPlan: Named(_OF_PLAN, ("budget__plan",)),
            Budget: Named(("status",), ("budget",)),
        },
    ),
    Source(Indicator, Indicator.objects.public, _indicator),
    Source(
        Document,
        lambda: Document.objects.public().select_related("body"),
        _document,
        named={Body: Named(("short_name",), ("body",))},
        has_files=True,
    ),
    Source(NewsItem, NewsItem.objects.public, _news_item),
    Source(Page, Page.objects.public, _page),
]
