"""What the descriptions of data sets ask of the database: how many rows there are and how fresh, what they
span, which match.

A leaf.
"""

import datetime
from collections.abc import Iterable
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet

from sodertorn.asked_together import counts, first_values
from sodertorn.opendata import Filter, Kind, PublishedDataset, Revision, counted

Span = tuple[datetime.date, datetime.date]

_noted: ContextVar[list[QuerySet[Any]] | None] = ContextVar("noted", default=None)
"""While it is a list, `revision_of` only notes there which rows it is about."""


def revision_of(*rows: QuerySet[Any]) -> Revision:
    """The state of the rows that a table is made of, told by the versions that are kept of them.

    The rows are those that anyone may read: of a draft it can't be told that there is one. Takes a query for
    each kind of rows.
    """
    noted = _noted.get()
    if noted is not None:
        noted.extend(rows)
        return Revision(0, None)
    counted = [_versions_of(each).aggregate(number=Count("pk"), newest=Max("history_date")) for each in rows]
    moments = [each["newest"] for each in counted if each["newest"]]
    return Revision(sum(each["number"] for each in counted), max(moments, default=None))


def newest_changes(listed: Iterable[PublishedDataset]) -> dict[str, datetime.datetime | None]:
    """When each data set last changed, by slug, as its revision has it: one query for all.

    Of each kind of rows the newest versions are looked through until one is found of a row that anyone may
    read. Many data sets are about the same rows, which are asked for once.
    """
    kinds: dict[str, QuerySet[Any]] = {}
    told_by: dict[str, list[str]] = {}
    for published in listed:
        by_question = {str(rows.order_by().query): rows for rows in _rows_behind(published)}
        told_by[published.slug] = list(by_question)
        kinds |= by_question
    newest = first_values({question: _newest_version_of(rows) for question, rows in kinds.items()})
    return {
        slug: max((newest[each] for each in questions if newest[each]), default=None)
        for slug, questions in told_by.items()
    }


def _rows_behind(published: PublishedDataset) -> list[QuerySet[Any]]:
    """The rows that tell the data set's revision, which is not asked for."""
    rows: list[QuerySet[Any]] = []
    token = _noted.set(rows)
    try:
        published.revision()
    finally:
        _noted.reset(token)
    return rows


def _newest_version_of(rows: QuerySet[Any]) -> QuerySet[Any]:
    is_one_of_them = Exists(rows.order_by().filter(pk=OuterRef("id")))
    versions = _history_of(rows.model).filter(is_one_of_them)
    return versions.order_by("-history_date").values("history_date")


def row_counts(listed: Iterable[PublishedDataset]) -> dict[str, int]:
    """How many rows each data set has, by slug: one query for all whose rows lie in the database.

    Those that are worked out are, to be counted.
    """
    items = {each.slug: (each.counted_by or each.items)() for each in listed}
    stored = {slug: rows for slug, rows in items.items() if isinstance(rows, QuerySet)}
    worked_out = {slug: counted(rows) for slug, rows in items.items() if not isinstance(rows, QuerySet)}
    return {**counts(stored), **worked_out}


def _versions_of(rows: QuerySet[Any]) -> QuerySet[Any]:
    return _history_of(rows.model).order_by().filter(id__in=rows.order_by().values("pk"))


def _history_of(model: Any) -> QuerySet[Any]:
    return _history_model(model)._default_manager.all()


@cache
def _history_model(model: Any) -> Any:
    """Where a model's versions are; `model.history` makes a manager of a new class whenever it is read."""
    return model.history.model


def day_span(rows: QuerySet[Any], first: str, last: str | None = None) -> Span | None:
    """The first and last day that the rows are about, by the fields that hold them; None without rows."""
    last = last or first
    ends = rows.order_by().aggregate(Min(first), Max(first), Min(last), Max(last)).values()
    days = [day for day in ends if day is not None]
    return (min(days), max(days)) if days else None


def year_span(rows: QuerySet[Any], year: str = "year") -> Span | None:
    """The first day of the rows' first year and the last day of their last; None without rows."""
    years = rows.order_by().aggregate(first=Min(year), last=Max(year))
    if years["first"] is None:
        return None
    return datetime.date(years["first"], 1, 1), datetime.date(years["last"], 12, 31)


def no_span() -> None:
    """Of rows that are about no days: they say how it is."""


def no_page() -> None:
    """Of data sets that are shown on many pages, each a part."""


def matching(
    name: str, title: str, path: str, kind: Kind = "string", choices: tuple[str, ...] = ()
) -> Filter:
    """The rows whose field, found by `path` as in a query, has the value."""
    return Filter(name, title, kind, choices, lambda rows, value: rows.filter(**{path: value}))
