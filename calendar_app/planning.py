"""Planning a year: what the planner must know, taken from the database, and what is accepted, put back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db import transaction
from django.db.models import Max

from calendar_app.days_off import NoGo, days_off
from calendar_app.hosts import keep_hosts
from calendar_app.models import Event, HostRotation, HostTurn, NoGoPeriod, share_days
from calendar_app.occasion import Occasion, occasion_of
from calendar_app.plan_headings import Headings
from calendar_app.planner import Brief, Place, Proposal, Proposed, Series, Turns, propose_year
from calendar_app.stored_rules import municipality_names
from calendar_app.usual_year import usual_series
from committee.models import Municipality, OperationalPlan
from sodertorn.publishing import Publication

TURNS_AHEAD = 52
"""More turns than a year can have meetings."""


@dataclass(frozen=True)
class PlannedYear:
    """The planner's draft, and the stored event that each proposed one gives a day."""

    proposal: Proposal
    events: dict[Occasion, Event]

    def event_of(self, proposed: Proposed) -> Event | None:
        return self.events[proposed.replaces] if proposed.replaces else None


@dataclass(frozen=True)
class Accepted:
    """An event that the secretariat wants, valid but not saved, with its hosts in order."""

    event: Event
    hosts: tuple[Municipality, ...] = ()


@dataclass
class Saved:
    """What was saved: new events, and those that were given a day."""

    added: list[Event] = field(default_factory=list)
    dated: list[Event] = field(default_factory=list)


def year_to_plan(today: date) -> int:
    """The year after the last one with meetings on known days; without any, next year."""
    days = Event.objects.filter(date_precision=Event.DatePrecision.DAY)
    last = days.aggregate(last=Max("starts_on"))["last"]
    return (last or today).year + 1


def usual_weeks(year: int) -> list[int]:
    """The weeks in which the committee usually meets, to judge by the years before."""
    asked = [series for series in usual_series(year) if series.prepared_by]
    return [place.week for series in asked[:1] for place in series.places]


def plan_year(year: int, weeks: Sequence[int] = ()) -> PlannedYear:
    """Propose what the year's calendar lacks; with `weeks`, the committee's meetings in those."""
    brief, events = brief_of(year, weeks)
    return PlannedYear(propose_year(brief), events)


def brief_of(year: int, weeks: Sequence[int] = ()) -> tuple[Brief, dict[Occasion, Event]]:
    """What the planner must know, and the stored events behind its occasions."""
    events = _events_around(year)
    series = usual_series(year, [event for event in events.values() if event.is_month_only])
    brief = Brief(
        year=year,
        series=tuple(_in_weeks(each, weeks) if weeks and each.prepared_by else each for each in series),
        existing=tuple(events),
        off_days=off_days(year),
        turns=tuple(_turns(rotation, year) for rotation in HostRotation.objects.with_turns()),
        names=municipality_names(),
    )
    return brief, events


def off_days(year: int) -> dict[date, str]:
    """Days to avoid in the year, the secretariat's own periods among them."""
    periods = NoGoPeriod.objects.in_year(year)
    return days_off(year, [NoGo(each.first_day, each.last_day, each.reason) for each in periods])


@transaction.atomic
def save_accepted(accepted: Sequence[Accepted]) -> Saved:
    """Store events with their hosts and turns, all or nothing, in order of days.

    A new event is a draft until its year's plan is adopted, and stands under the plan's heading for such
    events. One that was there and gets a day is as public as it was, and stays in the plan that promised it.
    """
    rotations = list(HostRotation.objects.select_for_update())
    plans = _plans({each.event.starts_on.year for each in accepted})
    saved = Saved()
    for each in sorted(accepted, key=lambda each: (each.event.starts_on, each.event.title)):
        (saved.dated if each.event.pk else saved.added).append(each.event)
        plan, headings = plans.get(each.event.starts_on.year, (None, None))
        if not each.event.pk:
            is_adopted = plan is not None and not plan.is_draft
            each.event.publication = Publication.PUBLISHED if is_adopted else Publication.DRAFT
        if headings and not each.event.plan_section_id:
            each.event.plan_section = headings.heading_of(each.event)
        each.event.save()
        keep_hosts(each.event, each.hosts)
        for rotation in rotations:
            if rotation.consumes_turn(each.event) and each.hosts:
                _take_turn(rotation, each.event, each.hosts[0])
    return saved


def _plans(years: Iterable[int]) -> dict[int, tuple[OperationalPlan, Headings]]:
    """The plans of the years that have one, with the headings of their calendars."""
    plans = OperationalPlan.objects.original().filter(year__in=years)
    return {plan.year: (plan, Headings.of(plan)) for plan in plans}


def _take_turn(rotation: HostRotation, event: Event, host: Municipality) -> None:
    """Give the event a turn: the one it has, else one promised for its year, else a new one."""
    if rotation.turns.filter(event=event).exists():
        return
    promised = list(rotation.turns.filter(event__isnull=True, year=event.starts_on.year))
    promised.sort(key=lambda turn: (turn.municipality_id != host.pk, turn.number))
    if promised:
        promised[0].event = event
        promised[0].save(update_fields=["event"])
        return
    last = rotation.turns.aggregate(last=Max("number"))["last"] or rotation.first_turn - 1
    HostTurn.objects.create(
        rotation=rotation, number=last + 1, year=event.starts_on.year, municipality=host, event=event
    )


def _events_around(year: int) -> dict[Occasion, Event]:
    """The year's events and those of the December before, when a meeting in January may be prepared."""
    first, last = date(year - 1, 12, 1), date(year, 12, 31)
    events = Event.objects.with_hosts().filter(share_days(first, last))
    return {occasion_of(event): event for event in events}


def _turns(rotation: HostRotation, year: int) -> Turns:
    """Turns promised for the year that have no meeting yet, then those that follow the last one."""
    promised = [
        turn.municipality.slug for turn in rotation.turns.all() if turn.event_id is None and turn.year == year
    ]
    following = [municipality.slug for _, municipality in rotation.next_turns(TURNS_AHEAD)]
    return Turns(
        rotation.body.slug, (*promised, *following), len(promised), rotation.counts_planning_conferences
    )


def _in_weeks(series: Series, weeks: Sequence[int]) -> Series:
    """The series with the weeks asked for; a usual one still says in which year it was so."""
    usual = {place.week: place for place in series.places}
    return replace(series, places=tuple(usual.get(week, Place(week)) for week in weeks))
