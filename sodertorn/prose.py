"""Swedish running text: paragraphs as people type them, and lists in a sentence. A leaf."""

import re
from collections.abc import Iterable

from sodertorn.dates import NO_BREAK_SPACE


def stretches(text: str | None) -> list[str]:
    """The paragraphs of a text that sets them apart with blank lines; a single line break becomes a space.

    The space inside a figure ("480 000") does not break.
    """
    parts = re.split(r"\n\s*\n", (text or "").strip())
    joined = (" ".join(line.strip() for line in part.splitlines()) for part in parts)
    return [re.sub(r"(?<=\d) (?=\d{3}\b)", NO_BREAK_SPACE, part) for part in joined if part]


def join_swedish(items: Iterable[object] | None) -> str:
    """As in "Salem", "Södertälje och Nykvarn", "Botkyrka, Tyresö och Salem"."""
    *first, last = [str(item) for item in items or ()] or [""]
    return f"{', '.join(first)} och {last}" if first else last
