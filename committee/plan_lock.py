"""Whether the parts of a plan may be changed: not while the plan has a working copy, which would undo it."""

from typing import Any

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from committee.models import OperationalPlan
from sodertorn.copied_rows import Copied


def plan_of(row: Any) -> OperationalPlan | None:
    """The plan that the row is, or is a part of; None for other rows, and while a form has not said which."""
    while isinstance(row, Copied):
        row = getattr(row, "plan", None) or getattr(row, "owner", None)
    return row if isinstance(row, OperationalPlan) else None


def is_locked(row: Any) -> bool:
    """Whether the row's plan has a working copy to change instead."""
    plan = plan_of(row)
    return plan is not None and getattr(plan, "working_copy", None) is not None


class UnlockedForm(forms.ModelForm):
    """A row that can't be added to a plan with a working copy, or moved there."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if is_locked(self.instance):
            plan = plan_of(self.instance)
            self.add_error(
                None, ValidationError(f"{plan} har en arbetsversion. Gör ändringen i arbetsversionen.")
            )


class LockedWhileCopied(BaseModelAdmin):
    """A plan, a budget or their parts: only for looking at while the plan has a working copy."""

    form = UnlockedForm

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not is_locked(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_locked(obj)
