"""Pages that join the topics: the start page, the whole plan, about, contact."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from budget.in_short import newest_in_short
from calendar_app.models import Event
from committee.models import (
    Body,
    Direction,
    Document,
    Municipality,
    NewsItem,
    OperationalPlan,
    Page,
    PlanSection,
)
from committee.views import latest_plan
from sodertorn.jsonld import organisation_jsonld
from sodertorn.kept_rows import kept_for_generation
from sodertorn.municipality_map import municipality_map
from sodertorn.plan_document import plan_document
from sodertorn.plan_print import plan_pdf
from sodertorn.plan_state import public_plan_pdf
from sodertorn.publishing import Audience, audience_of

START_EVENTS = 4
"""How many events the start page shows."""
START_NEWS = 3
"""How many pieces of news the start page shows."""
PLANS_ASIDE = 5
"""How many earlier plans, and later ones, a plan's page leads to; from the last of them it goes on."""


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The map, the next meetings, what the latest plan puts first, and what it costs."""
    facts = _start(audience_of(request), timezone.localdate())
    context = {**facts, "organisation_jsonld": _organisation(request, facts["municipalities"])}
    return render(request, "start.html", context)


@kept_for_generation
def _start(audience: Audience, today: date) -> dict[str, Any]:
    plan, budget = newest_in_short()
    municipalities: list[Any] = list(Municipality.objects.with_common_population())
    population_date = municipalities[0].population_date if municipalities else None
    events = list(Event.objects.visible_to(audience).around(today, START_EVENTS))
    upcoming = [event for event in events if event.ends_on >= today]
    return {
        "plan": plan,
        "budget": budget,
        "municipalities": municipalities,
        "map": municipality_map(municipalities),
        "upcoming": upcoming,
        "latest": [] if upcoming else events[::-1],
        "news": NewsItem.objects.visible_to(audience)[:START_NEWS],
        "priorities": Direction.objects.for_plan(plan).priorities().in_document_order() if plan else [],
        "population": sum(each.inhabitants for each in municipalities) if population_date else None,
        "population_date": population_date,
    }


def _organisation(
    request: HttpRequest, members: Sequence[Municipality] = (), secretariat: Body | None = None
) -> SafeString:
    """Who we are, for search engines."""
    base_url = request.build_absolute_uri("/").rstrip("/")
    return organisation_jsonld(base_url, base_url + static("images/icon-512.png"), members, secretariat)


def _own_text(audience: Audience, slug: str) -> Page | None:
    """What the secretariat has written on one of these pages, if anything."""
    return Page.objects.visible_to(audience).filter(slug=slug).first()


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Why we cooperate: the latest plan's introduction, purpose, principles and vision."""
    context = {**_about(audience_of(request)), "organisation_jsonld": _organisation(request)}
    return render(request, "about.html", context)


@kept_for_generation
def _about(audience: Audience) -> dict[str, Any]:
    plan = latest_plan()
    sections = plan.sections.in_chapters(*PlanSection.ABOUT_CHAPTERS).prefetch_related("source_notes")
    return {
        "plan": plan,
        "object": plan,
        "page": _own_text(audience, "om"),
        "sections": sections,
        "principles": plan.principles.all(),
    }


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """How to reach the secretariat, and each municipality."""
    facts = _contact(audience_of(request))
    organisation = _organisation(request, facts["municipalities"], facts["secretariat"])
    return render(request, "contact.html", {**facts, "organisation_jsonld": organisation})


@kept_for_generation
def _contact(audience: Audience) -> dict[str, Any]:
    secretariat = Body.objects.filter(kind=Body.Kind.SECRETARIAT).select_related("located_at").first()
    return {
        "object": secretariat,
        "secretariat": secretariat,
        "municipalities": list(Municipality.objects.all()),
        "page": _own_text(audience, "kontakt"),
    }


@require_safe
def plan_latest(request: HttpRequest) -> HttpResponse:
    """The address without a year leads to the newest plan."""
    return redirect(latest_plan())


@require_safe
def plan_detail(request: HttpRequest, year: int) -> HttpResponse:
    """The whole plan on one page, chapter by chapter."""
    return render(request, "plan_detail.html", _plan(year, audience_of(request)))


@kept_for_generation
def _plan(year: int, audience: Audience) -> dict[str, Any]:
    plans = list(OperationalPlan.objects.visible_to(audience).around(year, PLANS_ASIDE))
    plan = next((each for each in plans if each.year == year), None)
    if plan is None:
        raise Http404("Det finns ingen verksamhetsplan för det året.")
    document = plan_document(plan, audience)
    return {
        "plan": plan,
        "object": plan,
        "has_versions": True,
        "decisions": document.decisions,
        "document": document,
        "documents": Document.objects.for_plan(plan).visible_to(audience),
        "plans": plans,
        "earlier_plan": next((each for each in reversed(plans) if each.year < year), None),
    }


@require_safe
def plan_file(request: HttpRequest, year: int) -> HttpResponse:
    """The whole plan as PDF, from the same rows as its page; a draft is marked so on each page."""
    audience = audience_of(request)
    plan = get_object_or_404(OperationalPlan.objects.visible_to(audience), year=year)
    content = public_plan_pdf(plan) if audience.is_public else plan_pdf(plan_document(plan, audience))
    etag = quote_etag(hashlib.sha256(content).hexdigest())
    response = get_conditional_response(request, etag=etag)
    if response is None:
        name = f"verksamhetsplan-{year}.pdf"
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        response = HttpResponse(content, content_type="application/pdf", headers=headers)
    response["ETag"] = etag
    return response
