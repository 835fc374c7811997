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
        self._told = time.monotonic()

    def start(self, what: str) -> None:
        """What is counted from now on."""
        self._what = what

    def count(self, things: Iterable[T]) -> Iterator[T]:
        for number, thing in enumerate(things, start=1):
            if time.monotonic() - self._told >= SECONDS:
                self._told = time.monotonic()
                self.tell(f"  {self._what}: {number} …")
            yield thing
