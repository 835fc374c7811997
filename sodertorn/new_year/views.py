"""The wizard's pages in the administration: a page for each step, whose form does what is lacking."""

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from budget.budget_copying import lines_of_new_year
from budget.models import Budget, balance_of
from budget.next_year import DraftRefused, coming_fee, draft_by_rates, populations_known_before
from budget.years import compared_lines
from calendar_app.plan_headings import place_under_headings
from calendar_app.planning import plan_year
from committee.models import OperationalPlan
from committee.plan_copying import PlanNotEmptyError, has_contents
from sodertorn.new_year import hosts_step, plan_step
from sodertorn.new_year.calendar_step import calendar_of
from sodertorn.new_year.forms import DirectionsForm, PopulationForm, YearForm
from sodertorn.new_year.steps import TITLES, address_of, steps_of

MAY_PLAN = ("committee.add_operationalplan",)
MAY_GIVE_TURNS = ("calendar_app.add_hostturn",)
MAY_PROPOSE = ("calendar_app.add_event", "calendar_app.change_event")
MAY_BUDGET = ("budget.add_budget", "budget.add_budgetline")

PERMISSIONS = {
    "plan": MAY_PLAN,
    "hosts": MAY_GIVE_TURNS,
    "calendar": MAY_PROPOSE,
    "budget": MAY_BUDGET,
    "checklist": ("committee.view_operationalplan",),
}
"""What each step asks for."""

View = Callable[..., HttpResponse]


def may_enter(request: HttpRequest) -> bool:
    """Whether the person may do any of the steps that make something."""
    return any(request.user.has_perms(rights) for rights in (MAY_PLAN, MAY_BUDGET))


def _refuse_impossible(year: int) -> None:
    if not 2000 <= year <= 2100:
        raise Http404


def _step_view(page: str) -> Callable[[View], View]:
    """A page of the wizard: for whoever may do the step, of a year that a plan can have."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, year: int) -> HttpResponse:
            if not request.user.has_perms(PERMISSIONS[page]):
                raise PermissionDenied
            _refuse_impossible(year)
            return view(request, year)

        return require_http_methods(["GET", "HEAD", "POST"])(guarded)

    return decorate


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Ask for the year, or lead to one that is under way."""
    if not may_enter(request):
        raise PermissionDenied
    newest = OperationalPlan.objects.original().first()
    year = newest.year + 1 if newest else timezone.localdate().year + 1
    form = YearForm(request.GET if "year" in request.GET else None, initial={"year": min(year, 2100)})
    if form.is_bound and form.is_valid():
        return redirect("admin:new-year-steps", form.cleaned_data["year"])
    drafts = OperationalPlan.objects.original().filter(status=OperationalPlan.Status.DRAFT)
    context = {"form": form, "drafts": drafts, "newest": newest, "title": "Nytt verksamhetsår"}
    return _render(request, "choose", context)


@require_safe
def overview(request: HttpRequest, year: int) -> HttpResponse:
    """The steps, and how far each has come."""
    if not may_enter(request):
        raise PermissionDenied
    _refuse_impossible(year)
    rows = [(step, request.user.has_perms(PERMISSIONS[step.page])) for step in steps_of(year)]
    title = f"Nytt verksamhetsår {year}"
    context = {"year": year, "rows": rows, "plan": plan_step.plan_of(year), "title": title}
    return _render(request, "steps", context | {"source": plan_step.plan_before(year)})


@_step_view("plan")
def plan(request: HttpRequest, year: int) -> HttpResponse:
    """Choose the directions that go along, and make the draft; or change the choice for one that is made."""
    source, draft = plan_step.plan_before(year), plan_step.plan_of(year)
    if request.method == "POST" and source:
        return _copied(request, year, source, draft)
    is_copied = draft is not None and has_contents(draft)
    groups = plan_step.choices(source, draft if is_copied else None) if source else []
    context = {
        "source": source,
        "plan": draft,
        "is_copied": is_copied,
        "groups": groups,
        "numbers": _numbers(groups),
        "cleared": plan_step.cleared(source) if source and not is_copied else [],
        "attention": plan_step.texts_to_read(draft, source.year) if source and draft and is_copied else [],
    }
    return _step_page(request, "plan", year, context)


def _copied(
    request: HttpRequest, year: int, source: OperationalPlan, draft: OperationalPlan | None
) -> HttpResponse:
    """Make the draft, or change which directions it has."""
    groups = plan_step.choices(source, None)
    form = DirectionsForm(
        request.POST, keys=[choice.direction.pk for group in groups for choice in group.choices]
    )
    if not form.is_valid():
        for error in form.errors.values():
            messages.error(request, str(error[0]))
        return redirect("admin:new-year-plan", year)
    wanted, shown = form.cleaned_data["wanted"], form.cleaned_data["shown"]
    try:
        if "change" in request.POST and draft:
            _tell_changed(request, plan_step.change_directions(source, draft, wanted, shown))
        else:
            made = plan_step.copy_plan(source, year, wanted)
            messages.success(request, f"{made} finns nu som utkast, gjort av planen för {source.year}.")
    except PlanNotEmptyError:
        messages.info(request, f"Planen för {year} finns redan. Inget är ändrat: se här hur den ser ut.")
    except plan_step.PlanAdoptedError:
        messages.error(request, f"Planen för {year} är beslutad. Inget är ändrat.")
    return redirect("admin:new-year-plan", year)


