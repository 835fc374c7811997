"""Open data as spreadsheets (.xlsx), for those who go on reckoning. A leaf: it knows no app.

What a cell holds, and the answer that a visitor gets; `workbooks` writes the file.
"""

import datetime
from decimal import Decimal

from django.http import HttpResponse

from sodertorn.opendata import Dataset, Value, machine_value
from sodertorn.table_files import CONTROL

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

CellValue = str | int | Decimal | datetime.date | datetime.time | bool | None


class XlsxResponse(HttpResponse):
    """A table as `xlsx_bytes` writes it, under the table's name."""

    def __init__(self, dataset: Dataset) -> None:
        from sodertorn.workbooks import xlsx_bytes  # takes 6 MB, and a process may never be asked for one

        super().__init__(xlsx_bytes(dataset), content_type=CONTENT_TYPE)
        self["Content-Disposition"] = f'attachment; filename="{dataset.slug}.xlsx"'


def cell_value(value: Value) -> CellValue:
    """A cell as a spreadsheet has it; several values with semicolons between, a moment without its offset."""
    if isinstance(value, tuple):
        value = ";".join(value)
    if isinstance(value, str):
        return CONTROL.sub("", value)
    if isinstance(value, datetime.datetime):
        return str(machine_value(value))
    return value
