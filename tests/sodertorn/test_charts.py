"""Charts as geometry: lengths in proportion, nothing outside, and the values kept as they are."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodertorn.charts import Bar, Datum, Group, Line, Series, Shade, bar_chart, shade_of, shades


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
