"""Nothing of a draft reaches a visitor, whatever address is asked for and however.

A world with drafts of everything is crawled as a visitor: every address that the portal has, those that the
drafts would have, and every link that is found. Then the drafts are taken away, and the same addresses must
answer the same, byte for byte. A route that `ADDRESSES` does not name fails the test, so a new one is covered
from the day it is there.
"""

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.text import slugify
from pypdf import PdfReader
from pytest_django import DjangoDbBlocker

from budget.models import Budget, BudgetLine, FeeRate, Scenario
from calendar_app.models import AgendaItem, Event, EventDocument, EventLink, HostRotation, HostTurn
from committee.models import (
    AccessibilityStatement,
    ActionPlan,
    Activity,
    Body,
    DevelopmentIssue,
    Direction,
    Document,
    FollowUp,
    Indicator,
    Municipality,
    NewsItem,
    OperationalPlan,
    Page,
    PlanSection,
    TargetArea,
)
from sodertorn.catalogue import DATASETS
from sodertorn.models import AcceptedWarning, Adoption, PreviewLink
from sodertorn.not_found import words_of
from sodertorn.previews import share
from sodertorn.publishing import Publication
from sodertorn.sitemaps import SECTIONS
from sodertorn.working_copies import PARTS, begin_working_copy
from tests import factories
from tests.reading import internal_links, parse
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

MARK = "Kvastfening"
"""In every text, name and address of a draft, and nowhere else."""

YEAR = 2043
"""Of the draft plan, and of a meeting in it: no list of years may have it."""

BUDGETLESS = 2041
"""Of a published plan whose budget is a draft."""

TEXTS = {"text", "heading", "name", "title", "purpose", "explanation", "quote", "note", "ambition"}
"""What the rows of a plan say."""

TODAY = timezone.localdate()


# --- The drafts ---------------------------------------------------------------------------------------------


def published_rows() -> None:
    """What visitors see besides the loaded plan: something of every kind that a draft may stand beside."""
    factories.make_plan(BUDGETLESS)
    factories.make_body("utan-moten")
    factories.make_event(datetime.date(2018, 2, 1), title="Öppet möte", body=Body.objects.all()[0])
    factories.make_document("Öppet protokoll", body=Body.objects.all()[0])
    factories.make_news("Öppen nyhet")
    factories.make_page("Öppen sida")
    shown = factories.make_indicator("Öppet nyckeltal")
    factories.make_indicator_value(shown, Municipality.objects.all()[0], 2016, 31)
    plan = OperationalPlan.objects.get(year=2017)
    Adoption.objects.create(plan=plan, decided_on=datetime.date(2017, 2, 2))
    published_follow_up(plan)
    Scenario.objects.create(name=MARK, year=2018, total=1000, population_date=datetime.date(2016, 12, 31))


def published_follow_up(plan: OperationalPlan) -> None:
    """Reports and activities, and an activity whose money stands in a budget that is a draft."""
    direction = Direction.objects.for_plan(plan).exclude(issue=None)[0]
    assert direction.issue is not None
    activity = factories.make_activity(direction.issue, "Öppen aktivitet", direction=direction)
    factories.make_follow_up(activity, "on_track", percent=40)
    factories.make_follow_up(direction, "resting", TODAY)
    factories.make_activity_cost(activity, plan.budget.lines.filter(side="cost")[0])
    budgetless = factories.make_target_area(OperationalPlan.objects.get(year=BUDGETLESS)).issues.get()
    factories.make_direction(budgetless)
    factories.make_activity(budgetless, "Öppen aktivitet utan pengar")


