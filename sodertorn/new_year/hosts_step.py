"""The wizard's second step: whose turn it is to host the year's meetings, by each order."""

from dataclasses import dataclass

from django.db import transaction

from calendar_app.models import Event, HostRotation, HostTurn
from calendar_app.occasion import Occasion, occasion_of
from calendar_app.planning import PlannedYear, plan_year
from calendar_app.stored_rules import rotation_rules
from committee.models import Municipality


@dataclass(frozen=True)
class Turns:
    """What a year needs of a rotation: so many meetings, the turns they have, and those still to be given."""

    rotation: HostRotation
    meetings: int
    present: list[HostTurn]
    missing: list[tuple[int, Municipality]]

    @property
    def has_order(self) -> bool:
        return bool(self.rotation.places.all())

    @property
    def is_complete(self) -> bool:
        return self.has_order and not self.missing


def turns_of(year: int, planned: PlannedYear) -> list[Turns]:
    """Each rotation's turns in the year, and those that its meetings, stored and proposed, still lack."""
    return _turns_of(year, planned, list(HostRotation.objects.with_turns()))


@transaction.atomic
def continue_rotations(year: int) -> list[HostTurn]:
    """Give the turns that the year lacks, by the order; return those that were made."""
    rotations = list(HostRotation.objects.with_turns().select_for_update(of=("self",)))
    return [
        HostTurn.objects.create(rotation=turns.rotation, number=number, year=year, municipality=municipality)
        for turns in _turns_of(year, plan_year(year), rotations)
        for number, municipality in turns.missing
    ]


def _turns_of(year: int, planned: PlannedYear, rotations: list[HostRotation]) -> list[Turns]:
    occasions, rules = _occasions(year, planned), {rule.body: rule for rule in rotation_rules()}
    found = []
    for rotation in rotations:
        rule = rules.get(rotation.body.slug)
        meetings = sum(1 for occasion in occasions if rule and rule.consumes_turn(occasion))
        present = [turn for turn in rotation.turns.all() if turn.year == year]
        missing = rotation.next_turns(max(0, meetings - len(present)))
        found.append(Turns(rotation, meetings, present, missing))
    return found


def _occasions(year: int, planned: PlannedYear) -> list[Occasion]:
    """The year's meetings: those that are stored and not cancelled, and those that the planner would add."""
    events = Event.objects.with_hosts().filter(starts_on__year=year).exclude(status=Event.Status.CANCELLED)
    return [
        *(occasion_of(event) for event in events),
        *(each.occasion for each in planned.proposal.proposed if each.replaces is None),
    ]
