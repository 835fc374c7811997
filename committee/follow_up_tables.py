"""How it goes, as tables that can be edited and taken in again."""

from typing import Any

from django.db.models import QuerySet
from import_export.fields import Field

from committee.models import (
    ActionPlan,
    Activity,
    DevelopmentIssue,
    Direction,
    Document,
    Evaluation,
    FollowUp,
    OperationalPlan,
    ProgressOverride,
    TargetArea,
)
from committee.tables import (
    OfAPlan,
    OfAPlanItself,
    PlanCell,
    body_cell,
    municipality_cell,
    plan_column,
    position_column,
    publication_column,
    section_cell,
)
from sodertorn.round_trip_cells import ChoiceCell, DateCell, RelatedCell, TextCell, WholeCell
from sodertorn.round_trip_tables import TableOptions, number_column


def document_column() -> Field:
    """A document that lies in the portal, by its title."""
    return Field("document", "dokument", widget=RelatedCell(Document.objects.all, "title", may_be_empty=True))


def percent_column(name: str, *, may_be_empty: bool = False) -> Field:
    return Field("percent", name, widget=WholeCell(may_be_empty=may_be_empty))


def joined_places(way: str) -> tuple[str, str]:
    """What names the place in the plan of a row, to be read with it."""
    return f"{way}issue__target_area__area__plan", f"{way}section__plan"


class UnderThePlan(OfAPlan):
    """Rows that hang on a plan's directions, issues or sections. Their own querysets know which plan's."""

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        for name in {"direction", "activity", "action_plan"} & set(self.fields):
            widget: Any = self.fields[name].widget
            widget.rows = self._of_plan(widget.rows().model).all

    def rows(self) -> QuerySet[Any]:
        return self._of_plan(self._meta.model)

    def _of_plan(self, model: Any) -> QuerySet[Any]:
        return model.objects.for_plan(self.chosen) if self.chosen else model.objects.none()


class ActionPlanTable(UnderThePlan):
    """By number, or for an action plan without a number by what it is the plan for."""

    number = number_column()
    plan = Field("plan", "verksamhetsplan", readonly=True, widget=PlanCell())
    issue = Field(
        "issue",
        "utvecklingsfråga",
        widget=RelatedCell(DevelopmentIssue.objects.all, "name", may_be_empty=True),
    )
    section = Field("section", "avsnitt", widget=section_cell(may_be_empty=True))
    text = Field("text", "beskrivning", widget=TextCell())
    decided_on = Field("decided_on", "beslutad", widget=DateCell(may_be_empty=True))
    document = document_column()
    publication = publication_column()

    key = ("issue", "section")
    joined = (*joined_places(""), "document")
    places = {"issue": "target_area__area__plan", "section": "plan"}

    class Meta(TableOptions):
        model = ActionPlan
        fields = ("number", "plan", "issue", "section", "text", "decided_on", "document", "publication")


class ActivityTable(UnderThePlan):
    """By number, or for an activity without a number by action plan and title."""

    number = number_column()
    plan = Field("action_plan__plan", "verksamhetsplan", readonly=True, widget=PlanCell())
    action_plan = Field(
        "action_plan",
        "handlingsplan",
        widget=RelatedCell(
            ActionPlan.objects.select_related(*joined_places("")).all, lambda each: str(each.place)
        ),
    )
    title = Field("title", "aktivitet", widget=TextCell())
    description = Field("description", "beskrivning", widget=TextCell())
    direction = Field(
        "direction", "inriktning", widget=RelatedCell(Direction.objects.all, "text", may_be_empty=True)
    )
    responsible_body = Field("responsible_body", "ansvarigt organ", widget=body_cell(may_be_empty=True))
    responsible_municipality = Field(
        "responsible_municipality", "ansvarig kommun", widget=municipality_cell(may_be_empty=True)
    )
    starts_on = Field("starts_on", "börjar", widget=DateCell(may_be_empty=True))
    ends_on = Field("ends_on", "ska vara klar", widget=DateCell(may_be_empty=True))
    position = position_column()

    key = ("title", "action_plan")
    joined = (
        *joined_places("action_plan__"),
        *("direction", "responsible_body", "responsible_municipality"),
    )

    class Meta(TableOptions):
        model = Activity
        fields = (
            *("number", "plan", "action_plan", "title", "description", "direction", "responsible_body"),
            *("responsible_municipality", "starts_on", "ends_on", "position"),
        )


class FollowUpTable(UnderThePlan):
    """By number, or for a report without a number by what it is about and its day."""

    number = number_column()
    plan = Field("plan", "verksamhetsplan", readonly=True, widget=PlanCell())
    direction = Field(
        "direction", "inriktning", widget=RelatedCell(Direction.objects.all, "text", may_be_empty=True)
    )
    activity = Field(
        "activity", "aktivitet", widget=RelatedCell(Activity.objects.all, "title", may_be_empty=True)
    )
    reported_on = Field("reported_on", "per den", widget=DateCell())
    status = Field("status", "läge", widget=ChoiceCell(dict(FollowUp.Status.choices)))
    percent = percent_column("kommit till (procent)", may_be_empty=True)
    assessment = Field("assessment", "bedömning", widget=TextCell())
    evidence = Field("evidence", "underlag", widget=TextCell())
    document = document_column()
    reporter_role = Field("reporter_role", "rapporterat av", widget=TextCell())
    publication = publication_column()

    key = ("reported_on", "direction", "activity")
    joined = (*joined_places("direction__"), *joined_places("activity__action_plan__"), "document")

    class Meta(TableOptions):
        model = FollowUp
        fields = (
            *("number", "plan", "direction", "activity", "reported_on", "status", "percent"),
            *("assessment", "evidence", "document", "reporter_role", "publication"),
        )


class ProgressOverrideTable(OfAPlan):
    """By number, or for one without a number by target area."""

    number = number_column()
    plan = plan_column("target_area__area__plan")
    target_area = Field("target_area", "målområde", widget=RelatedCell(TargetArea.objects.all, "name"))
    percent = percent_column("procent")
    reason = Field("reason", "skäl", widget=TextCell())
    decided_on = Field("decided_on", "bestämt", widget=DateCell())

    key = ("target_area",)
    joined = ("target_area__area__plan",)
    of_plan = "target_area__area__plan"
    places = {"target_area": "area__plan"}

    class Meta(TableOptions):
        model = ProgressOverride
        fields = ("number", "plan", "target_area", "percent", "reason", "decided_on")


class EvaluationTable(OfAPlanItself):
    """By plan: a plan has one evaluation."""

    plan = plan_column()
    evaluated_on = Field("evaluated_on", "utvärderad", widget=DateCell())
    summary = Field("summary", "sammanfattning", widget=TextCell())
    text = Field("text", "utvärdering", widget=TextCell())
    lessons = Field("lessons", "lärdomar till nästa år", widget=TextCell())
    document = document_column()
    publication = publication_column()

    joined = ("plan", "document")

    class Meta(TableOptions):
        model = Evaluation
        fields = ("plan", "evaluated_on", "summary", "text", "lessons", "document", "publication")


def followed_up_plans() -> list[tuple[str, str]]:
    """The plans that reports can be read in for, as choices: not the working copies."""
    return [(str(plan.pk), str(plan)) for plan in OperationalPlan.objects.original()]