def draft_rows() -> None:
    """A draft of everything, in every place where a list or a neighbour could show it."""
    body, municipality = Body.objects.get(slug="samarbetskommitten"), Municipality.objects.all()[0]
    plan = factories.make_full_draft(YEAR, MARK)
    event = Event.objects.get(title="Öppet möte", starts_on__year=YEAR)
    event.title, event.publication = MARK, Publication.DRAFT
    event.save()
    copy = begin_working_copy(OperationalPlan.objects.original().get(year=2017))
    mark_everything(copy)
    budget = Budget.objects.create(plan=OperationalPlan.objects.get(year=BUDGETLESS), note=MARK)
    BudgetLine.objects.create(budget=budget, side="cost", title=MARK, amount=1)
    for proposing, day in ((budget, 1), (plan.budget, 2), (copy.budget, 3)):
        FeeRate.objects.create(
            valid_from=datetime.date(2017, 5, day), amount_per_inhabitant=77, note=MARK, proposed_in=proposing
        )
    draft_events(body, municipality, plan.sections.all()[0])
    draft_words(body, plan)
    draft_follow_up(OperationalPlan.objects.original().get(year=2017), plan, budget)
    draft_figures()
    Adoption.objects.update(meeting=Event.objects.filter(title=MARK)[0])
    AcceptedWarning.objects.create(plan=plan, rule="x", text=MARK, comment=MARK)
    staff = User.objects.create_user("kvastfening", first_name=MARK, is_staff=True)
    for row in (plan, copy, budget, Event.objects.filter(title=MARK)[0], Page.objects.get(title=MARK)):
        share(row, 30, staff, timezone.now())


def mark_everything(copy: OperationalPlan) -> None:
    """Put the mark in all that a working copy says."""
    OperationalPlan.objects.filter(pk=copy.pk).update(vision=MARK, issuer=MARK)
    for part in PARTS:
        fields = {each.name for each in part.model._meta.concrete_fields} & TEXTS
        for row in part.rows(copy):
            for name in fields:
                setattr(row, name, MARK)
            if part.exchanged:
                row.slug = f"{slugify(MARK)}-{row.pk}"
            row.save()


def draft_events(body: Body, municipality: Municipality, section: PlanSection) -> None:
    """Draft meetings before, among and after the published ones, with turns, papers and former days."""
    published = Event.objects.filter(body=body, starts_on__year=2017)[0]
    owners = [body, Body.objects.get(prepares=body), Body.objects.get(slug="utan-moten"), None]
    days = [
        datetime.date(1999 + 1, 5, 5),
        published.starts_on,
        datetime.date(2017, 6, 7),
        TODAY + datetime.timedelta(3),
        TODAY - datetime.timedelta(3),
        datetime.date(YEAR, 12, 28),
    ]
    rows = []
    for day in days:
        for owner in owners:
            slug = f"{slugify(MARK)}-{owner.slug if owner else 'utan'}"[:60].strip("-")
            rows.append(
                factories.make_event(
                    day,
                    title=MARK,
                    slug=slug,
                    body=owner,
                    hosts=(municipality,),
                    publication=Publication.DRAFT,
                    plan_section=section,
                    note=MARK,
                    location=MARK,
                )
            )
    Event.objects.filter(pk=rows[0].pk).update(status=Event.Status.CANCELLED)
    moved = rows[4]
    moved.original_starts_on, moved.starts_on, moved.ends_on = (
        moved.starts_on,
        *[datetime.date(2017, 4, 5)] * 2,
    )
    moved.status = Event.Status.MOVED
    moved.save()
    factories.make_event(
        datetime.date(2017, 9, 1), title=MARK, date_precision="month", publication=Publication.DRAFT
    )
    AgendaItem.objects.create(event=rows[1], title=MARK)
    EventLink.objects.create(event=rows[1], kind="paper", title=MARK, url="https://kvastfening.example")
    rotation = HostRotation.objects.all()[0]
    number = max(turn.number for turn in HostTurn.objects.filter(rotation=rotation))
    turns = [
        HostTurn.objects.create(
            rotation=rotation, number=number + step, year=YEAR, municipality=host, event=rows[step]
        )
        for step, host in enumerate(Municipality.objects.all()[1:3], start=1)
    ]
    factories.record_swap(turns[0], turns[1], reason=MARK, decided_on=TODAY)


