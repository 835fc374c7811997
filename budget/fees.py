"""What each municipality pays: the year's fee per inhabitant, and the fee split between municipalities.

Section 8 of the plan: from 2017-08-01 the fee rises from 2 to 4 kronor per inhabitant and year, which makes
2,83 kronor for 2017 (7/12 × 2 + 5/12 × 4 = 17/6) and 4 kronor from 2018-01-01.

Rates are kronor per inhabitant and year, and exact until an amount is rounded to whole kronor.
"""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from sodertorn.dates import date_text
from sodertorn.money import kronor, round_half_up


class Proration(StrEnum):
    """How a rate that changes during the year is weighted.

    MONTHS: a month is charged at the rate valid on its first day; a change within it counts from the next.
    DAYS: each day is charged at its own rate, out of the 365 or 366 days of that year.
    """

    MONTHS = "months"
    DAYS = "days"


class RateMissingError(LookupError):
    """No rate is valid on a day that has to be charged; the message is Swedish, for showing."""

    def __init__(self, day: date) -> None:
        super().__init__(f"Ingen avgift per invånare gäller den {date_text(day)}.")
        self.day = day


class BrokenMonthError(ValueError):
    """Whole months can't be counted in a period that begins or ends within one; the message is Swedish."""

    def __init__(self, first_day: date, last_day: date) -> None:
        super().__init__(
            "Avgiften räknas efter hela månader. Perioden måste börja den första dagen i en månad och sluta "
            f"den sista: {date_text(first_day)}–{date_text(last_day)} gör inte det."
        )


@dataclass(frozen=True)
class Rate:
    """Kronor per inhabitant and year, from a day until the next rate takes over."""

    valid_from: date
    amount: Decimal

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"the rate from {self.valid_from} is negative: {self.amount}")


@dataclass(frozen=True)
class RatePeriod:
    """The part of a year charged at one rate; `first_day` and `last_day` both belong to it.

    `length` and `year_length` count months or days: 7 of 12, or 212 of 365.
    """

    first_day: date
    last_day: date
    amount: Decimal
    length: int
    year_length: int

    @property
    def share(self) -> Fraction:
        """The period's share of the year."""
        return Fraction(self.length, self.year_length)


def rate_periods(rates: Iterable[Rate], year: int, proration: Proration) -> list[RatePeriod]:
    """The periods of the year in order, without gap or overlap; their shares sum to 1.

    A rate that by the rule of `proration` never applies in the year has no period.
    Raises RateMissingError when no rate is valid on 1 January, ValueError when two rates start on one day.
    """
    return rate_periods_between(rates, date(year, 1, 1), date(year, 12, 31), proration)


def rate_periods_between(
    rates: Iterable[Rate], first_day: date, last_day: date, proration: Proration
) -> list[RatePeriod]:
    """The periods from `first_day` to `last_day`, both included; a new year begins a new period.

    However a year is cut up, the rates of the pieces (`average_rate`) add up to the year's.
    Raises BrokenMonthError when months can't be counted, and what `rate_periods` raises.
    """
    rates = list(rates)
    if last_day < first_day:
        raise ValueError(f"the period ends {last_day} before it starts {first_day}")
    if len({rate.valid_from for rate in rates}) < len(rates):
        raise ValueError("two rates are valid from the same day")
    if proration == Proration.MONTHS and not (first_day.day == 1 and (last_day + timedelta(1)).day == 1):
        raise BrokenMonthError(first_day, last_day)
    starts = {
        _charged_from(rate, proration): rate for rate in sorted(rates, key=lambda rate: rate.valid_from)
    }
    before = max((day for day in starts if day <= first_day), default=None)
    if before is None:
        raise RateMissingError(first_day)
    new_years = {date(year, 1, 1) for year in range(first_day.year + 1, last_day.year + 1)}
    days = sorted({first_day, *new_years, *(day for day in starts if first_day < day <= last_day)})
    rate, periods = starts[before], list[RatePeriod]()
    for day, next_day in pairwise([*days, last_day + timedelta(1)]):
        rate = starts.get(day, rate)
        length, year_length = _units(day, next_day, proration), units_in_year(day.year, proration)
        periods.append(RatePeriod(day, next_day - timedelta(1), rate.amount, length, year_length))
    return periods


def first_charged_year(rates: Iterable[Rate]) -> int | None:
    """The first year in which a rate is valid from 1 January on; all later ones have one too."""
    first_day = min((rate.valid_from for rate in rates), default=None)
    if first_day is None:
        return None
    return first_day.year if (first_day.month, first_day.day) == (1, 1) else first_day.year + 1


def average_rate(periods: Iterable[RatePeriod]) -> Fraction:
    """The fee of the periods together in kronor per inhabitant, exact: 17/6 for 2017 by months."""
    return sum((period.share * Fraction(period.amount) for period in periods), Fraction(0))


def derivation(periods: Sequence[RatePeriod]) -> str:
    """How the periods' fee comes about: "7/12 × 2 kr + 5/12 × 4 kr = 17/6 ≈ 2,83 kr per invånare".

    A whole year with one rate is just "4 kr per invånare".
    """
    average = average_rate(periods)
    result = f"{kronor(average)} per invånare"
    if [period.share for period in periods] == [1]:
        return result
    terms = " + ".join(
        f"{period.length}/{period.year_length} × {kronor(period.amount)}" for period in periods
    )
    is_exact = average == Fraction(round_half_up(average, 2))
    return f"{terms} = {result}" if is_exact else f"{terms} = {average} ≈ {result}"


