"""Texts that mention the year they were copied from, for someone to read through."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

AROUND = 60
"""How many characters are shown on each side of the year."""


@dataclass(frozen=True)
class Mention:
    """A place in a text: `before`, the year itself, and `after`, with dots where the text goes on."""

    before: str
    year: str
    after: str


def mentions(year: int, texts: Iterable[str]) -> list[Mention]:
    """Each place where the year stands as a number of its own, also first in a date such as 2017-08-01."""
    pattern = re.compile(rf"(?<!\d){year}(?!\d)")
    return [
        Mention(_before(flat[: match.start()]), match[0], _after(flat[match.end() :]))
        for flat in (" ".join(text.split()) for text in texts)
        for match in pattern.finditer(flat)
    ]


def _before(text: str) -> str:
    """The end of the text, from a whole word."""
    return text if len(text) <= AROUND else f"… {text[-AROUND:].partition(' ')[2]}"


def _after(text: str) -> str:
    return text if len(text) <= AROUND else f"{text[:AROUND].rpartition(' ')[0]} …"
