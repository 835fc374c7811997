"""Calendar files over HTTP, and lists of events as tables.

A file's ETag is a checksum of the revisions of the events in it, read by one query. Whoever has the file
already is answered 304 without an event being fetched or a calendar built, and for whoever has not, only the
events that have changed since the process wrote them are.

Only the ETag decides that. Last-Modified is given for information: it is the newest change among the events
in the file, and so knows nothing of one that was deleted or got another host. A request that has only
If-Modified-Since is therefore answered in full, as it always may be (RFC 9110, section 13.1.3).
"""

import datetime
import hashlib
import threading
from collections.abc import Hashable, Iterator
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from calendar_app import ical, subscriptions
from calendar_app.datasets import events_dataset
from calendar_app.event_address import event_at
from calendar_app.forms import EventFilter
from calendar_app.models import Event, EventQuerySet
from calendar_app.subscriptions import Subscription, subscription_starts
from committee.models import Body, Municipality
from sodertorn.responses import CsvResponse, DatasetJsonResponse

Revision = tuple[int, UUID, int, datetime.datetime]
"""An event's key, identity, sequence number and moment of change."""


@require_safe
def calendar_feed(request: HttpRequest) -> HttpResponseBase:
    """The whole calendar, or what the filter in the address leaves of it."""
    form = EventFilter(request.GET)
    if not form.is_valid():
        raise Http404("Kalendern finns inte: filtret i adressen är okänt.")
    subscription = subscriptions.whole_calendar(form.query, tuple(form.labels.values()))
    return _subscription(request, form.apply(Event.objects.public().with_hosts()), subscription)


@require_safe
def body_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    body = get_object_or_404(Body, slug=slug)
    return _subscription(
        request, Event.objects.public().with_hosts().for_body(body), subscriptions.of_body(body)
    )


