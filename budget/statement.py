"""A budget as a page shows it: its lines and sums, the year's fee, and what each municipality pays."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from budget import fees
from budget.balance import Balance, Reconciliation, reconcile
from budget.models import Budget, BudgetLine, FeeRate
from committee.models import Municipality, Population


@dataclass(frozen=True)
class FeeRow:
    """A municipality's fee in whole kronor; None for what can't be known without its population."""

    municipality: Municipality
    population: Population | None
    amount: int | None
    amount_next_year: int | None


@dataclass(frozen=True)
class FeeTable:
    """The year's fee and the next year's, per inhabitant and per municipality.

    `derivation` spells out the year's rate; `total` is None when a population is missing.
    """

    periods: list[fees.RatePeriod]
    rate: Fraction
    derivation: str
    rate_next_year: Fraction
    rows: list[FeeRow]
    inhabitants: int | None
    total: int | None
    total_next_year: int | None


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


def budget_statement(budget: Budget) -> BudgetStatement:
    """Work a budget out from its lines, the fee rates, and the population on its reference date."""
    lines = list(budget.lines.all())
    revenue = [line for line in lines if line.side == BudgetLine.Side.REVENUE]
    cost = [line for line in lines if line.side == BudgetLine.Side.COST]
    rates = FeeRate.objects.known_to(budget).as_rates()
    fee_table, fee_problem, reconciliation = None, "", None
    try:
        fee_table = _fee_table(budget, rates)
        reconciliation = _reconciliation(budget, rates, revenue)
    except fees.RateMissingError as error:
        fee_problem = str(error)
    return BudgetStatement(
        budget,
        revenue,
        cost,
        Balance(_sum(revenue), _sum(cost)),
        fee_table,
        fee_problem,
        reconciliation,
    )


def _fee_table(budget: Budget, rates: list[fees.Rate]) -> FeeTable:
    year, proration = budget.plan.year, fees.Proration(budget.proration)
    periods = fees.rate_periods(rates, year, proration)
    rate = fees.average_rate(periods)
    rate_next_year = fees.average_rate(fees.rate_periods(rates, year + 1, proration))
    municipalities = list(Municipality.objects.all())
    populations = (
        {row.municipality_id: row for row in Population.objects.on(budget.population_date)}
        if budget.population_date
        else {}
    )
    inhabitants = {
        municipality.code: populations[municipality.pk].inhabitants
        if municipality.pk in populations
        else None
        for municipality in municipalities
    }
    levy = fees.levy(rate, inhabitants)
    levy_next_year = fees.levy(rate_next_year, inhabitants)
    known = [number for number in inhabitants.values() if number is not None]
    return FeeTable(
        periods=periods,
        rate=rate,
        derivation=fees.derivation(periods),
        rate_next_year=rate_next_year,
        rows=[
            FeeRow(municipality, populations.get(municipality.pk), share.amount, next_share.amount)
            for municipality, share, next_share in zip(
                municipalities, levy.shares, levy_next_year.shares, strict=True
            )
        ],
        inhabitants=sum(known) if len(known) == len(municipalities) else None,
        total=levy.total,
        total_next_year=levy_next_year.total,
    )


def _reconciliation(
    budget: Budget, rates: list[fees.Rate], revenue: list[BudgetLine]
) -> Reconciliation | None:
    """The budgeted fees against the rule; None when the plan states no inhabitants or budgets no fees."""
    budgeted = _sum([line for line in revenue if line.is_fee])
    if not budget.plan.stated_inhabitants or not budgeted:
        return None
    return reconcile(
        budget.plan.stated_inhabitants, rates, budget.plan.year, fees.Proration(budget.proration), budgeted
    )


def _sum(lines: list[BudgetLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))
