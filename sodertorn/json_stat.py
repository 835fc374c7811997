"""Tables as json-stat2: dimensions with categories in order, and one value for each combination. A leaf.

The order of categories is that of their index numbers: programs that write the format may list them in any.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class MalformedTableError(ValueError):
    """The document is not such a table; the message is Swedish, for showing."""


@dataclass(frozen=True)
class Dimension:
    """One way in which the table is divided; `labels` maps each category's code to its name, in order.

    `total` is the category that stands for all the others, and `may_be_left_out` says that the service sums
    over the dimension when no category is chosen.
    """

    code: str
    label: str
    labels: Mapping[str, str]
    may_be_left_out: bool = False
    total: str = ""

    @property
    def codes(self) -> list[str]:
        return list(self.labels)


@dataclass(frozen=True)
class Table:
    """`values` has one item for each combination of categories, the last dimension's changing fastest.

    None is a value that is missing; `status` says why, by the place in `values`. Metadata has no values.
    """

    label: str
    source: str
    updated: str
    dimensions: tuple[Dimension, ...]
    roles: Mapping[str, list[str]]
    values: tuple[int | float | None, ...]
    status: Mapping[int, str]

    def dimension(self, code: str) -> Dimension:
        for dimension in self.dimensions:
            if dimension.code == code:
                return dimension
        raise MalformedTableError(f"Tabellen saknar dimensionen {code}.")

    def with_role(self, role: str) -> Dimension:
        """The one dimension that is time, place or content: "time", "geo", "metric"."""
        codes = self.roles.get(role, [])
        if len(codes) != 1:
            raise MalformedTableError(
                f"Tabellen ska ha en dimension med rollen {role}, men har {len(codes)}."
            )
        return self.dimension(codes[0])

    def value(self, chosen: Mapping[str, str]) -> tuple[int | float | None, str]:
        """The value for a category of each dimension, and its status; where there is but one, it is that."""
        place = 0
        for dimension in self.dimensions:
            codes = dimension.codes
            code = chosen.get(dimension.code, codes[0] if len(codes) == 1 else "")
            if code not in dimension.labels:
                raise MalformedTableError(f"Svaret saknar {dimension.label} {code}.")
            place = place * len(codes) + codes.index(code)
        return self.values[place], self.status.get(place, "")


def read_table(document: Mapping[str, Any], *, with_values: bool = True) -> Table:
    """A json-stat2 dataset, with its values or without (metadata). Raises MalformedTableError."""
    try:
        return _read_table(document, with_values=with_values)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise MalformedTableError(f"Tabellen har inte formen json-stat2 ({error!r}).") from error


def _read_table(document: Mapping[str, Any], *, with_values: bool) -> Table:
    if document.get("class") != "dataset":
        raise MalformedTableError("Svaret är inte en tabell i formatet json-stat2.")
    dimensions = tuple(_dimension(code, document["dimension"][code]) for code in document["id"])
    size = math.prod(len(dimension.labels) for dimension in dimensions)
    values: tuple[int | float | None, ...] = ()
    if with_values:
        values = _values(document["value"], size)
        if [len(dimension.labels) for dimension in dimensions] != list(document["size"]):
            raise MalformedTableError("Tabellens storlek stämmer inte med dess dimensioner.")
    return Table(
        label=str(document.get("label", "")),
        source=str(document.get("source", "")),
        updated=str(document.get("updated", "")),
        dimensions=dimensions,
        roles={role: list(codes) for role, codes in document.get("role", {}).items()},
        values=values,
        status=_status(document.get("status") or {}, size),
    )


def _dimension(code: str, content: Mapping[str, Any]) -> Dimension:
    category = content["category"]
    labels = category.get("label", {})
    index = category.get("index", list(labels))
    if isinstance(index, dict):
        index = sorted(index, key=index.__getitem__)
    extension = content.get("extension") or {}
    return Dimension(
        code=code,
        label=str(content.get("label", code)),
        labels={str(each): str(labels.get(each, each)) for each in index},
        may_be_left_out=extension.get("elimination") is True,
        total=str(extension.get("eliminationValueCode", "")),
    )


def _values(content: Any, size: int) -> tuple[int | float | None, ...]:
    """The values in order, from a list or from an object that leaves out what is missing."""
    values = (
        [content.get(str(place)) for place in range(size)] if isinstance(content, dict) else list(content)
    )
    if len(values) != size:
        raise MalformedTableError(f"Tabellen ska ha {size} värden men har {len(values)}.")
    for value in values:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise MalformedTableError(f"Tabellen har ett värde som inte är ett tal: {value!r}.")
    return tuple(values)


def _status(content: Any, size: int) -> dict[int, str]:
    """By place: from one status for all, a list, or an object with some."""
    if isinstance(content, str):
        return dict.fromkeys(range(size), content)
    items = content.items() if isinstance(content, dict) else enumerate(content)
    return {int(place): str(status) for place, status in items if status}
