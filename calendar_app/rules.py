"""Whether a year's calendar keeps the rules of the house (sections 6 and 7 of the plan).

Reads occasions, stored or only proposed, and answers in sentences; knows neither the database nor the clock.
`calendar_app.stored_rules` makes the rules of the database's rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from calendar_app.occasion import Occasion

LEAD_DAYS = range(13, 28)
"""How many days before a meeting it is prepared: between 13 and 27 in 2017."""


class Severity(StrEnum):
    """How grave a finding is; an error breaks what the plan says, the others may be as intended."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """Something a clerk should know, as a Swedish sentence. `url` leads to the one event it is about."""

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


def check_calendar(
    occasions: Sequence[Occasion],
    bodies: Sequence[BodyRule],
    year: int,
    *,
    rotations: Sequence[RotationRule] = (),
    off_days: Mapping[date, str] | None = None,
    municipality_names: Mapping[str, str] | None = None,
) -> list[Finding]:
    """What there is to say of the year's occasions: errors first, then warnings, then notes.

    Those of other years only count as what the year's meetings are prepared by. `off_days` are days to avoid,
    with their names. Municipalities are called by `municipality_names`, else by their slugs.
    """
    return []
