"""Who pays what, as open data: the fee of each municipality and year, and the fees per inhabitant."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from budget.datasets import FEE_COLUMNS, fee_cells
from budget.fee_history import public_fees
from budget.models import Budget, BudgetLine, FeeRate
from budget.statement import FeeRow, FeeTable
from committee.models import Municipality, OperationalPlan, Population
from sodertorn.dataset_queries import day_span, matching, revision_of, year_span
from sodertorn.opendata import Column, Filter, PublishedDataset, Revision, Row


@dataclass(frozen=True)
class Fee:
    """A municipality's fee in a year, in the table of what all pay then."""

    year: int
    table: FeeTable
    row: FeeRow


def _fees() -> list[Fee]:
    """The newest year first."""
    return [
        Fee(each.budget.plan.year, each.table, row)
        for each in reversed(public_fees())
        if each.table is not None
        for row in each.table.rows
    ]


def fee_revision() -> Revision:
    """The state of all that the fees are worked out from."""
    budgets = Budget.objects.public().order_by()
    return revision_of(
        budgets,
        BudgetLine.objects.filter(budget__in=budgets),
        FeeRate.objects.decided(),
        OperationalPlan.objects.public(),
        Population.objects.all(),
        Municipality.objects.all(),
    )


def _of_year(items: Sequence[Fee], year: int) -> list[Fee]:
    return [item for item in items if item.year == year]


def _of_municipality(items: Sequence[Fee], code: str) -> list[Fee]:
    return [item for item in items if item.row.municipality.code == code]


FEES = PublishedDataset(
    slug="avgifter",
    title="Avgift per kommun och år",
    description="Vad varje kommun betalar enligt regeln: avgiften per invånare gånger kommunens invånare. "
    "Bredvid står kommunens del av det som budgeten tar upp. De två kan skilja sig åt, och båda är kvar.",
    columns=FEE_COLUMNS,
    items=_fees,
    as_row=lambda item, base_url: fee_cells(item.year, item.table, item.row),
    revision=fee_revision,
    keywords=("avgifter", "finansiering", "kommuner", "budget"),
    page=lambda: reverse("budget:budget-list"),
    temporal=lambda: year_span(Budget.objects.public(), "plan__year"),
    frequency="ANNUAL",
    source="Södertörnskommunernas samarbetskommitté, och SCB för folkmängden",
    theme="ECON",
    filters=(
        Filter("year", "År", "integer", (), _of_year),
        Filter("municipality", "Kommunkod", "string", (), _of_municipality),
    ),
)


def _rate_row(row: FeeRate, base_url: str) -> Row:
    return row.valid_from, row.amount_per_inhabitant, row.note or None


RATES = PublishedDataset(
    slug="avgift-per-invanare",
    title="Avgift per invånare",
    description="De beslutade avgifterna per invånare och år. En avgift gäller tills nästa tar över.",
    columns=(
        Column("valid_from", "Gäller från", "Första dagen som avgiften gäller.", kind="date"),
        Column(
            "amount_per_inhabitant",
            "Avgift per invånare",
            "För ett helt år.",
            "kronor",
            "decimal",
        ),
        Column("note", "Anmärkning", "Tomt när det inte finns någon."),
    ),
    items=lambda: FeeRate.objects.decided().order_by("valid_from", "pk"),
    as_row=_rate_row,
    revision=lambda: revision_of(FeeRate.objects.decided()),
    keywords=("avgifter", "finansiering"),
    page=lambda: reverse("budget:budget-list"),
    temporal=lambda: day_span(FeeRate.objects.decided(), "valid_from"),
    theme="ECON",
    filters=(matching("from", "Gäller från tidigast", "valid_from__gte", "date"),),
)
