"""What the pages of key figures list: a row for each indicator, in a year."""

from collections.abc import Iterable
from dataclasses import dataclass

from committee import indicator_charts
from committee.indicator_charts import SmallChart
from committee.indicator_figures import Extreme, IndicatorFigures, RankedRow
from committee.models import Indicator, Municipality


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator in a list. `year` is None when nothing is known.

    `own` is the row of the municipality that the list is for, if it is for one; `ranked` is how many have a
    rank.
    """

    figures: IndicatorFigures
    municipality: Municipality | None
    year: int | None
    whole: str = ""
    high: Extreme | None = None
    low: Extreme | None = None
    own: RankedRow | None = None
    ranked: int = 0

    @property
    def indicator(self) -> Indicator:
        return self.figures.indicator

    def chart(self) -> SmallChart | None:
        """Called by the template, where it is not drawn already."""
        if self.municipality:
            return indicator_charts.municipality_chart(self.figures, self.municipality)
        return indicator_charts.small_chart(self.figures)


@dataclass(frozen=True)
class YearRow:
    """A year of an indicator: what is written for each municipality in their order, and for all together."""

    year: int
    values: list[str]
    whole: str


def overview_row(figures: IndicatorFigures, year: int | None) -> IndicatorRow:
    """An indicator with the municipalities' highest and lowest values in the year, else in its newest."""
    return _row(figures, year, None)


def municipality_row(figures: IndicatorFigures, municipality: Municipality, year: int | None) -> IndicatorRow:
    """An indicator with one municipality's value and rank in the year, else in its newest."""
    return _row(figures, year, municipality)


def _row(figures: IndicatorFigures, asked: int | None, municipality: Municipality | None) -> IndicatorRow:
    year = figures.newest_year if asked is None else asked
    if year is None:
        return IndicatorRow(figures, municipality, None)
    high, low = figures.extremes(year) or (None, None)
    ranked = figures.ranked(year)
    return IndicatorRow(
        figures,
        municipality,
        year,
        whole=whole_text(figures, year),
        high=high,
        low=low,
        own=next((row for row in ranked if row.municipality == municipality), None),
        ranked=sum(row.rank is not None for row in ranked),
    )


def whole_text(figures: IndicatorFigures, year: int) -> str:
    """The value for all together as written; a dash where there never is one."""
    return figures.written(figures.whole(year).value) if figures.has_whole else "–"


def by_area(rows: Iterable[IndicatorRow]) -> dict[str, list[IndicatorRow]]:
    """The rows under their areas, in the order they come."""
    areas: dict[str, list[IndicatorRow]] = {}
    for row in rows:
        areas.setdefault(row.indicator.area, []).append(row)
    return areas


def year_rows(figures: IndicatorFigures) -> list[YearRow]:
    """Each year that the page shows, the newest first."""
    rows = []
    for year in reversed(figures.charted):
        known = [figures.figures.get((code, year)) for code in figures.codes]
        values = [figures.written(each.value, each.missing) if each else "–" for each in known]
        rows.append(YearRow(year, values, whole_text(figures, year)))
    return rows
