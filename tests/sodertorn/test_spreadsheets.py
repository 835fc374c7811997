"""Tables as spreadsheets, read back with the same library that staff's own tools would use."""

import datetime
import io
from decimal import Decimal

from openpyxl import load_workbook

from sodertorn.opendata import Column, Dataset, Row
from sodertorn.spreadsheets import XlsxResponse
from sodertorn.workbooks import ABOUT_SHEET, ROWS_SHEET, xlsx_bytes

COLUMNS = (Column("name", "Namn"), Column("value", "Värde", "Vad det är.", "kronor"))


def sheet_rows(content: bytes, sheet: str = ROWS_SHEET) -> list[tuple[object, ...]]:
    return list(load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True))


def test_xlsx_keeps_numbers_dates_and_unknown_values():
    rows: list[Row] = [
        ("Höör", 1_280_000),
        ("öre", Decimal("2.50")),
        ("minus", Decimal(-80_000)),
        ("dag", datetime.date(2017, 8, 1)),
        ("okänt", None),
        ("flera", ("Salem", "Tyresö")),
        ("tidpunkt", datetime.datetime(2017, 8, 1, 12, 0, tzinfo=datetime.UTC)),
    ]
    assert sheet_rows(xlsx_bytes(Dataset("prov", "Prov", COLUMNS, rows))) == [
        ("name", "value"),
        ("Höör", 1_280_000),
        ("öre", 2.5),
        ("minus", -80_000),
        ("dag", datetime.datetime(2017, 8, 1)),  # noqa: DTZ001, a spreadsheet knows no time zones
        ("okänt", None),
        ("flera", "Salem;Tyresö"),
        ("tidpunkt", "2017-08-01T12:00:00+00:00"),
    ]


def test_xlsx_never_makes_text_a_formula():
    content = xlsx_bytes(Dataset("prov", "Prov", COLUMNS, [("=1+1", "@SUM(A1)")]))
    cells = load_workbook(io.BytesIO(content))[ROWS_SHEET][2]
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), ("@SUM(A1)", "s")]


def test_xlsx_leaves_out_characters_that_no_spreadsheet_holds():
    assert sheet_rows(xlsx_bytes(Dataset("prov", "Prov", COLUMNS, [("a\x00b", "\x0b")])))[1] == ("ab", None)


def test_xlsx_says_what_the_columns_mean():
    about = sheet_rows(xlsx_bytes(Dataset("prov", "Prov", COLUMNS, [], source="SCB")), ABOUT_SHEET)
    assert about == [
        ("Kolumn", "Rubrik", "Enhet", "Förklaring"),
        ("name", "Namn", None, None),
        ("value", "Värde", "kronor", "Vad det är."),
        ("Tabell", "Prov", None, None),
        ("Källa", "SCB", None, None),
    ]


def test_xlsx_response_is_a_file_with_the_tables_name():
    response = XlsxResponse(Dataset("prov", "Prov", COLUMNS, []))
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response["Content-Disposition"] == 'attachment; filename="prov.xlsx"'
