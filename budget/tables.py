"""Fee rates, budget lines and outcomes as tables to edit and take in again; scenarios to take out."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from import_export.fields import Field

from budget.models import ActivityCost, Budget, BudgetLine, FeeRate, Outcome, Scenario
from committee.models import Activity
from sodertorn.round_trip_cells import (
    AmountCell,
    ChoiceCell,
    DateCell,
    RelatedCell,
    TextCell,
    WholeCell,
    yes_or_no,
)
from sodertorn.round_trip_tables import TableOptions, TableResource
from sodertorn.table_files import Cell


def _budgets() -> QuerySet[Budget]:
    return Budget.objects.select_related("plan")


class FeeRateTable(TableResource):
    """By the date they are valid from."""

    valid_from = Field("valid_from", "gäller från", widget=DateCell())
    amount_per_inhabitant = Field("amount_per_inhabitant", "kronor per invånare och år", widget=AmountCell())
    note = Field("note", "anmärkning", widget=TextCell())
    proposed_in = Field("proposed_in", "föreslås i", widget=RelatedCell(_budgets, str, may_be_empty=True))

    key = ("valid_from",)
    joined = ("proposed_in__plan",)

    class Meta(TableOptions):
        model = FeeRate
        fields = ("valid_from", "amount_per_inhabitant", "note", "proposed_in")


class OfABudget(TableResource):
    """Rows of one budget, whose year every line must have. `target` is the budget's primary key."""

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self.budget = Budget.objects.select_related("plan").get(pk=target) if target else None
        if self.budget:
            # The lines are judged when all of them have been taken in.
            self.budget.lines_checked_together = True

    def check_year(self, row: Mapping[str, Cell]) -> Budget:
        if self.budget is None:
            raise ValidationError("Välj en budget.")
        year = self.cell(row, "year")
        if year != self.budget.plan.year:
            raise ValidationError(
                {"year": f"Raden hör till {year}, men du läser in {self.budget.plan.year}."}
            )
        return self.budget

    def find_line(self, row: Mapping[str, Cell], number: int | None) -> BudgetLine | None:
        """The budget's line with the number, or on the side and with the title; None if there is none.

        Raises ValidationError if it isn't the budget's, or if several lines could be meant.
        """
        budget = self.check_year(row)
        if number is not None:
            line = budget.lines.filter(pk=number).first() if 0 < number < 2**63 else None
            if line is None:
                raise ValidationError({"number": f"Budgeten för {budget.plan.year} har ingen rad {number}."})
        else:
            side, title = self.cell(row, "side"), self.cell(row, "title")
            lines = list(budget.lines.filter(side=side, title=title))
            if len(lines) > 1:
                raise ValidationError({"title": "Flera rader heter så. Skriv radens nummer."})
            line = lines[0] if lines else None
        if line:
            line.budget = budget
        return line


class BudgetLineTable(OfABudget):
    """By year and number, or for a line without a number by year, side and title."""

    year = Field("budget__plan__year", "år", readonly=True, widget=WholeCell())
    number = Field("pk", "radnummer", readonly=True, widget=WholeCell(may_be_empty=True))
    side = Field("side", "sida", widget=ChoiceCell(dict(BudgetLine.Side.choices)))
    title = Field("title", "benämning", widget=TextCell())
    amount = Field("amount", "belopp i kronor", widget=AmountCell())
    is_fee = Field("is_fee", "avgifter från kommunerna", widget=yes_or_no())
    position = Field("position", "ordning", widget=WholeCell(0, may_be_empty=True))

    joined = ("budget__plan",)

    class Meta(TableOptions):
        model = BudgetLine
        fields = ("year", "number", "side", "title", "amount", "is_fee", "position")

    def find(self, row: Mapping[str, Cell]) -> BudgetLine | None:
        return self.find_line(row, self.cell(row, "number"))

    def init_instance(self, row: Any = None) -> BudgetLine:
        return BudgetLine(budget=self.budget)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """A published budget must be one that could be published with the lines as they are now."""
        if self.budget and not result.has_validation_errors():
            self.budget.refuse_obstacles(self.budget.lines.all())


