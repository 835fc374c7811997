"""What one municipality pays, year by year, by the rule for the fee and by the budgets."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from budget import fees
from budget.models import Budget, BudgetLine, FeeRate
from budget.statement import FeeRow, FeeTable, fee_table_of
from committee.models import Municipality, Population


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


def fee_history(municipality: Municipality) -> list[FeeYear]:
    """The years of all public budgets that have a fee, oldest first, and the year after the last.

    The number of queries does not depend on how many years there are.
    """
    budgets = list(
        Budget.objects.public().select_related("plan").prefetch_related("lines").order_by("plan__year")
    )
    rates = FeeRate.objects.decided().as_rates()
    municipalities = list(Municipality.objects.all())
    dates = {budget.population_date for budget in budgets if budget.population_date}
    populations = list(Population.objects.filter(reference_date__in=dates))
    years: list[FeeYear] = []
    for budget in budgets:
        of_date = [row for row in populations if row.reference_date == budget.population_date]
        try:
            table = fee_table_of(budget, rates, municipalities, of_date, _fees_in(budget))
        except fees.RateMissingError:
            continue
        row = next(row for row in table.rows if row.municipality == municipality)
        years.append(_year(budget.plan.year, table, row))
        if budget == budgets[-1]:
            years.append(_year_after(budget.plan.year + 1, table, row))
    return years


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
