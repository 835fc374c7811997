"""How it looks: key figures ("nyckeltal"), their definition apart from what has been observed.

"En återkommande uppföljning av nyckeltalsarbetet genomförs och presenteras vartannat år." (section 6)
"""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from committee.models.organisation import Municipality
from sodertorn.publishing import Publishable, PublishableQuerySet
from sodertorn.tracking import Dated, Tracked


class IndicatorQuerySet(PublishableQuerySet["Indicator"]):
    """Indicators."""


class Indicator(Publishable, Dated):
    """What is measured, in which unit, by whom, and which way is better.

    The values are `IndicatorValue` rows, or for the number of inhabitants the portal's own `Population` rows:
    that figure is kept in one place only.
    """

    class Better(models.TextChoices):
        HIGHER = "higher", "Högre är bättre"
        LOWER = "lower", "Lägre är bättre"
        NEITHER = "neither", "Varken högre eller lägre är bättre"

    class Whole(models.TextChoices):
        """What the municipalities come to together, where that means something."""

        WEIGHTED_MEAN = "weighted_mean", "Medelvärde vägt efter invånare"
        SUM = "sum", "Summa"
        NONE = "none", "Inget gemensamt värde"

    name = models.CharField("namn", max_length=150, unique=True)
    slug = models.SlugField("adressdel", max_length=80, unique=True)
    area = models.CharField("område", max_length=100, help_text="Till exempel Invånare eller Utbildning.")
    definition = models.TextField("definition", help_text="Vad som mäts och hur.")
    unit = models.CharField(
        "enhet", max_length=50, help_text="Till exempel procent eller kronor per invånare."
    )
    decimals = models.PositiveSmallIntegerField(
        "decimaler", default=0, validators=[MaxValueValidator(4)], help_text="Hur många som visas."
    )
    better = models.CharField("vad som är bättre", max_length=10, choices=Better, default=Better.NEITHER)
    whole = models.CharField("för alla kommuner", max_length=15, choices=Whole, default=Whole.NONE)
    source = models.CharField("källa", max_length=250)
    source_url = models.URLField("källans webbadress", blank=True)
    kolada_id = models.CharField(
        "nummer i Kolada",
        max_length=6,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^[NU]\d{5}\Z", "Ett nyckeltal i Kolada skrivs som N01951.")],
        help_text="Till exempel N01951. Då kan värdena hämtas från Kolada.",
    )
    from_population = models.BooleanField(
        "värdena är folkmängden",
        default=False,
        help_text="Då visas kommunernas folkmängd den 31 december, och inga andra värden läggs in.",
    )
    position = models.PositiveSmallIntegerField("ordning", default=0)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = "nyckeltal"
        verbose_name_plural = "nyckeltal"
        ordering = ["area", "position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decimals__lte=4),
                name="indicator_shows_at_most_four_decimals",
                violation_error_message="Högst fyra decimaler kan visas.",
            ),
            models.UniqueConstraint(
                fields=["from_population"],
                condition=Q(from_population=True),
                name="indicator_one_from_population",
                violation_error_message="Ett annat nyckeltal visar redan folkmängden.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("committee:indicator-detail", args=[self.slug])

    def clean(self) -> None:
        # What is empty is no number in Kolada, and several may have none.
        self.kolada_id = self.kolada_id or None
        if self.from_population and self.pk and self.values.exists():
            raise ValidationError(
                {"from_population": "Nyckeltalet har egna värden. Ta bort dem först, så visas folkmängden."}
            )

    @property
    def lowest_first(self) -> bool:
        """Whether the lowest value comes first in a ranking."""
        return self.better == self.Better.LOWER


class IndicatorValue(Tracked):
    """What an indicator was in a municipality in a year, with the source of the figure.

    `value` is None when the source says that it has none, and `missing` what it says then.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="values", verbose_name="nyckeltal")
    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="indicator_values", verbose_name="kommun"
    )
    year = models.PositiveSmallIntegerField(
        "år", validators=[MinValueValidator(1968), MaxValueValidator(2100)]
    )
    value = models.DecimalField("värde", max_digits=16, decimal_places=4, null=True, blank=True)
    missing = models.CharField("varför värdet saknas", max_length=100, blank=True)
    source = models.CharField("källa", max_length=250, help_text="Varifrån värdet kommer.")

    belongs_to = ("indicator",)

    class Meta:
        verbose_name = "nyckeltalsvärde"
        verbose_name_plural = "nyckeltalsvärden"
        ordering = ["indicator", "-year", "municipality__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "municipality", "year"],
                name="indicator_value_once_a_year",
                violation_error_message="Kommunen har redan ett värde för det året.",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="indicator_value_has_source",
                violation_error_message="Ange varifrån värdet kommer.",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(missing=""),
                name="indicator_value_known_or_missing",
                violation_error_message="Ett värde som finns kan inte också saknas: töm det ena fältet.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}, {self.municipality} {self.year}"

    def clean(self) -> None:
        if self.indicator_id and self.indicator.from_population:
            raise ValidationError(
                {"indicator": "Det nyckeltalet visar folkmängden. Ändra den under Folkmängd i stället."}
            )


class IndicatorTarget(Tracked):
    """What an indicator is to have come to by a year, for one municipality or for all of them together."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets", verbose_name="nyckeltal")
    municipality = models.ForeignKey(
        Municipality,
        models.CASCADE,
        related_name="indicator_targets",
        verbose_name="kommun",
        null=True,
        blank=True,
        help_text="Lämna tomt om målet gäller alla kommuner tillsammans.",
    )
    year = models.PositiveSmallIntegerField(
        "år", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    value = models.DecimalField("mål", max_digits=16, decimal_places=4)
    source = models.CharField("beslutat i", max_length=250, help_text="Var målet är bestämt.")

    belongs_to = ("indicator",)

    class Meta:
        verbose_name = "mål för nyckeltal"
        verbose_name_plural = "mål för nyckeltal"
        ordering = ["indicator", "year", "municipality__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "municipality", "year"],
                condition=Q(municipality__isnull=False),
                name="indicator_target_once_for_a_municipality",
                violation_error_message="Kommunen har redan ett mål för det året.",
            ),
            models.UniqueConstraint(
                fields=["indicator", "year"],
                condition=Q(municipality__isnull=True),
                name="indicator_target_once_for_all",
                violation_error_message="Det finns redan ett gemensamt mål för det året.",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="indicator_target_has_source",
                violation_error_message="Ange var målet är bestämt.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: mål {self.year}"
