"""Cells of tables that are taken out and in again: what a value is written as, and how it is read. A leaf.

What can't be read is refused with a ValueError whose Swedish reason is shown after the column's name.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db import models
from import_export.fields import Field
from import_export.widgets import Widget

from sodertorn.opendata import FORMULA_SIGNS
from sodertorn.table_files import Cell
from sodertorn.written_numbers import shown, written_number, written_whole_number

M = TypeVar("M", bound=models.Model)

MOST_NAMED = 10
"""How many rows a message names of those that could have been meant."""


class CellWidget(Widget):
    """A cell that goes out as the value it is; what comes in is text, or the value that a spreadsheet has."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> Any:
        """The value. Raises ValueError with the reason in Swedish."""
        raise NotImplementedError


def plain_text(value: Cell) -> str:
    """The text of a cell, without what a CSV file has before what a spreadsheet would take for a formula."""
    text = "" if value is None else str(value)
    if "\0" in text:
        raise ValueError("texten innehåller ett tecken som inte kan lagras")
    if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS):
        text = text[1:]
    return text.replace("\r\n", "\n").strip()


class TextCell(CellWidget):
    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> str:
        return plain_text(value)


class SlugCell(TextCell):
    """The last part of an address."""

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> str:
        text = plain_text(value)
        if text and not re.fullmatch(r"[-a-zA-Z0-9_]+", text):
            raise ValueError(f"{shown(text)} är ingen adressdel: skriv bara a–z, siffror och bindestreck")
        return text


class AmountCell(CellWidget):
    """An exact number: "1 280 000,50"."""

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> Decimal:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return Decimal(value)
        return written_number("" if value is None else str(value))


class WholeCell(CellWidget):
    """A whole number. An empty cell is `empty`, if that is given."""

    def __init__(self, empty: int | None = None, *, may_be_empty: bool = False) -> None:
        super().__init__()
        self.empty, self.may_be_empty = empty, may_be_empty

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> int | None:
        if value in (None, "") and self.may_be_empty:
            return self.empty
        return written_whole_number("" if value is None else str(value))


class DateCell(CellWidget):
    def __init__(self, *, may_be_empty: bool = False) -> None:
        super().__init__()
        self.may_be_empty = may_be_empty

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> datetime.date | None:
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        text = str(value or "").strip()
        if not text and self.may_be_empty:
            return None
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{shown(text)} är inte ett datum som 2017-08-01") from None


class TimeCell(CellWidget):
    """A time of day, or none: "12:00", "12.00"."""

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> datetime.time | None:
        if isinstance(value, datetime.time):
            return value
        text = str("" if value is None else value).strip()
        if not text:
            return None
        match = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?::00)?", text, re.ASCII)
        if match is None:
            raise ValueError(f"{shown(text)} är inte ett klockslag som 12:30")
        return datetime.time(int(match[1]), int(match[2]))


class ChoiceCell(CellWidget):
    """One of some values, by the words that people use for them."""

    def __init__(self, choices: Mapping[Any, str]) -> None:
        super().__init__()
        self.words = {value: word.lower() for value, word in choices.items()}

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return self.words.get(value, value)

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> Any:
        said = str("" if value is None else value).strip().lower()
        for each, word in self.words.items():
            if said == word:
                return each
        words = ", ".join(word for word in self.words.values() if word)
        if "" in self.words.values():
            words += " eller tomt"
        raise ValueError(f"{shown(said)} är inget av {words}")


def yes_or_no() -> ChoiceCell:
    return ChoiceCell({True: "ja", False: "nej"})


# --- Other rows ---------------------------------------------------------------------------------------------


class RelatedCell(CellWidget, Generic[M]):
    """Another row, by what people call it. The rows that can be meant are fetched once for a whole file.

    `labels` are the ways to call a row: attributes, or functions of it. It goes out by the first of them.
    `rows` gives all that can be meant, and a table may narrow it to those of one plan.
    """

    def __init__(
        self,
        rows: Callable[[], Iterable[M]],
        *labels: str | Callable[[M], str],
        may_be_empty: bool = False,
    ) -> None:
        super().__init__()
        self.rows, self.labels, self.may_be_empty = rows, labels, may_be_empty
        self._by_name: list[dict[str, list[M]]] | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> "RelatedCell[M]":
        """A table copies its columns for each file; a copy has fetched nothing yet."""
        return type(self)(self.rows, *self.labels, may_be_empty=self.may_be_empty)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else self._called(value, self.labels[0])

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> M | None:
        said = plain_text(value)
        if not said and self.may_be_empty:
            return None
        return self.named(said)

    def named(self, said: str) -> M:
        """The row that is called so. Raises ValueError if there is none, or several."""
        if self._by_name is None:
            rows = list(self.rows())
            self._by_name = [self._index(rows, label) for label in self.labels]
        for index in self._by_name:
            found = index.get(said.casefold(), [])
            if len(found) > 1:
                raise ValueError(f"flera heter {shown(said)}")
            if found:
                return found[0]
        names = [self._called(row, self.labels[0]) for rows in self._by_name[0].values() for row in rows]
        listed = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
        what = f"{shown(said)} finns inte" if said else "inget är skrivet"
        raise ValueError(f"{what}: skriv något av {listed}" if names else what)

    def _index(self, rows: list[M], label: str | Callable[[M], str]) -> dict[str, list[M]]:
        index: dict[str, list[M]] = {}
        for row in rows:
            index.setdefault(self._called(row, label).casefold(), []).append(row)
        return index

    @staticmethod
    def _called(row: M, label: str | Callable[[M], str]) -> str:
        return str(getattr(row, label)) if isinstance(label, str) else label(row)


class SeveralCell(RelatedCell[M]):
    """Several other rows in order, with commas between; semicolons where the names may have commas."""

    separator = ","

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return f"{self.separator} ".join(self._called(row, self.labels[0]) for row in value or [])

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> Any:
        names = [name.strip() for name in plain_text(value).split(self.separator)]
        found = [self.named(name) for name in names if name]
        if len(set(found)) < len(found):
            raise ValueError("samma står två gånger")
        return found


class SeveralTitlesCell(SeveralCell[M]):
    separator = ";"


class SeveralField(Field):
    """A column of several other rows, which can't be stored before the row itself is.

    `attribute` reads those that are stored, as a list. What a file says is kept on the row meanwhile; the
    table stores it when the row has been saved, and asks for it by `said`.
    """

    def get_value(self, instance: models.Model) -> Any:
        if (said := self.said(instance)) is not None:
            return said
        return list(super().get_value(instance)) if instance.pk else []

    def said(self, instance: models.Model) -> list[Any] | None:
        """What the file says, if it says something else than what is stored."""
        return instance.__dict__.get(self._place)

    def save(self, instance: models.Model, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:  # noqa: FBT001, FBT002
        instance.__dict__[self._place] = self.clean(row, **kwargs)

    @property
    def _place(self) -> str:
        return f"_said_of_{self.column_name}"
