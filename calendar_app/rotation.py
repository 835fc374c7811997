"""Whose turn it is to host (sections 6 and 7 of the plan): who is next, where the cycle broke, who hosted.

A rotation is an order of members that starts over after the last. Each meeting that counts consumes a turn;
for the committee the planning conference in August counts too, which is why Nynäshamn hosts it. Members are
anything comparable by equality: names, codes, rows. A host outside the order consumes nobody's turn.

Every function raises ValueError for an order that is empty or names a member twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Member = TypeVar("Member")


@dataclass(frozen=True)
class Break(Generic[Member]):
    """A turn that went to another than the next in order; `position` is its index among the turns, from 0."""

    position: int
    expected: Member
    host: Member


@dataclass(frozen=True)
class Tally(Generic[Member]):
    """How often a member has hosted, when it last did and when it does next (None: never, not planned)."""

    member: Member
    times: int
    last_on: date | None
    next_on: date | None


def next_hosts(order: Sequence[Member], hosted: Sequence[Member], count: int) -> list[Member]:
    """The `count` members after the last who hosted; from the beginning of the order if none has.

    `hosted` is every turn so far, oldest first, planned turns included.
    """
    _refuse_bad_order(order)
    start = next((order.index(host) + 1 for host in reversed(hosted) if host in order), 0)
    return [order[(start + step) % len(order)] for step in range(count)]


def breaks(order: Sequence[Member], hosted: Sequence[Member]) -> list[Break[Member]]:
    """Turns whose host is not the one after the host before. The first member to host may be any of them.

    After a break the cycle is expected to go on from the member that took the turn.
    """
    _refuse_bad_order(order)
    found = []
    expected = next((host for host in hosted if host in order), order[0])
    for position, host in enumerate(hosted):
        if host != expected:
            found.append(Break(position, expected, host))
        if host in order:
            expected = next_hosts(order, [host], 1)[0]
    return found


def tally(order: Sequence[Member], turns: Iterable[tuple[date, Member]], on: date) -> list[Tally[Member]]:
    """Each member in order: its turns before the day `on` counted, and the first from that day as the next.

    A turn's date is the last day of its meeting, so that a meeting under way is not yet counted.
    """
    _refuse_bad_order(order)
    turns = sorted(turns, key=lambda turn: turn[0])
    tallies = []
    for member in order:
        past = [day for day, host in turns if host == member and day < on]
        coming = [day for day, host in turns if host == member and day >= on]
        tallies.append(Tally(member, len(past), past[-1] if past else None, coming[0] if coming else None))
    return tallies


def _refuse_bad_order(order: Sequence[Member]) -> None:
    if not order:
        raise ValueError("the order has no members")
    if any(member in order[:position] for position, member in enumerate(order)):
        raise ValueError(f"the order names a member twice: {order}")
