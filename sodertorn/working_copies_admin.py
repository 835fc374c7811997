"""A plan's working copy in the administration: begun, compared with the plan, thrown away."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from budget.models import Budget
from committee.models import OperationalPlan
from sodertorn.working_copies import (
    WorkingCopyRefusedError,
    begin_working_copy,
    differences,
    discard_working_copy,
    working_copy_of,
)

MAY_SEE = "committee.view_operationalplan"
MAY_EDIT = ("committee.add_operationalplan", "committee.change_operationalplan")
KINDS = {"added": "Nytt", "changed": "Ändrat", "removed": "Borttaget"}


def working_copy_urls(site: admin.AdminSite) -> list[URLPattern]:
    """The pages of `plan_working_copy` and `plan_working_copy_discard`, by the plan's key."""
    plan = "verksamhetsplan/<int:pk>/arbetsversion"
    return [
        path(f"{plan}/", site.admin_view(plan_working_copy), name="plan-working-copy"),
        path(f"{plan}/kasta/", site.admin_view(plan_working_copy_discard), name="plan-working-copy-discard"),
    ]


def register() -> None:
    """Tell in the lists of plans and budgets what is not published yet.

    It takes both plan and budget to say, which is why the lists' own apps don't.
    """
    columns: list[tuple[type[Any], Any]] = [(OperationalPlan, plan_changes), (Budget, budget_changes)]
    for model, column in columns:
        options = admin.site.get_model_admin(model)
        first, *others = options.list_display
        options.list_display = [first, column, *others]


@admin.display(description="opublicerade ändringar")
def plan_changes(plan: OperationalPlan) -> str:
    """As in "Publicerad med 3 opublicerade ändringar"; empty for a plan without a working copy."""
    copy = getattr(plan, "working_copy", None)
    if copy is None:
        return ""
    number = len(differences(copy))
    return f"Publicerad med {_counted(number)}" if number else "Arbetsversion utan ändringar"


@admin.display(description="opublicerade ändringar")
def budget_changes(budget: Budget) -> str:
    """The same of a budget, of which only its own rows are counted."""
    copy = getattr(budget.plan, "working_copy", None)
    if copy is None:
        return ""
    number = sum(each.row._meta.app_label == "budget" for each in differences(copy))
    return f"Publicerad med {_counted(number)}" if number else "Arbetsversion utan ändringar"


def _counted(number: int) -> str:
    return "en opublicerad ändring" if number == 1 else f"{number} opublicerade ändringar"


@require_http_methods(["GET", "HEAD", "POST"])
def plan_working_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """What the working copy of a plan changes. Posting begins one."""
    if not request.user.has_perm(MAY_SEE):
        raise PermissionDenied
    plan = _plan(pk)
    may_edit = request.user.has_perms(MAY_EDIT)
    if request.method == "POST":
        if not may_edit:
            raise PermissionDenied
        try:
            begin_working_copy(plan)
        except WorkingCopyRefusedError as refused:
            _tell(request, refused)
        else:
            messages.success(
                request,
                f"Arbetsversionen av {plan} är påbörjad. Besökare ser fortfarande den beslutade planen.",
            )
        return redirect("admin:plan-working-copy", plan.pk)
    copy = working_copy_of(plan)
    context: dict[str, Any] = {
        "plan": plan,
        "copy": copy,
        "copied_budget": Budget.objects.filter(plan=copy).first() if copy else None,
        "differences": [(each, KINDS[each.kind], _form_address(each.row)) for each in differences(copy)]
        if copy
        else [],
        "may_edit": may_edit,
        "title": f"Arbetsversion av {plan}",
    }
    return render(request, "admin/plan/working_copy.html", {**admin.site.each_context(request), **context})


@require_POST
def plan_working_copy_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the working copy away, if it was confirmed."""
    if not request.user.has_perms(MAY_EDIT):
        raise PermissionDenied
    plan = _plan(pk)
    copy = working_copy_of(plan)
    if copy is None:
        messages.warning(request, "Arbetsversionen finns inte längre.")
    elif "confirm" not in request.POST:
        messages.error(request, "Bocka för att ändringarna ska kastas. Inget är borttaget.")
    else:
        discard_working_copy(copy)
        messages.success(request, f"Arbetsversionen är kastad. {plan} är som den var.")
    return redirect("admin:plan-working-copy", plan.pk)


def _plan(pk: int) -> OperationalPlan:
    """The adopted plan, by its own key or its working copy's."""
    plan = get_object_or_404(OperationalPlan.objects.select_related("working_copy_of"), pk=pk)
    return plan.working_copy_of or plan


def _form_address(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def _tell(request: HttpRequest, refused: WorkingCopyRefusedError) -> None:
    for reason in refused.reasons:
        messages.error(request, reason)
