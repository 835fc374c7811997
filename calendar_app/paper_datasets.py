"""What is dealt with at the meetings, as open data: agendas and papers."""

from django.db.models import QuerySet

from calendar_app.datasets import OF_EVENT, event_cells
from calendar_app.models import AgendaItem, Event, EventDocument, EventLink
from committee.datasets import values_in_words
from committee.models import Document
from sodertorn.dataset_queries import day_span, matching, no_page, revision_of
from sodertorn.opendata import Column, PublishedDataset, Row


def _events() -> QuerySet[Event]:
    return Event.objects.public().order_by()


IN_EVENT_ORDER = ("event__sorts_on", "event__date_precision", "event_id")
BY_EVENT_YEAR = matching("year", "År då mötet hålls", "event__starts_on__year", "integer")


# --- Agendas ------------------------------------------------------------------------------------------------


def _agenda() -> QuerySet[AgendaItem]:
    return AgendaItem.objects.filter(event__in=_events())


def _agenda_row(row: AgendaItem, base_url: str) -> Row:
    return *event_cells(row.event), row.title, row.note or None, f"{base_url}{row.event.get_absolute_url()}"


AGENDA = PublishedDataset(
    slug="dagordningar",
    title="Dagordningar",
    description="Punkterna på mötenas dagordningar, i ordning.",
    columns=(
        *OF_EVENT,
        Column("title", "Punkt", "Punktens rubrik."),
        Column("note", "Beskrivning", "Tomt när det inte finns någon."),
        Column("url", "Webbsida", "Mötets sida på portalen."),
    ),
    items=lambda: _agenda().select_related("event").order_by(*IN_EVENT_ORDER, "position", "pk"),
    as_row=_agenda_row,
    revision=lambda: revision_of(_agenda(), _events()),
    keywords=("dagordning", "möten"),
    page=no_page,
    temporal=lambda: day_span(_agenda(), "event__starts_on", "event__ends_on"),
    filters=(BY_EVENT_YEAR,),
)


# --- Papers -------------------------------------------------------------------------------------------------


def _documents() -> QuerySet[EventDocument]:
    return EventDocument.objects.filter(
        event__in=_events(), document__in=Document.objects.public().order_by()
    )


def _document_row(row: EventDocument, base_url: str) -> Row:
    document = row.document
    return (
        *event_cells(row.event),
        document.kind,
        document.title,
        f"{base_url}{document.get_absolute_url()}",
    )


DOCUMENTS_OF_EVENTS = PublishedDataset(
    slug="moteshandlingar",
    title="Mötenas handlingar",
    description="Vilka av portalens dokument som hör till vilket möte. Mer om varje fil finns i datamängden "
    "Dokument.",
    columns=(
        *OF_EVENT,
        Column("kind", "Slag", values_in_words(Document.Kind.choices)),
        Column("title", "Titel", "Dokumentets titel."),
        Column("url", "Fil", "Adressen där filen hämtas."),
    ),
    items=lambda: (
        _documents()
        .select_related("event", "document")
        .order_by(*IN_EVENT_ORDER, "document__kind", "document__title", "pk")
    ),
    as_row=_document_row,
    revision=lambda: revision_of(_documents(), _events(), Document.objects.public()),
    keywords=("protokoll", "kallelser", "möten"),
    page=no_page,
    temporal=lambda: day_span(_documents(), "event__starts_on", "event__ends_on"),
    filters=(
        BY_EVENT_YEAR,
        matching("kind", "Slag", "document__kind", choices=tuple(Document.Kind.values)),
    ),
)


def _links() -> QuerySet[EventLink]:
    return EventLink.objects.filter(event__in=_events())


LINKS_OF_EVENTS = PublishedDataset(
    slug="lankade-handlingar",
    title="Handlingar på andra webbplatser",
    description="Handlingar till möten som ligger på en kommuns eller någon annans webbplats.",
    columns=(
        *OF_EVENT,
        Column("kind", "Slag", values_in_words(EventLink.Kind.choices)),
        Column("title", "Titel", "Vad handlingen kallas på mötets sida."),
        Column("url", "Webbadress", "Var den ligger. Det är inte portalens fil."),
    ),
    items=lambda: _links().select_related("event").order_by(*IN_EVENT_ORDER, "position", "pk"),
    as_row=lambda row, base_url: (*event_cells(row.event), row.kind, row.title, row.url),
    revision=lambda: revision_of(_links(), _events()),
    keywords=("handlingar", "möten"),
    page=no_page,
    temporal=lambda: day_span(_links(), "event__starts_on", "event__ends_on"),
    filters=(BY_EVENT_YEAR, matching("kind", "Slag", "kind", choices=tuple(EventLink.Kind.values))),
)
