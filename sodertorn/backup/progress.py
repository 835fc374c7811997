"""How far long work has come, told now and then. A leaf."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

SECONDS = 5.0
"""Between two lines on the same thing."""


class Progress:
    """Counts what is done, and tells of it only when it takes long."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell = tell
        self._what = ""
        self._number = 0
        self._told = time.monotonic()

    def start(self, what: str) -> None:
        """What is counted from now on, or still."""
        if what != self._what:
            self._what, self._number = what, 0

    def count(self, things: Iterable[T]) -> Iterator[T]:
        for thing in things:
            self._number += 1
            if time.monotonic() - self._told >= SECONDS:
                self._told = time.monotonic()
                self.tell(f"  {self._what}: {self._number} …")
            yield thing
