"""A small service that speaks Kolada's API version 3, on the loopback address.

The shapes are those of real answers; the figures are made up. Answers can be scripted to go wrong: what is
queued in `next_answers` is given before the real one, one for each call.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.services.pxweb import Answer, answering, json_answer

Lines = list[dict[str, Any]]


def line(value: Any, gender: str = "T", **fields: Any) -> dict[str, Any]:
    """What the service says for women and men together, or for one of them; None has the status "Missing"."""
    status = "Missing" if value is None else ""
    return {"gender": gender, "count": 1, "status": status, "value": value, "isdeleted": False, **fields}


@dataclass
class Kolada:
    """A running service with key figures. `calls` has the path and the parameters of each call, in order.

    `data` has the lines by key figure, municipality and year; `titles` what each key figure is called.
    """

    titles: dict[str, str] = field(default_factory=dict)
    data: dict[tuple[str, str, int], Lines] = field(default_factory=dict)
    per_page: int = 5000
    url: str = ""
    next_answers: list[Answer] = field(default_factory=list)
    calls: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    change: Callable[[dict[str, Any]], Any] = lambda document: document

    def answer(self, target: str) -> Answer:
        parts = urlsplit(target)
        parameters = parse_qs(parts.query)
        self.calls.append((parts.path, parameters))
        if self.next_answers:
            return self.next_answers.pop(0)
        words = parts.path.strip("/").split("/")
        if words[:1] == ["v2"]:
            return json_answer({"detail": "Gone"}, 410)
        if words[:2] == ["v3", "kpi"] and len(words) == 3:
            rows = [self._kpi(kpi) for kpi in words[2].split(",") if kpi in self.titles]
        elif words[:3] == ["v3", "data", "kpi"] and words[4:5] == ["municipality"]:
            rows = self._rows(words)
        else:
            return json_answer({"detail": "Not Found"}, 404)
        return json_answer(self.change(self._page(rows, parts.path, parameters)))

    def _kpi(self, kpi: str) -> dict[str, Any]:
        return {
            "id": kpi,
            "title": self.titles[kpi],
            "description": "Beskrivning.",
            "auspices": "X",
            "operating_area": "Befolkning",
            "perspective": "Övrigt",
            "municipality_type": "K",
            "is_divided_by_gender": True,
            "has_ou_data": False,
            "publication_date": "2026-02-23",
            "publ_period": 2025,
        }

    def _rows(self, words: list[str]) -> list[dict[str, Any]]:
        """Rows of what is known; of an id that does not exist there is nothing, and no error."""
        kpis, codes = words[3].split(","), words[5].split(",")
        years = words[7].split(",") if words[6:7] == ["year"] else []
        return [
            {"kpi": kpi, "municipality": code, "period": year, "values": lines}
            for (kpi, code, year), lines in self.data.items()
            if kpi in kpis and code in codes and (not years or str(year) in years)
        ]

    def _page(self, rows: list[Any], path: str, parameters: dict[str, list[str]]) -> dict[str, Any]:
        size = min(self.per_page, int(parameters.get("per_page", ["5000"])[0]))
        number = int(parameters.get("page", ["1"])[0])
        address = f"{self.url.removesuffix('/v3')}{path}?per_page={size}&page="
        shown = rows[(number - 1) * size : number * size]
        return {
            "values": shown,
            "count": len(shown),
            "next_url": f"{address}{number + 1}" if number * size < len(rows) else None,
            "previous_url": f"{address}{number - 1}" if number > 1 else None,
        }


@contextlib.contextmanager
def running(service: Kolada) -> Iterator[Kolada]:
    """The service on a free port of the loopback address, until the end of the block."""
    with answering(service.answer) as address:
        service.url = f"{address}/v3"
        yield service
