"""How the portal writes its log: a line for a person, or a JSON object for a program. A leaf.

A line tells which request it is about, by its id and path. It never tells what somebody sent: no query, no
form, no cookie. gunicorn uses this too, so nothing of Django's settings is needed here.
"""

import json
import logging
import re
import time
from datetime import UTC, datetime
from typing import Any

from django.utils.log import AdminEmailHandler

from sodertorn.running_request import RunningRequest, running_request

logger = logging.getLogger(__name__)

QUERY = re.compile(r"\?\S*")
SECONDS_BETWEEN_LETTERS = 60.0


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger and message, the request if there is one, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        running = running_request()
        if running is not None:
            line |= {"request_id": running.id, "method": running.method, "path": running.written_path}
        line |= getattr(record, "answered", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class Lines(logging.Formatter):
    """For a person, with the id that the answer to a request carries."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        line = super().formatMessage(record)
        running = running_request()
        return f"{line} [{running.id}]" if running is not None else line


class WithoutQueries(logging.Filter):
    """gunicorn names the address of a request that broke off, with whatever was asked."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = QUERY.sub("", record.getMessage()), None
        return True


class ToldAlready(logging.Filter):
    """An answer 503 has been logged, with what was lacking, and is no fault to trace."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != 503


class ErrorMail(AdminEmailHandler):
    """A letter with the line and the traceback, but without the request, which Django would add.

    One a minute at most from each process: the log has them all.
    """

    _sent_at = float("-inf")

    def emit(self, record: logging.LogRecord) -> None:
        if time.monotonic() - self._sent_at < SECONDS_BETWEEN_LETTERS:
            return
        self._sent_at = time.monotonic()
        first_line = record.getMessage().partition("\n")[0]
        self.send_mail(f"Portalen: {first_line}"[:120], self.format(record))


def log_failure(running: RunningRequest) -> None:
    """A request that could not be answered, with how long it took."""
    if running.status >= 500:
        milliseconds = round(running.seconds * 1000)
        logger.warning(
            "%s %s gav %d efter %d ms",
            running.method,
            running.written_path,
            running.status,
            milliseconds,
            extra={"answered": {"status": running.status, "milliseconds": milliseconds}},
        )


def handler(log_format: str) -> dict[str, Any]:
    """What `dictConfig` is to know of the formats and of standard error."""
    formatter = JsonLines if log_format == "json" else Lines
    return {
        "formatters": {"line": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    }


def for_gunicorn(log_format: str) -> dict[str, Any]:
    """gunicorn's log, in the same form. Addresses that people visit are not collected."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_queries": {"()": WithoutQueries}},
        **handler(log_format),
        "root": {"level": "WARNING", "handlers": []},
        "loggers": {
            "gunicorn.error": {
                "level": "WARNING",
                "handlers": ["stderr"],
                "filters": ["without_queries"],
                "propagate": False,
            },
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }


def for_portal(log_format: str, *, debug: bool, mail: bool) -> dict[str, Any]:
    """Django's LOGGING; `mail` tells the administrators of errors too."""
    given = handler(log_format)
    given["handlers"] |= {
        "nowhere": {"class": "logging.NullHandler"},
        "mail": {"class": "sodertorn.logs.ErrorMail", "level": "ERROR", "formatter": "line"},
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"told_already": {"()": ToldAlready}},
        **given,
        "root": {"handlers": ["stderr", *(["mail"] if mail else [])], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO" if debug else "WARNING", "propagate": True},
            # A missing page is the visitor's business, and a wrong Host header a scanner's; errors are logged
            # in full.
            "django.request": {"level": "ERROR", "filters": ["told_already"]},
            "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
            "django.security.TooManyFieldsSent": {"handlers": ["nowhere"], "propagate": False},
            # Each failed attempt to connect; whoever waits for a connection is told, and that is logged.
            "psycopg.pool": {"level": "ERROR"},
            # What is wrong with an uploaded PDF is told to whoever uploads it.
            "pypdf": {"handlers": ["nowhere"], "propagate": False},
        },
    }
