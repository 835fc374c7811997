"""A year of the calendar on one page of paper, from the same rows as the year's page."""

import calendar
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings

from calendar_app.models import Event
from calendar_app.periods import Year
from sodertorn import dates
from sodertorn.opendata import COMMITTEE
from sodertorn.prose import join_swedish
from sodertorn.typesetting import typeset

TEMPLATE = settings.BASE_DIR / "templates" / "calendar_app" / "year_poster.typ"

MARKS = 5
"""How many groups of meetings have a mark of their own; further ones share the last."""

OTHERS = "Övriga"


def year_poster(events: Iterable[Event], year: Year, title: str, address: str) -> bytes:
    """The poster as PDF/UA-1, always one page; the same bytes for the same meetings.

    `events` come in order, with body and hosts. `address` is where the year's page is.
    """
    listed = list(events)
    changed = max(
        (event.changed_at for event in listed), default=datetime(*year.first.timetuple()[:3], tzinfo=UTC)
    )
    return typeset(TEMPLATE, poster_content(listed, year, title, address), changed)


def poster_content(events: list[Event], year: Year, title: str, address: str) -> dict[str, Any]:
    """What the poster says: its groups of meetings, and each month with its days and its meetings."""
    groups = _groups(events)
    marks = {name: min(number, MARKS - 1) for number, name in enumerate(groups)}
    months = [_month(month.first, events, marks) for month in year.months]
    shown = groups if len(groups) <= MARKS else [*groups[: MARKS - 1], OTHERS]
    return {
        "title": title,
        "committee": COMMITTEE,
        "address": address,
        "groups": shown,
        "months": months,
        "count": sum(len(month["events"]) for month in months),
    }


def _group(event: Event) -> str:
    return event.body.short_name if event.body else event.get_kind_display()


def _groups(events: list[Event]) -> list[str]:
    """The bodies, and the kinds of what is no body's meeting, those with most meetings first."""
    counts: dict[str, int] = {}
    for event in events:
        counts[_group(event)] = counts.get(_group(event), 0) + 1
    return sorted(counts, key=lambda name: (-counts[name], name))


def _month(first: date, events: list[Event], marks: dict[str, int]) -> dict[str, Any]:
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    within = [event for event in events if event.starts_on <= last and event.ends_on >= first]
    held: dict[int, list[int]] = {}
    for event in within:
        if event.is_cancelled or event.is_month_only:
            continue
        begins, ends = max(event.starts_on, first), min(event.ends_on, last)
        for day in range(begins.day, ends.day + 1):
            held.setdefault(day, []).append(marks[_group(event)])
    return {
        "name": dates.month_name(first).capitalize(),
        "before": first.weekday(),
        "days": [{"number": day, "marks": sorted(set(held.get(day, [])))} for day in range(1, last.day + 1)],
        # A meeting over two months is listed under the first of them.
        "events": [_line(event, marks) for event in within if event.starts_on >= first or first.month == 1],
    }


def _line(event: Event, marks: dict[str, int]) -> dict[str, Any]:
    hours = "" if event.is_month_only else dates.time_span(event.start_time, event.end_time)
    place = join_swedish(event.host_list)
    return {
        "mark": marks[_group(event)],
        "day": "Dag ej fastställd" if event.is_month_only else _days(event),
        "title": event.title,
        "cancelled": event.is_cancelled,
        "preliminary": event.status == Event.Status.PRELIMINARY,
        "hours": hours,
        "place": place,
    }


def _days(event: Event) -> str:
    """As in "tor 2", "ons–tor 16–17", "lör 30–tis 2 januari"."""
    first, last = event.starts_on, event.ends_on
    weekday = dates.weekday_name(first)[:3]
    if first == last:
        return f"{weekday} {first.day}"
    until = dates.weekday_name(last)[:3]
    if first.month == last.month:
        return f"{weekday}–{until} {first.day}–{last.day}"
    return f"{weekday} {first.day}–{until} {last.day} {dates.month_name(last)}"
