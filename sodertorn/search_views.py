"""The page of search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from sodertorn.search_form import SearchForm
from sodertorn.search_page import SearchPage


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The form, and what is found: the best of each kind, or all of one kind a page at a time."""
    page = SearchPage(SearchForm(request.GET), request.GET.get("sida", "1"))
    response = render(request, "search.html", {"search": page}, status=page.status)
    # Each question is its own, and there is no end of them: not worth keeping for anyone.
    patch_cache_control(response, no_store=True)
    return response
