"""The open data as an API for programs, and the page that describes it for people. A top."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from calendar_app.feeds import base_url
from sodertorn.api_answers import (
    PARAMETERS,
    PROBLEMS,
    UNKNOWN,
    Unanswered,
    for_programs,
    json_response,
)
from sodertorn.api_description import openapi
from sodertorn.api_parameters import LARGEST_PAGE, PAGE_SIZE, NotUnderstood, Question, filters, question
from sodertorn.api_rows import rows_answer
from sodertorn.catalogue import DATASETS, TOPICS, dataset

TITLE = "Södertörnskommunernas öppna data"
SUMMARY = "Samarbetskommitténs möten, verksamhetsplan, budget och nyckeltal, för program. Bara att läsa."


@require_safe
def api(request: HttpRequest) -> HttpResponse:
    """What the API answers, with an example that it has just answered."""
    address = request.build_absolute_uri()
    first = DATASETS[0]
    shown = rows_answer(first, Question(limit=1), f"{address}{first.slug}", base_url(request))
    context = {
        "address": address,
        "topics": {topic: [(each, filters(each)) for each in listed] for topic, listed in TOPICS.items()},
        "example_address": f"{address}{first.slug}?limit=1",
        "example": json.dumps(shown.content, ensure_ascii=False, indent=2),
        "largest_page": LARGEST_PAGE,
        "page_size": PAGE_SIZE,
        "problems": PROBLEMS,
    }
    return render(request, "api.html", context)


@for_programs
def api_description(request: HttpRequest) -> HttpResponse:
    """The API in OpenAPI."""
    page = request.build_absolute_uri(reverse("api"))
    content = openapi(DATASETS, title=TITLE, summary=SUMMARY, address=page.rstrip("/"), page=page)
    return json_response(request, content, changed_at=None)


@for_programs
def api_dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """Rows of a data set."""
    found = dataset(slug)
    if found is None:
        listed = ", ".join(each.slug for each in DATASETS)
        raise Unanswered(UNKNOWN, f"Datamängden finns inte. De som finns är {listed}.")
    try:
        asked = question(found, request.GET)
    except NotUnderstood as error:
        raise Unanswered(PARAMETERS, str(error), error.mistakes) from None
    answer = rows_answer(found, asked, request.build_absolute_uri(request.path), base_url(request))
    return json_response(request, answer.content, changed_at=answer.changed_at, links=answer.links)
