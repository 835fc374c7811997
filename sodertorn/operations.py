"""Addresses for whoever runs the portal, and how they are answered: before Django, and never kept. A leaf."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from sodertorn.running_request import Application, Environ, StartResponse, running_request

METHODS = ("GET", "HEAD")


@dataclass(frozen=True)
class Answer:
    """What is sent, besides the headers that every answer here has."""

    status: HTTPStatus
    content: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: list[tuple[str, str]] = field(default_factory=list)


View = Callable[[Environ], Answer]


def json_answer(status: HTTPStatus, content: object) -> Answer:
    text = json.dumps(content, ensure_ascii=False) + "\n"
    return Answer(status, text.encode(), "application/json")


def around(application: Application, views: dict[str, View]) -> Application:
    """The application, with the addresses that have a view answered by it."""

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        view = views.get(environ["PATH_INFO"])
        if view is None:
            return application(environ, start_response)
        running = running_request()
        if running is not None:
            running.route = environ["PATH_INFO"].strip("/")
        method = environ["REQUEST_METHOD"]
        if method in METHODS:
            given = view(environ)
        else:
            given = Answer(HTTPStatus.METHOD_NOT_ALLOWED, headers=[("Allow", ", ".join(METHODS))])
        start_response(
            f"{given.status.value} {given.status.phrase}",
            [
                ("Content-Type", given.content_type),
                ("Content-Length", str(len(given.content))),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
                *given.headers,
            ],
        )
        return () if method == "HEAD" else (given.content,)

    return answer
