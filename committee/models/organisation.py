"""Who we are: the municipalities, their inhabitants, and the bodies they meet in."""

import datetime
from typing import Any, cast

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Count, F, FilteredRelation, OuterRef, Q, Subquery, Value
from django.urls import reverse

from sodertorn.dates import time_span
from sodertorn.tracking import Dated, Tracked


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def with_latest_population(self) -> "MunicipalityQuerySet":
        """Annotate `inhabitants` and `population_date` from the newest known population."""
        newest = Population.objects.filter(municipality=OuterRef("pk")).order_by("-reference_date")
        return self.annotate(
            inhabitants=Subquery(newest.values("inhabitants")[:1]),
            population_date=Subquery(newest.values("reference_date")[:1]),
        )

    def with_common_population(self) -> "MunicipalityQuerySet":
        """Annotate `inhabitants` and `population_date` of the newest day that every municipality has a figure
        for; None when there is no such day.
        """
        newest = Population.objects.complete().values("reference_date")[:1]
        of_day = Population.objects.filter(municipality=OuterRef("pk"), reference_date=Subquery(newest))
        return self.annotate(
            inhabitants=Subquery(of_day.values("inhabitants")), population_date=Subquery(newest)
        )

    def with_populations_on(
        self, day: datetime.date | None
    ) -> tuple[list["Municipality"], list["Population"]]:
        """The municipalities, and the populations that they have on the day, by one query."""
        of_day = FilteredRelation("populations", condition=Q(populations__reference_date=day))
        rows: list[Any] = list(
            self.annotate(of_day=of_day).annotate(
                of_day_pk=F("of_day"),
                of_day_inhabitants=F("of_day__inhabitants"),
                of_day_source=F("of_day__source"),
            )
        )
        return rows, [
            Population(
                pk=row.of_day_pk,
                municipality=row,
                reference_date=day,
                inhabitants=row.of_day_inhabitants,
                source=row.of_day_source,
            )
            for row in rows
            if day and row.of_day_pk is not None
        ]


class Municipality(Dated):
    """One of the municipalities that cooperate, with Statistics Sweden's code (four digits)."""

    code = models.CharField(
        "kommunkod",
        max_length=4,
        unique=True,
        validators=[RegexValidator(r"^\d{4}\Z", "Kommunkoden är fyra siffror, till exempel 0126.")],
        help_text="SCB:s kommunkod, fyra siffror med inledande nolla.",
    )
    name = models.CharField("namn", max_length=50, unique=True)
    formal_name = models.CharField("formellt namn", max_length=60, help_text="Till exempel Nykvarns kommun.")
    slug = models.SlugField("adressdel", unique=True)
    website = models.URLField("webbplats")
    position = models.PositiveSmallIntegerField("ordning", default=0)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = "kommun"
        verbose_name_plural = "kommuner"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("committee:municipality-detail", args=[self.slug])


PERTURBED_FROM = datetime.date(2025, 1, 1)
"""From here Statistics Sweden perturbs its figures (cell key method): our sums may differ from theirs."""


class PopulationQuerySet(models.QuerySet["Population"]):
    def on(self, reference_date: datetime.date) -> "PopulationQuerySet":
        return self.filter(reference_date=reference_date)

    def total(self) -> int:
        """The sum of the inhabitants."""
        return self.aggregate(total=models.Sum("inhabitants", default=0))["total"]

    def complete(self) -> models.QuerySet["Population", dict[str, Any]]:
        """Each `reference_date` for which every municipality has a figure, newest first."""
        municipalities = Municipality.objects.order_by().values(all=Value(1)).annotate(number=Count("pk"))
        figures = self.order_by("-reference_date").values("reference_date").annotate(figures=Count("pk"))
        return figures.filter(figures=Subquery(municipalities.values("number")))

    def complete_dates(self) -> list[datetime.date]:
        """Reference dates, newest first, for which every municipality has a figure."""
        return [row["reference_date"] for row in self.complete()]


