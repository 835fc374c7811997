"""The whole plan as one document: its sections in order, each with the rows that are listed under it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Q

from budget.models import Budget
from budget.statement import BudgetStatement, statement_among
from calendar_app.models import Event, HostRotation, HostTurn, fetch_hosts
from committee.models import (
    CooperationArea,
    DevelopmentIssue,
    Direction,
    GoverningDocument,
    Municipality,
    OperationalPlan,
    PlanSection,
    Population,
    Principle,
    SourceNote,
    TargetArea,
)
from sodertorn.adoption import Decision, decisions_among
from sodertorn.asked_together import rows_of_each
from sodertorn.models import Adoption
from sodertorn.publishing import Audience

R = TypeVar("R")


@dataclass(frozen=True)
class Part:
    """A section with the meetings and the host turns that are printed under its text."""

    section: PlanSection
    events: list[Event]
    turns: list[HostTurn]


@dataclass(frozen=True)
class Chapter:
    """A numbered chapter: its opening part and those under it, in order."""

    opening: Part
    parts: list[Part]


@dataclass(frozen=True)
class PlanDocument:
    """Everything the plan's page prints."""

    plan: OperationalPlan
    decisions: list[Decision]
    chapters: list[Chapter]
    principles: list[Principle]
    areas: list[CooperationArea]
    statement: BudgetStatement | None

    @property
    def changed_at(self) -> datetime:
        """When the plan, its budget or one of its meetings was last changed."""
        parts = [part for chapter in self.chapters for part in (chapter.opening, *chapter.parts)]
        rows = [self.plan, *(event for part in parts for event in part.events)]
        return max(row.edited_at for row in (*rows, self.statement.budget if self.statement else self.plan))

    @property
    def target_areas(self) -> list[TargetArea]:
        return [target_area for area in self.areas for target_area in area.target_areas.all()]


def plan_document(plan: OperationalPlan, audience: Audience) -> PlanDocument:
    """Read a plan's document, with the events and the budget that the audience may read.

    Takes five queries, or three without a budget, however long it is.
    """
    read = _read(plan, audience)
    seen, events = _events(plan, read, audience)
    turns = _turns(read, seen)
    chapters: list[Chapter] = []
    for section in read.sections:
        shows_turns = section.content == PlanSection.Content.HOST_TURNS and section.about_body_id
        part = Part(
            section,
            events.get(section.pk, []),
            turns.get(section.about_body_id, []) if shows_turns else [],
        )
        if section.level == 1 or not chapters:
            chapters.append(Chapter(part, []))
        else:
            chapters[-1].parts.append(part)
    return PlanDocument(
        plan=plan,
        decisions=decisions_among(plan, read.adoptions, seen),
        chapters=chapters,
        principles=read.principles,
        areas=read.areas,
        statement=_statement(plan, read),
    )


# --- Reading it ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Read:
    """What the document is made of, besides meetings and amounts of money, in the document's order.

    Sections, areas and what is under them have the rows that belong to them, as if fetched along.
    """

    sections: list[PlanSection]
    principles: list[Principle]
    areas: list[CooperationArea]
    rotations: list[HostRotation]
    turns: list[HostTurn]
    adoptions: list[Adoption]
    budgets: list[Budget]
    """The plan's own, if the audience may read it."""
    municipalities: list[Municipality]
    populations: list[Population]
    """Of the day that the budget goes by."""


def _read(plan: OperationalPlan, audience: Audience) -> _Read:
    """All of it with one query."""
    sections = PlanSection.objects.filter(plan=plan)
    hosted = sections.filter(content=PlanSection.Content.HOST_TURNS).values("about_body")
    budget = Budget.objects.visible_to(audience).filter(plan=plan)
    of_area = CooperationArea.governing_documents.through
    (
        sections_read,
        notes,
        directions,
        principles,
        areas,
        governing,
        governing_documents,
        target_areas,
        issues,
        rotations,
        turns,
        adoptions,
        budgets,
        municipalities,
        populations,
    ) = rows_of_each(
        sections,
        SourceNote.objects.filter(section__plan=plan),
        Direction.objects.for_plan(plan),
        Principle.objects.filter(plan=plan),
        CooperationArea.objects.filter(plan=plan),
        of_area._default_manager.filter(cooperationarea__plan=plan),
        GoverningDocument.objects.filter(areas__plan=plan),
        TargetArea.objects.filter(area__plan=plan),
        DevelopmentIssue.objects.filter(target_area__area__plan=plan),
        HostRotation.objects.filter(body__in=hosted),
        HostTurn.objects.visible_to(audience).filter(rotation__body__in=hosted),
        Adoption.objects.filter(plan=plan),
        budget,
        Municipality.objects.all(),
        Population.objects.filter(reference_date__in=budget.values("population_date")),
    )
    _give(sections_read, "source_notes", notes, "section_id")
    _give(sections_read, "directions", directions, "section_id")
    _give(areas, "target_areas", target_areas, "area_id")
    _give(target_areas, "issues", issues, "target_area_id")
    _give(issues, "directions", directions, "issue_id")
    _give_documents(areas, governing, governing_documents)
    return _Read(
        sections=sorted(sections_read, key=_place),
        principles=sorted(principles, key=_place),
        areas=sorted(areas, key=_place),
        rotations=rotations,
        turns=sorted(turns, key=lambda row: row.number),
        adoptions=adoptions,
        budgets=budgets,
        municipalities=sorted(municipalities, key=lambda row: (row.position, row.name)),
        populations=populations,
    )


