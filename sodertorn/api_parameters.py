"""Which questions a data set answers over the API: read from an address, and described for programs. A leaf.

What is described and what is read stand together, so that they can't differ.
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from sodertorn.opendata import Filter, Items, PublishedDataset

PAGE_SIZE = 100
"""How many rows are sent when nothing else is asked for."""
LARGEST_PAGE = 1000
FARTHEST = 1_000_000_000
"""No table is longer, and every database can count so far."""
LONGEST_TEXT = 100
"""Signs of a text to look for; no municipality, body or code has as many."""
SHOWN = 40
"""Signs of a wrong value that are repeated to whoever sent it."""
MOST_MISTAKES = 10
"""Mistakes that are told at once."""

WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# No control characters, and nothing in place of bytes that were not text.
PLAIN_TEXT = re.compile(rf"[^\x00-\x1f\x7f\ufffd]{{1,{LONGEST_TEXT}}}")

Schema = dict[str, Any]
"""A part of a JSON Schema (2020-12), which OpenAPI 3.1 describes values with."""


class NotUnderstood(Exception):
    """What was asked can't be answered: by each parameter's name, in Swedish, what to do about it."""

    def __init__(self, mistakes: dict[str, str]) -> None:
        super().__init__(" ".join(f"{name}: {text}" for name, text in mistakes.items()))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Parameter:
    """`read` makes the value of the text in an address, and raises ValueError for any text but what `expects`
    says in Swedish and `schema` in JSON Schema.
    """

    name: str
    title: str
    schema: Schema
    expects: str
    read: Callable[[str], Any]


@dataclass(frozen=True)
class Question:
    """Which rows are asked for: of those that pass every filter, `limit` after the first `offset`.

    `chosen` are the filters with their values, and with those as they stand in an address.
    """

    offset: int = 0
    limit: int = PAGE_SIZE
    chosen: tuple[tuple[Filter, Any, str], ...] = ()

    def applied_to(self, items: Items) -> Items:
        """All the items that pass the filters."""
        for each, value, _ in self.chosen:
            items = each.apply(items, value)
        return items


def filters(dataset: PublishedDataset) -> tuple[Parameter, ...]:
    """What the data set's own rows may be chosen by, besides which of them to send (`PAGING`)."""
    return tuple(map(_of_filter, dataset.filters))


def question(dataset: PublishedDataset, query: QueryDict) -> Question:
    """What an address asks of the data set. Raises NotUnderstood, with what is wrong."""
    known = {parameter.name: parameter for parameter in (*filters(dataset), *PAGING)}
    values: dict[str, Any] = {}
    mistakes: dict[str, str] = {}
    for name, texts in query.lists():
        try:
            values[name] = _read(known, name, texts)
        except ValueError as error:
            mistakes[_shown(name)] = str(error)
        if len(mistakes) == MOST_MISTAKES:
            break
    if mistakes:
        raise NotUnderstood(mistakes)
    texts_of = {name: texts[0] for name, texts in query.lists()}
    chosen = tuple(
        (each, values[each.name], texts_of[each.name]) for each in dataset.filters if each.name in values
    )
    return Question(values.get(OFFSET.name, 0), values.get(LIMIT.name, PAGE_SIZE), chosen)


def _read(known: dict[str, Parameter], name: str, texts: list[str]) -> Any:
    if name not in known:
        raise ValueError(f"Parametern finns inte. De som finns är {_listed(known)}.")
    if len(texts) > 1:
        raise ValueError("Parametern står flera gånger. Ange den en gång.")
    try:
        return known[name].read(texts[0])
    except ValueError:
        raise ValueError(f"Ange {known[name].expects}, inte ”{_shown(texts[0])}”.") from None


def _listed(names: dict[str, Parameter]) -> str:
    *first, last = names
    return f"{', '.join(first)} och {last}"


def _shown(text: str) -> str:
    """As much of what was sent as helps to find it; signs that can't be seen are written as codes."""
    short = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in short)


# --- Kinds of values ----------------------------------------------------------------------------------------


def _whole_number(name: str, title: str, smallest: int, largest: int, **more: Any) -> Parameter:
    def read(text: str) -> int:
        if not WHOLE_NUMBER.fullmatch(text) or not smallest <= int(text) <= largest:
            raise ValueError
        return int(text)

    schema = {"type": "integer", "minimum": smallest, "maximum": largest, **more}
    return Parameter(name, title, schema, f"ett heltal från {smallest} till {largest}", read)


def _one_of(name: str, title: str, choices: tuple[str, ...]) -> Parameter:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError
        return text

    schema = {"type": "string", "enum": list(choices)}
    return Parameter(name, title, schema, f"något av {', '.join(choices)}", read)


def _yes_or_no(name: str, title: str) -> Parameter:
    def read(text: str) -> bool:
        if text not in ("true", "false"):
            raise ValueError
        return text == "true"

    return Parameter(name, title, {"type": "boolean"}, "true eller false", read)


def _day(name: str, title: str) -> Parameter:
    def read(text: str) -> datetime.date:
        # Python takes other ways of writing a date too, and digits of other scripts.
        if not DAY.fullmatch(text):
            raise ValueError
        return datetime.date.fromisoformat(text)

    schema = {"type": "string", "format": "date"}
    return Parameter(name, title, schema, "en dag som ÅÅÅÅ-MM-DD", read)


def _text(name: str, title: str) -> Parameter:
    def read(text: str) -> str:
        if not PLAIN_TEXT.fullmatch(text):
            raise ValueError
        return text

    schema = {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_TEXT,
        "pattern": r"^[^\u0000-\u001f\u007f\ufffd]+$",
    }
    return Parameter(name, title, schema, f"en text med högst {LONGEST_TEXT} tecken", read)


def _of_filter(each: Filter) -> Parameter:
    """Whole numbers that one can ask for are years and chapters: none is greater than the last year is."""
    if each.choices:
        return _one_of(each.name, each.title, each.choices)
    if each.kind == "integer":
        return _whole_number(each.name, each.title, datetime.MINYEAR, datetime.MAXYEAR)
    of_kind = {"boolean": _yes_or_no, "date": _day}.get(each.kind, _text)
    return of_kind(each.name, each.title)


OFFSET = _whole_number("offset", "Hur många rader som hoppas över", 0, FARTHEST, default=0)
LIMIT = _whole_number("limit", "Hur många rader som skickas", 1, LARGEST_PAGE, default=PAGE_SIZE)
PAGING = (OFFSET, LIMIT)
