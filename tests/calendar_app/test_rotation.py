"""Whose turn it is to host: the committee's order (section 7) and the rådslag's (section 6)."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_app.rotation import Break, Cycle, Tally, tally

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
NUMBERED = [(number, day, host) for number, (day, host) in enumerate(COMMITTEE_TURNS, start=1)]
HOSTS = [(number, host) for number, _, host in NUMBERED]

orders = st.lists(st.integers(), min_size=1, max_size=12, unique=True).map(tuple)
pairs = st.tuples(st.integers(1, 30), st.integers(1, 30)).filter(lambda pair: pair[0] != pair[1])
swaps = st.lists(pairs, max_size=12).map(tuple)


# --- What the order promises --------------------------------------------------------------------------------


def test_order_promises_the_ten_turns_of_the_plan():
    assert [(number, Cycle(COMMITTEE).promised(number)) for number in range(1, 11)] == HOSTS


def test_salem_has_the_turn_after_april_2018():
    assert Cycle(COMMITTEE).turns_after(10, 3) == [(11, "Salem"), (12, "Nynäshamn"), (13, "Botkyrka")]


def test_radslag_starts_over_with_nykvarn_in_2025():
    assert Cycle(RADSLAG).turns_after(8, 2) == [(9, "Nykvarn"), (10, "Huddinge")]


def test_order_without_turns_begins_with_its_first_member():
    assert Cycle(COMMITTEE).turns_after(0, 2) == [(1, "Haninge"), (2, "Nykvarn")]
    assert Cycle(COMMITTEE).turns_after(0, 0) == []


def test_order_that_begins_with_a_later_turn_says_nothing_of_earlier_ones():
    cycle = Cycle(("A", "B"), first_turn=9)

    assert [cycle.promised(number) for number in (7, 8, 9, 10, 11)] == [None, None, "A", "B", "A"]
    assert cycle.turns_after(3, 2) == [(9, "A"), (10, "B")]
    assert [cycle.round_of(number) for number in (8, 9, 10, 11)] == [-1, 0, 0, 1]


@pytest.mark.parametrize(
    ("order", "swapped", "message"),
    [
        ((), (), "the order has no members"),
        (("A", "B", "A"), (), "the order names a member twice"),
        (("A", "B"), ((2, 2),), "a turn is swapped with itself"),
    ],
)
def test_cycle_refuses_what_is_none(order, swapped, message):
    with pytest.raises(ValueError, match=message):
        Cycle(order, swapped)


@given(orders, st.integers(0, 50), st.integers(0, 40))
def test_any_n_turns_in_a_row_hold_each_member_once(order, after, count):
    """A recurring meeting does not get the same host each time."""
    hosts = [host for _, host in Cycle(order).turns_after(after, count)]
    for start in range(len(hosts) - len(order) + 1):
        assert sorted(hosts[start : start + len(order)]) == sorted(order)


@given(orders, st.integers(0, 50), st.integers(0, 20), st.integers(0, 20))
def test_turns_can_be_asked_for_in_steps(order, after, first, second):
    cycle = Cycle(order)
    assert cycle.turns_after(after, first) + cycle.turns_after(after + first, second) == (
        cycle.turns_after(after, first + second)
    )


# --- Next hosts after a day ---------------------------------------------------------------------------------


def test_coming_turns_are_the_decided_ones_and_then_the_orders():
    coming = Cycle(COMMITTEE).coming(NUMBERED, date(2018, 3, 15), 4)
    assert coming == [(9, "Haninge"), (10, "Nykvarn"), (11, "Salem"), (12, "Nynäshamn")]


def test_coming_turns_begin_with_the_meeting_that_is_under_way():
    assert Cycle(COMMITTEE).coming(NUMBERED, date(2017, 8, 17), 1) == [(4, "Nynäshamn")]
    assert Cycle(COMMITTEE).coming(NUMBERED, date(2017, 8, 18), 1) == [(5, "Botkyrka")]


def test_coming_turns_after_the_last_are_the_orders():
    assert Cycle(COMMITTEE).coming(NUMBERED, date(2018, 5, 1), 1) == [(11, "Salem")]
    assert Cycle(COMMITTEE).coming([], date(2018, 5, 1), 1) == [(1, "Haninge")]


# --- Swaps --------------------------------------------------------------------------------------------------


def test_swap_exchanges_two_turns_and_the_order_goes_on():
    cycle = Cycle(COMMITTEE, swaps=((2, 3),))

    assert [cycle.promised(number) for number in range(1, 5)] == ["Haninge", "Salem", "Nykvarn", "Nynäshamn"]
    assert [cycle.promised(number) for number in (10, 11)] == ["Nykvarn", "Salem"]


def test_swaps_of_one_turn_follow_each_other():
    """Haninge and Nykvarn change, then Haninge, who now has turn 2, changes it for Salem's."""
    cycle = Cycle(COMMITTEE, swaps=((1, 2), (2, 3)))
    assert [cycle.promised(number) for number in (1, 2, 3)] == ["Nykvarn", "Salem", "Haninge"]


