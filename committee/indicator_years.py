"""Which years there are figures of, and which of them a page reads: as many however many there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.db.models import Count

from committee.models import Indicator, IndicatorValue, Population
from sodertorn.year_pages import YEARS_PER_PAGE


@dataclass(frozen=True)
class KnownYears:
    """The years that there is something to say of an indicator, oldest first; the newest one with a value."""

    years: Sequence[int] = ()
    newest: int | None = None

    @property
    def latest(self) -> list[int]:
        """As many as a chart shows, up to the newest one with a value; oldest first."""
        return [year for year in self.years if self.newest is not None and year <= self.newest][
            -YEARS_PER_PAGE:
        ]

    @property
    def has_earlier(self) -> bool:
        """Whether there are years before the latest."""
        return bool(self.latest) and self.latest[0] > self.years[0]


@dataclass(frozen=True)
class ShownYears:
    """What a page reads: the years of each indicator's chart, by its key, and others for every indicator."""

    charted: Mapping[int, Sequence[int]]
    others: Collection[int]

    @classmethod
    def latest(cls, known: Mapping[int, KnownYears], asked: int | None) -> Self:
        """The latest years of each indicator, and the one asked for with the one before it."""
        return cls({pk: each.latest for pk, each in known.items()}, and_before(asked))

    @property
    def all(self) -> set[int]:
        return {year for years in self.charted.values() for year in years} | set(self.others)


def and_before(year: int | None) -> tuple[int, ...]:
    """The year, and the one since which its changes are; nothing without a year."""
    return () if year is None else tuple(range(max(year - 1, 1), year + 1))


def known_years(indicators: Sequence[Indicator]) -> dict[int, KnownYears]:
    """The years of each indicator, by its key: a query for those with values, and one for the population."""
    known = {row.pk: KnownYears() for row in indicators}
    stored = [row.pk for row in indicators if not row.from_population]
    counted = IndicatorValue.objects.filter(indicator__in=stored).order_by("indicator_id", "year")
    years: dict[int, dict[int, int]] = {pk: {} for pk in stored}
    for indicator, year, values in counted.values_list("indicator_id", "year").annotate(Count("value")):
        years[indicator][year] = values
    for pk, values_in in years.items():
        newest = max((year for year, values in values_in.items() if values), default=None)
        known[pk] = KnownYears(tuple(values_in), newest)
    if len(stored) < len(known):
        population = _population_years()
        known |= {row.pk: population for row in indicators if row.from_population}
    return known


def _population_years() -> KnownYears:
    days = Population.objects.order_by("reference_date").values_list("reference_date", flat=True).distinct()
    years = tuple(day.year for day in days if (day.month, day.day) == (12, 31))
    return KnownYears(years, years[-1] if years else None)
