"""Budgets of several years side by side, and what has changed from one to the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from budget.balance import Balance, Deviation
from budget.models import Budget, BudgetLine, Outcome, balance_of
from budget.outcomes import outcome_reports


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


def year_rows(budgets: Sequence[Budget]) -> list[YearRow]:
    """A row for each budget, oldest first; they come with their lines, and these with their outcomes."""
    rows: list[YearRow] = []
    for budget in sorted(budgets, key=lambda budget: budget.plan.year):
        lines = list(budget.lines.all())
        balance = balance_of(lines)
        change = Deviation(Fraction(rows[-1].balance.cost), balance.cost) if rows else None
        costs = _reported_costs(lines)
        rows.append(
            YearRow(
                budget,
                balance,
                change,
                costs.get(Outcome.Report.FORECAST),
                costs.get(Outcome.Report.ANNUAL),
            )
        )
    return rows


def line_rows(before: Budget, after: Budget) -> list[LineRow]:
    """The lines of two budgets side by side, as `compared_lines` orders them."""
    return compared_lines(before.lines.all(), after.lines.all())


def compared_lines(before: Iterable[BudgetLine], after: Iterable[BudgetLine]) -> list[LineRow]:
    """Two years' lines side by side, in the later one's order; those that are gone come last."""
    old, new = ({(line.side, line.title): line.amount for line in lines} for lines in (before, after))
    keys = sorted([*new, *(key for key in old if key not in new)], key=lambda key: key[0] != "revenue")
    return [LineRow(side, title, old.get((side, title)), new.get((side, title))) for side, title in keys]


def _reported_costs(lines: list[BudgetLine]) -> dict[Outcome.Report, Decimal]:
    outcomes = [outcome for line in lines for outcome in line.outcomes.all()]
    return {
        report.kind: side.total.amount
        for report in outcome_reports(lines, outcomes)
        for side in report.sides
        if side.total and side.rows[0].line.side == BudgetLine.Side.COST
    }
