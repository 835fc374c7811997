"""A published plan is worked on in a copy, while everyone goes on reading the adopted one.

The copy has the plan's texts, areas and directions, and its budget. The calendar is not copied: meetings have
drafts of their own. When the copy is published, its rows are written over those that they were copied from,
so that keys, links, outcomes and history stay; and then the copy is gone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, QuerySet

from budget.budget_copying import copy_budget
from budget.models import Budget, BudgetLine, FeeRate, Outcome
from calendar_app.models import Event
from committee.models import (
    CooperationArea,
    DevelopmentIssue,
    Direction,
    Document,
    OperationalPlan,
    PlanSection,
    Principle,
    SourceNote,
    TargetArea,
)
from committee.plan_copying import copy_verbatim
from sodertorn import search_index
from sodertorn.copied_rows import Copied
from sodertorn.refusal import Refused
from sodertorn.row_changes import FieldChange, row_changes, told_fields
from sodertorn.tracking import because

PLAN_FIELDS = ("issuer", "vision", "vision_year", "stated_inhabitants")
"""What the plan says itself. Its year, and that it is decided, are not for a working copy to change."""

KEPT = ("status",)
"""Whether a budget is published is decided with the plan, not by its copy."""


Keys = dict[tuple[type[Any], int], int]
"""The key of the published row by the model and the key of its copy."""

Owners = dict[tuple[type[Any], int], Any]
"""The published row by the model and the key of its copy."""


class WorkingCopyRefusedError(Refused):
    """The plan and its copy are as they were."""


@dataclass(frozen=True)
class Difference:
    """What the copy does with a row; `row` is the copy's own, or the plan's if it is taken away."""

    kind: Literal["added", "changed", "removed"]
    row: models.Model
    fields: list[FieldChange] = field(default_factory=list)

    @property
    def what(self) -> str:
        """As in "Avsnitt"."""
        return str(self.row._meta.verbose_name).capitalize()


# --- The parts of a plan ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A kind of row in a plan: how to find a plan's, and the foreign keys to rows of the same plan."""

    model: type[Any]
    of_plan: Callable[[OperationalPlan], Q]
    owners: tuple[str, ...]
    exchanged: str = ""
    """A field whose values are unique, and may be passed on from one row to another."""

    def rows(self, plan: OperationalPlan) -> QuerySet[Any]:
        return self.model._default_manager.filter(self.of_plan(plan)).select_related(*self.owners)


# Owners come before what they own.
PARTS = (
    Part(PlanSection, lambda plan: Q(plan=plan), ("plan",), "slug"),
    Part(Principle, lambda plan: Q(plan=plan), ("plan",)),
    Part(CooperationArea, lambda plan: Q(plan=plan), ("plan",), "slug"),
    Part(TargetArea, lambda plan: Q(area__plan=plan), ("area",), "slug"),
    Part(DevelopmentIssue, lambda plan: Q(target_area__area__plan=plan), ("target_area",)),
    Part(
        Direction,
        lambda plan: Q(issue__target_area__area__plan=plan) | Q(section__plan=plan),
        ("issue", "section"),
    ),
    Part(SourceNote, lambda plan: Q(section__plan=plan), ("section",)),
    Part(Budget, lambda plan: Q(plan=plan), ("plan",)),
    Part(BudgetLine, lambda plan: Q(budget__plan=plan), ("budget",)),
)


@dataclass
class Matched:
    """The rows of a part in the copy and in the plan: which replaces which, which are new, which are gone."""

    part: Part
    pairs: list[tuple[Any, Any]]
    """Of the copy, and of the plan."""
    added: list[Any]
    removed: list[Any]


def _matched(copy: OperationalPlan) -> list[Matched]:
    original = _original_of(copy)
    found = []
    for part in PARTS:
        stored = {row.pk: row for row in part.rows(original).order_by("pk")}
        pairs, added = [], []
        for row in part.rows(copy).order_by("pk"):
            published = stored.pop(row.origin_id, None)
            if published is None:
                added.append(row)
            else:
                pairs.append((row, published))
        found.append(Matched(part, pairs, added, list(stored.values())))
    return found


def _original_of(copy: OperationalPlan) -> OperationalPlan:
    if copy.working_copy_of is None:
        raise ValueError(f"{copy} is no working copy")
    return copy.working_copy_of


# --- Beginning and ending -----------------------------------------------------------------------------------


@transaction.atomic
@search_index.postponed()
def begin_working_copy(plan: OperationalPlan) -> OperationalPlan:
    """Copy an adopted plan, with its budget, to work on. Raises `WorkingCopyRefusedError`."""
    plan = OperationalPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.is_draft:
        raise WorkingCopyRefusedError(f"{plan} är ett utkast och ändras direkt.")
    if working_copy_of(plan) is not None:
        raise WorkingCopyRefusedError(f"{plan} har redan en arbetsversion.")
    copy = OperationalPlan(year=plan.year, working_copy_of=plan)
    for name in PLAN_FIELDS:
        setattr(copy, name, getattr(plan, name))
    copy.full_clean()
    with because(f"Arbetsversion av {plan} påbörjad"):
        copy.save()
        copy_verbatim(plan, copy)
        budget = Budget.objects.filter(plan=plan).first()
        if budget:
            copy_budget(budget, copy)
    return copy


