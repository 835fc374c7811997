"""What differs between two versions of a row, field by field, as a clerk would say it. A leaf.

Asks the database for nothing: values come from the versions, and names of related rows from whoever calls.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

from django.db import models
from django.utils import timezone

from sodertorn.dates import date_text, moment_text, time_span
from sodertorn.money import kronor, number
from sodertorn.word_diff import Stretch, word_diff

NameOf = Callable[[type[models.Model], Any], str]
"""The name of a related row by its model and key, also of one that has been deleted."""

Values = Mapping[str, Any]
"""A version's values by field name: keys for foreign keys, lists of keys for many-to-many fields."""

LONG = 60
"""From so many characters on, a text is compared word by word."""

SHOWN_THOUGH_NOT_EDITED = ("file_name", "size")
"""What tells a reader that a file was replaced; its stored name tells nothing."""


@dataclass(frozen=True)
class FieldChange:
    """One field's change in words; "" is nothing. `words` compares long texts."""

    name: str
    label: str
    before: str
    after: str
    words: tuple[Stretch, ...] = ()


def told_fields(model: type[models.Model]) -> list[Any]:
    """The fields whose changes mean something to a clerk, in the model's order."""
    fields = [
        field
        for field in model._meta.fields
        if not field.primary_key
        and (field.editable or field.name in SHOWN_THOUGH_NOT_EDITED)
        and not isinstance(field, models.FileField | models.GeneratedField)
    ]
    kept: tuple[str, ...] = getattr(model, "_history_m2m_fields", ())
    return [*fields, *(field for field in model._meta.many_to_many if field.name in kept)]


def row_changes(
    fields: Iterable[Any], before: Values | None, after: Values | None, name_of: NameOf
) -> list[FieldChange]:
    """How the fields differ. Without `before` the row is new, without `after` it is gone."""
    changes = []
    for field in fields:
        old = None if before is None else before.get(field.name)
        new = None if after is None else after.get(field.name)
        if old == new:
            continue
        old_text, new_text = value_text(field, old, name_of), value_text(field, new, name_of)
        if old_text == new_text:
            if before is None or after is None or not isinstance(field, models.TextField):
                continue
            new_text = f"{new_text} (bara formatering eller mellanrum ändrade)"
        label = str(field.verbose_name)
        words: tuple[Stretch, ...] = ()
        if before is not None and after is not None and _is_long(field, old_text, new_text):
            words = tuple(word_diff(old_text, new_text))
        changes.append(FieldChange(field.name, f"{label[0].upper()}{label[1:]}", old_text, new_text, words))
    return changes


def _is_long(field: Any, old: str, new: str) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
    return bool(is_text and old and new and max(len(old), len(new)) >= LONG)


def value_text(field: Any, value: Any, name_of: NameOf) -> str:
    """The value as the portal writes it; "" for none."""
    if value is None or value == "" or value == []:
        return ""
    if field.many_to_many:
        return ", ".join(sorted(name_of(field.related_model, key) for key in value))
    if field.is_relation:
        return name_of(field.related_model, value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _plain_text(field, value)


def _plain_text(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, datetime.datetime):
        return moment_text(timezone.localtime(value))
    if isinstance(value, datetime.date):
        return date_text(value)
    if isinstance(value, datetime.time):
        return time_span(value)
    if isinstance(value, Decimal):
        return kronor(value)
    # Years and places in an order are small numbers, and written without spaces.
    if isinstance(value, int) and not isinstance(field, models.SmallIntegerField):
        return number(value)
    return readable(str(value)) if isinstance(field, models.TextField) else str(value)


class _Reader(HTMLParser):
    """The text of rich text: a line for each block, and where its links lead."""

    BLOCKS = ("p", "h2", "h3", "h4", "li", "blockquote", "br", "tr")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.BLOCKS:
            self.pieces.append("\n")
        if tag == "li":
            self.pieces.append("• ")
        if tag == "a":
            self._addresses.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._addresses and (address := self._addresses.pop()):
            self.pieces.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def readable(text: str) -> str:
    """Rich text without its tags; plain text as it is."""
    if not (text.lstrip().startswith("<") and text.rstrip().endswith(">")):
        return text
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = "".join(reader.pieces).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())
