"""The arithmetic of key figures: exact, and silent when something is not known."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.key_figures import Whole, change, is_reached, next_presentation, ranks, total, weighted_mean

values = st.one_of(st.integers(-(10**9), 10**9), st.decimals(-(10**6), 10**6, places=4))
parts = st.dictionaries(
    st.text(min_size=1, max_size=4), st.tuples(values, st.integers(1, 10**6)), min_size=1, max_size=8
)


def test_weighted_mean_counts_each_inhabitant_once() -> None:
    assert weighted_mean("ab", {"a": 10, "b": Decimal("20")}, {"a": 3, "b": 1}) == Whole(Fraction(25, 2))
    assert weighted_mean("abc", dict.fromkeys("abc", 1), dict.fromkeys("abc", 7)) == Whole(Fraction(1))


def test_weighted_mean_names_what_is_lacking() -> None:
    assert weighted_mean("abc", {"a": 1, "b": None}, {"a": 2, "c": 5}) == Whole(None, ("b", "c"), ("b",))
    assert weighted_mean("a", {"a": 0}, {"a": None}) == Whole(None, (), ("a",))
    assert weighted_mean("", {}, {}) == Whole(None)


def test_a_zero_is_a_value() -> None:
    assert weighted_mean("ab", {"a": 0, "b": 4}, {"a": 1, "b": 1}) == Whole(Fraction(2))
    assert total("ab", {"a": 0, "b": 0}) == Whole(Fraction(0))


def test_total_is_told_only_when_all_is_known() -> None:
    assert total("ab", {"a": Decimal("0.1"), "b": Decimal("0.2")}) == Whole(Fraction(3, 10))
    assert total("ab", {"a": 1}) == Whole(None, ("b",))
    assert total("", {}) == Whole(None)


def test_equal_values_share_a_rank_and_the_next_comes_after_them() -> None:
    known: dict[str, int | Decimal | None] = {"a": 5, "b": Decimal("7.0"), "c": 7, "d": 1, "e": None}
    assert ranks(known, lowest_first=False) == {"b": 1, "c": 1, "a": 3, "d": 4}
    assert ranks(known, lowest_first=True) == {"d": 1, "a": 2, "b": 3, "c": 3}


def test_change_is_exact_or_unknown() -> None:
    assert change(Decimal("1.1"), Decimal("1.3")) == Fraction(1, 5)
    assert change(None, 1) is None
    assert change(1, None) is None
    assert change(1, 0) == -1


@pytest.mark.parametrize(
    ("value", "lower", "reached"),
    [(5, False, True), (4, False, False), (5, True, True), (6, True, False), (None, True, None)],
)
def test_a_target_is_reached_from_its_better_side(
    value: int | None, lower: bool, reached: bool | None
) -> None:
    assert is_reached(value, Decimal(5), lower_is_better=lower) is reached


def test_key_figures_are_presented_every_second_year() -> None:
    assert next_presentation(datetime.date(2017, 10, 26)) == 2019


@given(parts)
def test_weighted_mean_lies_within_the_values_and_ignores_the_size_of_the_weights(
    parts: dict[str, tuple[int | Decimal, int]],
) -> None:
    given_values = {key: value for key, (value, _) in parts.items()}
    weights = {key: weight for key, (_, weight) in parts.items()}
    mean = weighted_mean(list(parts), given_values, weights).value

    assert mean is not None
    assert min(map(Fraction, given_values.values())) <= mean <= max(map(Fraction, given_values.values()))
    assert weighted_mean(list(parts), given_values, {key: 3 * each for key, each in weights.items()}) == (
        Whole(mean)
    )


@given(parts, st.booleans())
def test_a_rank_is_one_more_than_those_that_are_better(
    parts: dict[str, tuple[int | Decimal, int]], lowest_first: bool
) -> None:
    known = {key: value for key, (value, _) in parts.items()}
    for key, rank in ranks(known, lowest_first=lowest_first).items():
        better = [
            other for other in known.values() if (other < known[key] if lowest_first else other > known[key])
        ]
        assert rank == len(better) + 1


@given(parts, st.data())
def test_sum_and_mean_are_unknown_as_soon_as_one_value_is(
    parts: dict[str, tuple[int | Decimal, int]], data: st.DataObject
) -> None:
    hidden = data.draw(st.sampled_from(sorted(parts)))
    known = {key: None if key == hidden else value for key, (value, _) in parts.items()}
    weights = {key: weight for key, (_, weight) in parts.items()}

    assert total(list(parts), known) == Whole(None, (hidden,))
    assert weighted_mean(list(parts), known, weights) == Whole(None, (hidden,))
