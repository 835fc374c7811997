"""The portal's open data as a catalogue for Sveriges dataportal, from the data sets' descriptions. A top."""

import re
from collections.abc import Iterator

from django.urls import reverse

from calendar_app.datasets import EVENTS
from committee.models import Body
from committee.secretariat import secretariat
from sodertorn.api_answers import JSON
from sodertorn.catalogue import DATASETS
from sodertorn.dcat import Catalogue, Contact, DatasetEntry, Distribution, Publisher, Service
from sodertorn.opendata import CC0, COMMITTEE, PublishedDataset

TITLE = "Södertörnskommunernas öppna data"
DESCRIPTION = (
    "Det som åtta kommuner söder om Stockholm planerar, beslutar och följer upp tillsammans: möten, "
    "värdskap, verksamhetsplan, budget, avgifter och nyckeltal."
)
SERVICE = "Öppna data för program"
SERVICE_DESCRIPTION = (
    "Alla datamängder som JSON, med filter och sidor. Utan konto och utan nyckel. Bara att läsa."
)

FILES = {
    "csv": ("text/csv", "CSV-fil", "Text i UTF-8 med komma emellan. Kolumnernas namn står på första raden."),
    "json": (JSON, "JSON-fil", "Raderna med kolumnernas förklaringar."),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Excel-fil",
        "Ett kalkylblad med kolumnernas namn på första raden.",
    ),
}
"""What each kind of file is called: as a media type, and in words."""


def catalogue(base_url: str) -> Catalogue:
    """The catalogue as it is now. `base_url` ("https://portal.example") is put before all paths."""
    here = f"{base_url}{reverse('dcat')}"
    return Catalogue(
        iri=f"{here}#katalog",
        title=TITLE,
        description=DESCRIPTION,
        licence=CC0,
        homepage=f"{base_url}{reverse('open-data')}",
        publisher=Publisher(f"{here}#utgivare", COMMITTEE, f"{base_url}{reverse('about')}"),
        contact=_contact(here, base_url),
        service=_service(here, base_url),
        datasets=tuple(_entry(each, here, base_url) for each in DATASETS),
    )


def _contact(here: str, base_url: str) -> Contact | None:
    """The secretariat; nobody while it has no e-mail address, without which there can be no contact."""
    body: Body | None = secretariat()
    if body is None or not body.email:
        return None
    page = f"{base_url}{reverse('contact')}"
    return Contact(f"{here}#kontakt", body.name, body.email, international(body.phone), page)


def international(phone: str) -> str:
    """A Swedish number as it is called from anywhere: "08-123 45 67" is "+4681234567". Empty if it is not one
    that can be called so.
    """
    digits = re.sub(r"[^0-9+]", "", phone.replace("(0)", ""))
    number = re.sub(r"^(?:00|0(?=[1-9]))", lambda zeros: "+" if zeros[0] == "00" else "+46", digits)
    return number if re.fullmatch(r"\+[0-9]{7,15}", number) else ""


def _service(here: str, base_url: str) -> Service:
    page = f"{base_url}{reverse('api')}"
    description = f"{base_url}{reverse('api-description')}"
    return Service(f"{here}#api", SERVICE, SERVICE_DESCRIPTION, page, description, JSON, page)


def _entry(dataset: PublishedDataset, here: str, base_url: str) -> DatasetEntry:
    iri = f"{here}#datamangd-{dataset.slug}"
    changed_at = dataset.changed_at()
    return DatasetEntry(
        iri=iri,
        title=dataset.title,
        description=dataset.description,
        keywords=dataset.keywords,
        theme=dataset.theme,
        frequency=dataset.frequency,
        source=dataset.source,
        licence=dataset.licence,
        page=f"{base_url}{reverse('dataset-detail', args=[dataset.slug])}",
        changed_at=changed_at and changed_at.replace(microsecond=0),
        temporal=dataset.temporal(),
        distributions=tuple(_distributions(dataset, iri, base_url)),
    )


def _distributions(dataset: PublishedDataset, iri: str, base_url: str) -> Iterator[Distribution]:
    """The files, the API, and for the calendar what one subscribes to."""
    page = f"{base_url}{reverse('dataset-detail', args=[dataset.slug])}"
    for suffix in dataset.formats:
        media_type, title, description = FILES[suffix]
        file = f"{base_url}{reverse('dataset-file', args=[dataset.slug, suffix])}"
        yield Distribution(f"{iri}-{suffix}", title, description, media_type, page, file)
    if dataset is EVENTS:
        yield Distribution(
            f"{iri}-ics",
            "Kalender att prenumerera på (iCalendar)",
            "Möten vars dag är bestämd, de senaste tio åren och framåt. Delar av kalendern, som ett organs "
            "möten, finns på sidan om att prenumerera.",
            "text/calendar",
            f"{base_url}{reverse('calendar_app:subscribe')}",
            f"{base_url}{reverse('calendar_app:calendar-feed')}",
        )
    rows = f"{base_url}{reverse('api-dataset', args=[dataset.slug])}"
    yield Distribution(
        f"{iri}-api",
        "API (JSON)",
        "Valda rader i taget, med filter.",
        JSON,
        rows,
        None,
        is_through_service=True,
    )
