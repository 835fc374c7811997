"""Asking Kolada, the municipalities' database of key figures, by its API version 3. A leaf.

Knows the service's manners: answers come in pages that name the next one, and at most 20 ids in one call.
Everything that can go wrong on the way becomes one `KoladaError`, whose message is Swedish, for showing.
"""

import json
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sodertorn.json_service import JsonService

ADDRESS = "https://api.kolada.se/v3"
"""The service's public address."""

IDS_AT_ONCE = 20
PER_PAGE = 5000
"""The most rows that the service gives at once."""
MOST_PAGES = 200
"""Eight municipalities and fifty years are one page. More than this is a loop."""
ALL = "T"
"""The service's word for women and men together."""


class KoladaError(Exception):
    """The key figures can't be had. Swedish, for showing."""


@dataclass(frozen=True)
class KoladaValue:
    """What the service says of a municipality in a year: a value, or None and the status it gives instead."""

    municipality: str
    year: int
    value: Decimal | None
    status: str


@dataclass
class Client(JsonService):
    """The service at an address."""

    error = KoladaError
    name = "Kolada"
    subject = "nyckeltal"
    reason_key = "detail"

    address: str = ADDRESS
    per_page: int = PER_PAGE

    def __post_init__(self) -> None:
        super().__post_init__()
        if not urllib.parse.urlsplit(self.address).hostname:
            raise self.wrong_address()

    def decoded(self, text: str) -> Any:
        """Decimals are kept as they are written."""
        return json.loads(text, parse_float=Decimal, parse_constant=Decimal)

    def refusal(self, code: int) -> Exception | None:
        if code != 410:
            return None
        return KoladaError(
            "Den här versionen av Koladas tjänst har stängts (410). Portalen behöver uppdateras."
        )

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
            page = self.answer(url)
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
