"""What it costs, as open data: the budgets, their lines, how it went, and what activities cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from budget.datasets import LINE_COLUMNS, YEAR_COLUMNS, kronor_column, line_cells, year_cells
from budget.fee_datasets import fee_revision
from budget.fee_history import BudgetFees, public_fees
from budget.models import ActivityCost, Budget, BudgetLine, Outcome
from budget.years import YearRow, year_rows
from committee.datasets import URL, YEAR, values_in_words
from committee.follow_up_datasets import public_activities
from committee.models import OperationalPlan
from sodertorn.dataset_queries import day_span, matching, revision_of, year_span
from sodertorn.money import round_half_up
from sodertorn.opendata import Column, Filter, PublishedDataset, Revision, Row
from sodertorn.publishing import VISITOR


def _budgets() -> QuerySet[Budget]:
    return Budget.objects.public().order_by()


def _lines() -> QuerySet[BudgetLine]:
    return BudgetLine.objects.filter(budget__in=_budgets())


def _outcomes() -> QuerySet[Outcome]:
    return Outcome.objects.filter(line__in=_lines())


# --- Budgets ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BudgetYear:
    """A budget's sums, and its fees against the rule for them."""

    sums: YearRow
    fees: BudgetFees


def _budget_years() -> list[BudgetYear]:
    """The newest first."""
    fees = {each.budget.pk: each for each in public_fees()}
    rows = year_rows(_budgets().select_related("plan"))
    return [BudgetYear(row, fees[row.budget.pk]) for row in reversed(rows)]


def _budget_row(item: BudgetYear, base_url: str) -> Row:
    budget, reconciliation = item.sums.budget, item.fees.reconciliation
    return (
        *year_cells(item.sums),
        round_half_up(item.fees.budgeted, 2),
        round_half_up(reconciliation.by_rule, 2) if reconciliation else None,
        reconciliation.inhabitants if reconciliation else None,
        budget.reconciliation_comment or None,
        f"{base_url}{budget.get_absolute_url()}",
    )


def _budget_revision() -> Revision:
    of_fees, of_outcomes = fee_revision(), revision_of(_outcomes())
    moments = [each.changed_at for each in (of_fees, of_outcomes) if each.changed_at]
    return Revision(of_fees.versions + of_outcomes.versions, max(moments, default=None))


def _of_year(items: Sequence[BudgetYear], year: int) -> list[BudgetYear]:
    return [item for item in items if item.sums.budget.plan.year == year]


BUDGETS = PublishedDataset(
    slug="budgetar",
    title="Budgetar",
    description="Varje års budget i stort, och hur avgifterna i den förhåller sig till regeln för avgiften. "
    "Stämmer de inte överens är båda kvar, med sekretariatets kommentar.",
    columns=(
        *YEAR_COLUMNS,
        kronor_column("fees_budgeted", "Avgifter enligt budgeten", "Vad budgeten tar upp i avgifter."),
        kronor_column(
            "fees_by_rule",
            "Avgifter enligt regeln",
            "Avgiften per invånare gånger invånarna. Tomt när det inte kan räknas.",
        ),
        Column(
            "fees_by_rule_inhabitants",
            "Invånare som regeln räknats med",
            "Det antal som planen anger, eller om den inget anger folkmängden.",
            "personer",
            "integer",
        ),
        Column("comment", "Kommentar", "Varför budgeten skiljer sig från regeln. Tomt när det inte sagts."),
        URL,
    ),
    items=_budget_years,
    counted_by=_budgets,
    as_row=_budget_row,
    revision=_budget_revision,
    keywords=("budget", "intäkter", "kostnader", "avgifter"),
    page=lambda: reverse("budget:budget-list"),
    temporal=lambda: year_span(_budgets(), "plan__year"),
    frequency="ANNUAL",
    theme="ECON",
    filters=(Filter("year", "År", "integer", (), _of_year),),
)


# --- Lines --------------------------------------------------------------------------------------------------


def _line_row(line: BudgetLine, base_url: str) -> Row:
    told = {outcome.report: outcome for outcome in line.outcomes.all()}
    return line_cells(line.budget.plan.year, line, told)


