"""`{% fragment … %}`: HTML that each process renders once for the same values."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from django import template
from django.db import connection
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString

from sodertorn.fragment_keys import NoKeyError, key_of

register = template.Library()

KEPT_PER_PLACE = 100
"""How many renderings of the same place in a template are kept."""


class FragmentNode(template.Node):
    """What stands within depends on nothing but the given values.

    A page is built anew for each change to anything, and most of it is then as it was. Nothing here grows
    old: what is kept is found again only when all that was loaded is the same, to the last column.
    """

    def __init__(self, nodelist: NodeList, given: list[FilterExpression]) -> None:
        self.nodelist, self.given = nodelist, given
        self._kept: dict[Hashable, SafeString] = {}
        self._lock = Lock()

    def render(self, context: template.Context) -> SafeString:
        try:
            key = tuple([key_of(value.resolve(context)) for value in self.given])
        except NoKeyError:
            return self.nodelist.render(context)
        kept = self._kept.get(key)
        return self._rendered(key, context) if kept is None else kept

    def _rendered(self, key: Hashable, context: template.Context) -> SafeString:
        """What asked the database depends on more than the key, and is not kept."""
        asked = []

        def note(execute: Callable[..., Any], *query: Any) -> Any:
            asked.append(query)
            return execute(*query)

        with connection.execute_wrapper(note):
            html = self.nodelist.render(context)
        if not asked:
            with self._lock:
                if len(self._kept) >= KEPT_PER_PLACE:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = html
        return html


@register.tag
def fragment(parser: Parser, token: Token) -> FragmentNode:
    """`{% fragment events form.query %}…{% endfragment %}`: name everything that the HTML depends on."""
    given = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(["endfragment"])
    parser.delete_first_token()
    return FragmentNode(nodelist, given)
