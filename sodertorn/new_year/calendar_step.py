"""The wizard's third step: the planner's calendar as drafts under the plan's headings."""

from dataclasses import dataclass

from calendar_app.models import Event
from calendar_app.plan_headings import Headings, events_without_heading
from calendar_app.planning import PlannedYear
from committee.models import OperationalPlan
from sodertorn.publishing import Publication


@dataclass(frozen=True)
class YearCalendar:
    """A year's meetings as they are stored, and how many more the planner would propose or give a day."""

    meetings: int
    drafts: int
    without_day: int
    proposed: int
    to_place: list[Event]
    """Those that stand under no heading of the plan but could."""


def calendar_of(year: int, plan: OperationalPlan | None, planned: PlannedYear) -> YearCalendar:
    events = Event.objects.filter(starts_on__year=year)
    headings = Headings.of(plan) if plan else None
    loose = list(events_without_heading(year)) if headings else []
    return YearCalendar(
        meetings=events.count(),
        drafts=events.filter(publication=Publication.DRAFT).count(),
        without_day=events.filter(date_precision=Event.DatePrecision.MONTH).count(),
        proposed=len(planned.proposal.proposed),
        to_place=[event for event in loose if headings and headings.heading_of(event)],
    )
