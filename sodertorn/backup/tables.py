"""The rows of a table as text and back, exactly as they are stored.

They are read and written through Django's fields, which make SQLite's numbers and texts and PostgreSQL's own
types the same Python values: an archive from one can be restored into the other. A leaf.
"""

import hashlib
import json
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from sodertorn.backup.archive import ROWS_IN_A_PIECE, TableContent
from sodertorn.backup.values import Field, line_of, reader_of


@dataclass(frozen=True)
class Table:
    """A table as a state of the schema has it, with the columns that hold something of their own."""

    model: type[models.Model]
    fields: list[Field]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def columns(self) -> list[str]:
        return [str(field.column) for field in self.fields]

    @property
    def json_columns(self) -> set[int]:
        return {place for place, field in enumerate(self.fields) if isinstance(field, models.JSONField)}

    def rows(self, using: str) -> models.QuerySet[Any]:
        """By identity, and without what a manager may hide."""
        return models.QuerySet(model=self.model, using=using).order_by("pk")

    def lines(
        self, using: str, *, look_at: Callable[[tuple[Any, ...]], None] | None = None
    ) -> Generator[bytes, None, None]:
        """The rows as text, a few at a time in memory."""
        json_columns = self.json_columns
        rows = self.rows(using).values_list(*(field.attname for field in self.fields))
        for row in rows.iterator(chunk_size=ROWS_IN_A_PIECE):
            if look_at is not None:
                look_at(row)
            yield line_of(row, json_columns)

    def content(self, using: str) -> TableContent:
        """What the table holds, as an archive's manifest says it."""
        content, digest = TableContent(self.name, self.columns), hashlib.sha256()
        for line in self.lines(using):
            content.rows += 1
            digest.update(line)
        content.sha256 = digest.hexdigest()
        return content

    def parameters(self, lines: Iterable[bytes], connection: BaseDatabaseWrapper) -> Iterator[list[Any]]:
        """Rows as the database's driver takes them, from their lines."""
        readers = [reader_of(field) for field in self.fields]
        for line in lines:
            row = [
                reader(value) if reader and value is not None else value
                for reader, value in zip(readers, json.loads(line), strict=True)
            ]
            yield [
                self._prepared(field, value, connection)
                for field, value in zip(self.fields, row, strict=True)
            ]

    def _prepared(self, field: Field, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(field, models.JSONField) and (value is not None or not field.null):
            return connection.ops.adapt_json_value(value, field.encoder)
        return field.get_db_prep_value(value, connection)

    def insert(self, lines: Iterable[bytes], connection: BaseDatabaseWrapper) -> None:
        """Store rows exactly as they are: no default, no stamp and no rule of the model has a say."""
        quote = connection.ops.quote_name
        columns = ", ".join(quote(column) for column in self.columns)
        places = ", ".join(["%s"] * len(self.fields))
        statement = f"INSERT INTO {quote(self.name)} ({columns}) VALUES ({places})"  # noqa: S608 - names of ours
        with connection.cursor() as cursor:
            cursor.executemany(statement, list(self.parameters(lines, connection)))


def in_pieces(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while piece := list(islice(lines, ROWS_IN_A_PIECE)):
        yield piece
