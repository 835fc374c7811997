"""Charts as geometry: lengths in proportion, nothing outside, and the values kept as they are."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodertorn.charts import (
    Bar,
    Datum,
    Group,
    Line,
    Series,
    Shade,
    YearSeries,
    bar_chart,
    line_chart,
    shade_of,
    shades,
    shades_around,
)
from sodertorn.money import MINUS


def group(label: str, *values: int | None) -> Group:
    return Group(label, tuple(Datum(value, "saknas" if value is None else f"{value} kr") for value in values))


def percent(text: str) -> float:
    assert text.endswith("%")
    return float(text[:-1])


def test_bar_chart_draws_the_longest_across_the_whole_space():
    chart = bar_chart("kostnader", "Kostnader", [group("Personal", 200), group("Resor", 50)])
    assert chart is not None
    assert [bar for drawn in chart.groups for bar in drawn.bars] == [
        Bar("0.000%", "68.000%", "1.30em", "1.00em", "", 200, "200 kr", "2.15em"),
        Bar("0.000%", "17.000%", "4.40em", "1.00em", "", 50, "50 kr", "5.25em"),
    ]
    assert [drawn.lines for drawn in chart.groups] == [
        (Line("Personal", "1.00em"),),
        (Line("Resor", "4.10em"),),
    ]
    assert (chart.zero, chart.height, chart.legend) == ("0.000%", "5.60em", ())
    assert chart.description == "Personal: 200 kr. Resor: 50 kr."


def test_bar_chart_with_two_series_puts_their_bars_under_one_line():
    series = [Series("Intäkter", "chart__bar--1"), Series("Kostnader", "chart__bar--2")]
    chart = bar_chart("ar", "År", [group("2017", 100, 80)], series)
    assert chart is not None
    assert [(bar.width, bar.y, bar.class_name, bar.text) for bar in chart.groups[0].bars] == [
        ("68.000%", "1.30em", "chart__bar--1", "100 kr"),
        ("54.400%", "2.50em", "chart__bar--2", "80 kr"),
    ]
    assert chart.description == "2017: intäkter 100 kr, kostnader 80 kr."
    assert chart.legend == tuple(series)


def test_bar_chart_lets_negative_values_go_left_from_zero():
    chart = bar_chart("skillnad", "Skillnad", [group("A", -25), group("B", 75)])
    assert chart is not None
    assert [(bar.x, bar.width) for drawn in chart.groups for bar in drawn.bars] == [
        ("0.000%", "17.000%"),
        ("17.000%", "51.000%"),
    ]
    assert chart.zero == "17.000%"


def test_bar_chart_breaks_a_long_label_between_words():
    label = "Ersättning till Huddinge kommun för kontorsservice, arbetsrum mm"
    chart = bar_chart("rad", "Rad", [group(label, 70), group("Nästa", 1)])
    assert chart is not None
    assert chart.groups[0].lines == (
        Line("Ersättning till Huddinge kommun för", "1.00em"),
        Line("kontorsservice, arbetsrum mm", "2.30em"),
    )
    assert chart.groups[0].bars[0].y == "2.60em"


def test_bar_chart_says_what_is_not_known_and_its_bar_has_no_length():
    chart = bar_chart("avgift", "Avgift", [group("A", None), group("B", 75)])
    assert chart is not None
    assert [(bar.text, bar.width) for drawn in chart.groups for bar in drawn.bars] == [
        ("saknas", "0.000%"),
        ("75 kr", "68.000%"),
    ]
    assert chart.description == "A: saknas. B: 75 kr."


@pytest.mark.parametrize("groups", [[], [group("A", None)]])
def test_bar_chart_without_any_value_is_no_chart(groups):
    assert bar_chart("tom", "Tom", groups) is None


def test_bar_chart_of_zeros_has_bars_without_length():
    chart = bar_chart("noll", "Noll", [group("A", 0)])
    assert chart is not None
    assert chart.groups[0].bars[0].width == "0.000%"


def test_bar_chart_refuses_a_group_that_does_not_fit_its_series():
    with pytest.raises(ValueError, match="every group needs one datum for each series"):
        bar_chart("fel", "Fel", [group("A", 1, 2)])


amounts = st.one_of(
    st.integers(-(10**10), 10**10), st.decimals(-(10**6), 10**6, places=2), st.fractions(-100, 100)
)


@given(st.lists(amounts, min_size=1, max_size=20))
def test_bar_chart_keeps_proportions_and_stays_inside(values: list[int | Decimal | Fraction]):
    chart = bar_chart("k", "T", [Group(str(value), (Datum(value, str(value)),)) for value in values])
    assert chart is not None
    bars = [bar for drawn in chart.groups for bar in drawn.bars]
    assert [bar.value for bar in bars] == values
    exact = [Fraction(0), *(Fraction(value) for value in values)]
    reach = max(exact) - min(exact)
    for bar in bars:
        assert percent(bar.x) >= 0
        assert percent(bar.x) + percent(bar.width) <= 68.002
        if reach:
            share = abs(Fraction(bar.value or 0)) / reach
            assert percent(bar.width) == pytest.approx(float(68 * share), abs=0.001)


def test_shades_of_2017_are_four_steps_of_100_000():
    amounts = [256_912, 242_797, 304_691, 29_535, 78_631, 47_076, 268_121, 133_458]
    scale = shades(amounts)
    assert scale == [Shade(number, 100_000 * (number - 1), 100_000 * number) for number in (1, 2, 3, 4)]
    assert [shade_of(amount, scale).number for amount in amounts] == [3, 3, 4, 1, 1, 1, 3, 2]


def test_shades_need_values_that_are_not_negative():
    assert shades([]) == []
    with pytest.raises(ValueError, match="a shade can't be negative"):
        shades([5, -1])


@given(st.lists(st.integers(0, 10**10), min_size=1), st.integers(1, 8))
def test_shades_hold_every_value_in_few_equal_steps(values, steps):
    scale = shades(values, steps)
    assert 1 <= len(scale) <= steps
    assert len({shade.high - shade.low for shade in scale}) == 1
    for value in values:
        shade = shade_of(value, scale)
        assert shade.low <= value < shade.high


def year_series(label: str, values: Mapping[int, int | Decimal | None]) -> YearSeries:
    data = {
        year: Datum(value, "saknas" if value is None else f"{value} st") for year, value in values.items()
    }
    return YearSeries(label, "chart__line", data)


def test_line_chart_draws_each_year_in_its_place_on_a_scale_of_round_steps():
    chart = line_chart("inv", "Invånare", [year_series("Salem", {2015: 10, 2016: 20, 2017: 60})])
    assert chart is not None
    (line,) = chart.lines
    # Ten to sixty: five steps of ten.
    assert [mark.text for mark in chart.scale] == ["10", "20", "30", "40", "50", "60"]
    assert [mark.place for mark in chart.scale] == [
        "18.00em",
        "14.60em",
        "11.20em",
        "7.80em",
        "4.40em",
        "1.00em",
    ]
    assert (line.path, line.dots) == ("M0.0 1000.0L500.0 800.0L1000.0 0.0", "")
    assert (line.end_x, line.end_y, line.name_x, line.name_y) == ("70.000%", "1.00em", "72%", "1.00em")
    assert [(mark.text, mark.place) for mark in chart.years] == [
        ("2015", "18.000%"),
        ("2016", "44.000%"),
        ("2017", "70.000%"),
    ]
    assert chart.description == "Salem: 10 st år 2015, 60 st år 2017."
    assert chart.height == "19.60em"


def test_line_chart_leaves_a_gap_where_a_year_is_unknown_and_a_dot_for_a_year_by_itself():
    values = {2015: 0, 2016: 5, 2017: None, 2018: 10, 2020: 10}
    chart = line_chart("k", "T", [year_series("A", values)])
    assert chart is not None
    assert chart.lines[0].path == "M0.0 1000.0L200.0 500.0"
    assert chart.lines[0].dots == "M600.0 0.0h0M1000.0 0.0h0"
    assert [year for year, _ in chart.lines[0].points] == [2015, 2016, 2018, 2020]


def test_line_chart_moves_names_apart_in_the_order_of_the_lines_ends():
    chart = line_chart(
        "k", "T", [year_series(name, {2015: value}) for name, value in zip("abc", (5, 5, 0), strict=True)]
    )
    assert chart is not None
    places = {line.label: float(line.name_y.removesuffix("em")) for line in chart.lines}
    assert places == {"a": 1.0, "b": 2.25, "c": 18.0}


def test_line_chart_has_room_for_many_names():
    chart = line_chart("k", "T", [year_series(str(index), {2015: 1}) for index in range(20)])
    assert chart is not None
    places = sorted(float(line.name_y.removesuffix("em")) for line in chart.lines)
    assert [round(b - a, 2) for a, b in pairwise(places)] == [1.25] * 19
    assert chart.plot_height == "25.00em"


def test_line_chart_without_values_is_none_and_of_one_value_has_a_scale():
    assert line_chart("k", "T", []) is None
    assert line_chart("k", "T", [year_series("A", {2015: None})]) is None
    chart = line_chart("k", "T", [year_series("A", {2015: 0}), year_series("B", {2016: None})])
    assert chart is not None
    assert [line.label for line in chart.lines] == ["A"]
    assert [mark.text for mark in chart.scale] == [f"{MINUS}1,0", f"{MINUS}0,5", "0,0", "0,5", "1,0"]


@pytest.mark.parametrize(
    ("first", "last", "named"),
    [
        (2015, 2015, [2015]),
        (2015, 2018, [2015, 2016, 2017, 2018]),
        (1996, 2025, [1996, 2004, 2012, 2025]),
        (2015, 2025, [2015, 2018, 2021, 2025]),
    ],
)
def test_line_chart_names_few_years_and_always_the_ends(first, last, named):
    chart = line_chart("k", "T", [year_series("A", dict.fromkeys((first, last), 1))])
    assert chart is not None
    assert [int(mark.text) for mark in chart.years] == named


figures = st.decimals(-(10**9), 10**9, places=4)


@given(
    st.lists(
        st.dictionaries(st.integers(1968, 2040), figures, min_size=1, max_size=8), min_size=1, max_size=10
    )
)
def test_line_chart_draws_every_value_in_proportion_and_inside(lines):
    chart = line_chart("k", "T", [year_series(str(index), values) for index, values in enumerate(lines)])
    assert chart is not None
    years = [year for values in lines for year in values]
    low, high = (Fraction(mark.text.replace("\xa0", "").replace(",", ".").replace(MINUS, "-"))
                 for mark in (chart.scale[0], chart.scale[-1]))  # fmt: skip
    assert 2 <= len(chart.scale) <= 6
    for line, values in zip(chart.lines, lines, strict=True):
        points = re.findall(r"[ML]([0-9.]+) ([0-9.]+)", line.path + line.dots)
        expected = sorted(
            (
                float(1000 * Fraction(year - min(years), max(years) - min(years) or 1))
                if min(years) < max(years)
                else 500.0,
                float(1000 * (high - Fraction(value)) / (high - low)),
            )
            for year, value in values.items()
        )
        assert sorted((float(x), float(y)) for x, y in points) == [
            (pytest.approx(x, abs=0.06), pytest.approx(y, abs=0.06)) for x, y in expected
        ]
        assert all(0 <= float(part) <= 1000 for point in points for part in point)
    places = sorted(float(line.name_y.removesuffix("em")) for line in chart.lines)
    assert all(b - a >= 1.24 for a, b in pairwise(places))


@given(st.lists(figures, min_size=1), st.integers(2, 8))
def test_shades_around_hold_every_value_in_few_equal_steps(values, steps):
    scale = shades_around(values, steps)
    assert 1 <= len(scale) <= steps
    assert len({shade.high - shade.low for shade in scale}) == 1
    for value in values:
        shade = shade_of(value, scale)
        assert shade.low <= value < shade.high


def test_shades_around_begin_near_the_lowest_value():
    assert shades_around([]) == []
    assert shades_around([Decimal("31.2"), Decimal("33.9")]) == [
        Shade(1, 31, 32),
        Shade(2, 32, 33),
        Shade(3, 33, 34),
    ]
    assert shades_around([7]) == [Shade(1, 7, 8)]
    assert shades_around([-3, 5]) == [Shade(1, -5, 0), Shade(2, 0, 5), Shade(3, 5, 10)]
