"""Where questions are put: to the portal's own database, or to OpenSearch if there is one. A leaf.

All of them are back ends of modelsearch and answer alike: `search(query, entries)` is a list of entries, best
first, that can be cut and counted by kind. modelsearch's own back ends for databases keep a copy
of the words, read the whole copy at every save, and in SQLite look each hit up again by a search of its own;
those here use the index of `search_tables` instead, which needs no upkeep.
"""

import logging
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from modelsearch.backends.base import BaseSearchBackend, BaseSearchQueryCompiler, BaseSearchResults
from modelsearch.query import And, Or, PlainText, SearchQuery

from sodertorn.search_entry import HEADING_WEIGHT, SearchEntry
from sodertorn.search_tables import SQLITE_INDEX, TABLE
from sodertorn.swedish_words import Term

BATCH = 500
"""Entries that OpenSearch is given at a time."""

logger = logging.getLogger(__name__)


def query_for(terms: list[Term], *, also: list[str]) -> SearchQuery:
    """All the words, however they are spelled; where it is as they were typed, it tells twice."""
    words = [
        Or([PlainText(term.plain), PlainText(term.exact)]) if term.exact else PlainText(term.plain)
        for term in terms
    ]
    wanted = [*words, *(PlainText(word) for word in also)]
    return And(wanted) if len(wanted) > 1 else wanted[0]


@cache
def opensearch_at(address: str) -> BaseSearchBackend:
    """OpenSearch at the address, with the words taken as they are. Its client is only loaded for this."""
    from modelsearch.backends.opensearch3 import SearchBackend

    literal = {"analysis": {"analyzer": {"default": {"type": "whitespace"}}}}
    return SearchBackend({"URLS": [address], "TIMEOUT": 5, "INDEX_SETTINGS": {"settings": literal}})


def tell_opensearch(changed: list[SearchEntry], gone: list[SearchEntry]) -> None:
    """Have OpenSearch, if it is used, follow when the change is made.

    When it does not answer, the change is made all the same: `manage.py update_search` brings it in step.
    """
    if not settings.SEARCH_URL:
        return
    index = opensearch_at(settings.SEARCH_URL).get_index_for_model(SearchEntry)

    def follow() -> None:
        try:
            index.add_items(SearchEntry, changed)
            for entry in gone:
                index.delete_item(entry)
        except opensearch_failures():
            logger.exception("OpenSearch has not been told of a change; run manage.py update_search")

    transaction.on_commit(follow)


def opensearch_failures() -> tuple[type[Exception], ...]:
    """What its client raises when OpenSearch does not answer, or not as it should."""
    from opensearchpy.exceptions import OpenSearchException

    return (OpenSearchException,)


def rebuild_opensearch() -> None:
    """Fill a new index in OpenSearch from the entries, and put it in the old one's place when it is ready."""
    backend = opensearch_at(settings.SEARCH_URL)
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(SearchEntry))
    index = rebuilder.start()
    index.add_model(SearchEntry)
    entries = SearchEntry.objects.order_by("pk")
    last = 0
    while batch := list(entries.filter(pk__gt=last)[:BATCH]):
        index.add_items(SearchEntry, batch)
        last = batch[-1].pk
    rebuilder.finish()


class DatabaseQueryCompiler(BaseSearchQueryCompiler):
    """A query as FTS5 or PostgreSQL reads it. Terms are a–z and 0–9, so nothing in them is an operator."""

    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True
    SIGNS = {
        "postgresql": {PlainText: "'{}'", And: " & ", Or: " | "},
        "sqlite": {PlainText: '"{}"', And: " AND ", Or: " OR "},
    }

    def written(self) -> str:
        return self._written(self.query)

    def _written(self, query: Any) -> str:
        sign = self.SIGNS[connection.vendor][type(query)]
        if isinstance(query, PlainText):
            return sign.format(query.query_string)
        return f"({sign.join(self._written(each) for each in query.subqueries)})"


class DatabaseResults(BaseSearchResults):
    """Entries found by the index, which the database ranks: words in headings first, then the newest."""

    supports_facet = True

    FOUND = {
        "sqlite": (
            f"{SQLITE_INDEX} JOIN {TABLE} ON {TABLE}.id = {SQLITE_INDEX}.rowid WHERE {SQLITE_INDEX} MATCH %s"
        ),
        "postgresql": f"{TABLE}, to_tsquery('simple', %s) question WHERE {TABLE}.words @@ question",
    }
    SCORE = {
        "sqlite": f"-bm25({SQLITE_INDEX}, {HEADING_WEIGHT}, 1.0)",
        "postgresql": f"ts_rank('{{{1 / HEADING_WEIGHT}, 0.2, 0.4, 1.0}}', {TABLE}.words, question, 1)",
    }
    ORDER = "ORDER BY {score} DESC, date DESC NULLS LAST, id LIMIT %s OFFSET %s"

    def _found(self) -> tuple[str, list[Any]]:
        """The end of a statement, from its tables on, for what is found among the entries asked for."""
        found, parameters = self.FOUND[connection.vendor], [self.query_compiler.written()]
        entries: QuerySet[SearchEntry] = self.query_compiler.queryset
        if entries.query.where:
            limits, more = entries.query.get_compiler(connection=connection).compile(entries.query.where)
            found, parameters = f"{found} AND {limits}", [*parameters, *more]
        return found, parameters

    def _ask(self, wanted: str, rest: str, *more: Any) -> list[tuple[Any, ...]]:
        found, parameters = self._found()
        with connection.cursor() as cursor:
            # All that is put together here are the statements above; what was typed is a parameter.
            cursor.execute(f"SELECT {wanted} FROM {found} {rest}", [*parameters, *more])  # noqa: S608
            return cursor.fetchall()

    def _do_search(self) -> Iterator[SearchEntry]:
        """Those from `start` to `stop`: hits are always asked for some at a time."""
        order = self.ORDER.format(score=self.SCORE[connection.vendor])
        keys = [key for (key,) in self._ask("id", order, self.stop - self.start, self.start)]
        entries = self.query_compiler.queryset.in_bulk(keys)
        return (entries[key] for key in keys if key in entries)

    def _do_count(self) -> int:
        return int(self._ask("count(*)", "")[0][0])

    def facet(self, field_name: str) -> dict[Any, int]:
        """How many there are of each value of the field."""
        column = f"{TABLE}.{field_name}"
        return dict(self._ask(f"{column}, count(*)", f"GROUP BY {column}"))


class DatabaseBackend(BaseSearchBackend):
    """The portal's own database. Its index follows the entries by itself."""

    query_compiler_class = DatabaseQueryCompiler
    results_class = DatabaseResults
