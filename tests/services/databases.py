"""Databases for tests that need one of their own: with commits that last, and more than one at a time.

The settings' kind of database: SQLite files in a folder, or databases beside the one that the settings name.
"""

import contextlib
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import sql

IS_SQLITE = connections[DEFAULT_DB_ALIAS].vendor == "sqlite"
Name = str
"""A SQLite file's path, or the name of a database on the PostgreSQL server."""


def new_database(folder: Path, template: Name | None = None) -> Name:
    """A new database: empty, or a copy of another to which nobody is connected."""
    name = f"portal_{uuid.uuid4().hex}"
    if not IS_SQLITE:
        command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        _on_server(command)
        return name
    path = folder / f"{name}.sqlite3"
    if template:
        shutil.copy(template, path)
    return str(path)


def drop_database(name: Name) -> None:
    """A SQLite file goes with its folder."""
    if not IS_SQLITE:
        _on_server(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def address_of(name: Name) -> str:
    """What `DATABASE_URL` is for a portal that uses the database."""
    if IS_SQLITE:
        return f"sqlite:///{name}"
    server = settings.DATABASES["default"]
    return f"postgresql://{server['USER']}@/{server['HOST']}/{name}"


@contextlib.contextmanager
def using_database(name: Name) -> Iterator[None]:
    """Within the block Django's default database is this one, in every thread."""
    before, connection = connections.settings[DEFAULT_DB_ALIAS], connections[DEFAULT_DB_ALIAS]
    connections.settings[DEFAULT_DB_ALIAS] = {**before, "NAME": name}
    connections[DEFAULT_DB_ALIAS] = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections.settings[DEFAULT_DB_ALIAS] = before
        connections[DEFAULT_DB_ALIAS] = connection


def _on_server(command: Any) -> None:
    server: dict[str, Any] = settings.DATABASES["default"]
    with psycopg.connect(
        dbname="postgres",
        host=server["HOST"],
        port=server["PORT"] or None,
        user=server["USER"],
        password=server["PASSWORD"] or None,
        autocommit=True,
    ) as connection:
        connection.execute(command)
