"""Two years' plans beside each other, of rows that are made here."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calendar_app.models import Event
from committee.models import OperationalPlan
from committee.plan_copying import copy_to_new_year
from sodertorn.plan_comparison import PlanComparison, compare_plans
from sodertorn.plan_comparison_summary import summary
from sodertorn.publishing import SEES_ALL, VISITOR, Publication
from tests import factories
from tests.test_page_queries import build

pytestmark = pytest.mark.django_db

ADDRESS = "/verksamhetsplan/2018/jamfor/2017/"


def next_year(plan: OperationalPlan, year: int) -> OperationalPlan:
    """An adopted plan that was copied from an earlier one."""
    made = factories.make_plan(year, is_draft=True, vision=plan.vision, vision_year=plan.vision_year)
    copy_to_new_year(plan, made)
    made.status = OperationalPlan.Status.ADOPTED
    made.save()
    return made


def sentences(comparison: PlanComparison) -> dict[str, list[str]]:
    """The summary's sentences by the part of the page they lead to, with plain spaces."""
    found: dict[str, list[str]] = {}
    for sentence in summary(comparison):
        found.setdefault(sentence.anchor, []).append(sentence.text.replace("\xa0", " "))
    return found


def test_empty_plans_without_budgets_are_compared():
    comparison = compare_plans(factories.make_plan(2017), factories.make_plan(2018), VISITOR)

    assert sentences(comparison) == {
        "texter": ["Texterna är oförändrade."],
        "inriktningar": ["Inriktningarna är oförändrade."],
        "avgift": [
            "Avgifterna kan inte jämföras. Det finns ingen budget för 2017. Det finns ingen budget för 2018."
        ],
        "budget": ["Budgetarna kan inte jämföras."],
    }


def test_budgets_without_a_rate_are_compared_by_their_lines():
    before, after = factories.make_plan(2017), factories.make_plan(2018)
    budgets = [factories.make_budget(plan) for plan in (before, after)]
    budgets[1].lines.filter(side="cost").update(amount=1500)
    found = sentences(compare_plans(before, after, VISITOR))

    assert found["avgift"][0].startswith("Avgifterna kan inte jämföras.")
    assert found["budget"] == ["Kostnaderna ökar från 1 000 kr till 1 500 kr (+50,0 %)."]


def test_cancelled_meetings_are_not_counted():
    before, after = factories.make_plan(2017), factories.make_plan(2018)
    factories.make_event(datetime.date(2017, 2, 2))
    factories.make_event(datetime.date(2018, 2, 1))
    factories.make_event(datetime.date(2018, 3, 1), status=Event.Status.CANCELLED)

    assert sentences(compare_plans(before, after, VISITOR))["kalender"] == ["Kalendern följer samma mönster."]


def test_draft_meetings_are_for_staff():
    before, after = factories.make_plan(2017), factories.make_plan(2018)
    factories.make_event(datetime.date(2018, 2, 1), publication=Publication.DRAFT)

    assert compare_plans(before, after, VISITOR).series == []
    assert len(compare_plans(before, after, SEES_ALL).series) == 1


def test_years_the_other_way_round_lead_to_the_page(client):
    assert client.get("/verksamhetsplan/2017/jamfor/2018/?a=b")["Location"] == f"{ADDRESS}?a=b"
    assert client.get("/verksamhetsplan/2017/jamfor/2017/")["Location"] == "/verksamhetsplan/2017/"


@pytest.mark.parametrize("number", [1, 10])
def test_page_needs_the_same_queries_whatever_it_compares(client, number):
    build(number)
    factories.make_budget(factories.make_plan(2018))
    next_year(OperationalPlan.objects.get(year=2017), 2019)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/verksamhetsplan/2019/jamfor/2017/").status_code == 200

    assert len(queries) == 26
