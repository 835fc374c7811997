"""What is left for the secretariat to do on a day: "Kvar att göra", on the administration's start page.

Each kind of thing is looked for by a function of its own, in so many queries however much there is. What is
more than a year late is told together for each year, so that old neglects don't hide what is near.

When things are asked for:
- a meeting's agenda from 30 days before it, its minutes from 14 days after it;
- the day of a meeting of which only the month is known, from three months before that month;
- the interim report (as of 31 August) from 1 October, and the annual report from 1 March of the next year;
- a meeting for each turn to host this year and the next;
- the fee of a published year from its first day, and what is not invoiced yet once those days have come;
- a new year from 1 September of the year before;
- a report on each direction, twice in the plan's year: when half a year has gone without one;
- what became of an activity, from the day after it should have been done;
- an accessibility statement at all times, a new assessment when a year has gone, and what it said would be
  mended by then;
- an answer to whoever has reported a problem, within two weeks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from budget.models import Budget, FeeNotice, Outcome
from calendar_app.models import AgendaItem, Event, EventDocument, EventLink, HostTurn
from committee.follow_up import CLOSED
from committee.follow_up_rows import followed_up_plan
from committee.models import (
    AccessibilityStatement,
    Activity,
    Document,
    FollowUp,
    InaccessibleContent,
    Municipality,
    OperationalPlan,
    ProblemReport,
)
from committee.models.followup import follow_up_address
from sodertorn.checklist_places import HasPermissions, Place, admin_address, place_of
from sodertorn.dates import date_span, date_text
from sodertorn.prose import join_swedish
from sodertorn.publishing import VISITOR, Publication

AGENDA_DAYS = timedelta(30)
MINUTES_DAYS = timedelta(14)
MONTHS_TO_SET_A_DAY = 3
INTERIM_REPORT_DUE = (10, 1)
ANNUAL_REPORT_DUE = (3, 1)
NEW_YEAR_BEGINS = (9, 1)
A_YEAR = timedelta(365)
ANSWER_DAYS = timedelta(14)
NEAR = 60
"""A date that is at most so many days away is told by how far, others by their date."""


@dataclass(frozen=True)
class Todo:
    """Something left to do, where it is done, and by which day it ought to be (None: no day in particular).

    Who may not do it, by `permission`, is not told of it.
    """

    sentence: str
    due: date | None
    place: Place | str
    """A form or list of the administration, or the address of another of its pages."""
    permission: str

    def address(self, user: HasPermissions) -> str:
        return self.place if isinstance(self.place, str) else admin_address(self.place, user)

    def is_late(self, on: date) -> bool:
        return self.due is not None and self.due < on

    def when(self, on: date) -> str:
        """The day as seen from `on`: "för 14 dagar sedan", "i dag", "om en dag", "senast 1 mars 2018"."""
        if self.due is None:
            return ""
        days = (self.due - on).days
        number = "en dag" if abs(days) == 1 else f"{abs(days)} dagar"
        if days == 0:
            return "i dag"
        if abs(days) > NEAR:
            return f"{'senast' if days > 0 else 'sedan'} {date_text(self.due)}"
        return f"om {number}" if days > 0 else f"för {number} sedan"


def todo(on: date) -> list[Todo]:
    """All that is left to do on the day; what has been due the longest comes first, what has no day last."""
    finders = (
        *(_agendas, _minutes, _dayless, _turns, _fees, _reports, _plans, _new_year),
        *(_unreported, _overdue),
        *(_statement, _mended, _problems),
    )
    found = [thing for find in finders for thing in find(on)]
    return sorted(found, key=lambda thing: thing.due or date.max)


def todo_for(user: HasPermissions, on: date) -> list[Todo]:
    """What is left to do of that which the person may do."""
    return [thing for thing in todo(on) if user.has_perm(thing.permission)]


# --- Meetings -----------------------------------------------------------------------------------------------


def _agendas(on: date) -> Iterator[Todo]:
    """Coming meetings whose agenda nobody can read yet."""
    coming = _meetings().filter(starts_on__range=(on, on + AGENDA_DAYS))
    coming = coming.exclude(Exists(AgendaItem.objects.filter(event=OuterRef("pk"))))
    for event in _without(coming, Document.Kind.AGENDA):
        draft = "en dagordning som är ett utkast" if event.has_draft else "ingen dagordning"
        place = Place(Event, event.pk, "agenda-group")
        yield Todo(f"{_named(event)} har {draft}.", event.starts_on, place, "calendar_app.change_event")


def _minutes(on: date) -> Iterator[Todo]:
    """Meetings that have been held and whose minutes nobody can read yet."""
    held = _without(_meetings().filter(ends_on__lte=on - MINUTES_DAYS), Document.Kind.MINUTES)
    recent = [event for event in held if event.ends_on >= on - A_YEAR]
    for event in recent:
        draft = "ett protokoll som är ett utkast" if event.has_draft else "inget protokoll"
        place = Place(Event, event.pk, "event_documents-group")
        due = event.ends_on + MINUTES_DAYS
        yield Todo(f"{_named(event)} har {draft}.", due, place, "calendar_app.change_event")
    for year, events in _by_year(held[: len(held) - len(recent)]):
        number = "Ett möte" if len(events) == 1 else f"{len(events)} möten"
        due = events[0].ends_on + MINUTES_DAYS
        yield Todo(f"{number} {year} saknar protokoll.", due, place_of(events), "calendar_app.change_event")


def _dayless(on: date) -> Iterator[Todo]:
    """Meetings of which only the month is known, though it is near or gone."""
    month = on.month - 1 + MONTHS_TO_SET_A_DAY
    last = date(on.year + month // 12, month % 12 + 1, 1)
    dayless = Event.objects.exclude(status=Event.Status.CANCELLED).filter(
        date_precision=Event.DatePrecision.MONTH, starts_on__lte=last
    )
    events = list(dayless.order_by("starts_on", "pk"))
    recent = [event for event in events if event.ends_on >= on - A_YEAR]
    for event in recent:
        sentence = (
            f"{_named(event)} har ingen dag ännu."
            if event.ends_on >= on
            else f"{_named(event)} fick aldrig någon dag. Skriv in den eller ställ in mötet."
        )
        place = Place(Event, event.pk, "id_starts_on")
        yield Todo(sentence, event.starts_on, place, "calendar_app.change_event")
    for year, old in _by_year(events[: len(events) - len(recent)]):
        number = "Ett möte" if len(old) == 1 else f"{len(old)} möten"
        sentence = f"{number} {year} fick aldrig någon dag. Skriv in den eller ställ in mötet."
        yield Todo(sentence, old[0].starts_on, place_of(old), "calendar_app.change_event")


def _meetings() -> QuerySet[Event]:
    """Meetings of a body, as against conferences and the like, on known days; the earliest first."""
    return (
        Event.objects.filter(kind=Event.Kind.MEETING, date_precision=Event.DatePrecision.DAY)
        .exclude(status=Event.Status.CANCELLED)
        .order_by("ends_on", "pk")
    )


def _without(events: QuerySet[Event], kind: Document.Kind) -> list[Any]:
    """Those of the events that have no public paper of the kind; `has_draft` tells of one that is not."""
    papers = EventDocument.objects.filter(event=OuterRef("pk"), document__kind=kind)
    links = EventLink.objects.filter(event=OuterRef("pk"), kind=kind.value)
    lacking = events.exclude(Exists(links)).exclude(
        Exists(papers.filter(document__publication=Publication.PUBLISHED))
    )
    return list(lacking.annotate(has_draft=Exists(papers)))


def _by_year(events: Sequence[Event]) -> Iterator[tuple[int, list[Event]]]:
    """Events in order, for each year in which they began."""
    for year, group in groupby(events, key=lambda event: event.starts_on.year):
        yield year, list(group)


def _named(event: Event) -> str:
    days = date_span(event.starts_on, event.ends_on, month_only=event.is_month_only, weekday=False)
    return f"{event.title} {days}"


# --- Hosts, fees and reports --------------------------------------------------------------------------------


def _turns(on: date) -> Iterator[Todo]:
    """Turns to host, this year and the next, that no meeting has been given to."""
    empty = HostTurn.objects.filter(event=None, year__in=(on.year, on.year + 1))
    empty = empty.select_related("rotation", "municipality").order_by("rotation", "year", "number")
    for (rotation, year), group in groupby(empty, key=lambda turn: (turn.rotation, turn.year)):
        turns = list(group)
        number = "en tur" if len(turns) == 1 else f"{len(turns)} turer"
        hosts = join_swedish(turn.municipality for turn in turns)
        sentence = f"{rotation}: {number} {year} har inget möte ({hosts})."
        yield Todo(sentence, date(year, 1, 1), place_of(turns), "calendar_app.change_hostturn")


def _fees(on: date) -> Iterator[Todo]:
    """Published years whose fees are not invoiced: at all, to everyone, or for days that have come."""
    budgets = Budget.objects.public().filter(plan__year__lte=on.year).select_related("plan")
    issued = FeeNotice.objects.valid().values("budget", "municipality").annotate(last=Max("last_day"))
    last_days = {(row["budget"], row["municipality"]): row["last"] for row in issued.order_by()}
    municipalities = list(Municipality.objects.all())
    for budget in budgets:
        year = budget.plan.year
        lasts = {row: last_days.get((budget.pk, row.pk)) for row in municipalities}
        lacking = [row for row, last in lasts.items() if last is None]
        invoiced_to = min((last for last in lasts.values() if last), default=date(year, 1, 1))
        due = date(year, 1, 1)
        if municipalities and len(lacking) == len(municipalities):
            sentence = f"Underlag för avgiften {year} är inte utfärdade."
        elif lacking:
            sentence = f"Underlag för avgiften {year} saknas för {join_swedish(lacking)}."
        elif municipalities and invoiced_to < min(on, date(year, 12, 31)):
            sentence = f"Underlag för avgiften {year} är utfärdade till och med {date_text(invoiced_to)}."
            due = invoiced_to + timedelta(1)
        else:
            continue
        address = reverse("admin:budget_budget_issue", args=[budget.pk])
        yield Todo(sentence, due, address, "budget.add_feenotice")


def _reports(on: date) -> Iterator[Todo]:
    """Published budgets without the report that is due; once the annual one is, no other is asked for."""
    outcomes = Outcome.objects.filter(line__budget=OuterRef("pk"))
    budgets = Budget.objects.public().select_related("plan")
    budgets = budgets.exclude(Exists(outcomes.filter(report=Outcome.Report.ANNUAL)))
    budgets = budgets.annotate(has_interim=Exists(outcomes.filter(report=Outcome.Report.INTERIM)))
    for budget in budgets:
        year = budget.plan.year
        interim_due, annual_due = date(year, *INTERIM_REPORT_DUE), date(year + 1, *ANNUAL_REPORT_DUE)
        place = Place(Outcome, query=(("line__budget__plan__id__exact", budget.plan_id),))
        if on >= annual_due:
            yield Todo(f"{budget} har inget bokslut.", annual_due, place, "budget.add_outcome")
        elif on >= interim_due and not budget.has_interim:
            yield Todo(f"{budget} har ingen delårsrapport.", interim_due, place, "budget.add_outcome")


# --- Plans --------------------------------------------------------------------------------------------------


def _plans(on: date) -> Iterator[Todo]:
    """Plans under way, and working copies that wait to be published."""
    for plan in OperationalPlan.objects.filter(status=OperationalPlan.Status.DRAFT).order_by("year"):
        address = reverse("admin:plan-checklist", args=[plan.pk])
        is_copy = plan.working_copy_of_id is not None
        changed = f"Verksamhetsplan {plan.year} har opublicerade ändringar."
        sentence = changed if is_copy else f"{plan} är ett utkast."
        due = None if is_copy else date(plan.year, 1, 1)
        yield Todo(sentence, due, address, "committee.change_operationalplan")


def _new_year(on: date) -> Iterator[Todo]:
    """The year after the newest plan, once it is time to begin with it."""
    newest = OperationalPlan.objects.original().first()
    if newest and on >= date(newest.year, *NEW_YEAR_BEGINS):
        year = newest.year + 1
        sentence = f"Börja med verksamhetsåret {year}."
        yield Todo(sentence, date(year, 1, 1), reverse("admin:new-year"), "committee.add_operationalplan")


# --- How it goes --------------------------------------------------------------------------------------------


def _unreported(on: date) -> Iterator[Todo]:
    """Directions of this year's plan of which nobody has read anything for half a year."""
    plan = OperationalPlan.objects.public().filter(year=on.year).first()
    if plan is None:
        return
    directions = [each for place in followed_up_plan(plan, VISITOR, on) for each in place.directions]
    due = [each.report_due for each in directions if each.report_due and each.report_due <= on]
    if due:
        number = "En inriktning" if len(due) == 1 else f"{len(due)} inriktningar"
        sentence = f"{number} i {str(plan).lower()} har inte rapporterats på ett halvår."
        yield Todo(sentence, min(due), reverse("follow-up", args=[plan.year]), "committee.add_followup")


