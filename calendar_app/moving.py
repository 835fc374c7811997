"""What becomes of a meeting when its day changes: whether it has been moved, and from where.

A meeting is moved when people may have planned for the day it had: it is published, its day was decided, and
it is known to the day. Drafts and preliminary meetings only get another day.
"""

from dataclasses import dataclass
from datetime import date

from calendar_app.models import Event
from sodertorn.publishing import Publication


@dataclass(frozen=True)
class Standing:
    """A meeting's status, and the day it was moved from if it was."""

    status: Event.Status
    original_starts_on: date | None


def standing_after(event: Event, starts_on: date, *, month_only: bool = False) -> Standing:
    """The status that `event`, as it is stored, gets by beginning on `starts_on` instead.

    One that is moved again was still moved from the first day; one that is moved back was not moved.
    """
    was_decided = event.status in (Event.Status.CONFIRMED, Event.Status.MOVED)
    is_awaited = event.publication == Publication.PUBLISHED and was_decided and not event.is_month_only
    stays = Standing(Event.Status(event.status), event.original_starts_on)
    if not is_awaited or month_only or starts_on == event.starts_on:
        return stays
    first_day = event.original_starts_on or event.starts_on
    if starts_on == first_day:
        return Standing(Event.Status.CONFIRMED, None)
    return Standing(Event.Status.MOVED, first_day)


def last_day_after(event: Event, starts_on: date) -> date:
    """The last day of `event`, as it is stored, if it begins on `starts_on` and lasts as long as before."""
    return starts_on + (event.ends_on - event.starts_on)
