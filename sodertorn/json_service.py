"""Asking a public service for JSON, with patience: a shared ground for the services that we ask. A leaf.

Waits when the service says 429 and tries what may pass again. Everything that can go wrong on the way becomes
one exception of the service's own, whose message is Swedish, for showing.
"""

import contextlib
import email.utils
import http.client
import json
import math
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

ATTEMPTS = 4
LONGEST_WAIT = 60.0
"""Seconds. A service that asks for a longer wait is left alone."""
LARGEST_ANSWER = 20_000_000
"""Bytes. What we ask for takes some thousand."""


class _MayPass(Exception):
    """A fault that may be gone in a moment; `wait` is how many seconds the service asks for, if it does."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass
class JsonService:
    """A service at an address. `tell` gets a line for each thing worth knowing as it happens.

    `timeout` is how many seconds an answer may take in all. Subclasses say what the service is: `name` begins
    a sentence, `subject` is what it has, and `reason_key` is where it explains why it refuses a question.
    """

    error: ClassVar[type[Exception]]
    name: ClassVar[str]
    subject: ClassVar[str]
    reason_key: ClassVar[str]

    address: str
    tell: Callable[[str], None] = lambda line: None
    timeout: float = 30.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self.address = self.address.rstrip("/")
        if urllib.parse.urlsplit(self.address).scheme not in ("https", "http"):
            raise self.wrong_address()

    def wrong_address(self) -> Exception:
        return self.error(f"Adressen {self.address} ska börja med https:// eller http://.")

    def answer(self, url: str) -> dict[str, Any]:
        """The answer, a JSON object. What may pass is tried again after a while. Raises `error`."""
        for attempt in range(1, ATTEMPTS + 1):
            self.keep_pace()
            try:
                return self._json_object(self._fetch(url))
            except _MayPass as fault:
                wait = 2.0 ** (attempt - 1) if fault.wait is None else fault.wait
                if attempt == ATTEMPTS or wait > LONGEST_WAIT:
                    raise self.error(f"{self.address} gav inget svar: {fault}.") from fault
                self.tell(f"{fault}; nytt försök om {math.ceil(wait)} s ({attempt + 1} av {ATTEMPTS}).")
                self.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def keep_pace(self) -> None:
        """Wait until one more call is allowed, if the service limits them."""

    def decoded(self, text: str) -> Any:
        """The JSON value. Raises ValueError."""
        return json.loads(text)

    def refusal(self, code: int) -> Exception | None:
        """What an error code means, where it has a meaning of its own with the service."""
        return None

    def _fetch(self, url: str) -> bytes:
        request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked above
        ends = self.clock() + self.timeout
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:  # noqa: S310
                return self._read(answer, ends)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refusal(error) from error
        except TimeoutError as error:
            raise _MayPass(f"svaret dröjde mer än {self.timeout:g} s") from error
        except (http.client.IncompleteRead, http.client.RemoteDisconnected, ConnectionError) as error:
            raise _MayPass("förbindelsen bröts") from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise _MayPass(f"svaret dröjde mer än {self.timeout:g} s") from error
            raise _MayPass(f"adressen kan inte nås ({error.reason})") from error
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise _MayPass(f"adressen kan inte nås ({error})") from error

    def _read(self, answer: http.client.HTTPResponse, ends: float) -> bytes:
        """All of the answer, unless it takes too long or never ends."""
        pieces, size = [], 0
        while piece := answer.read1(1 << 16):
            pieces.append(piece)
            size += len(piece)
            if self.clock() > ends:
                raise TimeoutError
            if size > LARGEST_ANSWER:
                raise self.error(f"{self.address} gav ett orimligt stort svar.")
        if answer.length:  # what was announced and never came
            raise http.client.IncompleteRead(b"".join(pieces), answer.length)
        return b"".join(pieces)

    def _refusal(self, error: urllib.error.HTTPError) -> Exception:
        """What an error code means: worth another try, or final with the service's own reason."""
        wait = _retry_after(error.headers.get("Retry-After"))
        if error.code == 429:
            return _MayPass("för många anrop (429)", wait)
        if error.code >= 500:
            return _MayPass(f"fel hos tjänsten ({error.code})", wait)
        if own := self.refusal(error.code):
            return own
        reason = ""
        # An error page instead of an explanation: then the code says enough.
        with contextlib.suppress(OSError, http.client.HTTPException, self.error, _MayPass):
            reason = str(self._json_object(error.read(10_000)).get(self.reason_key, ""))
        said = f"{': ' if reason else ''}{reason[:200]}"
        return self.error(f"{self.name} avvisade frågan ({error.code}{said}): {error.url}")

    def _json_object(self, content: bytes) -> dict[str, Any]:
        """The object, with or without a byte order mark before it."""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.error("Svaret är inte text i UTF-8.") from error
        if text.lstrip().startswith("<"):
            raise self.error(f"Svaret är en webbsida och inte {self.subject}. Stämmer adressen?")
        try:
            answer = self.decoded(text)
        except (ValueError, RecursionError) as error:
            raise _MayPass("svaret är avbrutet eller inte giltig JSON") from error
        if not isinstance(answer, dict):
            raise self.error("Svaret har inte den väntade formen.")
        return answer


def _retry_after(header: str | None) -> float | None:
    """Seconds to wait, from a number of seconds or a moment; None if neither is given."""
    if not header:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())
