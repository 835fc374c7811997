"""How it went: what each budget line came to, and what it is expected to come to."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from budget.models.budget import BudgetLine
from sodertorn.money import MoneyField


class Outcome(models.Model):
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

    @property
    def deviation(self) -> Decimal:
        """Outcome less budget, in kronor. At an interim report it is of the whole year's budget."""
        return self.amount - self.line.amount

    @property
    def deviation_percent(self) -> Decimal | None:
        """The deviation in per cent of the budget; None when nothing was budgeted."""
        return self.deviation * 100 / self.line.amount if self.line.amount else None

    def clean(self) -> None:
        """Demand a comment when a full-year figure departs from the budget by more than its threshold."""
        if not self.line_id or self.amount is None or self.comment.strip():
            return
        if self.report == self.Report.INTERIM:
            return
        threshold = self.line.budget.deviation_threshold
        percent = self.deviation_percent
        if self.deviation and (percent is None or abs(percent) > threshold):
            raise ValidationError(
                {"comment": f"Skriv en kommentar: beloppet avviker mer än {threshold} procent från budgeten."}
            )
