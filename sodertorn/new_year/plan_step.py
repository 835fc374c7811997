"""The wizard's first step: the plan before as a draft for the year, with the directions that go along."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import Model

from committee.models import (
    CooperationArea,
    DevelopmentIssue,
    Direction,
    OperationalPlan,
    PlanSection,
    Principle,
    SourceNote,
)
from committee.plan_copying import OWN_FIELDS, copy_to_new_year
from sodertorn import search_index
from sodertorn.copied_rows import copy_of
from sodertorn.money import number
from sodertorn.new_year.old_years import Mention, mentions


class PlanAdoptedError(Exception):
    """The year's plan is adopted, and the wizard leaves it alone."""


@dataclass(frozen=True)
class Choice:
    """A direction of the plan before, and what has become of it in the draft."""

    direction: Direction
    copy: Direction | None
    has_place: bool
    """Whether the draft still has the issue or the section that it would stand under."""

    @property
    def is_rewritten(self) -> bool:
        return self.copy is not None and self.copy.text != self.direction.text


@dataclass(frozen=True)
class Group:
    """The choices under one issue or section. `area` is the target area's name; empty for a section."""

    area: str
    name: str
    choices: list[Choice]


@dataclass(frozen=True)
class Attention:
    """A row of the draft whose texts mention the year before."""

    row: Model
    mentions: list[Mention]


@dataclass(frozen=True)
class Changed:
    """How many directions were taken along and taken away, and those whose place is gone."""

    added: int
    removed: int
    placeless: tuple[Direction, ...] = ()


def plan_of(year: int) -> OperationalPlan | None:
    return OperationalPlan.objects.original().filter(year=year).first()


def plan_before(year: int) -> OperationalPlan | None:
    """The newest plan of an earlier year."""
    return OperationalPlan.objects.original().filter(year__lt=year).order_by("-year").first()


def choices(source: OperationalPlan, plan: OperationalPlan | None) -> list[Group]:
    """The directions of the plan before, as they are printed, with what the draft has of them."""
    copies = _copies(plan) if plan else {}
    places = _places(plan) if plan else {}
    directions = Direction.objects.for_plan(source).in_document_order()

    def choice(direction: Direction) -> Choice:
        return Choice(direction, copies.get(direction.pk), plan is None or _key(direction.place) in places)

    groups = groupby(directions, key=lambda direction: _key(direction.place))
    return [_group([choice(direction) for direction in group]) for _, group in groups]


def cleared(source: OperationalPlan) -> list[str]:
    """What is of the old year alone and is left empty in the draft, in sentences."""
    issues = DevelopmentIssue.objects.filter(target_area__area__plan=source)
    priorities = Direction.objects.for_plan(source).priorities().count()
    statements = issues.exclude(priority_statement="").count()
    ambitions = issues.exclude(ambition="").count()
    notes = SourceNote.objects.filter(section__plan=source).count()
    sentences = ["Beslutsdatumet sätts när planen beslutas."]
    if priorities:
        sentences.append(f"Inga inriktningar är prioriterade. {source.year} är {priorities} det.")
    if statements:
        sentences.append(f"Årets prioritering, som är ifylld för {_issues(statements)}, töms.")
    if ambitions:
        sentences.append(f"Årets satsning, som är ifylld för {_issues(ambitions)}, töms.")
    if source.stated_inhabitants:
        stated = number(source.stated_inhabitants)
        sentences.append(f"Antalet invånare som planen anger, {stated}, töms.")
    if notes:
        kept = "Anmärkningen" if notes == 1 else f"De {notes} anmärkningarna"
        sentences.append(f"{kept} till dokumentet för {source.year} stannar där.")
    return sentences


