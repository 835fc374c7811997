"""The number that grows with every change, and what a process knows of it."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.cache.backends.locmem import LocMemCache
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from committee.models import Municipality, NewsItem
from sodertorn import generation
from sodertorn.generation import Generation, KnownGeneration, content_tables, stored_generation
from sodertorn.models import ContentGeneration

MOMENT = datetime(2017, 2, 2, 11, 0, tzinfo=UTC)


def make_news() -> None:
    NewsItem.objects.create(title="Ny", slug=f"ny-{NewsItem.objects.count()}")


def stored() -> Generation:
    found = stored_generation()
    assert found is not None
    return found


def number() -> int:
    """As it would be if the transaction of the test were committed now."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return stored().number


@pytest.mark.django_db
def test_number_counts_from_the_moment_that_the_row_was_made():
    known = stored()

    assert known.number > datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000
    assert timezone.now() - known.changed_at < timedelta(days=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        make_news,
        lambda: Municipality.objects.filter(code="0136").update(name="Haninge stad"),
        lambda: Municipality.objects.filter(code="0136").delete(),
        lambda: Municipality.objects.bulk_create(
            [Municipality(code="0127", name="Botkyrka", slug="botkyrka")]
        ),
    ],
    ids=["create", "bulk update", "delete", "bulk create"],
)
def test_every_way_of_writing_raises_the_number(change):
    Municipality.objects.create(code="0136", name="Haninge", slug="haninge")
    before = stored()

    change()

    after = stored()
    assert after.number > before.number
    assert after.changed_at >= before.changed_at


@pytest.mark.django_db(transaction=True)
def test_number_is_raised_in_the_same_transaction():
    before = stored().number

    with transaction.atomic():
        make_news()
        transaction.set_rollback(True)

    assert stored().number == before


@pytest.mark.django_db(transaction=True)
def test_savepoint_that_is_undone_does_not_hide_the_change_after_it():
    before = stored().number

    with transaction.atomic():
        with transaction.atomic():
            make_news()
            transaction.set_rollback(True)
        make_news()

    assert stored().number > before


@pytest.mark.django_db
def test_reading_does_not_raise_the_number():
    make_news()
    before = number()

    list(Municipality.objects.all())

    assert number() == before


@pytest.mark.django_db
def test_what_visitors_never_see_does_not_raise_the_number():
    assert ContentGeneration._meta.db_table == generation.TABLE
    assert generation.TABLE not in content_tables()
    assert not [table for table in content_tables() if "historical" in table]


@pytest.mark.django_db
def test_every_content_table_has_its_triggers():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT tbl_name, count(*) FROM sqlite_master WHERE name LIKE 'generation_%' GROUP BY 1"
            )
            triggers = dict(cursor.fetchall())
            expected = dict.fromkeys(content_tables(), 3)
        else:
            cursor.execute(
                "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'generation_raised'"
            )
            triggers = {name: 1 for (name,) in cursor.fetchall()}
            expected = dict.fromkeys(content_tables(), 1)

    assert triggers == expected
    assert {model._meta.db_table for model in apps.get_app_config("budget").get_models()} >= {"budget_budget"}


@pytest.mark.django_db
def test_triggers_can_be_removed_and_made_again():
    generation.remove("default")
    make_news()
    before = number()
    make_news()
    assert number() == before

    generation.install("default")
    generation.install("default")
    make_news()

    assert number() > before


class Database:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.number: int | None = 1
        self.is_down = False

    def __call__(self) -> Generation | None:
        self.asked += 1
        if self.is_down:
            raise OperationalError("server closed the connection unexpectedly")
        return None if self.number is None else Generation(self.number, MOMENT)


def number_of(known: KnownGeneration) -> int:
    generation = known.current()
    assert generation is not None
    return generation.number


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def known(tmp_path, database) -> KnownGeneration:
    return KnownGeneration(tmp_path / "changed", database)


def test_database_is_asked_once_a_second(known, database, monkeypatch):
    clock = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    assert [number_of(known) for _ in range(5)] == [1] * 5
    assert database.asked == 1
    database.number = 2

    clock = 1000.9
    assert number_of(known) == 1
    clock = 1001.1
    assert number_of(known) == 2
    assert database.asked == 2


def test_change_that_is_told_of_is_known_at_once(known, database, tmp_path):
    other = KnownGeneration(tmp_path / "changed", database)
    assert (number_of(known), number_of(other)) == (1, 1)
    database.number = 2

    known.tell()

    assert (number_of(known), number_of(other)) == (2, 2)


def test_change_is_known_at_once_by_the_one_who_tells_where_nothing_can_be_written(database, tmp_path):
    known = KnownGeneration(tmp_path / "missing" / "changed", database)
    assert number_of(known) == 1
    database.number = 2

    known.tell()

    assert number_of(known) == 2


def test_last_known_generation_counts_while_the_database_is_down(known, database):
    assert number_of(known) == 1
    database.is_down = True

    known.tell()
    assert number_of(known) == 1

    database.is_down, database.number = False, 3
    known.tell()
    assert number_of(known) == 3


def test_nothing_is_known_before_the_first_answer(known, database):
    database.is_down = True
    assert known.current() is None

    database.is_down, database.number = False, None  # not migrated yet
    known.tell()
    assert known.current() is None


def test_marker_is_touched_so_that_a_second_later_is_another_stamp(known, tmp_path):
    known.tell()
    first = (tmp_path / "changed").stat().st_mtime_ns
    known.tell()

    assert (tmp_path / "changed").stat().st_mtime_ns > first


def test_process_that_starts_while_the_database_is_down_knows_the_last_generation(tmp_path, database):
    shared = LocMemCache("generations", {})
    KnownGeneration(tmp_path / "changed", database, remembered=shared).current()
    database.is_down = True

    assert number_of(KnownGeneration(tmp_path / "changed", database, remembered=shared)) == 1


def test_nobody_waits_for_who_asks_a_database_that_is_down(known, database):
    assert number_of(known) == 1
    database.is_down = True
    known.tell()
    assert number_of(known) == 1
    found = []

    known.tell()
    with known._lock:  # as held by who asks
        other = threading.Thread(target=lambda: found.append(number_of(known)), daemon=True)
        other.start()
        other.join(10)
        assert found == [1]

    database.is_down, database.number = False, 2
    known.tell()
    assert number_of(known) == 2
