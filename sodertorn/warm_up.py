"""The main pages built once before the workers are started: they then share what building loads. A leaf.

Templates, addresses and translations are loaded with the first page that needs them. If each worker did that
by itself, two would take 15 MB more, and the first visitor of each would wait for it.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.urls import reverse

from sodertorn.start_checks import close_connections

Application = Callable[..., Iterable[bytes]]

PAGES = (
    "start",
    "plan-latest",
    "calendar_app:event-list",
    "committee:municipality-list",
    "committee:body-list",
    "committee:cooperation",
    "budget:budget-list",
    "committee:indicator-list",
)
REDIRECTS = 2


def build_pages(application: Application) -> list[str]:
    """What each page was answered with; a page that fails is told of in the log, and the start goes on.

    No connection is left open, to be forked.
    """
    try:
        return [_status(application, reverse(name)) for name in PAGES]
    finally:
        close_connections()


def _status(application: Application, path: str, redirects: int = REDIRECTS) -> str:
    told: list[Any] = []
    environ = {
        "PATH_INFO": path,
        "HTTP_HOST": settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost"),
        "HTTP_X_FORWARDED_PROTO": "https",
        "REMOTE_ADDR": "127.0.0.1",
    }
    setup_testing_defaults(environ)
    body = application(environ, lambda *status: told.extend(status))
    b"".join(body)
    getattr(body, "close", lambda: None)()
    status, headers = told[:2]
    location = dict(headers).get("Location")
    if location and redirects:
        return _status(application, urlsplit(location).path, redirects - 1)
    return str(status)
