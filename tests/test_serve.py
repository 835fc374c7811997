"""`manage.py serve` as a process of its own: the port, the data between two starts, Ctrl-C, and what it
serves."""

import http.client
import re
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from functools import partial
from http.client import HTTPResponse
from pathlib import Path

import pytest

from tests.services.portal import MANAGE, Portal, production_environment, running_portal


def get(portal: Portal, path: str, **headers: str) -> HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", int(portal.url.rpartition(":")[2]), timeout=10)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    response.body = response.read()  # type: ignore[attr-defined]
    connection.close()
    return response


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running_portal(tmp_path_factory.mktemp("portal")) as running:
        yield running


def test_taken_port_is_one_line_and_changes_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [*MANAGE, "serve"],
            env=production_environment(tmp_path, PORT=str(port)),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    line = (
        f"Port {port} är upptagen; kanske är portalen redan igång. "
        f"Välj en annan port: make run PORT={port + 1}\n"
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("", line, 1)
    assert not (tmp_path / "portal.sqlite3").exists()


def test_serve_refuses_debug(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*MANAGE, "serve"],
        env=production_environment(tmp_path, DEBUG="true", PORT="20001"),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    line = "DEBUG är på, men portalen serveras bara skarpt. Ta bort DEBUG ur .env, eller kör make dev.\n"
    assert (ended.stderr, ended.returncode) == (line, 1)


def test_database_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    url = f"postgresql://portal:hemligt@127.0.0.1:{port}/portal"
    ended = subprocess.run(
        [*MANAGE, "serve"],
        env=production_environment(tmp_path, DATABASE_URL=url, PORT="20002"),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.stderr.startswith("Databasen i DATABASE_URL svarar inte: ")
    assert (ended.stderr.count("\n"), ended.returncode) == (1, 1)
    assert "hemligt" not in ended.stderr


def test_start_says_where_and_how_to_log_in(portal: Portal) -> None:
    log = (Path(portal.environment["DATA_DIR"]) / "serve.log").read_text()
    assert log.endswith(
        f"\nPortalen är igång: öppna {portal.url} i webbläsaren.\n"
        f"Logga in som personal på {portal.url}/admin/; skapa först ett konto med: make admin\n"
        "Stoppa portalen med Ctrl-C.\n"
    )


def test_static_files_are_hashed_compressed_and_kept_for_good(portal: Portal) -> None:
    page = get(portal, "/").body.decode()  # type: ignore[attr-defined]
    address = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page)
    assert address is not None
    style = get(portal, address[1], **{"Accept-Encoding": "gzip"})
    assert (style.status, style.headers["Content-Encoding"]) == (200, "gzip")
    assert style.headers["Cache-Control"] == "max-age=315360000, public, immutable"


def test_every_page_carries_the_security_headers_and_no_cookie(portal: Portal) -> None:
    for path, status in (("/", 200), ("/finns-inte/", 404)):
        response = get(portal, path)
        assert response.status == status
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response.headers["Set-Cookie"] is None


def test_unknown_host_is_refused_without_a_word_in_the_log(portal: Portal) -> None:
    assert get(portal, "/", Host="evil.example").status == 400
    log = (Path(portal.environment["DATA_DIR"]) / "serve.log").read_text()
    assert "evil" not in log


def test_database_is_in_wal_mode(portal: Portal) -> None:
    code = (
        "from django.db import connection as c; k = c.cursor();"
        "print([k.execute(f'PRAGMA {name}').fetchone()[0] for name in"
        " ('journal_mode', 'synchronous', 'foreign_keys')])"
    )
    assert portal.manage("shell", "--no-imports", "--command", code) == "['wal', 2, 1]\n"
    database = Path(portal.environment["DATA_DIR"]) / "portal.sqlite3"
    assert sqlite3.connect(database).execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_second_start_keeps_the_data(tmp_path: Path) -> None:
    count = ("shell", "--no-imports", "--command")
    code = (
        "from django.contrib.auth.models import User;"
        "print([user.username for user in User.objects.order_by('pk')])"
    )
    with running_portal(tmp_path) as first:
        first.manage(
            *("createsuperuser", "--no-input", "--username", "kansliet", "--email", "k@example.se"),
            DJANGO_SUPERUSER_PASSWORD="en-lång-fras-för-kansliet",
        )
        assert first.manage(*count, code) == "['kansliet']\n"
    with running_portal(tmp_path) as second:
        assert second.manage(*count, code) == "['kansliet']\n"


def test_plan_file_that_staff_have_outrun_does_not_keep_the_portal_down(tmp_path: Path) -> None:
    """A meeting the file brings again stands on the day and address of one that staff have written."""
    environment = production_environment(tmp_path)
    run = partial(subprocess.run, env=environment, check=True, capture_output=True, timeout=60)
    run([*MANAGE, "migrate", "--verbosity", "0"])
    run([*MANAGE, "load_plan"])
    collide = (
        "from calendar_app.models import Event; from sodertorn.models import LoadedRow;"
        "event = Event.objects.get(slug='sodertorns-radslag');"
        "LoadedRow.objects.filter(key__contains='/mote/radslag').delete();"
        "Event.objects.filter(pk=event.pk).update(uid='00000000-0000-0000-0000-000000000001')"
    )
    run([*MANAGE, "shell", "--command", collide])

    with running_portal(tmp_path) as portal:
        assert get(portal, "/").status == 200


def test_ctrl_c_stops_without_a_traceback(tmp_path: Path) -> None:
    with running_portal(tmp_path) as running:
        port = running.environment["PORT"]
    log = (tmp_path / "serve.log").read_text()
    assert "Traceback" not in log
    assert log.endswith("Stoppa portalen med Ctrl-C.\n")
    with socket.create_server(("127.0.0.1", int(port))):
        pass  # the port is free again


def test_ctrl_c_while_starting_is_quiet(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*MANAGE, "migrate", "--verbosity", "2"],
        env=production_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (errors, process.returncode) == ("", 130)
