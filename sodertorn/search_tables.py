"""The index that each database keeps over the words of `SearchEntry`, in step with it by itself. A leaf.

SQLite has a table of its own for it (FTS5), which reads the words where they lie and is told of changes by
triggers; PostgreSQL has a column that it works out, with an index. No way of writing an entry can forget it.
"""

from typing import Any

from django.db import connections

from sodertorn.search_entry import SearchEntry

TABLE = SearchEntry._meta.db_table
SQLITE_INDEX = f"{TABLE}_words"

# The terms are a–z and 0–9, so the tokenizer has nothing to do but to part them.
ON_SQLITE = (
    """
    CREATE VIRTUAL TABLE IF NOT EXISTS {index} USING fts5(
        heading_words, text_words, content='{table}', content_rowid='id', tokenize='ascii'
    )
    """,
    "CREATE TRIGGER IF NOT EXISTS search_entry_added AFTER INSERT ON {table} BEGIN {add} END",
    "CREATE TRIGGER IF NOT EXISTS search_entry_changed AFTER UPDATE ON {table} BEGIN {take_away} {add} END",
    "CREATE TRIGGER IF NOT EXISTS search_entry_removed AFTER DELETE ON {table} BEGIN {take_away} END",
    "INSERT INTO {index}({index}) VALUES ('rebuild')",
)
ADD = """
    INSERT INTO {index}(rowid, heading_words, text_words)
    VALUES (new.id, new.heading_words, new.text_words);
"""
TAKE_AWAY = """
    INSERT INTO {index}({index}, rowid, heading_words, text_words)
    VALUES ('delete', old.id, old.heading_words, old.text_words);
"""
ON_POSTGRESQL = (
    """
    ALTER TABLE {table} ADD COLUMN IF NOT EXISTS words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple'::regconfig, heading_words), 'A')
        || setweight(to_tsvector('simple'::regconfig, text_words), 'D')
    ) STORED
    """,
    "CREATE INDEX IF NOT EXISTS search_entry_words ON {table} USING gin (words)",
)


def prepare(*, using: str, **kwargs: Any) -> None:
    """Make what is missing: a table that a migration has made anew has lost its triggers."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names() or is_prepared(using):
        return
    names = {"table": TABLE, "index": SQLITE_INDEX}
    parts = {"add": ADD.format(**names), "take_away": TAKE_AWAY.format(**names)}
    with connection.cursor() as cursor:
        for statement in ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL:
            cursor.execute(statement.format(**names, **parts))


def is_prepared(using: str) -> bool:
    """Whether the index is there, with all that keeps it in step."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = connection.introspection.get_table_description(cursor, TABLE)
            return any(column.name == "words" for column in columns)
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'search_entry_%'")
        return len(cursor.fetchall()) == 3


def remove(using: str) -> None:
    """Take away what would be left when the table goes."""
    if connections[using].vendor == "sqlite":
        with connections[using].cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {SQLITE_INDEX}")
