"""Pages about what it costs and who pays."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from budget import charts, datasets
from budget.fee_history import budgets_with_fees, fee_history
from budget.models import Budget, FeeRate
from budget.outcomes import stored_reports
from budget.statement import BudgetStatement, budget_statement
from budget.years import line_rows, year_rows
from committee.models import Document, Municipality, PlanSection
from sodertorn.kept_rows import kept_for_generation
from sodertorn.opendata import Dataset
from sodertorn.publishing import VISITOR, Audience, audience_of
from sodertorn.responses import CsvResponse
from sodertorn.spreadsheets import XlsxResponse
from sodertorn.year_pages import YEARS_PER_PAGE, page_of_years


@require_safe
def budget_list(request: HttpRequest) -> HttpResponse:
    """The budgets by year, some at a time; the newest of them beside the one before, and every fee rate."""
    context = _budgets(audience_of(request), request.GET.get("sida", "1"))
    return render(request, "budget/budget_list.html", context)


@kept_for_generation
def _budgets(audience: Audience, asked: str) -> dict[str, Any]:
    listed = Budget.objects.visible_to(audience).select_related("plan")
    page = page_of_years(listed, asked)
    start = (page.number - 1) * YEARS_PER_PAGE
    # And the one before them, since which the earliest one's costs have changed.
    budgets = list(listed[start : start + YEARS_PER_PAGE + 1])
    rows = year_rows(budgets)[-YEARS_PER_PAGE:]
    newest = budgets[:2]
    prefetch_related_objects(newest, "lines")
    return {
        "page": page,
        "budgets": budgets[:YEARS_PER_PAGE],
        "rows": rows,
        # Called by the template, where it is not drawn already.
        "chart": lambda: charts.years_chart(rows, is_all=not page.has_other_pages()),
        "newest": newest,
        "line_rows": line_rows(newest[1], newest[0]) if len(newest) == 2 else [],
        "rates": FeeRate.objects.visible_to(audience).select_related("proposed_in__plan"),
        "municipalities": Municipality.objects.all(),
    }


@require_safe
def budget_list_file(request: HttpRequest, suffix: str) -> HttpResponseBase:
    budgets = Budget.objects.public().select_related("plan")
    return table_response(datasets.years_dataset(year_rows(budgets)), suffix)


@require_safe
def budget_detail(request: HttpRequest, year: int) -> HttpResponse:
    """One year's budget: lines and sums, how it went, the fee, and each municipality's part."""
    return render(request, "budget/budget_detail.html", _budget_of(year, audience_of(request)))


@kept_for_generation
def _budget_of(year: int, audience: Audience) -> dict[str, Any]:
    statement = _statement_or_404(year, audience)
    budget, table = statement.budget, statement.fee_table
    return {
        "object": budget,
        "plan": budget.plan,
        "has_versions": True,
        "sections": budget.plan.sections.filter(content=PlanSection.Content.BUDGET),
        "statement": statement,
        "documents": Document.objects.for_plan(budget.plan).visible_to(audience),
        "reports": stored_reports(budget, [*statement.revenue_lines, *statement.cost_lines]),
        # Called by the template, where they are not drawn already.
        "revenue_chart": lambda: charts.lines_chart(
            "diagram-intakter", f"Intäkter {year}", statement.revenue_lines
        ),
        "cost_chart": lambda: charts.lines_chart(
            "diagram-kostnader", f"Kostnader {year}", statement.cost_lines
        ),
        "fees_chart": lambda: charts.fees_chart(f"Avgift per kommun {year}", table) if table else None,
        "map": lambda: charts.fee_map(table) if table else None,
    }


@require_safe
def budget_detail_file(request: HttpRequest, year: int, suffix: str) -> HttpResponseBase:
    statement = _statement_or_404(year, VISITOR)
    lines = [*statement.revenue_lines, *statement.cost_lines]
    return table_response(
        datasets.lines_dataset(year, lines, stored_reports(statement.budget, lines)), suffix
    )


@require_safe
def fees_file(request: HttpRequest, year: int, suffix: str) -> HttpResponseBase:
    """What each municipality pays in the year; not found when no fee applies to all of it."""
    table = _statement_or_404(year, VISITOR).fee_table
    if table is None:
        raise Http404("Ingen avgift gäller hela året.")
    return table_response(datasets.fees_dataset(year, table), suffix)


@require_safe
def municipality_fee(request: HttpRequest, slug: str) -> HttpResponse:
    """What one municipality pays, year by year, some at a time."""
    context = _municipality_fee(slug, request.GET.get("sida", "1"))
    return render(request, "budget/municipality_fee.html", context)


@kept_for_generation
def _municipality_fee(slug: str, asked: str) -> dict[str, Any]:
    municipality = get_object_or_404(Municipality, slug=slug)
    rates = FeeRate.objects.decided().as_rates()
    page = page_of_years(budgets_with_fees(rates), asked)
    years = fee_history(municipality, page.object_list, rates, is_newest=page.number == 1)
    is_all = not page.has_other_pages()
    return {
        "municipality": municipality,
        "page": page,
        "years": years,
        # Called by the template, where it is not drawn already.
        "chart": lambda: charts.history_chart(municipality.name, years, is_all=is_all),
    }


@require_safe
def municipality_fee_file(request: HttpRequest, slug: str, suffix: str) -> HttpResponseBase:
    municipality = get_object_or_404(Municipality, slug=slug)
    rates = FeeRate.objects.decided().as_rates()
    years = fee_history(municipality, budgets_with_fees(rates), rates, is_newest=True)
    return table_response(datasets.history_dataset(municipality, years), suffix)


def table_response(dataset: Dataset, suffix: str) -> HttpResponseBase:
    """The table as a file of the kind that the address asks for: csv or xlsx."""
    return XlsxResponse(dataset) if suffix == "xlsx" else CsvResponse(dataset)


def _statement_or_404(year: int, audience: Audience) -> BudgetStatement:
    budgets = Budget.objects.visible_to(audience).select_related("plan")
    budget = get_object_or_404(budgets, plan__year=year)
    return budget_statement(budget)
