"""What an event stands beside: what prepared it, what it prepares, the same body's others, the same day's."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce

from calendar_app.models import Event, EventQuerySet, share_days


@dataclass(frozen=True)
class Neighbours:
    """`previous` and `next` are of the same body. What was cancelled prepares nothing."""

    previous: Event | None = None
    next: Event | None = None
    prepared_by: list[Event] = field(default_factory=list)
    prepares: Event | None = None
    same_day: list[Event] = field(default_factory=list)


def neighbours(event: Event, events: EventQuerySet) -> Neighbours:
    """The neighbours of an event whose body is fetched, among the events that the reader may see.

    All by one query. An event prepares the next event of the body that its body prepares, and is itself
    prepared by all that lead up to it alone: those since its own body's last event. So the two always name
    each other.
    """
    near = list(_near(event, events.exclude(pk=event.pk)))
    same_day = [each for each in near if _shares_day(event, each)]
    body = event.body
    if body is None:
        return Neighbours(same_day=same_day)
    before = [each for each in near if each.place_in_order < event.place_in_order]
    after = [each for each in near if each.place_in_order > event.place_in_order]
    previous = next((each for each in reversed(before) if each.body == body), None)
    following = next((each for each in after if each.body == body), None)
    prepared_by: list[Event] = []
    prepares = None
    if not event.is_cancelled:
        held = [each for each in before if not each.is_cancelled]
        last = next((each.place_in_order for each in reversed(held) if each.body == body), None)
        preparing = [each for each in held if each.body and each.body.prepares_id == body.pk]
        prepared_by = [each for each in preparing if last is None or each.place_in_order > last]
        prepared = (each for each in after if each.body and each.body_id == body.prepares_id)
        prepares = next((each for each in prepared if not each.is_cancelled), None)
    return Neighbours(previous, following, prepared_by, prepares, same_day)


def _near(event: Event, others: EventQuerySet) -> EventQuerySet:
    """In order and with their bodies, all that are chosen among, and some more."""
    near = Q() if event.is_month_only else share_days(event.starts_on, event.ends_on)
    if event.body is not None:
        held = others.exclude(status=Event.Status.CANCELLED)
        last = held.for_body(event.body).before(event).reverse()
        near |= _first_of(others.for_body(event.body).before(event).reverse())
        near |= _first_of(others.for_body(event.body).after(event))
        near |= _first_of(last)
        if event.body.prepares_id:
            near |= _first_of(held.filter(body=event.body.prepares_id).after(event))
        since = Coalesce(Subquery(last.values("sorts_on")[:1]), date.min)
        preparing = held.filter(body__prepares=event.body, sorts_on__gte=since).before(event)
        near |= Q(pk__in=preparing.values("pk"))
    return others.filter(near).select_related("body") if near else others.none()


def _first_of(events: EventQuerySet) -> Q:
    return Q(pk__in=events.values("pk")[:1])


def _shares_day(event: Event, other: Event) -> bool:
    """Whether both have a day that is known, and share one."""
    is_known = not event.is_month_only and not other.is_month_only
    return is_known and other.starts_on <= event.ends_on and event.starts_on <= other.ends_on
