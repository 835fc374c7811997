"""What is away for a while, and what visitors are told meanwhile: 503, and when to ask again. A leaf.

A database that does not answer or is locked, a full disk, a disk that can't be written to, and documents that
can't be reached pass without anyone changing the portal. Every other failure is a fault in it, and is told as
one.
"""

import errno
import json
import logging
import sqlite3
import sys
from http import HTTPStatus
from pathlib import PurePosixPath

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.views.defaults import server_error

from sodertorn.running_request import note_lacking

logger = logging.getLogger(__name__)

RETRY_AFTER = 30
"""Seconds until it is worth asking again."""
DATABASE, DISK, DOCUMENTS = "database", "disk", "documents"
LACKING = {
    DATABASE: "Databasen svarar inte",
    DISK: "Disken är full eller går inte att skriva till",
    DOCUMENTS: "Objektlagringen svarar inte",
}
DISK_ERRORS = {errno.ENOSPC, errno.EROFS, errno.EDQUOT}
READ_ONLY_POSTGRESQL = "25006"
TITLE = "Tjänsten är tillfälligt otillgänglig"
ADVICE = "Portalen når inte sina uppgifter just nu. Försök igen om en stund."
WEB_PAGES = {"", ".html"}
"""Endings of addresses that lead to pages; others lead to files."""


class DocumentsAway(OSError):
    """The place where the documents are kept does not answer."""


def lacking(error: BaseException | None) -> str:
    """What the portal has to do without, told from what was raised; "" for a fault of its own."""
    if isinstance(error, DocumentsAway):
        return DOCUMENTS
    if isinstance(error, OSError) and error.errno in DISK_ERRORS:
        return DISK
    if isinstance(error, InterfaceError) or (
        isinstance(error, OperationalError) and not _is_wrong_sql(error.__cause__)
    ):
        return DATABASE
    cause = getattr(error, "__cause__", None)
    if isinstance(error, InternalError) and getattr(cause, "sqlstate", "") == READ_ONLY_POSTGRESQL:
        return DATABASE
    return ""


def _is_wrong_sql(cause: BaseException | None) -> bool:
    """SQLite raises the same for a table that is not there as for a file that can't be opened."""
    return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def failed(request: HttpRequest) -> HttpResponse:
    """handler500: what is away for a while is told as that."""
    error = sys.exc_info()[1]
    what = lacking(error)
    if not what:
        return server_error(request)
    note_lacking(what)
    logger.error("%s: %s", LACKING[what], " ".join(str(error).split()))
    return unavailable(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 as whoever asked can read it: a page, JSON or a line of text. Nothing here needs the database."""
    ending = PurePosixPath(request.path).suffix
    if ending in (".json", ".jsonld") or request.path.startswith("/api/"):
        problem = {"title": TITLE, "status": HTTPStatus.SERVICE_UNAVAILABLE, "detail": ADVICE}
        text = json.dumps(problem, ensure_ascii=False)
        response = HttpResponse(text, content_type="application/problem+json")
        response["Access-Control-Allow-Origin"] = "*"
    elif ending in WEB_PAGES:
        response = HttpResponse(render_to_string("503.html"))
    else:
        response = HttpResponse(f"{TITLE}. {ADVICE}\n", content_type="text/plain; charset=utf-8")
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    response["Retry-After"] = str(RETRY_AFTER)
    patch_cache_control(response, no_store=True)
    return response
