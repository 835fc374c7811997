"""How it went: what each budget line came to, and what it is expected to come to."""

from decimal import Decimal
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from budget.balance import Deviation, elapsed_share
from budget.models.budget import BudgetLine
from sodertorn.dates import date_text
from sodertorn.money import MoneyField, round_half_up
from sodertorn.tracking import Tracked


class Outcome(Tracked):
    """The amount of a budget line, in kronor, as a report gives it."""

    class Report(models.TextChoices):
        INTERIM = "interim", "Delårsrapport"
        FORECAST = "forecast", "Prognos för helåret"
        ANNUAL = "annual", "Bokslut"

    line = models.ForeignKey(BudgetLine, models.CASCADE, related_name="outcomes", verbose_name="budgetrad")
    report = models.CharField("rapport", max_length=10, choices=Report)
    as_of = models.DateField("till och med", help_text="Sista dagen som beloppet omfattar.")
    amount = MoneyField("belopp i kronor", validators=[MinValueValidator(Decimal(0))])
    comment = models.TextField("kommentar", blank=True, help_text="Krävs när beloppet avviker mycket.")

    belongs_to = ("line",)

    class Meta:
        verbose_name = "utfall"
        verbose_name_plural = "utfall"
        ordering = ["line__budget", "as_of", "line__side", "line__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "report"],
                name="outcome_once_per_report",
                violation_error_message="Raden har redan ett utfall i den rapporten.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="outcome_not_negative",
                violation_error_message="Beloppet kan inte vara negativt.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}, {self.get_report_display().lower()}"

    def clean(self) -> None:
        """Demand the report's own date, and a comment where the amount departs too much from the budget."""
        if not self.line_id or self.amount is None or self.as_of is None:
            return
        budget = self.line.budget
        if budget.plan.working_copy_of_id:
            raise ValidationError({"line": "Välj raden i den beslutade budgeten, inte i arbetsversionen."})
        if self.as_of.year != budget.plan.year:
            raise ValidationError({"as_of": f"Dagen ska vara i budgetens år, {budget.plan.year}."})
        other = Outcome.objects.filter(line__budget=budget, report=self.report).exclude(pk=self.pk)
        stated = other.exclude(line=self.line).values_list("as_of", flat=True).first()
        if stated not in (None, self.as_of):
            label = self.get_report_display()
            raise ValidationError({"as_of": f"{label} har redan beloppen till och med {date_text(stated)}."})
        threshold = budget.deviation_threshold
        if self.against_budget.exceeds(threshold) and not self.comment.strip():
            raise ValidationError(
                {"comment": f"Skriv en kommentar: beloppet avviker mer än {threshold} procent från budgeten."}
            )

    @property
    def against_budget(self) -> Deviation:
        """The amount against the year's budget; in an interim report against the part of it that has gone."""
        is_interim = self.report == self.Report.INTERIM
        share = elapsed_share(self.as_of) if is_interim else Fraction(1)
        return Deviation(share * Fraction(self.line.amount), self.amount)

    @property
    def deviation(self) -> Decimal:
        """Amount less what was budgeted for its time, in kronor and öre."""
        return round_half_up(self.against_budget.kronor, 2)
