"""Pages about when and where we meet, and whose turn it is to host."""

import re
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from calendar_app.event_address import event_at, moved_from
from calendar_app.event_documents import papers_of
from calendar_app.event_jsonld import event_jsonld
from calendar_app.feeds import base_url, calendar_response, dataset_response
from calendar_app.forms import Chosen, EventFilter
from calendar_app.host_history import host_history
from calendar_app.models import Event, HostRotation, fetch_hosts
from calendar_app.month_grid import Grid, period_grid
from calendar_app.neighbours import neighbours
from calendar_app.periods import Period, Year
from calendar_app.selection import (
    Selection,
    Span,
    calendar_span,
    past_selection,
    period_of,
    period_selection,
    upcoming_selection,
)
from calendar_app.usual_times import weekday_exception
from calendar_app.year_poster import year_poster
from sodertorn.kept_rows import kept_for_generation
from sodertorn.publishing import Audience, audience_of

EVENTS_PER_PAGE = 40
"""How many past events a page lists: about two years of meetings."""
MOST_COUNTED = 1000
"""Of more past events than this the page says that they are more, and not how many."""
COMING_PER_PAGE = 100
"""How many coming events a page lists: more than a year has, so that it mostly is all of them."""


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """What is coming, some at a time; when nothing is planned, the latest instead, and the page says so."""
    chosen, number = EventFilter.chosen_in(request.GET), _page_number(request)
    context = _coming(audience_of(request), chosen, timezone.localdate(), number)
    return render(request, "calendar_app/event_list.html", context)


@kept_for_generation
def _coming(audience: Audience, chosen: Chosen, today: date, number: int) -> dict[str, Any]:
    """One event more than is listed is asked for, which tells whether there is a next page."""
    events = Event.objects.visible_to(audience)
    end = number * COMING_PER_PAGE
    shown = slice(end - COMING_PER_PAGE, end + 1)
    selection = upcoming_selection(events, EventFilter(dict(chosen)), today, shown)
    if selection.is_fallback and number > 1:
        raise Http404("Så många sidor finns inte.")
    rows = list(selection.events)
    return {
        **_calendar_context(selection, calendar_span(events), today),
        "events": rows[:COMING_PER_PAGE],
        "sooner": selection.page_address(number - 1) if number > 1 else "",
        "later": selection.page_address(number + 1) if len(rows) > COMING_PER_PAGE else "",
    }


@require_safe
def event_list_file(request: HttpRequest, file_format: str) -> HttpResponseBase:
    form = EventFilter(request.GET)
    selection = upcoming_selection(Event.objects.public(), form, timezone.localdate())
    return _file(request, selection, file_format)


@require_safe
def event_past(request: HttpRequest) -> HttpResponse:
    """What is over, newest first, some at a time."""
    chosen, number = EventFilter.chosen_in(request.GET), _page_number(request)
    context = _past(audience_of(request), chosen, timezone.localdate(), number)
    return render(request, "calendar_app/event_past.html", context)


