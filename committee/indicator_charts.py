"""What the pages of key figures draw. Each chart is made of the values that the table beside it shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from committee.indicator_figures import IndicatorFigures
from committee.models import Indicator, IndicatorTarget, Municipality
from sodertorn.charts import (
    Chart,
    Datum,
    Group,
    LineChart,
    YearSeries,
    bar_chart,
    line_chart,
    shade_of,
    shades_around,
)
from sodertorn.money import Exact, number
from sodertorn.municipality_map import municipality_map

MEAN_LINE, TARGET_LINE = "chart__line--mean", "chart__line--target"
OWN_LINE, OTHER_LINE = "chart__line--own", "chart__line--other"


@dataclass(frozen=True)
class SmallChart:
    """One of many charts side by side: its lines without a scale, and what it shows in words."""

    chart: LineChart
    description: str

    @property
    def span(self) -> tuple[str, str]:
        """The first and the last year."""
        return self.chart.years[0].text, self.chart.years[-1].text


def years_chart(
    figures: IndicatorFigures, targets: Iterable[IndicatorTarget], *, has_earlier: bool, has_later: bool
) -> LineChart | None:
    """Each municipality's line, theirs together where that is a mean, and the common targets.

    Where there are earlier or later years than those it shows, the title says which these are.
    """
    lines = [
        _municipality_line(figures, row, f"chart__line--{place % 8 + 1}")
        for place, row in enumerate(figures.municipalities)
    ]
    aims = {
        row.year: _datum(figures, row.value)
        for row in targets
        if row.municipality is None
        and not (has_earlier and row.year < figures.charted[0])
        and not (has_later and row.year > figures.charted[-1])
    }
    if _has_mean(figures) and aims:
        lines.append(YearSeries("Mål", TARGET_LINE, aims))
    is_part = has_earlier or has_later
    when = f"{figures.charted[0]}–{figures.charted[-1]}" if is_part else "per år"
    return line_chart("diagram-ar", f"{figures.indicator} {when}", [*lines, *_mean_line(figures)])


def small_chart(figures: IndicatorFigures) -> SmallChart | None:
    """The municipalities' lines alike, and their mean over them."""
    lines = [_municipality_line(figures, row, OTHER_LINE) for row in figures.municipalities]
    chart = _drawn(figures, [*lines, *_mean_line(figures)])
    year = figures.newest_year
    extremes = figures.extremes(year) if year is not None else None
    if chart is None or extremes is None:
        return None
    ends = [
        f"{word} {end.written} ({', '.join(end.names)})"
        for word, end in zip(("högst", "lägst"), extremes, strict=True)
    ]
    return SmallChart(chart, f"År {year}: {', '.join(ends)}.")


def municipality_chart(figures: IndicatorFigures, municipality: Municipality) -> SmallChart | None:
    """One municipality's line, and the mean of all of them."""
    own = _municipality_line(figures, municipality, OWN_LINE)
    if all(datum.value is None for datum in own.data.values()):
        return None
    chart = _drawn(figures, [own, *_mean_line(figures)])
    return SmallChart(chart, chart.description) if chart else None


def ranking_chart(figures: IndicatorFigures, year: int) -> Chart | None:
    """The municipalities of a year by rank, and their mean last."""
    groups = [
        Group(
            f"{row.rank}. {row.municipality}" if row.rank else str(row.municipality),
            (Datum(row.figure.value if row.figure else None, row.written),),
        )
        for row in figures.ranked(year)
    ]
    if _has_mean(figures):
        groups.append(Group(figures.whole_name, (_datum(figures, figures.whole(year).value),)))
    return bar_chart("diagram-rang", f"{figures.indicator} {year}", groups)


def choropleth(figures: IndicatorFigures, year: int) -> dict[str, Any] | None:
    """The map shaded by the year's values, with the figure under each name; None when none is known."""
    values = {code: value for code, value in figures.of_year(year).items() if value is not None}
    if not values:
        return None
    scale = shades_around(list(values.values()))
    steps = {code: shade_of(value, scale) for code, value in values.items()}
    drawing = municipality_map(
        figures.municipalities,
        notes={code: figures.written(value) for code, value in values.items()},
        class_names={
            row.code: f"map__land--{steps[row.code].number}" if row.code in steps else "map__land--unknown"
            for row in figures.municipalities
        },
    )
    legend = [
        {
            "number": shade.number,
            "label": f"{_limit(shade.low)}–{_limit(shade.high)}",
            "names": [row.name for row in figures.municipalities if steps.get(row.code) == shade],
        }
        for shade in scale
    ]
    lacking = [row.name for row in figures.municipalities if row.code not in values]
    return {**drawing, "legend": legend, "lacking": lacking}


def _has_mean(figures: IndicatorFigures) -> bool:
    """Whether there is a common line to draw. A sum would flatten the lines that it is the sum of."""
    return figures.indicator.whole == Indicator.Whole.WEIGHTED_MEAN


def _municipality_line(figures: IndicatorFigures, municipality: Municipality, class_name: str) -> YearSeries:
    known = {year: figures.figures.get((municipality.code, year)) for year in figures.charted}
    data = {year: _datum(figures, figure.value) for year, figure in known.items() if figure}
    return YearSeries(municipality.name, class_name, data)


def _mean_line(figures: IndicatorFigures) -> list[YearSeries]:
    if not _has_mean(figures):
        return []
    data = {year: _datum(figures, figures.whole(year).value) for year in figures.charted}
    return [YearSeries("Medelvärde", MEAN_LINE, data)]


def _drawn(figures: IndicatorFigures, lines: list[YearSeries]) -> LineChart | None:
    return line_chart(f"diagram-{figures.indicator.slug}", str(figures.indicator), lines)


def _datum(figures: IndicatorFigures, value: Exact | None) -> Datum:
    return Datum(value, figures.written(value))


def _limit(limit: Exact) -> str:
    """With as many decimals as it has, and no more."""
    exact = Fraction(limit)
    return number(exact, next(count for count in range(9) if (exact * 10**count).denominator == 1))
