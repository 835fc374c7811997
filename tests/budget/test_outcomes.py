"""What budget lines came to: deviations in kronor and per cent, and when they must be explained."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from budget.balance import Deviation, elapsed_share
from budget.models import Outcome
from tests import factories

INTERIM, FORECAST, ANNUAL = Outcome.Report


@pytest.mark.parametrize(
    ("expected", "amount", "kronor", "percent"),
    [
        (605_000, 650_000, 45_000, Fraction(900, 121)),
        (70_000, 63_000, -7_000, -10),
        (0, 5, 5, None),
        (0, 0, 0, None),
    ],
)
def test_deviation_is_given_in_kronor_and_per_cent(expected, amount, kronor, percent):
    deviation = Deviation(Fraction(expected), Decimal(amount))
    assert (deviation.kronor, deviation.percent) == (kronor, percent)


@pytest.mark.parametrize(
    ("expected", "amount", "exceeds"),
    [
        (1000, 1100, False),
        (1000, 900, False),
        (1000, 1101, True),
        (1000, 899, True),
        (0, 0, False),
        (0, 1, True),
    ],
)
def test_deviation_exceeds_a_threshold_when_it_is_more_than_that(expected, amount, exceeds):
    assert Deviation(Fraction(expected), Decimal(amount)).exceeds(10) is exceeds


@pytest.mark.parametrize(
    ("as_of", "share"),
    [
        (datetime.date(2017, 8, 31), Fraction(8, 12)),
        (datetime.date(2016, 2, 29), Fraction(2, 12)),
        (datetime.date(2017, 12, 31), Fraction(1)),
        (datetime.date(2017, 1, 1), Fraction(1, 365)),
        (datetime.date(2016, 12, 30), Fraction(365, 366)),
    ],
)
def test_elapsed_share_is_of_whole_months_or_of_days(as_of, share):
    assert elapsed_share(as_of) == share


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2100, 12, 30)))
def test_elapsed_share_is_above_nothing_and_at_most_the_whole_year(day):
    assert 0 < elapsed_share(day) <= 1


# --- In the models ------------------------------------------------------------------------------------------


@pytest.fixture
def line(db):
    """A cost of 1000 kronor, with the usual threshold of 10 per cent."""
    return factories.make_budget(factories.make_plan()).lines.get(side="cost")


def refusal(line, report, amount, **fields):
    outcome = Outcome(
        line=line, report=report, amount=amount, **{"as_of": datetime.date(2017, 12, 31), **fields}
    )
    try:
        outcome.full_clean()
    except ValidationError as error:
        return error.message_dict
    outcome.save()
    return {}


COMMENT_NEEDED = {"comment": ["Skriv en kommentar: beloppet avviker mer än 10 procent från budgeten."]}


@pytest.mark.parametrize("report", [FORECAST, ANNUAL])
@pytest.mark.parametrize("amount", [Decimal("1100.01"), Decimal("899.99")])
def test_outcome_above_the_threshold_needs_a_comment(line, report, amount):
    assert refusal(line, report, amount) == COMMENT_NEEDED
    assert refusal(line, report, amount, comment="  ") == COMMENT_NEEDED
    assert refusal(line, report, amount, comment="Ett möte mer.") == {}


@pytest.mark.parametrize("amount", [900, 1000, 1100])
def test_outcome_within_the_threshold_needs_no_comment(line, amount):
    assert refusal(line, ANNUAL, amount) == {}


def test_outcome_of_what_was_not_budgeted_needs_a_comment(line):
    line.amount = 0
    line.save()
    assert refusal(line, ANNUAL, 1) == COMMENT_NEEDED
    assert refusal(line, ANNUAL, 0) == {}


def test_interim_outcome_is_held_against_the_part_of_the_year_that_has_gone(line):
    line.amount = 1200
    line.save()
    august = datetime.date(2017, 8, 31)
    assert refusal(line, INTERIM, 1200, as_of=august) == COMMENT_NEEDED
    assert refusal(line, INTERIM, 820, as_of=august) == {}
    outcome = Outcome.objects.get()
    assert (outcome.against_budget.expected, outcome.deviation) == (800, 20)


def test_outcome_of_another_year_is_refused(line):
    assert refusal(line, ANNUAL, 1000, as_of=datetime.date(2018, 1, 1)) == {
        "as_of": ["Dagen ska vara i budgetens år, 2017."]
    }


def test_outcomes_of_one_report_go_to_the_same_day(line):
    other = line.budget.lines.get(side="revenue")
    assert refusal(line, INTERIM, 660, as_of=datetime.date(2017, 8, 31)) == {}
    assert refusal(other, INTERIM, 570, as_of=datetime.date(2017, 7, 31)) == {
        "as_of": ["Delårsrapport har redan beloppen till och med 31\N{NO-BREAK SPACE}augusti 2017."]
    }
    assert refusal(other, ANNUAL, 1000) == {}
    line.outcomes.get().full_clean()


def test_line_has_one_outcome_in_a_report(line):
    assert refusal(line, ANNUAL, 1000) == {}
    assert refusal(line, ANNUAL, 1000) == {"__all__": ["Raden har redan ett utfall i den rapporten."]}


@pytest.mark.parametrize("missing", ["line", "amount", "as_of"])
def test_outcome_without_what_it_needs_is_refused_by_its_field(line, missing):
    assert list(refusal(**{"line": line, "report": ANNUAL, "amount": 1, missing: None})) == [missing]
