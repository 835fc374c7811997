"""What the rules of the calendar read, taken from the database."""

from datetime import date

from calendar_app.models import Event, HostRotation, share_days
from calendar_app.occasion import Occasion, occasion_of
from calendar_app.rules import BodyRule, RotationRule, StoredTurn
from committee.models import Body, Municipality


def occasions_around(year: int) -> list[Occasion]:
    """The year's events, and the December before it, when a meeting in January is prepared."""
    first, last = date(year - 1, 12, 1), date(year, 12, 31)
    events = Event.objects.with_hosts().filter(share_days(first, last))
    return [occasion_of(event) for event in events]


def body_rules() -> list[BodyRule]:
    """Every body that has a say in the calendar."""
    return [
        BodyRule(
            slug=body.slug,
            name=body.short_name,
            min_meetings=body.min_meetings_per_year,
            usual_weekday=body.usual_weekday,
            usual_start=body.usual_start,
            usual_end=body.usual_end,
            prepares=body.prepares.slug if body.prepares else "",
            members=frozenset(seat.holder.slug for seat in body.seats.all()),
        )
        for body in Body.objects.select_related("prepares").prefetch_related(
            "seats__municipality", "seats__partner"
        )
    ]


def rotation_rules() -> list[RotationRule]:
    """Every rotation that has an order."""
    return [
        RotationRule(
            body=rotation.body.slug,
            name=rotation.name,
            order=tuple(place.municipality.slug for place in rotation.places.all()),
            turns=tuple(
                StoredTurn(
                    turn.number,
                    turn.year,
                    turn.municipality.slug,
                    turn.event.get_absolute_url() if turn.event else "",
                )
                for turn in rotation.turns.all()
            ),
            swaps=tuple(
                (swap.first_turn.number, swap.second_turn.number)
                for swap in sorted(rotation.swaps.all(), key=lambda swap: swap.pk)
            ),
            first_turn=rotation.first_turn,
            counts_planning_conferences=rotation.counts_planning_conferences,
        )
        for rotation in HostRotation.objects.with_turns()
        if rotation.places.all()
    ]


def municipality_names() -> dict[str, str]:
    return dict(Municipality.objects.values_list("slug", "name"))
