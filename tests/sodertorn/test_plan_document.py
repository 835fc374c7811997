"""The plan as one document: parts under their chapters, with the rows that are listed under each."""

import datetime

import pytest

from budget.models import Budget
from sodertorn.plan_document import plan_document
from sodertorn.publishing import VISITOR
from tests import factories

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
