"""What a calendar page shows, chosen once: the page, its files and their count are the same rows.

Selections are made from the events that the reader may see, a filter and a day; none of them knows what day
it is.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.urls import reverse

from calendar_app.forms import EventFilter
from calendar_app.models import Event, EventQuerySet, share_days
from calendar_app.periods import Month, Period, Week, Year

LATEST = 10
"""How many past events the calendar shows when nothing is planned."""

FILE_FORMATS = {
    "ics": ("iCalendar", "text/calendar"),
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
}
"""What each page offers at its address plus a suffix: what the format is called, and its media type."""


@dataclass(frozen=True)
class FileLink:
    """A file with the page's events."""

    name: str
    media_type: str
    address: str


@dataclass(frozen=True)
class Selection:
    """The events of a page under a filter. `path` is the page's address without the filter, and `file_stem`
    that of its files without the suffix. `is_fallback` says that they are shown for want of others.
    """

    title: str
    form: EventFilter
    events: EventQuerySet
    path: str
    file_stem: str
    is_fallback: bool = False

    @property
    def address(self) -> str:
        """The page's address with the filter."""
        return f"{self.path}{self.form.query}"

    def page_address(self, number: int) -> str:
        """The address of one of several pages that the events are listed on."""
        return f"{self.path}{self.form.query_with(sida=number) if number > 1 else self.form.query}"

    @property
    def full_title(self) -> str:
        """The title with what is filtered for, as a file or a subscription is called."""
        return ", ".join([self.title, *self.form.labels.values()])

    @property
    def file_name(self) -> str:
        """As in "kalender-2017-10", without the suffix."""
        return self.file_stem.strip("/").replace("/", "-")

    @property
    def files(self) -> list[FileLink]:
        return [
            FileLink(name, media_type, f"{self.file_stem}.{suffix}{self.form.query}")
            for suffix, (name, media_type) in FILE_FORMATS.items()
        ]


@dataclass(frozen=True)
class Span:
    """The years that have events. Without a bound, links to the next month would never end."""

    event_years: range

    def has(self, period: Period) -> bool:
        """Whether the period has a page: if it shares a day with the years that have events, or with the year
        after them, which is where one looks for the next plan.
        """
        if not self.event_years:
            return False
        first, last = self.event_years[0], self.event_years[-1] + 1
        return Year.numbered(first).first <= period.last and period.first <= Year.numbered(last).last

    def previous(self, period: Period) -> Period | None:
        return period.previous if self.has(period.previous) else None

    def next(self, period: Period) -> Period | None:
        return period.next if self.has(period.next) else None

    def year(self, period: Period) -> Year:
        """The year whose page a period with a page is found under: a week's own year may be out of bounds."""
        years = [
            Year.numbered(period.numbers[0]),
            Year.containing(period.first),
            Year.containing(period.last),
        ]
        return next(year for year in years if self.has(year))

    def now(self, period: Period, today: date) -> Period | None:
        """The period of the same kind that it is today, unless it is the one at hand or has no page."""
        current = period.containing(today)
        return current if current != period and self.has(current) else None


def calendar_span(events: EventQuerySet) -> Span:
    """Reads the two events at the ends and not all between them."""
    first, last = events.order_by("starts_on").values("pk")[:1], events.order_by("-ends_on").values("pk")[:1]
    ends = Event.objects.order_by().filter(Q(pk__in=first) | Q(pk__in=last))
    days = [day for pair in ends.values_list("starts_on", "ends_on") for day in pair]
    return Span(range(min(days).year, max(days).year + 1) if days else range(0))


def upcoming_selection(
    events: EventQuerySet, form: EventFilter, today: date, shown: slice = slice(None)
) -> Selection:
    """What is not over yet, or the part of it that is shown; when there is nothing, the latest instead."""
    events = form.apply(events.with_hosts())
    path = reverse("calendar_app:event-list")
    stem = f"{path}kommande"
    if upcoming := events.upcoming(today)[shown]:
        return Selection("Kommande möten", form, upcoming, path, stem)
    # By their keys: what has been cut short cannot be filtered further, as a calendar file does.
    latest = newest_first(events.past(today)).values("pk")[:LATEST]
    events = newest_first(events.filter(pk__in=latest))
    return Selection("Senaste möten", form, events, path, stem, is_fallback=True)


def past_selection(events: EventQuerySet, form: EventFilter, today: date) -> Selection:
    """What is over, newest first. It began earlier too: a database that reads in that order begins there."""
    events = newest_first(form.apply(events.with_hosts()).past(today).filter(starts_on__lt=today))
    path = reverse("calendar_app:event-past")
    return Selection("Tidigare möten", form, events, path, path.rstrip("/"))


def period_selection(events: EventQuerySet, form: EventFilter, period: Period) -> Selection:
    """What takes place, wholly or partly, in a year, a month or a week.

    An event whose day is not known is in its month but in none of its weeks.
    """
    events = form.apply(events.with_hosts())
    if isinstance(period, Week):
        events = events.on_days(period.first, period.last)
    else:
        events = events.filter(share_days(period.first, period.last))
    path = period.get_absolute_url()
    return Selection(f"Kalender {period.name}", form, events, path, path.rstrip("/"))


def period_of(year: int, month: int | None = None, week: int | None = None) -> Period:
    """The period that the numbers of an address name; raises ValueError if there is none."""
    if month is not None:
        return Month.numbered(year, month)
    return Year.numbered(year) if week is None else Week.numbered(year, week)


def newest_first(events: EventQuerySet) -> EventQuerySet:
    """Backwards in time, yet with the events whose day is not known last in their month, as everywhere.

    They begin on its first day.
    """
    return events.order_by("-starts_on", "date_precision", F("start_time").desc(nulls_last=True), "-pk")
