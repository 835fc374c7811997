"""What is away for a while is told as 503, in the form that was asked for; a fault of our own as 500."""

import errno
import json
import logging
import sqlite3
from collections.abc import Callable

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError, connection
from django.test import Client

from sodertorn.unavailable import DATABASE, DISK, DOCUMENTS, DocumentsAway, lacking
from tests import factories

pytestmark = pytest.mark.django_db
OUTAGES: list[Exception] = [
    OperationalError("connection refused"),
    InterfaceError("connection already closed"),
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EROFS, "Read-only file system"),
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    DocumentsAway("EndpointConnectionError"),
]


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def from_sqlite(code: int) -> sqlite3.Error:
    cause = sqlite3.OperationalError("x")
    cause.sqlite_errorcode = code
    return cause


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        *zip(OUTAGES, [DATABASE, DATABASE, DISK, DISK, DISK, DOCUMENTS], strict=True),
        (caused(OperationalError("locked"), from_sqlite(sqlite3.SQLITE_BUSY)), DATABASE),
        (caused(OperationalError("full"), from_sqlite(sqlite3.SQLITE_FULL)), DATABASE),
        (caused(OperationalError("readonly"), from_sqlite(sqlite3.SQLITE_READONLY)), DATABASE),
        (caused(OperationalError("no such table"), from_sqlite(sqlite3.SQLITE_ERROR)), ""),
        (caused(InternalError("read-only"), psycopg.errors.ReadOnlySqlTransaction()), DATABASE),
        (InternalError("cursor is not valid anymore"), ""),
        (IntegrityError("unique"), ""),
        (DataError("too long"), ""),
        (FileNotFoundError(errno.ENOENT, "No such file"), ""),
        (ValueError("x"), ""),
        (None, ""),
    ],
)
def test_outage_is_told_from_a_fault(error: Exception | None, expected: str) -> None:
    assert lacking(error) == expected


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def broken_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Every question to the database raises this from now on."""

    def broken(error: Exception) -> None:
        def refuse(*args: object, **kwargs: object) -> None:
            raise error

        monkeypatch.setattr(connection, "cursor", refuse)

    return broken


@pytest.mark.parametrize("error", OUTAGES, ids=repr)
def test_page_says_in_swedish_that_it_passes(
    visitor: Client, broken_with: Callable[[Exception], None], error: Exception
) -> None:
    broken_with(error)
    response = visitor.get("/kalender/")
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    page = response.content.decode()
    assert "<h1>Portalen är tillfälligt otillgänglig</h1>" in page
    assert "connection" not in page


@pytest.mark.parametrize("path", ["/", "/finns-inte/", "/admin/login/", "/konto/logga-in/", "/sok/?q=avgift"])
def test_page_that_needs_the_database_is_503_wherever_it_is(
    visitor: Client, broken_with: Callable[[Exception], None], path: str
) -> None:
    broken_with(OperationalError("away"))
    response = visitor.get(path, headers={"cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"})
    assert (response.status_code, response["Retry-After"]) == (503, "30")


def test_clerk_who_saves_during_an_outage_is_told_so(
    broken_with: Callable[[Exception], None], visitor: Client
) -> None:
    visitor.force_login(User.objects.create_superuser("kansliet"))
    page = factories.make_page("Öppen sida")
    broken_with(OperationalError("database is locked"))
    response = visitor.post(f"/admin/committee/page/{page.pk}/change/", {"title": "Ny"})
    assert response.status_code == 503
    assert "Det du skickade sparades inte." in response.content.decode()


@pytest.mark.parametrize("path", ["/api/v1/kommuner", "/oppna-data/kommuner.json"])
def test_program_gets_a_problem_as_json(
    visitor: Client, broken_with: Callable[[Exception], None], path: str
) -> None:
    broken_with(OperationalError("away"))
    response = visitor.get(path)
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert json.loads(response.content) == {
        "title": "Tjänsten är tillfälligt otillgänglig",
        "status": 503,
        "detail": "Portalen når inte sina uppgifter just nu. Försök igen om en stund.",
    }


def test_file_is_a_line_of_text(visitor: Client, broken_with: Callable[[Exception], None]) -> None:
    broken_with(OperationalError("away"))
    response = visitor.get("/kalender/kalender.ics")
    assert (response.status_code, response["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert response.content.decode() == (
        "Tjänsten är tillfälligt otillgänglig. Portalen når inte sina uppgifter just nu. "
        "Försök igen om en stund.\n"
    )


def test_outage_is_one_line_in_the_log_without_a_traceback(
    visitor: Client, broken_with: Callable[[Exception], None], caplog: pytest.LogCaptureFixture
) -> None:
    broken_with(OperationalError("connection refused\n\tIs the server running?"))
    visitor.get("/om/?q=hemligt")
    told = [record for record in caplog.records if record.name == "sodertorn.unavailable"]
    assert [(record.levelno, record.getMessage(), record.exc_info) for record in told] == [
        (logging.ERROR, "Databasen svarar inte: connection refused Is the server running?", None)
    ]


def test_fault_of_our_own_stays_500(visitor: Client, broken_with: Callable[[Exception], None]) -> None:
    broken_with(ValueError("a mistake"))
    response = visitor.get("/kalender/")
    assert response.status_code == 500
    assert "Något gick fel hos oss" in response.content.decode()
