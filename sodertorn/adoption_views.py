"""A plan's checklist in the administration, from which it is adopted and published, or taken back."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from budget.models import Budget
from calendar_app.rules import Severity
from committee.models import OperationalPlan
from sodertorn.adoption import (
    AdoptionRefusedError,
    adopt,
    decisions,
    keep_comments,
    likely_meeting,
    withdraw,
)
from sodertorn.adoption_forms import AdoptionForm, CommentForm, CommentFormSet, WithdrawalForm
from sodertorn.checklist import Checklist, checklist, draft_events, published_as
from sodertorn.checklist_findings import PlanFinding, Topic
from sodertorn.checklist_places import admin_address
from sodertorn.publishing import SEES_ALL
from sodertorn.sign_in import require_fresh_sign_in

MAY_ADOPT = "sodertorn.add_adoption"
SEVERITIES = {Severity.ERROR: "Fel", Severity.WARNING: "Varning", Severity.INFO: "Upplysning"}


@dataclass(frozen=True)
class Row:
    """A finding as the page shows it: with where to mend it, and its comment or the form for one."""

    finding: PlanFinding
    address: str
    comment: str
    form: CommentForm | None

    @property
    def severity(self) -> str:
        return SEVERITIES[self.finding.severity]


@require_http_methods(["GET", "HEAD", "POST"])
def plan_checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """What the plan lacks. Posting keeps the comments, and what else was typed stays in the form."""
    if not request.user.has_perm("committee.view_operationalplan"):
        raise PermissionDenied
    plan = get_object_or_404(OperationalPlan.objects.select_related("working_copy_of"), pk=pk)
    if request.method != "POST":
        return _page(request, plan)
    if _keep_comments(request, plan):
        messages.success(request, "Kommentarerna är sparade.")
    typed = {name: request.POST.get(name, "") for name in AdoptionForm.base_fields}
    return _page(request, plan, AdoptionForm(initial=typed, plan=plan))


@require_POST
def plan_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Adopt and publish, or show why not. The comments are kept before anything else is asked."""
    plan = OperationalPlan.objects.select_related("working_copy_of").filter(pk=pk).first()
    if plan is None:
        messages.warning(request, "Planen finns inte längre. Den kan redan vara publicerad.")
        return redirect("admin:committee_operationalplan_changelist")
    _keep_comments(request, plan)
    require_fresh_sign_in(request)
    form = AdoptionForm(request.POST, plan=plan)
    if not form.is_valid():
        return _page(request, plan, form)
    try:
        adoption = adopt(plan, **form.cleaned_data, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except AdoptionRefusedError as error:
        return _page(request, OperationalPlan.objects.get(pk=plan.pk), form, error.reasons)
    _log(request, adoption.plan, "Beslutade och publicerade planen, budgeten och kalendern.")
    messages.success(request, f"{adoption.plan} är beslutad och publicerad.")
    return redirect("admin:plan-checklist", adoption.plan_id)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a plan back that was published by mistake, with the reason."""
    if not request.user.has_perm(MAY_ADOPT):
        raise PermissionDenied
    require_fresh_sign_in(request)
    plan = get_object_or_404(OperationalPlan, pk=pk)
    form = WithdrawalForm(request.POST or None)
    reasons: tuple[str, ...] = ()
    if form.is_valid():
        try:
            withdraw(plan, form.cleaned_data["reason"])
        except AdoptionRefusedError as error:
            reasons = error.reasons
        else:
            return _withdrawn(request, plan, form.cleaned_data["reason"])
    context = {"plan": plan, "form": form, "reasons": reasons, "title": f"Återta {plan} till utkast"}
    return render(request, "admin/plan/withdraw.html", {**admin.site.each_context(request), **context})


def _withdrawn(request: HttpRequest, plan: OperationalPlan, reason: str) -> HttpResponseRedirect:
    _log(request, plan, f"Återtog planen till utkast: {reason}")
    messages.success(request, f"{plan} och dess budget är utkast igen och syns inte på webbplatsen.")
    return HttpResponseRedirect(reverse("admin:plan-checklist", args=[plan.pk]))


def _keep_comments(request: HttpRequest, plan: OperationalPlan) -> bool:
    """Keep the comments that were posted, if they are whole; else the same warnings are asked about again.

    Raises PermissionDenied for whoever may not adopt.
    """
    if not request.user.has_perm(MAY_ADOPT):
        raise PermissionDenied
    formset = CommentFormSet(request.POST, prefix="varning")
    if not formset.is_valid():
        return False
    keep_comments(plan, [(row["rule"], row["text"], row["comment"]) for row in formset.cleaned_data])
    return True


def _page(
    request: HttpRequest,
    plan: OperationalPlan,
    form: AdoptionForm | None = None,
    reasons: tuple[str, ...] = (),
) -> HttpResponse:
    found = checklist(plan)
    can_adopt = plan.is_draft and request.user.has_perm(MAY_ADOPT)
    warnings = [
        {"rule": rule, "text": text, "comment": found.comments.get((rule, text), "")}
        for rule, text in dict.fromkeys(each.key for each in found.warnings)
    ]
    formset = CommentFormSet(initial=warnings, prefix="varning") if can_adopt else None
    context: dict[str, Any] = {
        "plan": plan,
        "original": published_as(plan),
        "found": found,
        "topics": _topics(found, request.user, formset),
        "formset": formset,
        "form": (form or _proposed_decision(plan)) if can_adopt else None,
        "reasons": reasons,
        "budget": Budget.objects.with_totals().filter(plan=plan).first(),
        "draft_events": draft_events(plan),
        "earlier_comments": _earlier_comments(found),
        "decisions": decisions(published_as(plan), SEES_ALL),
        "may_withdraw": not plan.is_draft and request.user.has_perm(MAY_ADOPT),
        "title": f"Checklista: {plan}",
    }
    return render(request, "admin/plan/checklist.html", {**admin.site.each_context(request), **context})


def _topics(found: Checklist, user: Any, formset: Any) -> list[tuple[Topic, list[Row], list[Row]]]:
    """What there is of each topic, in order: errors and warnings, and then notes.

    Warnings that say the same have one comment together, asked for with the first of them.
    """
    forms = {(form.initial["rule"], form.initial["text"]): form for form in formset or ()}
    grouped = []
    for topic in Topic:
        rows = [
            Row(
                each,
                admin_address(each.place, user),
                found.comments.get(each.key, ""),
                forms.pop(each.key, None),
            )
            for each in found.findings
            if each.topic == topic
        ]
        notes = [row for row in rows if row.finding.severity == Severity.INFO]
        if rows:
            grouped.append((topic, rows[: len(rows) - len(notes)], notes))
    return grouped


def _earlier_comments(found: Checklist) -> list[tuple[str, str]]:
    """Comments on warnings that no longer stand, with the warning's words."""
    standing = {each.key for each in found.warnings}
    return [(key[1], comment) for key, comment in found.comments.items() if key not in standing]


def _proposed_decision(plan: OperationalPlan) -> AdoptionForm:
    meeting = likely_meeting(plan.year, timezone.localdate())
    initial = {"meeting": meeting.pk, "decided_on": meeting.starts_on} if meeting else {}
    return AdoptionForm(initial=initial, plan=plan)


def _log(request: HttpRequest, plan: OperationalPlan, message: str) -> None:
    """A line in the administration's own log of who did what."""
    admin.site.get_model_admin(OperationalPlan).log_change(request, plan, message)
