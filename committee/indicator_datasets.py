"""Key figures as open data: what is measured, every value with its source, and what is aimed at."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import F, QuerySet
from django.urls import reverse

from committee.datasets import BY_MUNICIPALITY, CODE, NAME, URL, YEAR, values_in_words
from committee.indicator_figures import Figure, IndicatorFigures
from committee.models import Indicator, IndicatorTarget, IndicatorValue, Municipality
from sodertorn.dataset_queries import matching, no_span, revision_of, year_span
from sodertorn.money import Exact
from sodertorn.opendata import CC_BY, Column, Dataset, PublishedDataset, Row

INDICATOR = Column("indicator", "Nyckeltal", "Nyckeltalets namn.")
KOLADA_ID = Column("kolada_id", "Nummer i Kolada", "Tomt när värdena inte kommer därifrån.")
UNIT = Column("unit", "Enhet", "Vad värdet räknas i.")
COLUMNS = (
    INDICATOR,
    KOLADA_ID,
    UNIT,
    CODE,
    NAME,
    YEAR,
    Column("value", "Värde", "I nyckeltalets enhet. Tomt när källan inte har någon uppgift.", kind="decimal"),
    Column("missing", "Varför värdet saknas", "Källans förklaring. Tomt när det finns ett värde."),
    Column("source", "Källa", "Varifrån värdet kommer. Ange den när du använder värdet."),
)


def values_dataset(slug: str, title: str, listed: Iterable[IndicatorFigures]) -> Dataset:
    """The values of the indicators, of every municipality they were read for, year by year."""
    rows = [row for figures in listed for row in _rows(figures)]
    return Dataset(slug, title, COLUMNS, rows)


def _rows(figures: IndicatorFigures) -> Iterable[Row]:
    for municipality in figures.municipalities:
        for year in figures.years:
            figure = figures.figures.get((municipality.code, year))
            if figure is not None:
                yield _row(figures.indicator, municipality, year, figure)


def _row(indicator: Indicator, municipality: Municipality, year: int, figure: Figure) -> Row:
    return (
        indicator.name,
        indicator.kolada_id,
        indicator.unit,
        municipality.code,
        municipality.name,
        year,
        _plain(figure.value),
        figure.missing or None,
        figure.source,
    )


def _plain(value: Exact | None) -> Decimal | None:
    """The value without the zeros that storage adds to it."""
    if value is None:
        return None
    exact = Decimal(str(value))
    return Decimal(int(exact)) if exact == exact.to_integral_value() else exact.normalize()


# --- What is measured ---------------------------------------------------------------------------------------


def _indicator_row(row: Indicator, base_url: str) -> Row:
    return (
        row.name,
        row.slug,
        row.kolada_id,
        row.area,
        row.definition,
        row.unit,
        row.better,
        row.whole,
        row.source,
        row.source_url or None,
        f"{base_url}{row.get_absolute_url()}",
    )


INDICATORS = PublishedDataset(
    slug="nyckeltal",
    title="Nyckeltal",
    description="Vad varje nyckeltal mäter, i vilken enhet, och om det är bra att värdet är högt eller lågt. "
    "Värdena finns i datamängden Nyckeltalens värden.",
    columns=(
        INDICATOR,
        Column("slug", "Adressdel", "Sista delen av nyckeltalets adress, också i frågor till värdena."),
        KOLADA_ID,
        Column("area", "Område", "Till exempel Invånare eller Utbildning."),
        Column("definition", "Definition", "Vad som mäts och hur."),
        UNIT,
        Column("better", "Vad som är bättre", values_in_words(Indicator.Better.choices)),
        Column("whole", "För alla kommuner", values_in_words(Indicator.Whole.choices)),
        Column("source", "Källa", "Vem som tar fram värdena."),
        Column("source_url", "Källans webbadress", "Tomt när ingen är angiven."),
        URL,
    ),
    items=lambda: Indicator.objects.public().order_by("area", "position", "name", "pk"),
    as_row=_indicator_row,
    revision=lambda: revision_of(Indicator.objects.public()),
    keywords=("nyckeltal", "statistik", "jämförelser"),
    page=lambda: reverse("committee:indicator-list"),
    temporal=no_span,
    filters=(matching("area", "Område", "area"),),
)


def _values() -> QuerySet[IndicatorValue]:
    """Without the inhabitants, which are a data set of their own."""
    shown = Indicator.objects.public().filter(from_population=False)
    return IndicatorValue.objects.filter(indicator__in=shown.order_by())


def _value_row(row: IndicatorValue, base_url: str) -> Row:
    figure = Figure(row.value, row.source, row.missing)
    return _row(row.indicator, row.municipality, row.year, figure)


VALUES = PublishedDataset(
    slug="nyckeltalsvarden",
    title="Nyckeltalens värden",
    description="Varje nyckeltals värde för varje kommun och år. Antalet invånare finns i datamängden "
    "Folkmängd. Ange källan när du använder ett värde: den står på varje rad.",
    columns=COLUMNS,
    items=lambda: (
        _values()
        .select_related("indicator", "municipality")
        .order_by(
            "indicator__area",
            "indicator__position",
            "indicator__name",
            "municipality__position",
            "municipality__name",
            "year",
            "pk",
        )
    ),
    as_row=_value_row,
    revision=lambda: revision_of(_values(), Indicator.objects.public(), Municipality.objects.all()),
    keywords=("nyckeltal", "statistik", "jämförelser", "Kolada"),
    page=lambda: reverse("committee:indicator-list"),
    temporal=lambda: year_span(_values()),
    frequency="ANNUAL",
    source="Kolada, SCB och andra: källan står på varje rad",
    licence=CC_BY,
    theme="SOCI",
    filters=(
        matching("indicator", "Nyckeltalets adressdel", "indicator__slug"),
        BY_MUNICIPALITY,
        matching("year", "År", "year", "integer"),
    ),
)


# --- What is aimed at ---------------------------------------------------------------------------------------


def _targets() -> QuerySet[IndicatorTarget]:
    return IndicatorTarget.objects.filter(indicator__in=Indicator.objects.public().order_by())


def _target_row(row: IndicatorTarget, base_url: str) -> Row:
    return (
        row.indicator.name,
        row.municipality.code if row.municipality else None,
        row.municipality.name if row.municipality else None,
        row.year,
        _plain(row.value),
        row.indicator.unit,
        row.source,
        f"{base_url}{row.indicator.get_absolute_url()}",
    )


TARGETS = PublishedDataset(
    slug="nyckeltalsmal",
    title="Mål för nyckeltal",
    description="Vad ett nyckeltal ska ha nått ett visst år, för en kommun eller för alla tillsammans.",
    columns=(
        INDICATOR,
        Column("municipality_code", "Kommunkod", "SCB:s kod. Tomt när målet gäller alla tillsammans."),
        Column("municipality", "Kommun", "Tomt när målet gäller alla tillsammans."),
        Column("year", "År", "Året då målet ska vara nått.", kind="integer"),
        Column("value", "Mål", "I nyckeltalets enhet.", kind="decimal"),
        UNIT,
        Column("source", "Beslutat i", "Var målet är bestämt."),
        URL,
    ),
    items=lambda: (
        _targets()
        .select_related("indicator", "municipality")
        .order_by(
            "indicator__area",
            "indicator__position",
            "indicator__name",
            "year",
            F("municipality__position").asc(nulls_first=True),
            "pk",
        )
    ),
    as_row=_target_row,
    revision=lambda: revision_of(_targets(), Indicator.objects.public(), Municipality.objects.all()),
    keywords=("nyckeltal", "mål"),
    page=lambda: reverse("committee:indicator-list"),
    temporal=lambda: year_span(_targets()),
    filters=(matching("indicator", "Nyckeltalets adressdel", "indicator__slug"),),
)
