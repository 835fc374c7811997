"""An event as the pure rules see it: what the planner proposes and what the rule checks read.

Neither knows the database, so a proposal can be checked before anything is saved.
"""

from dataclasses import dataclass
from datetime import date, time

from calendar_app.models import Event


@dataclass(frozen=True)
class Occasion:
    """A meeting by its body's slug, its days (both included; a whole month when `is_month_only`) and hosts.

    `hosts` are municipality slugs in order. `url` leads to the event's page; empty for one not yet saved.
    """

    title: str
    body: str
    kind: Event.Kind
    starts_on: date
    ends_on: date
    hosts: tuple[str, ...] = ()
    start_time: time | None = None
    end_time: time | None = None
    location: str = ""
    status: Event.Status = Event.Status.PRELIMINARY
    is_month_only: bool = False
    url: str = ""

    @property
    def is_cancelled(self) -> bool:
        return self.status == Event.Status.CANCELLED

    @property
    def is_conference(self) -> bool:
        return self.kind == Event.Kind.PLANNING_CONFERENCE


def occasion_of(event: Event) -> Occasion:
    """A stored event, whose body and hosts are fetched, as an occasion."""
    return Occasion(
        title=event.title,
        body=event.body.slug if event.body else "",
        kind=Event.Kind(event.kind),
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        hosts=tuple(municipality.slug for municipality in event.host_list),
        start_time=event.start_time,
        end_time=event.end_time,
        location=event.location,
        status=Event.Status(event.status),
        is_month_only=event.is_month_only,
        url=event.get_absolute_url(),
    )
