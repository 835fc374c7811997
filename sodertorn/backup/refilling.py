"""An empty database filled from an archive, and compared with it row by row. A leaf."""

import time
from pathlib import Path

import pyrage
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from sodertorn.backup.archive import Manifest, opened_archive
from sodertorn.backup.given_numbers import set_last_number
from sodertorn.backup.progress import Progress
from sodertorn.backup.schema_states import ends_of, tables_in
from sodertorn.backup.sealed_file import BackupFailed
from sodertorn.backup.tables import Table
from sodertorn.models import ContentGeneration


def refill(
    using: str,
    path: Path,
    identity: pyrage.x25519.Identity | None,
    manifest: Manifest,
    progress: Progress,
) -> None:
    """Make the tables as they were when the archive was made, fill them, compare, and migrate to the present.

    Raises BackupFailed if a table does not come out as the archive has it.
    """
    connection = connections[using]
    executor = MigrationExecutor(connection)
    executor.migrate(ends_of(manifest.migrations, executor.loader))
    tables = tables_in(manifest.migrations, executor.loader)
    with transaction.atomic(using=using):
        # Rows come in the order of their tables, and refer to tables that come later.
        _check_references(connection, "DEFERRED")
        _fill(connection, tables, path, identity, progress)
        for table, content in zip(tables, manifest.tables, strict=True):
            set_last_number(connection, table, content.last_number)
        connection.check_constraints()
        # With checks still to come, a table could not be altered by the migrations that follow.
        _check_references(connection, "IMMEDIATE")
    progress.tell("Jämför varje rad …")
    for table, content in zip(tables, manifest.tables, strict=True):
        restored = table.content(using)
        if (restored.name, restored.rows, restored.sha256) != (content.name, content.rows, content.sha256):
            raise BackupFailed(
                f"Tabellen {content.name} blev inte som i arkivet: {restored.rows} rader av {content.rows}."
            )
    # Known by identity, which the rows of the archive may have otherwise than those of the migrations.
    ContentType.objects.clear_cache()
    call_command("migrate", database=using, interactive=False, verbosity=0)
    _raise_generation(using)


def _fill(
    connection: BaseDatabaseWrapper,
    tables: list[Table],
    path: Path,
    identity: pyrage.x25519.Identity | None,
    progress: Progress,
) -> None:
    """Replace whatever rows the migrations have made by those of the archive.

    Triggers do their work: what they keep beside the rows, such as an index of words, is not in the archive.
    """
    by_name = {table.name: table for table in tables}
    with connection.cursor() as cursor:
        for name in by_name:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608 - names of ours
    with opened_archive(path, identity) as parts:
        for part in parts:
            if part.table is None:
                continue
            if part.table not in by_name:
                raise BackupFailed(f"Arkivet har en tabell som portalen inte känner till: {part.table}.")
            progress.start(part.table)
            by_name[part.table].insert(progress.count(part.content.read().splitlines()), connection)


def _check_references(connection: BaseDatabaseWrapper, when: str) -> None:
    """When PostgreSQL checks foreign keys; SQLite does when the transaction ends, which is soon enough."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL {when}")


def _raise_generation(using: str) -> None:
    """Let no page that was made from other rows be taken for one of these.

    The number counts on from a moment (`sodertorn/generation.py`), so the present one is beyond all it has
    been, here or in the archive.
    """
    rows = ContentGeneration.objects.using(using)
    stored = rows.first() or ContentGeneration()
    stored.number = max(stored.number + 1, time.time_ns() // 1_000_000)
    stored.changed_at = timezone.now()
    stored.save(using=using)
