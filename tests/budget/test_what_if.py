"""What another fee would mean, against the document's own figures and by properties."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.fees import Proration, Rate, RateMissingError
from budget.what_if import DecidedTotal, Effect, NewRate, WhatIf, rates_with, what_if
from tests.budget.test_fees import INHABITANTS, RATES, populations, prorations, rate_amounts

STATED = {"alla": 480_000}
MONTHS = Proration.MONTHS


def test_raise_from_1_september_2017_gives_exactly_the_budget():
    answer = what_if(NewRate(Decimal(4), date(2017, 9, 1)), RATES, 2017, MONTHS, STATED)
    assert (answer.today_rate, answer.rate) == (Fraction(17, 6), Fraction(8, 3))
    assert answer.total == Effect(480_000, 1_360_000, 1_280_000, 1_920_000)
    assert (answer.total.difference, answer.total.percent) == (-80_000, Fraction(-100, 17))
    assert answer.derivation == "8/12 × 2\xa0kr + 4/12 × 4\xa0kr = 8/3 ≈ 2,67\xa0kr per invånare"


def test_raise_that_was_decided_changes_nothing():
    answer = what_if(NewRate(Decimal(4), date(2017, 8, 1)), RATES, 2017, MONTHS, INHABITANTS)
    assert (answer.total.today, answer.total.proposed, answer.total.difference) == (1_361_221, 1_361_221, 0)
    assert {effect.difference for effect in answer.effects.values()} == {0}


def test_full_year_of_4_kronor_for_480_000_is_1_920_000():
    answer = what_if(NewRate(Decimal(4), date(2018, 1, 1)), RATES, 2018, MONTHS, STATED)
    assert answer.total == Effect(480_000, 1_920_000, 1_920_000, 1_920_000)
    assert answer.full_year_rate == 4
    assert answer.full_year_derivation == "4\xa0kr × 480\xa0000 invånare"


def test_raise_in_the_middle_of_2018_by_municipality():
    answer = what_if(NewRate(Decimal("5.50"), date(2018, 7, 1)), RATES, 2018, MONTHS, INHABITANTS)
    assert answer.effects["0140"] == Effect(10_424, 41_696, 49_514, 57_332)
    assert answer.effects["0140"].percent == Fraction(100 * 7_818, 41_696)
    assert answer.total == Effect(480_431, 1_921_724, 2_282_047, 2_642_371)
    assert answer.effect_on(480_000) == Effect(480_000, 1_920_000, 2_280_000, 2_640_000)


def test_decided_total_is_shared_by_population_and_is_its_own_full_year():
    answer = what_if(DecidedTotal(1_280_000), RATES, 2017, MONTHS, INHABITANTS)
    assert answer.total == Effect(480_431, 1_361_221, 1_280_000, 1_280_000)
    assert answer.effects["0140"] == Effect(10_424, 29_535, 27_772, 27_772)
    assert answer.rate == answer.full_year_rate == Fraction(1_280_000, 480_431)
    assert answer.derivation == "1\xa0280\xa0000\xa0kr / 480\xa0431 invånare ≈ 2,66\xa0kr per invånare"


def test_year_without_a_rate_has_nothing_to_compare_with():
    answer = what_if(DecidedTotal(480_000), RATES, 2009, MONTHS, STATED)
    assert (answer.today_rate, answer.today_derivation) == (None, "")
    assert (answer.total.today, answer.total.difference, answer.total.percent) == (None, None, None)
    assert answer.derivation.endswith("invånare = 1\xa0kr per invånare")
    assert answer.effect_on(10).today is None


def test_fee_of_nothing_today_has_no_per_cent():
    free = [Rate(date(2017, 1, 1), Decimal(0))]
    answer = what_if(DecidedTotal(480_000), free, 2017, MONTHS, STATED)
    assert (answer.total.difference, answer.total.percent) == (480_000, None)


def test_new_rate_that_leaves_the_beginning_of_the_year_without_one_is_refused():
    with pytest.raises(RateMissingError, match="1\xa0januari 2009"):
        what_if(NewRate(Decimal(4), date(2009, 7, 1)), RATES, 2009, MONTHS, STATED)


@pytest.mark.parametrize("assumption", [DecidedTotal(1), NewRate(Decimal(4), date(2018, 1, 1))])
def test_nobody_is_nothing_to_reckon_on(assumption):
    with pytest.raises(ValueError, match="there are no inhabitants to reckon on"):
        what_if(assumption, RATES, 2018, MONTHS, {})


def test_new_rate_replaces_what_its_year_had_decided():
    new = NewRate(Decimal(4), date(2017, 9, 1))
    assert rates_with(new, [*RATES, Rate(date(2018, 1, 1), Decimal(5))]) == [
        RATES[0],
        Rate(date(2017, 9, 1), Decimal(4)),
    ]


def test_new_rate_from_new_year_replaces_the_one_that_was_to_begin_then():
    assert rates_with(NewRate(Decimal(3), date(2010, 1, 1)), RATES) == [Rate(date(2010, 1, 1), Decimal(3))]


def check(answer: WhatIf) -> None:
    """The sums are the rows', and the difference is what its words say."""
    effects = answer.effects.values()
    for name in ("inhabitants", "proposed", "full_year", "today", "difference"):
        assert getattr(answer.total, name) == sum(getattr(effect, name) for effect in effects)
    for effect in effects:
        assert abs(effect.proposed - answer.rate * effect.inhabitants) < 1
        assert abs(effect.full_year - answer.full_year_rate * effect.inhabitants) < 1


@given(
    populations,
    rate_amounts,
    st.dates(date(2015, 1, 1), date(2019, 12, 31)),
    st.integers(2015, 2019),
    prorations,
)
def test_new_rate_adds_up(inhabitants, amount, changes_on, year, proration):
    check(what_if(NewRate(amount, changes_on), RATES, year, proration, inhabitants))


@given(populations, st.integers(0, 10**9), prorations)
def test_decided_total_adds_up(inhabitants, total, proration):
    answer = what_if(DecidedTotal(total), RATES, 2017, proration, inhabitants)
    assert answer.total.proposed == total
    check(answer)
