"""The plan as one document: parts under their chapters, with the rows that are listed under each."""

import datetime

import pytest

from budget.models import Budget
from calendar_app.models import HostTurn
from sodertorn.models import Adoption
from sodertorn.plan_document import plan_document
from sodertorn.plan_print import plan_content
from sodertorn.publishing import SEES_ALL, VISITOR
from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return factories.make_plan()


def test_parts_stand_under_the_chapter_before_them(plan):
    for chapter, level, heading in [(1, 1, "A"), (5, 1, "B"), (5, 2, "C"), (5, 3, "D"), (6, 1, "E")]:
        factories.make_section(plan, chapter, heading, level=level)
    chapters = plan_document(plan, VISITOR).chapters

    assert [
        (chapter.opening.section.heading, [part.section.heading for part in chapter.parts])
        for chapter in chapters
    ] == [("A", []), ("B", ["C", "D"]), ("E", [])]


def test_document_that_begins_below_a_chapter_loses_nothing(plan):
    factories.make_section(plan, 5, "Utan kapitel", level=2)

    assert [chapter.opening.section.heading for chapter in plan_document(plan, VISITOR).chapters] == [
        "Utan kapitel"
    ]


def test_plan_without_sections_is_an_empty_document(plan):
    document = plan_document(plan, VISITOR)

    assert (document.chapters, document.principles, document.areas, document.target_areas) == ([], [], [], [])
    assert document.statement is None


def test_events_stand_under_their_own_section_in_order(plan):
    first = factories.make_section(plan, 7, "Kommittén", content="events")
    second = factories.make_section(plan, 7, "Gruppen", level=2, content="events")
    for title, day, section in [("Tre", 3, first), ("Ett", 1, first), ("Två", 2, second), ("Fri", 4, None)]:
        factories.make_event(datetime.date(2017, 3, day), title=title, plan_section=section)
    chapter = plan_document(plan, VISITOR).chapters[0]

    assert [event.title for event in chapter.opening.events] == ["Ett", "Tre"]
    assert [[event.title for event in part.events] for part in chapter.parts] == [["Två"]]


def test_turns_stand_under_the_section_that_shows_them_and_is_about_their_body(plan):
    body, other = factories.make_body("radslaget"), factories.make_body("kommitten")
    municipality = factories.make_municipality()
    factories.make_rotation(body, [municipality], turns=2)
    for heading, content, about in [
        ("Text", "", body),
        ("Annat organ", "host_turns", other),
        ("Inget organ", "host_turns", None),
        ("Värdar", "host_turns", body),
    ]:
        factories.make_section(plan, 6, heading, content=content, about_body=about)
    document = plan_document(plan, VISITOR)

    assert [
        (chapter.opening.section.heading, len(chapter.opening.turns)) for chapter in document.chapters
    ] == [("Text", 0), ("Annat organ", 0), ("Inget organ", 0), ("Värdar", 2)]


def test_target_areas_come_area_by_area(plan):
    for name in ("Klimat", "Näringsliv"):
        factories.make_target_area(plan, name)

    assert [target_area.name for target_area in plan_document(plan, VISITOR).target_areas] == [
        "Klimat",
        "Näringsliv",
    ]


def test_another_plans_rows_are_left_out(plan):
    other = factories.make_plan(2016)
    section = factories.make_section(other, 1, "Inledning")
    factories.make_event(factories.DAY, plan_section=section)
    factories.make_target_area(other)
    factories.make_budget(other)
    document = plan_document(plan, VISITOR)

    assert (document.chapters, document.areas, document.statement) == ([], [], None)


def test_budget_is_part_of_the_document_when_it_is_published(plan):
    budget = factories.make_budget(plan)

    assert plan_document(plan, VISITOR).statement is not None
    budget.status = Budget.Status.DRAFT
    budget.save()
    assert plan_document(plan, VISITOR).statement is None


def test_meeting_that_decided_stands_only_where_it_is_listed(plan):
    """The plan before it lists the meeting, under a heading that this plan's has been copied from."""
    before = factories.make_plan(2016)
    origin = factories.make_section(before, 7, "Kommittén", content="events")
    factories.make_section(plan, 7, "Kommittén", content="events", origin=origin)
    meeting = factories.make_event(datetime.date(2016, 12, 1), title="Beslutade", plan_section=origin)
    factories.make_event(datetime.date(2017, 2, 1), title="Lovades", plan_section=origin)
    Adoption.objects.create(plan=plan, decided_on=plan.decided_on, meeting=meeting)
    document = plan_document(plan, VISITOR)

    assert [decision.meeting for decision in document.decisions] == [meeting]
    assert [event.title for event in document.chapters[0].opening.events] == ["Lovades"]
    listed = plan_document(before, VISITOR).chapters[0].opening.events
    assert [event.title for event in listed] == ["Beslutade", "Lovades"]


def test_turns_tell_of_their_drafts_to_who_sees_them_and_of_no_draft_to_others(plan):
    body = factories.make_body("radslaget")
    factories.make_rotation(body, [factories.make_municipality()], turns=2)
    draft = factories.make_event(datetime.date(2017, 5, 1), publication="draft")
    HostTurn.objects.filter(number=2).update(event=draft)
    factories.make_section(plan, 6, "Värdar", content="host_turns", about_body=body)
    shown = {
        audience: [
            (turn.number, turn.event) for turn in plan_document(plan, audience).chapters[0].opening.turns
        ]
        for audience in (VISITOR, SEES_ALL)
    }

    assert shown == {VISITOR: [(1, None)], SEES_ALL: [(1, None), (2, draft)]}


@pytest.mark.parametrize("number", [1, 20])
def test_document_needs_five_queries_whatever_is_in_it(plan, number, django_assert_num_queries):
    factories.make_budget(plan, lines=number)
    hosts = (factories.make_municipality(),)
    for index in range(number):
        section = factories.make_section(plan, 7, f"Del {index}", content="events")
        factories.make_source_note(section)
        factories.make_event(datetime.date(2017, 3, 1), slug=f"m{index}", plan_section=section, hosts=hosts)
        factories.make_direction(factories.make_target_area(plan, f"Klimat {index}").issues.get())

    with django_assert_num_queries(5):
        content = plan_content(plan_document(plan, VISITOR))
    assert sum(block["kind"] == "note" for block in content["blocks"]) >= number


# --- The page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "shown", "earlier"),
    [
        (2003, range(2003, 2009), None),
        (2010, range(2005, 2016), 2009),
        (2017, range(2012, 2018), 2016),
    ],
)
def test_page_leads_to_the_nearest_plans_and_from_the_last_of_them_further(client, year, shown, earlier):
    for each in range(2003, 2018):
        factories.make_plan(each)
    factories.make_plan(2018, is_draft=True)
    page = read(client, f"/verksamhetsplan/{year}/")

    (tabs,) = page.all("nav", **{"aria-label": "År"})
    assert [link.text for link in tabs.all("a")] == [str(each) for each in shown]
    links = [link.attributes["href"] for link in page.all("a")]
    compared = [link for link in links if "/jamfor/" in link]
    assert compared == ([f"/verksamhetsplan/{year}/jamfor/{earlier}/"] if earlier else [])


def test_page_of_a_year_without_a_plan_is_not_found(client):
    factories.make_plan(2016)
    factories.make_plan(2018)

    assert client.get("/verksamhetsplan/2017/").status_code == 404