class Share(NamedTuple):
    """One municipality's part: `amount` in whole kronor, None when its number of inhabitants is unknown."""

    key: str
    inhabitants: int | None
    amount: int | None


@dataclass(frozen=True)
class Levy:
    """What a rate brings in, or what a total costs each.

    `total`, in whole kronor, and a `rate` that follows from it are None when any number of inhabitants is
    unknown.
    """

    rate: Fraction | None
    shares: tuple[Share, ...]
    total: int | None

    def amount_of(self, key: str) -> int | None:
        """One municipality's part."""
        return next(share.amount for share in self.shares if share.key == key)


def levy(rate: Fraction, inhabitants: Mapping[str, int | None]) -> Levy:
    """Charge each municipality `rate` kronor per inhabitant, in whole kronor.

    `inhabitants` maps a key (the municipality code) to a positive number or, when there is no figure, None.
    The total is rate × all inhabitants, rounded once, half up; the shares sum to it and each is less than one
    krona from its exact amount. Where figures are missing this holds for the known shares among themselves.
    Raises ValueError for a negative rate or a number of inhabitants that is not positive.
    """
    if rate < 0:
        raise ValueError(f"the rate is negative: {rate}")
    known = {key: number for key, number in inhabitants.items() if number is not None}
    _refuse_not_positive(known)
    total = int(round_half_up(rate * sum(known.values())))
    parts = {key: rate.numerator * number for key, number in known.items()}
    amounts = _largest_remainder(parts, rate.denominator, total)
    shares = tuple(Share(key, number, amounts.get(key)) for key, number in inhabitants.items())
    return Levy(rate, shares, total if len(known) == len(inhabitants) else None)


def levy_of_total(total: int, inhabitants: Mapping[str, int | None]) -> Levy:
    """Share a decided `total` of whole kronor by population; the rate is what it makes per inhabitant.

    When one number of inhabitants is unknown nobody's share can be: there are neither amounts nor rate.
    Raises ValueError as `apportion` does.
    """
    known = {key: number for key, number in inhabitants.items() if number is not None}
    _refuse_not_positive(known)
    if not known or len(known) < len(inhabitants):
        return Levy(None, tuple(Share(key, number, None) for key, number in inhabitants.items()), None)
    amounts = apportion(total, known)
    shares = tuple(Share(key, number, amounts[key]) for key, number in known.items())
    return Levy(Fraction(total, sum(known.values())), shares, total)


def levy_of_budgeted(budgeted: Decimal, inhabitants: Mapping[str, int | None]) -> Levy | None:
    """Share the fees that a budget has, if they are whole kronor and any; else None."""
    if budgeted <= 0 or budgeted != budgeted.to_integral_value():
        return None
    return levy_of_total(int(budgeted), inhabitants)


def apportion(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Split `total` whole kronor in proportion to the weights (inhabitants), in whole kronor that sum to it.

    Largest remainder: every share is rounded down, and the kronor left go to the largest fractions; of equal
    fractions, to the lower key. The order of `weights` does not matter, and a larger weight never gets less.
    Raises ValueError for a negative total, no weights at all, or a weight that is not positive.
    """
    if total < 0:
        raise ValueError(f"the total is negative: {total}")
    if not weights:
        raise ValueError("there is nobody to share the total")
    _refuse_not_positive(weights)
    whole = sum(weights.values())
    return _largest_remainder({key: total * weight for key, weight in weights.items()}, whole, total)


def units_in_year(year: int, proration: Proration) -> int:
    """How many months or days a year is divided into: 12, or 365, or 366."""
    if proration == Proration.MONTHS:
        return 12
    return 366 if calendar.isleap(year) else 365


def _charged_from(rate: Rate, proration: Proration) -> date:
    """The first day that is charged at the rate, unless another one has taken over by then."""
    day = rate.valid_from
    if proration == Proration.DAYS or day.day == 1:
        return day
    return day.replace(day=calendar.monthrange(day.year, day.month)[1]) + timedelta(1)


def _units(first_day: date, next_day: date, proration: Proration) -> int:
    """How many months or days there are from the one day until the other."""
    if proration == Proration.DAYS:
        return (next_day - first_day).days
    return 12 * (next_day.year - first_day.year) + next_day.month - first_day.month


def _refuse_not_positive(numbers: Mapping[str, int]) -> None:
    refused = {key: number for key, number in numbers.items() if number <= 0}
    if refused:
        raise ValueError(f"not a positive number: {refused}")


def _largest_remainder(parts: Mapping[str, int], of: int, total: int) -> dict[str, int]:
    """Whole numbers that sum to `total`: that of all parts ÷ `of`, or a neighbour of it."""
    amounts = {key: part // of for key, part in parts.items()}
    by_remainder = sorted(parts, key=lambda key: (-(parts[key] % of), key))
    for key in by_remainder[: total - sum(amounts.values())]:
        amounts[key] += 1
    return amounts
