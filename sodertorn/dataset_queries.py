"""What the descriptions of data sets ask of the database: how many rows there are and how fresh, what they
span, which match.

A leaf.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Value

from sodertorn.opendata import Filter, Kind, PublishedDataset, Revision, counted

Span = tuple[datetime.date, datetime.date]


def revision_of(*rows: QuerySet[Any]) -> Revision:
    """The state of the rows that a table is made of, told by the versions that are kept of them.

    The rows are those that anyone may read: of a draft it can't be told that there is one. Takes a query for
    each kind of rows.
    """
    counted = [_versions_of(each).aggregate(number=Count("pk"), newest=Max("history_date")) for each in rows]
    moments = [each["newest"] for each in counted if each["newest"]]
    return Revision(sum(each["number"] for each in counted), max(moments, default=None))


def row_counts(listed: Iterable[PublishedDataset]) -> dict[str, int]:
    """How many rows each data set has, by slug: one query for all whose rows lie in the database.

    Those that are worked out are, to be counted.
    """
    items = {each.slug: (each.counted_by or each.items)() for each in listed}
    stored = [
        rows.order_by().values(dataset=Value(slug)).annotate(number=Count("pk"))
        for slug, rows in items.items()
        if isinstance(rows, QuerySet)
    ]
    worked_out = {slug: counted(rows) for slug, rows in items.items() if not isinstance(rows, QuerySet)}
    if not stored:
        return worked_out
    numbers = stored[0].union(*stored[1:], all=True).values_list("dataset", "number")
    return {**dict(numbers), **worked_out}


def _versions_of(rows: QuerySet[Any]) -> QuerySet[Any]:
    model: Any = rows.model
    return model.history.order_by().filter(id__in=rows.order_by().values("pk"))


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
