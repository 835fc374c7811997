"""Pages that the secretariat writes, at addresses of their own right under the root."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve
from django.views.decorators.http import require_safe

from committee.models import Page
from sodertorn.kept_rows import kept_for_generation
from sodertorn.publishing import audience_of


@require_safe
def page_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A page; from an address that it had before, on to the one it has now."""
    audience = audience_of(request)
    page = Page.objects.visible_to(audience).filter(slug=slug).first()
    if page is None:
        former = Page.objects.formerly_at(slug).visible_to(audience)
        return redirect(get_object_or_404(former[:1]), permanent=True)
    return render(request, "committee/page_detail.html", {"object": page})


@require_safe
def without_slash(request: HttpRequest, slug: str) -> HttpResponse:
    """An address without its last slash, as in print: on to the page.

    Django does this for other addresses. Here it would first send whoever asks for what is not there on to
    an address that is not there either, since any word may be the address of a page.
    """
    if resolve(f"/{slug}/").func is page_detail:
        pages = Page.objects.filter(slug=slug) | Page.objects.formerly_at(slug)
        get_object_or_404(pages.visible_to(audience_of(request))[:1])
    return redirect(request.get_full_path(force_append_slash=True), permanent=True)


def footer_pages(request: HttpRequest) -> dict[str, Any]:
    """For templates: the pages that every page links to. Read from the database only where they are shown."""
    return {"footer_pages": cache(_pages_with_own_address)}


@kept_for_generation
def _pages_with_own_address() -> list[Page]:
    pages = Page.objects.with_own_address().public()
    return list(pages.only("title", "slug", "language", "position"))
