"""What a year costs and the rates that pay for it (section 8 of the plan). All amounts are in kronor."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from budget.balance import Balance, Reconciliation, reconcile
from budget.fees import Proration, Rate, RateMissingError
from budget.publication import publication_obstacles
from committee.models import Municipality, OperationalPlan, Population
from sodertorn.copied_rows import Copied
from sodertorn.money import MoneyField, kronor
from sodertorn.publishing import Audience
from sodertorn.tracking import Dated, Tracked


class FeeRateQuerySet(models.QuerySet["FeeRate"]):
    def decided(self) -> "FeeRateQuerySet":
        """The rates that apply: those of no particular budget, and those of budgets that anyone may read."""
        return self.filter(Q(proposed_in__isnull=True) | Q(proposed_in__in=Budget.objects.public()))

    def visible_to(self, audience: Audience) -> "FeeRateQuerySet":
        """The decided rates, and those proposed by budgets that the audience may read."""
        of_drafts = Q(proposed_in__in=Budget.objects.visible_to(audience))
        return self.filter(Q(pk__in=FeeRate.objects.decided()) | of_drafts)

    def known_to(self, budget: "Budget") -> "FeeRateQuerySet":
        """The rates that a budget reckons with: the decided ones and those that it proposes itself."""
        return self.filter(Q(pk__in=FeeRate.objects.decided()) | Q(proposed_in=budget.pk))

    def as_rates(self) -> list[Rate]:
        """The rates as the rules for the fee reckon with them."""
        return [Rate(rate.valid_from, rate.amount_per_inhabitant) for rate in self]


class FeeRate(Tracked):
    """The yearly fee per inhabitant from a date until the next rate takes over."""

    valid_from = models.DateField(
        "gäller från", unique=True, error_messages={"unique": "Det finns redan en avgift från det datumet."}
    )
    amount_per_inhabitant = MoneyField(
        "kronor per invånare och år", validators=[MinValueValidator(Decimal(0))]
    )
    note = models.CharField("anmärkning", max_length=250, blank=True)
    proposed_in = models.ForeignKey(
        "Budget",
        models.CASCADE,
        related_name="proposed_rates",
        verbose_name="föreslås i",
        null=True,
        blank=True,
        help_text="En föreslagen avgift gäller först när budgeten är publicerad och dess plan beslutad.",
    )

    objects = FeeRateQuerySet.as_manager()

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
        return f"{kronor(self.amount_per_inhabitant)} från {self.valid_from:%Y-%m-%d}"


class BudgetQuerySet(models.QuerySet["Budget"]):
    def public(self) -> "BudgetQuerySet":
        """Budgets that anyone may read: the published ones of adopted plans."""
        return self.filter(status=Budget.Status.PUBLISHED, plan__status=OperationalPlan.Status.ADOPTED)

    def original(self) -> "BudgetQuerySet":
        """One budget for each year: all but those of plans' working copies."""
        return self.filter(plan__working_copy_of=None)

    def visible_to(self, audience: Audience) -> "BudgetQuerySet":
        """Budgets that the audience may read, never two of a year: a working copy's comes first."""
        if audience.sees_drafts:
            return self.filter(plan__in=OperationalPlan.objects.visible_to(audience))
        public = Q(status=Budget.Status.PUBLISHED, plan__status=OperationalPlan.Status.ADOPTED)
        replaced = audience.previewed(OperationalPlan, "plan__working_copy")
        replaced |= audience.previewed(Budget, "plan__working_copy__budget")
        previewed = audience.previewed(OperationalPlan, "plan") | audience.previewed(Budget)
        return self.filter(public & ~replaced | previewed)

    def with_totals(self) -> "BudgetQuerySet":
        """Annotate `revenue` and `cost`, the sums of each side's lines in kronor."""
        return self.annotate(
            **{
                side.value: Sum("lines__amount", filter=Q(lines__side=side), default=Decimal(0))
                for side in BudgetLine.Side
            }
        )


