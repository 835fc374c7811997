"""Tables written as workbooks (.xlsx) with openpyxl. A leaf: it knows no app.

The first sheet has the same names and values as the CSV file; the second says what the columns mean.
"""

import io
from collections.abc import Iterable
from itertools import chain, islice

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from sodertorn.opendata import Dataset, Value
from sodertorn.spreadsheets import CellValue, cell_value

ROWS_SHEET, ABOUT_SHEET = "Uppgifter", "Om uppgifterna"
WIDEST = 60
"""No column is made wider than so many characters."""
MEASURED = 200
"""So many rows are looked at to make the columns wide enough: the rest are written as they come."""


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
