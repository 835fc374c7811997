"""How it went: a budget's lines against what each report says that they came to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from budget.balance import Deviation
from budget.models import Budget, BudgetLine, Outcome


@dataclass(frozen=True)
class OutcomeRow:
    """A line in a report; without an outcome the report says nothing of it."""

    line: BudgetLine
    outcome: Outcome | None

    @property
    def deviation(self) -> Deviation | None:
        return self.outcome.against_budget if self.outcome else None


@dataclass(frozen=True)
class OutcomeSide:
    """The revenue or the costs of a report. The sum is None until every line has an outcome."""

    label: str
    rows: tuple[OutcomeRow, ...]
    budgeted: Decimal
    total: Deviation | None


@dataclass(frozen=True)
class OutcomeReport:
    """A report: as of a day, and held against the whole budget or the part of the year that has gone."""

    kind: Outcome.Report
    as_of: date
    sides: tuple[OutcomeSide, ...]

    @property
    def label(self) -> str:
        return str(self.kind.label)

    @property
    def is_interim(self) -> bool:
        return self.kind == Outcome.Report.INTERIM


def outcome_reports(lines: Iterable[BudgetLine], outcomes: Iterable[Outcome]) -> list[OutcomeReport]:
    """The reports that there are, in the order they are made; outcomes come with their lines."""
    lines, outcomes = list(lines), list(outcomes)
    reports = []
    for kind in Outcome.Report:
        told = {outcome.line_id: outcome for outcome in outcomes if outcome.report == kind}
        if told:
            sides = tuple(_side(side, lines, told) for side in BudgetLine.Side)
            as_of = max(outcome.as_of for outcome in told.values())
            reports.append(OutcomeReport(kind, as_of, tuple(side for side in sides if side.rows)))
    return reports


def stored_reports(budget: Budget, lines: Iterable[BudgetLine]) -> list[OutcomeReport]:
    """The reports on a budget's lines, in one query."""
    return outcome_reports(lines, Outcome.objects.filter(line__budget=budget).select_related("line"))


def _side(side: BudgetLine.Side, lines: list[BudgetLine], told: dict[int, Outcome]) -> OutcomeSide:
    labels = {BudgetLine.Side.REVENUE: "Intäkter", BudgetLine.Side.COST: "Kostnader"}
    rows = tuple(OutcomeRow(line, told.get(line.pk)) for line in lines if line.side == side)
    deviations = [row.deviation for row in rows if row.deviation]
    total = None
    if rows and len(deviations) == len(rows):
        total = Deviation(
            sum((deviation.expected for deviation in deviations), Fraction(0)),
            sum((deviation.amount for deviation in deviations), Decimal(0)),
        )
    return OutcomeSide(labels[side], rows, sum((row.line.amount for row in rows), Decimal(0)), total)
