"""A rotation as a page shows it: its turns on a given day, what comes after them, and how even it is."""

from dataclasses import dataclass
from datetime import date

from calendar_app import rotation as cycle
from calendar_app.models import HostRotation, HostTurn
from committee.models import Municipality
from sodertorn.dates import date_span


@dataclass(frozen=True)
class Turn:
    """A turn with what is known of its day; `is_past` and `is_next` are as of the day asked about."""

    row: HostTurn
    when: str
    is_past: bool
    is_next: bool
    is_out_of_order: bool


@dataclass(frozen=True)
class HostRow:
    """How a municipality has fared: turns so far, and when it last had and next has one ("" if never)."""

    municipality: Municipality
    times: int
    last: str
    next: str


@dataclass(frozen=True)
class HostHistory:
    """A rotation as of a day. `following` are the hosts the order gives after the last decided turn."""

    rotation: HostRotation
    turns: list[Turn]
    rows: list[HostRow]
    following: list[Municipality]


def host_history(rotation: HostRotation, on: date) -> HostHistory:
    """Describe a rotation whose places and turns (with event) are fetched. A whole round of hosts follows."""
    order = [place.municipality for place in rotation.places.all()]
    rows = list(rotation.turns.all())
    hosts = [row.municipality for row in rows]
    broken = {found.position for found in cycle.breaks(order, hosts)} if order else set()
    coming = next((index for index, row in enumerate(rows) if _last_day(row) >= on), None)
    turns = [
        Turn(
            row,
            _days(row),
            is_past=_last_day(row) < on,
            is_next=index == coming,
            is_out_of_order=index in broken,
        )
        for index, row in enumerate(rows)
    ]
    if not order:
        return HostHistory(rotation, turns, [], [])
    days = {_last_day(row): _days(row) for row in rows}
    return HostHistory(
        rotation,
        turns,
        [
            HostRow(
                tally.member,
                tally.times,
                days[tally.last_on] if tally.last_on else "",
                days[tally.next_on] if tally.next_on else "",
            )
            for tally in cycle.tally(order, [(_last_day(row), row.municipality) for row in rows], on)
        ],
        cycle.next_hosts(order, hosts, len(order)),
    )


def _last_day(turn: HostTurn) -> date:
    """The turn's last day; a turn without an event is only known to be in its year."""
    return turn.event.ends_on if turn.event else date(turn.year, 12, 31)


def _days(turn: HostTurn) -> str:
    event = turn.event
    if event is None:
        return str(turn.year)
    return date_span(event.starts_on, event.ends_on, month_only=event.is_month_only, weekday=False)
