"""How a year usually looks, read from the calendars of the latest years: how many meetings, when, how long.

Only what the plan says recurs is usual: bodies that meet a number of times a year, the meetings that
prepare theirs, and every conference, rådslag and presentation of key figures there has been.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from statistics import median_low
from typing import TypeVar

from calendar_app.models import Event
from calendar_app.planner import Place, Series
from committee.models import Body

YEARS_BACK = 5
"""So many calendars say what is usual: a single odd year does not change the pattern."""
YEARS_BETWEEN = {Event.Kind.KEY_FIGURES_DAY: 2}
"""The key figures are presented every second year (section 6); the rest is yearly."""
WEEKS_2017 = (5, 12, 22, 37, 43, 49)
"""The committee's weeks in the plan for 2017, for a body that has no earlier calendar to go by."""
THURSDAY = 4
REACH_OF_REQUIRED = 8
"""How many weeks a meeting that is required may be moved; others stay nearer to their time of the year."""

Key = tuple[int | None, Event.Kind]
Value = TypeVar("Value")


def usual_series(year: int, months: Iterable[Event] = ()) -> list[Series]:
    """What the year should hold, to judge by those before it; `months` are events that need a day."""
    bodies = {body.pk: body for body in Body.objects.all()}
    history = _history(year)
    promised = {_key(event): event for event in months}
    required = {(body.pk, Event.Kind.MEETING) for body in bodies.values() if body.min_meetings_per_year}
    preparing = {
        (body.prepares_id, Event.Kind.MEETING): (body.pk, Event.Kind.MEETING)
        for body in bodies.values()
        if (body.prepares_id, Event.Kind.MEETING) in required
    }
    recurring = required | {key for key in history if key[1] != Event.Kind.MEETING}

    def series(key: Key, prepared_by: Series | None = None) -> Series:
        body = bodies.get(key[0] or 0)
        events = history.get(key, [])
        example = events[-1] if events else promised.get(key)
        made = _outline(key, body, events, example)
        if prepared_by is None and (key in preparing.values() or key not in recurring):
            return made
        is_required = body is not None and key in required
        minimum = (body.min_meetings_per_year or 0) if body and is_required else 0
        return replace(
            made,
            places=_places(events, minimum, year, YEARS_BETWEEN.get(key[1], 1)),
            reach=REACH_OF_REQUIRED if is_required else made.reach,
            prepared_by=prepared_by,
        )

    return [
        series(key, series(preparing[key]) if key in preparing else None)
        for key in sorted(recurring | set(promised), key=str)
        if key not in preparing.values()
    ]


def _history(year: int) -> dict[Key, list[Event]]:
    """Earlier events on known days, by body and kind, the oldest first."""
    events = Event.objects.with_hosts().filter(
        ends_on__lt=date(year, 1, 1), date_precision=Event.DatePrecision.DAY
    )
    history: dict[Key, list[Event]] = defaultdict(list)
    for event in events.exclude(status=Event.Status.CANCELLED).order_by("starts_on", "pk"):
        history[_key(event)].append(event)
    return history


def _key(event: Event) -> Key:
    return event.body_id, Event.Kind(event.kind)


def _outline(key: Key, body: Body | None, events: Sequence[Event], example: Event | None) -> Series:
    """Everything about the meetings but their number and weeks. A body's usual hours go before late ones."""
    recent = [event for group in _latest_years(events).values() for event in group]
    is_meeting = key[1] == Event.Kind.MEETING
    latest = recent[-1] if recent else None
    start, end = (latest.start_time, latest.end_time) if latest else (None, None)
    weekday = usual([event.starts_on.isoweekday() for event in recent], THURSDAY)
    if body and is_meeting:
        weekday = body.usual_weekday or weekday
        start, end = (body.usual_start, body.usual_end) if body.usual_start else (start, end)
    name = body.short_name if body else ""
    return Series(
        title=example.title if example else f"{name.removesuffix('s')}s sammanträde",
        body=body.slug if body else "",
        body_name=name,
        kind=key[1],
        weekday=weekday,
        days=usual([(event.ends_on - event.starts_on).days + 1 for event in recent], 1),
        start_time=start,
        end_time=end,
        has_hosts=any(event.host_list for event in recent),
    )


def _places(events: Sequence[Event], minimum: int, year: int, years_between: int) -> tuple[Place, ...]:
    """The usual weeks of the year's first meeting, its second and so on: at least `minimum` meetings."""
    years = _latest_years(events)
    latest = max(years, default=0)
    if latest and latest + years_between > year:
        return ()
    number = max(minimum, len(years.get(latest, ())))
    whole_years = {each: _weeks(group) for each, group in years.items() if len(_weeks(group)) == number}
    if not whole_years:
        return tuple(Place(week) for week in WEEKS_2017[:number])
    weeks = [_middle(of_one_meeting) for of_one_meeting in zip(*whole_years.values(), strict=True)]
    if len(set(weeks)) < number:
        weeks = whole_years[max(whole_years)]
    return tuple(
        Place(week, max((each for each, those in whole_years.items() if week in those), default=None))
        for week in sorted(weeks)
    )


def _latest_years(events: Sequence[Event]) -> dict[int, list[Event]]:
    by_year: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        by_year[event.starts_on.year].append(event)
    return {year: by_year[year] for year in sorted(by_year)[-YEARS_BACK:]}


def _weeks(events: Iterable[Event]) -> list[int]:
    return sorted({event.starts_on.isocalendar().week for event in events})


def _middle(weeks: Sequence[int]) -> int:
    """The median of an odd number of years, the oldest first, so that it is a week there has been.

    A meeting that one year had to move thereby comes back to its week the next.
    """
    return median_low(weeks if len(weeks) % 2 else weeks[:-1])


def usual(values: Sequence[Value], otherwise: Value) -> Value:
    """The most common value, the oldest of those that are equally common."""
    return Counter(values).most_common(1)[0][0] if values else otherwise
