"""Which request this thread is answering, and how it went: for the log and the metrics. A leaf.

A WSGI application around all others. What happens further in is noted on the running request, which is looked
up by thread, so that nobody has to hand it on. Of the address only the path is noted: the rest may hold what
somebody searched for.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest
from django.http.response import HttpResponseBase

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}")
"""What is believed of an X-Request-ID; anything else could be made to look like another line in the log."""
LONGEST_PATH = 200
KEPT, BUILT, NOT_KEPT = "kept", "built", "not kept"
"""What the page cache had to do with the answer."""


@dataclass(slots=True)
class RunningRequest:
    """`route` is the name of the address's pattern, `page` what the page cache did, and `lacking` what the
    portal had to do without when it could not answer.
    """

    id: str
    method: str
    path: str
    started: float = field(default_factory=time.perf_counter)
    route: str = ""
    page: str = ""
    lacking: str = ""
    status: int = 500

    @property
    def written_path(self) -> str:
        """The path as it stands in an address, so that nobody can write lines of the log with it."""
        return quote(self.path[:LONGEST_PATH].encode("latin-1", "replace"))

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self.started


_running: ContextVar[RunningRequest | None] = ContextVar("running_request", default=None)


def running_request() -> RunningRequest | None:
    """The request that this thread is answering; None in a command."""
    return _running.get()


def note_page(outcome: str) -> None:
    """Note what the page cache did."""
    running = _running.get()
    if running is not None:
        running.page = outcome


def note_lacking(what: str) -> None:
    """Note what the portal has to do without."""
    running = _running.get()
    if running is not None:
        running.lacking = what


def around(
    application: Application, when_answered: Sequence[Callable[[RunningRequest], None]]
) -> Application:
    """The application with each answer carrying the id of its request; the functions are told of each."""

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        running = RunningRequest(
            given if WELL_FORMED.fullmatch(given) else secrets.token_hex(8),
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
        )

        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Any:
            running.status = int(status[:3])
            return start_response(status, [*headers, ("X-Request-ID", running.id)], *failure)

        _running.set(running)  # until the thread's next request: the body is not sent yet
        try:
            return application(environ, start)
        finally:
            for tell in when_answered:
                tell(running)

    return answer


def note_route(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: note the name of the pattern that the address fits."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        running = _running.get()
        if running is not None and request.resolver_match:
            running.route = request.resolver_match.view_name
        return response

    return middleware
