"""How the plan's work goes on a day, by the reports there are. Pure functions over rows that have been read.

The arithmetic is that of `committee.progress`, used so:
- a direction has come as far as its own latest report says; without one, as its activities have;
- a target area, or a section with directions, has come as far as its directions have, unless the secretariat
  has decided another figure and said why.

What is late: an activity whose last day has gone without it being done or dropped, what the latest report
calls late, and what is under way but has not been reported for `STALE_MONTHS` months of the plan's year.
Reports of days to come do not count yet.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic, TypeVar

from committee.models import (
    ActionPlan,
    Activity,
    DevelopmentIssue,
    Direction,
    FollowUp,
    PlanSection,
    ProgressOverride,
    TargetArea,
)
from committee.models.followup import follow_up_address
from committee.progress import UNREPORTED, Progress, State, Tally, measured, tally, whole_of
from sodertorn.dates import date_text

STALE_MONTHS = 6
"""After so many months a report on what is under way is too old."""

CLOSED = (FollowUp.Status.DONE, FollowUp.Status.DROPPED)
NOT_AWAITED = (*CLOSED, FollowUp.Status.RESTING)
"""What no further report is asked for."""


@dataclass(frozen=True)
class Mark:
    """A status in one word and a sign, so that nobody needs to tell colours apart. `key` is for styles."""

    key: str
    sign: str
    label: str


MARKS = {
    mark.key: mark
    for mark in (
        Mark("done", "✓", "Klar"),
        Mark("on_track", "→", "Går enligt plan"),
        Mark("under_way", "→", "Pågår"),
        Mark("late", "!", "Försenad"),
        Mark("not_started", "○", "Inte påbörjad"),
        Mark("resting", "=", "Vilande"),
        Mark("dropped", "×", "Utgått"),
        Mark("unreported", "?", "Ej rapporterad"),
    )
}


def mark_of(progress: Progress) -> Mark:
    """The mark of a whole, which no report is about."""
    if progress.state is not State.MEASURED:
        return MARKS[progress.state.value]
    names = {Fraction(0): "not_started", Fraction(1): "done"}
    return MARKS[names.get(progress.share or Fraction(0), "under_way")]


Subject = TypeVar("Subject", Direction, Activity)


@dataclass(frozen=True)
class Followed(Generic[Subject]):
    """A direction or an activity with its reports, the latest first, as it stands on the day `on`."""

    subject: Subject
    reports: list[FollowUp]
    on: datetime.date
    year: int

    @property
    def latest(self) -> FollowUp | None:
        return self.reports[0] if self.reports else None

    @property
    def progress(self) -> Progress:
        return self.latest.progress if self.latest else UNREPORTED

    @property
    def mark(self) -> Mark:
        return MARKS[self.latest.status] if self.latest else mark_of(self.progress)

    @property
    def why_late(self) -> list[str]:
        """The reasons as sentences; empty when nothing is late."""
        return [*self._why_reported_late(), *self._why_stale()]

    def _why_reported_late(self) -> Iterator[str]:
        if self.latest and self.latest.status == FollowUp.Status.LATE:
            yield f"Rapporterad som försenad {date_text(self.latest.reported_on)}."

    def _why_stale(self) -> Iterator[str]:
        """After the plan's year no more reports are asked for: no report grows older than its last day."""
        if self.latest is None or self.latest.status in NOT_AWAITED:
            return
        if months_after(self.latest.reported_on, STALE_MONTHS) < min(self.on, year_end(self.year)):
            yield f"Inte rapporterad sedan {date_text(self.latest.reported_on)}."


@dataclass(frozen=True)
class FollowedActivity(Followed[Activity]):
    @property
    def why_late(self) -> list[str]:
        return [*self._why_overdue(), *super().why_late]

    def _why_overdue(self) -> Iterator[str]:
        last = self.subject.ends_on
        if last and last < self.on and not (self.latest and self.latest.status in CLOSED):
            yield f"Skulle ha varit klar {date_text(last)}."


@dataclass(frozen=True)
class FollowedDirection(Followed[Direction]):
    activities: list[FollowedActivity] = field(default_factory=list)

    @property
    def is_by_activities(self) -> bool:
        """Whether its figure is that of its activities."""
        return self.latest is None and self.progress.state is not State.UNREPORTED

    @property
    def progress(self) -> Progress:
        return self.latest.progress if self.latest else whole_of([each.progress for each in self.activities])

    @property
    def report_due(self) -> datetime.date | None:
        """When the next report, on it or on an activity of its, is too late; None if none is asked for."""
        if self.mark.key in NOT_AWAITED:
            return None
        reports = [*self.reports, *(report for each in self.activities for report in each.reports)]
        days = [report.reported_on for report in reports]
        return months_after(max(days, default=datetime.date(self.year, 1, 1)), STALE_MONTHS)


