"""Which days to choose: the possible ones of each meeting, and the cheapest choice that holds together.

Each slot lists its possible days, cheapest first, a meeting together with the one that prepares it. A
depth-first search with a lower bound then finds the choice that leaves out as little as possible and keeps
as near as possible to the usual weeks.

The search is written out here. Constraint solvers were looked at: python-constraint2 finds choices that are
allowed but not the best of them, and OR-Tools is a very large dependency for a dozen variables. Both would
need the same lists of days beside them, which are most of this module.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from calendar_app.occasion import Occasion
from calendar_app.planner.brief import ONE_DAY, ONE_WEEK, Brief, Place, Series, days_of
from calendar_app.rules import LEAD_DAYS

USUAL_LEAD = 20
"""Days between a meeting and the one that prepares it: 20 three times of six in 2017, else 13 or 27."""
MIN_GAP = timedelta(weeks=3)
"""Meetings of one series are at least so far apart; in 2017 the nearest were six weeks apart."""

# What a choice costs, in days away from the usual one.
PREPARED_COUNTS = 2  # as many times, a meeting that moves another along; so conferences give way to it
OTHER_LEAD = 1  # for each week that the preparing meeting is earlier or later than usual
MONTH_UNUSED = 5  # the preparing meeting is promised for a month, and this is not it
NOT_PREPARED = 300
LEFT_OUT = 3000
MOST_STEPS = 8_000
"""The search is content with the best it has found after so many steps; a usual year takes some dozens."""


@dataclass(frozen=True)
class Option:
    """A possible meeting, and the new one that prepares it, if one is needed and possible."""

    cost: int
    meeting: Occasion | None = None
    preparing: Occasion | None = None
    is_prepared: bool = False

    @property
    def days(self) -> set[date]:
        return {day for each in (self.meeting, self.preparing) if each for day in days_of(each)}


@dataclass(frozen=True)
class Slot:
    """A meeting to find days for: new, in place of a month (`replaces`), or preparing a `standing` one."""

    series: Series
    ideal: date
    options: tuple[Option, ...]
    place: Place | None = None
    replaces: Occasion | None = None
    standing: Occasion | None = None

    @property
    def nothing(self) -> Option:
        return Option(NOT_PREPARED if self.standing else LEFT_OUT)


def slots_of(brief: Brief) -> list[Slot]:
    """What to find days for, in the order of the year."""
    slots = [slot for series in brief.series for slot in _slots(series, brief)]
    return sorted(slots, key=lambda slot: (slot.ideal, slot.series.key))


def choose(slots: Sequence[Slot]) -> list[Option]:
    """The option of each slot in the cheapest choice found; `Slot.nothing` for what is left out."""
    ways = [sorted((*slot.options, slot.nothing), key=lambda option: option.cost) for slot in slots]
    bound = [sum(way[0].cost for way in ways[index:]) for index in range(len(ways) + 1)]
    best: tuple[float, list[Option]] = (math.inf, [])
    steps = 0

    def descend(chosen: list[Option], cost: int) -> None:
        nonlocal best, steps
        index = len(chosen)
        if index == len(ways):
            best = (cost, chosen)
            return
        for option in ways[index]:
            steps += 1
            too_dear = cost + option.cost + bound[index + 1] >= best[0]
            if too_dear or (steps > MOST_STEPS and best[1]):
                return
            if _fits(option, slots[index], chosen, slots):
                descend([*chosen, option], cost + option.cost)

    descend([], 0)
    return best[1]


def candidate_days(slot: Slot, brief: Brief) -> list[date]:
    """First days that the slot could have if nothing were in the way, the nearest to its place first."""
    if slot.replaces:
        days = [day for day in days_of(slot.replaces) if day.isoweekday() == slot.series.weekday]
    else:
        weeks = range(-slot.series.reach, slot.series.reach + 1)
        days = [slot.ideal + n * ONE_WEEK for n in weeks]
    return sorted(
        (day for day in days if day.year == brief.year), key=lambda day: (abs(day - slot.ideal), day)
    )


def preparing_days(meeting: Occasion, series: Series, brief: Brief) -> dict[int, date]:
    """Days on which the meeting could be prepared, by days of lead, the usual lead first."""
    days = {lead: meeting.starts_on - lead * ONE_DAY for lead in LEAD_DAYS}
    return {
        lead: day
        for lead, day in sorted(days.items(), key=lambda item: (abs(item[0] - USUAL_LEAD), item[0]))
        if day.isoweekday() == series.weekday and day.year == brief.year
    }


def needs_preparation(meeting: Occasion, series: Series, standing: Sequence[Occasion]) -> bool:
    """Whether the series is prepared, and none of the standing occasions does so in time for the meeting."""
    preparing = series.prepared_by
    return preparing is not None and not any(
        (each.body, each.kind) == preparing.key
        and not each.is_month_only
        and (meeting.starts_on - each.starts_on).days in LEAD_DAYS
        for each in standing
    )


def too_near(day: date, series: Series, others: Sequence[Occasion]) -> Occasion | None:
    """The occasion of the series that the day is too near to."""
    for each in others:
        is_of_series = (each.body, each.kind) == series.key and not each.is_month_only
        if is_of_series and abs(each.starts_on - day) < MIN_GAP:
            return each
    return None


def _fits(option: Option, slot: Slot, chosen: Sequence[Option], slots: Sequence[Slot]) -> bool:
    days = option.days
    for other, other_slot in zip(chosen, slots, strict=False):
        if not days.isdisjoint(other.days):
            return False
        is_one_series = slot.series.key == other_slot.series.key
        if option.meeting and other.meeting and is_one_series:
            away = abs(option.meeting.starts_on - other.meeting.starts_on)
            if away < MIN_GAP:
                return False
    return True


def _slots(series: Series, brief: Brief) -> Iterator[Slot]:
    standing = [each for each in brief.standing if _is_of(each, series, brief)]
    months = [each for each in brief.without_day if _is_of(each, series, brief)]
    present = sorted((*standing, *months), key=lambda each: (each.starts_on, each.ends_on))
    ideals = {place: _first_day(place, series, brief.year) for place in series.places}
    places = _nearest_places(present, ideals)
    for each, place in zip(present, places, strict=True):
        if each in months:
            ideal = ideals[place] if place else each.starts_on.replace(day=15)
            yield _with_options(Slot(series, ideal, (), place, replaces=each), brief)
        elif not each.is_month_only and needs_preparation(each, series, brief.standing):
            ways = [replace(way, meeting=None) for way in _preparations(0, each, series, brief)]
            yield Slot(series, each.starts_on, tuple(ways[:-1]), place, standing=each)
    for place, ideal in ideals.items():
        if place not in places:
            yield _with_options(Slot(series, ideal, (), place), brief)


def _is_of(occasion: Occasion, series: Series, brief: Brief) -> bool:
    return (occasion.body, occasion.kind) == series.key and occasion.starts_on.year == brief.year


def _first_day(place: Place, series: Series, year: int) -> date:
    weeks = date(year, 12, 28).isocalendar().week
    return date.fromisocalendar(year, min(place.week, weeks), series.weekday)


def _nearest_places(present: Sequence[Occasion], ideals: dict[Place, date]) -> list[Place | None]:
    """The place of each meeting there is, both in order, so that they are as near as possible in all."""
    if len(present) >= len(ideals):
        return [*ideals, *[None] * (len(present) - len(ideals))]

    def away(places: Iterable[Place]) -> int:
        return sum(
            max((each.starts_on - ideals[place]).days, (ideals[place] - each.ends_on).days, 0)
            for each, place in zip(present, places, strict=True)
        )

    nearest: tuple[Place, ...] = min(combinations(ideals, len(present)), key=away)
    return list(nearest)


def _with_options(slot: Slot, brief: Brief) -> Slot:
    options: list[Option] = []
    for day in candidate_days(slot, brief):
        meeting = slot.series.on(day, slot.replaces)
        is_free = not any(brief.obstacle(each) for each in days_of(meeting))
        if is_free and meeting.ends_on.year == brief.year and not too_near(day, slot.series, brief.standing):
            away = abs((day - slot.ideal).days)
            cost = away * PREPARED_COUNTS if slot.series.prepared_by else away
            options += _preparations(cost, meeting, slot.series, brief)
    return Slot(slot.series, slot.ideal, tuple(options), slot.place, slot.replaces)


def _preparations(cost: int, meeting: Occasion, series: Series, brief: Brief) -> Iterator[Option]:
    """The meeting with each way to prepare it; last, if it needs preparation, the one without any."""
    preparing = series.prepared_by
    if preparing is None or not needs_preparation(meeting, series, brief.standing):
        yield Option(cost, meeting, is_prepared=True)
        return
    months = [each for each in brief.without_day if (each.body, each.kind) == preparing.key]
    for lead, day in preparing_days(meeting, preparing, brief).items():
        if not brief.obstacle(day) and day not in days_of(meeting):
            weeks = abs(lead - USUAL_LEAD) // 7
            is_promised = any(each.starts_on <= day <= each.ends_on for each in months)
            extra = MONTH_UNUSED if months and not is_promised else 0
            yield Option(cost + weeks * OTHER_LEAD + extra, meeting, preparing.on(day), is_prepared=True)
    yield Option(cost + NOT_PREPARED, meeting)
