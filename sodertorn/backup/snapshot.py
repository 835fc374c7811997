"""The database as it is at one moment, read while others go on writing. A leaf."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def snapshot(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """All that is read in the block is as it was at its first query, whatever is written meanwhile.

    PostgreSQL keeps such a view for a transaction that asks for it. SQLite does for any that only reads, and
    with a write-ahead log (settings.py) neither it nor the writers wait for one another. Django would begin
    with the lock for writing, so here the transaction is begun by hand.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
