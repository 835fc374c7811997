"""The year's fee per inhabitant and its split, against the figures of section 8 and by properties."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.fees import (
    BrokenMonthError,
    Levy,
    Proration,
    Rate,
    RateMissingError,
    RatePeriod,
    Share,
    apportion,
    average_rate,
    derivation,
    first_charged_year,
    levy,
    levy_of_budgeted,
    levy_of_total,
    rate_periods,
    rate_periods_between,
    units_in_year,
)
from sodertorn.money import round_half_up

RATES = [Rate(date(2010, 1, 1), Decimal("2.00")), Rate(date(2017, 8, 1), Decimal("4.00"))]

# 31 December 2016, Statistics Sweden
INHABITANTS = {
    "0127": 90675,
    "0136": 85693,
    "0126": 107538,
    "0140": 10424,
    "0192": 27752,
    "0128": 16615,
    "0181": 94631,
    "0138": 47103,
}

years = st.integers(1990, 2100)
prorations = st.sampled_from(Proration)
rate_amounts = st.decimals(0, 100, places=2)
populations = st.dictionaries(
    st.text("0123456789", min_size=4, max_size=4), st.integers(1, 10**6), min_size=1
)
exact_rates = st.fractions(0, 100, max_denominator=366)


def known(result: Levy) -> list[tuple[int, int]]:
    """Inhabitants and amount of every share that has both."""
    return [
        (share.inhabitants, share.amount)
        for share in result.shares
        if share.inhabitants is not None and share.amount is not None
    ]


@st.composite
def rates_for(draw, year):
    """Rates of which at least one is valid on 1 January of the year."""
    first = draw(st.dates(date(1980, 1, 1), date(year, 1, 1)))
    later = draw(st.sets(st.dates(first + timedelta(days=1), date(year + 1, 12, 31)), max_size=6))
    return [Rate(day, draw(rate_amounts)) for day in draw(st.permutations([first, *later]))]


def test_average_rate_2017_by_months_is_the_documents_2_83():
    average = average_rate(rate_periods(RATES, 2017, Proration.MONTHS))
    assert average == Fraction(17, 6)
    assert round_half_up(average, 2) == Decimal("2.83")


def test_average_rate_2017_by_days_is_2_84():
    average = average_rate(rate_periods(RATES, 2017, Proration.DAYS))
    assert average == Fraction(1036, 365)
    assert round_half_up(average, 2) == Decimal("2.84")


@pytest.mark.parametrize("proration", Proration)
@pytest.mark.parametrize(("year", "average"), [(2016, 2), (2018, 4)])
def test_average_rate_of_an_unchanged_year_is_the_rate(year, average, proration):
    assert average_rate(rate_periods(RATES, year, proration)) == average


def test_rate_periods_2017_by_months():
    assert rate_periods(RATES, 2017, Proration.MONTHS) == [
        RatePeriod(date(2017, 1, 1), date(2017, 7, 31), Decimal("2.00"), 7, 12),
        RatePeriod(date(2017, 8, 1), date(2017, 12, 31), Decimal("4.00"), 5, 12),
    ]
    assert [period.share for period in rate_periods(RATES, 2017, Proration.MONTHS)] == [
        Fraction(7, 12),
        Fraction(5, 12),
    ]


def test_rate_periods_2017_by_days():
    assert rate_periods(RATES, 2017, Proration.DAYS) == [
        RatePeriod(date(2017, 1, 1), date(2017, 7, 31), Decimal("2.00"), 212, 365),
        RatePeriod(date(2017, 8, 1), date(2017, 12, 31), Decimal("4.00"), 153, 365),
    ]


def test_rate_periods_by_months_count_a_change_within_a_month_from_the_next():
    rates = [RATES[0], Rate(date(2017, 7, 2), Decimal(4))]
    assert [period.length for period in rate_periods(rates, 2017, Proration.MONTHS)] == [7, 5]
    assert [period.length for period in rate_periods(rates, 2017, Proration.DAYS)] == [182, 183]


def test_rate_periods_by_months_leave_out_a_rate_that_never_holds_on_a_first_of_month():
    passing = [RATES[0], Rate(date(2017, 5, 2), Decimal(3)), Rate(date(2017, 5, 30), Decimal(4))]
    assert [period.amount for period in rate_periods(passing, 2017, Proration.MONTHS)] == [2, 4]
    late = [RATES[0], Rate(date(2017, 12, 2), Decimal(4))]
    assert [period.amount for period in rate_periods(late, 2017, Proration.MONTHS)] == [2]


def test_rate_periods_by_days_know_leap_years():
    rates = [RATES[0], Rate(date(2020, 3, 1), Decimal(4))]
    assert [period.share for period in rate_periods(rates, 2020, Proration.DAYS)] == [
        Fraction(60, 366),
        Fraction(306, 366),
    ]


@pytest.mark.parametrize("proration", Proration)
def test_rate_periods_refuse_a_year_that_begins_without_a_rate(proration):
    with pytest.raises(RateMissingError) as missing:
        rate_periods([Rate(date(2017, 1, 2), Decimal(2))], 2017, proration)
    assert str(missing.value) == "Ingen avgift per invånare gäller den 1\xa0januari 2017."
    assert missing.value.day == date(2017, 1, 1)
    with pytest.raises(RateMissingError):
        rate_periods([], 2017, proration)


@pytest.mark.parametrize(
    ("days", "year"),
    [([], None), ([(2017, 1, 1)], 2017), ([(2017, 1, 2)], 2018), ([(2019, 1, 1), (2016, 12, 31)], 2017)],
)
def test_first_charged_year_is_the_first_that_begins_with_a_rate(days, year):
    rates = [Rate(date(*day), Decimal(2)) for day in days]

    assert first_charged_year(rates) == year
    if year:
        assert rate_periods(rates, year, Proration.MONTHS)
        with pytest.raises(RateMissingError):
            rate_periods(rates, year - 1, Proration.MONTHS)


def test_rate_periods_refuse_two_rates_from_one_day():
    with pytest.raises(ValueError, match="two rates are valid from the same day"):
        rate_periods([*RATES, Rate(date(2017, 8, 1), Decimal(5))], 2017, Proration.MONTHS)


def test_rate_refuses_a_negative_amount():
    with pytest.raises(ValueError, match="the rate from 2017-01-01 is negative: -2"):
        Rate(date(2017, 1, 1), Decimal(-2))


@given(st.data(), years, prorations)
def test_rate_periods_cover_the_year_once(data, year, proration):
    periods = rate_periods(data.draw(rates_for(year)), year, proration)
    assert sum(period.share for period in periods) == 1
    assert (periods[0].first_day, periods[-1].last_day) == (date(year, 1, 1), date(year, 12, 31))
    for before, after in pairwise(periods):
        assert after.first_day - before.last_day == timedelta(days=1)


@given(st.data(), years, prorations)
def test_average_rate_does_not_depend_on_the_order_of_rates(data, year, proration):
    rates = data.draw(rates_for(year))
    shuffled = data.draw(st.permutations(rates))
    assert rate_periods(rates, year, proration) == rate_periods(shuffled, year, proration)


@given(st.data(), years, prorations)
def test_average_rate_lies_between_the_lowest_and_the_highest(data, year, proration):
    periods = rate_periods(data.draw(rates_for(year)), year, proration)
    amounts = [period.amount for period in periods]
    assert min(amounts) <= average_rate(periods) <= max(amounts)


@given(years, rate_amounts, rate_amounts)
def test_average_rate_by_months_and_by_days_agree_when_a_rate_holds_the_whole_year(year, amount, other):
    rates = [Rate(date(year, 1, 1), amount), Rate(date(year + 1, 1, 1), other)]
    by_months, by_days = (average_rate(rate_periods(rates, year, proration)) for proration in Proration)
    assert by_months == by_days == Fraction(amount)


@pytest.mark.parametrize(
    ("first_day", "last_day", "proration", "average", "text"),
    [
        (
            date(2017, 1, 1),
            date(2017, 7, 31),
            Proration.MONTHS,
            Fraction(7, 6),
            "7/12 × 2 kr = 7/6 ≈ 1,17 kr",
        ),
        (
            date(2017, 8, 1),
            date(2017, 12, 31),
            Proration.MONTHS,
            Fraction(5, 3),
            "5/12 × 4 kr = 5/3 ≈ 1,67 kr",
        ),
        (date(2017, 7, 1), date(2017, 9, 30), Proration.MONTHS, Fraction(5, 6), ""),
        (date(2017, 7, 1), date(2018, 6, 30), Proration.MONTHS, Fraction(23, 6), ""),
        (date(2017, 7, 31), date(2017, 8, 1), Proration.DAYS, Fraction(6, 365), ""),
        (date(2019, 12, 31), date(2020, 1, 1), Proration.DAYS, Fraction(4, 365) + Fraction(4, 366), ""),
    ],
)
def test_rate_periods_between_two_days_charge_their_part_of_the_year(
    first_day, last_day, proration, average, text
):
    periods = rate_periods_between(RATES, first_day, last_day, proration)
    assert average_rate(periods) == average
    assert (periods[0].first_day, periods[-1].last_day) == (first_day, last_day)
    assert derivation(periods).replace("\xa0", " ").startswith(text)


@pytest.mark.parametrize(
    ("first_day", "last_day"), [(date(2017, 1, 2), date(2017, 1, 31)), (date(2016, 2, 1), date(2016, 2, 28))]
)
def test_rate_periods_between_refuse_broken_months(first_day, last_day):
    with pytest.raises(BrokenMonthError, match=r"^Avgiften räknas efter hela månader\. Perioden måste börja"):
        rate_periods_between(RATES, first_day, last_day, Proration.MONTHS)
    assert len(rate_periods_between(RATES, first_day, last_day, Proration.DAYS)) == 1


def test_rate_periods_between_refuse_an_end_before_the_start():
    with pytest.raises(ValueError, match="the period ends 2017-01-01 before it starts 2017-01-02"):
        rate_periods_between(RATES, date(2017, 1, 2), date(2017, 1, 1), Proration.DAYS)


@given(st.data(), years)
def test_rates_of_a_years_parts_add_up_to_the_years(data, year):
    rates = data.draw(rates_for(year))
    cuts = {
        Proration.MONTHS: st.sampled_from([date(year, month, 1) for month in range(2, 13)]),
        Proration.DAYS: st.dates(date(year, 1, 2), date(year, 12, 31)),
    }
    for proration, cut in cuts.items():
        starts = [date(year, 1, 1), *sorted(data.draw(st.sets(cut, max_size=5))), date(year + 1, 1, 1)]
        parts = [
            average_rate(rate_periods_between(rates, first, after - timedelta(days=1), proration))
            for first, after in pairwise(starts)
        ]
        assert sum(parts) == average_rate(rate_periods(rates, year, proration))


@pytest.mark.parametrize(("year", "days"), [(2016, 366), (2017, 365), (2000, 366), (2100, 365)])
def test_units_in_year_know_leap_years(year, days):
    assert (units_in_year(year, Proration.DAYS), units_in_year(year, Proration.MONTHS)) == (days, 12)


@pytest.mark.parametrize(
    ("rates", "year", "proration", "text"),
    [
        (
            RATES,
            2017,
            Proration.MONTHS,
            "7/12 × 2\xa0kr + 5/12 × 4\xa0kr = 17/6 ≈ 2,83\xa0kr per invånare",
        ),
        (
            RATES,
            2017,
            Proration.DAYS,
            "212/365 × 2\xa0kr + 153/365 × 4\xa0kr = 1036/365 ≈ 2,84\xa0kr per invånare",
        ),
        (RATES, 2018, Proration.MONTHS, "4\xa0kr per invånare"),
        (
            [RATES[0], Rate(date(2017, 7, 1), Decimal("4.50"))],
            2017,
            Proration.MONTHS,
            "6/12 × 2\xa0kr + 6/12 × 4,50\xa0kr = 3,25\xa0kr per invånare",
        ),
    ],
)
def test_derivation_shows_the_sum(rates, year, proration, text):
    assert derivation(rate_periods(rates, year, proration)) == text


def test_levy_2017_charges_each_municipality_in_whole_kronor():
    result = levy(Fraction(17, 6), INHABITANTS)
    assert result.total == 1_361_221
    assert {share.key: share.amount for share in result.shares} == {
        "0127": 256_912,
        "0136": 242_797,
        "0126": 304_691,
        "0140": 29_535,
        "0192": 78_631,
        "0128": 47_076,
        "0181": 268_121,
        "0138": 133_458,
    }
    assert [(share.key, share.inhabitants) for share in result.shares] == list(INHABITANTS.items())


def test_levy_of_the_stated_480_000_inhabitants():
    assert levy(Fraction(17, 6), {"alla": 480_000}).total == 1_360_000
    assert levy(Fraction(4), {"alla": 480_000}).total == 1_920_000


def test_levy_without_a_municipalitys_inhabitants_gives_that_row_no_amount_and_no_total():
    result = levy(Fraction(17, 6), INHABITANTS | {"0140": None})
    assert result.total is None
    assert Share("0140", None, None) in result.shares
    assert sum(amount for _, amount in known(result)) == 1_331_687


def test_levy_without_any_inhabitants_gives_no_total():
    assert levy(Fraction(4), {"0140": None}).total is None


@pytest.mark.parametrize("number", [0, -1])
def test_levy_refuses_inhabitants_that_are_not_positive(number):
    with pytest.raises(ValueError, match=r"not a positive number: \{'0140': "):
        levy(Fraction(4), {"0127": 90675, "0140": number})


def test_levy_refuses_a_negative_rate():
    with pytest.raises(ValueError, match="the rate is negative: -4"):
        levy(Fraction(-4), INHABITANTS)


@given(exact_rates, populations)
def test_levy_shares_sum_to_the_total_and_are_less_than_a_krona_off(rate, inhabitants):
    result = levy(rate, inhabitants)
    charged = known(result)
    assert len(charged) == len(inhabitants)
    assert result.total == sum(amount for _, amount in charged)
    assert result.total == round_half_up(rate * sum(inhabitants.values()))
    assert all(amount >= 0 and abs(amount - rate * number) < 1 for number, amount in charged)


@given(st.data(), exact_rates, populations)
def test_levy_does_not_depend_on_order_and_never_asks_less_of_more_inhabitants(data, rate, inhabitants):
    shuffled = dict(data.draw(st.permutations(list(inhabitants.items()))))
    result = levy(rate, inhabitants)
    assert set(result.shares) == set(levy(rate, shuffled).shares)
    amounts = [amount for _, amount in sorted(known(result))]
    assert amounts == sorted(amounts)


def test_apportion_1_280_000_by_population():
    shares = apportion(1_280_000, INHABITANTS)
    assert shares == {
        "0127": 241_583,
        "0136": 228_310,
        "0126": 286_511,
        "0140": 27_772,
        "0192": 73_939,
        "0128": 44_267,
        "0181": 252_123,
        "0138": 125_495,
    }
    assert sum(shares.values()) == 1_280_000


def test_apportion_gives_equal_fractions_to_the_lower_key():
    assert apportion(2, {"c": 1, "b": 1, "a": 1}) == {"a": 1, "b": 1, "c": 0}
    assert apportion(0, {"a": 1, "b": 2}) == {"a": 0, "b": 0}


@pytest.mark.parametrize(
    ("total", "weights", "message"),
    [
        (-1, {"a": 1}, "the total is negative: -1"),
        (1, {}, "there is nobody to share the total"),
        (1, {"a": 1, "b": 0}, "not a positive number: {'b': 0}"),
        (1, {"a": -5}, "not a positive number: {'a': -5}"),
    ],
)
def test_apportion_refuses_what_cannot_be_shared(total, weights, message):
    with pytest.raises(ValueError) as refused:  # noqa: PT011, the whole message is compared
        apportion(total, weights)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("budgeted", "amount"), [("1280000.00", 27772), ("0", None), ("-1", None), ("1280000.50", None)]
)
def test_budgeted_fees_are_shared_only_when_they_are_whole_kronor(budgeted, amount):
    result = levy_of_budgeted(Decimal(budgeted), INHABITANTS)

    assert (result and result.amount_of("0140")) == amount


def test_levy_of_total_2017_shares_the_budget_by_population():
    result = levy_of_total(1_280_000, INHABITANTS)
    assert (result.rate, result.total) == (Fraction(1_280_000, 480_431), 1_280_000)
    assert {share.key: share.amount for share in result.shares} == {
        "0127": 241_583,
        "0136": 228_310,
        "0126": 286_511,
        "0140": 27_772,
        "0192": 73_939,
        "0128": 44_267,
        "0181": 252_123,
        "0138": 125_495,
    }


@pytest.mark.parametrize("inhabitants", [INHABITANTS | {"0140": None}, {"0140": None}, {}])
def test_levy_of_total_invents_no_share_when_a_population_is_missing(inhabitants):
    result = levy_of_total(1_280_000, inhabitants)
    assert (result.rate, result.total) == (None, None)
    assert [share.amount for share in result.shares] == [None] * len(inhabitants)
    assert [(share.key, share.inhabitants) for share in result.shares] == list(inhabitants.items())


@given(st.integers(0, 10**10), populations)
def test_levy_of_total_asks_of_everyone_what_its_rate_does(total, inhabitants):
    result = levy_of_total(total, inhabitants)
    assert result.rate is not None
    assert result == levy(result.rate, inhabitants)


@given(st.data(), st.integers(0, 10**10), populations)
def test_apportion_is_exact_fair_and_independent_of_order(data, total, weights):
    shares = apportion(total, weights)
    whole = sum(weights.values())
    assert sum(shares.values()) == total
    assert list(shares) == list(weights)
    assert all(abs(shares[key] - Fraction(total * weight, whole)) < 1 for key, weight in weights.items())
    assert all(amount >= 0 for amount in shares.values())
    assert apportion(total, dict(data.draw(st.permutations(list(weights.items()))))) == shares
    amounts = [shares[key] for key in sorted(weights, key=lambda key: (weights[key], shares[key]))]
    assert amounts == sorted(amounts)
