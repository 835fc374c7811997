"""The identities that a database has given to rows: none is ever given again. A leaf.

Versions of a row that is gone still speak of it by its identity, so a restored database goes on where the old
one was, and not where its remaining rows end.
"""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from sodertorn.backup.tables import Table


def _numbered(table: Table) -> str | None:
    """The column whose values the database gives out, if any."""
    key = table.model._meta.pk
    return (
        str(key.column)
        if isinstance(key, models.AutoField | models.BigAutoField | models.SmallAutoField)
        else None
    )


def last_number(connection: BaseDatabaseWrapper, table: Table) -> int | None:
    """The highest identity that has been given in a table, also to rows that are gone; None if none has."""
    column = _numbered(table)
    if column is None:
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
        else:
            quoted = connection.ops.quote_name(table.name)
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quoted, column])
            (sequence,) = cursor.fetchone()
            cursor.execute(f"SELECT last_value FROM {sequence} WHERE is_called")  # noqa: S608 - from the database
        row = cursor.fetchone()
    return int(row[0]) or None if row else None


def set_last_number(connection: BaseDatabaseWrapper, table: Table, number: int | None) -> None:
    """Let the next identity be higher than that."""
    column = _numbered(table)
    if column is None or number is None:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, number])
        else:
            quoted = connection.ops.quote_name(table.name)
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [quoted, column, number])
