"""Whole answers, kept: in this process for speed, and in a cache that processes or machines share. A leaf.

It knows neither addresses nor generations: whoever keeps something under a key never uses the key for
anything else.
"""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import brotli
from django.core.cache.backends.base import BaseCache

from sodertorn.headers import SECURITY_HEADERS

Headers = list[tuple[str, str]]
Encoding = Literal["br", "gzip", ""]

KEPT_BYTES = 8 * 1024 * 1024
"""How much each process keeps by itself."""
KEPT_SECONDS = 24 * 3600
BUILDING_SECONDS = 3
"""How long others wait for who is building an answer, before they build it themselves: who did may have been
killed at it.
"""
SECONDS_BETWEEN_LOOKS = 0.01
OVERHEAD = 1000
"""Bytes that an answer takes besides its body, roughly."""
WORTH_COMPRESSING = 500
"""Bytes below which a compressed answer would hardly be smaller."""
COMPRESSIBLE = ("text/", "application/json", "image/svg+xml")
COMPRESSIBLE_ENDINGS = ("+json", "+xml", "/xml")
SENT_WITH_304 = (
    "cache-control",
    "cdn-cache-control",
    "content-location",
    "last-modified",
    "vary",
    "access-control-allow-origin",
    *SECURITY_HEADERS,
)
"""What an answer without a body still says (RFC 9110, section 15.4.5)."""


class NotKept:
    """Said of a key whose answer is not for everyone, or too large: ask the application."""


NOT_KEPT: Final = NotKept()


@dataclass(frozen=True)
class Representation:
    """An answer in one encoding."""

    etag: str
    headers: Headers
    headers_304: Headers
    body: bytes


class Answer:
    """An answer 200, with its body as the application gave it; other encodings are made when asked for.

    `last_modified` is for those who ask by date; the application's own Last-Modified only informs, since it
    may not know of what was deleted.
    """

    def __init__(self, headers: Headers, body: bytes, last_modified: str = "") -> None:
        given = {name.lower(): value for name, value in headers}
        kind = given.get("content-type", "").partition(";")[0].strip()
        is_text = kind.startswith(COMPRESSIBLE) or kind.endswith(COMPRESSIBLE_ENDINGS)
        etag = given.get("etag", "")
        self.headers = [pair for pair in headers if pair[0].lower() not in ("etag", "content-length")]
        self.last_modified = "" if "last-modified" in given else last_modified
        if self.last_modified:
            self.headers.append(("Last-Modified", self.last_modified))
        self.body = body
        self.tag = etag.strip('"') if etag.startswith('"') else hashlib.sha256(body).hexdigest()[:32]
        self.is_compressible = is_text and len(body) >= WORTH_COMPRESSING
        self._made: dict[Encoding, Representation] = {}

    def __getstate__(self) -> dict[str, object]:
        return vars(self) | {"_made": {}}

    @property
    def size(self) -> int:
        """Bytes in memory, when it has been asked for in one more encoding."""
        return len(self.body) + len(self.body) // 4 + OVERHEAD

    def in_encoding(self, encoding: Encoding) -> Representation:
        made = self._made.get(encoding)
        if made is None:
            made = self._made[encoding] = self._representation(encoding)
        return made

    def _representation(self, encoding: Encoding) -> Representation:
        """Another encoding is another representation, and so has another ETag."""
        body = _encoded(self.body, encoding)
        etag = f'"{self.tag}-{encoding}"' if encoding else f'"{self.tag}"'
        headers = [*self.headers, ("ETag", etag), ("Content-Length", str(len(body)))]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        kept = [pair for pair in self.headers if pair[0].lower() in SENT_WITH_304]
        return Representation(etag, headers, [*kept, ("ETag", etag)], body)


def _encoded(body: bytes, encoding: Encoding) -> bytes:
    if encoding == "br":
        return brotli.compress(body, quality=5)
    return gzip.compress(body, compresslevel=6, mtime=0) if encoding == "gzip" else body


@lru_cache(maxsize=256)
def chosen_encoding(accepted: str) -> Encoding:
    """The smallest encoding that an Accept-Encoding header allows (RFC 9110, section 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        try:
            weights[name.strip()] = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
    if weights.get("br", weights.get("*", 0)) > 0:
        return "br"
    return "gzip" if weights.get("gzip", 0) > 0 else ""


class PageStore:
    """Answers by key. Of all that miss one at the same time, one is told to build it, and the others wait."""

    def __init__(self, shared: BaseCache) -> None:
        self.shared = shared
        self._kept: OrderedDict[str, Answer | NotKept] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._building: dict[str, threading.Event] = {}

    def find(self, key: str) -> Answer | NotKept | None:
        """The answer; or None, and then whoever asked builds it and calls `settle`, whatever happens."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
            built_by_other = self._building.get(key)
            if built_by_other is None:
                self._building[key] = threading.Event()
        if built_by_other is not None:
            built_by_other.wait(BUILDING_SECONDS)
            return self._kept.get(key, NOT_KEPT)
        answer = self._shared_answer(key)
        if answer is not None:
            self._keep(key, answer)
        return answer

    def settle(self, key: str, answer: Answer | NotKept | None) -> None:
        """Keep what was built, or that it is not to be kept, or nothing after a failure. Those who wait go
        on.
        """
        if isinstance(answer, Answer):
            self.shared.set(f"page:{key}", answer, KEPT_SECONDS)
        self.shared.delete(f"building:{key}")
        self._keep(key, answer)

    def _shared_answer(self, key: str) -> Answer | None:
        """What another process has built, waited for if it is at it; None once this one has the task."""
        deadline = time.monotonic() + BUILDING_SECONDS
        while True:
            answer = self.shared.get(f"page:{key}")
            if isinstance(answer, Answer):
                return answer
            is_ours = self.shared.add(f"building:{key}", 1, BUILDING_SECONDS)
            if is_ours or time.monotonic() > deadline:
                return None
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def _keep(self, key: str, answer: Answer | NotKept | None) -> None:
        with self._lock:
            if answer is not None:
                self._size += _size(answer) - _size(self._kept.pop(key, None))
                self._kept[key] = answer
            while self._size > KEPT_BYTES:
                _, oldest = self._kept.popitem(last=False)
                self._size -= _size(oldest)
            waiting = self._building.pop(key, None)
        if waiting:
            waiting.set()


def _size(answer: Answer | NotKept | None) -> int:
    if isinstance(answer, Answer):
        return answer.size
    return OVERHEAD if answer else 0
