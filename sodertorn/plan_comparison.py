"""Two years' plans set beside each other: texts, directions, calendar, hosts, fees and budgets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from budget.models import Budget, BudgetLine
from budget.statement import BudgetStatement, budget_statement
from calendar_app.models import Event, HostRotation, HostTurn
from committee.models import (
    CooperationArea,
    DevelopmentIssue,
    Direction,
    OperationalPlan,
    PlanSection,
    Principle,
    TargetArea,
)
from sodertorn.copied_rows import Copied
from sodertorn.plan_comparison_calendar import (
    HostGroup,
    Meeting,
    SeriesChange,
    host_groups,
    hosts_of,
    series_changes,
)
from sodertorn.plan_comparison_money import Amount, Line, amount, line_amounts
from sodertorn.plan_comparison_rows import Changes, Entry, changes, lineages
from sodertorn.publishing import Audience


@dataclass(frozen=True)
class TextGroup:
    """The texts of one kind, with the noun for one and for many of them."""

    one: str
    many: str
    changes: Changes


@dataclass(frozen=True)
class MoneyChanges:
    """The budgets and the fees of both years.

    `problems` are Swedish sentences on what can't be compared. `rate` is None unless both years have one;
    a municipality's fee is None in a year when it is not known.
    """

    revenue_lines: list[Amount]
    cost_lines: list[Amount]
    revenue: Amount
    cost: Amount
    rate: Amount | None
    fees: list[Amount]
    problems: list[str]
    has_both_budgets: bool

    @property
    def fees_unchanged(self) -> bool:
        return not any(fee.is_changed or not fee.is_in_both for fee in self.fees)

    @property
    def lines_unchanged(self) -> bool:
        return not any(line.is_changed for line in (*self.revenue_lines, *self.cost_lines))


@dataclass(frozen=True)
class PlanComparison:
    """What the page of a comparison tells; `before` is of the earlier year."""

    before: OperationalPlan
    after: OperationalPlan
    texts: list[TextGroup]
    directions: Changes
    series: list[SeriesChange]
    hosts: list[HostGroup]
    money: MoneyChanges
    budgets: list[Budget]

    @property
    def texts_say_the_same(self) -> bool:
        return all(group.changes.says_the_same for group in self.texts)

    @property
    def calendar_years(self) -> list[int]:
        """The years that have a calendar to lead to, the earlier first."""
        numbers = {
            self.before.year: [series.before.number for series in self.series],
            self.after.year: [series.after.number for series in self.series],
        }
        return [year for year, counted in numbers.items() if any(counted)]


def compare_plans(before: OperationalPlan, after: OperationalPlan, audience: Audience) -> PlanComparison:
    """Compare two years' plans, by what the audience may read of each.

    The number of queries does not depend on how much the plans hold.
    """
    meetings = _meetings(before, after, audience)
    budgets = _budgets(before, after, audience)
    return PlanComparison(
        before=before,
        after=after,
        texts=_text_groups(before, after),
        directions=_directions(before, after),
        series=series_changes(meetings.of(before.year), meetings.of(after.year)),
        hosts=_hosts(before, after, meetings, audience),
        money=_money(before, after, budgets),
        budgets=list(budgets.values()),
    )


# --- Texts --------------------------------------------------------------------------------------------------


def _text_groups(before: OperationalPlan, after: OperationalPlan) -> list[TextGroup]:
    plans = (before, after)
    sections = PlanSection.objects.filter(plan__in=plans)
    areas = CooperationArea.objects.filter(plan__in=plans)
    target_areas = TargetArea.objects.filter(area__plan__in=plans).select_related("area")
    issues = DevelopmentIssue.objects.filter(target_area__area__plan__in=plans).select_related(
        "target_area__area"
    )
    in_order = ("area__position", "position")
    return [
        _group("avsnitt", "avsnitt", PlanSection, plans, [
            (row.plan_id, row.pk, row.heading, row.text) for row in sections
        ]),
        TextGroup("vision", "visioner", changes(_vision(before), _vision(after))),
        _group("förhållningssätt", "förhållningssätt", Principle, plans, [
            (row.plan_id, row.pk, row.text, "") for row in Principle.objects.filter(plan__in=plans)
        ]),
        _group("samverkansområde", "samverkansområden", CooperationArea, plans, [
            (row.plan_id, row.pk, row.name, row.purpose) for row in areas
        ]),
        _group("målområde", "målområden", TargetArea, plans, [
            (row.area.plan_id, row.pk, row.name, "") for row in target_areas.order_by(*in_order)
        ]),
        _group("utvecklingsfråga", "utvecklingsfrågor", DevelopmentIssue, plans, [
            (row.target_area.area.plan_id, row.pk, row.name, _of_the_year(row))
            for row in issues.order_by("target_area__area__position", "target_area__position", "position")
        ]),
    ]  # fmt: skip


def _group(
    one: str,
    many: str,
    model: type[Copied],
    plans: Sequence[OperationalPlan],
    rows: Iterable[tuple[int, int, str, str]],
) -> TextGroup:
    """Rows as their plan's key, their own, their name and their text."""
    firsts = _firsts(model)
    sides: dict[int, list[Entry]] = {plan.pk: [] for plan in plans}
    for plan, key, name, text in rows:
        sides[plan].append(Entry(name, text, lineage=firsts.get(key, key)))
    return TextGroup(one, many, changes(*(sides[plan.pk] for plan in plans)))


