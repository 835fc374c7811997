"""What the plan's activities cost: the last step from decision by way of plan and activity to money."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from budget.models.budget import Budget, BudgetLine
from committee.models import Activity
from sodertorn.money import MoneyField, kronor
from sodertorn.publishing import Audience
from sodertorn.tracking import Tracked


class ActivityCostQuerySet(models.QuerySet["ActivityCost"]):
    def visible_to(self, audience: Audience) -> "ActivityCostQuerySet":
        """Costs of activities and in budgets that the audience may read."""
        return self.filter(
            activity__in=Activity.objects.visible_to(audience).order_by(),
            line__budget__in=Budget.objects.visible_to(audience).order_by(),
        )


class ActivityCost(Tracked):
    """The part of a budgeted cost that an activity is to use, in kronor."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="costs", verbose_name="aktivitet")
    line = models.ForeignKey(
        BudgetLine,
        models.CASCADE,
        related_name="activity_costs",
        verbose_name="budgetrad",
        limit_choices_to=Q(side=BudgetLine.Side.COST, budget__plan__working_copy_of=None),
        error_messages={"invalid": "Välj en kostnad i budgeten, inte i en arbetsversion."},
    )
    amount = MoneyField("belopp i kronor", validators=[MinValueValidator(Decimal(0))])
    note = models.CharField("anmärkning", max_length=250, blank=True)

    belongs_to = ("activity",)
    objects = ActivityCostQuerySet.as_manager()

    class Meta:
        verbose_name = "kostnad för aktivitet"
        verbose_name_plural = "kostnader för aktiviteter"
        ordering = ["activity", "line"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "line"],
                name="activity_cost_once_per_line",
                violation_error_message="Aktiviteten har redan ett belopp på den budgetraden.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="activity_cost_not_negative",
                violation_error_message="Beloppet kan inte vara negativt.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {kronor(self.amount)}"

    @property
    def is_shown_on_owner(self) -> bool:
        return not self.line.budget.is_draft

    def clean(self) -> None:
        """Refuse a budget of another year's plan than the activity's."""
        if self.activity_id and self.line_id:
            plan = self.activity.action_plan.plan
            if self.line.budget.plan != plan:
                raise ValidationError({"line": f"Välj en rad i budgeten för {plan.year}."})
