"""A stand-in for OpenSearch on the loopback address: it keeps what it is given and says what it was asked.

It knows the requests that modelsearch makes and nothing of searching: what it finds is what `found` says. So
it shows that the portal asks for the right things and reads the answers rightly, not how a real one ranks.
"""

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass
class OpenSearch:
    """A running service. `indexes` has the documents of each index, `aliases` which index has a name."""

    indexes: dict[str, dict[str, Any]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    mappings: dict[str, Any] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    is_down: bool = False
    url: str = ""

    def answer(self, method: str, path: str, body: str) -> tuple[int, Any]:
        """The status and the answer to one request."""
        if self.is_down:
            return 503, {"error": "down"}
        parts = [part for part in path.split("/") if part]
        name, rest = parts[0] if parts else "", parts[1:]
        if name == "_bulk" or rest == ["_bulk"]:
            return 200, self._bulk(name, body)
        if rest[:1] == ["_search"]:
            return 200, self._search(json.loads(body))
        if rest[:1] == ["_count"]:
            return 200, {"count": len(self.found)}
        if "_alias" in parts:
            return self._alias(method, parts)
        if rest[:1] == ["_mapping"]:
            self.mappings[name] = json.loads(body)
        elif rest[:1] == ["_doc"]:
            return self._document(method, name, rest[1], body)
        elif method == "PUT":
            self.indexes[name], self.settings[name] = {}, json.loads(body)
        elif method == "DELETE":
            return (200, {}) if self.indexes.pop(name, None) is not None else (404, {"error": "missing"})
        return 200, {"acknowledged": True}

    def _bulk(self, name: str, body: str) -> dict[str, Any]:
        lines = [json.loads(line) for line in body.splitlines() if line]
        items = []
        for action, document in zip(lines[::2], lines[1::2], strict=True):
            given = action["index"]
            self._documents(given.get("_index", name))[given["_id"]] = document
            items.append({"index": {"_id": given["_id"], "status": 201}})
        return {"errors": False, "items": items}

    def _documents(self, name: str) -> dict[str, Any]:
        return self.indexes.setdefault(self.aliases.get(name, name), {})

    def _document(self, method: str, name: str, key: str, body: str) -> tuple[int, Any]:
        if method == "DELETE":
            gone = self._documents(name).pop(key, None)
            return (200 if gone else 404), {"result": "deleted" if gone else "not_found"}
        self._documents(name)[key] = json.loads(body)
        return 201, {"result": "created"}

    def _alias(self, method: str, parts: list[str]) -> tuple[int, Any]:
        alias = parts[-1]
        if method == "PUT":
            self.aliases[alias] = parts[0]
        elif alias not in self.aliases:
            return 404, {"error": "missing"}
        return 200, {self.aliases[alias]: {"aliases": {alias: {}}}}

    def _search(self, body: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(body)
        hits = [{"_score": 1.0, "fields": {"pk": [key]}} for key in self.found]
        buckets = [{"key": key, "doc_count": number} for key, number in self.counts.items()]
        return {"hits": {"hits": hits}, "aggregations": {"kind": {"buckets": buckets}}}


@contextlib.contextmanager
def running(service: OpenSearch) -> Iterator[OpenSearch]:
    """The service on a free port of the loopback address, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            status, answer = service.answer(self.command, urlsplit(self.path).path, body)
            content = b"" if self.command == "HEAD" else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815 - the names of http.server

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of http.server
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
