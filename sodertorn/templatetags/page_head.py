"""For base.html: what a page says of itself to search engines and to those whom it is shared with."""

import re
from typing import Any

from django import template
from django.db.models import Model
from django.http import HttpRequest
from django.template.base import NodeList, Parser, Token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from sodertorn.jsonld import breadcrumbs_jsonld, crumbs_in

register = template.Library()

LATER_PAGE = re.compile(r"(?:^|&)(sida=(?:[2-9]|[1-9][0-9]{1,5}))(?=&|$)")
"""The one parameter that makes another page of an address: the next part of a list. The others filter or
sort what stands there unfiltered too, or only change how it looks: a filtered list's address is the list's.
"""

SHORT = {"calendar_app.event": "short-event", "committee.newsitem": "short-news"}
"""Whose pages say that they have a short address, by the model."""


class KeptNode(template.Node):
    """What stands within it, shown in its place and kept under a name for the rest of the page."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: template.Context) -> SafeString:
        text = self.nodelist.render(context)
        context[self.name] = mark_safe(text.strip())  # noqa: S308 - already escaped by the template
        return text


@register.tag
def keep(parser: Parser, token: Token) -> KeptNode:
    """`{% keep page_title %}…{% endkeep %}`: a block can only stand in one place, and this is said twice."""
    _, name = token.split_contents()
    nodelist = parser.parse(["endkeep"])
    parser.delete_first_token()
    return KeptNode(nodelist, name)


@register.simple_tag(takes_context=True)
def canonical_address(context: template.Context) -> str:
    """The one address, in full, of what the page shows, whatever filter or old address led to it.

    A view that answers at several addresses gives the right one as `canonical_path`.
    """
    request: HttpRequest = context["request"]
    path = context.get("canonical_path") or request.path
    # Not `request.GET`, which refuses too many parameters.
    found = LATER_PAGE.search(request.META.get("QUERY_STRING", ""))
    return _base_url(request) + path + (f"?{found[1]}" if found else "")


@register.simple_tag(takes_context=True)
def static_address(context: template.Context, path: str) -> str:
    """The address of a static file in full, as other sites need it."""
    return _base_url(context["request"]) + static(path)


@register.simple_tag
def short_path(row: Any) -> str:
    """The row's short address, as in "/m/12"; "" for what has none."""
    name = SHORT.get(row._meta.label_lower) if isinstance(row, Model) else None
    return reverse(name, args=[row.pk]) if name else ""


@register.simple_tag(takes_context=True)
def breadcrumb_data(context: template.Context, shown: Any) -> SafeString | str:
    """The breadcrumbs that are shown, as JSON-LD; "" if there are none."""
    crumbs = crumbs_in(shown or "")
    return breadcrumbs_jsonld(crumbs, _base_url(context["request"])) if crumbs else ""


def _base_url(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
