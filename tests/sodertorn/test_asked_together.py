"""Many small questions in one query: counts, first values, and the rows of several models."""

import datetime

import pytest

from calendar_app.models import HostRotation, HostTurn
from committee.models import Body, Direction, NewsItem, OperationalPlan, PlanSection
from sodertorn.asked_together import counts, first_values, rows_of_each
from sodertorn.models import Adoption
from tests import factories

pytestmark = pytest.mark.django_db


def test_counts_are_of_each_also_where_there_is_none(django_assert_num_queries):
    for title in ("Ett", "Två"):
        factories.make_news(title)
    factories.make_body()

    with django_assert_num_queries(1):
        found = counts({"nyheter": NewsItem.objects.all(), "organ": Body.objects.all(), "plan": no_plans()})
    assert found == {"nyheter": 2, "organ": 1, "plan": 0}
    assert counts({}) == {}


def test_first_values_are_of_each_and_none_where_there_is_no_row(django_assert_num_queries):
    for title in ("Ett", "Två"):
        factories.make_news(title)

    with django_assert_num_queries(1):
        found = first_values(
            {
                "den första": NewsItem.objects.order_by("title").values("title"),
                "den sista": NewsItem.objects.order_by("-title").values("title"),
                "ingen plan": no_plans().values("year"),
            }
        )
    assert found == {"den första": "Ett", "den sista": "Två", "ingen plan": None}


def test_rows_of_each_are_as_read_one_by_one(django_assert_num_queries):
    plan = factories.make_plan(vision="”Vi vill”,\n\\ och 100 % åäö.")
    body = factories.make_body(usual_start=None)
    section = factories.make_section(plan, 1, "Inledning", about_body=body)
    for _ in range(2):
        factories.make_direction(section)
    Direction.objects.filter(pk=Direction.objects.latest("pk").pk).update(is_priority=True)
    factories.make_rotation(body, [factories.make_municipality()], turns=2)
    Adoption.objects.create(plan=plan, decided_on=datetime.date(2017, 2, 2))
    asked = [
        OperationalPlan.objects.all(),
        PlanSection.objects.filter(plan=plan),
        Direction.objects.for_plan(plan),
        HostRotation.objects.all(),
        HostTurn.objects.all(),
        Adoption.objects.all(),
        no_plans(),
    ]

    with django_assert_num_queries(1):
        found = rows_of_each(*asked)
        by_key = [sorted(rows, key=lambda row: row.pk) for rows in found]
        said = [[values(row) for row in rows] for rows in by_key]
    assert said == [[values(row) for row in rows.order_by("pk")] for rows in asked]
    assert [len(rows) for rows in found] == [1, 1, 2, 1, 2, 1, 0]
    assert not found[0][0]._state.adding


def no_plans():
    return OperationalPlan.objects.filter(year=1999)


def values(row):
    """What the row says, each with its type: True is not 1."""
    return [
        (field.name, type(value), value)
        for field in row._meta.concrete_fields
        for value in [getattr(row, field.attname)]
    ]
