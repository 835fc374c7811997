"""Events placed on the days of a month or a week, for the tables a calendar is drawn with. No queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from calendar_app.periods import DAY, Period, Week


class Placeable(Protocol):
    """What must be known of an event to place it."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def is_month_only(self) -> bool: ...


Placed = TypeVar("Placed", bound=Placeable)


@dataclass(frozen=True)
class Cell(Generic[Placed]):
    """A day and what happens on it. A day outside the grid's period holds nothing and only fills its week."""

    day: date
    is_outside: bool
    is_today: bool
    events: Sequence[Placed]


@dataclass(frozen=True)
class Row(Generic[Placed]):
    """A week, Monday to Sunday."""

    week: Week
    cells: Sequence[Cell[Placed]]


@dataclass(frozen=True)
class Grid(Generic[Placed]):
    """A period's weeks, each day of it in exactly one cell, and last the events whose day is not known."""

    period: Period
    rows: Sequence[Row[Placed]]
    unscheduled: Sequence[Placed]


def period_grid(period: Period, events: Iterable[Placed], today: date) -> Grid[Placed]:
    """A period as whole weeks. An event over several days is on each of them that the period has."""
    events = list(events)
    by_day: dict[date, list[Placed]] = defaultdict(list)
    for event in events:
        if not event.is_month_only:
            day, last = max(event.starts_on, period.first), min(event.ends_on, period.last)
            while day <= last:
                by_day[day].append(event)
                day += DAY
    rows = [
        Row(
            week,
            [
                Cell(
                    day,
                    is_outside=not period.first <= day <= period.last,
                    is_today=day == today,
                    events=by_day.get(day, []),
                )
                for day in week.days
            ],
        )
        for week in period.weeks
    ]
    unscheduled = [
        event
        for event in events
        if event.is_month_only and event.starts_on <= period.last and event.ends_on >= period.first
    ]
    return Grid(period, rows, unscheduled)
