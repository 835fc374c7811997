"""Days without meetings: holidays, eves, bridge days, summer weeks and the secretariat's own periods."""

from datetime import date, timedelta

import pytest

from calendar_app.days_off import NoGo, days_off


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2017, 1, 1), "nyårsdagen"),
        (date(2017, 1, 5), "trettondagsafton"),
        (date(2017, 1, 6), "trettondedag jul"),
        (date(2017, 4, 13), "skärtorsdagen"),
        (date(2017, 4, 15), "påskafton"),
        (date(2017, 4, 30), "valborgsmässoafton"),
        (date(2017, 5, 24), "dag före Kristi himmelsfärdsdag"),
        (date(2017, 5, 25), "Kristi himmelsfärdsdag"),
        (date(2017, 6, 22), "dag före midsommarafton"),
        (date(2017, 6, 23), "midsommarafton"),
        (date(2017, 11, 3), "allhelgonaafton"),
        (date(2017, 12, 24), "julafton"),
        (date(2017, 12, 31), "nyårsafton"),
    ],
)
def test_holidays_and_eves_are_named(day: date, reason: str) -> None:
    assert days_off(2017)[day] == reason


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2017, 5, 26), "klämdag efter Kristi himmelsfärdsdag"),
        (date(2018, 4, 30), "valborgsmässoafton"),  # a bridge day too: the better known reason is given
        (date(2019, 6, 7), "klämdag efter nationaldagen"),
        (date(2023, 6, 5), "dag före nationaldagen"),
        (date(2024, 12, 27), "klämdag efter annandag jul"),
    ],
)
def test_single_working_day_between_days_off_is_a_bridge_day(day: date, reason: str) -> None:
    assert days_off(day.year)[day] == reason


def test_two_working_days_between_days_off_are_no_bridge_days() -> None:
    """Thursday 27 and Friday 28 December 2018, between annandag jul and a weekend."""
    assert date(2018, 12, 27) not in days_off(2018)
    assert date(2018, 12, 28) not in days_off(2018)


def test_weekends_and_summer_weeks_are_off() -> None:
    off = days_off(2017)

    assert off[date(2017, 2, 4)] == "lördag"
    assert off[date(2017, 2, 5)] == "söndag"
    assert date(2017, 6, 30) not in off
    assert off[date(2017, 7, 3)] == "semesterveckor (vecka 27–31)"
    assert off[date(2017, 8, 4)] == "semesterveckor (vecka 27–31)"
    assert date(2017, 8, 7) not in off


def test_no_go_period_covers_both_its_ends_within_the_year() -> None:
    breaks = [
        NoGo(date(2017, 2, 27), date(2017, 3, 3), "sportlov"),
        NoGo(date(2016, 12, 1), date(2017, 1, 3), "lov"),
    ]
    off = days_off(2017, breaks)

    assert [day for day, reason in off.items() if reason == "sportlov"] == [
        date(2017, 2, 27) + timedelta(n) for n in range(5)
    ]
    assert off[date(2017, 1, 3)] == "lov"
    assert off[date(2017, 1, 1)] == "nyårsdagen"
    assert min(off) == date(2017, 1, 1)


def test_plan_2017_has_no_meeting_on_a_day_off() -> None:
    held = ["01-20", "02-02", "02-24", "03-23", "03-30", "04-06", "04-07", "05-12", "06-01", "08-16", "08-17"]
    held += ["09-01", "09-07", "09-14", "10-06", "10-26", "11-17", "12-07"]

    assert [day for day in held if date.fromisoformat(f"2017-{day}") in days_off(2017)] == []


@pytest.mark.parametrize("year", [2000, 2100])
def test_every_year_that_can_be_planned_has_days_off(year: int) -> None:
    assert days_off(year)[date(year, 12, 25)] == "juldagen"