def texts_to_read(plan: OperationalPlan, year: int) -> list[Attention]:
    """The draft's rows that mention the year, in the order of the document."""
    issues = DevelopmentIssue.objects.filter(target_area__area__plan=plan)
    read: list[tuple[Model, tuple[str, ...]]] = [
        (plan, (plan.vision,)),
        *((row, (row.heading, row.text)) for row in PlanSection.objects.filter(plan=plan)),
        *((row, (row.text,)) for row in Principle.objects.filter(plan=plan)),
        *((row, (row.name, row.purpose)) for row in CooperationArea.objects.filter(plan=plan)),
        *((row, (row.name, row.priority_statement, row.ambition)) for row in issues),
        *((row, (row.text,)) for row in Direction.objects.for_plan(plan).in_document_order()),
    ]
    found = [Attention(row, mentions(year, texts)) for row, texts in read]
    return [attention for attention in found if attention.mentions]


@transaction.atomic
@search_index.postponed()
def copy_plan(source: OperationalPlan, year: int, directions: Collection[int]) -> OperationalPlan:
    """Make the year's plan a draft with the contents of the one before and the directions given by key.

    A draft without contents, as a saved what-if makes, is filled. Raises PlanNotEmptyError.
    """
    own = {name: getattr(source, name) for name in OWN_FIELDS}
    plan, is_new = OperationalPlan.objects.original().get_or_create(year=year, defaults=own)
    copy_to_new_year(source, plan, directions)
    if not is_new:
        for name, value in own.items():
            setattr(plan, name, getattr(plan, name) or value)
        plan.save()
    return plan


@transaction.atomic
def change_directions(
    source: OperationalPlan, plan: OperationalPlan, wanted: Collection[int], shown: Collection[int]
) -> Changed:
    """Take along the directions that were ticked since they were `shown`, and take away those unticked.

    Only what the clerk changed is changed, whatever someone else did meanwhile. Raises PlanAdoptedError.
    """
    plan = OperationalPlan.objects.select_for_update().get(pk=plan.pk)
    if not plan.is_draft:
        raise PlanAdoptedError(str(plan))
    copies, places = _copies(plan), _places(plan)
    added, placeless = 0, []
    for direction in Direction.objects.for_plan(source).in_document_order():
        if direction.pk in copies or direction.pk not in set(wanted) - set(shown):
            continue
        place = places.get(_key(direction.place))
        if place is None:
            placeless.append(direction)
            continue
        under = {"issue": None, "section": None, _kind(place): place}
        copy_of(direction, **under, is_priority=False)
        added += 1
    away = [copies[key] for key in set(shown) - set(wanted) if key in copies]
    for copy in away:
        copy.delete()
    return Changed(added, len(away), tuple(placeless))


Place = DevelopmentIssue | PlanSection


def _kind(place: Place) -> str:
    return "issue" if isinstance(place, DevelopmentIssue) else "section"


def _key(place: Place) -> tuple[str, int]:
    return _kind(place), place.pk


def _group(group: list[Choice]) -> Group:
    place = group[0].direction.place
    area = place.target_area.name if isinstance(place, DevelopmentIssue) else ""
    return Group(area, place.name if isinstance(place, DevelopmentIssue) else place.heading, group)


def _copies(plan: OperationalPlan) -> dict[int, Direction]:
    """The plan's directions by the key of what they were copied from."""
    copied = Direction.objects.for_plan(plan).exclude(origin=None)
    return {direction.origin_id: direction for direction in copied if direction.origin_id}


def _places(plan: OperationalPlan) -> dict[tuple[str, int], Place]:
    """Where the plan's directions can stand, by the kind and key of what the place was copied from."""
    issues = DevelopmentIssue.objects.filter(target_area__area__plan=plan)
    copied: Iterable[Place] = [*issues.exclude(origin=None), *plan.sections.exclude(origin=None)]
    return {(_kind(place), place.origin_id): place for place in copied if place.origin_id}


def _issues(count: int) -> str:
    return "en utvecklingsfråga" if count == 1 else f"{count} utvecklingsfrågor"
