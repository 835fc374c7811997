"""For the back office's templates: where a plan is changed while it has a working copy."""

from typing import Any

from django import template
from django.urls import reverse

from committee.models import OperationalPlan
from committee.plan_lock import is_locked, plan_of

register = template.Library()


@register.filter
def working_copy_page(row: Any) -> str:
    """Where the working copy of the row's plan is begun, looked through and thrown away; empty for others."""
    plan = plan_of(row)
    if plan is None or row is not plan or (plan.is_draft and not plan.working_copy_of_id):
        return ""
    return reverse("admin:plan-working-copy", args=[plan.working_copy_of_id or plan.pk])


@register.filter
def form_in_working_copy(row: Any) -> str:
    """Where a locked row is changed: the form of its copy. Empty for a row that can be changed itself."""
    if not is_locked(row):
        return ""
    plan = plan_of(row)
    assert plan is not None  # noqa: S101 - it is locked
    copy = plan.working_copy if isinstance(row, OperationalPlan) else _copy_in(plan.working_copy, row)
    if copy is None:
        return reverse("admin:plan-working-copy", args=[plan.pk])
    return reverse(f"admin:{copy._meta.app_label}_{copy._meta.model_name}_change", args=[copy.pk])


def _copy_in(working_copy: OperationalPlan, row: Any) -> Any:
    return next((copy for copy in row.copies.all() if plan_of(copy) == working_copy), None)
