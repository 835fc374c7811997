"""What there is of each year is shown ten years at a time, the latest ones on the first page. A leaf."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404

YEARS_PER_PAGE = 10
"""As many as a table and the chart beside it have room for."""


def page_of_years(newest_first: QuerySet[Any] | Sequence[Any], asked: str | int) -> Page[Any]:
    """The page that an address asks for by its number. Raises Http404 if there is no such page."""
    try:
        return Paginator(newest_first, YEARS_PER_PAGE).page(asked)
    except InvalidPage as error:
        raise Http404("Så många sidor finns inte.") from error