def draft_follow_up(loaded: OperationalPlan, plan: OperationalPlan, budget: Budget) -> None:
    """Draft reports, action plans and evaluations, and published ones tied to drafts."""
    drafts: dict[str, Any] = {"publication": Publication.DRAFT}
    told: dict[str, Any] = {"assessment": MARK, "evidence": MARK, "reporter_role": MARK}
    FollowUp.objects.update(document=Document.objects.filter(title=MARK)[0])
    bare = DevelopmentIssue.objects.filter(target_area__area__plan=loaded, action_plan=None)[0]
    ActionPlan.objects.create(issue=bare, text=MARK, **drafts)
    hidden = factories.make_activity(bare, MARK, direction=bare.directions.all()[0], description=MARK)
    factories.make_follow_up(hidden, "late", percent=10, **told)
    for direction in Direction.objects.for_plan(loaded):
        factories.make_follow_up(direction, "done", TODAY, **told, **drafts)
    factories.make_evaluation(loaded, MARK, text=MARK, lessons=MARK, **drafts)
    of_draft = Direction.objects.for_plan(plan).exclude(issue=None)[0]
    factories.make_follow_up(of_draft, "done", **told)
    assert of_draft.issue is not None
    factories.make_activity(of_draft.issue, MARK)
    factories.make_evaluation(plan, MARK)
    without_money = Activity.objects.get(title="Öppen aktivitet utan pengar")
    factories.make_activity_cost(without_money, budget.lines.get())


def draft_words(body: Body, plan: OperationalPlan) -> None:
    """Draft documents, news and pages, and published ones tied to drafts."""
    drafts: dict[str, Any] = {"publication": Publication.DRAFT}
    event = Event.objects.filter(title=MARK)[0]
    published_event = Event.objects.public().filter(body=body)[0]
    document = factories.make_document(MARK, file_name=f"{MARK}.pdf", body=body, **drafts)
    of_year = factories.make_document(MARK, dated_on=datetime.date(YEAR, 1, 1), plan=plan, **drafts)
    loaded = OperationalPlan.objects.original().get(year=2017)
    of_plan = factories.make_document(MARK, plan=loaded, **drafts)
    open_document = Document.objects.get(title="Öppet protokoll")
    for row in (document, of_year, of_plan):
        EventDocument.objects.create(event=published_event, document=row)
    EventDocument.objects.create(event=event, document=open_document)
    Document.objects.filter(pk=open_document.pk).update(plan=plan)
    Event.objects.filter(title="Öppet möte").update(plan_section=plan.sections.all()[0])
    factories.make_news(MARK, lead=MARK, text=f"<p>{MARK}</p>", published_on=TODAY, **drafts)
    factories.make_page(MARK, lead=MARK, text=f"<p>{MARK}</p>", **drafts)
    said = {"actor": MARK, "service": MARK, "summary": MARK, "method": MARK}
    statement = factories.make_statement(conformance="partial", **said, **drafts)
    factories.make_inaccessible(statement, what=MARK, why=MARK, requirement=MARK)


def draft_figures() -> None:
    """A draft key figure with values and targets, of a year that no other has."""
    row = factories.make_indicator(
        MARK, area=MARK, definition=MARK, unit=MARK, source=MARK, publication=Publication.DRAFT
    )
    for municipality in Municipality.objects.all():
        factories.make_indicator_value(row, municipality, YEAR, 77, source=MARK)
    factories.make_indicator_target(row, source=MARK)


# --- Every address ------------------------------------------------------------------------------------------


