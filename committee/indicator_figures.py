"""Indicators with their figures, read at once: as many questions to the database however many there are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from django.db.models import F

from committee import key_figures
from committee.indicator_years import ShownYears
from committee.models import Indicator, IndicatorTarget, IndicatorValue, Municipality, Population
from sodertorn.money import Exact, number

UNKNOWN = "uppgift saknas"


@dataclass(frozen=True)
class Figure:
    """What is known of a municipality in a year: a value, or None and why; and where that is from."""

    value: Exact | None
    source: str
    missing: str = ""


@dataclass(frozen=True)
class RankedRow:
    """A municipality in a year. `rank` is None without a value, `change` without one this year or the year
    before."""

    municipality: Municipality
    figure: Figure | None
    written: str
    rank: int | None
    change: Fraction | None
    written_change: str


@dataclass(frozen=True)
class Extreme:
    """The highest or lowest value of a year, and the municipalities that have it."""

    written: str
    names: list[str]


@dataclass(frozen=True)
class TargetRow:
    """A target, the value that it is about, and whether that is as good; None while it is not known."""

    target: IndicatorTarget
    written: str
    current: str
    is_reached: bool | None


@dataclass
class IndicatorFigures:
    """An indicator, its figures by municipality code and year, and the inhabitants likewise.

    `charted` are the years that its charts and its table of years show, oldest first.
    """

    indicator: Indicator
    municipalities: Sequence[Municipality]
    figures: Mapping[tuple[str, int], Figure]
    inhabitants: Mapping[tuple[str, int], int]
    charted: Sequence[int] = ()
    _wholes: dict[int, key_figures.Whole] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def codes(self) -> list[str]:
        return [row.code for row in self.municipalities]

    @cached_property
    def years(self) -> list[int]:
        """Those of the years read that there is something to say of, oldest first."""
        return sorted({year for _, year in self.figures})

    @cached_property
    def newest_year(self) -> int | None:
        """The newest one of them with a value."""
        return max(
            (year for (_, year), figure in self.figures.items() if figure.value is not None), default=None
        )

    @property
    def has_whole(self) -> bool:
        return self.indicator.whole != Indicator.Whole.NONE

    @property
    def whole_name(self) -> str:
        """What the value for all municipalities together is called."""
        is_mean = self.indicator.whole == Indicator.Whole.WEIGHTED_MEAN
        return "Vägt medelvärde" if is_mean else "Alla tillsammans"

    def of_year(self, year: int) -> dict[str, Exact | None]:
        """Each municipality's value by its code."""
        figures = {code: self.figures.get((code, year)) for code in self.codes}
        return {code: figure.value if figure else None for code, figure in figures.items()}

    def whole(self, year: int) -> key_figures.Whole:
        """What the municipalities come to together in the year, if that means something."""
        if year not in self._wholes:
            self._wholes[year] = self._whole(year)
        return self._wholes[year]

    def _whole(self, year: int) -> key_figures.Whole:
        if not self.has_whole:
            return key_figures.Whole(None)
        values = self.of_year(year)
        if self.indicator.whole == Indicator.Whole.SUM:
            return key_figures.total(self.codes, values)
        weights = {code: self.inhabitants.get((code, year)) for code in self.codes}
        return key_figures.weighted_mean(self.codes, values, weights)

    def whole_note(self, year: int) -> str:
        """Why there is no value for all together in the year; empty when there is, or never is one."""
        whole = self.whole(year)
        names = {row.code: row.name for row in self.municipalities}
        notes = []
        if whole.lacking:
            notes.append(f"uppgift saknas för {', '.join(names[code] for code in whole.lacking)}")
        if whole.unweighted:
            notes.append(f"folkmängd saknas för {', '.join(names[code] for code in whole.unweighted)}")
        return f"{self.whole_name} {year} kan inte räknas: {'; '.join(notes)}." if notes else ""

    def ranked(self, year: int) -> list[RankedRow]:
        """The municipalities by rank, and in their usual order where they share one or have no value."""
        values, before = self.of_year(year), self.of_year(year - 1)
        ranks = key_figures.ranks(values, lowest_first=self.indicator.lowest_first)
        rows = []
        for municipality in self.municipalities:
            code = municipality.code
            figure = self.figures.get((code, year))
            change = key_figures.change(before[code], values[code])
            rows.append(
                RankedRow(
                    municipality,
                    figure,
                    self.written(values[code], figure.missing if figure else ""),
                    ranks.get(code),
                    change,
                    self.written_change(change),
                )
            )
        return sorted(rows, key=lambda row: row.rank or len(rows) + 1)

    def extremes(self, year: int) -> tuple[Extreme, Extreme] | None:
        """The highest and the lowest value of the year; None when no value is known."""
        values = zip(self.municipalities, self.of_year(year).values(), strict=True)
        known = {row.name: Fraction(value) for row, value in values if value is not None}
        if not known:
            return None
        high, low = (
            Extreme(self.written(end), [name for name, value in known.items() if value == end])
            for end in (max(known.values()), min(known.values()))
        )
        return high, low

    def target_rows(self, targets: Iterable[IndicatorTarget]) -> list[TargetRow]:
        """The targets, each beside the newest value of what it is about."""
        rows = []
        for target in targets:
            value = self._current(target)
            is_reached = key_figures.is_reached(
                value, target.value, lower_is_better=self.indicator.lowest_first
            )
            if self.indicator.better == Indicator.Better.NEITHER:
                is_reached = None
            rows.append(TargetRow(target, self.written(target.value), self.written(value), is_reached))
        return rows

    def _current(self, target: IndicatorTarget) -> Exact | None:
        if self.newest_year is None:
            return None
        if target.municipality is None:
            return self.whole(self.newest_year).value
        return self.of_year(self.newest_year).get(target.municipality.code)

    def written(self, value: Exact | None, missing: str = "") -> str:
        """As in "16 615" or "31,2"; why there is none where that is known."""
        return number(value, self.indicator.decimals) if value is not None else missing or UNKNOWN

    def written_change(self, change: Fraction | None) -> str:
        """As in "+120" or "−0,3"; a dash when it is not known."""
        if change is None:
            return "–"
        text = number(change, self.indicator.decimals)
        return f"+{text}" if change > 0 else text


