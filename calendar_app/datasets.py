"""The calendar as open data."""

import datetime
from collections.abc import Iterable
from functools import partial

from django.db.models import Max, Min
from django.urls import reverse

from calendar_app.ical import uid
from calendar_app.models import Event, EventHost, EventQuerySet
from committee.models import Body, Municipality
from sodertorn.dataset_revisions import revision_of
from sodertorn.opendata import Column, Dataset, Filter, PublishedDataset, Revision, Row, Rows
from sodertorn.publishing import Publication

EVENT_COLUMNS = (
    Column("id", "Identitet", "Samma så länge mötet finns, även i kalenderprenumerationerna (UID)."),
    Column("title", "Rubrik", "Vad mötet kallas i kalendern."),
    Column("body", "Organ", "Tomt om mötet inte är något organs."),
    Column("kind", "Slag", ", ".join(f"{value} = {label}" for value, label in Event.Kind.choices)),
    Column("status", "Status", ", ".join(f"{value} = {label}" for value, label in Event.Status.choices)),
    Column("date_precision", "Datum anges med", "day = dag, month = månad (dagen är inte bestämd)"),
    Column(
        "starts_on",
        "Första dag",
        "ÅÅÅÅ-MM-DD, eller ÅÅÅÅ-MM när bara månaden är bestämd.",
        kind="month-or-date",
    ),
    Column("ends_on", "Sista dag", "Ingår i mötet. Anges som första dag.", kind="month-or-date"),
    Column("start_time", "Börjar", "TT:MM svensk tid. Tomt om tiden inte är bestämd.", kind="time"),
    Column("end_time", "Slutar", "TT:MM svensk tid, på mötets sista dag.", kind="time"),
    Column("host_codes", "Värdkommuner, kod", "SCB:s kommunkoder, i samma ordning som namnen.", kind="list"),
    Column("host_names", "Värdkommuner, namn", "Tomt när ingen värd är bestämd.", kind="list"),
    Column("location", "Lokal", "Tomt när den inte är bestämd."),
    Column(
        "original_starts_on",
        "Ursprunglig dag",
        "Dagen mötet flyttades från. Tomt om det inte flyttats.",
        kind="date",
    ),
    Column("note", "Upplysning", "Det som står på mötets sida."),
    Column("url", "Webbsida", "Mötets sida på portalen."),
    Column("changed_at", "Ändrad", "När någon av uppgifterna senast ändrades.", kind="datetime"),
)


def events_dataset(
    events: Iterable[Event], base_url: str, *, slug: str = "kalender", title: str = "Kalender"
) -> Dataset:
    """The events in the order given, those without a day too; they come with body and hosts.

    `base_url` ("https://portal.example") is put before the events' paths.
    """
    rows = Rows(events, partial(_event_row, base_url=base_url))
    return Dataset(slug, title, EVENT_COLUMNS, rows)


def _event_row(event: Event, *, base_url: str) -> Row:
    first, last = event.starts_on.isoformat(), event.ends_on.isoformat()
    return (
        uid(event),
        event.title,
        event.body.name if event.body else None,
        event.kind,
        event.status,
        event.date_precision,
        first[:7] if event.is_month_only else first,
        last[:7] if event.is_month_only else last,
        event.start_time,
        event.end_time,
        tuple(host.code for host in event.host_list),
        tuple(host.name for host in event.host_list),
        event.location or None,
        event.original_starts_on,
        event.note or None,
        f"{base_url}{event.get_absolute_url()}",
        event.changed_at,
    )


def _in_year(events: EventQuerySet, year: int) -> EventQuerySet:
    return events.in_year(year)


def _first_and_last_day() -> tuple[datetime.date, datetime.date] | None:
    days = Event.objects.public().aggregate(first=Min("starts_on"), last=Max("ends_on"))
    return (days["first"], days["last"]) if days["first"] else None


def _revision() -> Revision:
    public = Event.objects.public().order_by().values("pk")
    return revision_of(
        Event.history.filter(publication=Publication.PUBLISHED),
        EventHost.history.filter(event_id__in=public),
        Body.history.all(),
        Municipality.history.all(),
    )


EVENTS = PublishedDataset(
    slug="moten",
    title="Möten i kalendern",
    description="Alla möten, konferenser och rådslag: när och var de hålls, vem som är värd och vad som har "
    "ändrats. Inställda möten är kvar. Möten där bara månaden är bestämd har ingen dag.",
    columns=EVENT_COLUMNS,
    items=lambda: Event.objects.public().with_hosts(),
    as_row=lambda event, base_url: _event_row(event, base_url=base_url),
    revision=_revision,
    keywords=("kalender", "möten", "sammanträden", "konferenser", "värdkommun"),
    page=lambda: reverse("calendar_app:event-list"),
    temporal=_first_and_last_day,
    filters=(
        Filter("year", "År då mötet hålls", "integer", (), _in_year),
        Filter(
            "kind", "Slag av möte", "string", tuple(Event.Kind.values), lambda rows, kind: rows.of_kind(kind)
        ),
        Filter(
            "status",
            "Status",
            "string",
            tuple(Event.Status.values),
            lambda rows, status: rows.filter(status=status),
        ),
        Filter(
            "host",
            "Värdkommunens kod",
            "string",
            (),
            lambda rows, code: rows.filter(event_hosts__municipality__code=code),
        ),
        Filter("from", "Inte över före dagen", "date", (), lambda rows, day: rows.upcoming(day)),
        Filter("to", "Börjar senast dagen", "date", (), lambda rows, day: rows.filter(starts_on__lte=day)),
    ),
)
