"""The basis for invoicing the fee ("underlag för avgift"): frozen once issued, credited instead of edited."""

import datetime
from collections.abc import Iterable
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from budget.models.budget import Budget
from committee.models import Municipality


class FrozenError(ValidationError):
    """Somebody tried to change or delete what has been issued."""

    def __init__(self) -> None:
        super().__init__("Ett utfärdat underlag kan inte ändras. Kreditera det och utfärda ett nytt.")


class NumberSeries(models.Model):
    """The last number given out. Its row is locked meanwhile, so there are no gaps or doubles."""

    name = models.CharField("serie", max_length=30, unique=True)
    last_number = models.PositiveIntegerField("senaste nummer", default=0)

    class Meta:
        verbose_name = "nummerserie"
        verbose_name_plural = "nummerserier"
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.last_number}"


class FeeNoticeQuerySet(models.QuerySet["FeeNotice"]):
    """What is issued stays as it is: no changes by the handful either."""

    def valid(self) -> "FeeNoticeQuerySet":
        """Notices that are neither credits nor credited: what the municipalities are to pay."""
        return self.filter(credits=None, credited_by=None)

    def overlapping(self, first_day: datetime.date, last_day: datetime.date) -> "FeeNoticeQuerySet":
        """Notices whose period has any of the days, the first and the last included."""
        return self.filter(first_day__lte=last_day, last_day__gte=first_day)

    def issued_with(self, notice: "FeeNotice") -> "FeeNoticeQuerySet":
        """Those that were issued in one go with the notice, itself included, by number."""
        return self.filter(budget=notice.budget_id, issued_at=notice.issued_at).order_by("number")

    def with_relations(self) -> "FeeNoticeQuerySet":
        """Everything that a page or a file says of a notice, without further queries."""
        return self.select_related("budget__plan", "municipality", "credits", "credited_by", "issued_by")

    def update(self, **kwargs: Any) -> NoReturn:
        """Never. Raises `FrozenError`."""
        raise FrozenError

    def delete(self) -> NoReturn:
        """Never. Raises `FrozenError`."""
        raise FrozenError

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never. Raises `FrozenError`."""
        raise FrozenError

    def bulk_create(self, objs: Iterable["FeeNotice"], *args: Any, **kwargs: Any) -> NoReturn:
        """Never: notices are saved one by one, each with its number. Raises `FrozenError`."""
        raise FrozenError


class FeeNotice(models.Model):
    """One municipality's fee for a period, with all it was worked out from as it stood that day.

    A credit has a negative `amount` and points to the notice it takes back.
    """

    number = models.PositiveIntegerField("nummer", unique=True, editable=False)
    budget = models.ForeignKey(
        Budget, models.PROTECT, related_name="fee_notices", verbose_name="budget", editable=False
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="fee_notices", verbose_name="kommun", editable=False
    )
    first_day = models.DateField("från och med", editable=False)
    last_day = models.DateField("till och med", editable=False)
    amount = models.IntegerField("belopp i hela kronor", editable=False)
    rate = models.CharField(
        "avgift per invånare för perioden",
        max_length=30,
        editable=False,
        help_text="Exakt, i kronor: ett bråk som 17/6.",
    )
    derivation = models.CharField("så är avgiften uträknad", max_length=500, editable=False)
    inhabitants = models.PositiveIntegerField("invånare", editable=False)
    population_date = models.DateField("folkmängd per", editable=False)
    population_source = models.CharField("källa till folkmängden", max_length=250, editable=False)
    credits = models.OneToOneField(
        "self",
        models.PROTECT,
        related_name="credited_by",
        verbose_name="krediterar",
        null=True,
        blank=True,
        editable=False,
    )
    reason = models.CharField("skäl till krediteringen", max_length=250, blank=True, editable=False)
    issued_at = models.DateTimeField("utfärdat", editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="utfärdat av", null=True, editable=False
    )

    objects = FeeNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "underlag för avgift"
        verbose_name_plural = "underlag för avgift"
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="fee_notice_ends_after_it_starts",
                violation_error_message="Perioden kan inte sluta före sin första dag.",
            ),
            models.CheckConstraint(
                condition=Q(credits__isnull=True, amount__gte=0) | Q(credits__isnull=False, amount__lte=0),
                name="fee_notice_credit_is_negative",
                violation_error_message="Ett kreditunderlag har ett negativt belopp.",
            ),
            models.CheckConstraint(
                condition=Q(credits__isnull=True) | ~Q(reason=""),
                name="fee_notice_credit_has_reason",
                violation_error_message="Skriv varför underlaget krediteras.",
            ),
        ]

    def __str__(self) -> str:
        return f"{'Kreditunderlag' if self.credits_id else 'Underlag'} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a new notice; refuse to change one. Raises `FrozenError`."""
        if not self._state.adding:
            raise FrozenError
        # Without it, a new object with an old primary key would be written over the old row.
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("budget:fee-notice", args=[self.number])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never. Raises `FrozenError`."""
        raise FrozenError

    @property
    def credit(self) -> "FeeNotice | None":
        """The notice that takes this one back, if any."""
        return getattr(self, "credited_by", None)
