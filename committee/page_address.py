"""Which addresses at the root are the portal's own, so that no page that staff write can have them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.urls import get_resolver


def taken_addresses() -> set[str]:
    """The first part of every address that the portal answers to: "kalender", "admin", "static" …"""
    return {*_first_parts(get_resolver().url_patterns), settings.STATIC_URL.strip("/")}


def _first_parts(patterns: Iterable[Any]) -> Iterator[str]:
    for pattern in patterns:
        first = str(pattern.pattern).partition("/")[0]
        if first:
            yield first
        else:
            yield from _first_parts(getattr(pattern, "url_patterns", []))