@kept_for_generation
def _past(audience: Audience, chosen: Chosen, today: date, number: int) -> dict[str, Any]:
    """One event more than is listed is asked for, as of what is coming, and no more are counted than told."""
    events = Event.objects.visible_to(audience)
    selection = past_selection(events, EventFilter(dict(chosen)), today)
    end = number * EVENTS_PER_PAGE
    rows = list(selection.events[end - EVENTS_PER_PAGE : end + 1])
    if number > 1 and not rows:
        raise Http404("Så många sidor finns inte.")
    count = selection.events.order_by()[: MOST_COUNTED + 1].count()
    return {
        **_calendar_context(selection, calendar_span(events), today),
        "events": rows[:EVENTS_PER_PAGE],
        "count": count,
        "most_counted": MOST_COUNTED,
        "number": number,
        "pages": -(-count // EVENTS_PER_PAGE),
        "newer": selection.page_address(number - 1) if number > 1 else "",
        "older": selection.page_address(number + 1) if len(rows) > EVENTS_PER_PAGE else "",
    }


@require_safe
def event_past_file(request: HttpRequest, file_format: str) -> HttpResponseBase:
    """All that is over, however many pages it takes to list."""
    form = EventFilter(request.GET)
    return _file(request, past_selection(Event.objects.public(), form, timezone.localdate()), file_format)


@require_safe
def event_year(request: HttpRequest, year: int) -> HttpResponse:
    """The whole year: its months at a glance, and its events in order."""
    context = _period_context(request, period := Year.numbered(year))

    def grids() -> list[Grid[Any]]:
        """Called by the template, where they are not drawn already."""
        return [period_grid(month, context["events"], context["today"]) for month in period.months]

    return render(request, "calendar_app/event_year.html", {**context, "grids": grids})


@require_safe
def event_year_poster(request: HttpRequest, year: int) -> HttpResponse:
    """The whole year on one page of paper; as in the other files, without drafts."""
    selection = _period_selection(request, period := Year.numbered(year))
    address = request.build_absolute_uri(selection.address)
    content = year_poster(selection.events, period, selection.full_title, address)
    headers = {"Content-Disposition": f'inline; filename="{selection.file_name}-affisch.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_safe
def event_grid(
    request: HttpRequest, year: int, month: int | None = None, week: int | None = None
) -> HttpResponse:
    """A month, or an ISO week: a grid of days on wide screens, a list on narrow ones."""
    context = _period_context(request, period := _period(year, month, week))
    grid = period_grid(period, context["events"], context["today"])
    return render(request, "calendar_app/event_grid.html", {**context, "grid": grid})


@require_safe
def event_period_file(
    request: HttpRequest, file_format: str, year: int, month: int | None = None, week: int | None = None
) -> HttpResponseBase:
    """What a year, a month or a week shows."""
    return _file(request, _period_selection(request, _period(year, month, week)), file_format)


@require_safe
def event_detail(
    request: HttpRequest, year: int, month: int, slug: str, day: int | None = None
) -> HttpResponse:
    """One event, at its own address or one that it was moved from; without a day, only the month is known."""
    facts = _event(year, month, slug, day, audience_of(request))
    data = event_jsonld(facts["event"], base_url(request))
    return render(request, "calendar_app/event_detail.html", {**facts, "event_jsonld": data})


@kept_for_generation
def _event(year: int, month: int, slug: str, day: int | None, audience: Audience) -> dict[str, Any]:
    visible = Event.objects.visible_to(audience)
    try:
        found = event_at(visible.for_page(audience), slug, year, month, day)
    except ValueError as error:
        raise Http404("Dagen finns inte.") from error
    if found is None:
        raise Http404("Mötet finns inte.")
    event: Any = found.event  # with what `for_page` adds
    near = neighbours(event, visible)
    fetch_hosts([event, *near.same_day])
    return {
        "object": event,
        "event": event,
        "canonical_path": event.get_absolute_url(),
        "found": found,
        "moved_from": moved_from(event, was_month=event.was_month),
        "agenda": event.agenda.all(),
        "papers": papers_of(event, audience),
        "neighbours": near,
        "weekday_exception": weekday_exception(event),
        "plan_section": event.plan_section if event.is_in_plan else None,
        "turns": event.host_turns.select_related("rotation"),
    }


@require_safe
def rotation_list(request: HttpRequest) -> HttpResponse:
    """Every rotation: who has hosted lately, who is next, and who follows. Further pages go back in time."""
    context = _rotations(audience_of(request), timezone.localdate(), _page_number(request))
    return render(request, "calendar_app/rotation_list.html", context)


@kept_for_generation
def _rotations(audience: Audience, today: date, number: int) -> dict[str, Any]:
    rotations = HostRotation.objects.with_history(audience)
    histories = [host_history(rotation, today, number) for rotation in rotations]
    if number > 1:
        histories = [history for history in histories if history.rounds]
        if not histories:
            raise Http404("Så många sidor finns inte.")
    return {
        "histories": histories,
        "rotations": rotations,
        "number": number,
        "has_earlier": any(history.has_earlier for history in histories),
    }


def _page_number(request: HttpRequest) -> int:
    """Which of several pages the address asks for. Raises Http404 for what is not the number of a page."""
    number = request.GET.get("sida", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,3}", number):
        raise Http404("Så många sidor finns inte.")
    return int(number)


def _period(year: int, month: int | None, week: int | None) -> Period:
    try:
        return period_of(year, month, week)
    except ValueError as error:
        raise Http404("Perioden finns inte.") from error


def _calendar_context(selection: Selection, span: Span, today: date) -> dict[str, Any]:
    selection.form.read_choices()
    return {
        "selection": selection,
        "form": selection.form,
        "events": selection.events,
        "years": span.event_years,
        "today": today,
    }


def _period_context(request: HttpRequest, period: Period) -> dict[str, Any]:
    chosen = EventFilter.chosen_in(request.GET)
    return _in_period(period, audience_of(request), chosen, timezone.localdate())


@kept_for_generation
def _in_period(period: Period, audience: Audience, chosen: Chosen, today: date) -> dict[str, Any]:
    events = Event.objects.visible_to(audience)
    span = calendar_span(events)
    if not span.has(period):
        raise Http404("Kalendern räcker inte dit.")
    selection = period_selection(events, EventFilter(dict(chosen)), period)
    return {
        **_calendar_context(selection, span, today),
        "period": period,
        "year": span.year(period),
        "previous": span.previous(period),
        "next": span.next(period),
        "now": span.now(period, today),
    }


def _period_selection(request: HttpRequest, period: Period) -> Selection:
    """What files show of a period: what anyone may read. Raises Http404 for an unknown filter, as `_file`."""
    events, form = Event.objects.public(), EventFilter(request.GET)
    if not calendar_span(events).has(period):
        raise Http404("Kalendern räcker inte dit.")
    if not form.is_valid():
        raise Http404("Filtret i adressen finns inte.")
    return period_selection(events, form, period)


def _file(request: HttpRequest, selection: Selection, file_format: str) -> HttpResponseBase:
    """The selection in a format for other programs. A filter that is not known is a mistake in the address.

    An empty file would say that there are no meetings, and empty the calendar of whoever subscribes to it.
    """
    if not selection.form.is_valid():
        raise Http404("Filtret i adressen finns inte.")
    events, title = selection.events, selection.full_title
    if file_format == "ics":
        response: HttpResponseBase = calendar_response(
            request, events, name=title, page_path=selection.address
        )
    else:
        response = dataset_response(
            request, events, as_format=file_format, slug=selection.file_name, title=title
        )
    filename = f"{selection.file_name}.{file_format}"
    response["Content-Disposition"] = content_disposition_header(False, filename) or "inline"
    return response
