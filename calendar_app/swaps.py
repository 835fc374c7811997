"""Two municipalities that change turns as hosts: recorded with its reason, and undone."""

from datetime import date

from django.db import transaction

from calendar_app.models import HostSwap, HostTurn


@transaction.atomic
def record_swap(first_turn: HostTurn, second_turn: HostTurn, reason: str, decided_on: date) -> HostSwap:
    """Exchange the municipalities of two turns, and the hosts of their meetings that were not over by then.

    Raises ValidationError for turns of different rotations or of one municipality, or without a reason.
    """
    swap = HostSwap(
        rotation=first_turn.rotation,
        first_turn=first_turn,
        second_turn=second_turn,
        reason=reason,
        decided_on=decided_on,
    )
    swap.full_clean()
    swap.save()
    return swap


def undo_swap(swap: HostSwap) -> None:
    """Give the turns and their meetings back to those who had them.

    Raises ValidationError if one of the turns has been swapped again since: undo that swap first.
    """
    swap.delete()