def _vision(plan: OperationalPlan) -> list[Entry]:
    name = f"Vision {plan.vision_year}" if plan.vision_year else "Vision"
    return [Entry(name, plan.vision, lineage="vision")] if plan.vision else []


def _of_the_year(issue: DevelopmentIssue) -> str:
    """What an issue says of the year: what goes first, and the effort."""
    return "\n\n".join(filter(None, [issue.priority_statement, issue.ambition]))


def _directions(before: OperationalPlan, after: OperationalPlan) -> Changes:
    firsts, issues, sections = _firsts(Direction), _firsts(DevelopmentIssue), _firsts(PlanSection)

    def entry(row: Direction) -> Entry:
        of_place = issues if row.issue_id else sections
        place = row.issue_id or row.section_id or 0
        return Entry(
            row.text,
            lineage=firsts.get(row.pk, row.pk),
            place=str(row.place) if row.issue_id else row.heading,
            place_lineage=(bool(row.issue_id), of_place.get(place, place)),
            is_priority=row.is_priority,
        )

    return changes(
        *(
            [entry(row) for row in Direction.objects.for_plan(plan).in_document_order()]
            for plan in (before, after)
        )
    )


def _firsts(model: type[Any]) -> dict[int, int]:
    """What each copied row of the model was first copied from."""
    return lineages(dict(model.objects.exclude(origin=None).values_list("pk", "origin_id")))


# --- Calendar and hosts -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Meetings:
    """The meetings of both years that are held, each with its event."""

    rows: list[tuple[Event, Meeting]]

    def of(self, year: int) -> list[Meeting]:
        return [meeting for event, meeting in self.rows if event.starts_on.year == year]


def _meetings(before: OperationalPlan, after: OperationalPlan, audience: Audience) -> _Meetings:
    events = Event.objects.visible_to(audience).filter(starts_on__year__in=[before.year, after.year])
    held = events.exclude(status=Event.Status.CANCELLED).with_hosts()
    return _Meetings([(event, _meeting(event)) for event in held])


def _meeting(event: Event) -> Meeting:
    body = event.body.short_name if event.body else ""
    kind = event.get_kind_display()
    return Meeting(
        series=_series(event, body, kind),
        starts_on=event.starts_on,
        is_month_only=event.is_month_only,
        start_time=event.start_time,
        end_time=event.end_time,
        hosts=tuple(municipality.name for municipality in event.host_list),
    )


def _series(event: Event, body: str, kind: str) -> str:
    """As in "Ledningsgruppen", "Planeringskonferens (Ledningsgruppen)", "Rådslaget", "Nyckeltalsdag"."""
    if event.kind == Event.Kind.MEETING and body:
        return body
    if kind.casefold() in body.casefold() or body.casefold() in kind.casefold():
        return max(kind, body, key=len)
    return f"{kind} ({body})"


