"""What we want: the yearly plan, in the order of its paper document."""

from typing import cast

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Subquery
from django.urls import reverse

from committee.models.organisation import Body
from sodertorn.copied_rows import Copied
from sodertorn.publishing import WORKING_COPY_QUERY, Audience
from sodertorn.tracking import Dated, Tracked


class OperationalPlanQuerySet(models.QuerySet["OperationalPlan"]):
    def public(self) -> "OperationalPlanQuerySet":
        """Plans that anyone may read: the adopted ones."""
        return self.filter(status=OperationalPlan.Status.ADOPTED)

    def original(self) -> "OperationalPlanQuerySet":
        """One plan for each year: all but the working copies of published ones."""
        return self.filter(working_copy_of=None)

    def visible_to(self, audience: Audience) -> "OperationalPlanQuerySet":
        """Plans that the audience may read, never two of a year: a working copy takes its plan's place."""
        if audience.sees_working_copies:
            return self.filter(working_copy=None)
        if audience.sees_drafts:
            return self.original()
        replaced = audience.previewed(OperationalPlan, "working_copy")
        adopted = Q(status=OperationalPlan.Status.ADOPTED) & ~replaced
        return self.filter(adopted | audience.previewed(OperationalPlan))

    def around(self, year: int, each: int) -> "OperationalPlanQuerySet":
        """The year's plan and those next before and after it, at most so many of each; the earliest first."""
        until = self.filter(year__lte=year).order_by("-year").values("pk")[: each + 1]
        after = self.filter(year__gt=year).order_by("year").values("pk")[:each]
        return OperationalPlan.objects.filter(Q(pk__in=until) | Q(pk__in=after)).order_by("year")


class OperationalPlan(Dated):
    """One year's "Verksamhetsplan och budget": everything else in the plan hangs on this row."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Utkast"
        ADOPTED = "adopted", "Beslutad"

    year = models.PositiveSmallIntegerField(
        "år", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    working_copy_of = models.OneToOneField(
        "self",
        models.CASCADE,
        related_name="working_copy",
        verbose_name="arbetsversion av",
        null=True,
        blank=True,
        editable=False,
        help_text="Den beslutade plan som arbetsversionen ska ersätta när den publiceras.",
    )
    issuer = models.CharField("utgivare", max_length=100, help_text="Som på dokumentets omslag.")
    status = models.CharField("status", max_length=10, choices=Status, default=Status.DRAFT)
    decided_on = models.DateField("beslutad", null=True, blank=True)
    vision = models.TextField("vision", blank=True)
    vision_year = models.PositiveSmallIntegerField("visionens år", null=True, blank=True)
    stated_inhabitants = models.PositiveIntegerField(
        "invånare enligt planen",
        null=True,
        blank=True,
        help_text="Det ungefärliga antal invånare som planen anger, till exempel 480 000.",
    )

    kept_when_restored = ("status", "decided_on")
    objects = OperationalPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "verksamhetsplan"
        verbose_name_plural = "verksamhetsplaner"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(working_copy_of=None),
                name="plan_once_per_year",
                violation_error_message="Det finns redan en verksamhetsplan för det året.",
            ),
            models.CheckConstraint(
                condition=Q(working_copy_of=None) | Q(status="draft"),
                name="working_copy_is_draft",
                violation_error_message="En arbetsversion är alltid ett utkast.",
            ),
            models.CheckConstraint(
                condition=~Q(status="adopted") | Q(decided_on__isnull=False),
                name="adopted_plan_has_decision_date",
                violation_error_message="En beslutad verksamhetsplan måste ha ett beslutsdatum.",
            ),
        ]

    def __str__(self) -> str:
        return f"Verksamhetsplan {self.year}{', arbetsversion' if self.working_copy_of_id else ''}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def version_query(self) -> str:
        """The end of the addresses of a working copy's pages; empty for a plan."""
        return WORKING_COPY_QUERY if self.working_copy_of_id else ""

    def get_absolute_url(self) -> str:
        return reverse("plan-detail", args=[self.year]) + self.version_query


class PlanSectionQuerySet(models.QuerySet["PlanSection"]):
    def public(self) -> "PlanSectionQuerySet":
        """Sections of plans that anyone may read."""
        return self.filter(plan__status=OperationalPlan.Status.ADOPTED)

    def visible_to(self, audience: Audience) -> "PlanSectionQuerySet":
        """Sections of plans that the audience may read."""
        return self.filter(plan__in=OperationalPlan.objects.visible_to(audience))

    def in_chapters(self, *chapters: int) -> "PlanSectionQuerySet":
        return self.filter(chapter__in=chapters)

    def of_latest_plan(self) -> "PlanSectionQuerySet":
        """Sections of the newest plan that anyone may read."""
        return self.filter(plan=Subquery(OperationalPlan.objects.public().values("pk")[:1]))


