"""The terms of the checklist: what is found, about what, how grave it is, and where it is mended."""

from dataclasses import dataclass
from enum import StrEnum

from calendar_app.rules import Severity
from sodertorn.checklist_places import Place


class Topic(StrEnum):
    """What a finding is about, in the order that the checklist has them."""

    PLAN = "Plan"
    CALENDAR = "Kalender"
    HOSTING = "Värdskap"
    BUDGET = "Budget"
    DOCUMENTS = "Dokument"


@dataclass(frozen=True)
class PlanFinding:
    """Something a clerk should know of a plan, as a Swedish sentence."""

    topic: Topic
    severity: Severity
    rule: str
    sentence: str
    place: Place

    @property
    def key(self) -> tuple[str, str]:
        """What an accepted warning is known by: a warning that says something else is another warning."""
        return self.rule, self.sentence
