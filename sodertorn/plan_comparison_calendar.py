"""What became of a calendar's pattern and of the hosts from one year to another. A leaf."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from itertools import zip_longest
from typing import TypeVar

from sodertorn.dates import MONTHS, WEEKDAYS, time_span
from sodertorn.prose import join_swedish

Value = TypeVar("Value", bound=Hashable)


@dataclass(frozen=True)
class Meeting:
    """What the pattern is read from; `series` tells which meetings recur together, and is shown."""

    series: str
    starts_on: date
    is_month_only: bool = False
    start_time: time | None = None
    end_time: time | None = None
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pattern:
    """How the meetings of a series lie in a year. A year without any has none."""

    number: int = 0
    weekday: str = ""
    hours: str = ""
    months: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feature:
    """One thing that is told of a pattern, in both years; "" where nothing is known."""

    name: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class SeriesChange:
    """A series of meetings in both years."""

    name: str
    before: Pattern
    after: Pattern

    @property
    def is_changed(self) -> bool:
        return self.before != self.after

    @property
    def is_in_both(self) -> bool:
        return bool(self.before.number and self.after.number)

    @property
    def features(self) -> list[Feature]:
        """What can be told of the pattern, changed or not."""
        before, after = self.before, self.after
        told = [
            Feature("Antal möten", str(before.number), str(after.number)),
            Feature("Vanligast", before.weekday, after.weekday),
            Feature("Tid", before.hours, after.hours),
            Feature("Månader", join_swedish(before.months), join_swedish(after.months)),
        ]
        return [feature for feature in told if feature.before or feature.after]


@dataclass(frozen=True)
class HostChange:
    """Who hosts one turn, or one occasion, in both years; "" where there is none."""

    name: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class HostGroup:
    """The turns of one rotation, or the occasions of one series, in order."""

    name: str
    rows: list[HostChange]

    @property
    def is_changed(self) -> bool:
        return any(row.is_changed for row in self.rows)


def series_changes(before: Iterable[Meeting], after: Iterable[Meeting]) -> list[SeriesChange]:
    """Each series of either year, in the order of its first meeting, the earlier year's first."""
    old, new = _by_series(before), _by_series(after)
    return [
        SeriesChange(name, pattern(old.get(name, [])), pattern(new.get(name, [])))
        for name in dict.fromkeys([*old, *new])
    ]


def pattern(meetings: Iterable[Meeting]) -> Pattern:
    """How many, on which weekday and at what hours they mostly are, and in which months.

    The weekday and the hours are those that more than half of the meetings with a known day have.
    """
    listed = sorted(meetings, key=lambda meeting: meeting.starts_on)
    on_days = [meeting for meeting in listed if not meeting.is_month_only]
    weekday = _most([meeting.starts_on.weekday() for meeting in on_days])
    hours = _most([time_span(meeting.start_time, meeting.end_time) for meeting in on_days])
    return Pattern(
        number=len(listed),
        weekday=f"{WEEKDAYS[weekday]}ar" if weekday is not None else _various(on_days, "olika veckodagar"),
        hours=hours if hours is not None else _various(on_days, "olika tider"),
        months=tuple(dict.fromkeys(MONTHS[meeting.starts_on.month - 1] for meeting in listed)),
    )


def host_groups(
    before: Mapping[str, list[str]], after: Mapping[str, list[str]], each: str
) -> list[HostGroup]:
    """Each group's hosts in order, set beside each other; `each` is what they host: "tur" or "tillfälle"."""
    return [
        HostGroup(
            name,
            [
                HostChange(f"{each} {number}", old, new)
                for number, (old, new) in enumerate(
                    zip_longest(before.get(name, []), after.get(name, []), fillvalue=""), start=1
                )
            ],
        )
        for name in dict.fromkeys([*before, *after])
    ]


def hosts_of(meetings: Iterable[Meeting]) -> dict[str, list[str]]:
    """Who hosts each meeting, series by series; those without any host are left out."""
    return {
        name: [join_swedish(meeting.hosts) for meeting in listed]
        for name, listed in _by_series(meetings).items()
        if any(meeting.hosts for meeting in listed)
    }


def _various(meetings: list[Meeting], text: str) -> str:
    return text if meetings else ""


def _by_series(meetings: Iterable[Meeting]) -> dict[str, list[Meeting]]:
    found: dict[str, list[Meeting]] = defaultdict(list)
    for meeting in sorted(meetings, key=lambda meeting: meeting.starts_on):
        found[meeting.series].append(meeting)
    return dict(found)


def _most(values: list[Value]) -> Value | None:
    """What more than half of the values are, if anything."""
    for value, number in Counter(values).most_common(1):
        if number * 2 > len(values):
            return value
    return None