def _overdue(on: date) -> Iterator[Todo]:
    """Activities whose last day has gone, and which no published report calls done or dropped."""
    reports = FollowUp.objects.public().filter(activity=OuterRef("pk"), reported_on__lte=on)
    activities = (
        Activity.objects.filter(ends_on__lt=on)
        .annotate(status=Subquery(reports.order_by("-reported_on", "-pk").values("status")[:1]))
        .filter(Q(status=None) | ~Q(status__in=CLOSED))
        .select_related("action_plan__issue__target_area__area__plan", "action_plan__section__plan")
        .order_by("ends_on", "pk")
    )
    old: dict[OperationalPlan, list[Activity]] = {}
    for activity in activities:
        if activity.ends_on and activity.ends_on < on - A_YEAR:
            old.setdefault(activity.action_plan.plan, []).append(activity)
            continue
        address = f"{follow_up_address(activity.action_plan.place)}#{activity.anchor}"
        sentence = f"”{activity}” skulle ha varit klar. Rapportera läget."
        yield Todo(sentence, activity.ends_on, address, "committee.add_followup")
    for plan, late in old.items():
        what = "En aktivitet" if len(late) == 1 else f"{len(late)} aktiviteter"
        sentence = f"{what} i {str(plan).lower()} skulle ha varit {'klar' if len(late) == 1 else 'klara'}."
        address = reverse("follow-up", args=[plan.year])
        yield Todo(sentence, late[0].ends_on, address, "committee.add_followup")


