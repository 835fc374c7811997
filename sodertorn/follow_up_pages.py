"""Pages about how a plan goes, from the decision by way of plan and activity to the money. A top."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from budget.models import ActivityCost
from committee.follow_up import FollowedPlace
from committee.follow_up_datasets import reports_dataset
from committee.follow_up_rows import evaluation_of, followed_up_plan
from committee.follow_up_tables import joined_places
from committee.models import FollowUp, OperationalPlan, PlanSection, TargetArea
from sodertorn.adoption import decisions
from sodertorn.publishing import Audience, audience_of
from sodertorn.responses import CsvResponse, DatasetJsonResponse
from sodertorn.spreadsheets import XlsxResponse


def followed_plan(year: int, audience: Audience) -> OperationalPlan:
    """The year's plan, also for those who see its working copy: reports hang on the plan. Raises Http404."""
    plan = get_object_or_404(
        OperationalPlan.objects.visible_to(audience).select_related("working_copy_of"), year=year
    )
    return plan.working_copy_of or plan


@require_safe
def follow_up(request: HttpRequest, year: int) -> HttpResponse:
    """How the whole plan goes: each target area, what is late, and the year's evaluation."""
    audience = audience_of(request)
    plan = followed_plan(year, audience)
    places = followed_up_plan(plan, audience, timezone.localdate())
    context = {
        **_about(plan, audience),
        "places": places,
        "is_reported": any(place.is_reported for place in places),
        "late": [(place, each) for place in places for each in place.late],
        "evaluation": evaluation_of(plan, audience),
        "plans": OperationalPlan.objects.visible_to(audience).order_by("year"),
    }
    return render(request, "committee/follow_up.html", context)


@require_safe
def follow_up_area(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """How a target area goes."""
    return _place_page(request, year, slug, TargetArea)


@require_safe
def follow_up_section(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """How the directions straight under a section go."""
    return _place_page(request, year, slug, PlanSection)


def _place_page(
    request: HttpRequest, year: int, slug: str, model: type[TargetArea] | type[PlanSection]
) -> HttpResponse:
    audience = audience_of(request)
    plan = followed_plan(year, audience)
    places = followed_up_plan(plan, audience, timezone.localdate())
    followed = next(
        (each for each in places if isinstance(each.place, model) and each.place.slug == slug), None
    )
    if followed is None:
        raise Http404("Planen har inget sådant målområde eller avsnitt att följa upp.")
    costs = _costs(followed, audience)
    context = {
        **_about(plan, audience),
        "followed": followed,
        "costs": costs,
        "total": sum((cost.amount for cost in costs), Decimal(0)),
    }
    return render(request, "committee/follow_up_place.html", context)


def _about(plan: OperationalPlan, audience: Audience) -> dict[str, Any]:
    return {"plan": plan, "object": plan, "decisions": decisions(plan, audience)}


def _costs(followed: FollowedPlace, audience: Audience) -> list[ActivityCost]:
    """What the place's activities are to cost, by activity."""
    activities = [each.subject.pk for each in followed.activities]
    costs = ActivityCost.objects.visible_to(audience).filter(activity__in=activities)
    return list(costs.select_related("activity", "line__budget__plan").order_by("activity__position", "pk"))


@require_safe
def follow_up_file(request: HttpRequest, year: int, suffix: str) -> HttpResponseBase:
    """The reports that anyone may read, as a table."""
    plan = get_object_or_404(OperationalPlan.objects.public(), year=year)
    reports = FollowUp.objects.for_plan(plan).public().filter(reported_on__lte=timezone.localdate())
    about = (*joined_places("direction__"), *joined_places("activity__action_plan__"))
    dataset = reports_dataset(plan.year, reports.select_related(*about).order_by("reported_on", "pk"))
    kinds = {"csv": CsvResponse, "json": DatasetJsonResponse, "xlsx": XlsxResponse}
    return kinds[suffix](dataset)
