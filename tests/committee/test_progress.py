"""The arithmetic of progress, stated in `committee.progress`."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.progress import (
    DROPPED,
    RESTING,
    UNREPORTED,
    Progress,
    State,
    Tally,
    measured,
    shown_percent,
    tally,
    whole_of,
)

percentages = st.integers(0, 100)
parts = st.one_of(percentages.map(measured), st.sampled_from([UNREPORTED, RESTING, DROPPED]))


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ([measured(40), measured(60)], measured(50)),
        ([measured(0), measured(100), measured(0)], Progress(State.MEASURED, Fraction(1, 3))),
        ([measured(0)], measured(0)),
        # What is not reported, rests or is dropped is no zero.
        ([measured(80), UNREPORTED, RESTING, DROPPED], measured(80)),
        ([UNREPORTED, UNREPORTED], UNREPORTED),
        ([RESTING, UNREPORTED], UNREPORTED),
        ([RESTING, DROPPED], RESTING),
        ([DROPPED, DROPPED], DROPPED),
        ([], UNREPORTED),
    ],
)
def test_whole_is_the_mean_of_what_is_measured(of, expected):
    assert whole_of(of) == expected


@pytest.mark.parametrize(
    ("share", "percent"),
    [
        (Fraction(0), 0),
        (Fraction(1, 1000), 1),
        (Fraction(1, 3), 33),
        (Fraction(1, 2), 50),
        (Fraction(125, 1000), 13),
        (Fraction(999, 1000), 99),
        (Fraction(1), 100),
    ],
)
def test_percent_is_rounded_once_and_only_what_is_done_is_a_hundred(share, percent):
    assert shown_percent(share) == percent


@given(st.lists(percentages, min_size=1))
def test_whole_lies_between_its_parts(figures):
    share = whole_of([measured(figure) for figure in figures]).share

    assert share is not None
    assert Fraction(min(figures), 100) <= share <= Fraction(max(figures), 100)


@given(st.lists(parts))
def test_what_is_not_measured_changes_no_figure(items):
    """Nothing that has no figure of its own pulls the mean, up or down."""
    figures = [item for item in items if item.state is State.MEASURED]
    if figures:
        assert whole_of(items) == whole_of(figures)
    else:
        assert whole_of(items).percent is None


@given(st.lists(parts), st.randoms())
def test_order_means_nothing(items, random):
    shuffled = random.sample(items, len(items))

    assert whole_of(shuffled) == whole_of(items)
    assert tally(shuffled) == tally(items)


@given(st.lists(parts))
def test_hundred_percent_is_everything_that_counts_done(items):
    figures = [item.percent for item in items if item.percent is not None]

    assert (whole_of(items).percent == 100) == (bool(figures) and set(figures) == {100})
    assert (whole_of(items).percent == 0) == (bool(figures) and set(figures) == {0})


def test_tally_counts_what_stands_behind_a_figure():
    counted = tally([measured(0), measured(9), UNREPORTED, RESTING, DROPPED, DROPPED])

    assert counted == Tally(measured=2, unreported=1, resting=1, dropped=2)
    assert counted.counted == 4


@pytest.mark.parametrize(
    ("state", "share"),
    [
        (State.MEASURED, None),
        (State.RESTING, Fraction(0)),
        (State.MEASURED, Fraction(-1)),
        (State.MEASURED, Fraction(101, 100)),
    ],
)
def test_progress_that_means_nothing_is_refused(state, share):
    with pytest.raises(ValueError, match="share"):
        Progress(state, share)
