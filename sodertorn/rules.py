"""The rules of the house for a year: those of the calendar, and what a budget must live up to."""

from collections.abc import Iterator

from budget.models import Budget
from budget.statement import budget_statement
from calendar_app.models import Event
from calendar_app.rules import Finding, Severity, gravest_first
from calendar_app.stored_findings import calendar_findings
from sodertorn.money import kronor, number


def years_to_check() -> list[int]:
    """The years that have events or a budget."""
    years = {day.year for day in Event.objects.dates("starts_on", "year")}
    return sorted(years | set(Budget.objects.original().values_list("plan__year", flat=True)))


def check_year(year: int) -> list[Finding]:
    """What there is to say of a year's calendar and budget as stored, the gravest first.

    Of a year without events its calendar is not asked about: it is not planned yet.
    """
    found: list[Finding] = []
    if Event.objects.filter(starts_on__year=year).exists():
        found += calendar_findings(year)
    for budget in Budget.objects.original().filter(plan__year=year).select_related("plan"):
        found += budget_findings(budget)
    return gravest_first(found)


def budget_findings(budget: Budget) -> Iterator[Finding]:
    """What hinders publication, worse once it is published, and fees that differ from the rule for them."""
    is_published = budget.status == Budget.Status.PUBLISHED
    for obstacle in budget.publication_obstacles(budget.lines.all()):
        severity = Severity.ERROR if is_published else Severity.WARNING
        yield Finding(severity, "budget", f"{budget}: {obstacle}", budget.get_absolute_url())
    reconciliation = budget_statement(budget).reconciliation
    if reconciliation and not reconciliation.agrees and budget.reconciliation_comment:
        yield Finding(
            Severity.INFO,
            "reconciliation",
            f"{budget}: avgiften gånger {number(reconciliation.inhabitants)} invånare är "
            f"{kronor(reconciliation.by_rule)}, men budgeten tar upp {kronor(reconciliation.budgeted)}. "
            f"Skillnaden {kronor(reconciliation.difference)} är förklarad i en kommentar.",
            budget.get_absolute_url(),
        )
