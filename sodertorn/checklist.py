"""What a plan lacks: in its texts, its year's calendar, its budget and its documents.

An error keeps the plan from being published, a warning needs a comment, and a note is worth knowing. A
working copy is checked by its own texts and budget, and by the year's calendar, which it has no copy of.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from budget.models import Budget, FeeRate
from budget.statement import BudgetStatement, budget_statement
from calendar_app.models import Event, HostTurn
from calendar_app.rules import Finding, Severity
from calendar_app.stored_findings import calendar_findings
from committee.models import Document, Municipality, OperationalPlan, Population
from sodertorn.checklist_findings import PlanFinding, Topic
from sodertorn.checklist_places import Place, Query, place_of
from sodertorn.checklist_texts import text_findings
from sodertorn.dates import date_span, date_text
from sodertorn.models import AcceptedWarning
from sodertorn.prose import join_swedish
from sodertorn.publishing import Publication
from sodertorn.rules import budget_findings

PARTS = {
    "weekday": "id_starts_on",
    "preparation": "id_starts_on",
    "off-day": "id_starts_on",
    "same-day": "id_starts_on",
    "clash": "id_starts_on",
    "hours": "id_start_time",
    "missing-host": "event_hosts-group",
    "turn": "event_hosts-group",
}
"""What to look at first on a meeting's form, by the rule that says something of the meeting."""

HOSTING_RULES = frozenset({"turn", "missing-host"})


@dataclass(frozen=True)
class Checklist:
    """What was found of a plan, and how the warnings among it are explained."""

    plan: OperationalPlan
    findings: tuple[PlanFinding, ...]
    comments: dict[tuple[str, str], str]
    """The secretariat's comments, also those on warnings that no longer stand, by `PlanFinding.key`."""

    def of(self, severity: Severity) -> list[PlanFinding]:
        return [finding for finding in self.findings if finding.severity == severity]

    @property
    def errors(self) -> list[PlanFinding]:
        return self.of(Severity.ERROR)

    @property
    def warnings(self) -> list[PlanFinding]:
        return self.of(Severity.WARNING)

    @property
    def unexplained(self) -> list[PlanFinding]:
        """Warnings without a comment."""
        return [finding for finding in self.warnings if finding.key not in self.comments]

    @property
    def summary(self) -> str:
        """As in "2 fel, 1 varning" or "Allt klart"; notes are not counted."""
        errors, warnings = len(self.errors), len(self.warnings)
        counts = [f"{errors} fel"] if errors else []
        if warnings:
            counts.append(f"{warnings} varning{'' if warnings == 1 else 'ar'}")
        return ", ".join(counts) or "Allt klart"


def checklist(plan: OperationalPlan) -> Checklist:
    """Check a plan, or a working copy, by all rules; the gravest first within each topic."""
    found = [
        *text_findings(plan),
        *_calendar(plan),
        *_budget(plan),
        *_documents(plan),
    ]
    topics, severities = list(Topic), list(Severity)
    found.sort(key=lambda each: (topics.index(each.topic), severities.index(each.severity)))
    accepted = AcceptedWarning.objects.filter(plan=published_as(plan))
    return Checklist(plan, tuple(found), {(row.rule, row.text): row.comment for row in accepted})


def published_as(plan: OperationalPlan) -> OperationalPlan:
    """The plan that is decided on: of a working copy, the plan that it will replace."""
    return plan.working_copy_of or plan


def draft_events(plan: OperationalPlan) -> QuerySet[Event]:
    """The plan's meetings that are published with it: those under its calendar's headings that are drafts."""
    drafts = Event.objects.filter(publication=Publication.DRAFT)
    return drafts.filter(plan_section__plan__in=[plan.pk, published_as(plan).pk])


# --- The calendar and the hosts -----------------------------------------------------------------------------


def _calendar(plan: OperationalPlan) -> Iterator[PlanFinding]:
    events = list(Event.objects.in_year(plan.year).select_related("plan_section"))
    keys = {event.get_absolute_url(): event.pk for event in events}
    for finding in calendar_findings(plan.year):
        if finding.rule != "missing-day":  # told once for all bodies, below
            yield _of_calendar(finding, keys, plan.year)
    planned = [event for event in events if event.starts_on.year == plan.year and not event.is_cancelled]
    if dayless := [event for event in planned if event.is_month_only]:
        sentence = f"{_meetings(dayless)} saknar dag: {_listed(dayless)}."
        yield _of_events(Severity.WARNING, "missing-day", sentence, dayless)
    drafts = list(draft_events(plan))
    if drafts:
        with_plan = " och publiceras med planen" if plan.is_draft else ""
        sentence = f"{_meetings(drafts)} i planens kalendarium är utkast{with_plan}: {_listed(drafts)}."
        yield _of_events(Severity.INFO, "draft-events", sentence, drafts)
    others = [event for event in planned if event.is_draft and event not in drafts]
    if others:
        not_with_plan = " och publiceras inte med planen" if plan.is_draft else ""
        sentence = (
            f"{_meetings(others)} {plan.year} är utkast utan plats i planens kalendarium{not_with_plan}: "
            f"{_listed(others)}."
        )
        yield _of_events(Severity.WARNING, "other-draft-events", sentence, others)


