"""What-if calculations that staff have kept."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from budget.what_if import Assumption, DecidedTotal, NewRate, what_if_query
from sodertorn.money import MoneyField
from sodertorn.tracking import Tracked


class Scenario(Tracked):
    """A saved what-if: either a new rate from a day, or a total to share, and whose population."""

    name = models.CharField("namn", max_length=100, unique=True)
    year = models.PositiveSmallIntegerField("år")
    rate = MoneyField(
        "kronor per invånare och år", null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    changes_on = models.DateField("gäller från", null=True, blank=True)
    total = MoneyField(
        "belopp att fördela", null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    population_date = models.DateField("folkmängd per")
    note = models.TextField("anmärkning", blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="sparad av", null=True, editable=False
    )
    created_at = models.DateTimeField("sparad", auto_now_add=True)

    class Meta:
        verbose_name = "kalkyl"
        verbose_name_plural = "kalkyler"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__isnull=False, changes_on__isnull=False, total__isnull=True)
                | Q(rate__isnull=True, changes_on__isnull=True, total__isnull=False),
                name="scenario_rate_or_total",
                violation_error_message="Ange en avgift och från vilken dag, eller ett belopp att fördela.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The what-if page with the scenario's question."""
        return reverse("budget:what-if") + what_if_query(self.assumption, self.year, self.population_date)

    @property
    def assumption(self) -> Assumption:
        """What is asked: a new rate from a day, or a total."""
        if self.rate is not None and self.changes_on is not None:
            return NewRate(self.rate, self.changes_on)
        return DecidedTotal(int(self.total or 0))
