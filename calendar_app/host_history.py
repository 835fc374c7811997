"""A rotation as a page shows it: its rounds as of a day, what comes next by the order, and how even it is."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, pairwise, takewhile
from typing import Any

from calendar_app.models import HostRotation, HostSwap, HostTurn
from calendar_app.rotation import Cycle, tally
from committee.models import Municipality
from sodertorn.dates import date_span
from sodertorn.municipality_map import municipality_map


@dataclass(frozen=True)
class Turn:
    """A turn as of a day. `row` is None for one that only the order gives and nobody has decided.

    `short` fits under a name on the map: "tur 11", or "2025" where each year has one turn. `promised` is
    whose the turn should have been, if it is another's and no swap explains it.
    """

    number: int
    municipality: Municipality
    when: str
    short: str
    row: HostTurn | None = None
    is_past: bool = False
    is_next: bool = False
    promised: Municipality | None = None

    @property
    def is_cancelled(self) -> bool:
        return self.row is not None and self.row.event is not None and self.row.event.is_cancelled


@dataclass(frozen=True)
class HostRow:
    """How a municipality has fared: turns so far, when it last had one ("" if never), and its next turn."""

    municipality: Municipality
    times: int
    last: str
    next: Turn | None


@dataclass(frozen=True)
class Swap:
    """Two turns that changed hosts: whose the first and the second was until then."""

    row: HostSwap
    first: Municipality
    second: Municipality


FINISHED_ROUNDS = 2
"""How many rounds that are over the first page shows before the one that goes on and those to come."""
EARLIER_ROUNDS = 10
"""How many rounds each further page shows."""


@dataclass(frozen=True)
class HostHistory:
    """A rotation as of a day. The last of `rounds` is filled up with turns that only the order gives.

    `has_earlier` tells of rounds before those shown. The swaps are those of turns that are shown.
    """

    rotation: HostRotation
    rounds: list[list[Turn]]
    rows: list[HostRow]
    following: list[Municipality]
    """A whole round of hosts after the last decided turn."""
    swaps: list[Swap]
    map: dict[str, Any]
    """Each municipality's next turn, the one whose turn it is marked; without shapes if there is no order."""
    has_earlier: bool = False

    @property
    def next(self) -> Turn | None:
        """The turn that comes next, decided or not."""
        return next((turn for round_ in self.rounds for turn in round_ if turn.is_next), None)

    @property
    def map_caption(self) -> str:
        text = f"{self.rotation.name} på kartan. Under varje namn står kommunens nästa tur."
        return f"{text} {self.next.municipality} är på tur och har starkare färg." if self.next else text

    @property
    def breaks(self) -> list[Turn]:
        return [turn for round_ in self.rounds for turn in round_ if turn.promised]


def host_history(rotation: HostRotation, on: date, page: int = 1) -> HostHistory:
    """Describe a rotation fetched `with_turns`, as of a day; further pages have earlier rounds."""
    rows = list(rotation.turns.all())
    is_yearly = len(rows) > 1 and all(later.year == row.year + 1 for row, later in pairwise(rows))
    cycle = rotation.cycle()
    breaks = cycle.breaks((row.number, row.municipality) for row in rows) if cycle else []
    promised = {found.number: found.promised for found in breaks}
    decided = [
        Turn(
            row.number,
            row.municipality,
            _days(row),
            str(row.year) if is_yearly else f"tur {row.number}",
            row,
            is_past=_last_day(row) < on,
            promised=promised.get(row.number),
        )
        for row in rows
    ]
    if cycle is None:
        rounds = [_with_next(decided)] if decided and page == 1 else []
        return HostHistory(rotation, rounds, [], [], [], municipality_map([]))
    following = _following(cycle, rows, is_yearly=is_yearly)
    turns = _with_next([*decided, *following])
    shown = [
        turn
        for turn in turns
        if turn.row or cycle.round_of(turn.number) == cycle.round_of(following[0].number)
    ]
    all_rounds = [list(round_) for _, round_ in groupby(shown, lambda turn: cycle.round_of(turn.number))]
    rounds, has_earlier = _rounds_on(page, all_rounds)
    coming = _coming(turns)
    return HostHistory(
        rotation,
        rounds,
        _host_rows(cycle, decided, coming, on),
        [turn.municipality for turn in following],
        _swaps(rotation, cycle, {turn.number for round_ in rounds for turn in round_}),
        municipality_map(
            cycle.order,
            notes={municipality.code: turn.short for municipality, turn in coming.items()},
            class_names={turn.municipality.code: "map__land--next" for turn in turns if turn.is_next},
        ),
        has_earlier,
    )


