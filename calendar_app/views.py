"""Pages about when and where we meet, and whose turn it is to host."""

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from calendar_app.forms import EventFilter
from calendar_app.host_history import host_history
from calendar_app.models import Event, HostRotation
from calendar_app.usual_times import weekday_exception
from committee.models import PlanSection

LATEST = 10
"""How many past events the calendar shows when nothing is planned."""


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """What is coming; when nothing is planned, the latest events instead, and the page says so."""
    today = timezone.localdate()
    form = EventFilter(request.GET)
    events = form.apply(Event.objects.with_hosts())
    upcoming = list(events.upcoming(today))
    latest = [] if upcoming else list(events.past(today).reverse()[:LATEST])
    context = {"form": form, "upcoming": upcoming, "latest": latest, "years": _years(), "today": today}
    return render(request, "calendar_app/event_list.html", context)


@require_safe
def event_year(request: HttpRequest, year: int) -> HttpResponse:
    """The whole year in order, under its months."""
    years = _years()
    if year not in years:
        raise Http404(f"Inga möten finns inlagda för {year}.")
    form = EventFilter(request.GET)
    events = list(form.apply(Event.objects.with_hosts().in_year(year)))
    context = {"form": form, "events": events, "year": year, "years": years, "today": timezone.localdate()}
    return render(request, "calendar_app/event_year.html", context)


@require_safe
def event_detail(
    request: HttpRequest, year: int, month: int, slug: str, day: int | None = None
) -> HttpResponse:
    """One event, at its own address or the one it was moved from; without a day, only the month is known."""
    try:
        starts_on = datetime.date(year, month, 1 if day is None else day)
    except ValueError as error:
        raise Http404("Dagen finns inte.") from error
    precision = Event.DatePrecision.DAY if day else Event.DatePrecision.MONTH
    events = Event.objects.with_hosts().filter(slug=slug)
    # A moved event may have got a day, or lost it, since it had the old address.
    event = (
        events.filter(starts_on=starts_on, date_precision=precision).first()
        or events.filter(original_starts_on=starts_on).first()
    )
    if event is None:
        raise Http404("Mötet finns inte.")
    others = Event.objects.with_hosts().exclude(pk=event.pk)
    of_body = others.for_body(event.body) if event.body else others.none()
    context = {
        "object": event,
        "event": event,
        "is_old_address": request.path != event.get_absolute_url(),
        "weekday_exception": weekday_exception(event),
        "same_day": [] if event.is_month_only else others.on_days(event.starts_on, event.ends_on),
        "plan_section": PlanSection.objects.public().filter(events=event).select_related("plan").first(),
        "turns": event.host_turns.select_related("rotation"),
        "previous": of_body.before(event).last(),
        "next": of_body.after(event).first(),
    }
    return render(request, "calendar_app/event_detail.html", context)


@require_safe
def rotation_list(request: HttpRequest) -> HttpResponse:
    """Every rotation: who has hosted, who is next, and who follows by the order."""
    today = timezone.localdate()
    rotations = HostRotation.objects.with_turns()
    context = {"histories": [host_history(rotation, today) for rotation in rotations]}
    return render(request, "calendar_app/rotation_list.html", context)


def _years() -> list[int]:
    return [day.year for day in Event.objects.dates("starts_on", "year")]
