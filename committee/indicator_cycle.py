"""When key figures were presented, and when they are to be presented again."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from committee.key_figures import next_presentation
from committee.models import Body
from sodertorn.publishing import Audience

KEY_FIGURES_DAY, CANCELLED = "key_figures_day", "cancelled"
"""The kind and the status of a meeting, by the names that the calendar has for them."""


@dataclass(frozen=True)
class Cycle:
    """The last day when they were presented, the next one in the calendar, and the year when one is due."""

    last: Any
    coming: Any
    due: int | None


def presentations(audience: Audience, today: datetime.date) -> Cycle:
    """By the days that the audience may see in the calendar of the bodies that work with key figures."""
    events: Any = Body._meta.get_field("events").related_model  # the calendar's, which is not known here
    days = events.objects.visible_to(audience).filter(
        body__in=Body.objects.filter(kind=Body.Kind.KEY_FIGURES), kind=KEY_FIGURES_DAY
    )
    held = days.exclude(status=CANCELLED)
    # Few days among all that there is in the calendar, so they are found by their body and not by their date.
    nearest = held.filter(ends_on__gte=today)[:1], held.filter(ends_on__lt=today).reverse()[:1]
    in_one, in_other = (Q(pk__in=each.values("pk")) for each in nearest)
    found = list(events.objects.filter(in_one | in_other))
    last = next((event for event in found if event.ends_on < today), None)
    coming = next((event for event in found if event.ends_on >= today), None)
    return Cycle(last, coming, next_presentation(last.starts_on) if last else None)
