"""What a template is given, as a value to compare: the key that a piece of its HTML is kept under. A leaf.

Two keys are equal only if all that a template can read of the two is, as long as it asks no database.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.safestring import SafeString

ALIKE: frozenset[type] = frozenset({str, int, date, datetime, time, UUID, type(None)})
"""Types whose equal values look the same."""
UNLIKE: frozenset[type] = frozenset({bool, float, Decimal, Fraction, SafeString})
"""Types whose values may look different and yet be equal, as 1.0 and 1.00, or safe and plain text."""
KEPT_APART = ("_state", "_prefetched_objects_cache")


class NoKeyError(TypeError):
    """A value that may change without anyone seeing it, such as a form."""


def key_of(value: Any) -> Hashable:
    """The value with all that has been loaded with it. Raises NoKeyError."""
    return value if type(value) in ALIKE else _key_of(value, ())


def _key_of(value: Any, around: tuple[int, ...]) -> Hashable:
    """`around` holds what the value is part of: a row is found again by the rows fetched with it."""
    kind: Any = type(value)
    if kind in UNLIKE:
        return kind, str(value)
    if id(value) in around:
        return "around", around.index(id(value))
    around = (*around, id(value))
    if isinstance(value, Model):
        loaded = vars(value)
        related = loaded["_state"].fields_cache
        fetched = loaded.get("_prefetched_objects_cache")
        names = [name for name in loaded if name not in KEPT_APART]
        return (
            kind,
            *names,
            *_keys_of([loaded[name] for name in names], around),
            _key_of(related, around) if related else None,
            _key_of(fetched, around) if fetched else None,
        )
    if isinstance(value, Mapping):
        return kind, *value, *_keys_of(value.values(), around)
    if isinstance(value, (list, tuple, range, QuerySet)):
        return kind, *_keys_of(value, around)
    if is_dataclass(value):
        return kind, *_keys_of(vars(value).values(), around)
    if isinstance(value, Enum):
        return kind, value.name
    raise NoKeyError(f"{kind.__name__} has no key")


def _keys_of(values: Iterable[Any], around: tuple[int, ...]) -> list[Hashable]:
    return [value if type(value) in ALIKE else _key_of(value, around) for value in values]
