"""Events as an iCalendar file (RFC 5545, 5546 and 7986). No HTTP, no clock, no queries of its own.

The bytes depend on nothing but the arguments: DTSTAMP and LAST-MODIFIED are both the moment of the event's
last change, so a calendar that has not changed is the same file, octet by octet.

Choices where the standards leave one:

- METHOD:PUBLISH stands without ORGANIZER, as in the calendars that Outlook, Google and Apple publish: with
  one, clients treat the entry as an invitation to a scheduled group (RFC 5545, section 3.8.4.3).
- The time zone is always defined, so that a calendar without events is valid too: it must hold at least one
  component (RFC 5545, section 3.6).
- Several days with hours become whole days, and the hours stand in DESCRIPTION: one bar through the nights
  would be wrong, and so would several entries with one UID.
"""

import datetime
import re
from collections.abc import Iterable
from functools import cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vDuration, vText
from icalendar import Event as Entry

from calendar_app.models import Event
from sodertorn.dates import NO_BREAK_SPACE, long_date, when
from sodertorn.prose import join_swedish

FORMAT_VERSION = 1
"""Raise it when the same events give other bytes than before, so that subscribers fetch the file again."""

PRODID = "-//Södertörnskommunernas samarbetskommitté//Portalen//SV"
UID_DOMAIN = "sodertorn"
ZONE = ZoneInfo("Europe/Stockholm")
COLOUR = "teal"
REFRESH_INTERVAL = datetime.timedelta(hours=12)

_END = b"END:VCALENDAR\r\n"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Every control character but the tab and the line break."""


class Text(vText):
    """TEXT as RFC 5545, section 3.3.11 escapes it. The library would make a line break of "\\N" in a text,
    such as a file's path.
    """

    def to_ical(self) -> bytes:
        escapes = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})
        return self.translate(escapes).encode()


_STATUS = {
    Event.Status.PRELIMINARY: "TENTATIVE",
    Event.Status.CONFIRMED: "CONFIRMED",
    Event.Status.MOVED: "CONFIRMED",
    Event.Status.CANCELLED: "CANCELLED",
}


def build_calendar(
    events: Iterable[Event], *, name: str, page_url: str, source_url: str, base_url: str
) -> bytes:
    """The events, in the order given, as one calendar file; those without a day are left out.

    `events` come with body and hosts (`EventQuerySet.with_hosts`). `page_url` is the page that shows the
    same events, `source_url` the file's own address, `base_url` ("https://portal.example") is put before
    the events' paths.
    """
    entries = (entry(event, base_url) for event in events if not event.is_month_only)
    return calendar_of(entries, name=name, page_url=page_url, source_url=source_url)


def calendar_of(entries: Iterable[bytes], *, name: str, page_url: str, source_url: str) -> bytes:
    """A calendar file of entries that are written already; see `build_calendar`."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # RFC 7986, sections 5.1–5.9, and the older names for the same that Apple, Google and Outlook read.
    calendar.add("name", _text(name))
    calendar.add("x-wr-calname", _text(name))
    calendar.add("x-wr-timezone", ZONE.key)
    calendar.add("refresh-interval", REFRESH_INTERVAL, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH_INTERVAL))
    calendar.add("source", source_url, parameters={"VALUE": "URI"})
    calendar.add("url", page_url)
    calendar.add("color", COLOUR)
    # Part by part: as a tree of all entries, a large calendar takes more time per event than a small one.
    return b"".join([calendar.to_ical().removesuffix(_END), _stockholm(), *entries, _END])


def uid(event: Event) -> str:
    """The entry's identity: the same for life, whatever the event's day, name or host (RFC 7986, 5.3)."""
    return f"{event.uid}@{UID_DOMAIN}"


