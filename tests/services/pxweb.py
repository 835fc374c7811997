"""A small statistics service that speaks PxWebApi 2 as Statistics Sweden's does, on the loopback address.

The shapes are those of real answers; the figures are made up. Answers can be scripted to go wrong: what is
queued in `next_answers` is given before the real one, one for each call.
"""

import contextlib
import itertools
import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Cells = dict[tuple[str, str], Any]
"""Inhabitants by region and year: a number, None with status "..", or what a faulty service would send."""


@dataclass
class Answer:
    """What is sent for one call. `content` may be cut short of the announced length, or dribble."""

    content: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    missing_bytes: int = 0
    pause: float = 0.0
    pieces: int = 1


def json_answer(document: Any, status: int = 200, **kwargs: Any) -> Answer:
    kind = "application/problem+json" if status >= 400 else "application/json; charset=utf-8"
    return Answer(json.dumps(document, ensure_ascii=False).encode(), status, {"Content-Type": kind}, **kwargs)


def problem(status: int, title: str, **headers: str) -> Answer:
    answer = json_answer({"type": "Parameter error", "title": title, "status": status}, status)
    answer.headers |= {name.replace("_", "-"): value for name, value in headers.items()}
    return answer


def _dimension(
    label: str, labels: dict[str, str], *, reverse: bool = False, **extension: Any
) -> dict[str, Any]:
    """A dimension; with `reverse`, its keys come in another order than its index numbers."""
    index = {code: place for place, code in enumerate(labels)}
    if reverse:
        index = dict(reversed(index.items()))
    return {
        "label": label,
        "category": {"index": index, "label": labels},
        "extension": {"show": "code_value", **extension},
    }


@dataclass
class PxTable:
    """A population table. BefolkningNy and BefolkningCKM differ in codes and in how totals are chosen."""

    name: str
    label: str
    updated: str
    content: dict[str, str]
    totals: dict[str, dict[str, str]]
    regions: dict[str, str]
    cells: Cells
    left_out: tuple[str, ...] = ()
    reverse: bool = False
    index_as_list: bool = False

    @property
    def years(self) -> list[str]:
        return sorted({year for _, year in self.cells})

    def document(self, chosen: dict[str, list[str]] | None) -> dict[str, Any]:
        """The table in json-stat2: metadata without a choice, otherwise the chosen part with its values."""
        everything = {
            "Region": ("region", self.regions),
            **{code: (code.lower(), labels) for code, labels in self.totals.items()},
            "ContentsCode": ("tabellinnehåll", self.content),
            "Tid": ("år", {year: year for year in self.years}),
        }
        if chosen is not None:
            everything = {
                code: (label, {each: labels[each] for each in labels if each in chosen[code]})
                for code, (label, labels) in everything.items()
                if code in chosen
            }
        document: dict[str, Any] = {
            "version": "2.0",
            "class": "dataset",
            "href": f"https://statistikdatabasen.example/api/v2/tables/{self.name}",
            "label": self.label,
            "source": "SCB",
            "updated": self.updated,
            "note": ["Uppgifterna avser förhållandena den 31 december för valt/valda år."],
            "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
            "id": list(everything),
            "size": [len(labels) for _, labels in everything.values()],
            "dimension": {
                code: _dimension(
                    label,
                    labels,
                    reverse=self.reverse,
                    **({"elimination": True} if code in self.left_out else {}),
                )
                for code, (label, labels) in everything.items()
            },
            "extension": {"px": {"infofile": "BE0101", "tableid": self.name, "decimals": 0}},
        }
        if self.index_as_list:
            for dimension in document["dimension"].values():
                dimension["category"]["index"] = list(dimension["category"]["index"])
        if chosen is not None:
            document |= self._values(everything)
        return document

    def _values(self, everything: dict[str, tuple[str, dict[str, str]]]) -> dict[str, Any]:
        values, status = [], {}
        combinations = itertools.product(*(labels for _, labels in everything.values()))
        for place, combination in enumerate(combinations):
            cell = dict(zip(everything, combination, strict=True))
            value = self.cells.get((cell["Region"], cell["Tid"]))
            values.append(value)
            if value is None:
                status[str(place)] = ".."
        assert len(values) == math.prod(len(labels) for _, labels in everything.values())
        return {"value": values, **({"status": status} if status else {})}


@dataclass
class PxWeb:
    """A running service. `calls` has the path and the parameters of each call, in order."""

    tables: dict[str, PxTable]
    url: str = ""
    next_answers: list[Answer] = field(default_factory=list)
    calls: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    change: Callable[[dict[str, Any]], Any] = lambda document: document
    bom: bool = False

    def answer(self, target: str) -> Answer:
        parts = urlsplit(target)
        parameters = parse_qs(parts.query)
        self.calls.append((parts.path, parameters))
        if self.next_answers:
            return self.next_answers.pop(0)
        _, _, tables, name, kind = [*parts.path.split("/"), "", "", ""][:5]
        table = self.tables.get(name)
        if tables != "tables" or table is None:
            return problem(404, "Non-existent table")
        if kind == "metadata":
            return self._json(table.document(None))
        return self._data(table, parameters)

    def _data(self, table: PxTable, parameters: dict[str, list[str]]) -> Answer:
        if parameters.get("outputFormat") != ["json-stat2"]:
            return problem(400, "Unsupported output format")
        chosen = {
            name[len("valueCodes[") : -1]: values[0].split(",")
            for name, values in parameters.items()
            if name.startswith("valueCodes[")
        }
        known = {"Region": table.regions, **table.totals, "ContentsCode": table.content}
        for code, labels in known.items():
            if code not in chosen and code not in table.left_out:
                return problem(400, "Missing selection for mandantory variable")
            if any(each not in labels for each in chosen.get(code, [])):
                return problem(400, "Non-existent value")
        return self._json(table.document(chosen))

    def _json(self, document: dict[str, Any]) -> Answer:
        answer = json_answer(self.change(document))
        if self.bom:
            answer.content = b"\xef\xbb\xbf" + answer.content
        return answer


@contextlib.contextmanager
def running(service: PxWeb) -> Iterator[PxWeb]:
    """The service on a free port of the loopback address, until the end of the block."""
    with answering(service.answer) as address:
        service.url = f"{address}/v2"
        yield service


@contextlib.contextmanager
def answering(answer_to: Callable[[str], Answer]) -> Iterator[str]:
    """The address, on the loopback, of a server that gives these answers until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = answer_to(self.path)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content) + answer.missing_bytes))
            self.send_header("Connection", "close")
            self.end_headers()
            length = max(1, math.ceil(len(answer.content) / answer.pieces))
            with contextlib.suppress(ConnectionError):
                for start in range(0, len(answer.content), length):
                    time.sleep(answer.pause)
                    self.wfile.write(answer.content[start : start + length])
                    self.wfile.flush()
            self.close_connection = True

        def log_message(self, *args: Any) -> None:
            """Nothing is written: the test asks for `calls`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
