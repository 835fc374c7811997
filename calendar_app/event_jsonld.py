"""An event as search engines read it: schema.org's Event, as JSON-LD."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from calendar_app.models import Event
from sodertorn.jsonld import COMMITTEE, SCHEMA, script_safe

ZONE = ZoneInfo("Europe/Stockholm")

_STATUS = {
    Event.Status.PRELIMINARY: "EventScheduled",
    Event.Status.CONFIRMED: "EventScheduled",
    Event.Status.MOVED: "EventRescheduled",
    Event.Status.CANCELLED: "EventCancelled",
}


def event_jsonld(event: Event, base_url: str) -> SafeString | None:
    """The event's data, fit to stand in a script element; None when only the month is known.

    `base_url` ("https://portal.example") is put before the pages' paths.
    """
    return None if event.is_month_only else script_safe(event_data(event, base_url))


def event_data(event: Event, base_url: str) -> dict[str, Any]:
    """https://schema.org/Event; what is not known is left out."""
    data = {
        "@context": SCHEMA,
        "@type": "Event",
        "name": event.title,
        "url": f"{base_url}{event.get_absolute_url()}",
        "startDate": _moment(event.starts_on, event.start_time),
        "endDate": _end(event),
        "previousStartDate": event.original_starts_on and event.original_starts_on.isoformat(),
        "eventStatus": f"{SCHEMA}/{_STATUS[Event.Status(event.status)]}",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "location": _location(event),
        "organizer": _organiser(event, base_url),
        "description": event.note,
        "inLanguage": "sv",
    }
    return {name: value for name, value in data.items() if value}


def _moment(day: datetime.date, time: datetime.time | None) -> str:
    """A day, or with a time the moment with its offset: "2017-02-02T12:00:00+01:00"."""
    return datetime.datetime.combine(day, time, ZONE).isoformat() if time else day.isoformat()


def _end(event: Event) -> str | None:
    """Unknown when the event has a start time, but no end, on one day."""
    if event.start_time and not event.end_time and not event.is_several_days:
        return None
    return _moment(event.ends_on, event.end_time)


def _location(event: Event) -> list[dict[str, Any]]:
    """A place for each host municipality; the room with its only or first host."""
    places = [
        {
            "@type": "Place",
            "name": host.name,
            "address": {"@type": "PostalAddress", "addressLocality": host.name, "addressCountry": "SE"},
        }
        for host in event.host_list
    ]
    if event.location:
        places = places or [{"@type": "Place"}]
        places[0]["name"] = event.location
    return places


def _organiser(event: Event, base_url: str) -> dict[str, str]:
    if event.body is None:
        return {"@type": "Organization", "name": COMMITTEE, "url": f"{base_url}/"}
    url = f"{base_url}{event.body.get_absolute_url()}"
    return {"@type": "Organization", "name": event.body.name, "url": url}
