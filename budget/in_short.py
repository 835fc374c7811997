"""What the newest budget comes to, for who reads no more of it."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q, Sum

from budget.fees import Proration, RateMissingError, average_rate, rate_periods
from budget.models import Budget, BudgetLine, FeeRate
from committee.models import OperationalPlan
from sodertorn.money import round_half_up


@dataclass(frozen=True)
class BudgetInShort:
    """A budget's cost in kronor, and its year's fee in kronor per inhabitant, or None if there is no rate."""

    budget: Budget
    cost: Decimal
    rate: Fraction | None


def newest_in_short() -> tuple[OperationalPlan | None, BudgetInShort | None]:
    """The newest plan and the newest budget that anyone may read, mostly of the same year, by two queries."""
    plans, budgets = OperationalPlan.objects.public(), Budget.objects.public()
    cost = Sum(
        "budget__lines__amount", filter=Q(budget__lines__side=BudgetLine.Side.COST), default=Decimal(0)
    )
    newest = list(
        plans.filter(Q(pk__in=plans.values("pk")[:1]) | Q(pk__in=budgets.values("plan")[:1]))
        .select_related("budget")
        .annotate(cost=cost)
        .order_by("-year")
    )
    plan = next(iter(newest), None)
    with_budget = next((each for each in newest if _has_published_budget(each)), None)
    if with_budget is None:
        return plan, None
    budget: Budget = with_budget.budget
    # SQLite adds in floats, so öre are rounded here.
    return plan, BudgetInShort(budget, round_half_up(with_budget.cost, 2), _rate(budget))


def _has_published_budget(plan: OperationalPlan) -> bool:
    budget: Budget | None = getattr(plan, "budget", None)
    return budget is not None and budget.status == Budget.Status.PUBLISHED


def _rate(budget: Budget) -> Fraction | None:
    rates = FeeRate.objects.known_to(budget).as_rates()
    try:
        return average_rate(rate_periods(rates, budget.plan.year, Proration(budget.proration)))
    except RateMissingError:
        return None
