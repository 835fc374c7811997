"""Which event an address leads to: the one that is there now, or the one that was there before it moved."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from calendar_app.models import Event, EventQuerySet, FormerAddress
from sodertorn.dates import date_span


@dataclass(frozen=True)
class Found:
    """An event, and for an address it has left, the first day (or the month) that the address stands for."""

    event: Event
    former_day: date | None = None
    is_former_month: bool = False

    @property
    def is_former(self) -> bool:
        return self.former_day is not None

    @property
    def is_renamed(self) -> bool:
        """Whether only the last part of the address has changed."""
        event = self.event
        return (self.former_day, self.is_former_month) == (event.starts_on, event.is_month_only)

    @property
    def has_got_day(self) -> bool:
        """Whether the address stands for a month, and the meeting has since got a day in it."""
        is_same_month = self.former_day == self.event.month
        return self.is_former_month and is_same_month and not self.event.is_month_only

    @property
    def is_moved(self) -> bool:
        """Whether the address stands for another time than the meeting's."""
        return self.is_former and not self.is_renamed and not self.has_got_day

    @property
    def former_when(self) -> str:
        """As in "torsdag 2 februari 2017", "januari 2018"; empty at the event's own address."""
        return date_span(self.former_day, month_only=self.is_former_month) if self.former_day else ""


def event_at(events: EventQuerySet, slug: str, year: int, month: int, day: int | None = None) -> Found | None:
    """The event at an address of these parts; without a day, the address of one whose month only is known.

    An event is found at every address it has had, and at its original day. An event that is at the address
    now comes before one that has left it. Raises ValueError for a day that does not exist.
    """
    starts_on = date(year, month, 1 if day is None else day)
    precision = Event.DatePrecision.MONTH if day is None else Event.DatePrecision.DAY
    if event := events.filter(slug=slug, starts_on=starts_on, date_precision=precision).first():
        return Found(event)
    former = FormerAddress.objects.filter(slug=slug, starts_on=starts_on, date_precision=precision)
    # The original day is written by hand too, for an event that had moved before it came here. It may have
    # been a month then, and the event may have lost its day since: the first of the month stands for both.
    moved = events.filter(
        Q(pk__in=former.values("event")) | Q(slug=slug, original_starts_on=starts_on)
    ).first()
    return Found(moved, starts_on, is_former_month=day is None) if moved else None


def moved_from(event: Event, *, was_month: bool) -> str:
    """The event's original day, as in "torsdag 2 februari 2017", or its month; empty if it has not moved."""
    day = event.original_starts_on
    return date_span(day, month_only=was_month) if day else ""
