"""Whether a meeting keeps to its body's usual weekday (section 7: "torsdagar", "fredagar")."""

from datetime import date, timedelta

from calendar_app.models import Event
from sodertorn.dates import WEEKDAYS, weekday_name


def weekday_exception(event: Event) -> str:
    """A sentence on how the event's days depart from the body's usual weekday; empty if they do not."""
    body = event.body
    if body is None or body.usual_weekday is None or event.is_month_only:
        return ""
    held = other_weekdays(event.starts_on, event.ends_on, body.usual_weekday)
    return f"Hålls {held}. {usually(body.short_name, body.usual_weekday)}" if held else ""


def other_weekdays(first: date, last: date, usual_weekday: int) -> str:
    """The weekdays from `first` to `last`, "torsdag och fredag"; empty if each is the usual (ISO) weekday."""
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    if all(day.isoweekday() == usual_weekday for day in days):
        return ""
    return " och ".join(weekday_name(day) for day in days) if len(days) < 3 else "flera dagar"


def usually(body: str, usual_weekday: int) -> str:
    """As in "Ledningsgruppen möts annars på fredagar."."""
    return f"{body} möts annars på {WEEKDAYS[usual_weekday - 1]}ar."
