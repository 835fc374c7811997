"""Tables of open data: what the columns mean, and the rows. The same rows become CSV, JSON, XLSX or HTML.

A `Dataset` is one table as it is sent. A `PublishedDataset` is what the catalogue says of a table that anyone
may fetch: how to read it, when it last changed, and which questions it answers. A leaf: it knows neither the
apps' models nor HTTP.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from django.db.models import QuerySet

Value = str | int | Decimal | datetime.date | datetime.time | bool | tuple[str, ...] | None
"""A cell. None is a value that is not known; a tuple holds several, such as the hosts of a meeting."""

Row = tuple[Value, ...]
Item = TypeVar("Item")

Kind = Literal["string", "integer", "decimal", "boolean", "date", "month-or-date", "time", "datetime", "list"]
"""What a column holds, besides values that are not known.

As text, "month-or-date" is "2018-01" or "2017-02-02", and "datetime" has its offset. "list" is of strings.
"""

Items: TypeAlias = QuerySet[Any] | Sequence[Any]
"""What a table has a row for each of: asked of the database, or worked out."""

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
CC_BY = "http://creativecommons.org/licenses/by/4.0/"
"""Licences as DCAT-AP-SE wants them written: free to use for anything, and the latter if the source is named.

The latter is for figures of others, who want that.
"""

COMMITTEE = "Södertörnskommunernas samarbetskommitté"
"""The source of what nobody else has said."""

BATCH = 2000
"""Rows read together; what belongs to them is fetched as often."""


@dataclass(frozen=True)
class Column:
    """`name` is for machines and never changes; `title` and `description` are Swedish, for people."""

    name: str
    title: str
    description: str = ""
    unit: str = ""
    kind: Kind = "string"


@dataclass(frozen=True)
class Rows(Generic[Item]):
    """Each item as a row, made as one goes through them; one may go through them again."""

    items: Iterable[Item]
    as_row: Callable[[Item], Row]

    def __iter__(self) -> Iterator[Row]:
        return map(self.as_row, in_batches(self.items))


def in_batches(items: Iterable[Item]) -> Iterable[Item]:
    """The items one by one; those that are asked of the database are never held all at once."""
    return items.iterator(chunk_size=BATCH) if isinstance(items, QuerySet) else items


def counted(items: Items) -> int:
    """How many there are, without reading those that are asked of the database."""
    return items.count() if isinstance(items, QuerySet) else len(items)


@dataclass(frozen=True)
class Dataset:
    """A table: every row has a value for every column, in the columns' order."""

    slug: str
    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    description: str = ""
    source: str = ""
    licence: str = ""

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class Revision:
    """Which state some rows are in: it never has the same two numbers again once anything has changed."""

    versions: int
    changed_at: datetime.datetime | None


@dataclass(frozen=True)
class Filter:
    """A question that a table answers with some of its rows.

    `choices` are all the values it can be asked with, or nothing where any of the kind will do. `apply` takes
    items and such a value: an int for "integer", a bool for "boolean", a date for "date", otherwise text.
    """

    name: str
    title: str
    kind: Kind
    choices: tuple[str, ...]
    apply: Callable[[Any, Any], Items]


@dataclass(frozen=True)
class PublishedDataset:
    """A table that anyone may fetch, and what the catalogue says of it.

    `items` are what anyone may read, in an order that stays the same. `page` is the path of the page where
    people see the same, if there is one. `licence`, `theme` and `frequency` are as DCAT-AP-SE has them: an
    IRI, and codes in the lists of data themes and frequencies that the EU keeps. `temporal` is the first and
    last day that the rows are about. `counted_by` are rows in the database that are as many as the items,
    where these are worked out.
    """

    slug: str
    title: str
    description: str
    columns: tuple[Column, ...]
    items: Callable[[], Items]
    as_row: Callable[[Any, str], Row]
    revision: Callable[[], Revision]
    keywords: tuple[str, ...]
    page: Callable[[], str | None]
    temporal: Callable[[], tuple[datetime.date, datetime.date] | None]
    frequency: str = "IRREG"
    source: str = COMMITTEE
    licence: str = CC0
    theme: str = "GOVE"
    filters: tuple[Filter, ...] = ()
    formats: tuple[str, ...] = ("csv", "json", "xlsx")
    counted_by: Callable[[], QuerySet[Any]] | None = None

    def changed_at(self) -> datetime.datetime | None:
        """When any of the rows last changed; None while there never was one."""
        return self.revision().changed_at

    def table(self, base_url: str, items: Items | None = None) -> Dataset:
        """All the rows, or those of the items given.

        `base_url` ("https://portal.example") is put before the paths that rows have.
        """
        chosen = self.items() if items is None else items
        rows = Rows(chosen, lambda item: self.as_row(item, base_url))
        return Dataset(self.slug, self.title, self.columns, rows, self.description, self.source, self.licence)


def machine_value(value: Value) -> str | int | bool | list[str] | None:
    """A cell as JSON has it: dates and times as ISO 8601, exact decimals as text.

    A moment keeps its offset; hours and minutes are enough for a time of day.
    """
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="minutes")
    return str(value) if isinstance(value, Decimal) else value


FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet read a text as a formula, or look past it at what follows."""


def text_cell(value: Value) -> str:
    """A cell as CSV has it; nothing for an unknown value, several values with semicolons between.

    Text that a spreadsheet would run as a formula gets an apostrophe before it; numbers keep their minus.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    plain = machine_value(value)
    if plain is None:
        return ""
    text = ";".join(plain) if isinstance(plain, list) else str(plain)
    is_text = isinstance(value, str | tuple)
    return f"'{text}" if is_text and text.startswith(FORMULA_SIGNS) else text