def entry(event: Event, base_url: str) -> bytes:
    """An event's part of the file (RFC 5545, section 3.6.1)."""
    page = f"{base_url}{event.get_absolute_url()}"
    changed = event.changed_at.astimezone(datetime.UTC)
    hosts = join_swedish(event.host_list)
    written = Entry()
    written.add("uid", uid(event))
    written.add("sequence", event.sequence)
    written.add("dtstamp", changed)
    written.add("last-modified", changed)
    for name, moment in _span(event).items():
        written.add(name, moment)
    written.add("summary", _text(f"INSTÄLLT: {event.title}" if event.is_cancelled else event.title))
    written.add("status", _STATUS[Event.Status(event.status)])
    # Only hours that are known, of a meeting that is held, make a member busy.
    is_busy = _has_hours(event) and not event.is_cancelled
    written.add("transp", "OPAQUE" if is_busy else "TRANSPARENT")
    if place := ", ".join(filter(None, [event.location, hosts])):
        written.add("location", _text(place))
    written.add("categories", [event.get_kind_display()])
    written.add("description", _text("\n".join(_description(event, hosts, page))))
    written.add("url", page)
    return bytes(written.to_ical())


def _has_hours(event: Event) -> bool:
    """Whether the entry has a time of day: then the event begins and ends on one day."""
    return event.start_time is not None and not event.is_several_days


def _span(event: Event) -> dict[str, datetime.date]:
    """DTSTART and DTEND: local time with its zone, or whole days up to but not including DTEND's day."""
    if event.start_time is None or event.is_several_days:
        return {"dtstart": event.starts_on, "dtend": event.ends_on + datetime.timedelta(days=1)}
    span: dict[str, datetime.date] = {
        "dtstart": datetime.datetime.combine(event.starts_on, event.start_time, ZONE)
    }
    if event.end_time is not None:
        span["dtend"] = datetime.datetime.combine(event.ends_on, event.end_time, ZONE)
    return span


def _description(event: Event, hosts: str, page: str) -> Iterable[str]:
    """Line by line what has no property that every client shows; last the page, as clients ignore URL."""
    if event.is_cancelled:
        yield "Mötet är inställt."
    if event.status == Event.Status.PRELIMINARY:
        yield "Mötet är preliminärt."
    if event.original_starts_on:
        yield f"Flyttat från {long_date(event.original_starts_on)}."
    if event.is_several_days and event.start_time:
        yield when(event.starts_on, event.ends_on, start_time=event.start_time, end_time=event.end_time)
    if event.body:
        yield f"Organ: {event.body.name}"
    if hosts:
        yield f"{'Värdar' if len(event.host_list) > 1 else 'Värd'}: {hosts}"
    if event.note:
        yield event.note
    yield page


def _text(text: str) -> Text:
    """A text without what a TEXT value may not hold (RFC 5545, section 3.3.11).

    Spaces are ordinary ones, so that a search in the reader's calendar finds the words.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace(NO_BREAK_SPACE, " ")
    return Text(_CONTROL.sub("", lines).strip())


@cache
def _stockholm() -> bytes:
    """Swedish time since the rule of 1996, applied from 1970 (RFC 5545, section 3.6.5).

    Each change is given in the local time that ends with it: summer time begins at 02.00 and ends at 03.00.
    """
    zone = Timezone()
    zone.add("tzid", ZONE.key)
    winter, summer = datetime.timedelta(hours=1), datetime.timedelta(hours=2)
    changes = (
        (TimezoneDaylight(), datetime.datetime(1970, 3, 29, 2), 3, winter, summer, "CEST"),  # noqa: DTZ001
        (TimezoneStandard(), datetime.datetime(1970, 10, 25, 3), 10, summer, winter, "CET"),  # noqa: DTZ001
    )
    for change, onset, month, before, after, abbreviation in changes:
        change.add("dtstart", onset)
        change.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        change.add("tzoffsetfrom", before)
        change.add("tzoffsetto", after)
        change.add("tzname", abbreviation)
        zone.add_component(change)
    return bytes(zone.to_ical())