def routes(patterns: Iterable[URLPattern | URLResolver], names: tuple[str, ...] = ()) -> Iterator[str]:
    """The name of every address that the portal has, the administration's left out."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join([*names, pattern.name or str(pattern.pattern)])
        elif pattern.namespace != "admin":
            yield from routes(pattern.url_patterns, (*names, *filter(None, [pattern.namespace])))


CALENDAR, TABLE, NOTICE = ("ics", "csv", "json"), ("csv", "xlsx"), ("pdf", "csv", "xlsx")
DATA = ("csv", "json", "xlsx")
Arguments = Callable[[], Iterable[tuple[object, ...]]]


def nothing() -> Iterable[tuple[object, ...]]:
    return [()]


def years() -> list[tuple[object, ...]]:
    return [(year,) for year in (2000, 2017, 2018, BUDGETLESS, YEAR, YEAR + 1)]


def pairs_of_years() -> list[tuple[object, ...]]:
    return [(*later, *earlier) for later in years() for earlier in years()]


def with_suffix(arguments: Arguments, suffixes: tuple[str, ...]) -> Arguments:
    return lambda: [(*given, suffix) for given in arguments() for suffix in suffixes]


def suffixes(of: tuple[str, ...]) -> Arguments:
    return with_suffix(nothing, of)


def months() -> list[tuple[object, ...]]:
    found = {(day.year, day.month) for day in Event.objects.values_list("starts_on", flat=True)}
    return sorted(found | {(2018, 2), (YEAR, 3)})


def weeks() -> list[tuple[object, ...]]:
    drafts = Event.objects.filter(publication=Publication.DRAFT).values_list("starts_on", flat=True)
    return sorted({tuple(day.isocalendar()[:2]) for day in drafts})


def event_days() -> list[tuple[object, ...]]:
    found = {
        (day.year, day.month, day.day, event.slug)
        for event in Event.objects.prefetch_related("former_addresses")
        for day in (
            event.starts_on,
            event.original_starts_on,
            *(f.starts_on for f in event.former_addresses.all()),
        )
        if day
    }
    return sorted(found)


def event_months() -> list[tuple[object, ...]]:
    return sorted(
        {(event.starts_on.year, event.starts_on.month, event.slug) for event in Event.objects.all()}
    )


def slugs(model: type[Body] | type[Indicator] | type[Municipality] | type[Page]) -> Arguments:
    return lambda: [(slug,) for slug in model.objects.values_list("slug", flat=True)]


def kinds() -> list[tuple[object, ...]]:
    return [("sammantraden",), ("radslag",), (slugify(MARK),)]


def sections() -> list[tuple[object, ...]]:
    return [(section.plan.year, section.slug) for section in PlanSection.objects.select_related("plan")]


def target_areas() -> list[tuple[object, ...]]:
    areas = TargetArea.objects.select_related("area__plan")
    return [(area.area.plan.year, area.slug) for area in areas]


def documents() -> list[tuple[object, ...]]:
    return [(row.pk, name) for row in Document.objects.all() for name in (row.file_name, "x.pdf")]


def news() -> list[tuple[object, ...]]:
    return [(*row.published_on.timetuple()[:3], row.slug) for row in NewsItem.objects.all()]


def statements() -> list[tuple[object, ...]]:
    return [(row.pk,) for row in AccessibilityStatement.objects.all()]


def scenarios() -> list[tuple[object, ...]]:
    return [(row.pk,) for row in Scenario.objects.all()]


def guessed_tokens() -> list[tuple[object, ...]]:
    """Nobody but whom a link was sent to knows its token."""
    return [("x",), (slugify(MARK),), ("A" * 32,)]


def data_sets() -> list[tuple[object, ...]]:
    return [*((each.slug,) for each in DATASETS), (slugify(MARK),)]


def pages_under_tokens() -> list[tuple[object, ...]]:
    return [(*given, path) for given in guessed_tokens() for path in (f"verksamhetsplan/{YEAR}/", "kontakt/")]


ADDRESSES: dict[str, Arguments] = {
    "start": nothing,
    "about": nothing,
    "contact": nothing,
    "search": nothing,
    "plan-latest": nothing,
    "plan-detail": years,
    "plan-file": years,
    "plan-comparison": pairs_of_years,
    "follow-up": years,
    "follow-up-file": with_suffix(years, ("csv", "json", "xlsx")),
    "follow-up-area": target_areas,
    "follow-up-section": sections,
    "open-data": nothing,
    "dataset-detail": data_sets,
    "dataset-file": with_suffix(data_sets, DATA),
    "preview": guessed_tokens,
    "preview-page": pages_under_tokens,
    "api": nothing,
    "api-description": nothing,
    "api-dataset": data_sets,
    "dcat": nothing,
    "robots": nothing,
    "sitemap": nothing,
    "sitemap-section": lambda: [(name,) for name in SECTIONS],
    "security-txt": nothing,
    "security-policy": nothing,
    "manifest": nothing,
    "favicon": nothing,
    "short-event": lambda: [(pk,) for pk in Event.objects.values_list("pk", flat=True)],
    "short-news": lambda: [(pk,) for pk in NewsItem.objects.values_list("pk", flat=True)],
    "short-document": lambda: [(pk,) for pk in Document.objects.values_list("pk", flat=True)],
    "committee:body-list": nothing,
    "committee:body-detail": slugs(Body),
    "committee:municipality-list": nothing,
    "committee:municipality-detail": slugs(Municipality),
    "committee:document-list": nothing,
    "committee:document-file": documents,
    "committee:indicator-list": nothing,
    "committee:indicator-list-file": suffixes(DATA),
    "committee:indicator-detail": slugs(Indicator),
    "committee:indicator-detail-file": with_suffix(slugs(Indicator), DATA),
    "committee:municipality-indicators": slugs(Municipality),
    "committee:municipality-indicators-file": with_suffix(slugs(Municipality), DATA),
    "committee:cooperation": nothing,
    "committee:targetarea-detail": target_areas,
    "committee:newsitem-list": nothing,
    "committee:newsitem-feed": nothing,
    "committee:newsitem-detail": news,
    "committee:accessibility": nothing,
    "committee:accessibility-draft": statements,
    "committee:problem-report": nothing,
    "committee:problem-received": nothing,
    "committee:page-detail": slugs(Page),
    "committee:page-without-slash": slugs(Page),
    "calendar_app:event-list": nothing,
    "calendar_app:event-list-file": suffixes(CALENDAR),
    "calendar_app:event-past": nothing,
    "calendar_app:event-past-file": suffixes(CALENDAR),
    "calendar_app:event-year": years,
    "calendar_app:event-year-file": with_suffix(years, CALENDAR),
    "calendar_app:event-year-poster": years,
    "calendar_app:event-week": weeks,
    "calendar_app:event-week-file": with_suffix(weeks, CALENDAR),
    "calendar_app:event-month": months,
    "calendar_app:event-month-file": with_suffix(months, CALENDAR),
    "calendar_app:event-detail": event_days,
    "calendar_app:event-month-detail": event_months,
    "calendar_app:event-feed": event_days,
    "calendar_app:subscribe": nothing,
    "calendar_app:announcements": nothing,
    "calendar_app:calendar-feed": nothing,
    "calendar_app:body-feed": slugs(Body),
    "calendar_app:municipality-feed": slugs(Municipality),
    "calendar_app:kind-feed": kinds,
    "calendar_app:rotation-list": nothing,
    "budget:budget-list": nothing,
    "budget:budget-list-file": suffixes(TABLE),
    "budget:budget-detail": years,
    "budget:budget-detail-file": with_suffix(years, TABLE),
    "budget:fees-file": with_suffix(years, TABLE),
    "budget:what-if": nothing,
    "budget:what-if-file": suffixes(TABLE),
    "budget:scenario-save": nothing,
    "budget:scenario-draft": scenarios,
    "budget:municipality-fee": slugs(Municipality),
    "budget:municipality-fee-file": with_suffix(slugs(Municipality), TABLE),
    "budget:fee-notice": lambda: [(1,)],
    "budget:fee-notice-file": with_suffix(lambda: [(1,)], NOTICE),
    "budget:fee-issue-file": with_suffix(lambda: [(1,)], NOTICE),
}
"""What to ask each address for, by its name: of real rows and of drafts alike."""

NOT_COMPARED = ("/admin/", "/konto/", "/tillganglighet/anmal-brist/", settings.STATIC_URL)
"""What shows visitors nothing of what the portal holds. The form to report by differs each time."""

OF_ACCOUNTS = ("account_", "mfa_", "usersessions_", "socialaccount_", "openid_connect_")
"""The pages of signing in, which show nothing of what the portal holds."""

QUERIES = {
    "api-dataset": ["?limit=1", "?limit=1&offset=1", f"?year={YEAR}", f"?municipality={MARK}"],
    "calendar_app:event-list": [
        "?organ=samarbetskommitten&typ=meeting",
        f"?organ={slugify(MARK)}",
        "?vard=salem",
    ],
    "calendar_app:event-past": ["?sida=1", "?sida=2", "?sida=9"],
    "calendar_app:calendar-feed": ["?organ=samarbetskommitten", "?vard=botkyrka", "?typ=meeting"],
    "committee:document-list": [f"?ar={YEAR}", "?slag=minutes", "?sida=2"],
    "committee:newsitem-list": ["?sida=2"],
    "committee:indicator-list": [f"?ar={YEAR}"],
    "committee:municipality-indicators": [f"?ar={YEAR}"],
    # A misspelling would call forth the word itself, if any draft's words were known to search.
    "search": ["?q=kvastfenig", f"?q=m%C3%B6te&ar={YEAR}", "?q=verksamhetsplan&typ=plan", "?q=budget&sida=2"],
    "budget:what-if": ["?belopp=1000&ar=2018&folkmangd=2016-12-31", f"?avgift=5&fran={YEAR}-01-01&ar={YEAR}"],
    "budget:what-if-file": ["?belopp=1000&ar=2018&folkmangd=2016-12-31"],
}
PERIOD_FILE = re.compile(r"/[0-9]{4}(/v?[0-9]{2})?\.|/v[0-9]{2}/")
"""Weeks and files of periods look alike: those where a draft could show are asked for, not all there are."""

FOR_STAFF = ["?visa=utkast", "?version=arbetsversion"]
"""What shows staff more, at addresses without a suffix."""


def addresses() -> list[str]:
    """Each address by each of its arguments, with the questions that could call a draft forth."""
    found = []
    for name, arguments in ADDRESSES.items():
        for given in arguments():
            path = reverse(name, args=given)
            queries = QUERIES.get(name, []) + (FOR_STAFF if name.endswith("-detail") else [])
            found += [path, *(path + query for query in queries)]
    return found


def of_administration() -> list[str]:
    """The administration's addresses, with the keys of drafts."""
    keys = [Event.objects.filter(title=MARK)[0].pk, OperationalPlan.objects.get(year=YEAR).pk]
    found = set()
    for name in get_resolver().namespace_dict["admin"][1].reverse_dict:
        for given in ([], *([key] for key in keys)):
            try:
                found.add(reverse(f"admin:{name}", args=given))
            except (NoReverseMatch, TypeError):
                continue
    return sorted(found)


