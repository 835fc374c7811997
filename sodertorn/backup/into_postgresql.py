"""A PostgreSQL database emptied of the portal's tables and filled again, in one transaction. A leaf."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from sodertorn.backup.schema_states import NOT_KEPT, applied_migrations, code_migrations, tables_in

PATIENCE = "30s"
"""For others to end what they do with the tables."""


@contextmanager
def replaced_in_postgresql(using: str) -> Iterator[str]:
    """The alias of a database without tables, in a transaction that is committed when the block has ended
    well. Until then everyone else sees, or waits for, what was there before.
    """
    connection = connections[using]
    with transaction.atomic(using=using):
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        _drop_tables(connection)
        yield using


def _drop_tables(connection: BaseDatabaseWrapper) -> None:
    """Drop the portal's tables, and the functions that their triggers call, which would stand in the way of
    the migrations that make them. Tables that are not the portal's stay.
    """
    loader = code_migrations()
    states = (applied_migrations(connection, loader), loader.graph.nodes)
    ours = {table.name for state in states for table in tables_in(state, loader)}
    ours |= {MigrationRecorder.Migration._meta.db_table, *NOT_KEPT.values()}
    ours |= {str(cache.get("LOCATION")) for cache in settings.CACHES.values()}
    tables = sorted(ours.intersection(connection.introspection.table_names()))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger
            JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
            WHERE NOT tgisinternal AND relname = ANY(%s)
            AND relnamespace = current_schema()::regnamespace
            AND pronamespace = current_schema()::regnamespace
            """,
            [tables],
        )
        functions = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
        for function in functions:
            cursor.execute(f"DROP FUNCTION {function}")
