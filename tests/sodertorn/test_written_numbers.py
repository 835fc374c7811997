"""What number was written, in all the ways that people and programs write one."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodertorn.money import number
from sodertorn.written_numbers import written_number, written_whole_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 280 000", "1280000"),
        ("1\xa0280\xa0000", "1280000"),
        ("1\u202f280\u202f000", "1280000"),
        ("1\u2009280", "1280"),
        ("1280000", "1280000"),
        ("2,83", "2.83"),
        ("2.83", "2.83"),
        (" 2,5 ", "2.5"),
        ("605 000,50", "605000.50"),
        ("\u22125", "-5"),
        ("\u20115,25", "-5.25"),
        ("-1 000", "-1000"),
        ("0", "0"),
        ("1280,500", "1280.500"),
    ],
)
def test_number_is_read(text: str, value: str) -> None:
    assert written_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "talet saknas"),
        ("\xa0", "talet saknas"),
        ("1 28 000", "”1 28 000” är inte ett tal"),
        ("1 280 00", "”1 280 00” är inte ett tal"),
        ("1.280.000", "”1.280.000” är inte ett tal"),
        ("1e6", "”1e6” är inte ett tal"),
        ("٣", "”٣” är inte ett tal"),
        ("NaN", "”NaN” är inte ett tal"),
        ("5 kr", "”5 kr” är inte ett tal"),
        ("--5", "”--5” är inte ett tal"),
        (",5", "”,5” är inte ett tal"),
        ("9" * 31, f"”{'9' * 30}…” är inte ett tal"),
        ("1.280", "”1.280” kan läsas på två sätt: skriv tusental med mellanslag och högst två decimaler"),
        ("1,280", "”1,280” kan läsas på två sätt: skriv tusental med mellanslag och högst två decimaler"),
    ],
)
def test_anything_else_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        written_number(text)


@given(st.decimals(-(10**10), 10**10, places=2))
def test_what_the_portal_writes_is_read_back(value: Decimal) -> None:
    assert written_number(number(value)) == value


def test_whole_number_may_be_written_with_decimals_that_are_nought() -> None:
    assert written_whole_number("1 280,00") == 1280
    with pytest.raises(ValueError, match="”2,5” är inte ett heltal"):
        written_whole_number("2,5")
