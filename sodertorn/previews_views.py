"""The page behind a preview link: a draft on its real page, and what of it has pages of its own.

The page's view is called as for a visitor who sees the draft too. Its addresses are made with the link's own
address in front (Django's script prefix), so that a plan's target areas, meetings and budget can be reached
within the preview. All else is at its public address, and that is where its links end up.
"""

import copy
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, get_script_prefix, resolve, reverse, set_script_prefix
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from sodertorn.previews import audience_for, draft_behind

PAGES_OF_DRAFTS = {
    "plan-detail",
    "plan-file",
    "plan-comparison",
    "about",
    "contact",
    "committee:targetarea-detail",
    "committee:document-file",
    "committee:newsitem-detail",
    "committee:page-detail",
    "budget:budget-detail",
    "calendar_app:event-year",
    "calendar_app:event-month",
    "calendar_app:event-detail",
    "calendar_app:event-month-detail",
}
"""What is shown within a preview. The calendar, since a plan's meetings are drafts as long as it is."""


@require_safe
def preview(request: HttpRequest, token: str, path: str = "") -> HttpResponseBase:
    """The draft behind the link, or at a further path what belongs to it."""
    found = draft_behind(token, timezone.now())
    if found is None:
        return _private(render(request, "preview_gone.html", status=404))
    link, row = found
    request.audience = audience_for(link, row)  # type: ignore[attr-defined]
    own_address = urlsplit(row.get_absolute_url()).path
    if not row.is_draft:
        return _private(HttpResponseRedirect(own_address))
    address = f"{get_script_prefix()}{path}" if path else own_address
    try:
        return _private(_page(request, address, reverse("preview", args=[token])))
    except Http404 as error:
        return _private(page_not_found(request, error))


def _page(request: HttpRequest, address: str, prefix: str) -> HttpResponseBase:
    """The page at the portal's address as the preview's audience sees it, or where to find it otherwise."""
    path = f"/{address.removeprefix(get_script_prefix())}"
    try:
        match = resolve(path)
    except Resolver404 as error:
        raise Http404("Sidan finns inte.") from error
    if match.view_name not in PAGES_OF_DRAFTS:
        return HttpResponseRedirect(_with_query(address, request))
    inner: Any = copy.copy(request)
    inner.path_info, inner.path, inner.resolver_match = path, prefix + path[1:], match
    inner.user = AnonymousUser()  # also for staff: they see what those see whom they sent the link to
    outer_prefix = get_script_prefix()
    set_script_prefix(prefix)
    try:
        response = match.func(inner, *match.args, **match.kwargs)
        return response.render() if hasattr(response, "render") else response
    finally:
        set_script_prefix(outer_prefix)


def _with_query(address: str, request: HttpRequest) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Nobody keeps the page, finds it by a search, or tells its address to the next site."""
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
