"""Dates and times as Swedish text: lower-case names, en dash without spaces, times with a full stop.

No line breaks between a day and its month or between "kl." and the time. Functions take plain dates and times
in local (Swedish) time; nothing here knows what day it is today.
"""

from datetime import date, datetime, time

WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
EN_DASH = "\N{EN DASH}"


def weekday_name(day: date) -> str:
    """2 February 2017 → "torsdag"."""
    return WEEKDAYS[day.weekday()]


def month_name(day: date) -> str:
    """2 February 2017 → "februari"."""
    return MONTHS[day.month - 1]


def month_text(day: date) -> str:
    """As in "januari 2018"."""
    return f"{month_name(day)} {day.year}"


def date_text(day: date) -> str:
    """As in "2 februari 2017"."""
    return f"{_day_and_month(day)} {day.year}"


def moment_text(moment: datetime) -> str:
    """As in "2 februari 2017 kl. 12.00"."""
    return f"{date_text(moment)} {time_span(moment.time())}"


def long_date(day: date) -> str:
    """As in "torsdag 2 februari 2017"."""
    return f"{weekday_name(day)} {date_text(day)}"


def date_span(start: date, end: date | None = None, *, month_only: bool = False, weekday: bool = True) -> str:
    """The days from `start` to `end`, both included; what the two dates share is written once.

    "torsdag 2 februari 2017", "onsdag–torsdag 16–17 augusti 2017", "30 mars–1 april 2017" (without weekday),
    "30 december 2017–2 januari 2018". With `month_only` the day is not known: "januari 2018".
    Raises ValueError when the end is before the start.
    """
    end = end or start
    if end < start:
        raise ValueError(f"the span ends {end} before it starts {start}")
    same_year = start.year == end.year
    same_month = same_year and start.month == end.month
    if month_only:
        if same_month:
            return month_text(start)
        return f"{month_name(start) if same_year else month_text(start)}{EN_DASH}{month_text(end)}"
    if start == end:
        return long_date(start) if weekday else date_text(start)
    if same_month:
        first = str(start.day)
    elif same_year:
        first = _day_and_month(start)
    else:
        first = date_text(start)
    days = f"{first}{EN_DASH}{date_text(end)}"
    return f"{weekday_name(start)}{EN_DASH}{weekday_name(end)} {days}" if weekday else days


def time_text(moment: time) -> str:
    """08:30 → "08.30"."""
    return f"{moment:%H.%M}"


def time_span(start: time | None, end: time | None = None) -> str:
    """As in "kl. 12.00–15.00"; "kl. 12.00" without an end, "till kl. 15.00" without a start, or ""."""
    if start and end:
        return f"kl.{NO_BREAK_SPACE}{time_text(start)}{EN_DASH}{time_text(end)}"
    if end:
        return f"till kl.{NO_BREAK_SPACE}{time_text(end)}"
    return f"kl.{NO_BREAK_SPACE}{time_text(start)}" if start else ""


def when(
    start: date,
    end: date | None = None,
    *,
    month_only: bool = False,
    start_time: time | None = None,
    end_time: time | None = None,
) -> str:
    """When something happens: "torsdag 2 februari 2017 kl. 12.00–15.00", "januari 2018, dag ej fastställd".

    Without a day no times are written.
    Over several days the times are the first day's start and the last day's end:
    "onsdag 16 augusti kl. 12.00–torsdag 17 augusti 2017 kl. 15.00".
    Raises ValueError when the end is before the start.
    """
    days = date_span(start, end, month_only=month_only)
    if month_only:
        return f"{days}, dag ej fastställd"
    if end and end > start and start_time and end_time:
        first = (
            f"{weekday_name(start)} {_day_and_month(start)}" if start.year == end.year else long_date(start)
        )
        return f"{first} {time_span(start_time)}{EN_DASH}{long_date(end)} {time_span(end_time)}"
    return f"{days} {time_span(start_time, end_time)}".rstrip()


def _day_and_month(day: date) -> str:
    return f"{day.day}{NO_BREAK_SPACE}{month_name(day)}"
