"""The whole plan as one document: its sections in order, each with the rows that are listed under it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from budget.models import Budget
from budget.statement import BudgetStatement, budget_statement
from calendar_app.models import Event, HostRotation, HostTurn
from committee.models import CooperationArea, OperationalPlan, PlanSection, Principle, TargetArea
from sodertorn.adoption import Decision, decisions
from sodertorn.publishing import Audience


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

    The number of queries does not depend on how long it is.
    """
    sections = list(plan.sections.prefetch_related("directions", "source_notes"))
    headings = {section.origin_id: section.pk for section in sections if section.origin_id}
    headings |= {section.pk: section.pk for section in sections}
    # A working copy has no meetings of its own: they stand under the headings that it was copied from. And
    # what the plan before promised of this year stands in both plans.
    plans = [key for key in (plan.pk, plan.working_copy_of_id) if key]
    listed = Q(plan_section__plan__in=plans) | Q(plan_section__in=headings, starts_on__year=plan.year)
    events: dict[int, list[Event]] = {}
    for event in Event.objects.visible_to(audience).filter(listed).with_hosts():
        if event.plan_section_id in headings:
            events.setdefault(headings[event.plan_section_id], []).append(event)
    turns: dict[int | None, list[HostTurn]] = {
        rotation.body_id: list(rotation.turns.all()) for rotation in HostRotation.objects.with_turns(audience)
    }
    chapters: list[Chapter] = []
    for section in sections:
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
    budget = Budget.objects.visible_to(audience).filter(plan=plan).select_related("plan").first()
    return PlanDocument(
        plan=plan,
        decisions=decisions(plan, audience),
        chapters=chapters,
        principles=list(plan.principles.all()),
        areas=list(plan.areas.prefetch_related("governing_documents", "target_areas__issues__directions")),
        statement=budget_statement(budget) if budget else None,
    )
