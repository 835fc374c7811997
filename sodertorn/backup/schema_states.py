"""Which tables there are in any state of the schema. A leaf.

A table is known by its model as it was in the migrations that the database, or the archive, has had. So a
backup can be made before the migrations of an upgrade are run, and one from last year be restored.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from sodertorn.backup.archive import Migration
from sodertorn.backup.sealed_file import BackupFailed
from sodertorn.backup.tables import Table

NOT_KEPT = {"sessions.session": "django_session", "usersessions.usersession": "usersessions_usersession"}
"""Who is signed in, model and table: a stolen archive must not let anyone in, nor a restored one bring back a
session that has been ended. Everyone signs in again."""


def code_migrations() -> MigrationLoader:
    """The migrations that the code has."""
    return MigrationLoader(None)


def applied_migrations(connection: BaseDatabaseWrapper, loader: MigrationLoader) -> list[Migration]:
    """Those that the database has had, of the apps that are installed.

    Raises BackupFailed if the code lacks one of them: then the code is older than the database.
    """
    applied = sorted(
        key for key in MigrationRecorder(connection).applied_migrations() if key[0] in loader.migrated_apps
    )
    unknown = [f"{app} {name}" for app, name in applied if (app, name) not in loader.graph.nodes]
    if unknown:
        raise BackupFailed(
            f"Databasen är nyare än portalens kod, som saknar migreringen {unknown[0]}. "
            "Uppgradera portalen först."
        )
    return applied


def ends_of(migrations: Iterable[Migration], loader: MigrationLoader) -> list[Migration]:
    """Those of the migrations that none of the others builds on."""
    chosen = set(migrations)
    return [
        key
        for key in sorted(chosen)
        if not any(child.key in chosen for child in loader.graph.node_map[key].children)
    ]


def tables_in(migrations: Iterable[Migration], loader: MigrationLoader) -> list[Table]:
    """The tables whose rows are kept, as they are when these migrations have been run."""
    state = loader.project_state(ends_of(migrations, loader))
    tables = []
    for model in state.apps.get_models(include_auto_created=True, include_swapped=False):
        options = model._meta
        if options.managed and not options.proxy and options.label_lower not in NOT_KEPT:
            fields = [
                field for field in options.concrete_fields if not isinstance(field, models.GeneratedField)
            ]
            tables.append(Table(model, fields))
    return sorted(tables, key=lambda table: table.name)


def file_columns(table: Table, tables: list[Table]) -> dict[int, bool]:
    """The places in a row where a file of the store is named, and whether the row itself refers to it or only
    is an earlier version of one that does."""
    kept_of = {f"historical{other.model._meta.model_name}": other for other in tables}
    now = {place: True for place, field in enumerate(table.fields) if isinstance(field, models.FileField)}
    original = kept_of.get(str(table.model._meta.model_name))
    if original is None or original.model._meta.app_label != table.model._meta.app_label:
        return now
    names = {field.name for field in original.fields if isinstance(field, models.FileField)}
    return {place: False for place, field in enumerate(table.fields) if field.name in names}


def foreign_tables(connection: BaseDatabaseWrapper, tables: list[Table]) -> list[str]:
    """Tables that are not the portal's own, and not backed up. SQLite makes its indexes of words itself."""
    known = {table.name for table in tables}
    known |= {MigrationRecorder.Migration._meta.db_table, *NOT_KEPT.values()}
    known |= {str(cache.get("LOCATION")) for cache in settings.CACHES.values()}
    foreign = set(connection.introspection.table_names()) - known
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%'")
            for (index,) in cursor.fetchall():
                foreign = {name for name in foreign if name != index and not name.startswith(f"{index}_")}
    return sorted(foreign)
