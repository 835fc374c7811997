"""The budget of 2017 (section 8): it balances, and differs from the fee rule by a known amount."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.balance import Balance, reconcile
from budget.fees import Proration, Rate, RateMissingError, average_rate, rate_periods
from sodertorn.money import round_half_up

RATES = [Rate(date(2010, 1, 1), Decimal(2)), Rate(date(2017, 8, 1), Decimal(4))]
BUDGETED = Decimal(1_280_000)


def test_balance_2017_is_even():
    balance = Balance(Decimal(1_280_000), Decimal(605_000) + Decimal(70_000) + Decimal(605_000))
    assert (balance.difference, balance.is_balanced) == (0, True)


def test_balance_difference_is_negative_when_costs_are_not_covered():
    balance = Balance(Decimal(1_280_000), Decimal("1280000.50"))
    assert (balance.difference, balance.is_balanced) == (Decimal("-0.50"), False)


def test_reconcile_2017_shows_80_000_less_than_the_rule():
    result = reconcile(480_000, RATES, 2017, Proration.MONTHS, BUDGETED)
    assert result.rate == Fraction(17, 6)
    assert result.by_rule == 1_360_000
    assert result.budgeted == 1_280_000
    assert result.difference == -80_000
    assert not result.agrees


def test_reconcile_2017_works_out_what_would_explain_it():
    result = reconcile(480_000, RATES, 2017, Proration.MONTHS, BUDGETED)
    assert result.change_on == date(2017, 9, 1)
    assert result.inhabitants_needed == 451_765
    assert result.months_of_change == 1
    assert (result.full_year_before, result.full_year_after) == (960_000, 1_920_000)


def test_reconcile_2017_by_days_finds_no_first_of_month():
    result = reconcile(480_000, RATES, 2017, Proration.DAYS, BUDGETED)
    assert result.by_rule == 1_362_411
    assert result.change_on is None
    assert result.inhabitants_needed == 450_965


def test_reconcile_finds_a_change_at_new_year_too():
    result = reconcile(480_000, RATES, 2017, Proration.MONTHS, Decimal(1_920_000))
    assert result.change_on == date(2017, 1, 1)
    assert result.months_of_change == 7


def test_reconcile_has_nothing_to_explain_when_budget_and_rule_agree():
    result = reconcile(480_000, RATES, 2017, Proration.MONTHS, Decimal("1360000.00"))
    assert result.agrees
    assert (result.change_on, result.inhabitants_needed, result.months_of_change) == (None, None, None)


def test_reconcile_without_a_change_in_the_year_only_asks_for_inhabitants():
    result = reconcile(480_000, RATES, 2018, Proration.MONTHS, Decimal(1_900_000))
    assert (result.difference, result.inhabitants_needed) == (-20_000, 475_000)
    assert (result.change_on, result.months_of_change) == (None, None)
    assert result.full_year_before == result.full_year_after == 1_920_000


def test_reconcile_with_two_changes_in_the_year_names_no_single_change():
    result = reconcile(
        480_000, [*RATES, Rate(date(2017, 10, 1), Decimal(5))], 2017, Proration.MONTHS, BUDGETED
    )
    assert (result.by_rule, result.difference) == (1_480_000, -200_000)
    assert (result.change_on, result.months_of_change) == (None, None)
    assert (result.full_year_before, result.full_year_after) == (960_000, 2_400_000)


def test_reconcile_without_a_fee_cannot_ask_for_inhabitants():
    result = reconcile(480_000, [Rate(date(2017, 1, 1), Decimal(0))], 2017, Proration.MONTHS, BUDGETED)
    assert (result.by_rule, result.difference, result.inhabitants_needed) == (0, 1_280_000, None)


def test_reconcile_refuses_missing_rates_and_inhabitants():
    with pytest.raises(RateMissingError, match="1\xa0januari 2009"):
        reconcile(480_000, RATES, 2009, Proration.MONTHS, BUDGETED)
    with pytest.raises(ValueError, match="not a positive number of inhabitants: 0"):
        reconcile(0, RATES, 2017, Proration.MONTHS, BUDGETED)


@given(
    st.integers(1, 10**6),
    st.decimals(0, 20, places=2),
    st.decimals(0, 20, places=2),
    st.integers(2, 12),
    st.sampled_from(Proration),
    st.decimals(0, 10**7, places=0),
)
def test_reconcile_explanations_give_the_budget_back(inhabitants, before, after, month, proration, budgeted):
    rates = [Rate(date(2016, 1, 1), before), Rate(date(2017, month, 1), after)]
    result = reconcile(inhabitants, rates, 2017, proration, budgeted)
    assert result.by_rule + result.difference == budgeted
    if result.change_on:
        moved = [Rate(date(2016, 1, 1), before), Rate(result.change_on, after)]
        exact = average_rate(rate_periods(moved, 2017, proration)) * inhabitants
        assert round_half_up(exact) == budgeted
    if result.inhabitants_needed is not None:
        assert abs(result.inhabitants_needed * result.rate - Fraction(budgeted)) <= result.rate / 2


@given(st.integers(1, 10**6), st.integers(2, 12), st.integers(1, 12))
def test_reconcile_finds_the_month_a_budget_was_made_for(inhabitants, month, planned):
    rates = [Rate(date(2016, 1, 1), Decimal(2)), Rate(date(2017, month, 1), Decimal(14))]
    made_for = [Rate(date(2016, 1, 1), Decimal(2)), Rate(date(2017, planned, 1), Decimal(14))]
    budgeted = round_half_up(average_rate(rate_periods(made_for, 2017, Proration.MONTHS)) * inhabitants)
    result = reconcile(inhabitants, rates, 2017, Proration.MONTHS, budgeted)
    assert result.change_on == (None if planned == month else date(2017, planned, 1))
    assert result.months_of_change == (None if planned == month else abs(planned - month))
