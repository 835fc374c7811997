"""The printed plan is kept until something that it says has changed."""

import datetime
from typing import Any

import pytest

from budget.models import BudgetLine, FeeRate
from calendar_app.models import Event, EventHost, HostTurn
from committee.models import (
    Direction,
    GoverningDocument,
    Municipality,
    OperationalPlan,
    Population,
    SourceNote,
)
from sodertorn.models import Adoption
from sodertorn.plan_document import plan_document
from sodertorn.plan_print import plan_pdf
from sodertorn.plan_state import plan_state, public_plan_pdf
from sodertorn.publishing import VISITOR, Publication
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]


@pytest.fixture
def plan(db):
    return OperationalPlan.objects.get(year=2017)


def saved(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def meeting():
    return Event.objects.get(starts_on=datetime.date(2017, 3, 23), kind="meeting")


def adopt_at_a_meeting():
    plan = OperationalPlan.objects.get(year=2017)
    Adoption.objects.create(plan=plan, decided_on=datetime.date(2017, 2, 2), meeting=meeting())


CHANGES = {
    "plan": lambda: saved(OperationalPlan.objects.get(year=2017), vision="En annan vision."),
    "direction": lambda: saved(Direction.objects.first(), text="Vi gör annat."),
    "direction taken away": lambda: Direction.objects.all()[0].delete(),
    "source note": lambda: saved(SourceNote.objects.first(), explanation="En annan förklaring."),
    "governing document": lambda: saved(GoverningDocument.objects.first(), title="Ett annat namn"),
    "meeting": lambda: saved(meeting(), start_time=datetime.time(13)),
    "meeting taken away": lambda: meeting().delete(),
    "meeting drafted": lambda: saved(meeting(), publication=Publication.DRAFT),
    "host": lambda: EventHost.objects.get(event=meeting()).delete(),
    "turn": lambda: HostTurn.objects.filter(rotation__slug="radslaget")[7].delete(),
    "municipality": lambda: saved(Municipality.objects.first(), name="Botkyrka stad"),
    "population": lambda: saved(Population.objects.on(datetime.date(2016, 12, 31))[0], inhabitants=1),
    "budget line": lambda: saved(BudgetLine.objects.filter(side="cost").first(), title="Löner"),
    "rate": lambda: saved(FeeRate.objects.get(valid_from=datetime.date(2017, 8, 1)), amount_per_inhabitant=5),
    "decision": adopt_at_a_meeting,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_document_is_printed_anew_when_it_says_something_else(plan, change):
    state, before = plan_state(plan), public_plan_pdf(plan)
    change()
    plan.refresh_from_db()

    assert plan_state(plan) != state
    after = public_plan_pdf(plan)
    assert after != before
    assert after == plan_pdf(plan_document(plan, VISITOR))


def test_what_visitors_do_not_see_leaves_the_document_as_it_is(plan):
    state: Any = plan_state(plan)
    draft = factories.make_full_draft(2018, "Utkast")
    factories.make_event(
        factories.DAY, plan_section=draft.sections.first(), publication=Publication.DRAFT, title="Hemligt"
    )

    after: Any = plan_state(plan)
    assert after[6] == state[6]
    assert public_plan_pdf(plan) == plan_pdf(plan_document(plan, VISITOR))


def test_document_that_has_not_changed_costs_seven_light_queries(client, plan, django_assert_num_queries):
    client.get("/verksamhetsplan/2017.pdf")

    with django_assert_num_queries(7):
        client.get("/verksamhetsplan/2017.pdf")
