"""What the municipalities pay, year by year, by the rule for the fee and by the budgets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from budget import fees
from budget.balance import Reconciliation
from budget.models import Budget, BudgetLine, BudgetQuerySet, FeeRate
from budget.statement import FeeTable, fee_table_of
from budget.totals import NOTHING, totals
from committee.models import Municipality, Population

FEE_FACTS = ("proration", "population_date", "plan__year")
"""What a budget says of how its fee is worked out."""


@dataclass(frozen=True)
class BudgetFees:
    """A budget's fees: by the rule, and against the rule. None where no fee applies to all of its year."""

    budget: Budget
    budgeted: Decimal
    table: FeeTable | None
    rates: list[fees.Rate]

    @property
    def reconciliation(self) -> Reconciliation | None:
        if self.table is None:
            return None
        return self.budget.reconciliation_of(self.budgeted, self.rates, self.table.inhabitants)


class Counted(NamedTuple):
    """A municipality's population, as it was counted."""

    inhabitants: int
    reference_date: date
    source: str


@dataclass(frozen=True)
class FeeYear:
    """A year's fee for the municipality: amounts in whole kronor, None where they can't be known.

    `share` is its part of what all pay. A year `without_budget` follows the newest budget: its fee is what
    has been decided, reckoned on that budget's population.
    """

    year: int
    rate: Fraction
    population: Counted | None
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
    budgets = list(Budget.objects.public().select_related("plan").order_by("plan__year"))
    rates = FeeRate.objects.decided().as_rates()
    municipalities = list(Municipality.objects.all())
    budgeted = _budgeted_fees(budgets)
    populations: dict[date | None, list[Population]] = {}
    for row in Population.objects.filter(reference_date__in=_dates(budgets)):
        populations.setdefault(row.reference_date, []).append(row)
    told = []
    for budget in budgets:
        counted, amount = populations.get(budget.population_date, []), budgeted[budget.pk]
        try:
            table = fee_table_of(budget, rates, municipalities, counted, amount)
        except fees.RateMissingError:
            table = None
        told.append(BudgetFees(budget, amount, table, rates))
    return told


def budgets_with_fees(rates: Iterable[fees.Rate]) -> BudgetQuerySet:
    """The budgets that anyone may read of years that have a fee by these rates, newest first.

    They come with what the fee is worked out from, and no more.
    """
    first_year = fees.first_charged_year(rates)
    budgets = Budget.objects.public().select_related("plan").only(*FEE_FACTS)
    return budgets.none() if first_year is None else budgets.filter(plan__year__gte=first_year)


def fee_history(
    municipality: Municipality, budgets: Iterable[Budget], rates: Sequence[fees.Rate], *, is_newest: bool
) -> list[FeeYear]:
    """The years of budgets with fees, oldest first, and the year after the last if that is the newest."""
    budgets = sorted(budgets, key=lambda budget: budget.plan.year)
    code, codes = municipality.code, list(Municipality.objects.values_list("code", flat=True))
    budgeted, populations = _budgeted_fees(budgets), _populations(budgets)
    years: list[FeeYear] = []
    for budget in budgets:
        known = populations.get(budget.population_date, {})
        counted = {key: known.get(key) for key in codes}
        year = budget.plan.year
        years.append(_fee_year(year, _rate(budget, rates, year), code, counted, budgeted[budget.pk]))
    if budgets and is_newest:
        years.append(_fee_year(year + 1, _rate(budget, rates, year + 1), code, counted, None))
    return years


def _fee_year(
    year: int,
    rate: Fraction,
    code: str,
    counted: Mapping[str, Counted | None],
    budgeted: Decimal | None,
) -> FeeYear:
    """What the municipality with the code pays. `budgeted` is None for a year without a budget."""
    inhabitants = {key: each.inhabitants if each else None for key, each in counted.items()}
    own, known = inhabitants[code], [number for number in inhabitants.values() if number is not None]
    shares = fees.levy_of_budgeted(budgeted, inhabitants) if budgeted else None
    return FeeYear(
        year,
        rate,
        counted[code],
        fees.levy(rate, inhabitants).amount_of(code),
        shares.amount_of(code) if shares else None,
        Fraction(own, sum(known)) if own and len(known) == len(inhabitants) else None,
        without_budget=budgeted is None,
    )


def _rate(budget: Budget, rates: Sequence[fees.Rate], year: int) -> Fraction:
    return fees.average_rate(fees.rate_periods(rates, year, fees.Proration(budget.proration)))


def _budgeted_fees(budgets: Iterable[Budget]) -> dict[int, Decimal]:
    """What each budget says that the municipalities pay, by its key."""
    budgets = list(budgets)
    found = totals(BudgetLine.objects.filter(budget__in=budgets, is_fee=True), "budget")
    return {budget.pk: found.get((budget.pk,), NOTHING).amount for budget in budgets}


def _dates(budgets: Iterable[Budget]) -> set[date]:
    return {budget.population_date for budget in budgets if budget.population_date}


def _populations(budgets: Iterable[Budget]) -> dict[date | None, dict[str, Counted]]:
    """The populations that the budgets are reckoned on, by day and municipality code."""
    rows = Population.objects.filter(reference_date__in=_dates(budgets)).order_by()
    columns = ("municipality__code", "inhabitants", "reference_date", "source")
    found: dict[date | None, dict[str, Counted]] = {}
    for code, *row in rows.values_list(*columns):
        counted = Counted(*row)
        found.setdefault(counted.reference_date, {})[code] = counted
    return found