def _rounds_on(page: int, rounds: list[list[Turn]]) -> tuple[list[list[Turn]], bool]:
    """The rounds on a page, the earliest first, and whether there are earlier ones."""
    finished = list(takewhile(lambda round_: all(turn.is_past for turn in round_), rounds))
    end = max(0, len(finished) - FINISHED_ROUNDS)
    if page == 1:
        return rounds[end:], end > 0
    end = max(0, end - (page - 2) * EARLIER_ROUNDS)
    start = max(0, end - EARLIER_ROUNDS)
    return rounds[start:end], start > 0


def _following(cycle: Cycle[Municipality], rows: Sequence[HostTurn], *, is_yearly: bool) -> list[Turn]:
    """A whole round of turns after the last decided one; with their years, if each year has one turn."""
    last = max((row.number for row in rows), default=0)
    following = cycle.turns_after(last, len(cycle.order))
    if not is_yearly:
        return [Turn(number, municipality, "", f"tur {number}") for number, municipality in following]
    years = [str(rows[-1].year + number - last) for number, _ in following]
    return [Turn(*turn, when=year, short=year) for turn, year in zip(following, years, strict=True)]


def _with_next(turns: list[Turn]) -> list[Turn]:
    """Mark the first turn that is neither over nor cancelled."""
    coming = next((turn for turn in turns if not turn.is_past and not turn.is_cancelled), None)
    return [replace(turn, is_next=True) if turn is coming else turn for turn in turns]


def _coming(turns: list[Turn]) -> dict[Municipality, Turn]:
    """The next turn of each municipality."""
    coming: dict[Municipality, Turn] = {}
    for turn in turns:
        if not turn.is_past and not turn.is_cancelled:
            coming.setdefault(turn.municipality, turn)
    return coming


def _host_rows(
    cycle: Cycle[Municipality], decided: list[Turn], coming: dict[Municipality, Turn], on: date
) -> list[HostRow]:
    """Each municipality in order; the turn of a cancelled meeting is not counted."""
    held = [(_last_day(turn.row), turn) for turn in decided if turn.row and not turn.is_cancelled]
    days = {(turn.municipality.pk, day): turn.when for day, turn in held}
    counted = tally(
        [member.pk for member in cycle.order], [(day, turn.municipality.pk) for day, turn in held], on
    )
    return [
        HostRow(
            member,
            count.times,
            days[member.pk, count.last_on] if count.last_on else "",
            coming.get(member),
        )
        for member, count in zip(cycle.order, counted, strict=True)
    ]


def _swaps(rotation: HostRotation, cycle: Cycle[Municipality], numbers: Container[int]) -> list[Swap]:
    """The swaps of turns with these numbers as they were recorded.

    Each has whose the turns were by the order and earlier swaps.
    """
    swaps = []
    holders = {turn.pk: turn.municipality for turn in rotation.turns.all()}
    for index, row in enumerate(sorted(rotation.swaps.all(), key=lambda row: row.pk)):
        if row.first_turn.number not in numbers and row.second_turn.number not in numbers:
            continue
        before = replace(cycle, swaps=cycle.swaps[:index])
        # Of a turn of an older order only the present holder is known: the other side of the swap.
        first = before.promised(row.first_turn.number) or holders[row.second_turn_id]
        second = before.promised(row.second_turn.number) or holders[row.first_turn_id]
        swaps.append(Swap(row, first, second))
    return swaps


def _last_day(turn: HostTurn) -> date:
    """The turn's last day; a turn without an event is only known to be in its year."""
    return turn.event.ends_on if turn.event else date(turn.year, 12, 31)


def _days(turn: HostTurn) -> str:
    event = turn.event
    if event is None:
        return str(turn.year)
    return date_span(event.starts_on, event.ends_on, month_only=event.is_month_only, weekday=False)
