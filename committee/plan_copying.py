"""A plan's contents copied into another plan: into next year's draft, or into a working copy of its own.

Every copy remembers what it was copied from (`origin`), and order and headings are kept. Nothing is copied
into a plan that has contents, so doing it twice makes no doubles.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction

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
from sodertorn.copied_rows import copy_of

OWN_FIELDS = ("issuer", "vision", "vision_year")
"""What a plan says itself that next year's plan says too, until someone changes it."""


class PlanNotEmptyError(Exception):
    """The plan to copy into has contents, or is adopted."""


@dataclass(frozen=True)
class PlanCopies:
    """The rows that were made, by the key of the row that each was copied from."""

    sections: dict[int, PlanSection] = field(default_factory=dict)
    principles: dict[int, Principle] = field(default_factory=dict)
    areas: dict[int, CooperationArea] = field(default_factory=dict)
    target_areas: dict[int, TargetArea] = field(default_factory=dict)
    issues: dict[int, DevelopmentIssue] = field(default_factory=dict)
    directions: dict[int, Direction] = field(default_factory=dict)
    source_notes: dict[int, SourceNote] = field(default_factory=dict)


@transaction.atomic
def copy_to_new_year(
    source: OperationalPlan, target: OperationalPlan, directions: Collection[int] | None = None
) -> PlanCopies:
    """Copy what a new year starts from: headings and texts, areas and issues, and directions by their keys.

    None copies every direction. What was of the old year alone is left empty: priorities, their statements,
    the year's ambition. Notes about the old document stay with it. Raises PlanNotEmptyError.
    """
    _refuse_contents(target)
    copies = PlanCopies()
    _copy_sections(source, target, copies)
    for issue, target_area in _copy_areas(source, target, copies):
        copies.issues[issue.pk] = copy_of(issue, target_area=target_area, priority_statement="", ambition="")
    for direction in Direction.objects.for_plan(source).in_document_order():
        if directions is None or direction.pk in directions:
            copies.directions[direction.pk] = _copy_direction(direction, copies, is_priority=False)
    return copies


@transaction.atomic
def copy_verbatim(source: OperationalPlan, target: OperationalPlan) -> PlanCopies:
    """Copy all that stands in the plan, notes about the document included. Raises PlanNotEmptyError."""
    _refuse_contents(target)
    copies = PlanCopies()
    _copy_sections(source, target, copies)
    for issue, target_area in _copy_areas(source, target, copies):
        copies.issues[issue.pk] = copy_of(issue, target_area=target_area)
    for direction in Direction.objects.for_plan(source).in_document_order():
        copies.directions[direction.pk] = _copy_direction(
            direction, copies, is_priority=direction.is_priority
        )
    for note in SourceNote.objects.filter(section__plan=source).order_by("section__position", "position"):
        section = copies.sections[note.section_id]
        copies.source_notes[note.pk] = copy_of(note, section=section)
    return copies


def has_contents(plan: OperationalPlan) -> bool:
    """Whether anything stands in the plan yet."""
    return plan.sections.exists() or plan.principles.exists() or plan.areas.exists()


def _refuse_contents(target: OperationalPlan) -> None:
    """Raise PlanNotEmptyError, having seen to it that nobody else fills the plan at the same time."""
    stored = OperationalPlan.objects.select_for_update().get(pk=target.pk)
    if not stored.is_draft or has_contents(stored):
        raise PlanNotEmptyError(str(stored))


def _copy_sections(source: OperationalPlan, target: OperationalPlan, copies: PlanCopies) -> None:
    for section in source.sections.all():
        copies.sections[section.pk] = copy_of(section, plan=target)
    for principle in source.principles.all():
        copies.principles[principle.pk] = copy_of(principle, plan=target)


def _copy_areas(
    source: OperationalPlan, target: OperationalPlan, copies: PlanCopies
) -> Iterable[tuple[DevelopmentIssue, TargetArea]]:
    """Copy areas and target areas, and give each issue with the target area that its copy belongs to."""
    areas = source.areas.prefetch_related("governing_documents", "target_areas__issues")
    for area in areas:
        copies.areas[area.pk] = copy_of(area, plan=target)
        copies.areas[area.pk].governing_documents.set(area.governing_documents.all())
        for target_area in area.target_areas.all():
            copies.target_areas[target_area.pk] = copy_of(target_area, area=copies.areas[area.pk])
            for issue in target_area.issues.all():
                yield issue, copies.target_areas[target_area.pk]


def _copy_direction(direction: Direction, copies: PlanCopies, *, is_priority: bool) -> Direction:
    return copy_of(
        direction,
        issue=copies.issues[direction.issue_id] if direction.issue_id else None,
        section=copies.sections[direction.section_id] if direction.section_id else None,
        is_priority=is_priority,
    )
