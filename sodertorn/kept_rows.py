"""What a page is made of is read once for each generation of the content, whatever its address ends with.

Links from elsewhere come with marks of their own ("?fbclid=…"), and each makes another address whose page is
built. This way building it costs no more than writing it out, also for who makes up such addresses on
purpose. Only pages for every visitor are built so, whose generation the page cache knows; staff, files and
commands read anew each time. A leaf.
"""

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.db.models import QuerySet

P = ParamSpec("P")
T = TypeVar("T")

LARGEST = 32
"""How many values each process keeps: those of the pages that were built latest."""


class KeptRows:
    """Values of the newest generation that this process has built a page of, the latest used last."""

    def __init__(self) -> None:
        self._number = 0
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def of(self, number: int) -> Iterator[None]:
        """Within the block a page of that generation is built for every visitor."""
        token = _used.set((self, number))
        try:
            yield
        finally:
            _used.reset(token)

    def find(self, number: int, key: Hashable) -> Any:
        """What was kept, or None."""
        with self._lock:
            if number != self._number or key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def keep(self, number: int, key: Hashable, value: Any) -> None:
        with self._lock:
            if number > self._number:
                self._number = number
                self._values.clear()
            if number == self._number:
                self._values[key] = value
            if len(self._values) > LARGEST:
                self._values.popitem(last=False)


_used: ContextVar[tuple[KeptRows, int] | None] = ContextVar("kept_rows", default=None)


def kept_for_generation(read: Callable[P, T]) -> Callable[P, T]:
    """A function whose value is never None, and depends on nothing but its arguments and the content.

    Whom a page is made for and the day are among the arguments. Several threads may show the value at the
    same time, so nobody changes it, and what it asks the database is asked at once: a list of rows, or a
    dictionary with such lists.
    """

    @functools.wraps(read)
    def value(*args: P.args, **kwargs: P.kwargs) -> T:
        used = _used.get()
        if used is None:
            return read(*args, **kwargs)
        kept, number = used
        key = (read, args, tuple(sorted(kwargs.items())))
        found: T | None = kept.find(number, key)
        if found is None:
            found = read(*args, **kwargs)
            _ask_now(found)
            kept.keep(number, key, found)
        return found

    return value


def _ask_now(value: object) -> None:
    """Ask what a value would ask when it is shown: Django breaks a question that two threads ask at once."""
    if isinstance(value, QuerySet):
        len(value)
    elif isinstance(value, dict):
        for each in value.values():
            _ask_now(each)
