"""The page "Föreslå kalender" of the back office: a year's draft, edited, checked and saved.

Nothing is saved until the draft is sent with "Spara". Each row carries the identity its event will have, so
that a form sent twice makes no doubles.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from calendar_app.confirmation import confirmation_of, warnings_of
from calendar_app.models import Event, NoGoPeriod
from calendar_app.planning import Saved, off_days, plan_year, save_accepted, usual_weeks, year_to_plan
from calendar_app.planning_forms import DraftFormSet, ProposedFormSet, QuestionForm, Register, table_of
from calendar_app.rules import Finding, Severity, check_calendar
from calendar_app.stored_rules import body_rules, municipality_names, occasions_around, rotation_rules

TEMPLATE = "admin/calendar_app/event/propose.html"
NOTHING_CHOSEN = "Inget är sparat: bocka för minst ett möte."
SAVED_MEANWHILE = (
    "Inget är sparat, för någon annan ändrade kalendern i samma stund. Kontrollera raderna och spara igen."
)


@dataclass
class Draft:
    """The table with what there is to say of it. `confirmation` is sent along to pass over the warnings."""

    table: ProposedFormSet
    findings: list[Finding]
    warnings: list[str]
    error: str = ""

    @property
    def grave(self) -> list[Finding]:
        """What breaks a rule, or probably should not be so."""
        return [finding for finding in self.findings if finding.severity != Severity.INFO]

    @property
    def notes(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == Severity.INFO]

    @property
    def confirmation(self) -> str:
        return confirmation_of(self.warnings)


def propose_view(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Ask for a year, show its draft, and check or save what has become of it."""
    if not may_propose(model_admin, request):
        raise PermissionDenied
    year = year_to_plan(timezone.localdate())
    usual = {"year": year, "weeks": ", ".join(str(week) for week in usual_weeks(year))}
    question = QuestionForm(request.GET if "year" in request.GET else None, initial=usual)
    way_back = _way_back(request)
    if not question.is_bound or not question.is_valid():
        return _page(model_admin, request, {"question": question, "way_back": way_back})
    year = question.cleaned_data["year"]
    planned, register = plan_year(year, question.cleaned_data["weeks"]), Register.of(year)
    if request.method == "POST":
        table = DraftFormSet(request.POST, register)
        draft = _judged(table, year)
        if "save" in request.POST and (saved := _saved(model_admin, request, draft)):
            return saved
    else:
        draft = _judged(table_of(planned, register), year)
    return _page(
        model_admin,
        request,
        {
            "question": question,
            "way_back": way_back,
            "year": year,
            "draft": draft,
            "unsatisfied": planned.proposal.unsatisfied,
            "no_go_periods": NoGoPeriod.objects.in_year(year),
        },
    )


def may_propose(model_admin: ModelAdmin, request: HttpRequest) -> bool:
    """A draft both adds events and gives those that are there a day."""
    return model_admin.has_add_permission(request) and model_admin.has_change_permission(request)


def _judged(table: ProposedFormSet, year: int) -> Draft:
    """Look for faults in the rows, each by itself, among the others, and by the rules of the house."""
    table.is_valid()
    rows = [(form, form.occasion) for form in table.forms if form.occasion]
    replaced = {occasion.url for _, occasion in rows if occasion.url}
    others = [each for each in occasions_around(year) if each.url not in replaced]
    closed, bodies, names = off_days(year), body_rules(), municipality_names()
    warnings: list[str] = []
    for form, occasion in rows:
        beside = [*others, *(each for _, each in rows if each is not occasion)]
        form.warnings = warnings_of(occasion, beside, bodies, names, closed)
        warnings += form.warnings
    findings = check_calendar(
        [*others, *(occasion for _, occasion in rows)],
        bodies,
        year,
        rotations=rotation_rules(),
        off_days=closed,
        municipality_names=names,
    )
    # What is said at the rows is not said again.
    findings = [finding for finding in findings if finding.sentence not in warnings]
    return Draft(table, findings, warnings)


def _saved(model_admin: ModelAdmin, request: HttpRequest, draft: Draft) -> HttpResponse | None:
    """Save the draft and lead to its meetings; None, with the reason in the draft, if it can't be saved."""
    year = draft.table.register.year
    if not draft.table.is_valid():
        return None
    if draft.table.saved_before:
        model_admin.message_user(request, f"Kalendern för {year} är redan sparad.", messages.INFO)
        return _away(request, year)
    if not draft.table.accepted:
        draft.error = NOTHING_CHOSEN
        return None
    if draft.warnings and request.POST.get("confirm") != draft.confirmation:
        draft.error = (
            "Inget är sparat än. Läs varningarna vid raderna, och bocka för ”Spara ändå” längst ner."
        )
        return None
    try:
        saved = save_accepted(draft.table.accepted)
    except IntegrityError:
        draft.error = SAVED_MEANWHILE
        return None
    for event in saved.added:
        model_admin.log_addition(request, event, "Lades till från ett kalenderförslag.")
    for event in saved.dated:
        model_admin.log_change(request, event, "Fick en dag från ett kalenderförslag.")
    model_admin.message_user(request, _told(saved, year), messages.SUCCESS)
    return _away(request, year)


def _told(saved: Saved, year: int) -> str:
    parts = []
    if saved.added:
        number = len(saved.added)
        one, many = (
            "ett nytt möte är sparat som preliminärt",
            f"{number} nya möten är sparade som preliminära",
        )
        parts.append(one if number == 1 else many)
    if saved.dated:
        number = len(saved.dated)
        parts.append("ett möte har fått en dag" if number == 1 else f"{number} möten har fått en dag")
    text = " och ".join(parts)
    return f"{text[0].upper()}{text[1:]} i kalendern för {year}."


def _way_back(request: HttpRequest) -> str:
    """The page of the portal that `?ater=` says the clerk came from; empty if none is given."""
    address = request.GET.get("ater", "")
    is_own = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_own else ""


def _away(request: HttpRequest, year: int) -> HttpResponse:
    """Back to where the clerk came from, or to the year's preliminary events."""
    if way_back := _way_back(request):
        return HttpResponseRedirect(way_back)
    wanted = {"starts_on__year": year, "status__exact": Event.Status.PRELIMINARY.value}
    return HttpResponseRedirect(f"{reverse('admin:calendar_app_event_changelist')}?{urlencode(wanted)}")


def _page(model_admin: ModelAdmin, request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    site = model_admin.admin_site.each_context(request)
    title = f"Föreslå kalender för {context['year']}" if "year" in context else "Föreslå kalender"
    return render(request, TEMPLATE, {**site, "opts": model_admin.opts, "title": title, **context})
