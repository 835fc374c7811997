"""Asking Statistics Sweden (SCB) for tables: its PxWebApi version 2, answers as json-stat2. A leaf.

Knows the service's manners: at most 30 calls in 10 seconds, and a wait when it says 429. Everything that can
go wrong on the way becomes one `StatisticsError`, whose message is Swedish, for showing.
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
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

ADDRESS = "https://statistikdatabasen.scb.se/api/v2"
"""The service's public address."""

CALLS, WINDOW = 30, 10.0
"""So many calls are allowed in so many seconds."""
ATTEMPTS = 4
LONGEST_WAIT = 60.0
"""Seconds. A service that asks for a longer wait is left alone."""
LARGEST_ANSWER = 20_000_000
"""Bytes. The population of eight municipalities takes some thousand."""


class StatisticsError(Exception):
    """The statistics can't be had. Swedish, for showing."""


class _MayPass(Exception):
    """A fault that may be gone in a moment; `wait` is how many seconds the service asks for, if it does."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass
class Client:
    """The service at an address. `tell` gets a line for each thing worth knowing as it happens.

    `timeout` is how many seconds an answer may take in all.
    """

    address: str = ADDRESS
    tell: Callable[[str], None] = lambda line: None
    timeout: float = 30.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _calls: deque[float] = field(default_factory=deque, repr=False)

    def __post_init__(self) -> None:
        self.address = self.address.rstrip("/")
        if urllib.parse.urlsplit(self.address).scheme not in ("https", "http"):
            raise StatisticsError(f"Adressen {self.address} ska börja med https:// eller http://.")

    def metadata(self, table: str) -> dict[str, Any]:
        """A table's dimensions, without figures."""
        return self.get(f"/tables/{urllib.parse.quote(table, safe='')}/metadata", {})

    def data(self, table: str, selection: Mapping[str, list[str]]) -> dict[str, Any]:
        """The figures for the chosen codes of each dimension; a dimension that is left out is summed over."""
        codes = {f"valueCodes[{dimension}]": ",".join(chosen) for dimension, chosen in selection.items()}
        return self.get(
            f"/tables/{urllib.parse.quote(table, safe='')}/data", {"outputFormat": "json-stat2", **codes}
        )

    def get(self, path: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        """The answer, a JSON object. What may pass is tried again after a while."""
        url = f"{self.address}{path}?{urllib.parse.urlencode({'lang': 'sv', **parameters})}"
        for attempt in range(1, ATTEMPTS + 1):
            self._keep_pace()
            try:
                return _json_object(self._fetch(url))
            except _MayPass as fault:
                wait = 2.0 ** (attempt - 1) if fault.wait is None else fault.wait
                if attempt == ATTEMPTS or wait > LONGEST_WAIT:
                    raise StatisticsError(f"{self.address} gav inget svar: {fault}.") from fault
                self.tell(f"{fault}; nytt försök om {math.ceil(wait)} s ({attempt + 1} av {ATTEMPTS}).")
                self.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _keep_pace(self) -> None:
        """Wait until one more call is allowed."""
        while self._calls and self._calls[0] <= self.clock() - WINDOW:
            self._calls.popleft()
        if len(self._calls) >= CALLS:
            self.sleep(self._calls.popleft() + WINDOW - self.clock())
        self._calls.append(self.clock())

    def _fetch(self, url: str) -> bytes:
        request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked above
        ends = self.clock() + self.timeout
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:  # noqa: S310
                return self._read(answer, ends)
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error) from error
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
                raise StatisticsError(f"{self.address} gav ett orimligt stort svar.")
        if answer.length:  # what was announced and never came
            raise http.client.IncompleteRead(b"".join(pieces), answer.length)
        return b"".join(pieces)


def _refusal(error: urllib.error.HTTPError) -> Exception:
    """What an answer with an error code means: worth another try, or final with the service's own reason."""
    if error.code == 429:
        return _MayPass("för många anrop (429)", _retry_after(error.headers.get("Retry-After")))
    if error.code >= 500:
        return _MayPass(f"fel hos tjänsten ({error.code})", _retry_after(error.headers.get("Retry-After")))
    reason = ""
    # An error page instead of an explanation: then the code says enough.
    with contextlib.suppress(OSError, http.client.HTTPException, StatisticsError, _MayPass):
        reason = str(_json_object(error.read(10_000)).get("title", ""))
    return StatisticsError(
        f"Tjänsten avvisade frågan ({error.code}{': ' if reason else ''}{reason[:200]}): {error.url}"
    )


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


def _json_object(content: bytes) -> dict[str, Any]:
    """The object, with or without a byte order mark before it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StatisticsError("Svaret är inte text i UTF-8.") from error
    if text.lstrip().startswith("<"):
        raise StatisticsError("Svaret är en webbsida och inte statistik. Stämmer adressen?")
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _MayPass("svaret är avbrutet eller inte giltig JSON") from error
    if not isinstance(answer, dict):
        raise StatisticsError("Svaret har inte den väntade formen.")
    return answer
