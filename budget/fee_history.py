"""What the municipalities pay, year by year, by the rule for the fee and by the budgets."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from budget import fees
from budget.balance import Reconciliation
from budget.models import Budget, BudgetLine, FeeRate
from budget.statement import FeeRow, FeeTable, fee_table_of
from committee.models import Municipality, Population


@dataclass(frozen=True)
class BudgetFees:
    """A budget's fees: by the rule, and against the rule. None where no fee applies to all of its year."""

    budget: Budget
    budgeted: Decimal
    table: FeeTable | None
    reconciliation: Reconciliation | None


@dataclass(frozen=True)
class FeeYear:
    """A year's fee for the municipality: amounts in whole kronor, None where they can't be known.

    `share` is its part of what all pay. A year `without_budget` follows the newest budget: its fee is what
    has been decided, reckoned on that budget's population.
    """

    year: int
    rate: Fraction
    population: Population | None
    amount: int | None
    budgeted: int | None
    share: Fraction | None
    without_budget: bool = False

    @property
    def share_percent(self) -> Fraction | None:
        return None if self.share is None else 100 * self.share


def public_fees() -> list[BudgetFees]:
    """The fees of all budgets that anyone may read, oldest first.

    The number of queries does not depend on how many years there are.
    """
    budgets = list(
        Budget.objects.public().select_related("plan").prefetch_related("lines").order_by("plan__year")
    )
    rates = FeeRate.objects.decided().as_rates()
    municipalities = list(Municipality.objects.all())
    dates = {budget.population_date for budget in budgets if budget.population_date}
    populations = list(Population.objects.filter(reference_date__in=dates))
    return [
        _fees_of(
            budget,
            rates,
            municipalities,
            [row for row in populations if row.reference_date == budget.population_date],
        )
        for budget in budgets
    ]


def fee_history(municipality: Municipality) -> list[FeeYear]:
    """The years of all public budgets that have a fee, oldest first, and the year after the last."""
    told = public_fees()
    years: list[FeeYear] = []
    for each in told:
        if each.table is None:
            continue
        year = each.budget.plan.year
        row = next(row for row in each.table.rows if row.municipality == municipality)
        years.append(_year(year, each.table, row))
        if each is told[-1]:
            years.append(_year_after(year + 1, each.table, row))
    return years


def _fees_of(
    budget: Budget,
    rates: list[fees.Rate],
    municipalities: list[Municipality],
    populations: list[Population],
) -> BudgetFees:
    budgeted = _fees_in(budget)
    try:
        table = fee_table_of(budget, rates, municipalities, populations, budgeted)
    except fees.RateMissingError:
        return BudgetFees(budget, budgeted, None, None)
    reconciliation = budget.reconciliation_of(budget.lines.all(), rates, table.inhabitants)
    return BudgetFees(budget, budgeted, table, reconciliation)


def _year(year: int, table: FeeTable, row: FeeRow) -> FeeYear:
    return FeeYear(year, table.rate, row.population, row.amount, row.budgeted, _share(table, row))


def _year_after(year: int, table: FeeTable, row: FeeRow) -> FeeYear:
    share = _share(table, row)
    return FeeYear(year, table.rate_next_year, row.population, row.amount_next_year, None, share, True)


def _share(table: FeeTable, row: FeeRow) -> Fraction | None:
    if not table.inhabitants or row.population is None:
        return None
    return Fraction(row.population.inhabitants, table.inhabitants)


def _fees_in(budget: Budget) -> Decimal:
    lines: list[BudgetLine] = list(budget.lines.all())
    return sum((line.amount for line in lines if line.is_fee), Decimal(0))
