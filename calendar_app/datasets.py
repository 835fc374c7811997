"""The calendar as open data."""

from collections.abc import Iterable
from functools import partial

from calendar_app.ical import uid
from calendar_app.models import Event
from sodertorn.opendata import Column, Dataset, Row, Rows

EVENT_COLUMNS = (
    Column("id", "Identitet", "Samma så länge mötet finns, även i kalenderprenumerationerna (UID)."),
    Column("title", "Rubrik"),
    Column("body", "Organ", "Tomt om mötet inte är något organs."),
    Column("kind", "Slag", ", ".join(f"{value} = {label}" for value, label in Event.Kind.choices)),
    Column("status", "Status", ", ".join(f"{value} = {label}" for value, label in Event.Status.choices)),
    Column("date_precision", "Datum anges med", "day = dag, month = månad (dagen är inte bestämd)"),
    Column("starts_on", "Första dag", "ÅÅÅÅ-MM-DD, eller ÅÅÅÅ-MM när bara månaden är bestämd."),
    Column("ends_on", "Sista dag", "Ingår i mötet. Anges som första dag."),
    Column("start_time", "Börjar", "TT:MM svensk tid. Tomt om tiden inte är bestämd."),
    Column("end_time", "Slutar", "TT:MM svensk tid, på mötets sista dag."),
    Column("host_codes", "Värdkommuner, kod", "SCB:s kommunkoder, i samma ordning som namnen."),
    Column("host_names", "Värdkommuner, namn"),
    Column("location", "Lokal"),
    Column("original_starts_on", "Ursprunglig dag", "Dagen mötet flyttades från. Tomt om det inte flyttats."),
    Column("note", "Upplysning"),
    Column("url", "Webbsida"),
    Column("changed_at", "Ändrad", "När någon av uppgifterna senast ändrades."),
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
        event.location,
        event.original_starts_on,
        event.note,
        f"{base_url}{event.get_absolute_url()}",
        event.changed_at,
    )