class PlanSection(Copied, Tracked):
    """A heading of the plan with its text, and what is listed under it from the portal's own rows."""

    class Content(models.TextChoices):
        """What follows the section's text."""

        TEXT = "", "Bara text"
        PRINCIPLES = "principles", "Förhållningssätt"
        VISION = "vision", "Vision"
        COOPERATION_AREAS = "cooperation_areas", "Samverkansområden"
        TARGET_AREAS = "target_areas", "Målområden"
        DIRECTIONS = "directions", "Inriktningar"
        HOST_TURNS = "host_turns", "Värdskap för organet"
        EVENTS = "events", "Möten i kalendariet"
        BUDGET = "budget", "Budget"

    # The chapters keep their numbers from year to year: 1–4 say who we are, 5 what we do together.
    ABOUT_CHAPTERS = (1, 2, 3, 4)
    COOPERATION_CHAPTER = 5

    plan = models.ForeignKey(
        OperationalPlan, models.CASCADE, related_name="sections", verbose_name="verksamhetsplan"
    )
    chapter = models.PositiveSmallIntegerField("kapitel", validators=[MinValueValidator(1)])
    level = models.PositiveSmallIntegerField(
        "rubriknivå", default=1, help_text="1 är en kapitelrubrik, 2 en rubrik under den, och så vidare."
    )
    heading = models.CharField("rubrik", max_length=150)
    slug = models.SlugField("adressdel")
    text = models.TextField("text", blank=True, help_text="Skilj stycken åt med en tom rad.")
    content = models.CharField("innehåll efter texten", max_length=20, choices=Content, blank=True)
    about_body = models.ForeignKey(
        Body,
        models.SET_NULL,
        related_name="plan_sections",
        verbose_name="handlar om organet",
        null=True,
        blank=True,
        help_text="Texten visas också på organets egen sida.",
    )
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("plan",)
    objects = PlanSectionQuerySet.as_manager()

    class Meta:
        verbose_name = "avsnitt"
        verbose_name_plural = "avsnitt"
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "slug"],
                name="section_slug_once_per_plan",
                violation_error_message="Planen har redan ett avsnitt med den adressdelen.",
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, 4)),
                name="section_level_1_to_4",
                violation_error_message="Rubriknivån måste vara 1, 2, 3 eller 4.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chapter}. {self.heading}" if self.level == 1 else self.heading

    def get_absolute_url(self) -> str:
        return f"{self.plan.get_absolute_url()}#{self.slug}"


class Principle(Copied, Tracked):
    """What shall mark the cooperation (section 3, "Förhållningssätt")."""

    plan = models.ForeignKey(
        OperationalPlan, models.CASCADE, related_name="principles", verbose_name="verksamhetsplan"
    )
    text = models.CharField("förhållningssätt", max_length=200)
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("plan",)

    class Meta:
        verbose_name = "förhållningssätt"
        verbose_name_plural = "förhållningssätt"
        ordering = ["plan", "position"]

    def __str__(self) -> str:
        return self.text


class GoverningDocument(Tracked):
    """A document that steers a cooperation area, such as "Södertörns UtvecklingsProgram 2013"."""

    title = models.CharField("titel", max_length=150, unique=True)
    adopted = models.CharField("fastställt", max_length=100, blank=True, help_text="Till exempel våren 2013.")
    url = models.URLField("webbadress", blank=True)
    position = models.PositiveSmallIntegerField("ordning", default=0)

    class Meta:
        verbose_name = "styrdokument"
        verbose_name_plural = "styrdokument"
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title


class CooperationArea(Copied, Tracked):
    """One of the main areas the municipalities cooperate in (section 5)."""

    plan = models.ForeignKey(
        OperationalPlan, models.CASCADE, related_name="areas", verbose_name="verksamhetsplan"
    )
    name = models.CharField("namn", max_length=100)
    slug = models.SlugField("adressdel")
    purpose = models.TextField("syfte")
    governing_documents = models.ManyToManyField(
        GoverningDocument, related_name="areas", verbose_name="styrdokument", blank=True
    )
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("plan",)
    _history_m2m_fields = ("governing_documents",)

    class Meta:
        verbose_name = "samverkansområde"
        verbose_name_plural = "samverkansområden"
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "slug"],
                name="area_slug_once_per_plan",
                violation_error_message="Planen har redan ett samverkansområde med den adressdelen.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TargetArea(Copied, Tracked):
    """A "målområde" of the development programme, under a cooperation area."""

    area = models.ForeignKey(
        CooperationArea, models.CASCADE, related_name="target_areas", verbose_name="samverkansområde"
    )
    name = models.CharField("namn", max_length=100)
    slug = models.SlugField("adressdel")
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("area",)

    class Meta:
        verbose_name = "målområde"
        verbose_name_plural = "målområden"
        ordering = ["area", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "slug"],
                name="target_area_slug_once_per_area",
                violation_error_message="Samverkansområdet har redan ett målområde med den adressdelen.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        plan = self.area.plan
        return reverse("committee:targetarea-detail", args=[plan.year, self.slug]) + plan.version_query

    def clean(self) -> None:
        """Refuse a slug that another of the plan's areas has used: the address holds only the year and it."""
        if not self.area_id:
            return
        namesakes = TargetArea.objects.filter(area__plan=self.area.plan, slug=self.slug)
        if namesakes.exclude(pk=self.pk).exclude(area=self.area).exists():
            raise ValidationError({"slug": "Planen har redan ett målområde med den adressdelen."})


