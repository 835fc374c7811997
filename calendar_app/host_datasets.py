"""Who hosts, as open data: the hosts that meetings have, and the turns that were promised."""

from django.db.models import QuerySet
from django.urls import reverse

from calendar_app.datasets import OF_EVENT, event_cells, public_hosts
from calendar_app.models import Event, EventHost, HostRotation, HostTurn
from committee.datasets import BY_MUNICIPALITY, CODE, NAME, URL
from committee.models import Body, Municipality
from sodertorn.dataset_queries import day_span, matching, revision_of, year_span
from sodertorn.opendata import Column, PublishedDataset, Row
from sodertorn.publishing import VISITOR


def _host_row(row: EventHost, base_url: str) -> Row:
    event = row.event
    return (
        *event_cells(event),
        event.status,
        event.body.name if event.body else None,
        row.municipality.code,
        row.municipality.name,
        f"{base_url}{event.get_absolute_url()}",
    )


HOSTS = PublishedDataset(
    slug="vardkommuner",
    title="Värdkommuner",
    description="Vilken kommun som är eller var värd för varje möte, en rad för varje värd. Ett möte kan ha "
    "flera.",
    columns=(
        *OF_EVENT,
        Column("event_status", "Mötets status", "Som i datamängden Möten i kalendern."),
        Column("body", "Organ", "Organet som möts. Tomt om mötet inte är något organs."),
        CODE,
        NAME,
        URL,
    ),
    items=lambda: (
        public_hosts()
        .select_related("event__body", "municipality")
        .order_by("event__sorts_on", "event__date_precision", "event_id", "position", "pk")
    ),
    as_row=_host_row,
    revision=lambda: revision_of(
        public_hosts(), Event.objects.public(), Body.objects.all(), Municipality.objects.all()
    ),
    keywords=("värdkommun", "värdskap", "möten"),
    page=lambda: reverse("calendar_app:rotation-list"),
    temporal=lambda: day_span(public_hosts(), "event__starts_on", "event__ends_on"),
    filters=(BY_MUNICIPALITY, matching("body", "Organets adressdel", "event__body__slug")),
)


def _turns() -> QuerySet[HostTurn]:
    return HostTurn.objects.visible_to(VISITOR)


def _turn_row(row: HostTurn, base_url: str) -> Row:
    return (
        row.rotation.name,
        row.rotation.body.name,
        row.number,
        row.year,
        row.municipality.code,
        row.municipality.name,
        *(event_cells(row.event) if row.event else (None, None, None)),
        f"{base_url}{row.rotation.get_absolute_url()}",
    )


TURNS = PublishedDataset(
    slug="vardskapsturer",
    title="Turer för värdskap",
    description="Vems tur det är att vara värd, enligt de ordningar som kommunerna har kommit överens om. "
    "Har två kommuner bytt står den som har turen efter bytet.",
    columns=(
        Column("rotation", "Värdskapsordning", "Ordningens namn."),
        Column("body", "Organ", "Organet vars möten turen gäller."),
        Column("number", "Tur nummer", "Turerna räknas uppåt, år efter år.", kind="integer"),
        Column("year", "År", "Året som turen gäller.", kind="integer"),
        CODE,
        NAME,
        *OF_EVENT,
        URL,
    ),
    items=lambda: (
        _turns()
        .select_related("rotation__body", "municipality", "event")
        .order_by("rotation__body__position", "rotation__name", "number", "pk")
    ),
    as_row=_turn_row,
    revision=lambda: revision_of(
        _turns(),
        HostRotation.objects.all(),
        Event.objects.public(),
        Body.objects.all(),
        Municipality.objects.all(),
    ),
    keywords=("värdskap", "turordning"),
    page=lambda: reverse("calendar_app:rotation-list"),
    temporal=lambda: year_span(_turns()),
    filters=(BY_MUNICIPALITY, matching("year", "År", "year", "integer")),
)
