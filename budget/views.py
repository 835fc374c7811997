"""Pages about what it costs and who pays."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.generic import ListView

from budget.models import Budget, FeeRate
from budget.statement import budget_statement
from committee.models import PlanSection


class BudgetList(ListView):
    """The budgets by year with their sums, and every fee rate."""

    queryset = Budget.objects.public().select_related("plan").with_totals()
    template_name = "budget/budget_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "rates": FeeRate.objects.decided()}


@require_safe
def budget_detail(request: HttpRequest, year: int) -> HttpResponse:
    """One year's budget: lines and sums, the fee and how it comes about, and each municipality's part."""
    budget = get_object_or_404(Budget.objects.public().select_related("plan"), plan__year=year)
    context = {
        "object": budget,
        "plan": budget.plan,
        "sections": budget.plan.sections.filter(content=PlanSection.Content.BUDGET),
        "statement": budget_statement(budget),
    }
    return render(request, "budget/budget_detail.html", context)
