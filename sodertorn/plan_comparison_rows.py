"""What became of a plan's rows from one year to another: the same, changed, new or dropped. A leaf.

Rows are told to be the same by what they were copied from; else by their name; else by the words they share.
Each rule takes what the one before it left, and none depends on which year is asked about first: what is
added one way is dropped the other.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from sodertorn.word_diff import Stretch, word_diff

Item = TypeVar("Item")

ALIKE = Fraction(1, 2)
"""Rows that share at least so much of their words are the same row in other words."""


@dataclass(frozen=True)
class Entry:
    """One row of a plan as it is compared.

    `lineage` is what it was first copied from, the same for all copies; `name` finds it again without one;
    `place` is the heading that it stands under, with the lineage of that.
    """

    name: str
    text: str = ""
    lineage: Hashable = None
    place: str = ""
    place_lineage: Hashable = None
    is_priority: bool = False

    @cached_property
    def words(self) -> Counter[str]:
        """What it says, for telling how alike two rows are."""
        return Counter(f"{self.name} {self.text}".casefold().split())


@dataclass(frozen=True)
class Pair:
    """A row of both years."""

    before: Entry
    after: Entry

    @property
    def name_words(self) -> list[Stretch]:
        """How the name changed, word by word; empty if it did not."""
        return word_diff(self.before.name, self.after.name)

    @property
    def words(self) -> list[Stretch]:
        """How the text changed, word by word; empty if it did not."""
        return word_diff(self.before.text, self.after.text)

    @property
    def says_the_same(self) -> bool:
        return not self.name_words and not self.words

    @property
    def is_moved(self) -> bool:
        """Whether it stands under another heading: neither a copy of the former nor one of its name."""
        before, after = self.before, self.after
        same_lineage = before.place_lineage is not None and before.place_lineage == after.place_lineage
        return before.place != after.place and not same_lineage


@dataclass(frozen=True)
class Changes:
    """The rows of one kind, each exactly once; pairs and what is new in the later plan's order."""

    pairs: list[Pair] = field(default_factory=list)
    added: list[Entry] = field(default_factory=list)
    dropped: list[Entry] = field(default_factory=list)

    @property
    def changed(self) -> list[Pair]:
        """Rows that say something else."""
        return [pair for pair in self.pairs if not pair.says_the_same]

    @property
    def unchanged(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.says_the_same]

    @property
    def moved(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.is_moved]

    @property
    def now_priorities(self) -> list[Entry]:
        """What the later plan gives priority and the earlier did not, be it new or not."""
        return [
            *(pair.after for pair in self.pairs if pair.after.is_priority and not pair.before.is_priority),
            *(entry for entry in self.added if entry.is_priority),
        ]

    @property
    def no_longer_priorities(self) -> list[Entry]:
        return [
            *(pair.before for pair in self.pairs if pair.before.is_priority and not pair.after.is_priority),
            *(entry for entry in self.dropped if entry.is_priority),
        ]

    @property
    def kept_priorities(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.before.is_priority and pair.after.is_priority]

    @property
    def says_the_same(self) -> bool:
        """Whether nothing is new, dropped or in other words; priorities and places apart."""
        return not (self.added or self.dropped or self.changed)

    @property
    def is_empty(self) -> bool:
        """Whether neither plan has any such row."""
        return not (self.pairs or self.added or self.dropped)


def changes(before: Sequence[Entry], after: Sequence[Entry]) -> Changes:
    """Tell which rows are the same, and what became of the others."""
    matched = matches(before, after)
    of_later = {new: old for old, new in matched.items()}
    return Changes(
        pairs=[Pair(before[of_later[new]], after[new]) for new in sorted(of_later)],
        added=[entry for place, entry in enumerate(after) if place not in of_later],
        dropped=[entry for place, entry in enumerate(before) if place not in matched],
    )


def matches(before: Sequence[Entry], after: Sequence[Entry]) -> dict[int, int]:
    """Which row of the later plan, by its place in order, each row of the earlier one became."""
    found: dict[int, int] = {}
    for keys in (
        [[entry.lineage for entry in entries] for entries in (before, after)],
        [[(entry.name.casefold(), entry.place) for entry in entries] for entries in (before, after)],
        [[entry.name.casefold() for entry in entries] for entries in (before, after)],
    ):
        found |= _of_same_key(_left(keys[0], found.keys()), _left(keys[1], found.values()))
    found |= _of_like_words(_left(before, found.keys()), _left(after, found.values()))
    return found


def likeness(one: Entry, other: Entry) -> Fraction:
    """The share of their words, counted together, that two rows have in common: 0 to 1."""
    size = one.words.total() + other.words.total()
    return Fraction(2 * (one.words & other.words).total(), size) if size else Fraction(1)


def lineages(origins: Mapping[int, int | None]) -> dict[int, int]:
    """What each row was first copied from, by its key: itself if it is no copy.

    `origins` has what each row was copied from; a row that nothing is said of is an original.
    """
    firsts: dict[int, int] = {}
    for key in origins:
        chain = [key]
        while (origin := origins.get(chain[-1])) is not None and origin not in chain:
            chain.append(origin)
        firsts[key] = chain[-1]
    return firsts


def _left(items: Sequence[Item], taken: Iterable[int]) -> dict[int, Item]:
    gone = set(taken)
    return {place: item for place, item in enumerate(items) if place not in gone}


def _of_same_key(before: Mapping[int, object], after: Mapping[int, object]) -> Iterator[tuple[int, int]]:
    """Places of rows with the same key, in order when several have it. None is no key."""
    of_key: dict[object, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((before, after)):
        for place, key in rows.items():
            if key is not None:
                of_key[key][side].append(place)
    for old, new in of_key.values():
        yield from zip(old, new, strict=False)


def _of_like_words(before: dict[int, Entry], after: dict[int, Entry]) -> Iterator[tuple[int, int]]:
    """Places of the rows that share most words first, then of those nearest in order."""
    candidates = [
        (-likeness(one, other), abs(old - new), min(old, new), old, new)
        for old, one in before.items()
        for new, other in after.items()
    ]
    gone: set[tuple[str, int]] = set()
    for unlike, _, _, old, new in sorted(candidates):
        if -unlike >= ALIKE and not gone & {("old", old), ("new", new)}:
            gone |= {("old", old), ("new", new)}
            yield old, new