def _place(row: Any) -> tuple[int, int]:
    return row.position, row.pk


def _give(owners: Iterable[Any], relation: str, belonging: Iterable[Any], key: str) -> None:
    """Let `owner.relation.all()` be the rows whose `key` names the owner, as `prefetch_related` does."""
    by_owner: dict[Any, list[Any]] = {}
    for row in sorted(belonging, key=_place):
        by_owner.setdefault(getattr(row, key), []).append(row)
    for owner in owners:
        _fetched(owner)[relation] = by_owner.get(owner.pk, [])


def _give_documents(areas: Iterable[Any], governing: Iterable[Any], documents: Iterable[Any]) -> None:
    of_areas = {(row.cooperationarea_id, row.governingdocument_id) for row in governing}
    in_order = sorted({row.pk: row for row in documents}.values(), key=lambda row: (row.position, row.title))
    for area in areas:
        _fetched(area)["governing_documents"] = [
            document for document in in_order if (area.pk, document.pk) in of_areas
        ]


def _fetched(row: Any) -> dict[str, Any]:
    """What Django keeps with a row of the rows that belong to it."""
    fetched: dict[str, Any] = vars(row).setdefault("_prefetched_objects_cache", {})
    return fetched


def _events(
    plan: OperationalPlan, read: _Read, audience: Audience
) -> tuple[dict[int, Event], dict[int, list[Event]]]:
    """The events that the document tells of, by key; and those listed under each section, with their hosts.

    A working copy has no meetings of its own: they stand under the headings that it was copied from. And what
    the plan before promised of this year stands in both plans.
    """
    origins = {section.origin_id: section.pk for section in read.sections if section.origin_id}
    headings = {section.pk: section.pk for section in read.sections}
    of_other_years = {**headings, **origins} if plan.working_copy_of_id else headings
    others = {turn.event_id for turn in read.turns} | {adoption.meeting_id for adoption in read.adoptions}
    told_of = Event.objects.visible_to(audience).filter(
        Q(plan_section__in=list(of_other_years))
        | Q(plan_section__in=list(origins), starts_on__year=plan.year)
        | Q(pk__in=others - {None})
    )
    seen = {event.pk: event for event in told_of}
    listed: dict[int, list[Event]] = {}
    for event in seen.values():
        of_its_year = headings | origins if event.starts_on.year == plan.year else of_other_years
        section = of_its_year.get(event.plan_section_id) if event.plan_section_id else None
        if section:
            listed.setdefault(section, []).append(event)
    fetch_hosts([event for events in listed.values() for event in events])
    return seen, listed


def _turns(read: _Read, seen: dict[int, Event]) -> dict[int | None, list[HostTurn]]:
    """The turns of each body that the document shows them of."""
    bodies = {rotation.pk: rotation.body_id for rotation in read.rotations}
    municipalities = {municipality.pk: municipality for municipality in read.municipalities}
    turns: dict[int | None, list[HostTurn]] = {}
    for turn in read.turns:
        turn.municipality = municipalities[turn.municipality_id]
        turn.event = seen.get(turn.event_id) if turn.event_id else None
        turns.setdefault(bodies[turn.rotation_id], []).append(turn)
    return turns


def _statement(plan: OperationalPlan, read: _Read) -> BudgetStatement | None:
    for budget in read.budgets:
        budget.plan = plan
        return statement_among(budget, read.municipalities, read.populations)
    return None
