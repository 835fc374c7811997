"""What the planner is told, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from functools import cached_property

from calendar_app.models import Event
from calendar_app.occasion import Occasion

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Place:
    """Where in the year a meeting usually lies: an ISO week, and the year it was so (None: as asked for)."""

    week: int
    like: int | None = None


@dataclass(frozen=True)
class Series:
    """The meetings of one kind that a body holds in a year; `weekday` (ISO) is that of their first day.

    A series without places is only there to give its promised months a day.
    """

    title: str
    body: str
    body_name: str
    kind: Event.Kind
    weekday: int
    places: tuple[Place, ...] = ()
    days: int = 1
    start_time: time | None = None
    end_time: time | None = None
    reach: int = 4
    """How many weeks away from its place a meeting may be held."""
    has_hosts: bool = False
    prepared_by: "Series | None" = None

    @property
    def key(self) -> tuple[str, Event.Kind]:
        return self.body, self.kind

    def on(self, first_day: date, replaces: Occasion | None = None) -> Occasion:
        """A meeting that begins on the day; it keeps the title and hosts of the one it replaces."""
        blank = Occasion(self.title, self.body, self.kind, first_day, first_day)
        return replace(
            replaces or blank,
            starts_on=first_day,
            ends_on=first_day + (self.days - 1) * ONE_DAY,
            start_time=self.start_time,
            end_time=self.end_time,
            is_month_only=False,
        )


@dataclass(frozen=True)
class Turns:
    """Who hosts next, by slug: the first `promised` of `coming` are promised, then the order goes on."""

    body: str
    coming: tuple[str, ...]
    promised: int = 0
    counts_conferences: bool = False

    def consumes(self, occasion: Occasion) -> bool:
        return occasion.body == self.body and (self.counts_conferences or not occasion.is_conference)


@dataclass(frozen=True)
class Brief:
    """All that the planner needs to know. `existing` may reach into the December before the year."""

    year: int
    series: tuple[Series, ...]
    existing: tuple[Occasion, ...] = ()
    off_days: Mapping[date, str] = field(default_factory=dict)
    turns: tuple[Turns, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """What municipalities are called, by slug."""

    @cached_property
    def without_day(self) -> tuple[Occasion, ...]:
        """Preliminary occasions of the year that are to be given a day; what is confirmed is left alone."""
        return tuple(
            each
            for each in self.existing
            if each.is_month_only
            and each.status == Event.Status.PRELIMINARY
            and each.starts_on.year == self.year
        )

    @cached_property
    def standing(self) -> tuple[Occasion, ...]:
        """What stays as it is."""
        return tuple(each for each in self.existing if not each.is_cancelled and each not in self.without_day)

    @cached_property
    def taken(self) -> dict[date, str]:
        """Days on which something stands, and its title."""
        return {day: each.title for each in self.standing if not each.is_month_only for day in days_of(each)}

    def obstacle(self, day: date) -> str:
        """Why nothing can be put on the day; empty if something can."""
        return self.off_days.get(day, "") or self.taken.get(day, "")


@dataclass(frozen=True)
class Proposed:
    """An occasion the draft proposes, and why. `replaces` is the one without a day that it gives a day."""

    occasion: Occasion
    explanation: str
    replaces: Occasion | None = None


@dataclass(frozen=True)
class Proposal:
    """A draft in order of days, and what could not be satisfied, in sentences."""

    year: int
    proposed: tuple[Proposed, ...]
    unsatisfied: tuple[str, ...]


def days_of(occasion: Occasion) -> list[date]:
    """Its days, the last included."""
    number = (occasion.ends_on - occasion.starts_on).days + 1
    return [occasion.starts_on + n * ONE_DAY for n in range(number)]