@require_safe
def municipality_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What a municipality hosts, alone or with others."""
    host = get_object_or_404(Municipality, slug=slug)
    return _subscription(
        request, Event.objects.public().with_hosts().hosted_by(host), subscriptions.of_host(host)
    )


@require_safe
def kind_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    if slug not in subscriptions.KIND_SLUGS:
        raise Http404("Mötesslaget finns inte.")
    events = Event.objects.public().with_hosts().of_kind(subscriptions.KIND_SLUGS[slug])
    return _subscription(request, events, subscriptions.of_kind(slug))


@require_safe
def event_feed(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponseBase:
    """One event, beside its page; there also when it was cancelled and its day has passed, as the page is."""
    try:
        found = event_at(Event.objects.public(), slug, year, month, day)
    except ValueError as error:
        raise Http404("Dagen finns inte.") from error
    if found is None or found.event.is_month_only:
        raise Http404("Mötet finns inte, eller har ingen dag.")
    event = found.event
    if found.is_former:
        return redirect(event_feed_path(event))
    events = Event.objects.public().with_hosts().filter(pk=event.pk)
    return _calendar_file(request, events, name=event.title, page_path=event.get_absolute_url())


@require_safe
def subscribe(request: HttpRequest) -> HttpResponse:
    """How to subscribe, in words, and the addresses of every calendar."""
    bodies = Body.objects.filter(events__in=Event.objects.public()).distinct()
    lists = {
        "bodies": map(subscriptions.of_body, bodies),
        "hosts": map(subscriptions.of_host, Municipality.objects.all()),
        "kinds": map(subscriptions.of_kind, subscriptions.KIND_SLUGS),
    }
    context = {
        "whole": _addresses(request, subscriptions.whole_calendar()),
        "since": subscription_starts(timezone.localdate()),
        "hours": ical.REFRESH_INTERVAL // datetime.timedelta(hours=1),
        **{name: [_addresses(request, each) for each in some] for name, some in lists.items()},
    }
    return render(request, "calendar_app/subscribe.html", context)


def event_feed_path(event: Event) -> str:
    """The address of the event's calendar file: its page's, with a suffix."""
    return f"{event.get_absolute_url().rstrip('/')}.ics"


def feed_events(
    events: EventQuerySet, today: datetime.date, *, since: datetime.date | None = None
) -> EventQuerySet:
    """What of `events` a calendar file holds: those with a day, and cancelled ones until it has passed.

    With `since`, only those that are not over on that day.
    """
    if events.query.is_sliced:
        events = Event.objects.with_hosts().filter(pk__in=events.prefetch_related(None).values("pk"))
    held = events.filter(date_precision=Event.DatePrecision.DAY).exclude(
        status=Event.Status.CANCELLED, ends_on__lt=today
    )
    return held.filter(ends_on__gte=since) if since else held


def calendar_response(
    request: HttpRequest,
    events: EventQuerySet,
    *,
    name: str,
    page_path: str,
    since: datetime.date | None = None,
) -> HttpResponse:
    """`events` as a calendar file called `name`, by the rules of `feed_events`.

    `page_path` is the page that shows the same events. `events` are as `with_hosts` gives them.
    """
    held = feed_events(events, timezone.localdate(), since=since)
    return _calendar_file(request, held, name=name, page_path=page_path)


def dataset_response(
    request: HttpRequest, events: EventQuerySet, *, as_format: str, slug: str, title: str
) -> HttpResponseBase:
    """`events`, those without a day too, as a table in the format "csv" or "json"."""
    dataset = events_dataset(events, base_url(request), slug=slug, title=title)
    return CsvResponse(dataset) if as_format == "csv" else DatasetJsonResponse(dataset)


def base_url(request: HttpRequest) -> str:
    """As in "https://portal.example"."""
    return request.build_absolute_uri("/").rstrip("/")


def _addresses(request: HttpRequest, subscription: Subscription) -> dict[str, str]:
    address = request.build_absolute_uri(subscription.path)
    webcal = f"webcal:{address.partition(':')[2]}"
    return {"label": subscription.label, "address": address, "webcal": webcal}


def _subscription(request: HttpRequest, events: EventQuerySet, subscription: Subscription) -> HttpResponse:
    return calendar_response(
        request,
        events,
        name=subscription.name,
        page_path=subscription.page_path,
        since=subscription_starts(timezone.localdate()),
    )


def _calendar_file(request: HttpRequest, events: EventQuerySet, *, name: str, page_path: str) -> HttpResponse:
    about = {
        "name": name,
        "page_url": request.build_absolute_uri(page_path),
        "source_url": request.build_absolute_uri(),
        "base_url": base_url(request),
    }
    revisions = _revisions(events)
    etag, changed_at = _validators(revisions, about)
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if changed_at:
        headers["Last-Modified"] = http_date(changed_at.timestamp())
    response = get_conditional_response(request, etag=etag)
    if response is None:
        entries = _entries(events, revisions, about.pop("base_url"))
        content = ical.calendar_of(entries, **about)
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        filename = request.path.rsplit("/", 1)[-1]
        headers["Content-Disposition"] = f'inline; filename="{filename}"'
    for header, value in headers.items():
        response[header] = value
    return response


def _revisions(events: EventQuerySet) -> list[Revision]:
    """Of each event, in order, all that its part of a file depends on."""
    return list(events.prefetch_related(None).values_list("pk", "uid", "sequence", "changed_at"))


def _validators(revisions: list[Revision], about: dict[str, str]) -> tuple[str, datetime.datetime | None]:
    """A strong ETag, from all that the file's bytes depend on, and when its newest event changed."""
    state = repr((ical.FORMAT_VERSION, sorted(about.items()), revisions))
    checksum = hashlib.sha256(state.encode()).hexdigest()
    return quote_etag(checksum[:32]), max((changed_at for *_, changed_at in revisions), default=None)


def _entries(events: EventQuerySet, revisions: list[Revision], base_url: str) -> Iterator[bytes]:
    """The events' parts of a file, in order. Only those that have changed are read and written anew."""
    kept = {pk: _kept_entries.get((base_url, *revision)) for pk, *revision in revisions}
    missing = [pk for pk, entry in kept.items() if entry is None]
    for event in events.filter(pk__in=missing) if missing else ():
        written = kept[event.pk] = ical.entry(event, base_url)
        _kept_entries.put((base_url, event.uid, event.sequence, event.changed_at), written)
    # One that was deleted since its revision was read is left out.
    return (entry for entry in kept.values() if entry is not None)


class _KeptEntries:
    """Parts of calendar files that this process has written, the newest last."""

    MOST = 10_000
    """About 8 MB."""

    def __init__(self) -> None:
        self._entries: dict[Hashable, bytes] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        return self._entries.get(key)

    def put(self, key: Hashable, entry: bytes) -> None:
        with self._lock:
            if len(self._entries) >= self.MOST:
                del self._entries[next(iter(self._entries))]
            self._entries[key] = entry


_kept_entries = _KeptEntries()
