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
    "Body",
    "CooperationArea",
    "DevelopmentIssue",
    "Direction",
    "Document",
    "GoverningDocument",
    "Municipality",
    "NewsItem",
    "OperationalPlan",
    "Page",
    "PartnerOrganisation",
    "PlanSection",
    "Population",
    "Principle",
    "Seat",
    "SourceNote",
    "TargetArea",
]