def test_swap_with_a_turn_of_an_older_order_promises_nothing():
    cycle = Cycle(("A", "B"), swaps=((2, 3),), first_turn=3)

    assert [cycle.promised(number) for number in (2, 3, 4)] == ["A", None, "B"]
    assert cycle.breaks([(2, "B"), (3, "X"), (4, "B")]) == [Break(2, "A", "B")]


def exchanged(hosts, made):
    """The hosts after exchanging pairs of turns one after the other, as a clerk would on paper."""
    hosts = dict(hosts)
    for first, second in made:
        hosts[first], hosts[second] = hosts[second], hosts[first]
    return hosts


@given(orders, swaps)
def test_swaps_promise_what_exchanging_turn_by_turn_gives(order, made):
    by_order = dict(Cycle(order).turns_after(0, 30))
    cycle = Cycle(order, made)
    assert {number: cycle.promised(number) for number in by_order} == exchanged(by_order, made)


@given(orders, swaps)
def test_every_round_is_fair_once_swaps_are_undone(order, made):
    rounds = -(-30 // len(order))
    cycle = Cycle(order, made)
    held = {number: cycle.promised(number) for number in range(1, rounds * len(order) + 1)}
    assert cycle.breaks(held.items()) == []
    assert Counter(held.values()) == Counter(order * rounds)

    undone = exchanged(held, reversed(made))
    for start in range(1, len(undone) + 1, len(order)):
        numbers = range(start, start + len(order))
        assert len({cycle.round_of(number) for number in numbers}) == 1
        assert sorted(undone[number] for number in numbers) == sorted(order)


@given(orders, swaps)
def test_swaps_within_rounds_leave_every_round_fair(order, made):
    whole = Cycle(order)
    cycle = Cycle(order, tuple(pair for pair in made if whole.round_of(pair[0]) == whole.round_of(pair[1])))
    for start in range(1, 31, len(order)):
        held = [cycle.promised(number) for number in range(start, start + len(order))]
        assert Counter(held) == Counter(order)


@given(orders, swaps, st.integers(30, 60))
def test_swaps_change_nothing_after_the_turns_they_are_of(order, made, after):
    assert [(n, Cycle(order, made).promised(n)) for n in range(after + 1, after + 20)] == (
        Cycle(order, made).turns_after(after, 19)
    )


# --- Breaks -------------------------------------------------------------------------------------------------


def test_plans_turns_have_no_breaks():
    assert Cycle(COMMITTEE).breaks(HOSTS) == []
    assert Cycle(RADSLAG).breaks(enumerate(RADSLAG, start=1)) == []


def test_one_wrong_host_is_one_break():
    hosts = [*HOSTS[:4], (5, "Haninge"), *HOSTS[5:]]
    assert Cycle(COMMITTEE).breaks(hosts) == [Break(5, "Botkyrka", "Haninge")]


def test_exchange_nobody_recorded_is_two_breaks_and_a_recorded_one_is_none():
    hosts = [(1, "Haninge"), (2, "Salem"), (3, "Nykvarn"), (4, "Nynäshamn")]

    assert Cycle(COMMITTEE).breaks(hosts) == [Break(2, "Nykvarn", "Salem"), Break(3, "Salem", "Nykvarn")]
    assert Cycle(COMMITTEE, swaps=((2, 3),)).breaks(hosts) == []


def test_recorded_swap_that_was_not_carried_out_is_two_breaks():
    assert Cycle(COMMITTEE, swaps=((2, 3),)).breaks(HOSTS) == [
        Break(2, "Salem", "Nykvarn"),
        Break(3, "Nykvarn", "Salem"),
    ]


def test_host_outside_the_order_is_a_break_and_costs_nobody_else_a_turn():
    hosts = [(1, "Haninge"), (2, "Stockholm"), (3, "Salem")]
    assert Cycle(COMMITTEE).breaks(hosts) == [Break(2, "Nykvarn", "Stockholm")]


def test_leaving_out_the_august_conference_shows_that_it_consumes_a_turn():
    hosts = enumerate([host for _, host in HOSTS if host != "Nynäshamn"], start=1)
    assert Cycle(COMMITTEE).breaks(hosts)[0] == Break(4, "Nynäshamn", "Botkyrka")


@given(st.data(), orders, swaps)
def test_breaks_are_the_turns_that_are_not_as_promised(data, order, made):
    cycle = Cycle(order, made)
    hosts = data.draw(st.dictionaries(st.integers(1, 30), st.sampled_from(order)))
    assert cycle.breaks(hosts.items()) == [
        Break(number, cycle.promised(number), host)
        for number, host in hosts.items()
        if host != cycle.promised(number)
    ]


# --- How even it is -----------------------------------------------------------------------------------------


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


def test_tally_refuses_an_order_that_names_a_member_twice():
    with pytest.raises(ValueError, match="the order names a member twice"):
        tally(("A", "A"), [], date(2017, 1, 1))


@given(st.permutations(COMMITTEE_TURNS), st.dates(date(2016, 1, 1), date(2019, 1, 1)))
def test_tally_counts_every_past_turn_once_in_whatever_order(turns, on):
    result = tally(COMMITTEE, turns, on)
    assert result == tally(COMMITTEE, COMMITTEE_TURNS, on)
    assert sum(member.times for member in result) == len([day for day, _ in turns if day < on])