def working_copy_of(plan: OperationalPlan) -> OperationalPlan | None:
    """The plan's working copy, if there is one."""
    return OperationalPlan.objects.filter(working_copy_of=plan).first()


@transaction.atomic
@search_index.postponed()
def discard_working_copy(copy: OperationalPlan) -> None:
    """Throw the copy away. Meetings and documents that were tied to it are tied to the plan again."""
    copy = _locked(copy)
    with because(f"{copy} kastad"):
        _tie_to_plan(copy, {row.pk: published for row, published in _pairs_of(copy, PlanSection)})
        copy.delete()


def _locked(copy: OperationalPlan) -> OperationalPlan:
    """The copy as it is stored, it and its plan held until the transaction is over."""
    rows = OperationalPlan.objects.select_for_update().filter(pk__in=[copy.pk, copy.working_copy_of_id])
    stored = {row.pk: row for row in rows.order_by("pk")}
    if copy.pk not in stored:
        raise WorkingCopyRefusedError("Arbetsversionen finns inte längre. Den kan redan vara publicerad.")
    return stored[copy.pk]


def _pairs_of(copy: OperationalPlan, model: type[models.Model]) -> list[tuple[Any, Any]]:
    return next(matched.pairs for matched in _matched(copy) if matched.part.model is model)


def _tie_to_plan(copy: OperationalPlan, sections: dict[int, PlanSection]) -> None:
    """Let meetings and documents that refer to the copy refer to its plan instead."""
    for event in Event.objects.filter(plan_section__in=sections):
        event.plan_section = sections[event.plan_section_id]  # type: ignore[index]
        event.save(update_fields=["plan_section"])
    for document in Document.objects.filter(plan=copy):
        document.plan = copy.working_copy_of
        document.save(update_fields=["plan"])


# --- What differs -------------------------------------------------------------------------------------------


def differences(copy: OperationalPlan) -> list[Difference]:
    """What publishing the copy would change, in the plan's order."""
    original = _original_of(copy)
    found = []
    fields = [each for each in told_fields(OperationalPlan) if each.name in PLAN_FIELDS]
    name_of = _name_of
    if changes := row_changes(fields, _values(original, fields), _values(copy, fields), name_of):
        found.append(Difference("changed", copy, changes))
    keys: Keys = {}
    for matched in _matched(copy):
        fields = _merged_fields(matched.part)
        for row, published in matched.pairs:
            keys[type(row), row.pk] = published.pk
            after = _values(row, fields, keys)
            if changes := row_changes(fields, _values(published, fields), after, name_of):
                found.append(Difference("changed", row, changes))
        found += [Difference("added", row) for row in matched.added]
        found += [Difference("removed", row) for row in matched.removed]
    return found


def _merged_fields(part: Part) -> list[Any]:
    """What of a row the copy decides. That it is in the same plan goes without saying."""
    same_plan = ("plan", "budget")
    return [each for each in told_fields(part.model) if each.name not in (*same_plan, *KEPT)]


def _values(row: Any, fields: Iterable[Any], keys: Keys | None = None) -> Any:
    """The row's values; `keys` gives what a row of the copy is called in the plan."""
    values = {}
    for each in fields:
        if each.many_to_many:
            values[each.name] = sorted(getattr(row, each.name).values_list("pk", flat=True))
            continue
        value = each.value_from_object(row)
        values[each.name] = (keys or {}).get((each.related_model, value), value)
    return values


def _name_of(model: type[models.Model], key: Any) -> str:
    return str(model._default_manager.filter(pk=key).first() or "borttaget")


# --- Publishing ---------------------------------------------------------------------------------------------


@transaction.atomic
@search_index.postponed()
def publish_working_copy(copy: OperationalPlan) -> OperationalPlan:
    """Write the copy over its plan, and return the plan. All or nothing.

    Rows that were copied and changed are changed where they are, new ones move over, and those that the copy
    lacks are deleted. Whether the budget is published stays as it was. Raises `WorkingCopyRefusedError` with
    every reason why it can't be done.
    """
    copy = _locked(copy)
    original = _original_of(copy)
    found = _matched(copy)
    if reasons := list(_obstacles(original, found)):
        raise WorkingCopyRefusedError(*reasons)
    with because(f"Arbetsversionen av {original} publicerad"):
        _merge(copy, original, found)
        _refuse_faults(original)
    return OperationalPlan.objects.get(pk=original.pk)


