"""The schema can be taken back, all the way, and made again: an upgrade that went wrong is not a dead end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from pytest_django import DjangoDbBlocker

from tests.sodertorn.backup_places import Place, migrate, new_place

OWN = ("sodertorn", "calendar_app", "budget", "committee")


def schema() -> dict[str, list[str]]:
    """The columns of each table."""
    with connection.cursor() as cursor:
        return {
            table: sorted(
                column.name for column in connection.introspection.get_table_description(cursor, table)
            )
            for table in connection.introspection.table_names(cursor)
        }


@pytest.fixture
def place(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Place]:
    with django_db_blocker.unblock(), new_place(tmp_path) as place:
        yield place


def test_every_migration_of_ours_is_reversible() -> None:
    migrations = MigrationLoader(None).disk_migrations
    irreversible = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in sorted(migrations.items())
        if app in OWN
        for operation in migration.operations
        if not operation.reversible
    ]

    assert irreversible == []


def test_migrations_walk_back_to_nothing_and_forward_again(place: Place) -> None:
    with place.in_use():
        migrate()
        before = schema()
        for app in OWN:
            call_command("migrate", app, "zero", interactive=False, verbosity=0)
        left = {name for name in schema() if name.startswith(tuple(f"{app}_" for app in OWN))}
        assert left == set()
        migrate()
        assert schema() == before
        executor = MigrationExecutor(connection)
        assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