def _of_calendar(finding: Finding, keys: dict[str, int], year: int) -> PlanFinding:
    """A finding of the calendar's rules, with the form that mends it instead of the meeting's public page."""
    pk = keys.get(finding.url)
    if pk:
        place = Place(Event, pk, PARTS.get(finding.rule, ""))
    elif finding.rule == "turn":
        place = Place(HostTurn, query=(("year", year),))
    else:
        place = Place(Event, query=(("starts_on__year", year),))
    topic = Topic.HOSTING if finding.rule in HOSTING_RULES else Topic.CALENDAR
    return PlanFinding(topic, finding.severity, finding.rule, finding.sentence, place)


def _of_events(severity: Severity, rule: str, sentence: str, events: list[Event]) -> PlanFinding:
    return PlanFinding(Topic.CALENDAR, severity, rule, sentence, place_of(events))


def _meetings(events: list[Event]) -> str:
    return "Ett möte" if len(events) == 1 else f"{len(events)} möten"


def _listed(events: Iterable[Event]) -> str:
    """As in "Rådslag 30 mars 2018 och Samarbetskommitténs sammanträde januari 2018"."""
    return join_swedish(
        f"{event.title} "
        f"{date_span(event.starts_on, event.ends_on, month_only=event.is_month_only, weekday=False)}"
        for event in events
    )


# --- The budget ---------------------------------------------------------------------------------------------


def _budget(plan: OperationalPlan) -> Iterator[PlanFinding]:
    budget = Budget.objects.filter(plan=plan).select_related("plan").first()
    if budget is None:
        place = Place(Budget, query=(("plan", plan.pk),), adds=True)
        yield PlanFinding(Topic.BUDGET, Severity.ERROR, "no-budget", f"{plan} har ingen budget.", place)
        return
    for finding in budget_findings(budget):
        # What keeps the budget from being published keeps the plan from it too.
        severity = Severity.ERROR if finding.rule == "budget" else finding.severity
        place = Place(Budget, budget.pk, "id_reconciliation_comment" if severity == Severity.INFO else "")
        yield PlanFinding(Topic.BUDGET, severity, finding.rule, finding.sentence, place)
    yield from _fee(budget_statement(budget))


def _fee(statement: BudgetStatement) -> Iterator[PlanFinding]:
    """What is lacking for each municipality's fee to be worked out."""
    budget = statement.budget
    if statement.fee_problem:
        place = Place(FeeRate)
        yield PlanFinding(Topic.BUDGET, Severity.ERROR, "no-fee-rate", statement.fee_problem, place)
    if not budget.population_date:
        sentence = f"{budget} anger inte vilket datums folkmängd som avgiften räknas på."
        place = Place(Budget, budget.pk, "id_population_date")
        yield PlanFinding(Topic.BUDGET, Severity.WARNING, "no-population-date", sentence, place)
        return
    known = Population.objects.on(budget.population_date).values("municipality")
    if missing := list(Municipality.objects.exclude(pk__in=known)):
        day = date_text(budget.population_date)
        sentence = f"Folkmängd per {day} saknas för {join_swedish(missing)}."
        place = Place(Population, query=(("reference_date__exact", budget.population_date.isoformat()),))
        yield PlanFinding(Topic.BUDGET, Severity.WARNING, "no-population", sentence, place)


# --- The documents ------------------------------------------------------------------------------------------


def _documents(plan: OperationalPlan) -> Iterator[PlanFinding]:
    """The plan as it was signed, once it is decided; and papers of the plan that visitors don't see."""
    original = published_as(plan)
    documents = list(Document.objects.filter(plan__in=[plan.pk, original.pk]))
    public_plans = [each for each in documents if each.kind == Document.Kind.PLAN and not each.is_draft]
    if not original.is_draft and not public_plans:
        sentence = f"{original} är beslutad men finns inte som dokument. Ladda upp den beslutade planen."
        query: Query = (("kind", Document.Kind.PLAN.value), ("plan", original.pk))
        place = Place(Document, query=query, adds=True)
        yield PlanFinding(Topic.DOCUMENTS, Severity.WARNING, "no-plan-document", sentence, place)
    if drafts := [each for each in documents if each.is_draft]:
        number = "Ett dokument" if len(drafts) == 1 else f"{len(drafts)} dokument"
        sentence = f"{number} till planen är utkast och publiceras inte med den: {join_swedish(drafts)}."
        yield PlanFinding(Topic.DOCUMENTS, Severity.INFO, "draft-documents", sentence, place_of(drafts))
