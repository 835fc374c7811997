"""A backup made and proved: rows of one moment, the files they name, and the archive read back. A leaf.

The rows come first and the files after them. A file is stored before its row is committed, and the portal
never deletes one (`committee/documents_storage.py`), so every file that the rows name is there when its turn
comes, and the moment of the rows need not be held while files are read.
"""

import re
import tomllib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyrage
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from sodertorn.backup.archive import ArchiveWriter, Manifest, TableContent, check_archive
from sodertorn.backup.given_numbers import last_number
from sodertorn.backup.new_file import new_file, refuse_existing, remove_unfinished
from sodertorn.backup.progress import Progress
from sodertorn.backup.rehearsal import rehearse
from sodertorn.backup.schema_states import (
    applied_migrations,
    code_migrations,
    file_columns,
    foreign_tables,
    tables_in,
)
from sodertorn.backup.sealed_file import BackupFailed, first_line, recipient_of, sealed_writer
from sodertorn.backup.snapshot import snapshot
from sodertorn.backup.tables import in_pieces

NAME = re.compile(r"portalen-\d{8}T\d{6}Z\.tar\.gz(\.age)?")
PATTERN = "portalen-*.tar.gz*"


@dataclass
class FileNames:
    """Files that rows name: those in use, and those that only earlier versions of a row had."""

    in_use: set[str]
    earlier: set[str]

    def watch(self, columns: dict[int, bool]) -> Callable[[tuple[Any, ...]], None] | None:
        """What takes the names out of a row in passing; None if it has no such columns."""
        if not columns:
            return None

        def look_at(row: tuple[Any, ...]) -> None:
            for place, is_in_use in columns.items():
                if row[place]:
                    (self.in_use if is_in_use else self.earlier).add(str(row[place]))

        return look_at


def archive_name(now: datetime, *, is_encrypted: bool, before_restore: bool = False) -> str:
    """A name that sorts by time, which is UTC so that no hour comes twice."""
    start = "fore-aterlasning" if before_restore else "portalen"
    return f"{start}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar.gz{'.age' if is_encrypted else ''}"


def make_backup(
    path: Path,
    *,
    recipient: str = "",
    using: str = "default",
    with_rehearsal: bool = False,
    progress: Progress,
) -> Manifest:
    """Write everything to a new archive, read it back and compare; with a rehearsal also restore it into a
    fresh place.

    Encrypted to the recipient, if any, and to a key that this call makes, uses to read the archive back, and
    forgets. Raises BackupFailed, or OSError of a full disk, and then leaves no archive.
    """
    own_key = pyrage.x25519.Identity.generate() if recipient else None
    recipients = [recipient_of(recipient), own_key.to_public()] if own_key else []
    refuse_existing(path)
    connection = connections[using]
    refuse_missing_database(connection)
    with new_file(path) as (file, unfinished):
        with sealed_writer(file, recipients) as target:
            manifest = _write(target, connection, progress)
        file.flush()
        progress.tell("Läser tillbaka arkivet …")
        if check_archive(unfinished, own_key) != manifest:
            raise BackupFailed("Arkivet kunde inte läsas tillbaka som det skrevs. Försök igen.")
        if with_rehearsal:
            progress.tell("Provar att återläsa det i en tom databas …")
            rehearse(unfinished, own_key)
    return manifest


def _write(target: BinaryIO, connection: BaseDatabaseWrapper, progress: Progress) -> Manifest:
    loader = code_migrations()
    names = FileNames(set(), set())
    try:
        with snapshot(connection):
            migrations = applied_migrations(connection, loader)
            if not migrations:
                raise BackupFailed("Databasen är tom: ingen portal har använt den. Stämmer DATABASE_URL?")
            tables = tables_in(migrations, loader)
            for name in foreign_tables(connection, tables):
                progress.tell(f"Tabellen {name} hör inte till portalen och följer inte med.")
            now = datetime.now(UTC).isoformat(timespec="seconds")
            manifest = Manifest(now, connection.vendor, portal_version(), migrations)
            archive = ArchiveWriter(target, manifest)
            for table in tables:
                progress.start(table.name)
                look_at = names.watch(file_columns(table, tables))
                content = TableContent(table.name, table.columns, last_number=last_number(connection, table))
                # Closed here also if the disk is full, and not when the database has been closed already.
                with closing(table.lines(connection.alias, look_at=look_at)) as lines:
                    archive.add_table(content, in_pieces(progress.count(lines)))
    except DatabaseError as error:
        raise BackupFailed(f"Databasen går inte att läsa: {first_line(error)}.") from error
    _add_files(archive, names, progress)
    archive.close()
    return manifest


def _add_files(archive: ArchiveWriter, names: FileNames, progress: Progress) -> None:
    manifest = archive.manifest
    progress.start("dokument")
    for name in progress.count(sorted(names.in_use | names.earlier)):
        try:
            is_there = default_storage.exists(name)
        except SuspiciousFileOperation:
            is_there = False
        if is_there:
            with default_storage.open(name) as content:
                archive.add_file(name, default_storage.size(name), content)  # type: ignore[arg-type]
        elif name in names.in_use:
            manifest.missing_files.append(name)
        else:
            manifest.erased_files.append(name)


def refuse_missing_database(connection: BaseDatabaseWrapper) -> None:
    """Connecting to a SQLite file that isn't there would make it."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).is_file():
        raise BackupFailed(f"Databasen {connection.settings_dict['NAME']} finns inte. Stämmer DATABASE_URL?")


def portal_version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def prepare_folder(folder: Path) -> None:
    """Make the folder of backups, for its owner only, and clear it of what killed runs have left."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        remove_unfinished(folder, PATTERN)
    except OSError as error:
        raise BackupFailed(f"Mappen {folder} går inte att skriva i ({error.strerror}).") from error


def remove_old(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest of the archives that `make_backup` has named in a folder."""
    own = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))
    old = own[:-keep]
    for path in old:
        path.unlink()
    return old
