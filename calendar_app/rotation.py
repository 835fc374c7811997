"""Whose turn it is to host (sections 6 and 7 of the plan): what the order promises, and how it turned out.

A rotation is an order of members that starts over after the last, and turns numbered one after the other.
Each meeting that counts consumes a turn; for the committee the planning conference in August counts too,
which is why Nynäshamn hosts it. Turns are numbered, so after one that went to someone else the order goes on
as if nothing had happened: turn 11 is Salem's, whoever took turn 3. A swap exchanges two turns and no others,
so nobody gains or loses a turn by it.

Members are anything comparable by equality: names, slugs, rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Member = TypeVar("Member")


@dataclass(frozen=True)
class Break(Generic[Member]):
    """A turn that is another's than promised, with no swap that explains it."""

    number: int
    promised: Member
    host: Member


@dataclass(frozen=True)
class Tally(Generic[Member]):
    """How often a member has hosted, when it last did and when it does next (None: never, not planned)."""

    member: Member
    times: int
    last_on: date | None
    next_on: date | None


@dataclass(frozen=True)
class Cycle(Generic[Member]):
    """An order that goes round, from the turn that is the first member's, with the swaps as they were made.

    Turns before `first_turn` are of an older order, of which nothing is known. Raises ValueError for an order
    that is empty or names a member twice, and for a swap of a turn with itself.
    """

    order: tuple[Member, ...]
    swaps: tuple[tuple[int, int], ...] = ()
    first_turn: int = 1

    def __post_init__(self) -> None:
        refuse_bad_order(self.order)
        if any(first == second for first, second in self.swaps):
            raise ValueError(f"a turn is swapped with itself: {self.swaps}")

    def by_order(self, number: int) -> Member | None:
        """Whose the turn is as long as nobody swaps; None for a turn of an older order."""
        if number < self.first_turn:
            return None
        return self.order[(number - self.first_turn) % len(self.order)]

    def origin(self, number: int) -> int:
        """The turn whose member has this turn after the swaps: the turn itself if it was never swapped."""
        for first, second in reversed(self.swaps):
            if number == first:
                number = second
            elif number == second:
                number = first
        return number

    def promised(self, number: int) -> Member | None:
        """Whose the turn is with the swaps made; None when it comes from an older order."""
        return self.by_order(self.origin(number))

    def turns_after(self, number: int, count: int) -> list[tuple[int, Member]]:
        """The `count` turns that follow a turn, each with whose it is by the order."""
        first = max(number + 1, self.first_turn)
        numbers = range(first, first + count)
        return [(number, self.order[(number - self.first_turn) % len(self.order)]) for number in numbers]

    def round_of(self, number: int) -> int:
        """Which round a turn is in, from 0; in each every member has one turn by the order."""
        return (number - self.first_turn) // len(self.order)

    def breaks(self, turns: Iterable[tuple[int, Member]]) -> list[Break[Member]]:
        """Turns, given by number and host, that are another's than promised."""
        found = []
        for number, host in turns:
            promised = self.promised(number)
            if promised is not None and promised != host:
                found.append(Break(number, promised, host))
        return found

    def coming(
        self, turns: Iterable[tuple[int, date, Member]], on: date, count: int
    ) -> list[tuple[int, Member]]:
        """The next `count` turns from the day `on`: those decided that are not over, then by the order.

        Decided turns are given by number, last day and host.
        """
        turns = sorted(turns, key=lambda turn: (turn[1], turn[0]))
        decided = [(number, host) for number, last_day, host in turns if last_day >= on][:count]
        last = max((number for number, _, _ in turns), default=self.first_turn - 1)
        return decided + self.turns_after(last, count - len(decided))


def tally(order: Sequence[Member], turns: Iterable[tuple[date, Member]], on: date) -> list[Tally[Member]]:
    """Each member in order: its turns before the day `on` counted, and the first from that day as the next.

    A turn's date is the last day of its meeting, so that a meeting under way is not yet counted. Raises
    ValueError for an order that is empty or names a member twice.
    """
    refuse_bad_order(order)
    turns = sorted(turns, key=lambda turn: turn[0])
    tallies = []
    for member in order:
        past = [day for day, host in turns if host == member and day < on]
        coming = [day for day, host in turns if host == member and day >= on]
        tallies.append(Tally(member, len(past), past[-1] if past else None, coming[0] if coming else None))
    return tallies


def refuse_bad_order(order: Sequence[Member]) -> None:
    if not order:
        raise ValueError("the order has no members")
    if any(member in order[:position] for position, member in enumerate(order)):
        raise ValueError(f"the order names a member twice: {order}")
