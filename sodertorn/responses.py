"""Open data as files. A leaf: it knows no app.

Rows are sent a batch at a time, so that a large table is never held whole in memory.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.http import StreamingHttpResponse

from sodertorn.opendata import Dataset, Row, machine_value, text_cell

BATCH = 200
"""Rows sent together."""


class CsvResponse(StreamingHttpResponse):
    """A table as `csv_text` writes it, under the table's name."""

    def __init__(self, dataset: Dataset, **kwargs: Any) -> None:
        super().__init__(csv_text(dataset), content_type="text/csv; charset=utf-8; header=present", **kwargs)
        self["Content-Disposition"] = f'inline; filename="{dataset.slug}.csv"'


class DatasetJsonResponse(StreamingHttpResponse):
    """A table as `json_text` writes it, under the table's name."""

    def __init__(self, dataset: Dataset, **kwargs: Any) -> None:
        super().__init__(json_text(dataset), content_type="application/json", **kwargs)
        self["Content-Disposition"] = f'inline; filename="{dataset.slug}.json"'


def csv_text(dataset: Dataset) -> Iterator[str]:
    """RFC 4180: commas, CRLF, and the columns' names first. Without a byte order mark, which most programs
    would take for a part of the first name.
    """
    yield _csv_lines([dataset.names])
    for rows in _batches(dataset.rows):
        yield _csv_lines([text_cell(value) for value in row] for row in rows)


def json_text(dataset: Dataset) -> Iterator[str]:
    """An object with the table's title and columns, and last its rows, each an object by column name."""
    about = {
        "slug": dataset.slug,
        "title": dataset.title,
        "description": dataset.description,
        "source": dataset.source,
        "licence": dataset.licence,
        "columns": [vars(column) for column in dataset.columns],
    }
    yield f'{_json(about)[:-1]}, "rows": ['
    separator = ""
    for rows in _batches(dataset.rows):
        objects = (dict(zip(dataset.names, map(machine_value, row), strict=True)) for row in rows)
        yield separator + ",\n".join(map(_json, objects))
        separator = ",\n"
    yield "]}\n"


def _csv_lines(rows: Iterable[list[str]]) -> str:
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    return lines.getvalue()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch
