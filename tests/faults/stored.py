"""What is stored, asked of the database itself; and held against what people were told."""

import sqlite3
from collections import Counter
from urllib.parse import urlsplit

import psycopg
from django.db.backends.sqlite3._functions import register  # type: ignore[import-untyped]

from tests.faults.people import Clerk

NEWS = "SELECT title FROM committee_newsitem"
HISTORY = "SELECT title FROM committee_historicalnewsitem WHERE history_type = '+'"


def column(database: str, question: str) -> list[str]:
    """The first column of an answer; `database` is as `DATABASE_URL` has it."""
    if not database.startswith("sqlite:///"):
        folder, _, name = urlsplit(database).path.rpartition("/")
        with psycopg.connect(host=folder.removeprefix("/"), dbname=name, user="postgres") as postgresql:
            return [row[0] for row in postgresql.execute(question)]
    connection = sqlite3.connect(database.removeprefix("sqlite:///"), timeout=30)
    register(connection)  # what the constraints use
    try:
        return [row[0] for row in connection.execute(question)]
    finally:
        connection.close()


def assert_kept(database: str, clerk: Clerk, *, refused_may_be_stored: bool = False) -> None:
    """What was said to be saved is stored, once, with its history; what was said not to be is not.

    A database that ends while it stores may have stored what it could not tell of.
    """
    assert not clerk.problems, clerk.problems
    stored = Counter(title for title in column(database, NEWS) if title.startswith(f"{clerk.name} "))
    history = Counter(title for title in column(database, HISTORY) if title.startswith(f"{clerk.name} "))
    assert set(clerk.saved) <= stored.keys()
    may_be_stored = {*clerk.saved, *clerk.unknown, *(clerk.refused if refused_may_be_stored else [])}
    assert stored.keys() <= may_be_stored
    assert set(stored.values()) == {1}
    assert stored == history


def assert_whole(database: str) -> None:
    """SQLite finds nothing wrong with its file."""
    assert column(database, "PRAGMA integrity_check") == ["ok"]
    assert column(database, "PRAGMA foreign_key_check") == []
