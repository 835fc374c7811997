"""How often one address may ask for what costs much, and what it is told when that is enough. A leaf.

What is refused here has reached Django: answers kept for everyone cost nothing and are not counted, and
neither is the answer that nothing has changed. The limits are wide, since a whole municipality may reach the
internet through one address. Signing in is counted by allauth (`account_settings.ACCOUNT_RATE_LIMITS`).
"""

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from sodertorn.api_answers import TOO_MANY, problem_response

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Limit:
    """So many answers each minute or hour by the clock, `seconds` long."""

    name: str
    amount: int
    seconds: int


SEARCH = Limit("search", 120, MINUTE)
DATA = Limit("data", 300, MINUTE)
TYPESET = Limit("typeset", 30, MINUTE)
REPORTS = Limit("reports", 10, HOUR)
"""As many reports as a school or a library that shares an address may need; the eleventh may be mailed."""

LIMITED = {
    "search": SEARCH,
    "api-dataset": DATA,
    "api-description": DATA,
    "dataset-file": DATA,
    "dcat": DATA,
    "follow-up-file": DATA,
    "budget:budget-list-file": DATA,
    "budget:budget-detail-file": DATA,
    "budget:fees-file": DATA,
    "budget:municipality-fee-file": DATA,
    "budget:what-if-file": DATA,
    "calendar_app:event-list-file": DATA,
    "calendar_app:event-past-file": DATA,
    "calendar_app:event-year-file": DATA,
    "calendar_app:event-month-file": DATA,
    "calendar_app:event-week-file": DATA,
    "committee:indicator-list-file": DATA,
    "committee:indicator-detail-file": DATA,
    "committee:municipality-indicators-file": DATA,
    "plan-file": TYPESET,
    "budget:fee-issue-file": TYPESET,
    "budget:fee-notice-file": TYPESET,
    "calendar_app:event-year-poster": TYPESET,
}
"""What each address counts as, by its name."""


def seconds_to_wait(request: HttpRequest, limit: Limit) -> int:
    """Until whoever asks may ask again; 0 if that is now."""
    key, left = _place(request, limit)
    if not key or caches["counts"].get(key, 0) < limit.amount:
        return 0
    return left


def count(request: HttpRequest, limit: Limit) -> None:
    """One more answer. Where counts can't be kept just now, nobody is refused."""
    key, _ = _place(request, limit)
    if key:
        counts = caches["counts"]
        counts.add(key, 0)
        with contextlib.suppress(ValueError):  # it could not be kept, or has been cleared away meanwhile
            counts.incr(key)


def _place(request: HttpRequest, limit: Limit) -> tuple[str, int]:
    """Where the count of this address and this minute or hour is, and how many seconds are left of that.

    "" where nothing is counted. What of an IPv6 address counts is the network of one customer (/64).
    """
    if not settings.RATE_LIMITS:
        return "", 0
    try:
        address = ratelimit.get_ip(request)
    except PermissionDenied:  # a server that gives no address, or one that is none
        return "", 0
    period, past = divmod(time.time(), limit.seconds)
    return f"rate:{limit.name}:{address}:{int(period)}", math.ceil(limit.seconds - past)


class RateLimits:
    """Middleware: refuse whoever has had enough of what is in `LIMITED`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        limit = _limit(request)
        if limit and response.status_code not in (HTTPStatus.NOT_MODIFIED, HTTPStatus.TOO_MANY_REQUESTS):
            count(request, limit)
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        limit = _limit(request)
        seconds = seconds_to_wait(request, limit) if limit else 0
        return too_many(request, seconds) if seconds else None


def _limit(request: HttpRequest) -> Limit | None:
    return LIMITED.get(request.resolver_match.view_name) if request.resolver_match else None


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429, and when to ask again, as whoever asked can read it."""
    if PurePosixPath(request.path).suffix == ".json" or request.path.startswith("/api/"):
        wait = "en sekund" if seconds == 1 else f"{seconds} sekunder"
        response = problem_response(request, TOO_MANY, f"Vänta {wait} och fråga sedan igen.")
        response["Access-Control-Allow-Origin"] = "*"
    else:
        context = {"seconds": seconds}
        response = render(request, "429.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    patch_cache_control(response, no_store=True)
    return response


def too_many_attempts(request: HttpRequest) -> HttpResponse:
    """handler429, for allauth: its limits for signing in are counted by the minute."""
    response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(MINUTE)
    patch_cache_control(response, no_store=True)
    return response
