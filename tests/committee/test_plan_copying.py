"""A plan's contents copied into another plan: nothing lost, order kept, origins right, never twice."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from committee.models import (
    CooperationArea,
    DevelopmentIssue,
    Direction,
    OperationalPlan,
    PlanSection,
    Principle,
    SourceNote,
    TargetArea,
)
from committee.plan_copying import PlanNotEmptyError, copy_to_new_year, copy_verbatim
from sodertorn.search_index import postponed
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

COUNTS = {
    PlanSection: 29,
    Principle: 4,
    CooperationArea: 2,
    TargetArea: 4,
    DevelopmentIssue: 5,
    Direction: 18,
    SourceNote: 12,
}


@pytest.fixture
def source() -> OperationalPlan:
    return OperationalPlan.objects.get(year=2017)


@pytest.fixture
def target() -> OperationalPlan:
    return factories.make_plan(2018, is_draft=True)


def copies_of(model: Any) -> int:
    return model.objects.filter(origin__isnull=False).count()


def contents(plan: OperationalPlan) -> list[Any]:
    """All that stands in a plan, in its order, without keys."""
    sections = [
        (
            *(s.chapter, s.level, s.heading, s.slug, s.text, s.content, s.about_body_id, s.position),
            [(d.text, d.position, d.is_priority) for d in s.directions.all()],
            [(n.quote, n.explanation, n.position) for n in s.source_notes.all()],
        )
        for s in plan.sections.all()
    ]
    areas = [
        (
            *(area.name, area.slug, area.purpose, area.position),
            list(area.governing_documents.all()),
            [
                (
                    *(target.name, target.slug, target.position),
                    [
                        (
                            *(issue.name, issue.priority_statement, issue.ambition, issue.position),
                            [(d.text, d.position, d.is_priority) for d in issue.directions.all()],
                        )
                        for issue in target.issues.all()
                    ],
                )
                for target in area.target_areas.all()
            ],
        )
        for area in plan.areas.all()
    ]
    return [sections, [(p.text, p.position) for p in plan.principles.all()], areas]


def test_working_copy_says_the_same_word_for_word(source, target):
    before = contents(source)

    copies = copy_verbatim(source, target)

    assert contents(target) == before == contents(source)
    assert {model: copies_of(model) for model in COUNTS} == COUNTS
    made: list[dict[int, Any]] = [
        copies.sections,
        copies.principles,
        copies.areas,
        copies.target_areas,
        copies.issues,
        copies.directions,
        copies.source_notes,
    ]
    assert [len(rows) for rows in made] == list(COUNTS.values())
    assert all(row.origin_id == key for rows in made for key, row in rows.items())


def test_new_year_has_everything_but_what_was_of_the_old_year(source, target):
    copy_to_new_year(source, target)

    assert {model: copies_of(model) for model in COUNTS} == {**COUNTS, SourceNote: 0}
    assert Direction.objects.for_plan(source).priorities().count() == 5
    assert Direction.objects.for_plan(target).priorities().count() == 0
    issues = DevelopmentIssue.objects.filter(target_area__area__plan=target)
    assert set(issues.values_list("priority_statement", "ambition")) == {("", "")}
    old, new = (Direction.objects.for_plan(plan).in_document_order() for plan in (source, target))
    assert [row.text for row in new] == [row.text for row in old]
    assert [row.origin for row in new] == list(old)
    assert [str(row.place) for row in new] == [str(row.place) for row in old]


def test_new_year_has_the_chosen_directions_in_their_places(source, target):
    chosen = [row.pk for row in Direction.objects.for_plan(source).in_document_order()][::5]

    copies = copy_to_new_year(source, target, directions=chosen)

    assert list(copies.directions) == chosen
    carried = Direction.objects.for_plan(target).in_document_order()
    assert [row.origin_id for row in carried] == chosen
    assert [(row.place.origin, row.position) for row in carried] == [
        (row.place, row.position) for row in Direction.objects.filter(pk__in=chosen).in_document_order()
    ]


def test_new_year_without_directions_has_all_the_rest(source, target):
    assert copy_to_new_year(source, target, directions=[]).directions == {}
    assert copies_of(DevelopmentIssue) == 5


@pytest.mark.parametrize("first", [copy_to_new_year, copy_verbatim])
@pytest.mark.parametrize("second", [copy_to_new_year, copy_verbatim])
def test_second_copy_makes_no_doubles(source, target, first, second):
    first(source, target)
    before = contents(target)

    with pytest.raises(PlanNotEmptyError):
        second(source, target)
    assert contents(target) == before


@pytest.mark.parametrize("copy", [copy_to_new_year, copy_verbatim])
def test_nothing_is_copied_into_an_adopted_plan(source, copy):
    adopted = factories.make_plan(2018)

    with pytest.raises(PlanNotEmptyError):
        copy(source, adopted)
    assert contents(adopted) == [[], [], []]


def test_copies_have_a_history_of_their_own(source, target):
    copies = copy_verbatim(source, target)

    row = next(iter(copies.directions.values()))
    assert [version.history_type for version in row.history.all()] == ["+"]
    area = next(iter(copies.areas.values()))
    assert area.history.latest().governing_documents.count() == area.governing_documents.count() > 0


def test_copy_stays_when_the_row_it_came_from_is_deleted(source, target):
    copies = copy_verbatim(source, target)
    key, row = next(iter(copies.directions.items()))

    Direction.objects.get(pk=key).delete()

    row.refresh_from_db()
    assert row.origin is None


def test_copying_costs_the_same_for_each_further_row(source, target, django_assert_num_queries):
    """Each row is stored, its version kept and its page dated; nothing is looked up row by row."""
    with CaptureQueriesContext(connection) as few, postponed():
        copy_to_new_year(source, target)
    issue = DevelopmentIssue.objects.get(name__startswith="Höj", target_area__area__plan=source)
    for number in range(10):
        factories.make_direction(issue, f"Vi gör {number}.")
    another = factories.make_plan(2019, is_draft=True)
    with django_assert_num_queries(len(few) + 10 * 3), postponed():
        copy_to_new_year(source, another)
