"""What a fee would mean: a new rate from a day, or a decided total, against the rule as it is today.

Both sides are reckoned on the same population, so that the difference is the fee's alone. All amounts are
whole kronor shared by largest remainder; rates are exact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

from budget import fees
from sodertorn.money import kronor, number, round_half_up


@dataclass(frozen=True)
class NewRate:
    """Kronor per inhabitant and year from a day.

    Until then the rate of 1 January of the day's year holds. What else has been decided for that year is left
    out, so that one may also ask what another day would have given.
    """

    amount: Decimal
    changes_on: date


@dataclass(frozen=True)
class DecidedTotal:
    """Whole kronor for the year, shared by population."""

    amount: int


Assumption = NewRate | DecidedTotal


@dataclass(frozen=True)
class Effect:
    """What the fee is today and would be, for one municipality or for all; None where today has no rate."""

    inhabitants: int
    today: int | None
    proposed: int
    full_year: int
    """What the rate at the end of the year, or the total, makes in a full year."""

    @property
    def difference(self) -> int | None:
        return None if self.today is None else self.proposed - self.today

    @property
    def percent(self) -> Fraction | None:
        """The difference in per cent of today's fee; None when that is nothing or not known."""
        return Fraction(100 * (self.proposed - self.today), self.today) if self.today else None


@dataclass(frozen=True)
class WhatIf:
    """The answer for a year: how each rate comes about, each municipality's effect by key, and the sum."""

    year: int
    today_rate: Fraction | None
    today_derivation: str
    rate: Fraction
    derivation: str
    full_year_rate: Fraction
    full_year_derivation: str
    effects: Mapping[str, Effect]
    total: Effect

    def effect_on(self, inhabitants: int) -> Effect:
        """The effect on another number of inhabitants taken together, such as the plan's own 480 000."""
        return Effect(
            inhabitants,
            None if self.today_rate is None else _whole(self.today_rate * inhabitants),
            _whole(self.rate * inhabitants),
            _whole(self.full_year_rate * inhabitants),
        )


def what_if(
    assumption: Assumption,
    rates: Iterable[fees.Rate],
    year: int,
    proration: fees.Proration,
    inhabitants: Mapping[str, int],
) -> WhatIf:
    """Reckon the assumption through for a year; `inhabitants` by municipality code, every one known.

    Raises RateMissingError when a new rate leaves a part of the year without one, ValueError when nobody
    lives anywhere.
    """
    if not inhabitants:
        raise ValueError("there are no inhabitants to reckon on")
    rates = list(rates)
    today = _periods(rates, year, proration)
    today_rate = fees.average_rate(today) if today else None
    if isinstance(assumption, DecidedTotal):
        total = sum(inhabitants.values())
        rate = full_year_rate = Fraction(assumption.amount, total)
        derivation = full_year_derivation = _division(assumption.amount, total)
    else:
        periods = fees.rate_periods(rates_with(assumption, rates), year, proration)
        rate, full_year_rate = fees.average_rate(periods), Fraction(periods[-1].amount)
        derivation = fees.derivation(periods)
        people = number(sum(inhabitants.values()))
        full_year_derivation = f"{kronor(full_year_rate)} × {people} invånare"
    before = {} if today_rate is None else _amounts(today_rate, inhabitants)
    after, whole_year = _amounts(rate, inhabitants), _amounts(full_year_rate, inhabitants)
    effects = {
        key: Effect(number, before.get(key), after[key], whole_year[key])
        for key, number in inhabitants.items()
    }
    return WhatIf(
        year=year,
        today_rate=today_rate,
        today_derivation=fees.derivation(today) if today else "",
        rate=rate,
        derivation=derivation,
        full_year_rate=full_year_rate,
        full_year_derivation=full_year_derivation,
        effects=effects,
        total=Effect(
            sum(inhabitants.values()),
            sum(before.values()) if today_rate is not None else None,
            sum(after.values()),
            sum(whole_year.values()),
        ),
    )


def rates_with(new: NewRate, rates: Iterable[fees.Rate]) -> list[fees.Rate]:
    """The rates as they would be: those until 1 January of the new one's year, and then the new one."""
    new_year = new.changes_on.replace(month=1, day=1)
    kept = [rate for rate in rates if rate.valid_from <= new_year and rate.valid_from < new.changes_on]
    return [*kept, fees.Rate(new.changes_on, new.amount)]


def what_if_query(assumption: Assumption, year: int, population_date: date) -> str:
    """A question as the end of an address."""
    asked: dict[str, object] = {"ar": year, "folkmangd": population_date}
    if isinstance(assumption, NewRate):
        amount = f"{assumption.amount.normalize():f}".replace(".", ",")
        asked = {"avgift": amount, "fran": assumption.changes_on, **asked}
    else:
        asked = {"belopp": assumption.amount, **asked}
    return f"?{urlencode(asked)}"


def _periods(rates: list[fees.Rate], year: int, proration: fees.Proration) -> list[fees.RatePeriod]:
    """The year's periods as decided; none when there is no rate for all of it."""
    try:
        return fees.rate_periods(rates, year, proration)
    except fees.RateMissingError:
        return []


def _division(total: int, inhabitants: int) -> str:
    """As in "1 280 000 kr / 480 431 invånare ≈ 2,66 kr per invånare"."""
    rate = Fraction(total, inhabitants)
    equals = "=" if rate == Fraction(round_half_up(rate, 2)) else "≈"
    return f"{kronor(total)} / {number(inhabitants)} invånare {equals} {kronor(rate)} per invånare"


def _amounts(rate: Fraction, inhabitants: Mapping[str, int]) -> dict[str, int]:
    shares = fees.levy(rate, inhabitants).shares
    return {share.key: share.amount for share in shares if share.amount is not None}


def _whole(amount: Fraction) -> int:
    return int(round_half_up(amount))