def _hosts(
    before: OperationalPlan, after: OperationalPlan, meetings: _Meetings, audience: Audience
) -> list[HostGroup]:
    """The turns of each rotation, and the hosts of what takes no turn."""
    rotations = list(HostRotation.objects.select_related("body"))
    years = (before.year, after.year)
    turns: dict[int, dict[str, list[str]]] = {year: {} for year in years}
    listed = HostTurn.objects.visible_to(audience).filter(year__in=years)
    for turn in listed.select_related("rotation", "municipality").order_by(
        "rotation__body__position", "rotation", "number"
    ):
        turns[turn.year].setdefault(turn.rotation.name, []).append(turn.municipality.name)
    others: dict[int, list[Meeting]] = {year: [] for year in years}
    for event, meeting in meetings.rows:
        if not any(rotation.consumes_turn(event) for rotation in rotations):
            others[event.starts_on.year].append(meeting)
    return [
        *host_groups(turns[before.year], turns[after.year], "Tur"),
        *host_groups(hosts_of(others[before.year]), hosts_of(others[after.year]), "Tillfälle"),
    ]


# --- Money --------------------------------------------------------------------------------------------------


def _budgets(before: OperationalPlan, after: OperationalPlan, audience: Audience) -> dict[int, Budget]:
    """The budgets that there are, by their plan's key."""
    budgets = Budget.objects.visible_to(audience).filter(plan__in=[before, after]).select_related("plan")
    return {budget.plan_id: budget for budget in budgets}


def _money(before: OperationalPlan, after: OperationalPlan, budgets: dict[int, Budget]) -> MoneyChanges:
    old, new = (
        budget_statement(budgets[plan.pk]) if plan.pk in budgets else None for plan in (before, after)
    )
    firsts = _firsts(BudgetLine)
    sides = BudgetLine.Side
    revenue, cost = (
        [_lines(statement, firsts, side) for statement in (old, new)] for side in (sides.REVENUE, sides.COST)
    )
    tables = [statement.fee_table if statement else None for statement in (old, new)]
    rates = [table.rate if table else None for table in tables]
    return MoneyChanges(
        revenue_lines=line_amounts(*revenue),
        cost_lines=line_amounts(*cost),
        revenue=amount("Summa", *(each.balance.revenue if each else None for each in (old, new))),
        cost=amount("Summa", *(each.balance.cost if each else None for each in (old, new))),
        rate=amount("Avgift per invånare och år", *rates) if None not in rates else None,
        fees=_fees(old, new),
        problems=[
            problem
            for plan, statement in ((before, old), (after, new))
            if (problem := _problem(plan, statement))
        ],
        has_both_budgets=old is not None and new is not None,
    )


def _lines(statement: BudgetStatement | None, firsts: dict[int, int], side: str) -> list[Line]:
    if statement is None:
        return []
    lines = statement.revenue_lines if side == BudgetLine.Side.REVENUE else statement.cost_lines
    return [Line(line.title, line.amount, firsts.get(line.pk, line.pk)) for line in lines]


def _problem(plan: OperationalPlan, statement: BudgetStatement | None) -> str:
    return statement.fee_problem if statement else f"Det finns ingen budget för {plan.year}."


def _fees(before: BudgetStatement | None, after: BudgetStatement | None) -> list[Amount]:
    """Each municipality's fee by the rule, and the sum of them; empty if no fee is known."""
    tables = [statement.fee_table if statement else None for statement in (before, after)]
    known = [{row.municipality: row.amount for row in table.rows} if table else {} for table in tables]
    rows = [
        amount(municipality.name, known[0].get(municipality), known[1].get(municipality))
        for municipality in dict.fromkeys([*known[0], *known[1]])
    ]
    total = amount("Summa", *(table.total if table else None for table in tables))
    is_known = any(row.before is not None or row.after is not None for row in rows)
    return [*rows, total] if is_known else []