LINES = PublishedDataset(
    slug="budgetposter",
    title="Budgetposter",
    description="Varje intäkt och kostnad i varje budget, och vad den blev enligt de rapporter som finns.",
    columns=LINE_COLUMNS,
    items=lambda: (
        _lines()
        .select_related("budget__plan")
        .prefetch_related("outcomes")
        .order_by("-budget__plan__year", "-side", "position", "pk")
    ),
    as_row=_line_row,
    revision=lambda: revision_of(_lines(), _outcomes(), _budgets(), OperationalPlan.objects.public()),
    keywords=("budget", "intäkter", "kostnader"),
    page=lambda: reverse("budget:budget-list"),
    temporal=lambda: year_span(_budgets(), "plan__year"),
    frequency="ANNUAL",
    theme="ECON",
    filters=(
        matching("year", "År", "budget__plan__year", "integer"),
        matching("side", "Intäkt eller kostnad", "side", choices=tuple(BudgetLine.Side.values)),
    ),
)


# --- Outcomes -----------------------------------------------------------------------------------------------


def _outcome_row(row: Outcome, base_url: str) -> Row:
    line = row.line
    return (
        line.budget.plan.year,
        row.report,
        row.as_of,
        line.side,
        line.title,
        line.amount,
        row.amount,
        row.comment or None,
    )


OUTCOMES = PublishedDataset(
    slug="utfall",
    title="Utfall",
    description="Vad varje budgetpost kom till enligt delårsrapport, prognos och bokslut, med kommentarer.",
    columns=(
        YEAR,
        Column("report", "Rapport", values_in_words(Outcome.Report.choices)),
        Column("as_of", "Till och med", "Sista dagen som beloppet omfattar.", kind="date"),
        *LINE_COLUMNS[1:4],
        kronor_column("outcome", "Utfall", "Vad posten kom till, eller väntas komma till på året."),
        Column("comment", "Kommentar", "Varför det avviker från budgeten. Tomt när det inte sagts."),
    ),
    items=lambda: (
        _outcomes()
        .select_related("line__budget__plan")
        .order_by("-line__budget__plan__year", "as_of", "report", "-line__side", "line__position", "pk")
    ),
    as_row=_outcome_row,
    revision=lambda: revision_of(_outcomes(), _lines(), _budgets(), OperationalPlan.objects.public()),
    keywords=("utfall", "bokslut", "prognos", "delårsrapport"),
    page=lambda: reverse("budget:budget-list"),
    temporal=lambda: day_span(_outcomes(), "as_of"),
    theme="ECON",
    filters=(
        matching("year", "År", "line__budget__plan__year", "integer"),
        matching("report", "Rapport", "report", choices=tuple(Outcome.Report.values)),
    ),
)


# --- What activities cost -----------------------------------------------------------------------------------


def _costs() -> QuerySet[ActivityCost]:
    return ActivityCost.objects.visible_to(VISITOR)


def _cost_row(row: Any, base_url: str) -> Row:
    line = row.line
    return (
        line.budget.plan.year,
        row.activity.title,
        line.title,
        row.amount,
        row.note or None,
        f"{base_url}{line.budget.get_absolute_url()}",
    )


COSTS = PublishedDataset(
    slug="aktivitetskostnader",
    title="Vad aktiviteterna kostar",
    description="Hur stor del av en budgetpost som är till för en viss aktivitet.",
    columns=(
        YEAR,
        Column("activity", "Aktivitet", "Som i datamängden Aktiviteter."),
        Column("line", "Budgetpost", "Som i datamängden Budgetposter."),
        kronor_column("amount", "Belopp", "Vad aktiviteten ska kosta."),
        Column("note", "Anmärkning", "Tomt när det inte finns någon."),
        URL,
    ),
    items=lambda: (
        _costs()
        .select_related("activity", "line__budget__plan")
        .order_by("-line__budget__plan__year", "activity__position", "activity_id", "line__position", "pk")
    ),
    as_row=_cost_row,
    revision=lambda: revision_of(
        _costs(),
        _lines(),
        _budgets(),
        public_activities(),
        OperationalPlan.objects.public(),
    ),
    keywords=("budget", "aktiviteter", "kostnader"),
    page=lambda: reverse("budget:budget-list"),
    temporal=lambda: year_span(_costs(), "line__budget__plan__year"),
    theme="ECON",
    filters=(matching("year", "År", "line__budget__plan__year", "integer"),),
)
