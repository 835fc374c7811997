"""Connections that heal: a pool and a thread's own, against a PostgreSQL that goes away and comes back."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from sodertorn import databases, environment
from tests.services.postgresql import PostgreSQL, running_postgresql


def test_sqlite_waits_for_a_lock_and_writes_ahead() -> None:
    database: dict[str, Any] = {"ENGINE": databases.SQLITE, "NAME": "x"}
    databases.tune(database, pool=4)
    assert database["OPTIONS"]["timeout"] == 10
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, True)
    assert "pool" not in database["OPTIONS"]


def test_what_the_address_says_goes_before_the_defaults() -> None:
    database: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": {"connect_timeout": "9", "sslmode": "require"},
    }
    databases.tune(database, pool=0)
    assert database["OPTIONS"] == {"connect_timeout": "9", "sslmode": "require", "tcp_user_timeout": 10_000}
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, True)


@pytest.fixture
def server(django_db_blocker: DjangoDbBlocker) -> Iterator[PostgreSQL]:
    with django_db_blocker.unblock(), running_postgresql() as running:
        yield running


@pytest.fixture(params=[0, 2], ids=["alone", "pool"])
def connections(
    request: pytest.FixtureRequest, server: PostgreSQL, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[ConnectionHandler]:
    monkeypatch.setenv("DATABASE_URL", server.url)
    database = environment.database("DATABASE_URL", default=tmp_path, base=tmp_path)
    databases.tune(database, pool=request.param)
    handler = ConnectionHandler({"default": database})
    yield handler
    handler.close_all()
    if request.param:
        handler["default"].close_pool()  # type: ignore[attr-defined]


def ask(connections: ConnectionHandler) -> int:
    """As a request does: with what is left of the connection checked before it and given back after it."""
    connection = connections["default"]
    connection.close_if_unusable_or_obsolete()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return int(cursor.fetchone()[0])
    finally:
        connection.close_if_unusable_or_obsolete()


def test_connections_heal_after_the_database_was_away(
    connections: ConnectionHandler, server: PostgreSQL
) -> None:
    assert ask(connections) == 1
    server.stop("immediate")
    begun = time.monotonic()
    with pytest.raises(OperationalError):
        ask(connections)
    assert time.monotonic() - begun < 20  # nobody hangs
    server.start()
    deadline = time.monotonic() + 30
    while True:
        try:
            assert ask(connections) == 1
        except OperationalError:
            assert time.monotonic() < deadline
        else:
            break


def test_more_threads_than_connections_take_turns(connections: ConnectionHandler) -> None:
    answers: list[int] = []

    def work() -> None:
        answers.extend(ask(connections) for _ in range(10))
        connections["default"].close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [1] * 60


def test_kept_connection_to_sqlite_is_left_when_its_file_is_not_there_any_more(
    django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> None:
    path = tmp_path / "portal.sqlite3"
    database: dict[str, Any] = {"ENGINE": databases.SQLITE, "NAME": str(path)}
    databases.tune(database, pool=0)
    handler = ConnectionHandler({"default": database})
    with django_db_blocker.unblock():
        assert ask(handler) == 1
        kept = handler["default"].connection
        assert ask(handler) == 1
        assert handler["default"].connection is kept
        path.rename(tmp_path / "moved.sqlite3")
        assert ask(handler) == 1
        assert handler["default"].connection is not kept
        assert path.exists()
        handler.close_all()
