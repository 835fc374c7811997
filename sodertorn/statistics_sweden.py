"""Asking Statistics Sweden (SCB) for tables: its PxWebApi version 2, answers as json-stat2. A leaf.

Knows the service's manners: at most 30 calls in 10 seconds. Everything that can go wrong on the way becomes
one `StatisticsError`, whose message is Swedish, for showing.
"""

import urllib.parse
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sodertorn.json_service import JsonService

ADDRESS = "https://statistikdatabasen.scb.se/api/v2"
"""The service's public address."""

CALLS, WINDOW = 30, 10.0
"""So many calls are allowed in so many seconds."""


class StatisticsError(Exception):
    """The statistics can't be had. Swedish, for showing."""


@dataclass
class Client(JsonService):
    """The service at an address."""

    error = StatisticsError
    name = "Tjänsten"
    subject = "statistik"
    reason_key = "title"

    address: str = ADDRESS
    _calls: deque[float] = field(default_factory=deque, repr=False)

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
        """The answer, in Swedish."""
        return self.answer(f"{self.address}{path}?{urllib.parse.urlencode({'lang': 'sv', **parameters})}")

    def keep_pace(self) -> None:
        """Wait until one more call is allowed."""
        while self._calls and self._calls[0] <= self.clock() - WINDOW:
            self._calls.popleft()
        if len(self._calls) >= CALLS:
            self.sleep(self._calls.popleft() + WINDOW - self.clock())
        self._calls.append(self.clock())
