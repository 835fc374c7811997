"""The plan as a printed document: what each page of it says, block by block, and the PDF that Typst sets.

It has the same parts in the same order as the plan's page, which `plan_document` reads: no text of its own.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from budget.models import BudgetLine
from budget.statement import BudgetStatement, FeeTable
from calendar_app.models import Event, HostTurn
from committee.models import CooperationArea, DevelopmentIssue, Direction, PlanSection, TargetArea
from sodertorn import dates
from sodertorn.adoption import Decision
from sodertorn.money import kronor, number
from sodertorn.plan_document import Part, PlanDocument
from sodertorn.prose import join_swedish, stretches
from sodertorn.typesetting import typeset

TEMPLATE = settings.BASE_DIR / "templates" / "plan.typ"

Block = dict[str, Any]
"""What Typst is to set: its `kind` names a function of the template, which takes the rest."""


def plan_pdf(document: PlanDocument) -> bytes:
    """The plan as PDF/UA-1, marked UTKAST while it is a draft; the same bytes as long as it says the same."""
    return typeset(TEMPLATE, plan_content(document), _moment(document))


def plan_content(document: PlanDocument) -> dict[str, Any]:
    """The cover, and every block of the document in order."""
    plan = document.plan
    changed = timezone.localtime(document.changed_at).date()
    return {
        "title": f"Verksamhetsplan och budget {plan.year}",
        "cover": [f"Verksamhetsplan {plan.year}", f"Budget {plan.year}"],
        "issuer": plan.issuer,
        "decided": [_decided(decision) for decision in document.decisions],
        "changed": f"Uppgifterna ändrades senast den {dates.date_text(changed)}.",
        "draft": "Utkast" if plan.is_draft else "",
        "blocks": list(_in_steps(_document_blocks(document))),
    }


def _decided(decision: Decision) -> str:
    """As in "Beslutad 2 februari 2017 vid Samarbetskommitténs sammanträde"."""
    what = "Ändrad genom beslut" if decision.is_revision else "Beslutad"
    where = f" vid {decision.meeting.title}" if decision.meeting else ""
    return f"{what} {dates.date_text(decision.decided_on)}{where}"


def _moment(document: PlanDocument) -> datetime:
    """When the document was decided, or for a draft the first day of its year: no clock, so no new bytes."""
    plan = document.plan
    day = plan.decided_on
    return (
        datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(plan.year, 1, 1, tzinfo=UTC)
    )


def _in_steps(blocks: Iterator[Block]) -> Iterator[Block]:
    """Headings that go down one level at a time, as PDF/UA requires, whatever levels the sections have."""
    level = 0
    for block in blocks:
        if block["kind"] == "heading":
            level = block["level"] = min(block["level"], level + 1)
        yield block


def _document_blocks(document: PlanDocument) -> Iterator[Block]:
    for chapter in document.chapters:
        section = chapter.opening.section
        yield _heading(1, f"{section.chapter}. {section.heading}")
        yield from _part_blocks(document, chapter.opening)
        for part in chapter.parts:
            yield _heading(part.section.level, part.section.heading)
            yield from _part_blocks(document, part)


def _part_blocks(document: PlanDocument, part: Part) -> Iterator[Block]:
    yield from _prose(part.section.text)
    yield from _listed(document, part)
    for note in part.section.source_notes.all():
        yield _note(f"Anmärkning till källan: ”{note.quote}”", stretches(note.explanation))


def _listed(document: PlanDocument, part: Part) -> Iterator[Block]:
    """What the section lists from the portal's own rows."""
    section = part.section
    match section.content:
        case PlanSection.Content.PRINCIPLES:
            yield from _list([principle.text for principle in document.principles])
        case PlanSection.Content.VISION if document.plan.vision:
            yield {"kind": "quote", "text": document.plan.vision, "by": f"Vision {document.plan.vision_year}"}
        case PlanSection.Content.COOPERATION_AREAS:
            yield from _areas(document.areas)
        case PlanSection.Content.TARGET_AREAS:
            for target_area in document.target_areas:
                yield from _target_area(target_area, section.level + 1, document.plan.year)
        case PlanSection.Content.DIRECTIONS:
            yield from _directions(section.directions.all(), document.plan.year)
        case PlanSection.Content.HOST_TURNS:
            yield from _turns(part.turns)
        case PlanSection.Content.EVENTS:
            yield from _events(part.events)
        case PlanSection.Content.BUDGET if document.statement:
            yield from _statement(document.statement, section.level + 1)


# --- Blocks -------------------------------------------------------------------------------------------------


def _heading(level: int, text: str) -> Block:
    return {"kind": "heading", "level": level, "text": text}


def _prose(text: str) -> Iterator[Block]:
    for stretch in stretches(text):
        yield {"kind": "prose", "text": stretch}


def _list(items: list[str]) -> Iterator[Block]:
    if items:
        yield {"kind": "items", "items": items}


def _note(title: str, paragraphs: list[str]) -> Block:
    return {"kind": "note", "title": title, "paragraphs": paragraphs}


def _table(
    caption: str, columns: list[str], rows: list[list[str]], numeric: int = 0, foot: list[str] | None = None
) -> Iterator[Block]:
    """A table whose last `numeric` columns are figures; nothing if it has no rows."""
    if rows:
        yield {
            "kind": "figures",
            "caption": caption,
            "columns": columns,
            "rows": rows,
            "foot": foot or [],
            "text_columns": len(columns) - numeric,
        }


# --- What is listed under a section -------------------------------------------------------------------------


def _areas(areas: list[CooperationArea]) -> Iterator[Block]:
    rows = [
        [area.name, area.purpose, " samt ".join(map(str, area.governing_documents.all()))] for area in areas
    ]
    yield from _table("", ["Samverkansområde", "Syfte", "Styrdokument"], rows)


