"""Public pages are the same for everyone, so each is built once for each generation of the content. A leaf.

A WSGI application around Django's: a kept answer costs little more than the server itself. Its key holds the
generation and the day, so it need never be taken away: nobody asks for it again when either is another.
Whoever has a session, and so may see drafts, is always answered by the application.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from sodertorn import running_request
from sodertorn.generation import Generation, KnownGeneration
from sodertorn.kept_rows import KeptRows
from sodertorn.page_store import NOT_KEPT, Answer, Headers, NotKept, PageStore, chosen_encoding

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Body = Iterable[bytes]
Application = Callable[[Environ, StartResponse], Body]

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
LARGEST = 1024 * 1024
"""Bytes of the largest answer that is kept; larger ones are sent as they come."""
VARIES_BY = {"accept-encoding", "cookie"}
"""What this cache knows to tell apart. An answer that varies by anything else is not kept."""
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
FOR_BROWSERS = "public, no-cache"
"""A browser asks each time whether its copy is still right, which it mostly is (304)."""
FOR_PROXIES = "public, max-age=1, stale-while-revalidate=10, stale-if-error=86400"
"""RFC 9213: said to caches in front of the portal only."""


def around(application: Application) -> "PageCache":
    """The application with its answers kept where the settings say."""
    shared = caches["pages"]
    known = KnownGeneration(settings.DATA_DIR / "changed", remembered=shared)
    return PageCache(application, PageStore(shared), known)


class PageCache:
    def __init__(self, application: Application, store: PageStore, generation: KnownGeneration) -> None:
        self.application = application
        self.store = store
        self.generation = generation
        self.rows = KeptRows()
        self.cookies_of_someone = (f"{settings.SESSION_COOKIE_NAME}=", "messages=")
        self.static = f"/{settings.STATIC_URL.strip('/')}/"

    def __call__(self, environ: Environ, start_response: StartResponse) -> Body:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            try:
                return self.application(environ, start_response)
            finally:
                if method not in SAFE_METHODS:
                    self.generation.tell()
        generation = None if self._is_not_for_everyone(environ) else self.generation.current()
        if generation is None:
            return self.application(environ, start_response)
        key = _key(environ, generation)
        kept = self.store.find(key)
        if isinstance(kept, Answer):
            running_request.note_page(running_request.KEPT)
            return _send(kept, environ, start_response)
        if isinstance(kept, NotKept):
            running_request.note_page(running_request.NOT_KEPT)
            return self.application(environ, start_response)
        running_request.note_page(running_request.BUILT)
        return self._build(key, generation, environ, start_response)

    def _is_not_for_everyone(self, environ: Environ) -> bool:
        cookies = environ.get("HTTP_COOKIE", "")
        return (
            any(cookie in cookies for cookie in self.cookies_of_someone)
            or "HTTP_AUTHORIZATION" in environ
            or environ["PATH_INFO"].startswith(self.static)
        )

    def _build(
        self, key: str, generation: Generation, environ: Environ, start_response: StartResponse
    ) -> Body:
        """Ask the application without the asker's conditions, and keep its answer if it is for everyone."""
        answer: Answer | NotKept | None = None
        told: list[Any] = []
        plain = {name: value for name, value in environ.items() if name not in CONDITIONS}
        try:
            with self.rows.of(generation.number):
                body = self.application(
                    plain | {"REQUEST_METHOD": "GET"}, lambda *status: told.extend(status)
                )
            status, headers = told[:2]
            answer = None if status.startswith("5") else NOT_KEPT
            if is_for_everyone(status, headers):
                started = _Started(body)
                if started.is_whole:
                    answer = Answer(_public(headers), started.content, _last_modified(generation))
                body = started
        finally:
            self.store.settle(key, answer)
        if isinstance(answer, Answer):
            return _send(answer, environ, start_response)
        if _has_conditions_or_no_body(environ):
            _close(body)
            return self.application(environ, start_response)
        start_response(*told)
        return body


class _Started:
    """A body of which the beginning has been read: all of it, if it is not large."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._parts: list[bytes] = []
        self._rest: Iterator[bytes] = iter(body)
        size = 0
        self.is_whole = True
        for part in self._rest:
            self._parts.append(part)
            size += len(part)
            if size > LARGEST:
                self.is_whole = False
                break
        if self.is_whole:
            self.close()

    @property
    def content(self) -> bytes:
        return b"".join(self._parts)

    def __iter__(self) -> Iterator[bytes]:
        return chain(self._parts, self._rest)

    def close(self) -> None:
        _close(self._body)


def is_for_everyone(status: str, headers: Headers) -> bool:
    """Whether an answer may be kept: it was found, is not large, and says nothing of whom it is for."""
    given = {name.lower(): value for name, value in headers}
    control = given.get("cache-control", "").lower()
    varies = {name.strip() for name in given.get("vary", "").lower().split(",")} - {""}
    return (
        status.startswith("200 ")
        and "set-cookie" not in given
        and "private" not in control
        and "no-store" not in control
        and varies <= VARIES_BY
        and int(given.get("content-length", 0)) <= LARGEST
    )


def _public(headers: Headers) -> Headers:
    """The headers, with what a browser and a proxy in front may do with the answer."""
    given = {name.lower() for name, _ in headers}
    kept = [pair for pair in headers if pair[0].lower() != "vary"]
    if "cache-control" not in given:
        kept += [("Cache-Control", FOR_BROWSERS), ("CDN-Cache-Control", FOR_PROXIES)]
    return [*kept, ("Vary", "Accept-Encoding, Cookie")]


def _key(environ: Environ, generation: Generation) -> str:
    """Pages differ by what they are called by, since they hold their own address, and by the day."""
    parts = (
        str(generation.number),
        timezone.localdate().isoformat(),
        environ["wsgi.url_scheme"],
        environ.get("HTTP_X_FORWARDED_PROTO", ""),
        environ.get("HTTP_HOST", ""),
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", ""),
    )
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _last_modified(generation: Generation) -> str:
    """When a page last changed: with the content, or with the day.

    Nothing within the same second, in which another change may still come that the date could not tell.
    """
    now = timezone.localtime()
    changed = max(generation.changed_at, now.replace(hour=0, minute=0, second=0, microsecond=0))
    is_over = changed.replace(microsecond=0) + timedelta(seconds=1) <= now
    return http_date(changed.timestamp()) if is_over else ""


def _send(answer: Answer, environ: Environ, start_response: StartResponse) -> Body:
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "") if answer.is_compressible else ""
    representation = answer.in_encoding(chosen_encoding(accepted))
    if _is_unchanged(environ, representation.etag, answer.last_modified):
        start_response("304 Not Modified", representation.headers_304)
        return ()
    start_response("200 OK", representation.headers)
    return () if environ["REQUEST_METHOD"] == "HEAD" else (representation.body,)


def _is_unchanged(environ: Environ, etag: str, last_modified: str) -> bool:
    """Whether whoever asks has it already (RFC 9110, section 13.2.2). Conditions that can't be read are none.

    A proxy that compresses makes a strong ETag weak; it is still the same page.
    """
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return tags.strip() == "*" or etag in (tag.removeprefix("W/") for tag in parse_etags(tags))
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None or not last_modified:
        return False
    moment, changed = parse_http_date_safe(since), parse_http_date_safe(last_modified)
    return moment is not None and changed is not None and changed <= moment


def _has_conditions_or_no_body(environ: Environ) -> bool:
    """Whether the application was asked in another way than the visitor did."""
    return environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in CONDITIONS)


def _close(body: Body) -> None:
    close = getattr(body, "close", None)
    if close:
        close()
