"""Calendars to subscribe to, and lists of events as files.

A calendar's ETag is a checksum of the revisions of the events in it, read by one query. Whoever has the file
already is answered 304 without an event being fetched or a calendar built.
"""

import datetime
import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from calendar_app import ical
from calendar_app.datasets import events_dataset
from calendar_app.forms import EventFilter
from calendar_app.models import Event, EventQuerySet, FormerAddress
from committee.models import Body, Municipality
from sodertorn.responses import CsvResponse, DatasetJsonResponse

PAST_YEARS = 10
"""Whole years before the present one that a subscription holds, so that no one's calendar loses its past."""

NAME = "Södertörnskommunernas kalender"

KIND_SLUGS = {
    "sammantraden": Event.Kind.MEETING,
    "planeringskonferenser": Event.Kind.PLANNING_CONFERENCE,
    "sodertornskonferensen": Event.Kind.REGIONAL_CONFERENCE,
    "radslag": Event.Kind.CONSULTATION,
    "nyckeltalsdagar": Event.Kind.KEY_FIGURES_DAY,
}


@require_safe
def calendar_feed(request: HttpRequest) -> HttpResponseBase:
    """The whole calendar, or what the filter in the address leaves of it."""
    form = EventFilter(request.GET)
    if not form.is_valid():
        raise Http404("Kalendern finns inte: " + " ".join(form.errors.get_json_data()))
    chosen = [chip["label"] for chip in form.chips()]
    return _subscription(
        request,
        form.apply(Event.objects.with_hosts()),
        name=", ".join([NAME, *chosen]),
        page_path=reverse("calendar_app:event-list") + form.query,
    )


@require_safe
def body_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    body = get_object_or_404(Body, slug=slug)
    events = Event.objects.with_hosts().for_body(body)
    return _subscription(request, events, name=f"{NAME}: {body.name}", page_path=body.get_absolute_url())


@require_safe
def municipality_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What a municipality hosts, alone or with others."""
    host = get_object_or_404(Municipality, slug=slug)
    events = Event.objects.with_hosts().hosted_by(host)
    return _subscription(
        request, events, name=f"{NAME}: {host.name} är värd", page_path=host.get_absolute_url()
    )


@require_safe
def kind_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    if slug not in KIND_SLUGS:
        raise Http404("Slaget av möten finns inte.")
    kind = KIND_SLUGS[slug]
    page_path = f"{reverse('calendar_app:event-list')}?typ={kind}"
    events = Event.objects.with_hosts().of_kind(kind)
    return _subscription(request, events, name=f"{NAME}: {kind.label}", page_path=page_path)


@require_safe
def event_feed(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponseBase:
    """One event, beside its page; kept even when it was cancelled and its day has passed, as the page is."""
    try:
        starts_on = datetime.date(year, month, day)
    except ValueError as error:
        raise Http404("Dagen finns inte.") from error
    address = {"starts_on": starts_on, "date_precision": Event.DatePrecision.DAY, "slug": slug}
    events = Event.objects.with_hosts().filter(**address)
    if event := events.first():
        return _calendar_file(request, events, name=event.title, page_path=event.get_absolute_url())
    former = get_object_or_404(FormerAddress.objects.select_related("event"), **address)
    if former.event.is_month_only:
        raise Http404("Mötets dag är inte bestämd.")
    return redirect(event_feed_path(former.event))


@require_safe
def subscribe(request: HttpRequest) -> HttpResponse:
    """How to subscribe, in words, and every calendar's addresses."""
    return render(request, "calendar_app/subscribe.html", {})


def event_feed_path(event: Event) -> str:
    """The address of the event's calendar file: its page's, with a suffix."""
    return f"{event.get_absolute_url().rstrip('/')}.ics"


def subscription_starts(today: datetime.date) -> datetime.date:
    """The first day that a subscription holds. It moves once a year, and the file is the same in between."""
    return datetime.date(today.year - PAST_YEARS, 1, 1)


def feed_events(
    events: EventQuerySet, today: datetime.date, *, since: datetime.date | None = None
) -> EventQuerySet:
    """What of `events` a calendar file holds: those with a day, and cancelled ones until it has passed.

    With `since`, only those that are not over on that day.
    """
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


def _subscription(request: HttpRequest, events: EventQuerySet, *, name: str, page_path: str) -> HttpResponse:
    since = subscription_starts(timezone.localdate())
    return calendar_response(request, events, name=name, page_path=page_path, since=since)


def _calendar_file(request: HttpRequest, events: EventQuerySet, *, name: str, page_path: str) -> HttpResponse:
    about = {
        "name": name,
        "page_url": request.build_absolute_uri(page_path),
        "source_url": request.build_absolute_uri(),
        "base_url": base_url(request),
    }
    etag, changed_at = _validators(events, about)
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if changed_at:
        headers["Last-Modified"] = http_date(changed_at.timestamp())
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(
            ical.build_calendar(events, **about), content_type="text/calendar; charset=utf-8"
        )
        filename = request.path.rsplit("/", 1)[-1]
        headers["Content-Disposition"] = f'inline; filename="{filename}"'
    for header, value in headers.items():
        response[header] = value
    return response


def _validators(events: EventQuerySet, about: dict[str, str]) -> tuple[str, datetime.datetime | None]:
    """A strong ETag, from what the file's bytes depend on, and when its newest event changed."""
    rows = events.prefetch_related(None).order_by("pk").values_list("pk", "sequence", "changed_at")
    revisions = list(rows)
    state = repr((ical.FORMAT_VERSION, sorted(about.items()), revisions))
    checksum = hashlib.sha256(state.encode()).hexdigest()
    return quote_etag(checksum[:32]), max((changed_at for *_, changed_at in revisions), default=None)
