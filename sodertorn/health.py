"""Whether the portal lives, and whether it is ready to answer: for a service manager, a proxy, a monitor.

A leaf, and answered before anything of Django's, so that a probe needs no known host name, no https and no
database. It says what is wrong in words of its own, never what a driver said, which may name places.
"""

import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import cache
from http import HTTPStatus

from django.conf import settings
from django.core.cache import caches
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from sodertorn.operations import Answer, json_answer
from sodertorn.running_request import Environ

SECONDS = 3.0
"""How long all checks may take together."""
REMEMBERED_SECONDS = 1.0
"""How long an answer is given again, so that asking often costs nothing."""
FREE_BYTES = 100_000_000
"""Of the disk that the portal writes to: room for some uploads."""
OK = "ok"
TOO_SLOW = "svarar inte i tid"


def alive(environ: Environ) -> Answer:
    """The process answers, whatever it lacks."""
    return json_answer(HTTPStatus.OK, {"status": OK})


def ready(environ: Environ) -> Answer:
    """Each check with "ok" or what is wrong; 503 when one fails."""
    found = _checks.results()
    is_ready = all(result == OK for result in found.values())
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return json_answer(status, {"status": OK if is_ready else "fel", "checks": found})


def database() -> str:
    """The database answers a question."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return OK


def shared_cache() -> str:
    """What is kept for all processes is found again. Pages can be built without it."""
    kept, key, value = caches["pages"], f"ready:{secrets.token_hex(8)}", secrets.token_hex(8)
    kept.set(key, value, 60)
    found = kept.get(key)
    kept.delete(key)
    return OK if found == value else "svarar inte"


def disk() -> str:
    """The folder of the portal's data can be written to, and has room."""
    with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
        file.write(b"ready")
        file.flush()
    if shutil.disk_usage(settings.DATA_DIR).free < FREE_BYTES:
        return f"mindre än {FREE_BYTES // 1_000_000} MB ledigt"
    return OK


def migrations() -> str:
    """The database has every table and column that the code needs; one with more is newer, and will do."""
    missing = unapplied_migrations()
    return f"{missing} saknas" if missing else OK


def unapplied_migrations() -> int:
    """How many migrations the database has not had. Raises what the database raises."""
    applied = MigrationRecorder(connections[DEFAULT_DB_ALIAS]).applied_migrations()
    return len(_known_migrations() - applied.keys())


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Those of the code. A squashed one is known by those that it replaces too, so it is left out here."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return frozenset(key for key, migration in loader.disk_migrations.items() if not migration.replaces)


CHECKS: dict[str, tuple[Callable[[], str], str]] = {
    "database": (database, "svarar inte"),
    "cache": (shared_cache, "svarar inte"),
    "disk": (disk, "går inte att skriva till"),
    "migrations": (migrations, "går inte att läsa"),
}
"""By name: what is checked, and what is said when that raises."""


class Checks:
    """The checks, each in a thread of its own while it takes, since a disk or a network can hang for good.

    One that hangs is not started again until it has ended.
    """

    def __init__(self, checks: dict[str, tuple[Callable[[], str], str]]) -> None:
        self.checks = checks
        self._running: dict[str, Future[str]] = {}
        self._lock = threading.Lock()
        self._found: dict[str, str] = {}
        self._until = 0.0

    def results(self) -> dict[str, str]:
        """What each check found, at most a second ago."""
        with self._lock:
            if time.monotonic() >= self._until:
                for name in self.checks:
                    self._start(name)
                self._found = dict(self._wait(self.checks))
                self._until = time.monotonic() + REMEMBERED_SECONDS
            return self._found

    def _start(self, name: str) -> None:
        running = self._running.get(name)
        if running is None or running.done():
            self._running[name] = Future()
            threading.Thread(target=self._check, args=(name, self._running[name]), daemon=True).start()

    def _check(self, name: str, future: "Future[str]") -> None:
        check, failure = self.checks[name]
        try:
            future.set_result(check())
        except Exception:
            future.set_result(failure)
        finally:
            connections.close_all()

    def _wait(self, names: Iterable[str]) -> Iterable[tuple[str, str]]:
        deadline = time.monotonic() + SECONDS
        for name in names:
            try:
                yield name, self._running[name].result(max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                yield name, TOO_SLOW


_checks = Checks(CHECKS)