# --- Open to everyone ---------------------------------------------------------------------------------------


def _statement(on: date) -> Iterator[Todo]:
    """The statement that the law demands, and its yearly assessment."""
    may = "committee.change_accessibilitystatement"
    statement = AccessibilityStatement.objects.public().first()
    if statement is None:
        sentence = "Webbplatsen har ingen tillgänglighetsredogörelse. Lagen kräver en."
        yield Todo(sentence, None, Place(AccessibilityStatement), may)
    elif statement.assessed_on + A_YEAR <= on:
        sentence = (
            f"Webbplatsens tillgänglighet bedömdes {date_text(statement.assessed_on)}. Bedöm den på nytt."
        )
        place = Place(AccessibilityStatement, statement.pk, "id_assessed_on")
        yield Todo(sentence, statement.assessed_on + A_YEAR, place, may)


def _mended(on: date) -> Iterator[Todo]:
    """Shortcomings that the statement in force says are mended by a day that has gone."""
    late = InaccessibleContent.objects.filter(
        statement__publication=Publication.PUBLISHED, mended_by__lt=on
    ).order_by("mended_by", "pk")
    for content in late:
        what = Truncator(content.what).chars(60)
        sentence = f"Det här skulle ha gjorts tillgängligt: ”{what}”"
        place = Place(AccessibilityStatement, content.statement_id, "inaccessible-group")
        yield Todo(sentence, content.mended_by, place, "committee.change_accessibilitystatement")


def _problems(on: date) -> Iterator[Todo]:
    """Reports that nobody has answered, with those apart that did not reach the secretariat by mail."""
    new = ProblemReport.objects.unanswered().filter(received_at__date__lte=on)
    counted = new.values("is_mailed").annotate(number=Count("pk"), first=Min("received_at"))
    for row in counted.order_by("is_mailed"):
        number = row["number"]
        what = "En anmäld brist" if number == 1 else f"{number} anmälda brister"
        unmailed = "" if row["is_mailed"] else " och kunde inte mejlas till sekretariatet"
        flag = str(int(row["is_mailed"]))
        place = Place(
            ProblemReport, query=(("status__exact", ProblemReport.Status.NEW), ("is_mailed__exact", flag))
        )
        due = timezone.localtime(row["first"]).date() + ANSWER_DAYS
        yield Todo(f"{what} väntar på svar{unmailed}.", due, place, "committee.change_problemreport")