class Population(Tracked):
    """Inhabitants of a municipality on a reference date, always with the source of the figure."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="populations", verbose_name="kommun"
    )
    reference_date = models.DateField("avser datum", help_text="Oftast den 31 december.")
    inhabitants = models.PositiveIntegerField("antal invånare", validators=[MinValueValidator(1)])
    source = models.CharField("källa", max_length=250, help_text="Varifrån siffran kommer.")

    belongs_to = ("municipality",)
    objects = PopulationQuerySet.as_manager()

    class Meta:
        verbose_name = "folkmängd"
        verbose_name_plural = "folkmängd"
        ordering = ["-reference_date", "municipality__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "reference_date"],
                name="population_once_per_date",
                violation_error_message="Kommunen har redan en folkmängd för det datumet.",
            ),
            models.CheckConstraint(
                condition=Q(inhabitants__gt=0),
                name="population_positive",
                violation_error_message="Antalet invånare måste vara större än noll.",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="population_has_source",
                violation_error_message="Ange varifrån siffran kommer.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality} {self.reference_date:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return self.municipality.get_absolute_url()


class Body(Dated):
    """A group that meets or works in the municipalities' name (section 6 of the plan).

    What the adopted plan says about the body stands in the plan's own section (`PlanSection.about_body`);
    here are only the facts that rules and lists need.
    """

    class Kind(models.TextChoices):
        COMMITTEE = "committee", "Samarbetskommitté"
        MANAGEMENT_GROUP = "management_group", "Ledningsgrupp"
        SECRETARIAT = "secretariat", "Sekretariat"
        CONFERENCE = "conference", "Konferens"
        CONSULTATION = "consultation", "Rådslag"
        KEY_FIGURES = "key_figures", "Nyckeltalsarbete"
        NETWORK = "network", "Nätverk"

    class Weekday(models.IntegerChoices):
        """ISO 8601 weekday numbers."""

        MONDAY = 1, "måndag"
        TUESDAY = 2, "tisdag"
        WEDNESDAY = 3, "onsdag"
        THURSDAY = 4, "torsdag"
        FRIDAY = 5, "fredag"
        SATURDAY = 6, "lördag"
        SUNDAY = 7, "söndag"

    kind = models.CharField("slag", max_length=20, choices=Kind)
    name = models.CharField("namn", max_length=100, unique=True)
    short_name = models.CharField("kort namn", max_length=50, help_text="Används i kalender och listor.")
    slug = models.SlugField("adressdel", unique=True)
    purpose = models.CharField("uppgift", max_length=300, help_text="En mening som visas i listor.")
    min_meetings_per_year = models.PositiveSmallIntegerField(
        "minsta antal möten per år", null=True, blank=True
    )
    usual_weekday = models.PositiveSmallIntegerField(
        "vanlig veckodag", choices=Weekday, null=True, blank=True
    )
    usual_start = models.TimeField("vanlig starttid", null=True, blank=True)
    usual_end = models.TimeField("vanlig sluttid", null=True, blank=True)
    located_at = models.ForeignKey(
        Municipality,
        models.PROTECT,
        related_name="located_bodies",
        verbose_name="placerad hos",
        null=True,
        blank=True,
    )
    prepares = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="prepared_by",
        verbose_name="förbereder möten i",
        null=True,
        blank=True,
    )
    email = models.EmailField("e-post", blank=True)
    phone = models.CharField("telefon", max_length=30, blank=True)
    position = models.PositiveSmallIntegerField("ordning", default=0)

    class Meta:
        verbose_name = "organ"
        verbose_name_plural = "organ"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(usual_weekday__isnull=True) | Q(usual_weekday__range=(1, 7)),
                name="body_weekday_exists",
                violation_error_message="Veckodagen måste vara måndag till söndag.",
            ),
            models.CheckConstraint(
                condition=Q(usual_end__isnull=True)
                | Q(usual_start__isnull=False, usual_end__gt=F("usual_start")),
                name="body_usual_end_after_start",
                violation_error_message="Den vanliga sluttiden måste vara senare än starttiden.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("committee:body-detail", args=[self.slug])

    @property
    def usual_hours(self) -> str:
        """As in "kl. 12.00–15.00"; empty when there are none."""
        return time_span(self.usual_start, self.usual_end)


class PartnerOrganisation(Tracked):
    """An organisation outside the municipalities that takes part, or that we act in together."""

    class Kind(models.TextChoices):
        HIGHER_EDUCATION = "higher_education", "Högskola"
        BUSINESS = "business", "Näringslivsorganisation"
        REGIONAL = "regional", "Regionalt organ"

    kind = models.CharField("slag", max_length=20, choices=Kind)
    name = models.CharField("namn", max_length=100, unique=True)
    slug = models.SlugField("adressdel", unique=True)
    note = models.CharField("anmärkning", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField("ordning", default=0)

    class Meta:
        verbose_name = "samverkanspart"
        verbose_name_plural = "samverkansparter"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Seat(Tracked):
    """A place in a body, held by office rather than by person: the name is optional and may change."""

    class Participation(models.TextChoices):
        MEMBER = "member", "Ingår"
        ATTENDS = "attends", "Deltar vid mötena"

    body = models.ForeignKey(Body, models.CASCADE, related_name="seats", verbose_name="organ")
    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="seats", verbose_name="kommun", null=True, blank=True
    )
    partner = models.ForeignKey(
        PartnerOrganisation,
        models.CASCADE,
        related_name="seats",
        verbose_name="samverkanspart",
        null=True,
        blank=True,
    )
    role = models.CharField("roll", max_length=100, help_text="Till exempel kommunstyrelsens ordförande.")
    participation = models.CharField(
        "deltagande", max_length=10, choices=Participation, default=Participation.MEMBER
    )
    person_name = models.CharField("namn på den som innehar platsen", max_length=100, blank=True)
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("body",)

    class Meta:
        verbose_name = "plats"
        verbose_name_plural = "platser i organ"
        ordering = ["body__position", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(municipality__isnull=True, partner__isnull=False)
                | Q(municipality__isnull=False, partner__isnull=True),
                name="seat_for_one_organisation",
                violation_error_message="En plats hör till antingen en kommun eller en samverkanspart.",
            ),
            models.UniqueConstraint(
                fields=["body", "municipality", "role"],
                name="seat_once_per_role",
                violation_error_message="Kommunen har redan en sådan plats i organet.",
            ),
            models.UniqueConstraint(
                fields=["body", "partner"],
                name="seat_once_per_partner",
                violation_error_message="Samverkansparten har redan en plats i organet.",
            ),
        ]

    def __str__(self) -> str:
        # The admin names a seat also while its form is being refused for having no holder.
        return f"{self.municipality or self.partner or 'Ingen'}, {self.role}"

    @property
    def holder(self) -> Municipality | PartnerOrganisation:
        """The organisation whose seat it is."""
        # The constraint seat_for_one_organisation sees to it that there is one.
        return cast("Municipality | PartnerOrganisation", self.municipality or self.partner)
