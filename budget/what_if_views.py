"""The what-if page: a question in the address, its answer, and what staff may do with it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budget import charts, datasets
from budget.fees import Proration, RateMissingError
from budget.forms import ScenarioForm, WhatIfForm
from budget.models import Budget, FeeRate, Scenario
from budget.next_year import DraftRefused, draft_from
from budget.views import table_response
from budget.what_if import DecidedTotal, NewRate, WhatIf, what_if, what_if_query
from committee.models import Municipality, Population
from sodertorn.dates import date_text
from sodertorn.money import kronor
from sodertorn.publishing import audience_of

MAY_SAVE = "budget.add_scenario"
MAY_DRAFT = (
    "budget.view_scenario",
    "budget.add_budget",
    "budget.add_budgetline",
    "budget.add_feerate",
    "committee.add_operationalplan",
)


@dataclass(frozen=True)
class Question:
    """The form as asked, and its answer; `problem` says in Swedish why a well-filled form has none."""

    form: WhatIfForm
    budget: Budget | None
    """The newest budget: its rule for weighing the fee, and the inhabitants its plan states."""
    municipalities: list[Municipality]
    answer: WhatIf | None = None
    problem: str = ""


@require_safe
def what_if_page(request: HttpRequest) -> HttpResponse:
    """Ask and answer. Nothing is stored, and visitors get no cookie: the forms that store are for staff."""
    question = _question(request.GET)
    answer = question.answer
    is_staff = audience_of(request).is_staff  # without it, a visitor's page would read the session
    may_save = is_staff and request.user.has_perm(MAY_SAVE)
    context: dict[str, Any] = {
        "form": question.form,
        "problem": question.problem,
        "answer": answer,
        "budget": question.budget,
        "examples": _examples(question),
        "may_save": may_save,
        "may_draft": is_staff and request.user.has_perms(MAY_DRAFT),
        "scenarios": Scenario.objects.all() if may_save else [],
    }
    if answer:
        rows = [(row, answer.effects[row.code]) for row in question.municipalities]
        title = f"Avgift {answer.year} i dag och med kalkylen"
        stated = question.budget.plan.stated_inhabitants if question.budget else None
        context |= {
            "rows": rows,
            "chart": charts.effects_chart(title, question.municipalities, dict(answer.effects)),
            "query": question.form.query,
            "on_stated": answer.effect_on(stated) if stated else None,
            "scenario_form": ScenarioForm(auto_id="scenario-%s") if may_save else None,
        }
    return render(request, "budget/what_if.html", context)


@require_safe
def what_if_file(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """The answer as a table, or in plain text why there is none."""
    question = _question(request.GET)
    if question.answer is None:
        reasons = [question.problem, *(error for errors in question.form.errors.values() for error in errors)]
        text = "\n".join(str(reason) for reason in reasons if reason)
        return HttpResponse(f"{text}\n", status=400, content_type="text/plain; charset=utf-8")
    return table_response(datasets.what_if_dataset(question.municipalities, question.answer), suffix)


@require_POST
@permission_required(MAY_SAVE, raise_exception=True)
def scenario_save(request: HttpRequest) -> HttpResponse:
    """Keep the question that the form carries, under a name."""
    question, form = _question(request.POST), ScenarioForm(request.POST)
    if question.answer is None or not question.form.is_valid():
        messages.error(request, "Kalkylen kunde inte sparas: frågan är inte giltig.")
        return redirect("budget:what-if")
    scenario, assumption = form.instance, question.form.assumption
    if isinstance(assumption, NewRate):
        scenario.rate, scenario.changes_on = assumption.amount, assumption.changes_on
    else:
        scenario.total = assumption.amount
    scenario.year = question.form.cleaned_data["ar"]
    scenario.population_date = question.form.cleaned_data["folkmangd"]
    scenario.created_by = request.user
    if form.is_valid():
        form.save()
        messages.success(request, f"Kalkylen ”{scenario}” är sparad.")
    else:
        for errors in form.errors.values():
            messages.error(request, f"Kalkylen kunde inte sparas: {' '.join(map(str, errors))}")
    return redirect(scenario)


@require_POST
@permission_required(MAY_DRAFT, raise_exception=True)
def scenario_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn a saved what-if into a draft of its year's plan and budget."""
    scenario = get_object_or_404(Scenario, pk=pk)
    try:
        budget = draft_from(scenario)
    except DraftRefused as refused:
        for reason in refused.reasons:
            messages.error(request, f"Inget utkast gjordes. {reason}")
        return redirect(scenario)
    messages.success(request, f"{budget} finns nu som utkast.")
    for obstacle in budget.publication_obstacles(budget.lines.all()):
        messages.warning(request, f"Innan budgeten kan publiceras: {obstacle}")
    return redirect("admin:budget_budget_change", budget.pk)


def _examples(question: Question) -> list[dict[str, str]]:
    """Questions to begin with: a raise in the middle of the usual year, and a total to share."""
    year, day = question.form.usual["ar"], question.form.usual["folkmangd"]
    if not isinstance(year, int) or not isinstance(day, date):
        return []
    raised = NewRate(Decimal(5), date(year, 7, 1))
    shared = DecidedTotal(1_500_000)
    return [
        {
            "label": f"{kronor(raised.amount)} per invånare från den {date_text(raised.changes_on)}",
            "query": what_if_query(raised, year, day),
        },
        {
            "label": f"{kronor(shared.amount)} fördelade {year}",
            "query": what_if_query(shared, year, day),
        },
    ]


def _question(data: QueryDict) -> Question:
    """Read the question and answer it, if it can be answered."""
    today = timezone.localdate()
    budget = Budget.objects.public().select_related("plan").first()
    rates = FeeRate.objects.decided().as_rates()
    usual_year = budget.plan.year + 1 if budget else today.year
    first_year = min([rate.valid_from.year for rate in rates] + [usual_year])
    form = WhatIfForm(
        data,
        years=range(first_year, max(usual_year, today.year) + 2),
        usual_year=usual_year,
        population_dates=Population.objects.complete_dates(),
    )
    municipalities = list(Municipality.objects.all())
    if not form.is_asked or not form.is_valid():
        return Question(form, budget, municipalities)
    codes = {row.pk: row.code for row in municipalities}
    populations = Population.objects.on(form.cleaned_data["folkmangd"])
    inhabitants = {codes[row.municipality_id]: row.inhabitants for row in populations}
    proration = Proration(budget.proration) if budget else Proration.MONTHS
    try:
        answer = what_if(form.assumption, rates, form.cleaned_data["ar"], proration, inhabitants)
    except RateMissingError as error:
        return Question(form, budget, municipalities, problem=str(error))
    return Question(form, budget, municipalities, answer)
