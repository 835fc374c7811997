"""What it costs and who pays: the rules of the database, and what the querysets find."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from budget.models import ActivityCost, Budget, BudgetLine, FeeRate
from sodertorn.publishing import SEES_ALL, VISITOR
from tests.constraints import assert_breaks, assert_refused_with, rules_of
from tests.factories import (
    make_activity,
    make_budget,
    make_plan,
    make_rate,
    make_target_area,
)

pytestmark = pytest.mark.django_db


def line(**fields: object) -> BudgetLine:
    budget = make_budget(make_plan(), lines=0)
    budget.status = Budget.Status.DRAFT
    return BudgetLine(**{"budget": budget, "side": "revenue", "title": "Rad", "amount": Decimal(1), **fields})


def cost(amount: int = 500) -> ActivityCost:
    """What an activity is to use of the budget's only cost, not stored yet."""
    plan = make_plan()
    activity = make_activity(make_target_area(plan).issues.get())
    return ActivityCost(activity=activity, line=make_budget(plan).lines.get(side="cost"), amount=amount)


def cost_again() -> ActivityCost:
    there = cost()
    there.save()
    return ActivityCost(activity=there.activity, line=there.line, amount=1)


SIDE = "Välj om raden är en intäkt eller en kostnad."

BROKEN: list[tuple[str, str, Callable[[], models.Model]]] = [
    (
        "fee_rate_not_negative",
        "Avgiften kan inte vara negativ.",
        lambda: FeeRate(valid_from=datetime.date(2017, 1, 1), amount_per_inhabitant=Decimal("-0.01")),
    ),
    ("budget_line_on_one_side", SIDE, lambda: line(side="")),
    ("budget_line_on_one_side", SIDE, lambda: line(side="both")),
    ("budget_line_not_negative", "Beloppet kan inte vara negativt.", lambda: line(amount=Decimal(-1))),
    (
        "budget_fee_is_revenue",
        "Avgifter från kommunerna är en intäkt.",
        lambda: line(side="cost", is_fee=True),
    ),
    (
        "activity_cost_once_per_line",
        "Aktiviteten har redan ett belopp på den budgetraden.",
        cost_again,
    ),
    ("activity_cost_not_negative", "Beloppet kan inte vara negativt.", lambda: cost(-1)),
]


@pytest.mark.parametrize(("name", "message", "make"), BROKEN, ids=[case[0] for case in BROKEN])
def test_rule_refuses(name: str, message: str, make: Callable[[], models.Model]) -> None:
    assert_breaks(make(), name, message)


def test_every_rule_is_tested() -> None:
    assert {name for name, _, _ in BROKEN} == rules_of(FeeRate, Budget, BudgetLine, ActivityCost)


def test_two_rates_from_one_date_are_refused() -> None:
    first = make_rate(2)
    second = FeeRate(valid_from=first.valid_from, amount_per_inhabitant=Decimal(4))

    assert_refused_with(second, "Det finns redan en avgift från det datumet.", field="valid_from")
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity", "1e12", "0.001"])
def test_amount_that_is_none_is_refused(amount: str) -> None:
    row = line(amount=amount)

    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert list(refusal.value.message_dict) == ["amount"]


@pytest.mark.parametrize("amount", ["0", "0.01", "9999999999.99"])
def test_amount_is_stored_to_the_ore(amount: str) -> None:
    row = line(amount=Decimal(amount))
    row.full_clean()
    row.save()

    row.refresh_from_db()
    assert row.amount == Decimal(amount)


def test_plan_has_one_budget() -> None:
    plan = make_plan()
    make_budget(plan)

    assert_refused_with(Budget(plan=plan), "Budget med detta Verksamhetsplan finns redan.", field="plan")


def test_totals_are_summed_by_side() -> None:
    full, empty = make_budget(make_plan(2017), lines=2), make_budget(make_plan(2018), lines=0)
    BudgetLine.objects.create(budget=full, side="cost", title="Resor", amount=Decimal("0.50"))

    budgets: Any = Budget.objects.with_totals()
    totals = budgets.values_list("pk", "revenue", "cost")
    assert set(totals) == {
        (full.pk, Decimal(2000), Decimal("2000.50")),
        (empty.pk, Decimal(0), Decimal(0)),
    }


def test_budgets_are_listed_newest_first() -> None:
    for year in (2017, 2019, 2018):
        make_budget(make_plan(year))

    assert [str(budget) for budget in Budget.objects.all()] == ["Budget 2019", "Budget 2018", "Budget 2017"]


def test_budgets_of_the_public_are_published_and_of_adopted_plans() -> None:
    public = make_budget(make_plan(2017))
    unpublished = make_budget(make_plan(2018))
    of_draft = make_budget(make_plan(2019, is_draft=True))
    Budget.objects.filter(pk__in=[public.pk, of_draft.pk]).update(status=Budget.Status.PUBLISHED)
    Budget.objects.filter(pk=unpublished.pk).update(status=Budget.Status.DRAFT)

    assert list(Budget.objects.public()) == [public]


def test_rates_are_listed_by_date() -> None:
    for rate, month in ((4, 8), (2, 1), (3, 5)):
        make_rate(rate, datetime.date(2017, month, 1))

    assert [rate.amount_per_inhabitant for rate in FeeRate.objects.all()] == [2, 3, 4]


def test_activity_uses_costs_of_its_own_years_budget() -> None:
    row = cost()
    other = make_budget(make_plan(2018)).lines.get(side="cost")
    fee = row.line.budget.lines.get(side="revenue")

    row.full_clean()
    assert str(row) == "Klimatnätverk: 500\N{NO-BREAK SPACE}kr"
    row.line = other
    assert_refused_with(row, "Välj en rad i budgeten för 2017.", field="line")
    row.line = fee
    assert_refused_with(row, "Välj en kostnad i budgeten, inte i en arbetsversion.", field="line")


def test_visitors_see_costs_in_published_budgets() -> None:
    row = cost()
    row.save()
    assert list(ActivityCost.objects.visible_to(VISITOR)) == [row]

    Budget.objects.update(status=Budget.Status.DRAFT)
    assert not ActivityCost.objects.visible_to(VISITOR).exists()
    assert list(ActivityCost.objects.visible_to(SEES_ALL)) == [row]
