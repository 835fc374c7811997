import datetime
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from calendar_app.month_grid import Cell, Grid, period_grid
from calendar_app.periods import Month, Period, Week, Year

TODAY = datetime.date(2017, 10, 26)
NOTHING: "list[Occurrence]" = []


@dataclass(frozen=True)
class Occurrence:
    name: str
    starts_on: datetime.date
    ends_on: datetime.date
    is_month_only: bool = False


def occurrence(name: str, start: datetime.date, days: int = 1) -> Occurrence:
    return Occurrence(name, start, start + datetime.timedelta(days - 1))


def cells(grid: Grid) -> list[Cell]:
    return [cell for row in grid.rows for cell in row.cells]


def names(grid: Grid) -> dict[str, list[str]]:
    """The names on each day that has any, by the day as "26/10"."""
    return {
        f"{cell.day.day}/{cell.day.month}": [event.name for event in cell.events]
        for cell in cells(grid)
        if cell.events
    }


DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 12, 31))
PERIODS = st.builds(lambda kind, day: kind.containing(day), st.sampled_from([Month, Week]), DAYS)
OCCURRENCES = st.builds(occurrence, st.just("Möte"), DAYS, st.integers(1, 40))


@given(period=PERIODS, today=DAYS)
def test_grid_has_each_day_of_its_period_once_in_whole_weeks(period: Period, today):
    grid = period_grid(period, NOTHING, today)

    assert [cell.day for cell in cells(grid) if not cell.is_outside] == period.days
    assert all([cell.day.isoweekday() for cell in row.cells] == [1, 2, 3, 4, 5, 6, 7] for row in grid.rows)
    assert [cell.day for cell in cells(grid) if cell.is_today] == [
        day for week in period.weeks for day in week.days if day == today
    ]


@given(period=PERIODS, occurrences=st.lists(OCCURRENCES, max_size=5))
def test_grid_has_each_occurrence_on_every_day_they_share(period: Period, occurrences):
    grid = period_grid(period, occurrences, TODAY)

    for cell in cells(grid):
        expected = [one for one in occurrences if one.starts_on <= cell.day <= one.ends_on]
        assert list(cell.events) == ([] if cell.is_outside else expected)


@given(day=DAYS)
def test_a_year_of_grids_has_every_day_of_the_year_once(day):
    year = Year.containing(day)
    grids = [period_grid(month, NOTHING, day) for month in year.months]

    assert [cell.day for grid in grids for cell in cells(grid) if not cell.is_outside] == year.days


def test_event_over_two_days_is_on_both_and_over_new_year_in_both_months():
    conference = occurrence("Konferens", datetime.date(2017, 8, 16), 2)
    new_year = occurrence("Nyår", datetime.date(2017, 12, 30), 4)

    assert names(period_grid(Month.numbered(2017, 8), [conference], TODAY)) == {
        "16/8": ["Konferens"],
        "17/8": ["Konferens"],
    }
    assert list(names(period_grid(Month.numbered(2017, 12), [new_year], TODAY))) == ["30/12", "31/12"]
    assert list(names(period_grid(Month.numbered(2018, 1), [new_year], TODAY))) == ["1/1", "2/1"]


def test_events_of_a_day_keep_their_order():
    first, second = occurrence("Först", TODAY), occurrence("Sedan", TODAY)
    grid = period_grid(Month.numbered(2017, 10), [first, second], TODAY)

    assert names(grid) == {"26/10": ["Först", "Sedan"]}


def test_event_whose_day_is_not_known_is_on_no_day_but_last():
    unknown = Occurrence(
        "Utan dag", datetime.date(2018, 1, 1), datetime.date(2018, 1, 31), is_month_only=True
    )
    january, february = (period_grid(Month.numbered(2018, number), [unknown], TODAY) for number in (1, 2))

    assert (names(january), january.unscheduled) == ({}, [unknown])
    assert (names(february), february.unscheduled) == ({}, [])


def test_grid_of_a_week_is_one_row():
    grid = period_grid(Week.numbered(2017, 43), [occurrence("Möte", TODAY)], TODAY)

    assert [row.week.numbers for row in grid.rows] == [(2017, 43)]
    assert names(grid) == {"26/10": ["Möte"]}
