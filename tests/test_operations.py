"""What whoever runs the portal sees of it: probes, figures, logs, how it starts, stops and stands an outage.

Against the portal as it is served, with data of its own.
"""

import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from sodertorn import wsgi
from tests.services.portal import MANAGE, ROOT, Portal, free_port, production_environment, running_portal

GUNICORN = [sys.executable, "-m", "gunicorn"]
TOKEN = "only-for-tests-0123456789"
SECRET_WORD = "kvastfening"


def get(portal: Portal, path: str, **headers: str) -> HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", int(portal.url.rpartition(":")[2]), timeout=30)
    connection.request(
        "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    response = connection.getresponse()
    response.body = response.read()  # type: ignore[attr-defined]
    connection.close()
    return response


def body(response: HTTPResponse) -> str:
    return response.body.decode()  # type: ignore[attr-defined]


def log_of(portal: Portal) -> list[dict[str, Any]]:
    """What has been logged as JSON; the start also tells people how it goes."""
    text = (Path(portal.environment["DATA_DIR"]) / "serve.log").read_text()
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def figures(portal: Portal) -> dict[str, float]:
    told = body(get(portal, "/metrics", Authorization=f"Bearer {TOKEN}"))
    lines = [line.rpartition(" ") for line in told.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("portal")
    with running_portal(folder, LOG_FORMAT="json", METRICS_TOKEN=TOKEN) as running:
        yield running


@pytest.fixture
def database_away(portal: Portal) -> Iterator[None]:
    """The file is gone and something else stands in its place, for as long as a test takes."""
    path = Path(portal.environment["DATA_DIR"]) / "portal.sqlite3"
    portal.manage("shell", "--command", "from django.db import connection as c; c.cursor()")
    aside = path.with_name("aside")
    shutil.move(path, aside)
    path.mkdir()
    yield
    path.rmdir()
    shutil.move(aside, path)


def test_probes_answer_whatever_the_host_name_and_are_never_kept(portal: Portal) -> None:
    for path, told in (
        ("/healthz", {"status": "ok"}),
        (
            "/readyz",
            {
                "status": "ok",
                "checks": {"database": "ok", "cache": "ok", "disk": "ok", "migrations": "ok"},
            },
        ),
    ):
        response = get(portal, path, Host="10.0.0.7")
        assert (response.status, json.loads(body(response))) == (200, told)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["ETag"] is None


def test_answer_carries_the_id_of_its_request_also_when_it_was_kept(portal: Portal) -> None:
    for number in range(3):
        response = get(portal, "/om/", X_Request_ID=f"0123456789-{number}")
        assert response.headers.get_all("X-Request-ID") == [f"0123456789-{number}"]


def test_kept_pages_are_served_while_the_database_is_away_and_all_pages_afterwards(
    portal: Portal, request: pytest.FixtureRequest
) -> None:
    kept = body(get(portal, "/kalender/"))
    before = figures(portal)
    request.getfixturevalue("database_away")
    time.sleep(1.5)  # the known generation is older than it may be, and can't be asked for
    for _ in range(8):  # both workers
        response = get(portal, "/kalender/")
        assert (response.status, body(response)) == (200, kept)

    away = get(portal, f"/sok/?q={SECRET_WORD}", X_Request_ID="avbrottet-1", Cookie=f"x={SECRET_WORD}")
    assert (away.status, away.headers["Retry-After"]) == (503, "30")
    assert away.headers["Cache-Control"] == "no-store"
    ready = get(portal, "/readyz")
    assert ready.status == 503
    assert json.loads(body(ready))["checks"] == {
        "database": "svarar inte",
        "cache": "ok",
        "disk": "ok",
        "migrations": "går inte att läsa",
    }
    assert get(portal, "/healthz").status == 200

    lines = [line for line in log_of(portal) if line.get("request_id") == "avbrottet-1"]
    assert [(line["logger"], line["level"], line["method"], line["path"]) for line in lines] == [
        ("sodertorn.unavailable", "ERROR", "GET", "/sok/"),
        ("sodertorn.logs", "WARNING", "GET", "/sok/"),
    ]
    assert lines[0]["message"] == "Databasen svarar inte: unable to open database file"
    assert (lines[1]["status"], lines[1]["milliseconds"] < 20_000) == (503, True)
    assert SECRET_WORD not in (Path(portal.environment["DATA_DIR"]) / "serve.log").read_text()

    after = figures(portal)
    lacking = 'portal_unavailable_total{lacking="database"}'
    kept_pages = 'portal_pages_total{outcome="kept"}'
    assert after[lacking] - before.get(lacking, 0) == 1
    assert after[kept_pages] - before.get(kept_pages, 0) >= 7


def test_portal_heals_by_itself(portal: Portal) -> None:
    """After the test above: the database is back."""
    time.sleep(1.1)
    for _ in range(8):
        assert get(portal, "/kontakt/").status == 200
    assert get(portal, "/readyz").status == 200


def test_figures_are_for_the_token_only(portal: Portal) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        response = get(portal, "/metrics", **headers)
        assert (response.status, body(response)) == (401, "")
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.headers["Cache-Control"] == "no-store"


def test_figures_are_those_of_all_workers_by_route(portal: Portal) -> None:
    name = 'portal_requests_total{method="GET",route="plan-latest",status="302"}'
    before = figures(portal).get(name, 0)
    for _ in range(12):
        assert get(portal, "/verksamhetsplan/").status == 302
    after = figures(portal)
    assert after[name] - before == 12
    assert after['portal_request_seconds_count{route="plan-latest"}'] >= 12


def test_figures_tell_how_old_the_newest_backup_is(portal: Portal) -> None:
    assert "portal_backup_age_seconds" not in figures(portal)
    portal.manage("backup")
    assert 0 <= figures(portal)["portal_backup_age_seconds"] < 120


def test_without_a_token_there_are_no_figures() -> None:
    assert settings.METRICS_TOKEN == ""
    assert sorted(wsgi.views) == ["/healthz", "/readyz"]


def test_stopping_portal_finishes_what_it_has_begun(tmp_path: Path) -> None:
    """A form that is sent slowly, over when the portal has long been told to stop."""
    environment = production_environment(tmp_path, PORT=str(free_port()))
    subprocess.run([*MANAGE, "migrate", "--verbosity", "0"], env=environment, check=True, timeout=120)
    subprocess.run(
        [*MANAGE, "collectstatic", "--no-input", "--verbosity", "0"], env=environment, check=True, timeout=120
    )
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(GUNICORN, env=environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            address = ("127.0.0.1", int(environment["PORT"]))
            with _connected(address) as connection:
                connection.sendall(
                    b"POST /konto/logga-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n"
                    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin"
                )
                time.sleep(1)
                server.send_signal(signal.SIGTERM)
                time.sleep(2)
                assert server.poll() is None
                connection.sendall(b"=abcd")
                answer = connection.recv(100)
            assert answer.startswith(b"HTTP/1.1 403 ")  # without a token against forged forms, but answered
            assert server.wait(timeout=20) == 0
        finally:
            server.kill()
            server.wait()


def _connected(address: tuple[str, int]) -> socket.socket:
    deadline = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(address, timeout=20)
        except ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


# --- What keeps it from starting ----------------------------------------------------------------------------


def ended(command: list[str], environment: dict[str, str]) -> tuple[str, int]:
    result = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    return result.stderr, result.returncode


def test_gunicorn_does_not_start_on_a_database_that_is_not_migrated(tmp_path: Path) -> None:
    told, code = ended(GUNICORN, production_environment(tmp_path, PORT=str(free_port())))
    assert told.startswith("Databasen saknar ")
    assert told.endswith(" migreringar. Kör manage.py migrate, och starta igen.\n")
    assert (told.count("\n"), code) == (1, 1)


@pytest.mark.parametrize(
    "command",
    [GUNICORN, [*MANAGE, "migrate"], [*MANAGE, "load_plan"]],
    ids=["gunicorn", "migrate", "load_plan"],
)
@pytest.mark.parametrize("pool", ["", "4"], ids=["alone", "pool"])
def test_database_that_does_not_answer_is_one_line(command: list[str], pool: str, tmp_path: Path) -> None:
    url = f"postgresql://portal:{SECRET_WORD}@127.0.0.1:{free_port()}/portal"
    environment = production_environment(
        tmp_path, DATABASE_URL=url, DATABASE_POOL=pool, PORT=str(free_port())
    )
    told, code = ended(command, environment)
    assert told.startswith("Databasen i DATABASE_URL svarar inte: ")
    assert (told.count("\n"), code) == (1, 1)
    assert SECRET_WORD not in told


def test_command_on_a_database_that_is_not_migrated_is_one_line(tmp_path: Path) -> None:
    told, code = ended([*MANAGE, "load_plan"], production_environment(tmp_path))
    assert told.endswith("Är den migrerad? Kör manage.py migrate.\n")
    assert (told.count("\n"), code) == (1, 1)
