"""A plan is adopted: published with its budget and its calendar, together or not at all, and taken back.

Both happen in one transaction that holds the plan's row, so that two clerks can't do it at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from budget.invoicing import numbers_text
from budget.models import Budget, FeeNotice, NumberSeries
from calendar_app.models import Event
from committee.models import Body, OperationalPlan
from sodertorn import search_index
from sodertorn.checklist import checklist, draft_events, published_as
from sodertorn.dates import date_span, date_text
from sodertorn.models import AcceptedWarning, Adoption
from sodertorn.publishing import Audience, Publication
from sodertorn.refusal import Refused
from sodertorn.tracking import LONGEST_REASON, because
from sodertorn.working_copies import WorkingCopyRefusedError, publish_working_copy


class AdoptionRefusedError(Refused):
    """Nothing was published or taken back."""


@dataclass(frozen=True)
class Decision:
    """When a plan, or a revision of it, was decided; and where, if that is known and may be seen."""

    decided_on: date
    meeting: Event | None
    is_revision: bool


# --- Adopting -----------------------------------------------------------------------------------------------


@transaction.atomic
@search_index.postponed()
def adopt(
    plan: OperationalPlan, decided_on: date, meeting: Event | None, by: User | None, now: datetime
) -> Adoption:
    """Publish a draft of a plan with its budget and its draft meetings, or a working copy as the plan itself.

    Raises `AdoptionRefusedError` with every reason: while an error of the checklist stands, or a warning has
    no comment, nothing is published. A later decision on a revision leaves `decided_on` of the plan as it is.
    """
    plan = _locked(plan)
    if not plan.is_draft:
        raise AdoptionRefusedError(f"{plan} är redan beslutad och publicerad.")
    found = checklist(plan)
    reasons = [
        *_refused_decision(decided_on, meeting, now),
        *(finding.sentence for finding in found.errors),
        *(f"Varningen saknar kommentar: {finding.sentence}" for finding in found.unexplained),
    ]
    if reasons:
        raise AdoptionRefusedError(*reasons)
    with because(f"{published_as(plan)} beslutades {date_text(decided_on)} och publicerades."):
        original = _publish(plan, decided_on)
    return Adoption.objects.create(
        plan=original, decided_on=decided_on, meeting=meeting, published_at=now, published_by=by
    )


def _publish(plan: OperationalPlan, decided_on: date) -> OperationalPlan:
    """Publish the plan, its budget and its draft meetings, and return the plan as it is published."""
    events = list(draft_events(plan).values_list("pk", flat=True))
    if plan.working_copy_of:
        try:
            plan = publish_working_copy(plan)
        except WorkingCopyRefusedError as error:
            raise AdoptionRefusedError(*error.reasons) from error
    else:
        plan.status, plan.decided_on = OperationalPlan.Status.ADOPTED, decided_on
        plan.save(update_fields=["status", "decided_on"])
    _publish_budget(plan)
    _publish_calendar(plan, events)
    return plan


def _publish_calendar(plan: OperationalPlan, drafts: list[int]) -> None:
    """Publish the draft meetings and confirm those that have a day: the calendar is decided on with the plan.

    Some of the year's meetings may be public already, as those that the plan before promised.
    """
    for event in Event.objects.filter(pk__in=drafts):
        event.publication = Publication.PUBLISHED
        event.save(update_fields=["publication"])
    listed = Q(plan_section__plan=plan) | Q(plan_section__copies__plan=plan, starts_on__year=plan.year)
    preliminary = Event.objects.public().filter(
        listed, status=Event.Status.PRELIMINARY, date_precision=Event.DatePrecision.DAY
    )
    for event in preliminary.distinct():
        event.status = Event.Status.CONFIRMED
        event.save(update_fields=["status"])


def _locked(plan: OperationalPlan) -> OperationalPlan:
    """The plan as it is stored, its original too if it is a working copy, held until the transaction ends."""
    keys = {plan.pk, published_as(plan).pk}
    rows = OperationalPlan.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    stored = {row.pk: row for row in rows}
    if plan.pk not in stored:
        raise AdoptionRefusedError(f"{plan} finns inte längre. Den kan redan vara publicerad.")
    return stored[plan.pk]


def _refused_decision(decided_on: date, meeting: Event | None, now: datetime) -> list[str]:
    if decided_on > timezone.localdate(now):
        return ["Beslutsdatumet kan inte ligga i framtiden."]
    if meeting is None or meeting.starts_on <= decided_on <= meeting.ends_on:
        return []
    days = date_span(meeting.starts_on, meeting.ends_on, month_only=meeting.is_month_only, weekday=False)
    sentence = f"{meeting.title} hålls {days} och kan inte ha beslutat {date_text(decided_on)}."
    return [f"{sentence} Ändra datumet eller välj ett annat möte."]


def _publish_budget(plan: OperationalPlan) -> None:
    budget = Budget.objects.select_related("plan").get(plan=plan)
    if budget.status == Budget.Status.PUBLISHED:
        return
    budget.status = Budget.Status.PUBLISHED
    try:
        budget.clean()
    except ValidationError as error:
        raise AdoptionRefusedError(*error.messages) from error
    budget.save(update_fields=["status"])


def keep_comments(plan: OperationalPlan, comments: Iterable[tuple[str, str, str]]) -> None:
    """Store why warnings may stand, each given by its rule, its words and the comment.

    An empty comment takes back an earlier one. What a plan was adopted with stays as it is.
    """
    if not plan.is_draft:
        return
    accepted = AcceptedWarning.objects.filter(plan=published_as(plan))
    stored = {(row.rule, row.text): row.comment for row in accepted}
    for rule, text, comment in comments:
        comment = comment.strip()
        if comment and comment != stored.get((rule, text)):
            accepted.update_or_create(
                rule=rule, text=text, plan=published_as(plan), defaults={"comment": comment}
            )
        elif not comment:
            for row in accepted.filter(rule=rule, text=text):
                row.delete()


# --- Taking back --------------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(plan: OperationalPlan, reason: str) -> None:
    """Make a plan that was published by mistake a draft again, and its budget; the reason is kept in history.

    Its meetings stay published: people may have them in their calendars. Raises `AdoptionRefusedError`.
    """
    list(NumberSeries.objects.select_for_update())  # whoever issues notices waits, or we wait for them
    plan = _locked(plan)
    reason = reason.strip()
    budget = Budget.objects.select_related("plan").filter(plan=plan).first()
    reasons = _refused_withdrawal(plan, budget)
    if not reason:
        reasons.append("Skriv varför planen återtas.")
    if len(reason) > LONGEST_REASON:
        reasons.append(f"Skälet får ha högst {LONGEST_REASON} tecken.")
    if reasons:
        raise AdoptionRefusedError(*reasons)
    with because(reason):
        plan.status, plan.decided_on = OperationalPlan.Status.DRAFT, None
        plan.save(update_fields=["status", "decided_on"])
        if budget:
            budget.status = Budget.Status.DRAFT
            budget.save(update_fields=["status"])


def _refused_withdrawal(plan: OperationalPlan, budget: Budget | None) -> list[str]:
    if plan.is_draft:
        return [f"{plan} är redan ett utkast."]
    reasons = []
    if OperationalPlan.objects.filter(working_copy_of=plan).exists():
        reasons.append(f"{plan} har en arbetsversion. Publicera den eller ta bort den först.")
    notices = FeeNotice.objects.valid().filter(budget=budget) if budget else FeeNotice.objects.none()
    if numbers := list(notices.order_by("number").values_list("number", flat=True)):
        reasons.append(
            f"Underlag för avgiften är utfärdade ({numbers_text(numbers)}). "
            "Kreditera dem innan du återtar planen."
        )
    return reasons


# --- The meeting that decides -------------------------------------------------------------------------------


def deciding_meetings(year: int) -> QuerySet[Event]:
    """The committee's meetings that may decide on a year's plan, from July the year before; latest first."""
    meetings = Event.objects.filter(
        body__kind=Body.Kind.COMMITTEE, starts_on__range=(date(year - 1, 7, 1), date(year, 12, 31))
    )
    meetings = meetings.filter(date_precision=Event.DatePrecision.DAY)
    return meetings.exclude(status=Event.Status.CANCELLED).order_by("-starts_on", "pk")


def likely_meeting(year: int, on: date) -> Event | None:
    """The meeting that has most likely decided: the latest held by the day `on`."""
    return deciding_meetings(year).filter(starts_on__lte=on).first()


def decisions(plan: OperationalPlan, audience: Audience) -> list[Decision]:
    """The decision on an adopted plan, and then those on its revisions."""
    adoptions = [] if plan.is_draft else list(plan.adoptions.all())
    meetings = {adoption.meeting_id for adoption in adoptions if adoption.meeting_id}
    return decisions_among(plan, adoptions, Event.objects.visible_to(audience).in_bulk(meetings))


def decisions_among(
    plan: OperationalPlan, adoptions: Iterable[Adoption], seen: Mapping[Any, Event]
) -> list[Decision]:
    """As `decisions`, from rows already read: the plan's adoptions, and the meetings that may be seen."""
    if plan.is_draft or plan.decided_on is None:
        return []
    adoptions = sorted(adoptions, key=lambda row: (row.published_at, row.pk))
    first = next((number for number, row in enumerate(adoptions) if row.decided_on == plan.decided_on), None)
    meeting = seen.get(adoptions[first].meeting_id) if first is not None else None
    revisions = adoptions[first + 1 :] if first is not None else adoptions
    return [
        Decision(plan.decided_on, meeting, is_revision=False),
        *(
            Decision(row.decided_on, seen.get(row.meeting_id), is_revision=True)
            for row in revisions
            if row.decided_on > plan.decided_on
        ),
    ]