# --- What is answered ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """A response, as bytes and as all the text that can be read in it."""

    status: int
    headers: dict[str, str]
    content: bytes
    text: str

    @property
    def says(self) -> str:
        """Everything that reaches the reader, headers included."""
        return unquote(f"{self.headers}\n{self.text}").lower()


def answer(client: Client, address: str, method: str = "get") -> Answer:
    response = getattr(client, method)(address)
    content = response.getvalue()
    kind = response.get("Content-Type", "")
    return Answer(response.status_code, dict(response.headers), content, read_text(content, kind))


def read_text(content: bytes, kind: str) -> str:
    if kind.startswith("application/pdf") and content:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if "spreadsheetml" in kind and content:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = sorted(set(parts.namelist()) - {"docProps/core.xml"})
            return "\n".join(parts.read(name).decode() for name in names)
    return content.decode("utf-8", "replace")


def crawl(client: Client, waiting: list[str]) -> dict[str, Answer]:
    """The answers at the addresses, and at those that the pages link to, and so on."""
    answers: dict[str, Answer] = {}
    waiting = list(reversed(waiting))
    while waiting:
        address = waiting.pop()
        if address in answers or urlsplit(address).path.startswith(NOT_COMPARED):
            continue
        found = answers[address] = answer(client, address)
        if found.status in (301, 302):
            waiting.append(found.headers["Location"])
        # A page may be filtered in so many ways: what a question leads to is asked, but not followed.
        if found.headers.get("Content-Type", "").startswith("text/html") and "?" not in address:
            links = {urldefrag(link).url for link in internal_links(parse(found.text), address)}
            waiting += [link for link in links if not PERIOD_FILE.search(link)]
    return answers


