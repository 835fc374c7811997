"""Where processes and machines keep what they share. When that place fails, it keeps nothing: that is all.

A leaf.
"""

import contextlib
import fcntl
import logging
import pickle
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache

T = TypeVar("T")
log = logging.getLogger(__name__)

SECONDS_BETWEEN_WARNINGS = 60
SETS_BETWEEN_COUNTS = 100
SECONDS_FOR_REDIS = 0.5
"""How long an answer is waited for. It comes within a millisecond, or Redis is not well."""
SECONDS_LEFT_ALONE = 2.0
"""How long Redis is not asked after a failure, so that a page waits for one question only."""


class Patient:
    """Answers as if nothing were kept when the place can't be reached, and warns of it once a minute."""

    failures: tuple[type[Exception], ...] = ()
    seconds_left_alone = 0.0
    left_alone_until = 0.0
    _warned_at = float("-inf")

    def _try(self, action: Callable[[], T], otherwise: T) -> T:
        if time.monotonic() < self.left_alone_until:
            return otherwise
        try:
            return action()
        except self.failures as error:
            # Of all threads: each has a cache of its own that leads to the same place.
            type(self).left_alone_until = time.monotonic() + self.seconds_left_alone
            if time.monotonic() - self._warned_at > SECONDS_BETWEEN_WARNINGS:
                self._warned_at = time.monotonic()
                log.warning("Cachen går inte att nå, och portalen fortsätter utan den: %s", error)
            return otherwise


class NodeCache(Patient, FileBasedCache):
    """In files, shared by the processes of one machine."""

    # A file that was being written when the power went may be cut off.
    failures = (OSError, EOFError, zlib.error, pickle.UnpicklingError)
    _dir: str
    _kept = 0

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._try(lambda: super(NodeCache, self).get(key, default, version), default)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._try(lambda: super(NodeCache, self).set(key, value, timeout, version), None)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Of all that add the same key at the same time, one succeeds."""
        return self._try(lambda: self._add_alone(key, value, timeout, version), True)

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._try(lambda: super(NodeCache, self).delete(key, version), False)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Of all that count the same at the same time, each is counted."""
        return self._try(lambda: self._incr_alone(key, delta, version), delta)

    def _write_content(self, file: BinaryIO, timeout: Any, value: Any) -> None:
        """As Django does, but not compressed (0): that would take a tenth of the time to build a page."""
        file.write(pickle.dumps(self.get_backend_timeout(timeout), self.pickle_protocol))
        file.write(zlib.compress(pickle.dumps(value, self.pickle_protocol), 0))

    def _createdir(self) -> None:
        """Django does this for each thread, also where it only reads."""
        self._try(super()._createdir, None)  # type: ignore[misc]

    def _cull(self) -> None:
        """Counting the files takes longer than writing one, so it is done now and then."""
        self._kept += 1
        if self._kept % SETS_BETWEEN_COUNTS == 0:
            super()._cull()  # type: ignore[misc]

    def _add_alone(self, key: str, value: Any, timeout: Any, version: int | None) -> bool:
        with self._alone():
            return super().add(key, value, timeout, version)

    def _incr_alone(self, key: str, delta: int, version: int | None) -> int:
        with self._alone():
            return super().incr(key, delta, version)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Within the block no other process or thread is in one."""
        self._createdir()
        with (Path(self._dir) / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class SharedCache(Patient, RedisCache):
    """In Redis, shared by all machines. What is counted there, such as attempts to sign in, is not counted
    while Redis is away: people can go on working.
    """

    seconds_left_alone = SECONDS_LEFT_ALONE

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        from redis.exceptions import RedisError  # takes 6 MB, and most have no Redis

        patience = {"socket_connect_timeout": SECONDS_FOR_REDIS, "socket_timeout": SECONDS_FOR_REDIS}
        super().__init__(server, {**params, "OPTIONS": patience | params.get("OPTIONS", {})})
        self.failures = (RedisError,)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._try(lambda: super(SharedCache, self).get(key, default, version), default)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._try(lambda: super(SharedCache, self).set(key, value, timeout, version), None)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._try(lambda: super(SharedCache, self).add(key, value, timeout, version), True)

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._try(lambda: super(SharedCache, self).delete(key, version), False)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return self._try(lambda: super(SharedCache, self).incr(key, delta, version), delta)
