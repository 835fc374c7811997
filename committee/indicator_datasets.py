"""Key figures as open data: every value that the pages show, with its source."""

from collections.abc import Iterable
from decimal import Decimal

from committee.indicator_figures import IndicatorFigures
from committee.models import Municipality
from sodertorn.money import Exact
from sodertorn.opendata import Column, Dataset, Row

COLUMNS = (
    Column("indicator", "Nyckeltal"),
    Column("kolada_id", "Nummer i Kolada", "Tomt när värdena inte kommer därifrån."),
    Column("unit", "Enhet"),
    Column("municipality_code", "Kommunkod", "SCB:s kod, fyra siffror."),
    Column("municipality", "Kommun"),
    Column("year", "År"),
    Column("value", "Värde", "Tomt när källan inte har någon uppgift."),
    Column("missing", "Varför värdet saknas"),
    Column("source", "Källa"),
)


def values_dataset(slug: str, title: str, listed: Iterable[IndicatorFigures]) -> Dataset:
    """The values of the indicators, of every municipality they were read for, year by year."""
    rows = [row for figures in listed for row in _rows(figures)]
    return Dataset(slug, title, COLUMNS, rows)


def _rows(figures: IndicatorFigures) -> Iterable[Row]:
    indicator = figures.indicator
    for municipality in figures.municipalities:
        for year in figures.years:
            yield from _row(figures, indicator.kolada_id or "", municipality, year)


def _row(figures: IndicatorFigures, kolada_id: str, municipality: Municipality, year: int) -> Iterable[Row]:
    figure = figures.figures.get((municipality.code, year))
    if figure is not None:
        yield (
            figures.indicator.name,
            kolada_id,
            figures.indicator.unit,
            municipality.code,
            municipality.name,
            year,
            _plain(figure.value),
            figure.missing,
            figure.source,
        )


def _plain(value: Exact | None) -> int | Decimal | None:
    """The value without the zeros that storage adds to it."""
    if value is None or isinstance(value, int):
        return value
    exact = Decimal(str(value))
    return int(exact) if exact == exact.to_integral_value() else exact.normalize()