AnyFollowed = FollowedDirection | FollowedActivity


@dataclass(frozen=True)
class FollowedIssue:
    """A development issue, or a section with directions of its own, with its action plan if it has one."""

    place: DevelopmentIssue | PlanSection
    directions: list[FollowedDirection]
    action_plan: ActionPlan | None
    activities: list[FollowedActivity]

    @property
    def name(self) -> str:
        return _name_of(self.place)


@dataclass(frozen=True)
class FollowedPlace:
    """A target area, or a section with directions of its own: what it has come to, and what stands behind."""

    place: TargetArea | PlanSection
    issues: list[FollowedIssue]
    override: ProgressOverride | None = None

    @property
    def name(self) -> str:
        return _name_of(self.place)

    @property
    def address(self) -> str:
        return follow_up_address(self.place)

    @property
    def directions(self) -> list[FollowedDirection]:
        return [direction for issue in self.issues for direction in issue.directions]

    @property
    def activities(self) -> list[FollowedActivity]:
        return [activity for issue in self.issues for activity in issue.activities]

    @property
    def derived(self) -> Progress:
        """By its directions, whatever has been decided."""
        return whole_of([direction.progress for direction in self.directions])

    @property
    def progress(self) -> Progress:
        return measured(self.override.percent) if self.override else self.derived

    @property
    def mark(self) -> Mark:
        return mark_of(self.progress)

    @property
    def tally(self) -> Tally:
        return tally(direction.progress for direction in self.directions)

    @property
    def dropped(self) -> list[AnyFollowed]:
        """What is left out of the figures, to be named beside them."""
        return [each for each in self._parts() if each.progress.state is State.DROPPED]

    @property
    def late(self) -> list[AnyFollowed]:
        return [each for each in self._parts() if each.why_late]

    @property
    def is_reported(self) -> bool:
        return any(each.reports for each in self._parts())

    def _parts(self) -> list[AnyFollowed]:
        return [*self.directions, *self.activities]


def followed_up(
    year: int,
    directions: Sequence[Direction],
    action_plans: Sequence[ActionPlan],
    activities: Sequence[Activity],
    reports: Iterable[FollowUp],
    overrides: Iterable[ProgressOverride],
    on: datetime.date,
) -> list[FollowedPlace]:
    """The places of a plan with directions or action plans, in the order that these are given.

    The directions come with their places, the action plans with theirs.
    """
    by_subject = _reports_by_subject(reports, on)
    followed = [
        FollowedActivity(each, by_subject.get(("activity", each.pk), []), on, year) for each in activities
    ]
    plans = {_key(plan.place): plan for plan in action_plans}
    grouped: dict[tuple[type, int], tuple[DevelopmentIssue | PlanSection, list[FollowedDirection]]] = {}
    for direction in directions:
        own = [each for each in followed if each.subject.direction_id == direction.pk]
        of_direction = by_subject.get(("direction", direction.pk), [])
        _, group = grouped.setdefault(_key(direction.place), (direction.place, []))
        group.append(FollowedDirection(direction, of_direction, on, year, own))
    for plan in action_plans:
        grouped.setdefault(_key(plan.place), (plan.place, []))
    decided = {override.target_area_id: override for override in overrides}
    places: dict[tuple[type, int], FollowedPlace] = {}
    for key, (place, group) in grouped.items():
        action_plan = plans.get(key)
        own = [each for each in followed if action_plan and each.subject.action_plan_id == action_plan.pk]
        whole = place.target_area if isinstance(place, DevelopmentIssue) else place
        override = decided.get(whole.pk) if isinstance(whole, TargetArea) else None
        found = places.setdefault(_key(whole), FollowedPlace(whole, [], override))
        found.issues.append(FollowedIssue(place, group, action_plan, own))
    return list(places.values())


def _reports_by_subject(
    reports: Iterable[FollowUp], on: datetime.date
) -> dict[tuple[str, int | None], list[FollowUp]]:
    """The reports of days up to `on`, the latest first, by what they are about."""
    found: dict[tuple[str, int | None], list[FollowUp]] = {}
    for report in sorted(reports, key=lambda each: (each.reported_on, each.pk), reverse=True):
        if report.reported_on <= on:
            kind = "direction" if report.direction_id else "activity"
            found.setdefault((kind, report.direction_id or report.activity_id), []).append(report)
    return found


def _name_of(place: DevelopmentIssue | TargetArea | PlanSection) -> str:
    """Its name without a section's number."""
    return place.heading if isinstance(place, PlanSection) else place.name


def _key(row: DevelopmentIssue | PlanSection | TargetArea) -> tuple[type, int]:
    return type(row), row.pk


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (datetime.date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - datetime.timedelta(1)).day
    return datetime.date(year, month + 1, min(day.day, last))


def year_end(year: int) -> datetime.date:
    return datetime.date(year, 12, 31)
