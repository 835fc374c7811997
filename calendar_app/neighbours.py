"""What an event stands beside: what prepared it, what it prepares, the same body's others, the same day's."""

from dataclasses import dataclass, field

from calendar_app.models import Event, EventQuerySet


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

    An event prepares the next event of the body that its body prepares, and is itself prepared by all that
    lead up to it alone: those since its own body's last event. So the two always name each other.
    """
    others = events.exclude(pk=event.pk)
    same_day = (
        [] if event.is_month_only else list(others.on_days(event.starts_on, event.ends_on).with_hosts())
    )
    if event.body is None:
        return Neighbours(same_day=same_day)
    of_body = others.for_body(event.body)
    held = others.none() if event.is_cancelled else others.exclude(status=Event.Status.CANCELLED)
    return Neighbours(
        previous=of_body.before(event).last(),
        next=of_body.after(event).first(),
        prepared_by=_prepared_by(event, held),
        prepares=held.filter(body__prepared_by=event.body).after(event).first(),
        same_day=same_day,
    )


def _prepared_by(event: Event, held: EventQuerySet) -> list[Event]:
    preparing = held.filter(body__prepares=event.body_id).before(event)
    if last := held.filter(body=event.body_id).before(event).last():
        preparing = preparing.after(last)
    return list(preparing)
