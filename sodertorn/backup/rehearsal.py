"""Whether a portal can be made again from an archive: tried, in a place that is gone afterwards. A leaf."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pyrage
from django.conf import settings

from sodertorn.backup.sealed_file import BackupFailed


def rehearse(path: Path, identity: pyrage.x25519.Identity | None) -> None:
    """Restore the rows of an archive into a new SQLite file, by the command that would be used in earnest.

    It compares every row. A process of its own, since parts of the schema depend on which database the
    settings name. Whatever database the portal has, SQLite needs no rights on a server and burdens none. The
    documents were read back with the archive. Raises BackupFailed if the restoring fails.
    """
    with tempfile.TemporaryDirectory(prefix="provaterlasning-", dir=settings.DATA_DIR) as folder:
        database = Path(folder) / "portal.sqlite3"
        key = ["--key-file", "-"] if identity else []
        command = [
            sys.executable,
            str(settings.BASE_DIR / "manage.py"),
            "restore",
            "--only-rows",
            *key,
            str(path),
        ]
        ended = subprocess.run(  # noqa: S603 - our own program
            command,
            env={**os.environ, "DATABASE_URL": f"sqlite:///{database}", "DATA_DIR": folder},
            input=str(identity or ""),
            capture_output=True,
            text=True,
            check=False,
        )
    if ended.returncode:
        lines = ended.stderr.strip().splitlines() or ["okänt fel"]
        raise BackupFailed(f"Provåterläsningen misslyckades: {lines[-1]}")