# --- The world ----------------------------------------------------------------------------------------------


@dataclass
class World:
    """What everyone was answered while the drafts were there, and what visitors were without them."""

    visitor: dict[str, Answer] = field(default_factory=dict)
    without: dict[str, Answer] = field(default_factory=dict)
    methods: dict[str, dict[str, Answer]] = field(default_factory=lambda: {"head": {}, "options": {}})
    administration: dict[str, Answer] = field(default_factory=dict)
    staff: dict[str, Answer] = field(default_factory=dict)
    as_visitor: dict[str, Answer] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)


def in_place() -> list[str]:
    """Where staff find the drafts."""
    area = TargetArea.objects.filter(area__plan__year=YEAR)[0]
    event = Event.objects.filter(title=MARK, starts_on__year=2017, body__slug="samarbetskommitten")[0]
    page, item = Page.objects.get(title=MARK), NewsItem.objects.get(title=MARK)
    statement = AccessibilityStatement.objects.get(actor=MARK)
    document = Document.objects.filter(title=MARK)[0]
    lists = ("/", "/kalender/", "/kalender/tidigare/", "/nyheter/", "/dokument/", "/budget/", "/vardskap/")
    return [
        *lists,
        f"/verksamhetsplan/{YEAR}/",
        f"/verksamhetsplan/{YEAR}.pdf",
        f"/verksamhetsplan/{YEAR}/jamfor/2017/",
        f"/verksamhetsplan/{YEAR}/uppfoljning/",
        "/verksamhetsplan/2017/uppfoljning/",
        "/verksamhetsplan/2017/?version=arbetsversion",
        area.get_absolute_url(),
        f"/budget/{YEAR}/",
        f"/budget/{BUDGETLESS}/",
        "/budget/2017/?version=arbetsversion",
        f"/kalender/{YEAR}/",
        f"/kalender/{event.starts_on:%Y/%m}/",
        event.get_absolute_url(),
        "/organisation/samarbetskommitten/",
        Municipality.objects.all()[0].get_absolute_url(),
        page.get_absolute_url(),
        statement.get_absolute_url(),
        item.get_absolute_url(),
        document.get_absolute_url(),
    ]


