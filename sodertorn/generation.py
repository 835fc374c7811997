"""Which generation the content is: a number that the database raises in the transaction of any change.

Triggers raise it, so that no way of writing can forget to: a form, a loader, a bulk update, an SQL prompt.
What was made from one generation is right for as long as that is the stored one. A leaf.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path

from django.apps import apps
from django.core.cache.backends.base import BaseCache
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from simple_history.models import HistoricalChanges

from sodertorn.models import ContentGeneration

APPS = ("committee", "budget", "calendar_app", "sodertorn")
TABLE = ContentGeneration._meta.db_table
REMEMBERED_AS = "generation"
"""The key of what a process that starts while the database is down takes for the generation."""
SECONDS = 1.0
"""How old the known generation may be. The lookup is half of what a kept page costs."""

RAISE_ON_SQLITE = """
    CREATE TRIGGER IF NOT EXISTS "generation_{table}_{event}" AFTER {event} ON "{table}"
    BEGIN UPDATE sodertorn_contentgeneration
    SET number = number + 1, changed_at = strftime('%Y-%m-%d %H:%M:%f', 'now'); END
"""
# Once for each transaction, and not until it commits: the row is then locked for a moment only, and last of
# all, so that two transactions can't wait for each other.
FUNCTION_ON_POSTGRESQL = """
    CREATE OR REPLACE FUNCTION raise_content_generation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('sodertorn.raised_in', true) IS DISTINCT FROM txid_current()::text THEN
            UPDATE sodertorn_contentgeneration SET number = number + 1, changed_at = clock_timestamp();
            PERFORM set_config('sodertorn.raised_in', txid_current()::text, true);
        END IF;
        RETURN NULL;
    END $$
"""
RAISE_ON_POSTGRESQL = """
    CREATE CONSTRAINT TRIGGER generation_raised AFTER INSERT OR UPDATE OR DELETE ON "{table}"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION raise_content_generation()
"""


@dataclass(frozen=True)
class Generation:
    """`number` grows with every change; `changed_at` is when the latest was made."""

    number: int
    changed_at: datetime


def stored_generation(using: str = DEFAULT_DB_ALIAS) -> Generation | None:
    """As the database has it, with one query; None before the database is migrated."""
    row = ContentGeneration.objects.using(using).values_list("number", "changed_at").first()
    return Generation(*row) if row else None


def looked_up_generation() -> Generation | None:
    """The stored one, asked for outside any request, where nobody else sees to the thread's connection: one
    that broke or is old is made anew, and one of a pool goes back to it.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.close_if_unusable_or_obsolete()
    try:
        return stored_generation()
    finally:
        connection.close_if_unusable_or_obsolete()


class KnownGeneration:
    """The generation as this process knows it: looked up at most once a second, and at once when someone on
    this machine has told of a change.

    Telling is touching a file that all processes look at, which costs a thousandth of asking the database.
    While the database does not answer, the last known generation is the answer, and nobody waits for another
    one; `remembered` keeps it for processes that start meanwhile.
    """

    def __init__(
        self,
        marker: Path,
        look_up: Callable[[], Generation | None] = looked_up_generation,
        remembered: BaseCache | None = None,
    ) -> None:
        self.marker = marker
        self.look_up = look_up
        self.remembered = remembered
        self.known: Generation | None = None
        self._told = -1
        self._until = 0.0
        self._is_away = False
        self._lock = threading.Lock()

    def tell(self) -> None:
        """Something may have changed: no process on this machine trusts what it knows."""
        try:
            self.marker.touch()
        except OSError:
            self._until = 0.0  # a disk that can't be written to: the others notice within a second

    def current(self) -> Generation | None:
        """None until a lookup has succeeded, and before the database is migrated.

        One thread asks while the others go on with what is known, unless they have been told of a change and
        the database answers.
        """
        told = self._marker_stamp()
        if told == self._told and time.monotonic() < self._until:
            return self.known
        if not self._lock.acquire(blocking=told != self._told and not self._is_away):
            return self.known
        try:
            if told != self._told or time.monotonic() >= self._until:
                self._ask(told)
        finally:
            self._lock.release()
        return self.known

    def _ask(self, told: int) -> None:
        """The stamp is from before the question, so a change that is told of meanwhile is asked for anew."""
        try:
            found = self.look_up()
        except (DatabaseError, InterfaceError):
            self._is_away = True
            if self.known is None and self.remembered:
                self.known = self.remembered.get(REMEMBERED_AS)
        else:
            self._is_away = False
            if self.remembered and found != self.known:
                self.remembered.set(REMEMBERED_AS, found, None)
            self.known = found
        self._told, self._until = told, time.monotonic() + SECONDS

    def _marker_stamp(self) -> int:
        try:
            return os.stat(self.marker).st_mtime_ns  # noqa: PTH116 - half the time of a Path's
        except OSError:
            return 0


def install(using: str) -> None:
    """Make the row, counted from the moment so that a database made anew never comes to a number that it has
    had, and the triggers that are missing.
    """
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    tables = sorted(existing.intersection(content_tables()))
    if TABLE not in existing:
        return
    rows = ContentGeneration.objects.using(using)
    if not rows.exists():
        rows.create(number=time.time_ns() // 1_000_000)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table, event in product(tables, ("INSERT", "UPDATE", "DELETE")):
                cursor.execute(RAISE_ON_SQLITE.format(table=table, event=event))
            return
        cursor.execute(FUNCTION_ON_POSTGRESQL)
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'generation_raised'")
        done = {name.strip('"') for (name,) in cursor.fetchall()}
        for table in tables:
            if table not in done:
                cursor.execute(RAISE_ON_POSTGRESQL.format(table=table))


def remove(using: str) -> None:
    """Take the triggers away, before the table that they write to goes."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS raise_content_generation() CASCADE")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'generation_%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


def content_tables() -> Iterator[str]:
    """The tables of all that visitors may be shown: every model of ours, save versions of rows and those that
    say `is_content = False`.
    """
    for label in APPS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            is_kept_version = issubclass(model, HistoricalChanges)
            if model._meta.managed and not is_kept_version and getattr(model, "is_content", True):
                yield model._meta.db_table
