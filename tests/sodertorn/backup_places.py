"""Portals to back up and to restore into: a database and a folder of documents each, really written."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from sodertorn.backup.progress import Progress
from tests.services.databases import drop_database, new_database, using_database

ON_DISK = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Not compared: when a migration was run, the generation that is raised, and what is not kept.
OWN_TO_EACH = {
    *("django_migrations", "sodertorn_contentgeneration", "shared_cache"),
    *("django_session", "usersessions_usersession"),
}
QUIET = Progress(lambda line: None)


@dataclass(frozen=True)
class Place:
    """A portal's data; `folder` also has room for archives."""

    database: str
    folder: Path

    @property
    def media(self) -> Path:
        return self.folder / "media"

    @contextlib.contextmanager
    def in_use(self, **settings: Any) -> Iterator[None]:
        """Within the block it is this portal's data that Django works on."""
        with (
            using_database(self.database),
            override_settings(
                MEDIA_ROOT=self.media,
                STORAGES=ON_DISK,
                DATA_DIR=self.folder,
                BACKUP_DIR=self.folder / "backup",
                **settings,
            ),
        ):
            ContentType.objects.clear_cache()  # kinds of rows have other keys here
            yield
        ContentType.objects.clear_cache()

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.media).as_posix(): path.read_bytes()
            for path in sorted(self.media.rglob("*"))
            if path.is_file()
        }


@contextlib.contextmanager
def new_place(folder: Path, template: Place | None = None) -> Iterator[Place]:
    """A place without anything, or one with a copy of another's database but none of its documents' files."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(new_database(folder, template.database if template else None), folder)
    try:
        yield place
    finally:
        drop_database(place.database)


def stored_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row as the database's driver gives it, in columns by name: nothing of the code under test."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in OWN_TO_EACH or table.startswith("sodertorn_searchentry_words"):
                continue
            names = sorted(
                column.name for column in connection.introspection.get_table_description(cursor, table)
            )
            columns = ", ".join(connection.ops.quote_name(name) for name in names)
            cursor.execute(f"SELECT {columns} FROM {connection.ops.quote_name(table)} ORDER BY id")  # noqa: S608
            rows[table] = [tuple(map(_comparable, row)) for row in cursor.fetchall()]
    return rows


def _comparable(value: Any) -> str:
    """JSON documents are alike whatever the order of their keys, and 1e22 is 10000000000000000000000."""
    text = str(value)
    return json.dumps(json.loads(text, parse_int=float), sort_keys=True) if text.startswith("{") else text


def migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)
