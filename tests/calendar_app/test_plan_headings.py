"""Under which heading of a plan's calendar an event belongs, and what is proposed for a draft."""

from datetime import date

import pytest

from calendar_app.models import Event, HostTurn
from calendar_app.plan_headings import Headings, place_under_headings
from calendar_app.planning import Accepted, plan_year, save_accepted
from calendar_app.planning_forms import Register, table_of
from committee.models import Body, OperationalPlan, PlanSection
from committee.plan_copying import copy_to_new_year
from sodertorn.publishing import Publication
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

HEADINGS = {
    "kalendarium-samarbetskommitten": 3,
    "samarbetskommittens-planeringskonferens": 1,
    "kalendarium-ledningsgruppen": 7,
    "kalendarium-sodertornskonferensen": 1,
    "kalendarium-sodertorns-radslag": 1,
}
"""How many new events for 2018 come under each heading; three more were promised by 2017's plan."""


@pytest.fixture
def draft() -> OperationalPlan:
    plan = factories.make_plan(2018, is_draft=True)
    copy_to_new_year(OperationalPlan.objects.get(year=2017), plan)
    return plan


def accept_all() -> None:
    table = table_of(plan_year(2018), Register.of(2018))
    assert table.is_valid()
    save_accepted(table.accepted)


def under_headings(plan: OperationalPlan) -> dict[str, int]:
    counts = {section.slug: section.events.count() for section in plan.sections.all()}
    return {slug: count for slug, count in counts.items() if count}


def test_proposed_events_are_drafts_under_the_headings_of_their_likes(draft):
    accept_all()

    assert under_headings(draft) == HEADINGS
    assert Event.objects.filter(publication=Publication.DRAFT).count() == 13
    assert Event.objects.filter(starts_on__year=2018, plan_section=None).count() == 0


def test_event_that_was_promised_stays_public_and_in_the_plan_that_promised_it(draft):
    promised = Event.objects.get(starts_on=date(2018, 1, 1))
    section = promised.plan_section

    accept_all()

    promised.refresh_from_db()
    assert (promised.starts_on, promised.publication) == (date(2018, 1, 25), Publication.PUBLISHED)
    assert promised.plan_section == section


def test_every_meeting_of_a_rotation_gets_its_turn(draft):
    accept_all()

    turns = HostTurn.objects.filter(year=2018, rotation__slug="samarbetskommitten").order_by("number")
    assert [(turn.number, turn.municipality.name) for turn in turns] == [
        (8, "Huddinge"),
        (9, "Haninge"),
        (10, "Nykvarn"),
        (11, "Salem"),
        (12, "Nynäshamn"),
        (13, "Botkyrka"),
        (14, "Tyresö"),
    ]
    assert all(turn.event for turn in turns)


@pytest.mark.parametrize(("is_draft", "publication"), [(True, "draft"), (False, "published")])
def test_new_event_is_as_public_as_the_plan_of_its_year(is_draft, publication):
    factories.make_plan(2018, is_draft=is_draft)
    event = Event(title="Möte", slug="mote", starts_on=date(2018, 5, 2), ends_on=date(2018, 5, 2))

    save_accepted([Accepted(event)])

    assert Event.objects.get(slug="mote").publication == publication


def test_new_event_of_a_year_without_a_plan_is_a_draft_under_no_heading():
    event = Event(title="Möte", slug="mote", starts_on=date(2018, 5, 2), ends_on=date(2018, 5, 2))

    save_accepted([Accepted(event)])

    event.refresh_from_db()
    assert (event.publication, event.plan_section) == ("draft", None)


def test_own_events_tell_before_those_of_the_year_before(draft):
    body = Body.objects.get(slug="ledningsgruppen")
    own = draft.sections.get(slug="kalendarium-sodertornskonferensen")
    factories.make_event(date(2018, 2, 2), body=body, plan_section=own)

    assert Headings.of(draft).heading_of(Event(body=body, kind=Event.Kind.MEETING)) == own


def test_heading_about_the_body_is_for_events_that_nothing_is_like(draft):
    body = factories.make_body("ekonomigruppen")
    section = factories.make_section(draft, 7, "Ekonomigruppen", content="events", about_body=body)

    headings = Headings.of(draft)
    assert headings.heading_of(Event(body=body, kind=Event.Kind.MEETING)) == section
    assert headings.heading_of(Event(body=None, kind=Event.Kind.KEY_FIGURES_DAY)) is None


def test_events_that_were_there_are_placed_once(draft):
    body = Body.objects.get(slug="ledningsgruppen")
    factories.make_event(date(2018, 2, 2), body=body)
    factories.make_event(date(2018, 2, 3), title="Invigning")

    assert (place_under_headings(draft), place_under_headings(draft)) == (1, 0)
    assert under_headings(draft) == {"kalendarium-ledningsgruppen": 1}


def test_headings_are_read_in_two_queries(draft, django_assert_num_queries):
    with django_assert_num_queries(2):
        Headings.of(draft)
    assert PlanSection.objects.filter(plan=draft, content="events").count() == 6
