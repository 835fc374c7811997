"""Drafts of a year's budget from the latest one's lines: with the fee by the rates, or that of a what-if."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from budget.budget_copying import BudgetExistsError, copy_budget_to_new_year
from budget.fees import Proration, RateMissingError, average_rate, derivation, rate_periods
from budget.models import Budget, FeeRate, Scenario
from budget.what_if import DecidedTotal, NewRate, WhatIf, what_if
from committee.models import Municipality, OperationalPlan, Population
from sodertorn.dates import date_text
from sodertorn.money import kronor, number, round_half_up
from sodertorn.refusal import Refused


class DraftRefused(Refused):
    """Nothing was stored."""


@transaction.atomic
def draft_from(scenario: Scenario) -> Budget:
    """Make the scenario's year a draft: plan, budget with the latest one's lines, and the fee it proposes.

    Costs are copied as they are, so the draft seldom balances; that is for the secretariat to mend before it
    is published. The fee does not apply until then. Raises DraftRefused when the year has a budget, when a
    fee begins within it already, or when there is no budget to start from.
    """
    latest = latest_before(scenario.year)
    new_rate = _new_rate(scenario)
    if reasons := _reasons_against(scenario, latest, new_rate):
        raise DraftRefused(*reasons)
    assert latest is not None  # noqa: S101 - else there is a reason against
    answer = _answer(scenario, latest)
    plan, _ = OperationalPlan.objects.original().get_or_create(
        year=scenario.year, defaults={"issuer": latest.plan.issuer, "status": OperationalPlan.Status.DRAFT}
    )
    fee, comment = Decimal(answer.total.proposed), _comment(scenario, answer)
    budget = _draft(latest, plan, fee, scenario.population_date, comment)
    note = f"Enligt kalkylen ”{scenario.name}”."
    amount = round_half_up(new_rate.amount if new_rate else answer.rate, 2)
    starts_on = new_rate.changes_on if new_rate else date(scenario.year, 1, 1)
    rate = FeeRate(valid_from=starts_on, amount_per_inhabitant=amount, note=note, proposed_in=budget)
    rate.full_clean()
    rate.save()
    return budget


@dataclass(frozen=True)
class ComingFee:
    """A year's fee in whole kronor, by the decided rates and the population of a day."""

    latest: Budget
    """The newest budget before the year: its lines are those to start from."""
    population_date: date
    inhabitants: int
    derivation: str
    fee: int


def latest_before(year: int) -> Budget | None:
    earlier = Budget.objects.original().filter(plan__year__lt=year)
    return earlier.select_related("plan").order_by("-plan__year").first()


def populations_known_before(year: int) -> list[date]:
    """Days before the year for which every municipality has a figure, newest first; any such days if none."""
    dates = Population.objects.complete_dates()
    return [day for day in dates if day < date(year, 1, 1)] or dates


def coming_fee(year: int, population_date: date | None = None) -> ComingFee:
    """Work out a year's fee, on the newest complete population if no other day is given.

    Raises DraftRefused when there is no budget to start from, no population, or no rate.
    """
    latest, dates = latest_before(year), populations_known_before(year)
    reasons = []
    if latest is None:
        reasons.append(f"Det finns ingen budget före {year} att utgå från.")
    if not dates:
        reasons.append("Det finns ingen dag med folkmängd för alla kommuner. Läs in eller skriv in den.")
    elif population_date and population_date not in dates:
        reasons.append(f"Folkmängden den {date_text(population_date)} är inte känd för alla kommuner.")
    if latest is None or reasons:
        raise DraftRefused(*reasons)
    day = population_date or dates[0]
    inhabitants = Population.objects.on(day).total()
    try:
        periods = rate_periods(FeeRate.objects.decided().as_rates(), year, Proration(latest.proration))
    except RateMissingError as error:
        raise DraftRefused(f"{error} Lägg till den under Avgifter per invånare.") from error
    fee = int(round_half_up(average_rate(periods) * inhabitants))
    return ComingFee(latest, day, inhabitants, derivation(periods), fee)


@transaction.atomic
def draft_by_rates(plan: OperationalPlan, population_date: date | None = None) -> Budget:
    """Make the plan a draft budget with the latest one's lines and the fee by the decided rates.

    Raises DraftRefused when the plan has a budget or is adopted, and as `coming_fee` does.
    """
    if not plan.is_draft:
        raise DraftRefused(f"{plan} är beslutad och kan inte få en ny budget.")
    coming = coming_fee(plan.year, population_date)
    return _draft(coming.latest, plan, Decimal(coming.fee), coming.population_date)


def _draft(
    latest: Budget, plan: OperationalPlan, fee: Decimal, population_date: date, comment: str = ""
) -> Budget:
    try:
        return copy_budget_to_new_year(
            latest, plan, fee=fee, population_date=population_date, comment=comment
        )
    except BudgetExistsError as error:
        raise DraftRefused(f"Det finns redan en budget för {plan.year}.") from error


def _new_rate(scenario: Scenario) -> NewRate | None:
    return scenario.assumption if isinstance(scenario.assumption, NewRate) else None


def _reasons_against(scenario: Scenario, latest: Budget | None, new_rate: NewRate | None) -> list[str]:
    year, new_year = scenario.year, date(scenario.year, 1, 1)
    reasons = []
    if latest is None:
        reasons.append(f"Det finns ingen budget före {year} att utgå från.")
    if Budget.objects.original().filter(plan__year=year).exists():
        reasons.append(f"Det finns redan en budget för {year}.")
    if new_rate and new_rate.changes_on.year != year:
        reasons.append(f"Den nya avgiften måste börja gälla under {year} för att höra till dess budget.")
    first = new_rate.changes_on if new_rate else new_year
    clashing = FeeRate.objects.filter(valid_from__gte=min(first, new_year)).order_by("valid_from")
    reasons += [
        f"Det finns redan en avgift från den {date_text(rate.valid_from)}: "
        f"{kronor(rate.amount_per_inhabitant)} per invånare."
        for rate in clashing
        if rate.valid_from == first or rate.valid_from > new_year
    ]
    return reasons


def _answer(scenario: Scenario, latest: Budget) -> WhatIf:
    municipalities = Municipality.objects.in_bulk()
    inhabitants = {
        municipalities[row.municipality_id].code: row.inhabitants
        for row in Population.objects.on(scenario.population_date)
    }
    if not inhabitants or len(inhabitants) < len(municipalities):
        day = date_text(scenario.population_date)
        raise DraftRefused(f"Folkmängden den {day} är inte känd för alla kommuner.")
    rates = FeeRate.objects.decided().as_rates()
    try:
        return what_if(scenario.assumption, rates, scenario.year, Proration(latest.proration), inhabitants)
    except RateMissingError as error:
        raise DraftRefused(str(error)) from error


def _comment(scenario: Scenario, answer: WhatIf) -> str:
    """Why the fee as a rate of whole öre does not quite give the total; nothing when it does."""
    rate = round_half_up(answer.rate, 2)
    if not isinstance(scenario.assumption, DecidedTotal) or rate == answer.rate:
        return ""
    return (
        f"Avgiften {kronor(rate)} är {kronor(answer.total.proposed)} fördelat på "
        f"{number(answer.total.inhabitants)} invånare, avrundat till hela ören."
    )