def _target_area(target_area: TargetArea, level: int, year: int) -> Iterator[Block]:
    yield _heading(level, target_area.name)
    for issue in target_area.issues.all():
        yield from _issue(issue, level + 1, year)


def _issue(issue: DevelopmentIssue, level: int, year: int) -> Iterator[Block]:
    yield _heading(level, issue.name)
    before, after = issue.directions_around_priority_statement()
    yield from _directions(before, year)
    if issue.priority_statement:
        yield {"kind": "statement", "text": issue.priority_statement}
    yield from _directions(after, year)
    yield from _prose(issue.ambition)


def _directions(directions: Any, year: int) -> Iterator[Block]:
    yield from _list([_direction(direction, year) for direction in directions])


def _direction(direction: Direction, year: int) -> str:
    return f"{direction.text} (prioriterad {year})" if direction.is_priority else direction.text


def _turns(turns: list[HostTurn]) -> Iterator[Block]:
    rows = [[str(turn.year), str(turn.municipality)] for turn in turns]
    yield from _table("", ["År", "Värdkommun"], rows)


def _events(events: list[Event]) -> Iterator[Block]:
    rows = [[_days(event), event.title, _hours(event), _hosts(event)] for event in events]
    yield from _table("", ["Dag", "Möte", "Tid", "Värdkommun"], rows)


def _days(event: Event) -> str:
    days = dates.date_span(event.starts_on, event.ends_on, month_only=event.is_month_only)
    is_changed = event.status in (Event.Status.MOVED, Event.Status.CANCELLED)
    return f"{days} ({event.get_status_display().lower()})" if is_changed else days


def _hours(event: Event) -> str:
    missing = "dag ej fastställd" if event.is_month_only else "ej angiven"
    return dates.time_span(event.start_time, event.end_time) or missing


def _hosts(event: Event) -> str:
    return join_swedish(event.host_list) or "ej angiven"


# --- The budget ---------------------------------------------------------------------------------------------


def _statement(statement: BudgetStatement, level: int) -> Iterator[Block]:
    yield from _lines("Intäkter, kronor", statement.revenue_lines, number(statement.balance.revenue))
    yield from _lines("Kostnader, kronor", statement.cost_lines, number(statement.balance.cost))
    yield _heading(level, "Kommunernas avgift")
    yield from _prose(statement.fee_problem)
    if statement.fee_table:
        yield from _fees(statement, statement.fee_table)
    yield from _prose(statement.budget.note)


def _lines(caption: str, lines: list[BudgetLine], total: str) -> Iterator[Block]:
    rows = [[line.title, number(line.amount)] for line in lines]
    yield from _table(caption, ["Post", "Belopp"], rows, numeric=1, foot=["Summa", total])


def _fees(statement: BudgetStatement, table: FeeTable) -> Iterator[Block]:
    year = statement.budget.plan.year
    periods = [
        [
            f"{dates.date_text(period.first_day)}–{dates.date_text(period.last_day)}",
            kronor(period.amount),
            f"{period.length}/{period.year_length}",
        ]
        for period in table.periods
    ]
    yield from _table(
        f"Avgift per invånare och år {year}",
        ["Period", "Avgift", "Del av året"],
        periods,
        numeric=2,
        foot=[f"Avgift {year}", kronor(table.rate), ""],
    )
    weighed = "dagar" if statement.budget.proration == "days" else "hela månader"
    yield from _prose(
        f"{table.derivation}. Avgiften vägs efter {weighed}. Från och med {year + 1} är avgiften "
        f"{kronor(table.rate_next_year)} per invånare och år."
    )
    yield from _reconciliation(statement)
    yield from _shares(table, year)
    if day := statement.budget.population_date:
        sources = dict.fromkeys(row.population.source for row in table.rows if row.population)
        yield from _prose(
            f"Folkmängd den {dates.date_text(day)}. {''.join(f'Källa: {source}. ' for source in sources)}"
            "Beloppen är avrundade till hela kronor så att de tillsammans blir summan."
        )


def _reconciliation(statement: BudgetStatement) -> Iterator[Block]:
    text = statement.reconciliation_text
    if text is None:
        return
    if not text.full_years:
        yield from _prose(text.comparison)
        return
    ways = f"Budgetens belopp skulle stämma om {', eller '.join(text.ways_to_agree)}."
    yield _note(
        "Regeln och budgeten ger olika belopp",
        [
            text.comparison,
            *stretches(statement.budget.reconciliation_comment),
            *([ways] if text.ways_to_agree else []),
            text.full_years,
        ],
    )


def _shares(table: FeeTable, year: int) -> Iterator[Block]:
    columns = ["Kommun", "Invånare", str(year), str(year + 1)]
    totals = [table.inhabitants, table.total, table.total_next_year]
    if table.total_budgeted:
        columns.append(f"Del av budgeten {year}")
        totals.append(table.total_budgeted)
    rows = []
    for row in table.rows:
        if row.population is None:
            rows.append([row.municipality.name, "folkmängd saknas", *[""] * (len(columns) - 2)])
            continue
        figures = [row.population.inhabitants, row.amount, row.amount_next_year, row.budgeted]
        cells = ["" if figure is None else number(figure) for figure in figures]
        rows.append([row.municipality.name, *cells[: len(columns) - 1]])
    foot = ["Summa", *(number(total or 0) for total in totals)] if table.inhabitants else []
    caption = "Avgift per kommun enligt regeln, kronor"
    yield from _table(caption, columns, rows, numeric=len(columns) - 1, foot=foot)