@pytest.fixture(scope="module")
def world(plan_2017: None, django_db_blocker: DjangoDbBlocker) -> World:
    """Made once: with the drafts first, and then without them."""
    made = World()
    with django_db_blocker.unblock(), transaction.atomic():
        published_rows()
        before = transaction.savepoint()
        draft_rows()
        made.tokens = list(PreviewLink.objects.values_list("token", flat=True))
        asked = addresses()
        made.visitor = crawl(Client(), asked)
        plain = [address for address in asked if "?" not in address and not address.startswith(NOT_COMPARED)]
        for method in made.methods:
            made.methods[method] = {address: answer(Client(), address, method) for address in plain}
        made.administration = {address: answer(Client(), address) for address in of_administration()}
        clerk = Client()
        reader = User.objects.create_user("bo", is_staff=True)
        reader.groups.add(Group.objects.get(name="läsare"))
        sign_in(clerk, reader)
        drafts = in_place()
        made.staff = {address: answer(clerk, address) for address in drafts}
        clerk.get("/?visa=besokare")
        made.as_visitor = {address: answer(clerk, address) for address in drafts}
        transaction.savepoint_rollback(before)
        made.without = {address: answer(Client(), address) for address in made.visitor}
        transaction.set_rollback(True)
    return made


def traces(answers: dict[str, Answer], tokens: Iterable[str] = ()) -> list[str]:
    """Where a draft shows. What was asked for may be said again, as in a redirect or a link to report it."""
    marks = [MARK.lower(), *(token.lower() for token in tokens)]
    found = []
    for address, given in answers.items():
        said = given.says
        for asked in (address, urlsplit(address).path):
            said = said.replace(unquote(asked).lower(), "")
        # A page that is not there offers to search for the words of its address.
        said = said.replace(f'value="{words_of(urlsplit(address).path)}"', "")
        found += [f"{address}: {mark}" for mark in marks if mark in said]
    return found