class OutcomeTable(OfABudget):
    """By year, budget line and report."""

    year = Field("line__budget__plan__year", "år", readonly=True, widget=WholeCell())
    number = Field("line__pk", "radnummer", readonly=True, widget=WholeCell(may_be_empty=True))
    side = Field("line__side", "sida", readonly=True, widget=ChoiceCell(dict(BudgetLine.Side.choices)))
    title = Field("line__title", "benämning", readonly=True, widget=TextCell())
    report = Field("report", "rapport", widget=ChoiceCell(dict(Outcome.Report.choices)))
    as_of = Field("as_of", "till och med", widget=DateCell())
    amount = Field("amount", "belopp i kronor", widget=AmountCell())
    comment = Field("comment", "kommentar", widget=TextCell())

    joined = ("line__budget__plan",)

    class Meta(TableOptions):
        model = Outcome
        fields = ("year", "number", "side", "title", "report", "as_of", "amount", "comment")

    def find(self, row: Mapping[str, Cell]) -> Outcome | None:
        line = self._line(row)
        outcome = Outcome.objects.filter(line=line, report=self.cell(row, "report")).first()
        if outcome:
            outcome.line = line
        return outcome

    def init_instance(self, row: Any = None) -> Outcome:
        return Outcome(line=self._line(row))

    def _line(self, row: Mapping[str, Cell]) -> BudgetLine:
        line = self.find_line(row, self.cell(row, "number"))
        if line is None:
            raise ValidationError({"title": "Budgeten har ingen sådan rad."})
        return line


class ActivityCostTable(OfABudget):
    """By year and number, or for a cost without a number by year, activity and budget line."""

    year = Field("line__budget__plan__year", "år", readonly=True, widget=WholeCell())
    number = Field("pk", "nummer", readonly=True, widget=WholeCell(may_be_empty=True))
    activity = Field("activity", "aktivitet", widget=RelatedCell(Activity.objects.all, "title"))
    line = Field("line", "budgetrad", widget=RelatedCell(BudgetLine.objects.all, "title"))
    amount = Field("amount", "belopp i kronor", widget=AmountCell())
    note = Field("note", "anmärkning", widget=TextCell())

    key = ("activity", "line")
    joined = ("activity", "line__budget__plan")

    class Meta(TableOptions):
        model = ActivityCost
        fields = ("year", "number", "activity", "line", "amount", "note")

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        widgets: Any = {name: self.fields[name].widget for name in ("activity", "line")}
        plan = self.budget.plan if self.budget else None
        widgets["activity"].rows = (
            Activity.objects.for_plan(plan).select_related("action_plan") if plan else Activity.objects.none()
        ).all
        widgets["line"].rows = (
            BudgetLine.objects.filter(budget=self.budget, side=BudgetLine.Side.COST)
            .select_related("budget__plan")
            .all
        )

    def rows(self) -> QuerySet[Any]:
        return ActivityCost.objects.filter(line__budget=self.budget)

    def check_line(self, row: Mapping[str, Cell]) -> None:
        self.check_year(row)


class ScenarioTable(TableResource):
    """Kept calculations, to take out."""

    name = Field("name", "namn", widget=TextCell())
    year = Field("year", "år", widget=WholeCell())
    rate = Field("rate", "kronor per invånare och år", widget=AmountCell())
    changes_on = Field("changes_on", "gäller från", widget=DateCell(may_be_empty=True))
    total = Field("total", "belopp att fördela", widget=AmountCell())
    population_date = Field("population_date", "folkmängd per", widget=DateCell())
    note = Field("note", "anmärkning", widget=TextCell())

    class Meta(TableOptions):
        model = Scenario
        fields = ("name", "year", "rate", "changes_on", "total", "population_date", "note")
