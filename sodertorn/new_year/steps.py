"""How far a year has come: the wizard's steps, each with its state as the database has it."""

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from budget.models import Budget
from calendar_app.planning import plan_year
from committee.models import Direction, OperationalPlan
from committee.plan_copying import has_contents
from sodertorn.dates import date_text
from sodertorn.new_year.calendar_step import YearCalendar, calendar_of
from sodertorn.new_year.hosts_step import Turns, turns_of
from sodertorn.new_year.plan_step import plan_of


class State(StrEnum):
    DONE = "gjort"
    STARTED = "påbörjat"
    REMAINS = "återstår"


TITLES = {
    "plan": "Planen",
    "hosts": "Värdskap",
    "calendar": "Kalendern",
    "budget": "Avgift och budget",
    "checklist": "Kontrollera, anta och publicera",
}
"""What the steps are called, in order, by the last part of their URL names."""


@dataclass(frozen=True)
class Step:
    """`page` is the step's key in `TITLES`; `sentence` tells what the database has.

    `address` is empty for the checklist of a plan that does not exist yet.
    """

    page: str
    state: State
    sentence: str
    address: str

    @property
    def title(self) -> str:
        return TITLES[self.page]


def steps_of(year: int) -> list[Step]:
    """The five steps in order."""
    plan, planned = plan_of(year), plan_year(year)
    found = {
        "plan": _plan(plan),
        "hosts": _hosts(turns_of(year, planned)),
        "calendar": _calendar(calendar_of(year, plan, planned)),
        "budget": _budget(plan),
        "checklist": _checklist(plan),
    }
    return [Step(page, *found[page], address_of(page, year, plan)) for page in TITLES]


def address_of(page: str, year: int, plan: OperationalPlan | None) -> str:
    """Where the step is done."""
    if page != "checklist":
        return reverse(f"admin:new-year-{page}", args=[year])
    return reverse("admin:plan-checklist", args=[plan.pk]) if plan else ""


Found = tuple[State, str]


def _plan(plan: OperationalPlan | None) -> Found:
    if plan is None:
        return State.REMAINS, "Det finns ingen plan för året än."
    if not plan.is_draft:
        decided = f" {date_text(plan.decided_on)}" if plan.decided_on else ""
        return State.DONE, f"Planen är beslutad{decided}."
    if not has_contents(plan):
        return State.STARTED, "Planen finns som utkast men är tom."
    directions = Direction.objects.for_plan(plan).count()
    counted = "en inriktning" if directions == 1 else f"{directions} inriktningar"
    return State.DONE, f"Planen finns som utkast med {plan.sections.count()} avsnitt och {counted}."


def _hosts(turns: list[Turns]) -> Found:
    present, missing = sum(len(each.present) for each in turns), sum(len(each.missing) for each in turns)
    started = State.STARTED if present else State.REMAINS
    unordered = [each.rotation for each in turns if not each.has_order]
    if not turns:
        return State.DONE, "Det finns inga värdskapsordningar att fortsätta."
    if unordered:
        return started, f"{unordered[0]} har inga kommuner i sin ordning."
    counted = "Ingen tur" if present == 0 else "En tur" if present == 1 else f"{present} turer"
    if missing:
        return started, f"{counted} för året finns, {missing} saknas."
    return State.DONE, f"{counted} för året finns och ingen saknas."


def _calendar(found: YearCalendar) -> Found:
    number = found.meetings
    sentence = "Inget möte" if number == 0 else "Ett möte" if number == 1 else f"{number} möten"
    sentence += " för året finns"
    if found.without_day:
        sentence += f", {found.without_day} utan dag"
    sentence += f". Portalen har {found.proposed} att föreslå." if found.proposed else "."
    if not number:
        return State.REMAINS, sentence
    return (State.STARTED if found.proposed or found.to_place else State.DONE), sentence


def _budget(plan: OperationalPlan | None) -> Found:
    budget = Budget.objects.filter(plan=plan).select_related("plan").first() if plan else None
    if budget is None:
        return State.REMAINS, "Det finns ingen budget för året än."
    obstacles = budget.publication_obstacles(budget.lines.all())
    if obstacles:
        return State.STARTED, f"Budgeten finns som utkast. {obstacles[0]}"
    return State.DONE, "Budgeten finns och går ihop."


def _checklist(plan: OperationalPlan | None) -> Found:
    if plan is None:
        return State.REMAINS, "Det finns ingen plan att kontrollera än."
    if plan.is_draft:
        return State.REMAINS, "Checklistan visar vad som är kvar innan planen kan antas."
    return State.DONE, "Planen är publicerad med budget och kalender."
