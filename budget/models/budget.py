"""What a year costs and the rates that pay for it (section 8 of the plan). All amounts are in kronor."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from budget.fees import Proration
from committee.models import OperationalPlan
from sodertorn.money import MoneyField


class FeeRate(models.Model):
    """The yearly fee per inhabitant from a date until the next rate takes over."""

    valid_from = models.DateField(
        "gäller från", unique=True, error_messages={"unique": "Det finns redan en avgift från det datumet."}
    )
    amount_per_inhabitant = MoneyField(
        "kronor per invånare och år", validators=[MinValueValidator(Decimal(0))]
    )
    note = models.CharField("anmärkning", max_length=250, blank=True)

    class Meta:
        verbose_name = "avgift per invånare"
        verbose_name_plural = "avgifter per invånare"
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_per_inhabitant__gte=0),
                name="fee_rate_not_negative",
                violation_error_message="Avgiften kan inte vara negativ.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_per_inhabitant} kr från {self.valid_from:%Y-%m-%d}"


class BudgetQuerySet(models.QuerySet["Budget"]):
    def public(self) -> "BudgetQuerySet":
        """Budgets that anyone may read: the published ones of adopted plans."""
        return self.filter(status=Budget.Status.PUBLISHED, plan__status=OperationalPlan.Status.ADOPTED)

    def with_totals(self) -> "BudgetQuerySet":
        """Annotate `revenue` and `cost`, the sums of each side's lines in kronor."""
        return self.annotate(
            **{
                side.value: Sum("lines__amount", filter=Q(lines__side=side), default=Decimal(0))
                for side in BudgetLine.Side
            }
        )


class Budget(models.Model):
    """The budget of a plan, and how its fee is to be worked out."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Utkast"
        PUBLISHED = "published", "Publicerad"

    class ProrationChoice(models.TextChoices):
        """How a rate that changes during the year is weighted."""

        MONTHS = Proration.MONTHS.value, "Hela månader"
        DAYS = Proration.DAYS.value, "Dagar"

    plan = models.OneToOneField(
        OperationalPlan, models.CASCADE, related_name="budget", verbose_name="verksamhetsplan"
    )
    status = models.CharField("status", max_length=10, choices=Status, default=Status.DRAFT)
    proration = models.CharField(
        "avgiften vägs efter", max_length=10, choices=ProrationChoice, default=ProrationChoice.MONTHS
    )
    population_date = models.DateField(
        "folkmängd per",
        null=True,
        blank=True,
        help_text="Vilket datums folkmängd som fördelas mellan kommunerna. Dokumentet för 2017 anger inget.",
    )
    reconciliation_comment = models.TextField(
        "kommentar till avstämningen",
        blank=True,
        help_text="Varför budgeten skiljer sig från avgiften gånger invånarna. Visas på budgetens sida.",
    )
    deviation_threshold = models.PositiveSmallIntegerField(
        "kommentar krävs vid avvikelse över (procent)",
        default=10,
        help_text="Ett utfall som avviker mer än så från budgeten måste ha en kommentar.",
    )
    note = models.TextField("anmärkning", blank=True, help_text="Visas på budgetens sida.")

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = "budget"
        verbose_name_plural = "budgetar"
        ordering = ["-plan__year"]

    def __str__(self) -> str:
        return f"Budget {self.plan.year}"

    def get_absolute_url(self) -> str:
        return reverse("budget:budget-detail", args=[self.plan.year])


class BudgetLine(models.Model):
    """A revenue or a cost. Sums are computed, never stored."""

    class Side(models.TextChoices):
        REVENUE = "revenue", "Intäkt"
        COST = "cost", "Kostnad"

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="lines", verbose_name="budget")
    side = models.CharField("sida", max_length=10, choices=Side)
    title = models.CharField("benämning", max_length=150)
    amount = MoneyField("belopp i kronor", validators=[MinValueValidator(Decimal(0))])
    is_fee = models.BooleanField(
        "avgifter från kommunerna", default=False, help_text="Raden jämförs med avgift gånger invånare."
    )
    position = models.PositiveSmallIntegerField("ordning", default=0)

    class Meta:
        verbose_name = "budgetrad"
        verbose_name_plural = "budgetrader"
        ordering = ["budget", "side", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=["revenue", "cost"]),
                name="budget_line_on_one_side",
                violation_error_message="Välj om raden är en intäkt eller en kostnad.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="budget_line_not_negative",
                violation_error_message="Beloppet kan inte vara negativt.",
            ),
            models.CheckConstraint(
                condition=Q(is_fee=False) | Q(side="revenue"),
                name="budget_fee_is_revenue",
                violation_error_message="Avgifter från kommunerna är en intäkt.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
