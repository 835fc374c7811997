"""Amounts, calendars and hosts of two years beside each other."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodertorn.plan_comparison_calendar import (
    Feature,
    HostChange,
    HostGroup,
    Meeting,
    Pattern,
    host_groups,
    hosts_of,
    pattern,
    series_changes,
)
from sodertorn.plan_comparison_money import Amount, Line, amount, line_amounts, went

NINE, TWELVE = datetime.time(9), datetime.time(12)

# --- Money --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (1000, 1030, "+30 kr (+3,0 %)"),
        (1280000, 1200000, "−80 000 kr (−6,3 %)"),
        (5, 5, "oförändrad"),
        (0, 5, "+5 kr"),
        (None, 5, ""),
        (5, None, ""),
    ],
)
def test_difference_is_told_in_kronor_and_per_cent(before, after, expected):
    assert amount("x", before, after).difference_text.replace("\xa0", " ") == expected


def test_rate_goes_up_down_or_stays():
    words = ("höjs", "sänks", "är oförändrad")

    assert went(amount("x", Fraction(17, 6), 4), *words).replace("\xa0", " ") == (
        "höjs från 2,83 kr till 4 kr (+41,2 %)"
    )
    assert went(amount("x", 4, 2), *words).replace("\xa0", " ") == "sänks från 4 kr till 2 kr (−50,0 %)"
    assert went(amount("x", 4, 4), *words).replace("\xa0", " ") == "är oförändrad, 4 kr"
    with pytest.raises(ValueError, match="not known"):
        went(amount("x", None, 4), *words)


def test_lines_are_the_same_by_origin_then_by_title():
    before = [Line("Lön", Decimal(900), 1), Line("Konferens", Decimal(50), 2), Line("Resor", Decimal(5), 3)]
    after = [
        Line("Personal", Decimal(950), 1),
        Line("konferens", Decimal(40), 9),
        Line("Webb", Decimal(7), 8),
    ]

    assert line_amounts(before, after) == [
        Amount("Personal", Fraction(900), Fraction(950)),
        Amount("konferens", Fraction(50), Fraction(40)),
        Amount("Webb", None, Fraction(7)),
        Amount("Resor", Fraction(5), None),
    ]


lines = st.lists(
    st.builds(
        Line,
        title=st.sampled_from(["a", "b c", "b d", ""]),
        amount=st.decimals(0, 10**6, places=2),
        lineage=st.none() | st.integers(0, 3),
    ),
    max_size=6,
)


@given(lines)
def test_lines_compared_with_themselves_are_unchanged(each):
    assert not any(line.is_changed for line in line_amounts(each, each))


@given(lines, lines)
def test_lines_that_are_added_one_way_are_dropped_the_other(before, after):
    there, back = line_amounts(before, after), line_amounts(after, before)

    assert sorted((row.before is None, row.after is None, row.difference or 0) for row in there) == sorted(
        (row.after is None, row.before is None, -(row.difference or 0)) for row in back
    )
    assert sum(row.after or 0 for row in there) == sum(line.amount for line in after)


# --- Calendar -----------------------------------------------------------------------------------------------


def on(*days: tuple[int, int], series: str = "Kommittén", hosts: tuple[str, ...] = ()) -> list[Meeting]:
    return [Meeting(series, datetime.date(2017, *day), False, NINE, TWELVE, hosts) for day in days]


def test_pattern_is_how_many_when_and_in_which_months():
    assert pattern(on((6, 1), (2, 2), (2, 9))) == Pattern(
        3, "torsdagar", "kl.\N{NO-BREAK SPACE}9.00–12.00".replace("9.00", "09.00"), ("februari", "juni")
    )


def test_pattern_without_a_common_weekday_says_so():
    found = pattern([*on((2, 2), (2, 3)), Meeting("x", datetime.date(2017, 5, 1), is_month_only=True)])

    assert (found.number, found.weekday, found.months) == (3, "olika veckodagar", ("februari", "maj"))


def test_pattern_of_months_alone_has_neither_weekday_nor_hours():
    found = pattern([Meeting("x", datetime.date(2017, 5, 1), is_month_only=True)])

    assert found == Pattern(1, "", "", ("maj",))


def test_series_that_only_one_year_has_is_told():
    found = series_changes(on((2, 2)), on((3, 2), series="Rådslag"))

    assert [(each.name, each.before.number, each.after.number, each.is_in_both) for each in found] == [
        ("Kommittén", 1, 0, False),
        ("Rådslag", 0, 1, False),
    ]
    assert found[0].features[0] == Feature("Antal möten", "1", "0")
    assert found[0].features[-1] == Feature("Månader", "februari", "")


def test_a_calendar_compared_with_itself_has_not_changed():
    assert not any(each.is_changed for each in series_changes(on((2, 2), (3, 2)), on((2, 2), (3, 2))))


def test_hosts_are_compared_turn_by_turn():
    assert host_groups(
        {"Turen": ["Salem", "Tyresö"]}, {"Turen": ["Salem", "Botkyrka", "Haninge"]}, "Tur"
    ) == [
        HostGroup(
            "Turen",
            [
                HostChange("Tur 1", "Salem", "Salem"),
                HostChange("Tur 2", "Tyresö", "Botkyrka"),
                HostChange("Tur 3", "", "Haninge"),
            ],
        )
    ]


def test_hosts_of_a_series_are_named_in_its_order_and_those_without_left_out():
    meetings = [*on((3, 2), hosts=("Salem", "Nykvarn")), *on((2, 2)), *on((2, 1), series="Annat")]

    assert hosts_of(meetings) == {"Kommittén": ["", "Salem och Nykvarn"]}
