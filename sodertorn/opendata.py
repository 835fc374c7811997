"""A table of open data: what its columns mean, and its rows. The same rows become CSV, JSON or HTML.

A leaf: it knows neither the apps' models nor HTTP.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

Value = str | int | Decimal | datetime.date | datetime.time | bool | tuple[str, ...] | None
"""A cell. None is a value that is not known; a tuple holds several, such as the hosts of a meeting."""

Row = tuple[Value, ...]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Column:
    """`name` is for machines and never changes; `title` and `description` are Swedish, for people."""

    name: str
    title: str
    description: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Rows(Generic[Item]):
    """Each item as a row, made as one goes through them; one may go through them again."""

    items: Iterable[Item]
    as_row: Callable[[Item], Row]

    def __iter__(self) -> Iterator[Row]:
        return map(self.as_row, self.items)


@dataclass(frozen=True)
class Dataset:
    """A table: every row has a value for every column, in the columns' order."""

    slug: str
    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    description: str = ""
    source: str = ""

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


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
