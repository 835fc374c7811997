"""From a saved what-if to a draft: a year's plan and budget, with the fee that the what-if assumed."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from budget.fees import Proration, RateMissingError
from budget.models import Budget, BudgetLine, FeeRate, Scenario
from budget.what_if import DecidedTotal, NewRate, WhatIf, what_if
from committee.models import Municipality, OperationalPlan, Population
from sodertorn.dates import date_text
from sodertorn.money import kronor, number, round_half_up

FEE_TITLE = "Avgifter från kommunerna"


class DraftRefused(Exception):
    """Nothing was stored; `reasons` are Swedish sentences, for showing."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def draft_from(scenario: Scenario) -> Budget:
    """Make the scenario's year a draft: plan, budget with the latest one's lines, and the fee it proposes.

    Costs are copied as they are, so the draft seldom balances; that is for the secretariat to mend before it
    is published. The fee does not apply until then. Raises DraftRefused when the year has a budget, when a
    fee begins within it already, or when there is no budget to start from.
    """
    earlier = Budget.objects.original().select_for_update().filter(plan__year__lt=scenario.year)
    latest = earlier.select_related("plan").order_by("-plan__year").first()
    new_rate = _new_rate(scenario)
    if reasons := _reasons_against(scenario, latest, new_rate):
        raise DraftRefused(*reasons)
    assert latest is not None  # noqa: S101 - else there is a reason against
    answer = _answer(scenario, latest)
    plan, _ = OperationalPlan.objects.original().get_or_create(
        year=scenario.year, defaults={"issuer": latest.plan.issuer, "status": OperationalPlan.Status.DRAFT}
    )
    budget = Budget(
        plan=plan,
        proration=latest.proration,
        population_date=scenario.population_date,
        deviation_threshold=latest.deviation_threshold,
        reconciliation_comment=_comment(scenario, answer),
    )
    _store(budget)
    for line in _lines(latest, answer):
        line.budget = budget
        _store(line)
    note = f"Enligt kalkylen ”{scenario.name}”."
    amount = round_half_up(new_rate.amount if new_rate else answer.rate, 2)
    starts_on = new_rate.changes_on if new_rate else date(scenario.year, 1, 1)
    _store(FeeRate(valid_from=starts_on, amount_per_inhabitant=amount, note=note, proposed_in=budget))
    return budget


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


def _lines(latest: Budget, answer: WhatIf) -> list[BudgetLine]:
    """Copies of the lines, with all fees on the first line for fees."""
    lines = list(latest.lines.order_by("side", "position", "pk"))
    fee_lines = [line for line in lines if line.is_fee]
    fee = (
        fee_lines[0] if fee_lines else BudgetLine(side=BudgetLine.Side.REVENUE, title=FEE_TITLE, is_fee=True)
    )
    kept = [line for line in lines if not line.is_fee]
    return [
        BudgetLine(
            side=line.side,
            title=line.title,
            amount=Decimal(answer.total.proposed) if line is fee else line.amount,
            is_fee=line.is_fee,
            position=line.position,
        )
        for line in [fee, *kept]
    ]


def _comment(scenario: Scenario, answer: WhatIf) -> str:
    """Why the fee as a rate of whole öre does not quite give the total; nothing when it does."""
    rate = round_half_up(answer.rate, 2)
    if not isinstance(scenario.assumption, DecidedTotal) or rate == answer.rate:
        return ""
    return (
        f"Avgiften {kronor(rate)} är {kronor(answer.total.proposed)} fördelat på "
        f"{number(answer.total.inhabitants)} invånare, avrundat till hela ören."
    )


def _store(row: Budget | BudgetLine | FeeRate) -> None:
    row.full_clean()
    row.save()
