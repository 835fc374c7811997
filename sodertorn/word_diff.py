"""What differs between two texts, word by word. A leaf."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

AROUND = 12
"""So many unchanged words are shown on each side of a change."""


class Kind(StrEnum):
    SAME = "same"
    ADDED = "added"
    TAKEN_AWAY = "taken_away"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Stretch:
    """Consecutive words that share their fate. What is left out of the account has no text."""

    kind: Kind
    text: str = ""


def word_diff(before: str, after: str) -> list[Stretch]:
    """The words of both texts in order, what was taken away before what came in its stead.

    Unchanged words far from any change are left out. Empty if the texts are the same.
    """
    old, new = _words(before), _words(after)
    if old == new:
        return []
    stretches: list[Stretch] = []
    steps = _matched(old, new)
    for step in steps:
        tag, first, last, new_first, new_last = step
        if tag == "equal":
            stretches += _shortened(old[first:last], is_first=step == steps[0], is_last=step == steps[-1])
            continue
        if first < last:
            stretches.append(Stretch(Kind.TAKEN_AWAY, "".join(old[first:last])))
        if new_first < new_last:
            stretches.append(Stretch(Kind.ADDED, "".join(new[new_first:new_last])))
    return stretches


def _words(text: str) -> list[str]:
    """Words with the space that follows them, so that they can be put together again."""
    return re.findall(r"\s*\S+\s*|\s+", text.replace("\r\n", "\n"))


def _matched(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """The matcher's steps; what both texts begin and end with is set aside first, which saves most work."""
    shorter = min(len(old), len(new))
    start = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    rest = shorter - start
    end = next((place for place in range(rest) if old[-1 - place] != new[-1 - place]), rest)
    matcher = SequenceMatcher(None, old[start : len(old) - end], new[start : len(new) - end], autojunk=False)
    steps: list[tuple[str, int, int, int, int]] = [
        (tag, start + first, start + last, start + new_first, start + new_last)
        for tag, first, last, new_first, new_last in matcher.get_opcodes()
    ]
    if start:
        steps.insert(0, ("equal", 0, start, 0, start))
    if end:
        steps.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return steps


def _shortened(words: list[str], *, is_first: bool, is_last: bool) -> list[Stretch]:
    """Unchanged words: those next to a change, with a gap for the others."""
    before = 0 if is_first else AROUND
    after = 0 if is_last else AROUND
    if len(words) <= before + after + 1:
        return [Stretch(Kind.SAME, "".join(words))]
    parts = [
        Stretch(Kind.SAME, "".join(words[:before])),
        Stretch(Kind.LEFT_OUT),
        Stretch(Kind.SAME, "".join(words[len(words) - after :])),
    ]
    return [part for part in parts if part.text or part.kind == Kind.LEFT_OUT]
