"""Asking Kolada, the municipalities' database of key figures, by its API version 3. A leaf.

Knows the service's manners: answers come in pages that name the next one, at most 20 ids in one call, and a
wait when it says 429. Everything that can go wrong on the way becomes one `KoladaError`, whose message is
Swedish, for showing.
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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

ADDRESS = "https://api.kolada.se/v3"
"""The service's public address."""

IDS_AT_ONCE = 20
PER_PAGE = 5000
"""The most rows that the service gives at once."""
MOST_PAGES = 200
"""Eight municipalities and fifty years are one page. More than this is a loop."""
ATTEMPTS = 4
LONGEST_WAIT = 60.0
"""Seconds. A service that asks for a longer wait is left alone."""
LARGEST_ANSWER = 20_000_000
"""Bytes."""
ALL = "T"
"""The service's word for women and men together."""


class KoladaError(Exception):
    """The key figures can't be had. Swedish, for showing."""


class _MayPass(Exception):
    """A fault that may be gone in a moment; `wait` is how many seconds the service asks for, if it does."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True)
class KoladaValue:
    """What the service says of a municipality in a year: a value, or None and the status it gives instead."""

    municipality: str
    year: int
    value: Decimal | None
    status: str


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
    per_page: int = PER_PAGE

    def __post_init__(self) -> None:
        self.address = self.address.rstrip("/")
        parts = urllib.parse.urlsplit(self.address)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise KoladaError(f"Adressen {self.address} ska börja med https:// eller http://.")

    def title(self, kpi: str) -> str:
        """What the service calls a key figure. It answers an id that it does not know with nothing."""
        for row in self.rows(f"/kpi/{kpi}"):
            if row.get("id") == kpi:
                return str(row.get("title", "")).strip()
        raise KoladaError(f"Kolada har inget nyckeltal {kpi}. Kontrollera numret.")

    def values(self, kpi: str, municipalities: Sequence[str], years: Sequence[int]) -> list[KoladaValue]:
        """What there is of a key figure, by municipality and year; without `years`, all of them.

        Rows for women and men apart, and those that the service has taken back, are left out.
        """
        found: list[KoladaValue] = []
        for codes in _portions(municipalities):
            for chosen in _portions(years) if years else [[]]:
                path = f"/data/kpi/{kpi}/municipality/{','.join(codes)}"
                if chosen:
                    path += f"/year/{','.join(str(year) for year in chosen)}"
                for row in self.rows(path):
                    found += _values(row, kpi, codes)
        places = {(each.municipality, each.year) for each in found}
        if len(places) < len(found):
            raise KoladaError(f"Kolada gav flera värden av {kpi} för samma kommun och år.")
        return sorted(found, key=lambda each: (each.municipality, each.year))

    def rows(self, path: str) -> Iterator[dict[str, Any]]:
        """Every row of the answer, page by page."""
        url: str | None = f"{self.address}{path}?per_page={self.per_page}"
        seen: set[str] = set()
        while url:
            if url in seen or len(seen) >= MOST_PAGES:
                raise KoladaError("Kolada hänvisar runt till samma sidor om och om igen.")
            seen.add(url)
            page = self.get(url)
            rows = page.get("values")
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise KoladaError("Svaret från Kolada har inte den väntade formen.")
            yield from rows
            url = self._next(url, page.get("next_url"))
            if url:
                self.tell("Hämtar nästa sida …")

    def _next(self, url: str, following: Any) -> str | None:
        """The address of the next page, which must be on the same host."""
        if following in (None, ""):
            return None
        target = urllib.parse.urljoin(url, str(following))
        here, there = (urllib.parse.urlsplit(each) for each in (self.address, target))
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise KoladaError(f"Kolada hänvisar till en annan adress: {target[:200]}")
        return target

    def get(self, url: str) -> dict[str, Any]:
        """The answer, a JSON object. What may pass is tried again after a while."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return _json_object(self._fetch(url))
            except _MayPass as fault:
                wait = 2.0 ** (attempt - 1) if fault.wait is None else fault.wait
                if attempt == ATTEMPTS or wait > LONGEST_WAIT:
                    raise KoladaError(f"{self.address} gav inget svar: {fault}.") from fault
                self.tell(f"{fault}; nytt försök om {math.ceil(wait)} s ({attempt + 1} av {ATTEMPTS}).")
                self.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

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
                raise KoladaError(f"{self.address} gav ett orimligt stort svar.")
        if answer.length:  # what was announced and never came
            raise http.client.IncompleteRead(b"".join(pieces), answer.length)
        return b"".join(pieces)


def _portions(items: Sequence[Any]) -> list[Sequence[Any]]:
    return [items[start : start + IDS_AT_ONCE] for start in range(0, len(items), IDS_AT_ONCE)]


def _values(row: dict[str, Any], kpi: str, codes: Sequence[str]) -> list[KoladaValue]:
    """The value of one municipality in one year, from the row that holds it for women, men and both.

    None at all when the row has no line for both, or when that has been taken back.
    """
    code, year, lines = row.get("municipality"), row.get("period"), row.get("values")
    is_year = isinstance(year, int) and not isinstance(year, bool)
    if row.get("kpi") != kpi or code not in codes or not is_year or not isinstance(lines, list):
        raise KoladaError(f"Kolada svarade något annat än det som frågades efter ({kpi}).")
    found = []
    for line in lines:
        if not isinstance(line, dict):
            raise KoladaError("Svaret från Kolada har inte den väntade formen.")
        if line.get("gender") == ALL and not line.get("isdeleted"):
            value, status = line.get("value"), line.get("status") or ""
            is_value = value is None or (isinstance(value, Decimal | int) and not isinstance(value, bool))
            if not is_value or not isinstance(status, str):
                raise KoladaError(f"Värdet för {code} {year} av {kpi} är inte ett tal.")
            exact = None if value is None else Decimal(value)
            if exact is not None and not exact.is_finite():
                raise KoladaError(f"Värdet för {code} {year} av {kpi} är inte ett tal.")
            found.append(KoladaValue(str(code), int(str(year)), exact, status.strip()))
    return found


def _refusal(error: urllib.error.HTTPError) -> Exception:
    """What an answer with an error code means: worth another try, or final with the service's own reason."""
    if error.code == 429:
        return _MayPass("för många anrop (429)", _retry_after(error.headers.get("Retry-After")))
    if error.code >= 500:
        return _MayPass(f"fel hos tjänsten ({error.code})", _retry_after(error.headers.get("Retry-After")))
    if error.code == 410:
        return KoladaError(
            "Den här versionen av Koladas tjänst har stängts (410). Portalen behöver uppdateras."
        )
    reason = ""
    # An error page instead of an explanation: then the code says enough.
    with contextlib.suppress(OSError, http.client.HTTPException, KoladaError, _MayPass):
        reason = str(_json_object(error.read(10_000)).get("detail", ""))
    return KoladaError(
        f"Kolada avvisade frågan ({error.code}{': ' if reason else ''}{reason[:200]}): {error.url}"
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
    """The object; decimals are kept as they are written."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KoladaError("Svaret är inte text i UTF-8.") from error
    if text.lstrip().startswith("<"):
        raise KoladaError("Svaret är en webbsida och inte nyckeltal. Stämmer adressen?")
    try:
        answer = json.loads(text, parse_float=Decimal, parse_constant=Decimal)
    except (ValueError, RecursionError) as error:
        raise _MayPass("svaret är avbrutet eller inte giltig JSON") from error
    if not isinstance(answer, dict):
        raise KoladaError("Svaret har inte den väntade formen.")
    return answer
