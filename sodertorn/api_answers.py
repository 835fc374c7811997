"""How the API answers over HTTP: as JSON, to any web page, and with problems told in Swedish. A leaf.

A problem is JSON as RFC 9457 has it. Its type is the address of the text about it on the page that describes
the API, so that whoever meets it can read on.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.csrf import csrf_exempt

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"
METHODS = ("GET", "HEAD", "OPTIONS")
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link",
}
PREFLIGHT = {
    "Allow": ", ".join(METHODS),
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "Accept, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True)
class Problem:
    """Why something is not answered. `anchor` is its place on the page that describes the API."""

    anchor: str
    status: HTTPStatus
    title: str
    advice: str


PARAMETERS = Problem(
    "parametrar",
    HTTPStatus.BAD_REQUEST,
    "Frågan går inte att förstå",
    "Någon parameter i adressen finns inte, eller har ett värde som inte går att använda. Svaret säger "
    "vilken, och vad som går.",
)
UNKNOWN = Problem(
    "finns-inte",
    HTTPStatus.NOT_FOUND,
    "Datamängden finns inte",
    "Adressen leder inte till någon datamängd. Svaret räknar upp dem som finns.",
)
READ_ONLY = Problem(
    "bara-lasa",
    HTTPStatus.METHOD_NOT_ALLOWED,
    "Det går bara att läsa",
    "Använd metoden GET eller HEAD. Uppgifterna går inte att ändra den här vägen.",
)
NOT_JSON = Problem(
    "bara-json",
    HTTPStatus.NOT_ACCEPTABLE,
    "Svaret finns bara som JSON",
    "Skicka inget huvud Accept, eller ett som tillåter application/json.",
)
TOO_MANY = Problem(
    "for-ofta",
    HTTPStatus.TOO_MANY_REQUESTS,
    "För många frågor på kort tid",
    "Vänta så många sekunder som huvudet Retry-After säger. Fråga med If-None-Match, så räknas bara det som "
    "har ändrats, eller hämta hela datamängden som en fil.",
)
PROBLEMS = (PARAMETERS, UNKNOWN, READ_ONLY, NOT_JSON, TOO_MANY)


class Unanswered(Exception):
    """There is a problem; `detail` says in Swedish what to do about it, and `mistakes` where it is."""

    def __init__(self, problem: Problem, detail: str, mistakes: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.problem = problem
        self.mistakes = mistakes or {}


View = Callable[..., HttpResponse]


def for_programs(view: View) -> View:
    """An address that programs read, also from web pages elsewhere: GET, HEAD and OPTIONS of JSON.

    What the view raises as Unanswered is told as a problem. Nobody is signed in here, so there is nothing
    for a forged request to misuse.
    """

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = _answer(request, view, *args, **kwargs)
        except Unanswered as unanswered:
            response = problem_response(request, unanswered.problem, str(unanswered), unanswered.mistakes)
        for name, value in CORS.items():
            response[name] = value
        return response

    return answer


def _answer(request: HttpRequest, view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)
    if request.method not in METHODS:
        raise Unanswered(READ_ONLY, READ_ONLY.advice)
    if not request.accepts(JSON):
        raise Unanswered(NOT_JSON, NOT_JSON.advice)
    try:
        return view(request, *args, **kwargs)
    except TooManyFieldsSent:
        raise Unanswered(
            PARAMETERS, "Adressen har för många parametrar. Ange var och en högst en gång."
        ) from None


def json_response(
    request: HttpRequest, content: object, *, changed_at: datetime | None, links: dict[str, str] | None = None
) -> HttpResponse:
    """The content as JSON, or that whoever asks has it already."""
    text = json.dumps(content, ensure_ascii=False).encode()
    response = checked_response(request, text, content_type=JSON, changed_at=changed_at)
    response["Vary"] = "Accept"
    if links:
        response["Link"] = ", ".join(f'<{address}>; rel="{relation}"' for relation, address in links.items())
    return response


def checked_response(
    request: HttpRequest, content: bytes, *, content_type: str, changed_at: datetime | None
) -> HttpResponse:
    """The content, or that whoever asks has it already, told by a checksum of it.

    A date alone never says that nothing has changed: it has seconds only, and knows nothing of what is gone.
    """
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    stamp = int(changed_at.timestamp()) if changed_at else None
    asks_of_dates = "If-Unmodified-Since" in request.headers
    response = get_conditional_response(request, etag, stamp if asks_of_dates else None)
    response = response or HttpResponse(content, content_type=content_type)
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    if stamp is not None:
        response["Last-Modified"] = http_date(stamp)
    return response


def problem_response(
    request: HttpRequest, problem: Problem, detail: str, mistakes: dict[str, str] | None = None
) -> HttpResponse:
    """What is wrong, for a program and for whoever reads its log."""
    about = {
        "type": f"{request.build_absolute_uri(reverse('api'))}#{problem.anchor}",
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "errors": [{"parameter": name, "detail": text} for name, text in (mistakes or {}).items()],
    }
    response = HttpResponse(
        json.dumps(about, ensure_ascii=False), content_type=PROBLEM_JSON, status=problem.status
    )
    response["Content-Language"] = "sv"
    response["Vary"] = "Accept"
    if problem is READ_ONLY:
        response["Allow"] = ", ".join(METHODS)
    return response
