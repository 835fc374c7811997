"""What the rules are asked with, and how they answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from calendar_app.occasion import Occasion
from sodertorn.dates import date_span


class Severity(StrEnum):
    """How grave a finding is: an error breaks what the plan says, the others may be as intended."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """Something a clerk should know, as a Swedish sentence. `url` leads to the event, or the first of two."""

    severity: Severity
    rule: str
    sentence: str
    url: str = ""


@dataclass(frozen=True)
class BodyRule:
    """What is expected of a body's meetings. `members` are the slugs of those with a seat in it."""

    slug: str
    name: str
    min_meetings: int | None = None
    usual_weekday: int | None = None
    usual_start: time | None = None
    usual_end: time | None = None
    prepares: str = ""
    members: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StoredTurn:
    """A turn with the slug of its municipality; `url` is its event's, empty when it has none."""

    number: int
    year: int
    municipality: str
    url: str = ""


@dataclass(frozen=True)
class RotationRule:
    """Whose turn it is, by slugs of municipalities; `swaps` are pairs of turn numbers in the order made."""

    body: str
    name: str
    order: tuple[str, ...]
    turns: tuple[StoredTurn, ...] = ()
    swaps: tuple[tuple[int, int], ...] = ()
    first_turn: int = 1
    counts_planning_conferences: bool = False

    def consumes_turn(self, occasion: Occasion) -> bool:
        """Whether hosting the occasion takes a turn, as `HostRotation.consumes_turn` says of events."""
        return (
            occasion.body == self.body
            and not occasion.is_cancelled
            and (self.counts_planning_conferences or not occasion.is_conference)
        )


def named(occasion: Occasion) -> str:
    """As in "Rådslag 30 mars 2017", "Samarbetskommitténs sammanträde januari 2018"."""
    return f"{occasion.title} {days(occasion)}"


def days(occasion: Occasion) -> str:
    return date_span(occasion.starts_on, occasion.ends_on, month_only=occasion.is_month_only, weekday=False)


def name_of(municipality: str, names: Mapping[str, str]) -> str:
    return names.get(municipality, municipality)
