"""A budget copied into another plan: into a working copy as it is, or into next year with that year's fee.

The copy is always a draft, and remembers what it was copied from (`origin`). Rates that the source proposes
stay with it, and so do its outcomes and notices. A plan has one budget: copying twice makes no doubles.
"""

from decimal import Decimal

from django.db import transaction

from budget.models import Budget, BudgetLine
from committee.models import OperationalPlan
from sodertorn.copied_rows import copy_of

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
def copy_budget_to_new_year(source: Budget, plan: OperationalPlan, *, fee: Decimal) -> Budget:
    """Store a draft for next year's plan: the same lines, but for the fee in kronor.

    The whole fee stands on the first line for fees, the others are left out; a source without one gets it
    first. What the source says of its own year, comments and the population's date, is left empty. Raises
    BudgetExistsError.
    """
    _refuse_second_budget(plan)
    left_empty = {"population_date": None, "reconciliation_comment": "", "note": ""}
    budget = copy_of(source, plan=plan, status=Budget.Status.DRAFT, **left_empty)
    fee_line, *_ = [*source.lines.filter(is_fee=True), None]
    if fee_line:
        copy_of(fee_line, budget=budget, amount=fee)
    else:
        side = BudgetLine.Side.REVENUE
        BudgetLine.objects.create(budget=budget, side=side, title=FEE_TITLE, amount=fee, is_fee=True)
    for line in source.lines.filter(is_fee=False):
        copy_of(line, budget=budget)
    return budget


def _refuse_second_budget(plan: OperationalPlan) -> None:
    """Raise BudgetExistsError, having seen to it that nobody else makes a budget at the same time."""
    OperationalPlan.objects.select_for_update().get(pk=plan.pk)
    if Budget.objects.filter(plan=plan).exists():
        raise BudgetExistsError(str(plan))
