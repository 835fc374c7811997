"""What the log tells, and what it never tells; whom errors are told to besides."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest
from django.core import mail
from django.http import Http404
from django.test import RequestFactory

from sodertorn import error_reports, logs, running_request
from sodertorn.running_request import RunningRequest


@pytest.fixture
def running() -> Iterator[RunningRequest]:
    request = RunningRequest("0123456789abcdef", "POST", "/konto/logga-in/\nERROR påhittad")
    token = running_request._running.set(request)
    yield request
    running_request._running.reset(token)


@pytest.fixture(autouse=True)
def outside_requests() -> Iterator[None]:
    token = running_request._running.set(None)
    yield
    running_request._running.reset(token)


def record(message: str = "Det gick %s", *arguments: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord(
        "sodertorn.test", logging.ERROR, __file__, 1, message, arguments or ("fel",), None
    )
    made.created = 1486033200.25
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_json_line_outside_a_request() -> None:
    assert json.loads(logs.JsonLines().format(record())) == {
        "time": "2017-02-02T11:00:00.250+00:00",
        "level": "ERROR",
        "logger": "sodertorn.test",
        "message": "Det gick fel",
    }


@pytest.mark.usefixtures("running")
def test_json_line_names_the_request_and_stays_one_line() -> None:
    line = logs.JsonLines().format(record("Två\nrader %s", "å"))
    told = json.loads(line)
    assert "\n" not in line
    assert (told["request_id"], told["method"]) == ("0123456789abcdef", "POST")
    assert told["path"] == "/konto/logga-in/%0AERROR%20p%E5hittad"
    assert told["message"] == "Två\nrader å"


def test_json_line_has_the_traceback() -> None:
    try:
        raise Http404("borta")
    except Http404:
        line = logs.JsonLines().format(record(exc_info=sys.exc_info()))
    assert json.loads(line)["exception"].endswith("django.http.response.Http404: borta")


def test_readable_line_ends_with_the_id(running: RunningRequest) -> None:
    assert logs.Lines().format(record()).endswith("ERROR sodertorn.test: Det gick fel [0123456789abcdef]")


def test_failed_request_is_logged_with_its_status_and_time(
    running: RunningRequest, caplog: pytest.LogCaptureFixture
) -> None:
    for running.status in (200, 404, 500):
        logs.log_failure(running)
    assert len(caplog.records) == 1
    told = json.loads(logs.JsonLines().format(caplog.records[0]))
    assert told["status"] == 500
    assert 0 <= told["milliseconds"] < 60_000
    assert told["message"].startswith("POST /konto/logga-in/%0AERROR%20p%E5hittad gav 500 efter ")


def test_query_is_left_out_of_the_servers_own_log() -> None:
    told = record("Error handling request %s", "/sok/?q=hemligt")
    assert logs.WithoutQueries().filter(told) is True
    assert told.getMessage() == "Error handling request /sok/"


def test_answer_503_is_not_traced_a_second_time() -> None:
    kept = [logs.ToldAlready().filter(record(status_code=status)) for status in (500, 503)]
    assert kept == [True, False]


def test_letter_has_the_error_but_not_what_was_sent(settings) -> None:
    settings.ADMINS = [("Drift", "drift@example.se")]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    request = RequestFactory().post("/sok/?q=hemligt", {"namn": "hemligt"}, headers={"cookie": "a=hemligt"})
    handler = logs.ErrorMail()
    handler.setFormatter(logs.Lines())
    for _ in range(3):
        handler.emit(record(request=request))
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["drift@example.se"], "[Django] Portalen: Det gick fel")
    ]
    assert "Det gick fel" in mail.outbox[0].body
    assert "hemligt" not in mail.outbox[0].body


def test_letters_are_sent_only_where_someone_is_to_have_them() -> None:
    assert logs.for_portal("text", debug=False, mail=False)["root"]["handlers"] == ["stderr"]
    assert logs.for_portal("text", debug=False, mail=True)["root"]["handlers"] == ["stderr", "mail"]


def test_report_has_nothing_of_what_was_sent_or_who_sent_it() -> None:
    event = {
        "request": {
            "url": "https://portal.example.se/sok/",
            "method": "POST",
            "query_string": "q=hemligt",
            "cookies": {"sessionid": "hemligt"},
            "headers": {"Authorization": "hemligt"},
            "data": {"namn": "hemligt"},
            "env": {"REMOTE_ADDR": "192.0.2.1"},
        },
        "user": {"ip_address": "192.0.2.1"},
        "exception": {"values": [{"type": "ValueError"}]},
    }
    assert error_reports.scrubbed(event, {}) == {
        "request": {"url": "https://portal.example.se/sok/", "method": "POST"},
        "exception": {"values": [{"type": "ValueError"}]},
    }