def _obstacles(original: OperationalPlan, found: list[Matched]) -> Iterator[str]:
    """Why rows that the copy lacks must stay."""
    removed = {matched.part.model: matched.removed for matched in found}
    if removed[Budget]:
        yield f"Arbetsversionen har ingen budget. {removed[Budget][0]} kan inte tas bort på det sättet."
        return
    reported = Outcome.objects.filter(line__in=removed[BudgetLine]).values_list("line", flat=True)
    for line in removed[BudgetLine]:
        if line.pk in reported:
            yield f"Budgetraden ”{line}” har ett utfall. Ta bort utfallet först, eller lägg tillbaka raden."
    for section in removed[PlanSection]:
        number = Event.objects.filter(plan_section=section).count()
        if number:
            meetings = "ett möte" if number == 1 else f"{number} möten"
            yield f"Under rubriken ”{section}” står {meetings}. Flytta dem till en annan rubrik först."


def _merge(copy: OperationalPlan, original: OperationalPlan, found: list[Matched]) -> None:
    for name in PLAN_FIELDS:
        setattr(original, name, getattr(copy, name))
    original.save()
    for matched in found:
        _make_room(matched)
    # What a row of the copy is in the plan: the row that it was copied from, or, if it is new, itself.
    owners: Owners = {(OperationalPlan, copy.pk): original}
    for matched in found:
        for row, published in matched.pairs:
            owners[type(row), row.pk] = published
            _write_over(published, row, matched.part, owners)
        for row in matched.added:
            for name in matched.part.owners:
                setattr(row, name, _in_plan(getattr(row, name), owners))
            row.save()
    _tie_to_plan(copy, {row.pk: published for row, published in _pairs_in(found, PlanSection)})
    _keep_proposed_rates(_pairs_in(found, Budget))
    for matched in reversed(found):
        for row in matched.removed:
            _check_lines_together(row)
            row.delete()
    # As it is stored now: what has moved over no longer belongs to it, and must not go with it.
    OperationalPlan.objects.get(pk=copy.pk).delete()


def _pairs_in(found: list[Matched], model: type[models.Model]) -> list[tuple[Any, Any]]:
    return next(matched.pairs for matched in found if matched.part.model is model)


def _in_plan(row: models.Model | None, owners: Owners) -> models.Model | None:
    return owners.get((type(row), row.pk), row) if row is not None else None


def _make_room(matched: Matched) -> None:
    """Take addresses that change or go out of each other's way, so that rows may exchange them."""
    name = matched.part.exchanged
    if not name:
        return
    moving = [
        published
        for row, published in matched.pairs
        if getattr(row, name) != getattr(published, name) or _has_other_owner(row, published, matched.part)
    ]
    for row in [*moving, *matched.removed]:
        type(row)._default_manager.filter(pk=row.pk).update(**{name: f"lamnar-plats-{row.pk}"})


def _has_other_owner(row: Any, published: Any, part: Part) -> bool:
    """Whether the row has been moved, as a target area to another cooperation area."""
    owners = [(getattr(row, name), getattr(published, name)) for name in part.owners]
    return any(
        isinstance(copied, Copied) and copied.origin_id != owner.pk  # type: ignore[attr-defined]
        for copied, owner in owners
    )


def _write_over(published: Any, row: Any, part: Part, owners: Owners) -> None:
    """Give the published row what its copy says, and store it if that is anything new."""
    is_changed = False
    for each in _merged_fields(part):
        if each.many_to_many:
            getattr(published, each.name).set(getattr(row, each.name).all())
            continue
        value = getattr(row, each.name)
        value = _in_plan(value, owners) if each.is_relation else value
        if getattr(published, each.name) != value:
            setattr(published, each.name, value)
            is_changed = True
    if is_changed:
        published.save()


def _keep_proposed_rates(budgets: Iterable[tuple[Budget, Budget]]) -> None:
    """Fees that the copy's budget proposes are proposed by the plan's."""
    for row, published in budgets:
        for rate in FeeRate.objects.filter(proposed_in=row):
            rate.proposed_in = published
            rate.save(update_fields=["proposed_in"])


def _check_lines_together(row: models.Model) -> None:
    if isinstance(row, BudgetLine):
        row.budget.lines_checked_together = True


def _refuse_faults(plan: OperationalPlan) -> None:
    """Raise if any row of the plan breaks a rule as it is now. Raises `WorkingCopyRefusedError`."""
    reasons = []
    rows: list[Copied | OperationalPlan] = [OperationalPlan.objects.get(pk=plan.pk)]
    for part in PARTS:
        rows += part.rows(plan)
    for row in rows:
        _check_lines_together(row)
        try:
            row.full_clean()
        except ValidationError as error:
            reasons += [
                f"{str(row._meta.verbose_name).capitalize()} ”{row}”: {text}" for text in error.messages
            ]
    if reasons:
        raise WorkingCopyRefusedError(*reasons)