def read_figures(
    indicators: Sequence[Indicator], municipalities: Sequence[Municipality], shown: ShownYears | None = None
) -> list[IndicatorFigures]:
    """The indicators, in their order, with what is known of the municipalities, of all years or of some."""
    codes = {row.pk: row.code for row in municipalities}
    years = None if shown is None else shown.all
    values = _values([row for row in indicators if not row.from_population], codes, years)
    is_counted = any(row.from_population or row.whole == Indicator.Whole.WEIGHTED_MEAN for row in indicators)
    population = _population(codes, years) if is_counted else {}
    inhabitants = {place: int(figure.value or 0) for place, figure in population.items()}
    return [
        IndicatorFigures(
            row,
            municipalities,
            population if row.from_population else values[row.pk],
            inhabitants,
            shown.charted[row.pk] if shown else (),
        )
        for row in indicators
    ]


def read_targets(indicator: Indicator) -> list[IndicatorTarget]:
    """By year, and within it those for all together first."""
    # The databases disagree on where nothing comes.
    order = ("year", F("municipality__position").asc(nulls_first=True))
    return list(indicator.targets.select_related("municipality").order_by(*order))


def _values(
    indicators: Sequence[Indicator], codes: Mapping[int, str], years: Collection[int] | None
) -> dict[int, dict[tuple[str, int], Figure]]:
    """The stored figures of each indicator, by municipality code and year."""
    values: dict[int, dict[tuple[str, int], Figure]] = {row.pk: {} for row in indicators}
    stored = IndicatorValue.objects.filter(indicator__in=indicators, municipality__in=codes).order_by()
    if years is not None:
        stored = stored.filter(year__in=years)
    columns = ("indicator_id", "municipality_id", "year", "value", "source", "missing")
    for indicator, municipality, year, value, source, missing in stored.values_list(*columns):
        values[indicator][codes[municipality], year] = Figure(value, source, missing)
    return values


def _population(codes: Mapping[int, str], years: Collection[int] | None) -> dict[tuple[str, int], Figure]:
    """Inhabitants on 31 December, by municipality code and year."""
    rows = Population.objects.filter(municipality__in=codes).order_by()
    if years is None:
        rows = rows.filter(reference_date__month=12, reference_date__day=31)
    else:
        rows = rows.filter(reference_date__in=[date(year, 12, 31) for year in years])
    columns = ("municipality_id", "reference_date", "inhabitants", "source")
    return {
        (codes[municipality], day.year): Figure(inhabitants, source)
        for municipality, day, inhabitants, source in rows.values_list(*columns)
    }