class DevelopmentIssue(Copied, Tracked):
    """A concrete "utvecklingsfråga" under a target area, with its directions."""

    target_area = models.ForeignKey(
        TargetArea, models.CASCADE, related_name="issues", verbose_name="målområde"
    )
    name = models.CharField("utvecklingsfråga", max_length=150)
    priority_statement = models.TextField(
        "årets prioritering", blank=True, help_text="Vad årets aktiviteter främst gäller."
    )
    ambition = models.TextField(
        "årets satsning", blank=True, help_text="Text efter inriktningarna. Skilj stycken åt med en tom rad."
    )
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("target_area",)

    class Meta:
        verbose_name = "utvecklingsfråga"
        verbose_name_plural = "utvecklingsfrågor"
        ordering = ["target_area", "position"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.target_area.get_absolute_url()

    def directions_around_priority_statement(self) -> tuple[list["Direction"], list["Direction"]]:
        """Directions before and after the priority statement, in the document's order.

        The statement introduces the prioritised directions when they close the list ("nedanstående
        satsningar"); otherwise it comes last and refers back to one of them.
        """
        directions = list(self.directions.all())
        first_priority = len(directions)
        while first_priority and directions[first_priority - 1].is_priority:
            first_priority -= 1
        return directions[:first_priority], directions[first_priority:]


class DirectionQuerySet(models.QuerySet["Direction"]):
    def for_plan(self, plan: OperationalPlan) -> "DirectionQuerySet":
        return self.filter(Q(issue__target_area__area__plan=plan) | Q(section__plan=plan))

    def priorities(self) -> "DirectionQuerySet":
        return self.filter(is_priority=True)

    def in_document_order(self) -> "DirectionQuerySet":
        """Ordered as the plan prints them, with what names their place fetched along."""
        places = ("issue__target_area__area__position", "issue__target_area__position", "issue__position")
        # Databases disagree on where nulls go: directions straight under a section come last.
        return self.select_related("issue__target_area__area__plan", "section__plan").order_by(
            *(F(place).asc(nulls_last=True) for place in places), "section__position", "position"
        )


class Direction(Copied, Tracked):
    """An "inriktning": a sentence that says what we do ("Vi …"), under an issue or a section."""

    issue = models.ForeignKey(
        DevelopmentIssue,
        models.CASCADE,
        related_name="directions",
        verbose_name="utvecklingsfråga",
        null=True,
        blank=True,
    )
    section = models.ForeignKey(
        PlanSection,
        models.CASCADE,
        related_name="directions",
        verbose_name="avsnitt",
        null=True,
        blank=True,
    )
    text = models.TextField("inriktning")
    is_priority = models.BooleanField("prioriterad under året", default=False)
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("issue", "section")
    objects = DirectionQuerySet.as_manager()

    class Meta:
        verbose_name = "inriktning"
        verbose_name_plural = "inriktningar"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(issue__isnull=True, section__isnull=False)
                | Q(issue__isnull=False, section__isnull=True),
                name="direction_in_one_place",
                violation_error_message="En inriktning hör till en utvecklingsfråga eller ett avsnitt.",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return self.place.get_absolute_url()

    @property
    def place(self) -> DevelopmentIssue | PlanSection:
        """What it stands under; the constraint direction_in_one_place sees to it that there is one."""
        return cast("DevelopmentIssue | PlanSection", self.issue or self.section)

    @property
    def anchor(self) -> str:
        """Its place on the page of its follow-up."""
        return f"inriktning-{self.pk}"

    @property
    def heading(self) -> str:
        """Name of the target area or section that it stands under."""
        place = self.place
        return place.target_area.name if isinstance(place, DevelopmentIssue) else place.heading


class SourceNote(Copied, Tracked):
    """A slip or contradiction in the adopted document, shown beside it with its explanation, never mended."""

    section = models.ForeignKey(
        PlanSection, models.CASCADE, related_name="source_notes", verbose_name="avsnitt"
    )
    quote = models.CharField("så står det", max_length=200)
    explanation = models.TextField("anmärkning")
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("section",)

    class Meta:
        verbose_name = "anmärkning till källan"
        verbose_name_plural = "anmärkningar till källan"
        ordering = ["section", "position"]

    def __str__(self) -> str:
        return self.quote

    def get_absolute_url(self) -> str:
        return self.section.get_absolute_url()
