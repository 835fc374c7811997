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

__all__ = [
    "Body",
    "CooperationArea",
    "DevelopmentIssue",
    "Direction",
    "GoverningDocument",
    "Municipality",
    "OperationalPlan",
    "PartnerOrganisation",
    "PlanSection",
    "Population",
    "Principle",
    "Seat",
    "SourceNote",
    "TargetArea",
]