# --- Visitors -----------------------------------------------------------------------------------------------


def test_every_address_is_known_to_these_tests() -> None:
    names = set(routes(get_resolver().url_patterns))

    assert {name for name in names if not name.startswith(OF_ACCOUNTS)} == set(ADDRESSES)


def test_the_crawl_reaches_all_kinds_of_pages(world: World) -> None:
    statuses = [given.status for given in world.visitor.values()]
    kinds = {given.headers.get("Content-Type", "").partition(";")[0] for given in world.visitor.values()}

    assert statuses.count(200) > 300
    assert statuses.count(404) > 100
    assert {"text/html", "text/calendar", "text/csv", "application/json", "application/pdf"} <= kinds


def test_no_trace_of_a_draft_reaches_a_visitor(world: World) -> None:
    assert traces(world.visitor, world.tokens) == []


@pytest.mark.parametrize("method", ["head", "options"])
def test_no_trace_of_a_draft_is_had_by_other_methods(world: World, method: str) -> None:
    answers = world.methods[method]

    assert traces(answers, world.tokens) == []
    assert {given.status for given in answers.values()} <= {200, 204, 301, 302, 400, 403, 404, 405}


def test_the_head_of_an_address_is_that_of_its_page_without_the_page(world: World) -> None:
    heads = world.methods["head"]

    assert [address for address, given in heads.items() if given.content] == []
    assert [
        address for address, given in heads.items() if given.status != world.visitor[address].status
    ] == []


def test_drafts_change_no_byte_of_what_visitors_get(world: World) -> None:
    differing = [
        address for address, given in world.visitor.items() if _seen(given) != _seen(world.without[address])
    ]

    assert differing == []


def _seen(given: Answer) -> tuple[int, str | bytes, dict[str, str]]:
    """All that is answered but the moment: of a workbook, which says when it was made, the sheets."""
    if given.headers.get("Content-Type", "").endswith("spreadsheetml.sheet"):
        return given.status, given.text, {}
    headers = {name: value for name, value in given.headers.items() if name != "Expires"}
    return given.status, given.content, headers


def test_visitors_get_no_cookie_and_pages_that_do_not_depend_on_one(world: World) -> None:
    named = [
        address
        for address, given in world.visitor.items()
        if given.status == 200
        and ("Set-Cookie" in given.headers or "cookie" in given.headers.get("Vary", "").lower())
    ]

    assert named == []


def test_the_administration_shows_a_visitor_nothing(world: World) -> None:
    assert len(world.administration) > 150
    assert {given.status for given in world.administration.values()} <= {302, 403, 404, 405}
    assert traces(world.administration) == []


# --- Staff --------------------------------------------------------------------------------------------------


def test_staff_find_the_drafts_in_their_places(world: World) -> None:
    missing = [
        address
        for address, given in world.staff.items()
        if given.status != 200
        or (MARK.lower() not in given.says and not address.startswith(("/vardskap", "/dokument/")))
    ]

    assert missing == []


def test_pages_made_for_staff_are_stored_by_nobody(world: World) -> None:
    assert [
        address
        for address, given in world.staff.items()
        if not {"private", "no-store"} <= set(given.headers["Cache-Control"].split(", "))
    ] == []


def test_staff_see_the_pages_as_visitors_do_when_they_ask_to(world: World) -> None:
    assert traces(world.as_visitor) == []
    assert {
        given.status
        for address, given in world.as_visitor.items()
        if address.startswith(f"/verksamhetsplan/{YEAR}")
    } == {404}
