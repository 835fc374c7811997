from budget.models.activity_cost import ActivityCost
from budget.models.budget import (
    Budget,
    BudgetLine,
    BudgetQuerySet,
    FeeRate,
    balance_of,
    deletion_obstacles,
    fees_in,
)
from budget.models.invoicing import FeeNotice, FrozenError, NumberSeries
from budget.models.outcome import Outcome
from budget.models.scenario import Scenario

__all__ = [
    "ActivityCost",
    "Budget",
    "BudgetLine",
    "BudgetQuerySet",
    "FeeNotice",
    "FeeRate",
    "FrozenError",
    "NumberSeries",
    "Outcome",
    "Scenario",
    "balance_of",
    "deletion_obstacles",
    "fees_in",
]
