"""Reading a table of a data file field by field, so that every fault is told with its place in the file."""

import datetime
from collections.abc import Iterator
from textwrap import shorten
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")

_KINDS = {str: "text", int: "ett heltal", datetime.time: "ett klockslag, till exempel 12:00:00"}


class FileError(Exception):
    """A fault in a data file: where it is and what is wrong, in Swedish for the person who edits the file."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where or 'filen'}: {what}")


class Entry:
    """One table of the file. Use it in a `with` statement: fields that nobody asked for are then a fault.

    `where` names the entry for a person, for example "avsnitt 7 Kalendarium, möte radslag-2017".
    """

    def __init__(self, table: Any, where: str, defaults: dict[str, Any] | None = None) -> None:
        if not isinstance(table, dict):
            raise FileError(where, "här ska det stå en tabell med fält.")
        self.where = where
        self._unread = {**(defaults or {}), **table}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error_type is None and self._unread:
            raise FileError(self.where, f"okänt fält: {', '.join(sorted(self._unread))}.")

    def __contains__(self, name: str) -> bool:
        return name in self._unread

    def fail(self, what: str) -> FileError:
        return FileError(self.where, what)

    def text(self, name: str, default: str | None = None) -> str:
        """The field as stripped text; without a default it must be there and not be empty."""
        value = self._take(name, str, "text", default)
        if default is None and not value.strip():
            raise self.fail(f"fältet {name} är tomt.")
        if "\0" in value:
            raise self.fail(f"fältet {name} innehåller ett tecken som inte kan lagras.")
        return value.strip()

    def number(self, name: str, default: int | None = None) -> int:
        return self._take(name, int, "ett heltal", default)

    def flag(self, name: str) -> bool:
        return self._take(name, bool, "true eller false", False)

    def date(self, name: str, default: datetime.date | None = None) -> datetime.date:
        return self._take(name, datetime.date, "ett datum, till exempel 2017-02-02", default)

    def texts(self, name: str) -> list[str]:
        """The field as a list of texts; empty if it is left out."""
        values = self._take(name, list, "en lista", [])
        for value in values:
            if not isinstance(value, str) or not value.strip() or "\0" in value:
                raise self.fail(
                    f"fältet {name} ska vara en lista med texter, men innehåller {_as_written(value)}."
                )
        return values

    def entries(self, name: str, label: str, defaults: dict[str, Any] | None = None) -> Iterator["Entry"]:
        """The field's tables, each named by `label` and its id, name, quote or number in the list."""
        for number, table in enumerate(self._take(name, list, "en lista med tabeller", []), start=1):
            named = table if isinstance(table, dict) else {}
            title = next(
                (named[k] for k in ("id", "slug", "name", "heading", "quote") if named.get(k)), number
            )
            yield Entry(table, f"{self.where}, {label} {title}".lstrip(", "), defaults)

    def entry(self, name: str, label: str) -> "Entry":
        return Entry(self._take(name, dict, "en tabell", None), f"{self.where}, {label}".lstrip(", "))

    def is_text(self, name: str) -> bool:
        return isinstance(self._unread.get(name), str)

    def table(self, name: str) -> dict[str, Any]:
        """The field as a plain table, for instance of defaults; empty if it is left out."""
        return self._take(name, dict, "en tabell", {})

    def given(self, kind: type, *names: str) -> dict[str, Any]:
        """Those of the named fields that the entry has, each checked to be of the kind."""
        return {name: self._take(name, kind, _KINDS[kind], None) for name in names if name in self}

    def _take(self, name: str, kind: type[T], description: str, default: T | None) -> T:
        if name not in self._unread:
            if default is None:
                raise self.fail(f"fältet {name} saknas.")
            return default
        value = self._unread.pop(name)
        is_subtype = isinstance(value, bool | datetime.datetime) and type(value) is not kind
        if not isinstance(value, kind) or is_subtype:
            raise self.fail(f"fältet {name} ska vara {description}, inte {_as_written(value)}.")
        return value


def _as_written(value: Any) -> str:
    """The value much as the file has it, but no longer than a sentence can hold."""
    if isinstance(value, bool):
        return str(value).lower()
    return shorten(repr(value) if isinstance(value, str | list | dict) else str(value), 60, placeholder=" …")
