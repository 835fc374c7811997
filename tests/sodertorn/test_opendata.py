"""Open data as CSV and JSON: every value is told apart, and nothing in a cell is run."""

import csv
import datetime
import io
import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodertorn.opendata import Column, Dataset, Row, Rows, Value, machine_value, text_cell
from sodertorn.responses import BATCH, CsvResponse, DatasetJsonResponse

COLUMNS = (Column("name", "Namn", "Kommunens namn"), Column("amount", "Belopp", unit="kr"))


def table(*rows: Row) -> Dataset:
    return Dataset("avgifter", "Avgifter", COLUMNS, rows, description="Per kommun.", source="Budgeten.")


def csv_of(*rows: Row) -> str:
    return CsvResponse(table(*rows)).getvalue().decode()


def test_csv_is_the_whole_table():
    content = csv_of(("Botkyrka", 256_912), ('Sagt "så", då', None), ("Två\nrader", Decimal("2.50")))

    assert content == ('name,amount\r\nBotkyrka,256912\r\n"Sagt ""så"", då",\r\n"Två\nrader",2.50\r\n')


def test_json_is_the_whole_table():
    content = DatasetJsonResponse(table(("Botkyrka", 256_912), ("Tyresö", None))).getvalue().decode()

    assert "Tyresö" in content
    assert json.loads(content) == {
        "slug": "avgifter",
        "title": "Avgifter",
        "description": "Per kommun.",
        "source": "Budgeten.",
        "licence": "",
        "columns": [
            {
                "name": "name",
                "title": "Namn",
                "description": "Kommunens namn",
                "unit": "",
                "kind": "string",
            },
            {"name": "amount", "title": "Belopp", "description": "", "unit": "kr", "kind": "string"},
        ],
        "rows": [{"name": "Botkyrka", "amount": 256_912}, {"name": "Tyresö", "amount": None}],
    }


def test_empty_table_has_its_columns():
    assert csv_of() == "name,amount\r\n"
    assert json.loads(DatasetJsonResponse(table()).getvalue())["rows"] == []


def test_responses_say_what_they_are():
    responses = CsvResponse(table()), DatasetJsonResponse(table())

    assert [response["Content-Type"] for response in responses] == [
        "text/csv; charset=utf-8; header=present",
        "application/json",
    ]
    assert [response["Content-Disposition"] for response in responses] == [
        'inline; filename="avgifter.csv"',
        'inline; filename="avgifter.json"',
    ]


@pytest.mark.parametrize(
    ("value", "cell", "machine"),
    [
        (None, "", None),
        ("", "", ""),
        (True, "true", True),
        (False, "false", False),
        (0, "0", 0),
        (-5, "-5", -5),
        (Decimal("-2.50"), "-2.50", "-2.50"),
        (datetime.date(2017, 2, 2), "2017-02-02", "2017-02-02"),
        (datetime.time(8, 30), "08:30", "08:30"),
        (
            datetime.datetime(2017, 2, 2, 12, 0, 1, 5, tzinfo=datetime.UTC),
            "2017-02-02T12:00:01+00:00",
            "2017-02-02T12:00:01+00:00",
        ),
        (("0181", "0140"), "0181;0140", ["0181", "0140"]),
        ((), "", []),
    ],
)
def test_each_sort_of_value_has_its_text(value: Value, cell: str, machine: object):
    assert text_cell(value) == cell
    assert machine_value(value) == machine


@pytest.mark.parametrize("text", ["=1+1", "+46", "-2 grader", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_that_a_spreadsheet_would_run_is_neutralised_in_csv_only(text):
    assert text_cell(text) == f"'{text}"
    assert text_cell((text, "b")) == f"'{text};b"
    assert machine_value(text) == text


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(), st.dates(), st.lists(st.text()).map(tuple)
)


@given(st.lists(st.tuples(VALUES, VALUES), max_size=5))
def test_any_table_is_read_back_as_the_same_cells(rows: list[Row]):
    [names, *cells] = csv.reader(io.StringIO(csv_of(*rows), newline=""))
    objects = json.loads(DatasetJsonResponse(table(*rows)).getvalue())["rows"]

    assert names == ["name", "amount"]
    assert cells == [[text_cell(value) for value in row] for row in rows]
    assert [list(each.values()) for each in objects] == [
        [machine_value(value) for value in row] for row in rows
    ]
    assert not any(cell.startswith(("=", "@", "+")) for row in cells for cell in row)


def test_rows_are_made_a_batch_at_a_time_and_may_be_gone_through_again():
    made: list[int] = []

    def row_of(number: int) -> Row:
        made.append(number)
        return (f"Rad {number}", number)

    dataset = Dataset("t", "T", COLUMNS, Rows(range(BATCH + 1), row_of))
    chunks: Iterator[bytes] = iter(CsvResponse(dataset).streaming_content)  # type: ignore[arg-type]
    next(chunks)
    assert made == []
    next(chunks)
    assert len(made) == BATCH
    assert len(list(dataset.rows)) == BATCH + 1


def test_row_of_the_wrong_length_is_no_table():
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        DatasetJsonResponse(table(("Botkyrka",))).getvalue()
