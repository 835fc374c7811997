"""Budgets copied into a working copy and into next year: nothing lost, order kept, never twice."""

from datetime import date
from decimal import Decimal

import pytest

from budget.budget_copying import BudgetExistsError, copy_budget, copy_budget_to_new_year
from budget.models import Budget, BudgetLine
from committee.models import OperationalPlan
from tests import factories

pytestmark = pytest.mark.django_db


def rows(budget: Budget) -> list[tuple[str, str, int, bool]]:
    return [(line.side, line.title, int(line.amount), line.is_fee) for line in budget.lines.all()]


def draft_of_new_year(source: Budget, plan: OperationalPlan) -> Budget:
    return copy_budget_to_new_year(source, plan, fee=Decimal(5), population_date=date(2016, 12, 31))


@pytest.fixture
def source() -> Budget:
    budget = Budget.objects.create(
        plan=factories.make_plan(2017),
        status=Budget.Status.PUBLISHED,
        proration=Budget.ProrationChoice.DAYS,
        population_date=date(2016, 12, 31),
        reconciliation_comment="Avrundat.",
        deviation_threshold=7,
        note="Om 2017.",
    )
    for position, (side, title, amount, is_fee) in enumerate(
        [
            ("revenue", "Avgifter", 900, True),
            ("revenue", "Konferens", 50, False),
            ("revenue", "Tilläggsavgift", 100, True),
            ("cost", "Personal", 700, False),
            ("cost", "Lokaler", 300, False),
        ]
    ):
        BudgetLine.objects.create(
            budget=budget, side=side, title=title, amount=amount, is_fee=is_fee, position=position
        )
    return budget


def test_working_copy_of_a_budget_says_the_same_as_a_draft(source):
    copy = copy_budget(source, factories.make_plan(2018, is_draft=True))

    assert rows(copy) == rows(source)
    assert len(rows(copy)) == 5
    assert (copy.status, copy.proration, copy.population_date) == ("draft", "days", date(2016, 12, 31))
    assert (copy.reconciliation_comment, copy.note, copy.deviation_threshold) == ("Avrundat.", "Om 2017.", 7)
    assert copy.origin == source
    assert [line.origin for line in copy.lines.all()] == list(source.lines.all())
    source.refresh_from_db()
    assert source.status == Budget.Status.PUBLISHED


def test_next_years_budget_has_the_new_fee_on_one_line_and_nothing_said_of_the_old_year(source):
    plan, day = factories.make_plan(2018, is_draft=True), date(2017, 12, 31)
    copy = copy_budget_to_new_year(source, plan, fee=Decimal(1234), population_date=day)

    assert rows(copy) == [
        ("cost", "Personal", 700, False),
        ("cost", "Lokaler", 300, False),
        ("revenue", "Avgifter", 1234, True),
        ("revenue", "Konferens", 50, False),
    ]
    assert (copy.population_date, copy.reconciliation_comment, copy.note) == (day, "", "")
    assert (copy.proration, copy.deviation_threshold) == ("days", 7)


def test_next_years_budget_has_a_fee_line_also_when_the_source_has_none(source):
    source.lines.filter(is_fee=True).delete()

    copy = draft_of_new_year(source, factories.make_plan(2018, is_draft=True))

    assert rows(copy)[2:] == [
        ("revenue", "Avgifter från kommunerna", 5, True),
        ("revenue", "Konferens", 50, False),
    ]
    assert copy.lines.get(is_fee=True).origin is None


@pytest.mark.parametrize("again", [copy_budget, draft_of_new_year])
def test_budget_is_not_copied_into_a_plan_that_has_one(source, again):
    plan = factories.make_plan(2018, is_draft=True)
    copy_budget(source, plan)

    with pytest.raises(BudgetExistsError):
        again(source, plan)
    assert (Budget.objects.count(), BudgetLine.objects.count()) == (2, 10)
