"""Whether the portal lives and is ready, as its probes ask: without Django's test client."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db.migrations.recorder import MigrationRecorder

from sodertorn import health, operations, running_request
from sodertorn.health import OK, Checks


def get(application: Any, path: str, method: str = "GET", **more: str) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, **more}
    body = b"".join(application(environ, lambda *given: told.extend(given)))
    return told[0], dict(told[1]), body


def site(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b"the portal"]


@pytest.fixture
def probes() -> Any:
    return operations.around(site, {"/healthz": health.alive, "/readyz": health.ready})


def test_living_process_says_so_and_is_never_kept(probes: Any) -> None:
    status, headers, body = get(probes, "/healthz")
    assert (status, body) == ("200 OK", b'{"status": "ok"}\n')
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "application/json"
    assert headers["Content-Length"] == str(len(body))


def test_other_addresses_are_the_portals(probes: Any) -> None:
    assert get(probes, "/healthz/")[2] == b"the portal"


def test_head_has_no_body_and_other_methods_are_refused(probes: Any) -> None:
    assert get(probes, "/healthz", "HEAD")[::2] == ("200 OK", b"")
    status, headers, body = get(probes, "/healthz", "POST")
    assert (status, headers["Allow"], body) == ("405 Method Not Allowed", "GET, HEAD", b"")


def ready_with(monkeypatch: pytest.MonkeyPatch, **checks: Callable[[], str]) -> tuple[str, Any]:
    given = {name: (check, "svarar inte") for name, check in checks.items()}
    monkeypatch.setattr(health, "_checks", Checks(given))
    answer = health.ready({})
    return answer.status.name, json.loads(answer.content)


def test_ready_when_every_check_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    status, told = ready_with(monkeypatch, database=lambda: OK, disk=lambda: OK)
    assert (status, told) == ("OK", {"status": "ok", "checks": {"database": "ok", "disk": "ok"}})


def test_one_failed_check_is_503_and_says_nothing_of_the_drivers_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> str:
        raise OSError("password=hemligt")

    status, told = ready_with(monkeypatch, database=refuse, disk=lambda: "mindre än 100 MB ledigt")
    assert status == "SERVICE_UNAVAILABLE"
    assert told == {
        "status": "fel",
        "checks": {"database": "svarar inte", "disk": "mindre än 100 MB ledigt"},
    }


def test_check_that_hangs_is_given_up_and_not_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "SECONDS", 0.2)
    monkeypatch.setattr(health, "REMEMBERED_SECONDS", 0.0)
    released, started = threading.Event(), []

    def hang() -> str:
        started.append(1)
        released.wait(10)
        return OK

    checks = Checks({"disk": (hang, "svarar inte"), "cache": (lambda: OK, "svarar inte")})
    begun = time.monotonic()
    for _ in range(3):
        assert checks.results() == {"disk": "svarar inte i tid", "cache": "ok"}
    assert time.monotonic() - begun < 5
    assert len(started) == 1
    released.set()
    deadline = time.monotonic() + 5
    while checks.results()["disk"] != OK and time.monotonic() < deadline:
        pass
    assert checks.results()["disk"] == OK


def test_answer_is_given_again_for_a_second() -> None:
    asked = []

    def check() -> str:
        asked.append(1)
        return OK

    checks = Checks({"database": (check, "svarar inte")})
    for _ in range(5):
        assert checks.results() == {"database": "ok"}
    assert len(asked) == 1


@pytest.mark.django_db
def test_missing_migration_is_counted() -> None:
    assert health.unapplied_migrations() == 0
    MigrationRecorder.Migration.objects.filter(app="committee", name__startswith="0001").delete()
    assert health.unapplied_migrations() == 1
    assert health.migrations() == "1 saknas"


@pytest.mark.django_db
def test_migration_that_the_code_does_not_know_is_a_newer_nodes() -> None:
    MigrationRecorder.Migration.objects.create(app="committee", name="9999_from_a_newer_release")
    assert health.migrations() == "ok"


def test_disk_without_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert health.disk() == "ok"
    monkeypatch.setattr(health, "FREE_BYTES", 10**18)
    assert health.disk() == f"mindre än {10**12} MB ledigt"


def test_disk_that_cannot_be_written_to_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", settings.DATA_DIR / "not-there")
    with pytest.raises(OSError, match="not-there"):
        health.disk()


def test_cache_that_forgets_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert health.shared_cache() == "ok"
    monkeypatch.setattr(type(caches["pages"]), "get", lambda *arguments, **more: None)
    assert health.shared_cache() == "svarar inte"


# --- The id of a request ------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["3f2a9c1e77b04d15", "a_b-C4567", "f" * 64])
def test_request_keeps_a_well_formed_id(given: str) -> None:
    application = running_request.around(site, [])
    assert get(application, "/", HTTP_X_REQUEST_ID=given)[1]["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "kort", "f" * 65, "12345678\nERROR: x", "1234 5678", "å" * 8])
def test_request_gets_an_id_instead_of_a_malformed_one(given: str) -> None:
    application = running_request.around(site, [])
    made = {get(application, "/", HTTP_X_REQUEST_ID=given)[1]["X-Request-ID"] for _ in range(2)}
    assert len(made) == 2
    assert all(len(each) == 16 and each != given for each in made)


def test_running_request_is_told_of_when_it_is_answered() -> None:
    answered: list[running_request.RunningRequest] = []
    get(running_request.around(site, [answered.append]), "/om/", "HEAD")
    assert [(each.method, each.path, each.status) for each in answered] == [("HEAD", "/om/", 200)]
    assert 0 <= answered[0].seconds < 5
