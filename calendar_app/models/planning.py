"""What the planning of a year must keep clear of, apart from public holidays."""

import datetime

from django.db import models
from django.db.models import F, Q

from sodertorn.tracking import Tracked


class NoGoPeriodQuerySet(models.QuerySet["NoGoPeriod"]):
    def in_year(self, year: int) -> "NoGoPeriodQuerySet":
        return self.filter(
            first_day__lte=datetime.date(year, 12, 31), last_day__gte=datetime.date(year, 1, 1)
        )


class NoGoPeriod(Tracked):
    """Days when no meeting should be held, such as a school break. Each municipality sets its own breaks."""

    first_day = models.DateField("första dag")
    last_day = models.DateField("sista dag")
    reason = models.CharField("skäl", max_length=150, help_text="Till exempel sportlov i Haninge och Tyresö.")

    objects = NoGoPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "period att undvika"
        verbose_name_plural = "perioder att undvika"
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="no_go_ends_after_it_starts",
                violation_error_message="Perioden kan inte sluta före sin första dag.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.first_day:%Y-%m-%d}–{self.last_day:%Y-%m-%d}"
