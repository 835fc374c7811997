"""Caches whose place fails: nothing is kept, and nobody waits for it."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sodertorn.caches import SECONDS_LEFT_ALONE, NodeCache, SharedCache


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A server that takes connections and says nothing."""
    monkeypatch.setattr(SharedCache, "left_alone_until", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def asked(server: socket.socket) -> int:
    """How many have come since last."""
    number = 0
    while True:
        try:
            connection, _ = server.accept()
        except BlockingIOError:
            return number
        connection.close()
        number += 1


def test_redis_that_says_nothing_is_asked_once_and_then_left_alone(
    silent: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches = [SharedCache(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", {}) for _ in range(3)]
    begun = time.monotonic()

    assert caches[0].get("page", "nothing") == "nothing"
    first = time.monotonic() - begun
    for cache in caches:  # each thread has its own
        assert cache.get("page") is None
        cache.set("page", 1)
        assert cache.add("building", 1)
        assert cache.incr("count") == 1
        assert not cache.delete("page")

    assert first < 5
    assert asked(silent) == 1
    later = time.monotonic() + SECONDS_LEFT_ALONE
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert caches[1].get("page") is None
    assert asked(silent) == 1


def test_file_that_was_cut_off_is_as_if_nothing_were_kept(tmp_path: Path) -> None:
    cache = NodeCache(str(tmp_path), {})
    for length in (0, 3, 20, 30):
        cache.set("page", "the whole page " * 100)
        (kept,) = tmp_path.glob("*.djcache")
        kept.write_bytes(kept.read_bytes()[:length])
        assert cache.get("page") is None
        cache.set("page", "anew")
        assert cache.get("page") == "anew"
