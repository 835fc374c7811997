"""Budgets of several years side by side, and what has changed from one to the next."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from budget.balance import Balance, Deviation
from budget.models import Budget, BudgetLine, Outcome
from budget.totals import NOTHING, totals

ON_LIST = (Outcome.Report.FORECAST, Outcome.Report.ANNUAL)
"""The reports of a whole year, whose costs can stand beside the budget's."""


@dataclass(frozen=True)
class YearRow:
    """A year's sums. `change` is of the costs since the budget before; None for the first.

    `forecast` and `annual` are the costs by those reports, None until every cost has an outcome in them.
    """

    budget: Budget
    balance: Balance
    change: Deviation | None
    forecast: Decimal | None
    annual: Decimal | None


@dataclass(frozen=True)
class LineRow:
    """A line by side and title in two years' budgets; None where a year has no such line."""

    side: str
    title: str
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Deviation:
        return Deviation(Fraction(self.before or 0), self.after or Decimal(0))


def year_rows(budgets: Iterable[Budget]) -> list[YearRow]:
    """A row for each budget, oldest first, in two queries; the budgets come with their plans."""
    budgets = sorted(budgets, key=lambda budget: budget.plan.year)
    sides = totals(BudgetLine.objects.filter(budget__in=budgets), "budget", "side")
    costs = Outcome.objects.filter(line__budget__in=budgets, line__side=BudgetLine.Side.COST)
    reports = totals(costs, "line__budget", "report")
    rows: list[YearRow] = []
    for budget in budgets:
        revenue, cost = (sides.get((budget.pk, side), NOTHING) for side in BudgetLine.Side)
        told = (reports.get((budget.pk, kind), NOTHING) for kind in ON_LIST)
        forecast, annual = (each.amount if 0 < each.number == cost.number else None for each in told)
        change = Deviation(Fraction(rows[-1].balance.cost), cost.amount) if rows else None
        rows.append(YearRow(budget, Balance(revenue.amount, cost.amount), change, forecast, annual))
    return rows


def line_rows(before: Budget, after: Budget) -> list[LineRow]:
    """The lines of two budgets side by side, as `compared_lines` orders them."""
    return compared_lines(before.lines.all(), after.lines.all())


def compared_lines(before: Iterable[BudgetLine], after: Iterable[BudgetLine]) -> list[LineRow]:
    """Two years' lines side by side, in the later one's order; those that are gone come last."""
    old, new = ({(line.side, line.title): line.amount for line in lines} for lines in (before, after))
    keys = sorted([*new, *(key for key in old if key not in new)], key=lambda key: key[0] != "revenue")
    return [LineRow(side, title, old.get((side, title)), new.get((side, title))) for side, title in keys]
