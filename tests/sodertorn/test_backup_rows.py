"""A row is the same after the way through text, whatever it holds, on the database that the tests run on."""

import datetime
import json
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models.functions import Length
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from sodertorn.backup.schema_states import code_migrations, ends_of, file_columns, tables_in
from sodertorn.backup.tables import Table
from sodertorn.backup.values import line_of

TEXT = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"))
MOMENTS = some.datetimes(
    min_value=datetime.datetime(1000, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime.datetime(9000, 1, 1),  # noqa: DTZ001
    timezones=some.just(datetime.UTC),
)
NUMBERS = some.integers(-(2**63), 2**63 - 1) | some.floats(allow_nan=False, allow_infinity=False)
JSON = some.recursive(
    some.none() | some.booleans() | NUMBERS | TEXT,
    lambda part: some.lists(part, max_size=3) | some.dictionaries(TEXT, part, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def odd_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[type[models.Model]]:
    """A table of every kind of column, besides those of the portal."""
    with isolate_apps("sodertorn"):

        class OddRow(models.Model):  # noqa: DJ008 - nobody reads its name
            text = models.TextField()
            amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
            number = models.BigIntegerField()
            share = models.FloatField()
            is_true = models.BooleanField(null=True)
            day = models.DateField()
            moment = models.DateTimeField()
            clock = models.TimeField()
            length = models.DurationField()
            uid = models.UUIDField()
            content = models.BinaryField()
            document = models.JSONField(null=True)
            words = models.GeneratedField(
                expression=Length("text"), output_field=models.IntegerField(), db_persist=True
            )

            class Meta:
                app_label = "sodertorn"

    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(OddRow)
        yield OddRow
        with connection.schema_editor() as editor:
            editor.delete_model(OddRow)


ROWS = some.fixed_dictionaries(
    {
        "text": TEXT,
        "amount": some.none() | some.decimals(-9_999_999_999, 9_999_999_999, places=2),
        "number": some.integers(-(2**63), 2**63 - 1),
        "share": some.floats(allow_nan=False, allow_infinity=False),
        "is_true": some.none() | some.booleans(),
        "day": some.dates(min_value=datetime.date(1000, 1, 1)),
        "moment": MOMENTS,
        "clock": some.times(),
        "length": some.timedeltas(datetime.timedelta(days=-100_000), datetime.timedelta(days=100_000)),
        "uid": some.uuids(),
        "content": some.binary(),
        "document": JSON,
    }
)


def table_of(model: type[models.Model]) -> Table:
    return Table(model, [field for field in model._meta.concrete_fields if field.name != "words"])


def stored(model: type[models.Model]) -> list[tuple[Any, ...]]:
    """As the driver gives it, but JSON as what it says: 1e16 and 10000000000000000 are the same number."""
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} ORDER BY id")  # noqa: S608
        rows = [
            [bytes(value) if isinstance(value, memoryview) else value for value in row]
            for row in cursor.fetchall()
        ]
    place = [field.name for field in model._meta.concrete_fields].index("document")
    for row in rows:
        row[place] = None if row[place] is None else json.loads(row[place], parse_int=float)
    return [tuple(row) for row in rows]


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=some.lists(ROWS, min_size=1, max_size=3))
def test_odd_rows_come_back_as_they_were(odd_rows: Any, rows: list[dict[str, Any]]) -> None:
    odd_rows._base_manager.all().delete()
    for row in rows:
        odd_rows._base_manager.create(**row)
    table, before = table_of(odd_rows), stored(odd_rows)
    lines = list(table.lines("default"))

    odd_rows._base_manager.all().delete()
    table.insert(lines, connection)

    assert stored(odd_rows) == before
    assert list(table.lines("default")) == lines
    assert b"".join(lines).count(b"\n") == len(rows)


def test_line_is_one_line_of_plain_values() -> None:
    values = [
        *(1, None, True, "å\n\u2028", Decimal("1E+2"), Decimal("0.10"), datetime.date(2017, 3, 23)),
        *(datetime.time(8, 30), datetime.datetime(2017, 3, 23, 8, tzinfo=datetime.UTC), b"\0\xff"),
        *(datetime.timedelta(days=-1, seconds=1), uuid.UUID(int=1), {"b": [1e22, -0.0], "a": 1.5}),
    ]

    assert line_of(values, {12}).decode() == (
        '[1,null,true,"å\\n\u2028","100","0.10","2017-03-23","08:30:00","2017-03-23T08:00:00+00:00","AP8=",'
        '"-P0DT23H59M59S","00000000-0000-0000-0000-000000000001",{"a":1.5,"b":[10000000000000000000000,0.0]}]\n'
    )


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    """Those of the newest state of the schema."""
    loader = code_migrations()
    return tables_in(ends_of(loader.graph.nodes, loader), loader)


def test_every_model_has_its_table_in_the_backup(tables: list[Table]) -> None:
    models_of_code = {
        model._meta.db_table for model in apps.get_models(include_auto_created=True) if not model._meta.proxy
    }

    assert models_of_code - {table.name for table in tables} == {"django_session", "usersessions_usersession"}


def test_rows_have_the_same_order_on_every_database(tables: list[Table]) -> None:
    """By numbers: texts are not ordered alike."""
    assert [table.name for table in tables if not isinstance(table.model._meta.pk, models.AutoField)] == []


def test_files_are_found_in_rows_and_in_their_versions(tables: list[Table]) -> None:
    found = {table.name: file_columns(table, tables) for table in tables}
    places = {name: list(columns.values()) for name, columns in found.items() if columns}

    assert places == {"committee_document": [True], "committee_historicaldocument": [False]}