class Budget(Copied, Dated):
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

    lines_checked_together = False
    """Set on a budget whose lines are about to be written together with it or with each other.

    Then neither the budget nor a single line is checked against what is stored by now: whoever sets it asks
    `refuse_obstacles` for the lines as they will be, as `budget.forms.LineFormSet` does.
    """

    kept_when_restored = ("status",)
    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = "budget"
        verbose_name_plural = "budgetar"
        ordering = ["-plan__year"]

    def __str__(self) -> str:
        return f"Budget {self.plan.year}{', arbetsversion' if self.plan.working_copy_of_id else ''}"

    @property
    def is_draft(self) -> bool:
        """Whether visitors don't see it: a published budget waits for its plan to be adopted."""
        return self.status == self.Status.DRAFT or self.plan.is_draft

    def get_absolute_url(self) -> str:
        return reverse("budget:budget-detail", args=[self.plan.year]) + self.plan.version_query

    def clean(self) -> None:
        """Refuse to publish what must not be published, with the reasons in figures."""
        if not self.lines_checked_together and self.plan_id:
            self.refuse_obstacles(self.lines.all() if self.pk else [])

    def refuse_obstacles(self, lines: "Iterable[BudgetLine]") -> None:
        """Raise ValidationError if the budget is published and these lines, all it has, must not be."""
        obstacles = self.publication_obstacles(lines) if self.status == self.Status.PUBLISHED else []
        if obstacles:
            raise ValidationError(["Budgeten kan inte vara publicerad.", *obstacles])

    def publication_obstacles(self, lines: "Iterable[BudgetLine]") -> list[str]:
        """Why the budget can't be published with these lines, in Swedish; empty when it can."""
        lines = list(lines)
        return publication_obstacles(
            balance_of(lines),
            number_of_lines=len(lines),
            reconciliation=self._reconciliation(lines),
            comment=self.reconciliation_comment,
        )

    def reconciliation_of(
        self, budgeted: Decimal, rates: Iterable[Rate], inhabitants: int | None
    ) -> Reconciliation | None:
        """The `budgeted` fees against the rule for `inhabitants`, or for as many as the plan states.

        None when neither is known or no fees are budgeted. Raises RateMissingError.
        """
        base = self.plan.stated_inhabitants or inhabitants
        if not base or not budgeted:
            return None
        return reconcile(base, rates, self.plan.year, Proration(self.proration), budgeted)

    def _reconciliation(self, lines: "Iterable[BudgetLine]") -> Reconciliation | None:
        """As `reconciliation_of`, by what is stored; None without a rate for the whole year too."""
        populations = Population.objects.on(self.population_date) if self.population_date else None
        is_complete = populations is not None and len(populations) == Municipality.objects.count()
        inhabitants = populations.total() if populations is not None and is_complete else None
        try:
            return self.reconciliation_of(
                fees_in(lines), FeeRate.objects.known_to(self).as_rates(), inhabitants
            )
        except RateMissingError:
            return None


class BudgetLine(Copied, Tracked):
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

    belongs_to = ("budget",)

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

    def clean(self) -> None:
        """Refuse a line with which its published budget could not be published."""
        try:
            self.clean_fields()
        except ValidationError:
            return  # refused by its fields already
        if self.budget.lines_checked_together:
            return
        self.budget.refuse_obstacles([*self.budget.lines.exclude(pk=self.pk), self])
        moved = BudgetLine.objects.filter(pk=self.pk).exclude(budget=self.budget_id).first()
        if moved and deletion_obstacles([moved]):
            raise ValidationError({"budget": f"{moved.budget} är publicerad och kan inte bli av med raden."})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the line. Raises ValidationError if its published budget can't do without it."""
        if not self.budget.lines_checked_together and (obstacles := deletion_obstacles([self])):
            raise ValidationError(obstacles)
        return super().delete(*args, **kwargs)


def deletion_obstacles(lines: Iterable[BudgetLine]) -> list[str]:
    """Why published budgets can't do without these lines, in Swedish; empty when they can, or are drafts."""
    by_budget: dict[Budget, list[BudgetLine]] = {}
    for line in lines:
        by_budget.setdefault(line.budget, []).append(line)
    return [
        f"{budget} är publicerad. {obstacle}"
        for budget, gone in by_budget.items()
        if budget.status == Budget.Status.PUBLISHED
        for obstacle in budget.publication_obstacles(budget.lines.exclude(pk__in=[line.pk for line in gone]))
    ]


def fees_in(lines: Iterable[BudgetLine]) -> Decimal:
    """What a budget's lines say that the municipalities pay, in kronor."""
    return sum((line.amount for line in lines if line.is_fee), Decimal(0))


def balance_of(lines: Iterable[BudgetLine]) -> Balance:
    """The sums of both sides, in kronor."""
    sums = {side: Decimal(0) for side in BudgetLine.Side.values}
    for line in lines:
        sums[line.side] += line.amount
    return Balance(sums[BudgetLine.Side.REVENUE], sums[BudgetLine.Side.COST])
