"""Under which heading of a plan's calendar an event belongs: where others like it stand or stood."""

from dataclasses import dataclass

from django.db import transaction

from calendar_app.models import Event, EventQuerySet
from committee.models import OperationalPlan, PlanSection

Likeness = tuple[int | None, str]
"""An event's body and kind: those alike in both stand under the same heading."""


@dataclass(frozen=True)
class Headings:
    """The headings of one plan's calendar. `usual` tells where events of a body and kind go."""

    usual: dict[Likeness, PlanSection]
    about: dict[int, PlanSection]

    @classmethod
    def of(cls, plan: OperationalPlan) -> "Headings":
        """Read from the plan's own events, and from those of the plan that its headings were copied from."""
        sections = {
            section.pk: section for section in plan.sections.filter(content=PlanSection.Content.EVENTS)
        }
        copies = {section.origin_id: section for section in sections.values() if section.origin_id}
        by_key = copies | sections
        events = Event.objects.filter(plan_section__in=by_key).order_by("starts_on", "pk")
        placed = list(events.values_list("body", "kind", "plan_section"))
        own_last = sorted(placed, key=lambda event: event[2] in sections)
        about = {section.about_body_id: section for section in sections.values() if section.about_body_id}
        return cls({(body, kind): by_key[key] for body, kind, key in own_last}, about)

    def heading_of(self, event: Event) -> PlanSection | None:
        """The heading for the event; None when nothing tells."""
        return self.usual.get((event.body_id, event.kind)) or self.about.get(event.body_id or 0)


def events_without_heading(year: int) -> EventQuerySet:
    """The year's events that stand in no plan."""
    return Event.objects.filter(starts_on__year=year, plan_section=None)


@transaction.atomic
def place_under_headings(plan: OperationalPlan) -> int:
    """Put the events of the plan's year that stand in no plan under its headings; return how many were."""
    headings, placed = Headings.of(plan), 0
    for event in events_without_heading(plan.year).select_for_update():
        event.plan_section = headings.heading_of(event)
        if event.plan_section:
            event.save()
            placed += 1
    return placed
