"""A SQLite database replaced by one that is built beside it. A leaf."""

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.db import connections

from sodertorn.backup.sealed_file import BackupFailed, first_line

ATTEMPTS = 120
"""To get the lock for writing, a quarter of a second apart."""


@contextmanager
def replaced_sqlite_file(using: str) -> Iterator[str]:
    """The alias of a new database, whose content takes the place of the old one's when the block has ended
    well.

    It is copied in by SQLite's own backup, in one transaction of the old database, and not renamed to its
    place: whoever has the old file open goes on in the same file and sees the new content. A rename would let
    a running portal write to a file that nobody reads any more. A power cut undoes it whole.
    """
    path = Path(connections[using].settings_dict["NAME"])
    built = path.with_name(f"{path.name}.{uuid.uuid4().hex}.aterlasning")
    alias = built.name
    connections.settings[alias] = {**connections[using].settings_dict, "NAME": str(built)}
    try:
        with new_connection(alias):
            yield alias
            _refuse_damaged(alias)
        connections[using].close()
        _copy(built, path)
    finally:
        del connections.settings[alias]
        for name in (built.name, f"{built.name}-wal", f"{built.name}-shm"):
            built.with_name(name).unlink(missing_ok=True)


@contextmanager
def new_connection(alias: str) -> Iterator[None]:
    """A connection that is closed and forgotten after the block."""
    try:
        yield
    finally:
        connections[alias].close()
        with suppress(AttributeError):
            del connections[alias]


def _refuse_damaged(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(1)")
        (verdict,) = cursor.fetchone()
    if verdict != "ok":
        raise BackupFailed(f"Den nya databasen blev skadad: {verdict}. Pröva disken.")


def _copy(source: Path, target: Path) -> None:
    attempts = 0

    def count_attempts(status: int, remaining: int, total: int) -> None:
        nonlocal attempts
        attempts += status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if attempts > ATTEMPTS:
            raise BackupFailed("Databasen är upptagen. Stoppa portalen och försök igen.")

    with closing(sqlite3.connect(source)) as built, closing(sqlite3.connect(target)) as place:
        try:
            built.backup(place, progress=count_attempts)
            place.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise BackupFailed(f"Databasen {target} gick inte att skriva: {first_line(error)}.") from error
