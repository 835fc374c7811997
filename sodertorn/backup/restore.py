"""A portal made again from an archive: all of it or nothing. A leaf.

Nothing is touched until every byte of the archive has been checked. Files are put in the store first: one
that no row leads to does no harm, so that part needs no undoing. Then the rows, in one transaction.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pyrage
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, connections

from sodertorn.backup.archive import Hashing, Manifest, StoredFile, check_archive, opened_archive
from sodertorn.backup.into_postgresql import replaced_in_postgresql
from sodertorn.backup.into_sqlite import replaced_sqlite_file
from sodertorn.backup.making import archive_name, make_backup, prepare_folder
from sodertorn.backup.progress import Progress
from sodertorn.backup.refilling import refill
from sodertorn.backup.schema_states import applied_migrations, code_migrations, tables_in
from sodertorn.backup.sealed_file import PIECE, BackupFailed, first_line

OF_THE_SCHEMA = {"contenttypes", "auth.permission", "auth.group", "auth.group_permissions"}
"""Rows that `migrate` itself writes, by app or model: a database with only these is empty."""
GENERATION = "sodertorn.contentgeneration"


def checked(path: Path, identity: pyrage.x25519.Identity | None) -> Manifest:
    """The manifest of an archive that is whole, and that this code can restore. Raises BackupFailed."""
    manifest = check_archive(path, identity)
    loader = code_migrations()
    unknown = [key for key in manifest.migrations if key not in loader.graph.nodes]
    if any(app not in loader.migrated_apps for app, _ in unknown):
        raise BackupFailed(
            f"Arkivet har uppgifter av ett slag som inte är påslaget här ({unknown[0][0]}). Ange samma "
            "OIDC_SERVER_URL, OIDC_CLIENT_ID och OIDC_CLIENT_SECRET som i portalen det kommer från."
        )
    if unknown:
        raise BackupFailed(
            f"Arkivet är från en nyare portal: koden saknar migreringen {' '.join(unknown[0])}. "
            "Uppgradera portalen och försök igen."
        )
    return manifest


def restore(
    path: Path,
    *,
    identity: pyrage.x25519.Identity | None = None,
    replace: bool = False,
    only_rows: bool = False,
    safety_folder: Path,
    recipient: str = "",
    using: str = "default",
    progress: Progress,
) -> Manifest:
    """Make the database and the store what they were when the archive was made.

    A place that holds anything is replaced only if told so, and then backed up first, into the safety folder.
    Rows of an older schema are migrated forward. Raises BackupFailed, and then the rows are as before.
    """
    progress.tell("Prövar arkivet …")
    manifest = checked(path, identity)
    if not _is_empty(using):
        if not replace:
            raise BackupFailed(
                "Databasen är inte tom. Med --replace ersätts allt i den, efter en säkerhetskopia av den."
            )
        safety = safety_folder / archive_name(
            datetime.now(UTC), is_encrypted=bool(recipient), before_restore=True
        )
        prepare_folder(safety_folder)
        progress.tell(f"Säkerhetskopierar det som finns till {safety} …")
        make_backup(safety, recipient=recipient, using=using, progress=progress)
    if not only_rows:
        _restore_files(path, identity, manifest, progress)
    vendor = connections[using].vendor
    replaced = replaced_in_postgresql if vendor == "postgresql" else replaced_sqlite_file
    progress.tell("Återläser databasen …")
    try:
        with replaced(using) as place:
            refill(place, path, identity, manifest, progress)
    except (DatabaseError, ValueError) as error:
        raise BackupFailed(f"Databasen tog inte emot arkivet: {first_line(error)}.") from error
    return manifest


def _is_empty(using: str) -> bool:
    """Whether nobody has put anything in the database. Raises BackupFailed if it can't be read."""
    connection = connections[using]
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return True
    loader = code_migrations()
    try:
        applied = applied_migrations(connection, loader)
        tables = tables_in(applied, loader) if applied else []
        return not any(
            table.rows(using).exists()
            for table in tables
            if not OF_THE_SCHEMA & {table.model._meta.app_label, table.model._meta.label_lower}
            and table.model._meta.label_lower != GENERATION
        )
    except DatabaseError as error:
        raise BackupFailed(
            f"Databasen går inte att läsa ({first_line(error)}). Flytta undan den, eller ange en ny i "
            "DATABASE_URL, och försök igen."
        ) from error


# --- Files --------------------------------------------------------------------------------------------------


def _restore_files(
    path: Path, identity: pyrage.x25519.Identity | None, manifest: Manifest, progress: Progress
) -> None:
    """Put in the store the files that it lacks. One that is there but not as it was is replaced, since names
    are never used for another content: it has been damaged."""
    progress.start("dokument")
    wanted = {file.name: file for file in manifest.files if not _is_stored(file)}
    if not wanted:
        return
    try:
        with opened_archive(path, identity) as parts:
            for part in progress.count(parts):
                if part.file in wanted:
                    _store(wanted.pop(part.file), part.content)
    except OSError as error:
        raise BackupFailed(f"Dokumenten gick inte att återläsa: {error.strerror or error}.") from error


def _is_stored(file: StoredFile) -> bool:
    if not default_storage.exists(file.name) or default_storage.size(file.name) != file.size:
        return False
    with default_storage.open(file.name) as content:
        reading = Hashing(content)  # type: ignore[arg-type]
        while reading.read(PIECE):
            pass
    return reading.sha256.hexdigest() == file.sha256


def _store(file: StoredFile, content: IO[bytes]) -> None:
    if default_storage.exists(file.name):
        default_storage.delete(file.name)
    stored = default_storage.save(file.name, File(content))
    if stored != file.name or not _is_stored(file):
        default_storage.delete(stored)
        raise BackupFailed(f"Dokumentet {file.name} kunde inte lagras som det var. Försök igen.")
