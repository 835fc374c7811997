"""Reading tables that staff have edited in a spreadsheet: CSV and XLSX. A leaf: it knows no app.

Cells come as they are: text, whole and exact numbers, dates, or None for an empty one. What can't be read is
refused with a `ValueError` in Swedish that says where. openpyxl is imported when a workbook is read: it takes
6 MB, and a process may never be given one.
"""

import csv
import datetime
import io
import re
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Cell = str | int | Decimal | datetime.date | datetime.time | bool | None

LARGEST_FILE = 1_000_000
"""Bytes, as sent."""
LARGEST_CONTENT = 20_000_000
"""Bytes, unpacked. A spreadsheet is a packed file, and a small one can hold a very large one."""
MOST_ROWS, MOST_COLUMNS = 5_000, 50
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that no text has, and no workbook may."""


@dataclass(frozen=True)
class TableFile:
    """The names of the first row, and the rows below it; row 0 of `rows` is row 2 of the file."""

    names: list[str]
    rows: list[list[Cell]]


def read_table_file(content: bytes) -> TableFile:
    """A table from the bytes of a file, whichever of the two kinds it is."""
    if len(content) > LARGEST_FILE:
        raise ValueError("Filen är för stor: högst en megabyte kan läsas in.")
    lines = _xlsx_lines(content) if content.startswith(b"PK") else _csv_lines(content)
    while lines and all(cell in (None, "") for cell in lines[-1]):
        lines.pop()
    if not lines:
        raise ValueError("Filen är tom.")
    if len(lines) > MOST_ROWS + 1:
        raise ValueError(f"Filen har fler än {MOST_ROWS} rader. Dela upp den i flera filer.")
    names = [str(name or "").strip() for name in lines[0]]
    while names and not names[-1]:
        names.pop()
    return TableFile(
        names, [_of_length(line, len(names), row) for row, line in enumerate(lines[1:], start=2)]
    )


def _of_length(line: list[Cell], length: int, row: int) -> list[Cell]:
    """The cells under the names; what is missing at the end is empty, and there can be nothing beyond."""
    if any(cell not in (None, "") for cell in line[length:]):
        raise ValueError(f"Rad {row} har fler celler än det finns kolumnnamn.")
    return [*line[:length], *[None] * (length - len(line))]


def _csv_text(content: bytes) -> str:
    """UTF-8, else what Swedish spreadsheets write as "CSV (semikolonavgränsad)".

    Almost any bytes can be read as Windows-1252, but files that are no text have control characters too. A
    text in yet another encoding shows as changes in the preview.
    """
    for encoding in ("utf-8-sig", "windows-1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig" or not CONTROL.search(text):
            return text
    raise ValueError("Filen är varken XLSX eller CSV. Spara den som ”CSV UTF-8”.")


def _csv_lines(content: bytes) -> list[list[Cell]]:
    text = _csv_text(content)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [list(line) for line in reader]
    except csv.Error as error:
        raise ValueError(f"Filen är inte giltig CSV: {error}.") from error


def _xlsx_lines(content: bytes) -> list[list[Cell]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > LARGEST_CONTENT:
                raise ValueError("Filen är för stor när den packas upp.")
        values, formulas = (_sheet(content, data_only=data_only) for data_only in (True, False))
    except ValueError:
        raise
    except Exception as error:  # openpyxl lets whatever its parsers raise through
        raise ValueError("Filen kan inte läsas som XLSX. Är den hel?") from error
    return [
        [
            _cell(value, formula, row, column)
            for column, (value, formula) in enumerate(zip(*pair, strict=True), 1)
        ]
        for row, pair in enumerate(zip(values, formulas, strict=True), start=1)
    ]


def _sheet(content: bytes, *, data_only: bool) -> list[list[Any]]:
    from openpyxl import load_workbook

    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
    try:
        sheet = workbook.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS)
        return [[cell if cell.data_type == "f" else cell.value for cell in row] for row in rows]
    finally:
        workbook.close()


def _cell(value: Any, formula: Any, row: int, column: int) -> Cell:
    is_formula = getattr(formula, "data_type", "") == "f"
    if hasattr(value, "data_type"):
        value = value.value
    if is_formula and value is None:
        raise ValueError(
            f"Rad {row}, kolumn {column}: formeln har inget uträknat värde. Skriv värdet i stället."
        )
    if isinstance(value, datetime.datetime):
        return value.date() if value.time() == datetime.time() else value
    if isinstance(value, float):
        return int(value) if value.is_integer() else Decimal(repr(value))
    if value is None or isinstance(value, str | int | datetime.date | datetime.time):
        return value
    return str(value)
