"""Whose turn it is to host: the committee's order (section 7) and the rådslag's (section 6)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_app.rotation import Break, Tally, breaks, next_hosts, tally

COMMITTEE = ("Haninge", "Nykvarn", "Salem", "Nynäshamn", "Botkyrka", "Tyresö", "Södertälje", "Huddinge")
RADSLAG = ("Nykvarn", "Huddinge", "Salem", "Nynäshamn", "Botkyrka", "Tyresö", "Södertälje", "Haninge")

# Meetings and the planning conference in August, by their last day
COMMITTEE_TURNS = [
    (date(2017, 2, 2), "Haninge"),
    (date(2017, 3, 23), "Nykvarn"),
    (date(2017, 6, 1), "Salem"),
    (date(2017, 8, 17), "Nynäshamn"),
    (date(2017, 9, 14), "Botkyrka"),
    (date(2017, 10, 26), "Tyresö"),
    (date(2017, 12, 7), "Södertälje"),
    (date(2018, 1, 31), "Huddinge"),
    (date(2018, 3, 31), "Haninge"),
    (date(2018, 4, 30), "Nykvarn"),
]
COMMITTEE_HOSTS = [host for _, host in COMMITTEE_TURNS]

orders = st.lists(st.integers(), min_size=1, max_size=12, unique=True)


def test_next_hosts_after_nykvarn_in_april_2018_begin_with_salem():
    assert next_hosts(COMMITTEE, COMMITTEE_HOSTS, 3) == ["Salem", "Nynäshamn", "Botkyrka"]


def test_next_hosts_reproduce_the_ten_turns_of_the_plan():
    assert next_hosts(COMMITTEE, [], 10) == COMMITTEE_HOSTS


def test_next_hosts_of_the_radslag_start_over_in_2025():
    assert next_hosts(RADSLAG, RADSLAG, 2) == ["Nykvarn", "Huddinge"]


def test_next_hosts_ignore_a_host_outside_the_order():
    assert next_hosts(COMMITTEE, ["Haninge", "Stockholm"], 1) == ["Nykvarn"]
    assert next_hosts(COMMITTEE, ["Stockholm"], 1) == ["Haninge"]


def test_next_hosts_of_no_turns_are_none():
    assert next_hosts(COMMITTEE, COMMITTEE_HOSTS, 0) == []


@pytest.mark.parametrize(
    ("order", "message"),
    [((), "the order has no members"), (("A", "B", "A"), "the order names a member twice")],
)
def test_rotation_refuses_an_order_that_is_no_cycle(order, message):
    for ask in (
        lambda: next_hosts(order, [], 1),
        lambda: breaks(order, []),
        lambda: tally(order, [], date(2017, 1, 1)),
    ):
        with pytest.raises(ValueError, match=message):
            ask()


@given(st.data(), orders, st.integers(0, 40))
def test_next_hosts_give_each_member_one_of_any_n_turns_in_a_row(data, order, count):
    hosted = data.draw(st.lists(st.sampled_from(order), max_size=5))
    turns = [*hosted[-1:], *next_hosts(order, hosted, count)]
    for start in range(len(turns) - len(order) + 1):
        assert sorted(turns[start : start + len(order)]) == sorted(order)


@given(st.data(), orders, st.integers(0, 20), st.integers(0, 20))
def test_next_hosts_can_be_asked_for_in_steps(data, order, first, second):
    hosted = data.draw(st.lists(st.sampled_from(order), max_size=5))
    begun = next_hosts(order, hosted, first)
    assert begun + next_hosts(order, hosted + begun, second) == next_hosts(order, hosted, first + second)


def test_breaks_of_the_plans_turns_are_none():
    assert breaks(COMMITTEE, COMMITTEE_HOSTS) == []
    assert breaks(RADSLAG, RADSLAG) == []


def test_breaks_without_the_august_conference_show_that_it_consumes_a_turn():
    without_august = [host for host in COMMITTEE_HOSTS if host != "Nynäshamn"]
    assert breaks(COMMITTEE, without_august) == [Break(3, "Nynäshamn", "Botkyrka")]


def test_breaks_name_each_turn_of_a_swap():
    swapped = ["Haninge", "Salem", "Nykvarn", "Nynäshamn", "Botkyrka"]
    assert breaks(COMMITTEE, swapped) == [
        Break(1, "Nykvarn", "Salem"),
        Break(2, "Nynäshamn", "Nykvarn"),
        Break(3, "Salem", "Nynäshamn"),
    ]


def test_breaks_let_the_cycle_begin_anywhere():
    assert breaks(COMMITTEE, ["Tyresö", "Södertälje", "Huddinge", "Haninge"]) == []
    assert breaks(COMMITTEE, []) == []


def test_breaks_name_a_host_outside_the_order_without_losing_the_turn():
    assert breaks(COMMITTEE, ["Haninge", "Stockholm", "Nykvarn"]) == [Break(1, "Nykvarn", "Stockholm")]
    assert breaks(COMMITTEE, ["Stockholm", "Salem"]) == [Break(0, "Salem", "Stockholm")]
    assert breaks(COMMITTEE, ["Stockholm"]) == [Break(0, "Haninge", "Stockholm")]


@given(st.data(), orders, st.integers(0, 40))
def test_breaks_are_none_while_the_suggested_hosts_are_followed(data, order, count):
    first = data.draw(st.sampled_from(order))
    assert breaks(order, [first, *next_hosts(order, [first], count)]) == []


def test_tally_counts_turns_before_the_day_and_names_last_and_next():
    assert tally(COMMITTEE, COMMITTEE_TURNS, date(2018, 4, 1)) == [
        Tally("Haninge", 2, date(2018, 3, 31), None),
        Tally("Nykvarn", 1, date(2017, 3, 23), date(2018, 4, 30)),
        Tally("Salem", 1, date(2017, 6, 1), None),
        Tally("Nynäshamn", 1, date(2017, 8, 17), None),
        Tally("Botkyrka", 1, date(2017, 9, 14), None),
        Tally("Tyresö", 1, date(2017, 10, 26), None),
        Tally("Södertälje", 1, date(2017, 12, 7), None),
        Tally("Huddinge", 1, date(2018, 1, 31), None),
    ]


def test_tally_does_not_count_a_meeting_on_its_last_day():
    nynashamn = tally(COMMITTEE, COMMITTEE_TURNS, date(2017, 8, 17))[3]
    assert nynashamn == Tally("Nynäshamn", 0, None, date(2017, 8, 17))


@given(st.permutations(COMMITTEE_TURNS), st.dates(date(2016, 1, 1), date(2019, 1, 1)))
def test_tally_counts_every_past_turn_once_in_whatever_order(turns, on):
    result = tally(COMMITTEE, turns, on)
    assert result == tally(COMMITTEE, COMMITTEE_TURNS, on)
    assert sum(member.times for member in result) == len([day for day, _ in turns if day < on])
