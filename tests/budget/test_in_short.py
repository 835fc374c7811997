"""The newest plan and the newest budget, as the start page shows them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from budget.in_short import BudgetInShort, newest_in_short
from budget.models import Budget, BudgetLine
from tests import factories

pytestmark = pytest.mark.django_db


def newest_budget() -> BudgetInShort:
    _, budget = newest_in_short()
    assert budget is not None
    return budget


def test_nothing_is_newest_where_nothing_is() -> None:
    assert newest_in_short() == (None, None)


def test_plan_and_budget_of_one_year_are_read_by_two_queries(django_assert_num_queries) -> None:
    factories.make_budget(factories.make_plan(2016))
    plan = factories.make_plan(2017)
    budget = factories.make_budget(plan)
    with django_assert_num_queries(2):
        newest, in_short = newest_in_short()

    assert in_short is not None
    assert (newest, in_short.budget, in_short.budget.plan) == (plan, budget, plan)


def test_cost_is_that_of_the_budgets_costs_to_the_ore() -> None:
    budget = factories.make_budget(factories.make_plan(2017))
    BudgetLine.objects.all().delete()
    cost, revenue = BudgetLine.Side.COST, BudgetLine.Side.REVENUE
    for side, amount in ((cost, "0.10"), (cost, "0.20"), (cost, "1000"), (revenue, "7")):
        BudgetLine.objects.create(budget=budget, side=side, title=amount, amount=Decimal(amount))

    assert newest_budget().cost == Decimal("1000.30")


def test_rate_is_the_years_and_none_before_the_first_rate() -> None:
    factories.make_budget(factories.make_plan(2017))
    assert newest_budget().rate is None

    factories.make_rate(3)
    assert newest_budget().rate == Fraction(3)


@pytest.mark.parametrize("has_draft", [False, True])
def test_budget_of_an_earlier_year_is_newest_until_the_plans_own_is_published(has_draft) -> None:
    earlier = factories.make_budget(factories.make_plan(2016))
    plan = factories.make_plan(2017)
    if has_draft:
        Budget.objects.create(plan=plan)
    factories.make_budget(factories.make_plan(2018, is_draft=True))

    assert (newest_in_short()[0], newest_budget().budget) == (plan, earlier)


def test_empty_budget_costs_nothing() -> None:
    factories.make_budget(factories.make_plan(2017))
    BudgetLine.objects.all().delete()

    assert newest_budget().cost == Decimal(0)
