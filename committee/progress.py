"""How far the work has come, in percent: what counts, what does not, and how parts make a whole.

- A report says how far its own direction or activity has come. The latest report counts.
- A whole (a direction by its activities, a target area by its directions) is the plain mean of the parts that
  have a percentage.
- What nobody has reported, and what rests, has no percentage: it is never 0 %, and is left out of the mean.
- What has been dropped does not count at all and is named beside the figure.
- An override replaces the figure of a whole and states its reason.

Exact fractions until `shown_percent` rounds, once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction


class State(Enum):
    """Whether there is a figure, and if not, why."""

    MEASURED = "measured"
    UNREPORTED = "unreported"
    RESTING = "resting"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Progress:
    """How far something has come: `share` of the whole way, 0 to 1, if it is measured and only then."""

    state: State
    share: Fraction | None = None

    def __post_init__(self) -> None:
        if (self.share is None) == (self.state is State.MEASURED):
            raise ValueError("a share belongs to what is measured, and only to that")
        if self.share is not None and not 0 <= self.share <= 1:
            raise ValueError(f"not a share of the whole: {self.share}")

    @property
    def percent(self) -> int | None:
        return None if self.share is None else shown_percent(self.share)


UNREPORTED = Progress(State.UNREPORTED)
RESTING = Progress(State.RESTING)
DROPPED = Progress(State.DROPPED)


def measured(percent: int) -> Progress:
    """Raises ValueError outside 0–100."""
    return Progress(State.MEASURED, Fraction(percent, 100))


def shown_percent(share: Fraction) -> int:
    """Whole percent, half up; but 0 % and 100 % are only what has not begun and what is finished."""
    rounded = int(share * 100 + Fraction(1, 2))
    if 0 < share < 1:
        return min(max(rounded, 1), 99)
    return rounded


def whole_of(parts: Sequence[Progress]) -> Progress:
    """The mean of the measured parts; without any, resting if some part rests and none is unreported.

    A whole all of whose parts are dropped is dropped; one without parts is unreported.
    """
    counted = [part for part in parts if part.state is not State.DROPPED]
    shares = [part.share for part in counted if part.share is not None]
    if shares:
        return Progress(State.MEASURED, sum(shares, Fraction(0)) / len(shares))
    if counted:
        return RESTING if all(part.state is State.RESTING for part in counted) else UNREPORTED
    return DROPPED if parts else UNREPORTED


@dataclass(frozen=True)
class Tally:
    """How many parts stand behind a figure, of those that have not been dropped."""

    measured: int
    unreported: int
    resting: int
    dropped: int

    @property
    def counted(self) -> int:
        return self.measured + self.unreported + self.resting


def tally(parts: Iterable[Progress]) -> Tally:
    states = [part.state for part in parts]
    return Tally(*(states.count(state) for state in State))
