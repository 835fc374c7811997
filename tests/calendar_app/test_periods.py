import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_app.periods import Month, Week, Year

DAYS = st.dates(datetime.date(1901, 1, 1), datetime.date(2198, 12, 31))
KINDS = st.sampled_from([Year, Month, Week])


@given(kind=KINDS, day=DAYS)
def test_period_that_contains_a_day_has_it_and_only_whole_days_between_its_ends(kind, day):
    period = kind.containing(day)

    assert period.first <= day <= period.last
    assert period.days[0] == period.first
    assert period.days[-1] == period.last
    assert len(period.days) == len(set(period.days)) == (period.last - period.first).days + 1


@given(kind=KINDS, day=DAYS)
def test_periods_follow_each_other_without_gap_and_lead_back(kind, day):
    period = kind.containing(day)

    assert period.next.first - period.last == datetime.timedelta(1)
    assert period.first - period.previous.last == datetime.timedelta(1)
    assert period.next.previous == period.previous.next == period


@given(kind=KINDS, day=DAYS)
def test_period_is_the_one_that_its_numbers_name(kind, day):
    period = kind.containing(day)

    assert kind.numbered(*period.numbers) == period


@given(day=DAYS)
def test_week_is_the_iso_week_and_runs_from_monday_to_sunday(day):
    week = Week.containing(day)

    assert week.numbers == (day.isocalendar().year, day.isocalendar().week)
    assert [day.isoweekday() for day in week.days] == [1, 2, 3, 4, 5, 6, 7]


@given(day=DAYS)
def test_weeks_of_a_month_cover_it_and_each_has_a_day_in_it(day):
    month = Month.containing(day)
    covered = [day for week in month.weeks for day in week.days]

    assert [day for day in covered if month.first <= day <= month.last] == month.days
    assert all(set(week.days) & set(month.days) for week in month.weeks)


def test_months_of_a_year_are_the_twelve():
    months = Year.numbered(2017).months

    assert [month.numbers for month in months] == [(2017, number) for number in range(1, 13)]


def test_years_with_53_weeks_are_those_with_a_thursday_at_either_end():
    def weeks(year: int) -> int:
        return Week.containing(datetime.date(year, 12, 28)).number

    assert [year for year in range(2010, 2031) if weeks(year) == 53] == [2015, 2020, 2026]
    assert Week.numbered(2015, 53).days == Week.containing(datetime.date(2016, 1, 1)).days


@pytest.mark.parametrize(
    ("day", "numbers"),
    [
        (datetime.date(2017, 1, 1), (2016, 52)),
        (datetime.date(2017, 1, 2), (2017, 1)),
        (datetime.date(2018, 12, 31), (2019, 1)),
        (datetime.date(2021, 1, 3), (2020, 53)),
        (datetime.date(2026, 12, 31), (2026, 53)),
    ],
)
def test_week_at_new_year_belongs_to_the_year_of_its_thursday(day, numbers):
    assert Week.containing(day).numbers == numbers


def test_period_has_a_name_and_an_address():
    periods = [Year.numbered(2017), Month.numbered(2017, 2), Week.numbered(2017, 5)]

    assert [period.name for period in periods] == ["2017", "februari 2017", "vecka 5 2017"]
    assert [period.get_absolute_url() for period in periods] == [
        "/kalender/2017/",
        "/kalender/2017/02/",
        "/kalender/2017/v05/",
    ]


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [(Month, (2017, 0)), (Month, (2017, 13)), (Week, (2017, 0)), (Week, (2017, 53)), (Week, (2020, 54))],
)
def test_period_that_does_not_exist_is_refused(kind, numbers):
    with pytest.raises(ValueError, match=r"month|week"):
        kind.numbered(*numbers)
