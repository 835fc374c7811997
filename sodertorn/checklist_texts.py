"""What a plan's texts lack: what is empty, and what is left of last year."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from django.db.models import Model
from django.utils.text import Truncator

from calendar_app.rules import Severity
from committee.models import (
    CooperationArea,
    DevelopmentIssue,
    Direction,
    OperationalPlan,
    PlanSection,
    Principle,
    TargetArea,
)
from sodertorn.checklist_findings import PlanFinding, Topic
from sodertorn.checklist_places import Place
from sodertorn.new_year.old_years import mentions

QUOTED_WORDS = 8
"""How much of a long sentence is quoted when it is pointed out."""


def text_findings(plan: OperationalPlan) -> Iterator[PlanFinding]:
    """What the plan's texts lack, in so many queries however long it is."""
    sections = list(plan.sections.prefetch_related("directions"))
    areas = list(plan.areas.prefetch_related("target_areas__issues__directions"))
    principles = list(plan.principles.all())
    target_areas = [target_area for area in areas for target_area in area.target_areas.all()]
    issues = [issue for target_area in target_areas for issue in target_area.issues.all()]
    places: list[DevelopmentIssue | PlanSection] = [*issues, *sections]
    directions = [direction for place in places for direction in place.directions.all()]
    yield from _sections(plan, sections)
    if not plan.vision.strip():
        yield _warning("no-vision", "Planen har ingen vision.", plan, "id_vision")
    if not principles:
        yield _warning("no-principles", "Planen har inga förhållningssätt.", plan, "principles-group")
    if not target_areas:
        yield _warning("no-target-areas", "Planen har inga målområden.", plan, "areas-group")
    yield from _empty_areas(target_areas, issues)
    if directions and not any(direction.is_priority for direction in directions):
        sentence = f"Ingen inriktning är prioriterad under {plan.year}."
        place = Place(DevelopmentIssue, query=(("target_area__area__plan__id__exact", plan.pk),))
        yield PlanFinding(Topic.PLAN, Severity.WARNING, "no-priority", sentence, place)
    yield from _left_of_last_year(plan, sections, principles, areas, issues, directions)


def _sections(plan: OperationalPlan, sections: Sequence[PlanSection]) -> Iterator[PlanFinding]:
    """A heading with nothing under it, neither text nor a list nor a heading of a lower level."""
    if not sections:
        place = Place(OperationalPlan, plan.pk, "sections-group")
        yield PlanFinding(Topic.PLAN, Severity.ERROR, "no-sections", "Planen har inga avsnitt.", place)
    for section, following in pairwise([*sections, None]):
        if section is None or section.text.strip():
            continue
        has_subsections = following is not None and following.level > section.level
        has_directions = bool(section.directions.all())
        if section.content == PlanSection.Content.DIRECTIONS and not has_directions:
            sentence = f"Avsnittet ”{section.heading}” ska visa inriktningar men har inga."
            yield _warning("section-without-directions", sentence, section, "directions-group")
        elif not (section.content or has_directions or has_subsections):
            sentence = f"Avsnittet ”{section.heading}” är tomt. Skriv en text eller ta bort avsnittet."
            place = Place(PlanSection, section.pk, "id_text")
            yield PlanFinding(Topic.PLAN, Severity.ERROR, "empty-section", sentence, place)


def _empty_areas(
    target_areas: Sequence[TargetArea], issues: Sequence[DevelopmentIssue]
) -> Iterator[PlanFinding]:
    for target_area in target_areas:
        if not target_area.issues.all():
            sentence = f"Målområdet ”{target_area}” har inga utvecklingsfrågor."
            yield _warning("target-area-without-issues", sentence, target_area, "issues-group")
    for issue in issues:
        if not issue.directions.all():
            sentence = f"Utvecklingsfrågan ”{issue}” har inga inriktningar."
            yield _warning("issue-without-directions", sentence, issue, "directions-group")


def _left_of_last_year(
    plan: OperationalPlan,
    sections: Sequence[PlanSection],
    principles: Sequence[Principle],
    areas: Sequence[CooperationArea],
    issues: Sequence[DevelopmentIssue],
    directions: Sequence[Direction],
) -> Iterator[PlanFinding]:
    """Texts that mention last year, as they do when carried over unread; one finding for each row."""
    read: list[tuple[str, Model, tuple[str, ...]]] = [
        ("Visionen", plan, ("vision",)),
        *((f"Avsnittet ”{row.heading}”", row, ("heading", "text")) for row in sections),
        *((f"Förhållningssättet {_quoted(row)}", row, ("text",)) for row in principles),
        *((f"Samverkansområdet ”{row}”", row, ("name", "purpose")) for row in areas),
        *((f"Utvecklingsfrågan ”{row}”", row, ("name", "priority_statement", "ambition")) for row in issues),
        *((f"Inriktningen {_quoted(row)}", row, ("text",)) for row in directions),
    ]
    for name, row, fields in read:
        mentioning = next((each for each in fields if mentions(plan.year - 1, [getattr(row, each)])), None)
        if mentioning:
            sentence = f"{name} nämner fjolåret, {plan.year - 1}."
            yield _warning("last-year", sentence, row, f"id_{mentioning}")


def _quoted(row: Model) -> str:
    return f"”{Truncator(' '.join(str(row).split())).words(QUOTED_WORDS)}”"


def _warning(rule: str, sentence: str, row: Model, part: str) -> PlanFinding:
    return PlanFinding(Topic.PLAN, Severity.WARNING, rule, sentence, Place(type(row), row.pk, part))
