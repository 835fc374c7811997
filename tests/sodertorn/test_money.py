"""How figures are rounded and written, and the template filters that write them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import models
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from sodertorn.money import MoneyField, kronor, number, round_half_up

amounts = st.fractions(min_value=-(10**9), max_value=10**9)


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1280000, "1\xa0280\xa0000\xa0kr"),
        (Decimal("1280000.00"), "1\xa0280\xa0000\xa0kr"),
        (Decimal("605000"), "605\xa0000\xa0kr"),
        (Fraction(17, 6), "2,83\xa0kr"),
        (Fraction(1036, 365), "2,84\xa0kr"),
        (Decimal("4.00"), "4\xa0kr"),
        (Decimal("2.5"), "2,50\xa0kr"),
        (Decimal("-80000"), "−80\xa0000\xa0kr"),
        (Decimal("-0.004"), "0\xa0kr"),
        (Fraction(2999, 1000), "3\xa0kr"),
        (0, "0\xa0kr"),
        (9_999_999_999, "9\xa0999\xa0999\xa0999\xa0kr"),
    ],
)
def test_kronor_writes_swedish(amount, text):
    assert kronor(amount) == text


def test_kronor_decimals_can_be_fixed():
    assert kronor(4, 2) == "4,00\xa0kr"
    assert kronor(Fraction(17, 6), 0) == "3\xa0kr"
    assert kronor(Fraction(17, 6), 4) == "2,8333\xa0kr"


@pytest.mark.parametrize(
    ("amount", "text"),
    [(480000, "480\xa0000"), (10424, "10\xa0424"), (999, "999"), (Decimal("1942.72"), "1\xa0942,72")],
)
def test_number_groups_thousands(amount, text):
    assert number(amount) == text


@pytest.mark.parametrize(
    ("amount", "decimals", "rounded"),
    [
        (Decimal("2.5"), 0, "3"),
        (Decimal("-2.5"), 0, "-3"),
        (Decimal("0.125"), 2, "0.13"),
        (Fraction(17, 6), 2, "2.83"),
        (Fraction(-1, 3), 0, "0"),
        (7, 2, "7.00"),
    ],
)
def test_round_half_up_takes_halves_away_from_zero(amount, decimals, rounded):
    assert str(round_half_up(amount, decimals)) == rounded


@given(amounts, st.integers(0, 4))
def test_round_half_up_is_at_most_half_a_unit_off(amount, decimals):
    assert abs(Fraction(round_half_up(amount, decimals)) - amount) * 10**decimals <= Fraction(1, 2)


@given(st.decimals(-(10**9), 10**9, places=2))
def test_number_keeps_every_digit_of_kronor_and_ore(amount):
    read_back = number(amount).replace("\xa0", "").replace(",", ".").replace("−", "-")
    assert Decimal(read_back) == amount


def test_money_field_is_a_plain_decimal_field_with_ore():
    field = MoneyField("belopp", null=True)
    assert type(field) is models.DecimalField
    assert (field.max_digits, field.decimal_places, field.verbose_name, field.null) == (12, 2, "belopp", True)


def test_figure_filters_are_built_in_and_leave_missing_values_empty():
    assert render("{{ a|kronor }} {{ a|kronor:2 }}", a=Decimal(4)) == "4\xa0kr 4,00\xa0kr"
    assert render("{{ a|rate }} {{ b|number }}", a=Fraction(17, 6), b=480431) == "2,83\xa0kr 480\xa0431"
    assert render("[{{ a|kronor }}{{ a|rate }}{{ a|number }}{{ absent|kronor }}]", a=None) == "[]"
    assert render("{{ a|kronor }} {{ a|number }}", a=0) == "0\xa0kr 0"


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([], ""),
        (None, ""),
        (["Salem"], "Salem"),
        (["Södertälje", "Nykvarn"], "Södertälje och Nykvarn"),
        (["Botkyrka", "Tyresö", "Salem"], "Botkyrka, Tyresö och Salem"),
        (["<A>", "B"], "&lt;A&gt; och B"),
    ],
)
def test_join_swedish_puts_och_before_the_last(items, text):
    assert render("{{ items|join_swedish }}", items=items) == text


def test_paragraphs_are_escaped_and_split_at_blank_lines():
    text = "Höj utbildningsnivån\npå <Södertörn>\r\n \r\nVi & ni 480\xa0000\n\n\n"
    assert render("{{ text|paragraphs }}", text=text) == (
        "<p>Höj utbildningsnivån på &lt;Södertörn&gt;</p>\n<p>Vi &amp; ni 480\xa0000</p>"
    )
    assert render("{{ text|paragraphs }}{{ absent|paragraphs }}", text=None) == ""
