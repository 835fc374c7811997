"""The calendar as open data."""

import datetime
from collections.abc import Iterable
from functools import partial

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from calendar_app.ical import uid
from calendar_app.models import Event, EventHost
from committee.datasets import values_in_words
from committee.models import Body, Municipality
from sodertorn.dataset_queries import day_span, matching, revision_of
from sodertorn.opendata import Column, Dataset, Filter, PublishedDataset, Revision, Row, Rows

EVENT_COLUMNS = (
    Column("id", "Identitet", "Samma så länge mötet finns, även i kalenderprenumerationerna (UID)."),
    Column("title", "Rubrik", "Vad mötet kallas i kalendern."),
    Column("body", "Organ", "Tomt om mötet inte är något organs."),
    Column("kind", "Slag", values_in_words(Event.Kind.choices)),
    Column("status", "Status", values_in_words(Event.Status.choices)),
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


OF_EVENT = (
    Column("event_id", "Mötets identitet", "Samma som i datamängden Möten i kalendern."),
    Column("event", "Möte", "Vad mötet kallas i kalendern."),
    Column(
        "event_starts_on",
        "Mötets första dag",
        "ÅÅÅÅ-MM-DD, eller ÅÅÅÅ-MM när bara månaden är bestämd.",
        kind="month-or-date",
    ),
)
"""What `event_cells` gives."""


def _day(event: Event, day: datetime.date) -> str:
    """As it is written where only the month may be known: "2017-02-02", "2018-01"."""
    return f"{day:%Y-%m}" if event.is_month_only else day.isoformat()


def event_cells(event: Event) -> tuple[str, str, str]:
    """What names an event in a table about something else: its identity, title and first day."""
    return uid(event), event.title, _day(event, event.starts_on)


def events_dataset(
    events: Iterable[Event], base_url: str, *, slug: str = "kalender", title: str = "Kalender"
) -> Dataset:
    """The events in the order given, those without a day too; they come with body and hosts.

    `base_url` ("https://portal.example") is put before the events' paths.
    """
    rows = Rows(events, partial(_event_row, base_url=base_url))
    return Dataset(slug, title, EVENT_COLUMNS, rows)


def _event_row(event: Event, *, base_url: str) -> Row:
    return (
        uid(event),
        event.title,
        event.body.name if event.body else None,
        event.kind,
        event.status,
        event.date_precision,
        _day(event, event.starts_on),
        _day(event, event.ends_on),
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


def public_hosts() -> QuerySet[EventHost]:
    """The hosts of events that anyone may read."""
    return EventHost.objects.filter(Exists(Event.objects.public().filter(pk=OuterRef("event"))))


def _event_revision() -> Revision:
    return revision_of(Event.objects.public(), public_hosts(), Body.objects.all(), Municipality.objects.all())


EVENTS = PublishedDataset(
    slug="moten",
    title="Möten i kalendern",
    description="Alla möten, konferenser och rådslag: när och var de hålls, vem som är värd och vad som har "
    "ändrats. Inställda möten är kvar. Möten där bara månaden är bestämd har ingen dag.",
    columns=EVENT_COLUMNS,
    items=lambda: Event.objects.public().with_hosts(),
    as_row=lambda event, base_url: _event_row(event, base_url=base_url),
    revision=_event_revision,
    keywords=("kalender", "möten", "sammanträden", "konferenser", "värdkommun"),
    page=lambda: reverse("calendar_app:event-list"),
    temporal=lambda: day_span(Event.objects.public(), "starts_on", "ends_on"),
    filters=(
        Filter("year", "År då mötet hålls", "integer", (), lambda rows, year: rows.in_year(year)),
        matching("kind", "Slag av möte", "kind", choices=tuple(Event.Kind.values)),
        matching("status", "Status", "status", choices=tuple(Event.Status.values)),
        matching("body", "Organets adressdel", "body__slug"),
        matching("host", "Värdkommunens kod", "event_hosts__municipality__code"),
        matching("from", "Inte över före dagen", "ends_on__gte", "date"),
        matching("to", "Börjar senast dagen", "starts_on__lte", "date"),
    ),
)
