from committee.models.accessibility import AccessibilityStatement, InaccessibleContent, ProblemReport
from committee.models.followup import ActionPlan, Activity, Evaluation, FollowUp, ProgressOverride
from committee.models.indicators import Indicator, IndicatorTarget, IndicatorValue
from committee.models.organisation import Body, Municipality, PartnerOrganisation, Population, Seat
from committee.models.plan import (
    CooperationArea,
    DevelopmentIssue,
    Direction,
    GoverningDocument,
    OperationalPlan,
    PlanSection,
    Principle,
    SourceNote,
    TargetArea,
)
from committee.models.publication import Document, NewsItem, Page

__all__ = [
    "AccessibilityStatement",
    "ActionPlan",
    "Activity",
    "Body",
    "CooperationArea",
    "DevelopmentIssue",
    "Direction",
    "Document",
    "Evaluation",
    "FollowUp",
    "GoverningDocument",
    "InaccessibleContent",
    "Indicator",
    "IndicatorTarget",
    "IndicatorValue",
    "Municipality",
    "NewsItem",
    "OperationalPlan",
    "Page",
    "PartnerOrganisation",
    "PlanSection",
    "Population",
    "Principle",
    "ProblemReport",
    "ProgressOverride",
    "Seat",
    "SourceNote",
    "TargetArea",
]
