"""Pages about who we are and what we want."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from committee.follow_up_rows import followed_up_plan
from committee.models import Body, Municipality, OperationalPlan, PartnerOrganisation, PlanSection, TargetArea
from committee.models.organisation import PERTURBED_FROM
from sodertorn.kept_rows import kept_for_generation
from sodertorn.municipality_map import municipality_map
from sodertorn.publishing import Audience, audience_of

BODY_DOCUMENTS = 10
"""How many documents a body's page lists: about a year's. The list of documents has them all."""

POPULATIONS = 10
"""How many of its populations a municipality's page lists; the key figures go further back."""
TURNS = 20
"""How many of its latest turns as host a municipality's page lists; the rotations' page has every one."""

MEETINGS = 20
"""How many coming and how many past meetings a page about something else lists; the calendar has them all."""


@require_safe
def body_list(request: HttpRequest) -> HttpResponse:
    """Every body, the networks apart, and the partners outside the municipalities."""
    return render(request, "committee/body_list.html", _bodies())


@kept_for_generation
def _bodies() -> dict[str, Any]:
    bodies = Body.objects.all()
    sections = PlanSection.objects.of_latest_plan()
    return {
        "body_list": bodies,
        "networks": [body for body in bodies if body.kind == Body.Kind.NETWORK],
        "bodies": [body for body in bodies if body.kind != Body.Kind.NETWORK],
        "partners": PartnerOrganisation.objects.all(),
        "ways_of_working": sections.filter(slug__in=["arbetsformer", "samarbetsformer"]),
    }


@require_safe
def body_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One body: what the plan says of it, its seats and its meetings."""
    context = _body(slug, audience_of(request), timezone.localdate())
    return render(request, "committee/body_detail.html", context)


@kept_for_generation
def _body(slug: str, audience: Audience, today: date) -> dict[str, Any]:
    body = get_object_or_404(Body.objects.select_related("located_at"), slug=slug)
    events = body.events.visible_to(audience)
    return {
        "object": body,
        "body": body,
        "sections": PlanSection.objects.of_latest_plan()
        .filter(about_body=body)
        .exclude(text="")
        .select_related("plan"),
        "seats": body.seats.select_related("municipality", "partner"),
        **_meetings(events.around(today, MEETINGS), today),
        "calendar_query": f"?organ={body.slug}",
        "documents": list(body.documents.visible_to(audience)[:BODY_DOCUMENTS]),
    }


@require_safe
def municipality_list(request: HttpRequest) -> HttpResponse:
    """The municipalities on the map and in a table, with their newest known population."""
    return render(request, "committee/municipality_list.html", _municipalities())


@kept_for_generation
def _municipalities() -> dict[str, Any]:
    municipalities: list[Any] = list(Municipality.objects.with_latest_population())
    dates = {municipality.population_date for municipality in municipalities}
    # A sum is only shown when every figure is known and of the same day.
    population_date = dates.pop() if len(dates) == 1 else None
    return {
        "municipality_list": municipalities,
        "map": lambda: municipality_map(municipalities),  # called where it is not drawn already
        "population_date": population_date,
        "total": sum(row.inhabitants for row in municipalities) if population_date else None,
        "is_perturbed": population_date is not None and population_date >= PERTURBED_FROM,
    }


@require_safe
def municipality_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One municipality: its population, its seats, and what it hosts."""
    context = _municipality(slug, audience_of(request), timezone.localdate())
    return render(request, "committee/municipality_detail.html", context)


@kept_for_generation
def _municipality(slug: str, audience: Audience, today: date) -> dict[str, Any]:
    municipality = get_object_or_404(Municipality, slug=slug)
    # Read in their order until there are enough, and not all that it ever hosted as `hosted_events` would be.
    events = municipality.hosted_events.model.objects.hosted_by(municipality).visible_to(audience)
    turns = municipality.host_turns.visible_to(audience)
    populations = list(municipality.populations.all()[: POPULATIONS + 1])
    return {
        "object": municipality,
        "municipality": municipality,
        "populations": populations[:POPULATIONS],
        "has_earlier_populations": len(populations) > POPULATIONS,
        "seats": municipality.seats.select_related("body"),
        "located_bodies": municipality.located_bodies.all(),
        **_meetings(events.around(today, MEETINGS), today),
        "calendar_query": f"?vard={municipality.slug}",
        "turns": turns.filter(pk__in=turns.order_by("-year", "-pk").values("pk")[:TURNS])
        .select_related("rotation__body", "event")
        .order_by("rotation", "number"),
    }


def _meetings(events: Iterable[Any], today: date) -> dict[str, list[Any]]:
    """What is coming, and what is over with the latest first."""
    rows = list(events)
    return {
        "upcoming": [event for event in rows if event.ends_on >= today],
        "past": [event for event in reversed(rows) if event.ends_on < today],
    }


def latest_plan() -> OperationalPlan:
    """The newest plan that anyone may read. Raises Http404 when there is none."""
    plan = OperationalPlan.objects.public().first()
    if plan is None:
        raise Http404("Ingen verksamhetsplan är beslutad än.")
    return plan


@require_safe
def cooperation(request: HttpRequest) -> HttpResponse:
    """What the latest plan says we do together: areas, target areas, and the rest of its chapter 5."""
    return render(request, "committee/cooperation.html", _cooperation())


@kept_for_generation
def _cooperation() -> dict[str, Any]:
    plan = latest_plan()
    areas = plan.areas.prefetch_related("governing_documents", "target_areas__issues__directions")
    sections = plan.sections.in_chapters(PlanSection.COOPERATION_CHAPTER).prefetch_related(
        "directions", "source_notes"
    )
    return {"plan": plan, "object": plan, "areas": areas, "sections": sections}


@require_safe
def target_area_detail(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """One target area with its issues and directions."""
    context = _target_area(year, slug, audience_of(request), timezone.localdate())
    return render(request, "committee/targetarea_detail.html", context)


@kept_for_generation
def _target_area(year: int, slug: str, audience: Audience, today: date) -> dict[str, Any]:
    plans = OperationalPlan.objects.visible_to(audience).filter(year=year)
    target_areas = list(
        TargetArea.objects.filter(area__plan__in=plans)
        .select_related("area__plan")
        .prefetch_related("issues__directions")
    )
    target_area = next((candidate for candidate in target_areas if candidate.slug == slug), None)
    if target_area is None:
        raise Http404("Målområdet finns inte i den planen.")
    index = target_areas.index(target_area)
    plan = target_area.area.plan
    # Reports hang on the plan, not on its working copy.
    places = [] if plan.working_copy_of_id else followed_up_plan(plan, audience, today)
    return {
        "object": target_area,
        "plan": plan,
        "followed": next((each for each in places if each.place == target_area), None),
        "has_versions": True,
        "previous": target_areas[index - 1] if index else None,
        "next": target_areas[index + 1] if index + 1 < len(target_areas) else None,
    }
