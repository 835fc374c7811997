"""A budget as a page shows it: its lines and sums, the year's fee, and what each municipality pays."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from budget import fees
from budget.balance import Balance, Reconciliation
from budget.models import Budget, BudgetLine, FeeRate, balance_of, fees_in
from budget.reconciliation_text import ReconciliationText, reconciliation_text
from committee.models import Municipality, Population


@dataclass(frozen=True)
class FeeRow:
    """A municipality's fee in whole kronor; None for what can't be known without its population."""

    municipality: Municipality
    population: Population | None
    amount: int | None
    amount_next_year: int | None
    budgeted: int | None
    """Its share of the fees that the budget has, whatever the rule gives."""


@dataclass(frozen=True)
class FeeTable:
    """The year's fee and the next year's, per inhabitant and per municipality.

    The totals are None when a population is missing, and `total_budgeted` also when no fees are budgeted in
    whole kronor.
    """

    periods: list[fees.RatePeriod]
    rate: Fraction
    rate_next_year: Fraction
    rows: list[FeeRow]
    inhabitants: int | None
    total: int | None
    total_next_year: int | None
    total_budgeted: int | None

    @property
    def derivation(self) -> str:
        """The year's rate spelt out."""
        return fees.derivation(self.periods)


@dataclass(frozen=True)
class BudgetStatement:
    """All that is said of a budget. Without a fee table, `fee_problem` says why in Swedish."""

    budget: Budget
    revenue_lines: list[BudgetLine]
    cost_lines: list[BudgetLine]
    balance: Balance
    fee_table: FeeTable | None
    fee_problem: str
    reconciliation: Reconciliation | None

    @property
    def reconciliation_text(self) -> ReconciliationText | None:
        return reconciliation_text(self.reconciliation) if self.reconciliation else None


def budget_statement(budget: Budget) -> BudgetStatement:
    """Work a budget out from its lines, the fee rates, and the population on its reference date."""
    return statement_among(budget, *Municipality.objects.with_populations_on(budget.population_date))


def statement_among(
    budget: Budget, municipalities: list[Municipality], populations: list[Population]
) -> BudgetStatement:
    """As `budget_statement`, with all municipalities and the populations of the date already read."""
    lines = list(budget.lines.all())
    revenue = [line for line in lines if line.side == BudgetLine.Side.REVENUE]
    cost = [line for line in lines if line.side == BudgetLine.Side.COST]
    rates = FeeRate.objects.known_to(budget).as_rates()
    fee_table, fee_problem, reconciliation = None, "", None
    try:
        budgeted = fees_in(revenue)
        fee_table = fee_table_of(budget, rates, municipalities, populations, budgeted)
        reconciliation = budget.reconciliation_of(budgeted, rates, fee_table.inhabitants)
    except fees.RateMissingError as error:
        fee_problem = str(error)
    return BudgetStatement(
        budget,
        revenue,
        cost,
        balance_of(lines),
        fee_table,
        fee_problem,
        reconciliation,
    )


def fee_table_of(
    budget: Budget,
    rates: list[fees.Rate],
    municipalities: list[Municipality],
    populations: list[Population],
    budgeted: Decimal,
) -> FeeTable:
    """What the rule for the fee gives, from rows already read; `populations` are of the budget's date.

    `budgeted` is the sum of the budget's fees. Raises RateMissingError.
    """
    year, proration = budget.plan.year, fees.Proration(budget.proration)
    periods = fees.rate_periods(rates, year, proration)
    rate = fees.average_rate(periods)
    rate_next_year = fees.average_rate(fees.rate_periods(rates, year + 1, proration))
    known = {row.municipality_id: row for row in populations}
    inhabitants = {
        municipality.code: known[municipality.pk].inhabitants if municipality.pk in known else None
        for municipality in municipalities
    }
    this_year, next_year = fees.levy(rate, inhabitants), fees.levy(rate_next_year, inhabitants)
    shares = fees.levy_of_budgeted(budgeted, inhabitants)
    is_complete = None not in inhabitants.values()
    return FeeTable(
        periods=periods,
        rate=rate,
        rate_next_year=rate_next_year,
        rows=[
            FeeRow(
                municipality,
                known.get(municipality.pk),
                this_year.shares[index].amount,
                next_year.shares[index].amount,
                shares.shares[index].amount if shares else None,
            )
            for index, municipality in enumerate(municipalities)
        ],
        inhabitants=sum(number or 0 for number in inhabitants.values()) if is_complete else None,
        total=this_year.total,
        total_next_year=next_year.total,
        total_budgeted=shares.total if shares else None,
    )
