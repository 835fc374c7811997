"""A budget copied into another plan: into a working copy as it is, or into next year with that year's fee.

The copy is always a draft, and remembers what it was copied from (`origin`). Rates that the source proposes
stay with it, and so do its outcomes and notices. A plan has one budget: copying twice makes no doubles.
"""

from datetime import date
from decimal import Decimal

from django.db import transaction

from budget.models import Budget, BudgetLine
from committee.models import OperationalPlan
from sodertorn.copied_rows import copy_of, unsaved_copy

FEE_TITLE = "Avgifter från kommunerna"


class BudgetExistsError(Exception):
    """The plan to copy into has a budget already."""


@transaction.atomic
def copy_budget(source: Budget, plan: OperationalPlan) -> Budget:
    """Store a draft for the plan that says the same, line by line. Raises BudgetExistsError."""
    _refuse_second_budget(plan)
    budget = copy_of(source, plan=plan, status=Budget.Status.DRAFT)
    for line in source.lines.all():
        copy_of(line, budget=budget)
    return budget


@transaction.atomic
def copy_budget_to_new_year(
    source: Budget, plan: OperationalPlan, *, fee: Decimal, population_date: date, comment: str = ""
) -> Budget:
    """Store a draft for a later year's plan: the same lines, but for the fee in kronor, and why it is so.

    The whole fee stands on the first line for fees, the others are left out; a source without one gets it
    first. What the source remarks on its own year is not copied. Raises BudgetExistsError.
    """
    _refuse_second_budget(plan)
    budget = copy_of(
        source,
        plan=plan,
        status=Budget.Status.DRAFT,
        population_date=population_date,
        reconciliation_comment=comment,
        note="",
    )
    for line in lines_of_new_year(source, fee):
        line.budget = budget
        line.save()
    return budget


def lines_of_new_year(source: Budget, fee: Decimal) -> list[BudgetLine]:
    """The lines that a later year's budget starts from, not stored yet; revenues first."""
    fee_lines = list(source.lines.filter(is_fee=True))
    side = BudgetLine.Side.REVENUE
    fee_line = (
        unsaved_copy(fee_lines[0], amount=fee)
        if fee_lines
        else BudgetLine(side=side, title=FEE_TITLE, amount=fee, is_fee=True)
    )
    others = [unsaved_copy(line) for line in source.lines.filter(is_fee=False).order_by("-side", "position")]
    return [fee_line, *others]


def _refuse_second_budget(plan: OperationalPlan) -> None:
    """Raise BudgetExistsError, having seen to it that nobody else makes a budget at the same time."""
    OperationalPlan.objects.select_for_update().get(pk=plan.pk)
    if Budget.objects.filter(plan=plan).exists():
        raise BudgetExistsError(str(plan))
