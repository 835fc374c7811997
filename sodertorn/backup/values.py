"""A row as one line of text, the same on every database, and back. A leaf."""

import base64
import datetime
import json
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeAlias

from django.db import models
from django.utils.dateparse import parse_duration
from django.utils.duration import duration_iso_string

Field: TypeAlias = "models.Field[Any, Any]"

IN_FULL = 1e16
"""From here Python writes a number with an exponent, and PostgreSQL's JSON gives it back in full."""


def _as_text(value: Any) -> Any:
    """What JSON has no kind of its own for."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, datetime.timedelta):
        return duration_iso_string(value)
    raise TypeError(f"a {type(value).__name__} can't be kept")


def _plain(value: Any) -> Any:
    """A JSON document with its numbers as every database gives them back: PostgreSQL writes 1e22 in full."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, float) and abs(value) >= IN_FULL:
        return int(Decimal(repr(value)))
    return 0.0 if value == 0 and isinstance(value, float) else value


def line_of(values: Iterable[Any], json_columns: set[int]) -> bytes:
    """A row as one line; what is equal is the same bytes."""
    row = [_plain(value) if place in json_columns else value for place, value in enumerate(values)]
    text = json.dumps(
        row, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True, default=_as_text
    )
    return text.encode() + b"\n"


READERS: list[tuple[type[Field], Callable[[str], Any]]] = [
    (models.DecimalField, Decimal),
    (models.DateTimeField, datetime.datetime.fromisoformat),
    (models.DateField, datetime.date.fromisoformat),
    (models.TimeField, datetime.time.fromisoformat),
    (models.DurationField, parse_duration),
    (models.UUIDField, uuid.UUID),
    (models.BinaryField, base64.b64decode),
]
"""From text to value, by kind of field; a moment is a kind of date, so it comes first."""


def reader_of(field: Field) -> Callable[[Any], Any] | None:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return next((reader for kind, reader in READERS if isinstance(field, kind)), None)
