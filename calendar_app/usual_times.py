"""Whether a meeting keeps to its body's usual weekday (section 7: "torsdagar", "fredagar")."""

from datetime import timedelta

from calendar_app.models import Event
from sodertorn.dates import weekday_name


def weekday_exception(event: Event) -> str:
    """A sentence on how the event's days depart from the body's usual weekday; empty if they do not."""
    body = event.body
    if body is None or body.usual_weekday is None or event.is_month_only:
        return ""
    days = [event.starts_on + timedelta(n) for n in range((event.ends_on - event.starts_on).days + 1)]
    if all(day.isoweekday() == body.usual_weekday for day in days):
        return ""
    held = " och ".join(weekday_name(day) for day in days) if len(days) < 3 else "flera dagar"
    return f"Hålls {held}. {body.short_name} möts annars på {body.get_usual_weekday_display()}ar."
