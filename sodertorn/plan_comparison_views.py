"""The page that sets two years' plans beside each other."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from committee.models import OperationalPlan
from sodertorn.plan_comparison import compare_plans
from sodertorn.plan_comparison_summary import summary
from sodertorn.publishing import audience_of


@require_safe
def plan_comparison(request: HttpRequest, year: int, other: int) -> HttpResponse:
    """What is new since an earlier plan. Named the other way round, the years are put in order."""
    if year <= other:
        return _in_order(request, year, other)
    audience = audience_of(request)
    plans = {plan.year: plan for plan in OperationalPlan.objects.visible_to(audience)}
    if year not in plans or other not in plans:
        raise Http404("Båda planerna finns inte.")
    comparison = compare_plans(plans[other], plans[year], audience)
    context = {
        "plan": comparison.after,
        "object": comparison.after,
        "has_versions": True,
        "comparison": comparison,
        "summary": summary(comparison),
        "same_texts": [
            group for group in comparison.texts if group.changes.says_the_same and group.changes.pairs
        ],
        "same_series": [series.name for series in comparison.series if not series.is_changed],
        "only_before": [series for series in comparison.series if not series.after.number],
        "only_after": [series for series in comparison.series if not series.before.number],
        "same_hosts": [group.name for group in comparison.hosts if not group.is_changed],
        "earlier_plans": [plan for plan in plans.values() if plan.year < year],
    }
    return render(request, "plan_comparison.html", context)


def _in_order(request: HttpRequest, year: int, other: int) -> HttpResponse:
    """To the address with the later year first; of one year alone, to the plan itself."""
    if year == other:
        address = reverse("plan-detail", args=[year])
    else:
        address = reverse("plan-comparison", args=[other, year])
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{address}?{query}" if query else address)
