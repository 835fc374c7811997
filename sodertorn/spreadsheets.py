"""Open data as spreadsheets (.xlsx), for those who go on reckoning. A leaf: it knows no app.

The first sheet has the same names and values as the CSV file; the second says what the columns mean.
"""

import datetime
import io
from collections.abc import Iterable
from decimal import Decimal
from itertools import chain, islice

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from sodertorn.opendata import Dataset, Value, machine_value

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_SHEET, ABOUT_SHEET = "Uppgifter", "Om uppgifterna"
WIDEST = 60
"""No column is made wider than so many characters."""
MEASURED = 200
"""So many rows are looked at to make the columns wide enough: the rest are written as they come."""

CellValue = str | int | Decimal | datetime.date | datetime.time | bool | None


class XlsxResponse(HttpResponse):
    """A table as `xlsx_bytes` writes it, under the table's name."""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(xlsx_bytes(dataset), content_type=CONTENT_TYPE)
        self["Content-Disposition"] = f'attachment; filename="{dataset.slug}.xlsx"'


def xlsx_bytes(dataset: Dataset) -> bytes:
    """The table as a workbook: numbers are numbers and dates are dates, so that they can be reckoned with."""
    workbook = Workbook(write_only=True)
    _add_sheet(workbook, ROWS_SHEET, chain([tuple(dataset.names)], dataset.rows))
    columns = [(column.name, column.title, column.unit, column.description) for column in dataset.columns]
    about: list[tuple[Value, ...]] = [("Kolumn", "Rubrik", "Enhet", "Förklaring"), *columns]
    about += [(label, text, None, None) for label, text in _about(dataset)]
    _add_sheet(workbook, ABOUT_SHEET, about)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def cell_value(value: Value) -> CellValue:
    """A cell as a spreadsheet has it; several values with semicolons between, a moment without its offset."""
    if isinstance(value, tuple):
        value = ";".join(value)
    if isinstance(value, str):
        return ILLEGAL_CHARACTERS_RE.sub("", value)
    if isinstance(value, datetime.datetime):
        return str(machine_value(value))
    return value


def _about(dataset: Dataset) -> list[tuple[str, str]]:
    """What there is to say of the whole table."""
    said = [
        ("Tabell", dataset.title),
        ("Beskrivning", dataset.description),
        ("Källa", dataset.source),
        ("Licens", dataset.licence),
    ]
    return [(label, text) for label, text in said if text]


def _add_sheet(workbook: Workbook, title: str, rows: Iterable[tuple[Value, ...]]) -> None:
    """A sheet whose first row is its head. The rows are never held all at once."""
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    cells = ([cell_value(value) for value in row] for row in rows)
    first = list(islice(cells, MEASURED))
    for number, column in enumerate(zip(*first, strict=True), start=1):
        widest = max(len(str(value)) for value in column if value is not None)
        sheet.column_dimensions[get_column_letter(number)].width = min(widest, WIDEST) + 2
    for index, row in enumerate(chain(first, cells)):
        sheet.append([_cell(sheet, value, is_head=index == 0) for value in row])


def _cell(sheet: object, value: CellValue, *, is_head: bool) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever it begins with
    if is_head:
        cell.font = Font(bold=True)
    return cell