def _tell_changed(request: HttpRequest, changed: plan_step.Changed) -> None:
    for direction in changed.placeless:
        messages.warning(
            request,
            f"”{direction}” kunde inte tas med: dess plats finns inte kvar i utkastet. Lägg till den där "
            "den hör hemma.",
        )
    told = []
    if changed.added:
        told.append(
            "En inriktning togs med." if changed.added == 1 else f"{changed.added} inriktningar togs med."
        )
    if changed.removed:
        told.append(
            "En inriktning togs bort."
            if changed.removed == 1
            else f"{changed.removed} inriktningar togs bort."
        )
    if told:
        messages.success(request, " ".join(told))
    elif not changed.placeless:
        messages.info(request, "Inget är ändrat: samma inriktningar var förkryssade.")


def _numbers(groups: list[plan_step.Group]) -> tuple[int, int]:
    """How many of the directions are carried over, and of how many."""
    all_choices = [choice for group in groups for choice in group.choices]
    return sum(1 for choice in all_choices if choice.copy), len(all_choices)


@_step_view("hosts")
def hosts(request: HttpRequest, year: int) -> HttpResponse:
    """Show whose turns the year has and lacks, and give those that it lacks."""
    draft = plan_step.plan_of(year)
    if request.method == "POST":
        if draft and not draft.is_draft:
            messages.error(request, f"Planen för {year} är beslutad. Inga turer är tillagda.")
        elif made := hosts_step.continue_rotations(year):
            number = "En tur" if len(made) == 1 else f"{len(made)} turer"
            messages.success(request, f"{number} är tillagda för {year}.")
        else:
            messages.info(request, f"Alla turer för {year} fanns redan.")
        return redirect("admin:new-year-hosts", year)
    turns = hosts_step.turns_of(year, plan_year(year))
    context = {"plan": draft, "turns": turns, "is_lacking": any(each.missing for each in turns)}
    return _step_page(request, "hosts", year, context)


@_step_view("calendar")
def calendar(request: HttpRequest, year: int) -> HttpResponse:
    """Lead to the planner's proposal and back, and put meetings that were there under the plan's headings."""
    draft = plan_step.plan_of(year)
    if request.method == "POST":
        if draft and draft.is_draft:
            placed = place_under_headings(draft)
            number = "Ett möte" if placed == 1 else f"{placed} möten"
            messages.success(request, f"{number} står nu under en rubrik i planens kalendarium.")
        else:
            messages.error(request, f"Det finns inget utkast till plan för {year}. Inget är ändrat.")
        return redirect("admin:new-year-calendar", year)
    query = urlencode({"year": year, "ater": reverse("admin:new-year-calendar", args=[year])})
    context = {
        "plan": draft,
        "calendar": calendar_of(year, draft, plan_year(year)),
        "propose": f"{reverse('admin:calendar_app_event_propose')}?{query}",
    }
    return _step_page(request, "calendar", year, context)


@_step_view("budget")
def budget(request: HttpRequest, year: int) -> HttpResponse:
    """Show the year's fee and the lines that the draft starts from, and make it."""
    draft = plan_step.plan_of(year)
    stored = Budget.objects.filter(plan=draft).select_related("plan").first() if draft else None
    asked = request.POST or (request.GET if "folkmangd" in request.GET else None)
    form = PopulationForm(asked, dates=populations_known_before(year))
    day = form.cleaned_data["folkmangd"] if form.is_bound and form.is_valid() else None
    if request.method == "POST" and not form.errors:
        return _drafted(request, year, draft, day)
    context: dict[str, Any] = {"plan": draft, "budget": stored, "form": form}
    try:
        coming = coming_fee(year, day)
    except DraftRefused as refused:
        context["reasons"] = refused.reasons
    else:
        context["coming"] = coming
        if not form.is_bound:
            form.initial = {"folkmangd": coming.population_date.isoformat()}
        lines = list(stored.lines.all()) if stored else lines_of_new_year(coming.latest, Decimal(coming.fee))
        context |= {"balance": balance_of(lines), "rows": compared_lines(coming.latest.lines.all(), lines)}
    if stored:
        context["obstacles"] = stored.publication_obstacles(stored.lines.all())
    return _step_page(request, "budget", year, context)


def _drafted(request: HttpRequest, year: int, draft: OperationalPlan | None, day: Any) -> HttpResponse:
    """Make the draft of the budget, or say why not."""
    if draft is None:
        messages.error(request, f"Det finns ingen plan för {year} än. Gör steget Planen först.")
        return redirect("admin:new-year-budget", year)
    try:
        made = draft_by_rates(draft, day)
    except DraftRefused as refused:
        for reason in refused.reasons:
            messages.error(request, f"Inget utkast är gjort. {reason}")
    else:
        messages.success(request, f"{made} finns nu som utkast.")
    return redirect("admin:new-year-budget", year)


def _step_page(request: HttpRequest, page: str, year: int, context: dict[str, Any]) -> HttpResponse:
    """A step's page, with its title and the next step that the person may do."""
    plan = context["plan"]
    following = list(TITLES)[list(TITLES).index(page) + 1 :]
    may = [each for each in following if request.user.has_perms(PERMISSIONS[each])]
    links = [(TITLES[each], address) for each in may if (address := address_of(each, year, plan))]
    shared = {"year": year, "step": TITLES[page], "title": f"{TITLES[page]} {year}"}
    return _render(request, page, {**shared, "next_step": links[0] if links else None, **context})


def _render(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"admin/new_year/{template}.html", {**admin.site.each_context(request), **context})
