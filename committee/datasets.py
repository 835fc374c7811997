"""Who we are, as open data: the municipalities and their inhabitants."""

import datetime

from django.db.models import Max, Min
from django.urls import reverse

from committee.models import Municipality, Population
from sodertorn.dataset_revisions import revision_of
from sodertorn.opendata import Column, Filter, PublishedDataset, Row

CODE = Column("municipality_code", "Kommunkod", "SCB:s kod, fyra siffror med inledande nolla.")
NAME = Column("municipality", "Kommun", "Kommunens namn, utan ordet kommun.")


def _municipality_row(row: Municipality, base_url: str) -> Row:
    return row.code, row.name, row.formal_name, row.website, f"{base_url}{row.get_absolute_url()}"


MUNICIPALITIES = PublishedDataset(
    slug="kommuner",
    title="Kommuner",
    description="Kommunerna som samarbetar, med SCB:s kommunkod.",
    columns=(
        CODE,
        NAME,
        Column("formal_name", "Formellt namn", "Till exempel Nykvarns kommun."),
        Column("website", "Kommunens webbplats"),
        Column("url", "Webbsida", "Kommunens sida på portalen."),
    ),
    items=lambda: Municipality.objects.all(),
    as_row=_municipality_row,
    revision=lambda: revision_of(Municipality.history.all()),
    keywords=("kommuner", "kommunkod", "Södertörn"),
    page=lambda: reverse("committee:municipality-list"),
    temporal=lambda: None,
)


def _population_row(row: Population, base_url: str) -> Row:
    return (
        row.municipality.code,
        row.municipality.name,
        row.reference_date,
        row.inhabitants,
        row.source,
    )


def _population_days() -> tuple[datetime.date, datetime.date] | None:
    days = Population.objects.aggregate(first=Min("reference_date"), last=Max("reference_date"))
    return (days["first"], days["last"]) if days["first"] else None


POPULATION = PublishedDataset(
    slug="folkmangd",
    title="Folkmängd",
    description="Antalet invånare i varje kommun på de dagar som avgiften räknas efter, oftast den sista "
    "december.",
    columns=(
        CODE,
        NAME,
        Column("reference_date", "Avser datum", "Oftast den 31 december.", kind="date"),
        Column("inhabitants", "Invånare", "Antal personer.", "personer", "integer"),
        Column("source", "Källa", "Varifrån siffran kommer."),
    ),
    items=lambda: Population.objects.select_related("municipality").order_by(
        "-reference_date", "municipality__position", "pk"
    ),
    as_row=_population_row,
    revision=lambda: revision_of(Population.history.all(), Municipality.history.all()),
    keywords=("folkmängd", "invånare", "befolkning"),
    page=lambda: reverse("committee:municipality-list"),
    temporal=_population_days,
    frequency="ANNUAL",
    source="SCB (Statistiska centralbyrån)",
    theme="SOCI",
    filters=(
        Filter(
            "municipality",
            "Kommunkod",
            "string",
            (),
            lambda rows, code: rows.filter(municipality__code=code),
        ),
        Filter("year", "År", "integer", (), lambda rows, year: rows.filter(reference_date__year=year)),
    ),
)
