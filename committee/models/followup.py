"""How it goes: action plans with activities, reports over time, and the year's evaluation.

"Arbetet med dessa följer särskilda handlingsplaner. Uppföljning och utvärdering skall ske systematiskt."
(section 5 of the plan). How the reports make a percentage is stated in `committee.progress`.
"""

from typing import Self, cast

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from committee.models.organisation import Body, Municipality
from committee.models.plan import DevelopmentIssue, Direction, OperationalPlan, PlanSection, TargetArea
from committee.models.publication import Document
from committee.progress import DROPPED, RESTING, Progress, measured
from sodertorn.publishing import Audience, Publication, Publishable, PublishableQuerySet
from sodertorn.tracking import Dated, Tracked


def _of_no_working_copy(*ways: str) -> Q:
    """Rows of plans: a working copy's are gone once it is published, and what hangs on them with them."""
    return Q(**{f"{way}__working_copy_of": None for way in ways})


IN_WORKING_COPY = {"invalid": "Välj raden i planen, inte i dess arbetsversion."}


class ActionPlanQuerySet(PublishableQuerySet["ActionPlan"]):
    def for_plan(self, plan: OperationalPlan) -> "ActionPlanQuerySet":
        return self.filter(Q(issue__target_area__area__plan=plan) | Q(section__plan=plan))


class ActionPlan(Publishable, Tracked):
    """The action plan ("handlingsplan") that the work with a development issue, or a section, follows."""

    issue = models.OneToOneField(
        DevelopmentIssue,
        models.CASCADE,
        related_name="action_plan",
        verbose_name="utvecklingsfråga",
        null=True,
        blank=True,
        limit_choices_to=_of_no_working_copy("target_area__area__plan"),
        error_messages=IN_WORKING_COPY,
    )
    section = models.OneToOneField(
        PlanSection,
        models.CASCADE,
        related_name="action_plan",
        verbose_name="avsnitt",
        null=True,
        blank=True,
        limit_choices_to=_of_no_working_copy("plan"),
        error_messages=IN_WORKING_COPY,
    )
    text = models.TextField("beskrivning", blank=True, help_text="Skilj stycken åt med en tom rad.")
    decided_on = models.DateField("beslutad", null=True, blank=True)
    document = models.ForeignKey(
        Document,
        models.SET_NULL,
        related_name="action_plans",
        verbose_name="dokument",
        null=True,
        blank=True,
    )

    belongs_to = ("issue", "section")
    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "handlingsplan"
        verbose_name_plural = "handlingsplaner"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(issue__isnull=True, section__isnull=False)
                | Q(issue__isnull=False, section__isnull=True),
                name="action_plan_in_one_place",
                violation_error_message="En handlingsplan hör till en utvecklingsfråga eller ett avsnitt.",
            ),
        ]

    def __str__(self) -> str:
        return f"Handlingsplan: {self.issue or self.section}"

    def get_absolute_url(self) -> str:
        return follow_up_address(self.place)

    @property
    def place(self) -> DevelopmentIssue | PlanSection:
        """What it is the plan for; the constraint action_plan_in_one_place sees to it that there is one."""
        return cast("DevelopmentIssue | PlanSection", self.issue or self.section)

    @property
    def plan(self) -> OperationalPlan:
        """The operational plan that it carries out."""
        return _plan_of(self.place)

    @property
    def is_shown_on_owner(self) -> bool:
        return not self.is_draft


def _plan_of(place: DevelopmentIssue | PlanSection) -> OperationalPlan:
    return place.plan if isinstance(place, PlanSection) else place.target_area.area.plan


def follow_up_address(place: DevelopmentIssue | TargetArea | PlanSection) -> str:
    """Where the follow-up of what stands in the place is shown."""
    if isinstance(place, PlanSection):
        return reverse("follow-up-section", args=[place.plan.year, place.slug])
    target_area = place.target_area if isinstance(place, DevelopmentIssue) else place
    return reverse("follow-up-area", args=[target_area.area.plan.year, target_area.slug])


class ActivityQuerySet(models.QuerySet["Activity"]):
    def for_plan(self, plan: OperationalPlan) -> "ActivityQuerySet":
        return self.filter(action_plan__in=ActionPlan.objects.for_plan(plan))

    def visible_to(self, audience: Audience) -> "ActivityQuerySet":
        """Activities of action plans that the audience may read."""
        return self.filter(action_plan__in=ActionPlan.objects.visible_to(audience))


class Activity(Tracked):
    """Something that is to be done: by whom, and between which days."""

    action_plan = models.ForeignKey(
        ActionPlan, models.CASCADE, related_name="activities", verbose_name="handlingsplan"
    )
    direction = models.ForeignKey(
        Direction,
        models.SET_NULL,
        related_name="activities",
        verbose_name="inriktning",
        null=True,
        blank=True,
        limit_choices_to=_of_no_working_copy("issue__target_area__area__plan", "section__plan"),
        error_messages=IN_WORKING_COPY,
        help_text="Inriktningen som aktiviteten bidrar till. Så länge inriktningen inte har en egen rapport "
        "räknas den på sina aktiviteter.",
    )
    title = models.CharField("aktivitet", max_length=200)
    description = models.TextField("beskrivning", blank=True)
    responsible_body = models.ForeignKey(
        Body,
        models.SET_NULL,
        related_name="activities",
        verbose_name="ansvarigt organ",
        null=True,
        blank=True,
    )
    responsible_municipality = models.ForeignKey(
        Municipality,
        models.SET_NULL,
        related_name="activities",
        verbose_name="ansvarig kommun",
        null=True,
        blank=True,
    )
    starts_on = models.DateField("börjar", null=True, blank=True)
    ends_on = models.DateField("ska vara klar", null=True, blank=True)
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("action_plan",)
    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "aktivitet"
        verbose_name_plural = "aktiviteter"
        ordering = ["action_plan", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="activity_ends_after_it_starts",
                violation_error_message="Aktiviteten kan inte vara klar före sin första dag.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a direction of another year's plan than the action plan's."""
        if self.direction and self.action_plan_id and _plan_of(self.direction.place) != self.action_plan.plan:
            raise ValidationError(
                {"direction": f"Välj en inriktning i {str(self.action_plan.plan).lower()}."}
            )

    @property
    def anchor(self) -> str:
        """Its place on the page of its follow-up."""
        return f"aktivitet-{self.pk}"

    @property
    def responsible(self) -> str:
        """Who answers for it, as in "Ledningsgruppen, Huddinge"; empty when nobody is named."""
        return ", ".join(str(each) for each in (self.responsible_body, self.responsible_municipality) if each)


class FollowUpQuerySet(PublishableQuerySet["FollowUp"]):
    def for_plan(self, plan: OperationalPlan) -> "FollowUpQuerySet":
        """Reports on the plan's directions, and on the activities of its action plans."""
        return self.filter(
            Q(direction__in=Direction.objects.for_plan(plan).order_by())
            | Q(activity__in=Activity.objects.for_plan(plan).order_by())
        )

    def public(self) -> Self:
        """What anyone may read: no report on an activity whose action plan is a draft."""
        return super().public().exclude(activity__action_plan__publication=Publication.DRAFT)

    def visible_to(self, audience: Audience) -> Self:
        return self.all() if audience.sees_drafts else self.public()


class FollowUp(Publishable, Tracked):
    """A report on how a direction or an activity goes, as of a day. The latest one counts."""

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", "Inte påbörjad"
        ON_TRACK = "on_track", "Går enligt plan"
        LATE = "late", "Försenad"
        DONE = "done", "Klar"
        RESTING = "resting", "Vilande"
        DROPPED = "dropped", "Utgått"

    UNDER_WAY = (Status.ON_TRACK, Status.LATE)

    direction = models.ForeignKey(
        Direction,
        models.CASCADE,
        related_name="follow_ups",
        verbose_name="inriktning",
        null=True,
        blank=True,
        limit_choices_to=_of_no_working_copy("issue__target_area__area__plan", "section__plan"),
        error_messages=IN_WORKING_COPY,
    )
    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        related_name="follow_ups",
        verbose_name="aktivitet",
        null=True,
        blank=True,
    )
    reported_on = models.DateField("per den", default=timezone.localdate)
    status = models.CharField("läge", max_length=15, choices=Status)
    percent = models.PositiveSmallIntegerField(
        "kommit till (procent)",
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Anges för det som pågår. Klart är 100, och inte påbörjat 0, utan att det skrivs.",
    )
    assessment = models.TextField("bedömning", help_text="Hur det går och varför. Visas på webbplatsen.")
    evidence = models.TextField(
        "underlag", blank=True, help_text="Vad bedömningen bygger på: en rapport, ett beslut, siffror."
    )
    document = models.ForeignKey(
        Document,
        models.SET_NULL,
        related_name="follow_ups",
        verbose_name="dokument",
        null=True,
        blank=True,
    )
    reporter_role = models.CharField(
        "rapporterat av", max_length=100, help_text="En roll, inte en person: till exempel utvecklingsledare."
    )

    belongs_to = ("direction", "activity")
    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = "uppföljning"
        verbose_name_plural = "uppföljningar"
        ordering = ["-reported_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__isnull=True, activity__isnull=False)
                | Q(direction__isnull=False, activity__isnull=True),
                name="follow_up_of_one_thing",
                violation_error_message="En uppföljning gäller en inriktning eller en aktivitet.",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True, status__in=["not_started", "done", "resting", "dropped"])
                | Q(percent__isnull=False, percent__lte=100, status__in=["on_track", "late"]),
                name="follow_up_percent_of_what_is_under_way",
                violation_error_message="Ange hur långt det har kommit, i procent, för det som pågår "
                "och bara för det.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reported_on:%Y-%m-%d}: {self.get_status_display()}"

    def clean(self) -> None:
        """Demand a percentage of what is under way, and of nothing else."""
        if self.status in self.UNDER_WAY and self.percent is None:
            raise ValidationError({"percent": "Ange hur långt det har kommit, i procent."})
        if self.status not in self.UNDER_WAY and self.percent is not None:
            label = self.get_status_display()
            raise ValidationError({"percent": f"Lämna tomt: ingen procent anges för läget ”{label}”."})

    def get_absolute_url(self) -> str:
        return f"{follow_up_address(self.place)}#{self.subject.anchor}"

    @property
    def is_shown_on_owner(self) -> bool:
        return not self.is_draft

    @property
    def subject(self) -> Direction | Activity:
        """What it is about; the constraint follow_up_of_one_thing sees to it that there is one."""
        return cast("Direction | Activity", self.direction or self.activity)

    @property
    def place(self) -> DevelopmentIssue | PlanSection:
        """What that stands under in the plan."""
        subject = self.subject
        return subject.place if isinstance(subject, Direction) else subject.action_plan.place

    @property
    def plan(self) -> OperationalPlan:
        """The operational plan that it is part of following up."""
        return _plan_of(self.place)

    @property
    def progress(self) -> Progress:
        """What the report says, as the arithmetic of progress reckons with it."""
        match self.status:
            case self.Status.RESTING:
                return RESTING
            case self.Status.DROPPED:
                return DROPPED
            case self.Status.DONE:
                return measured(100)
            case self.Status.NOT_STARTED:
                return measured(0)
        return measured(self.percent or 0)


class ProgressOverride(Tracked):
    """A percentage that the secretariat sets for a target area instead of the derived one, and why."""

    target_area = models.OneToOneField(
        TargetArea,
        models.CASCADE,
        related_name="progress_override",
        verbose_name="målområde",
        limit_choices_to=_of_no_working_copy("area__plan"),
        error_messages=IN_WORKING_COPY,
    )
    percent = models.PositiveSmallIntegerField(
        "procent", validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    reason = models.TextField("skäl", help_text="Varför den uträknade siffran inte ska gälla. Visas bredvid.")
    decided_on = models.DateField("bestämt", default=timezone.localdate)

    belongs_to = ("target_area",)

    class Meta:
        verbose_name = "bestämd procentsats"
        verbose_name_plural = "bestämda procentsatser"
        ordering = ["target_area"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & Q(percent__lte=100),
                name="progress_override_has_reason",
                violation_error_message="Skriv varför siffran är en annan än den uträknade.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_area}: {self.percent}\N{NO-BREAK SPACE}%"

    def clean(self) -> None:
        if not self.reason.strip():
            raise ValidationError({"reason": "Skriv varför siffran är en annan än den uträknade."})


class Evaluation(Publishable, Dated):
    """The yearly evaluation ("utvärdering") of a plan."""

    plan = models.OneToOneField(
        OperationalPlan,
        models.CASCADE,
        related_name="evaluation",
        verbose_name="verksamhetsplan",
        limit_choices_to=Q(working_copy_of=None),
        error_messages=IN_WORKING_COPY,
    )
    evaluated_on = models.DateField("utvärderad", default=timezone.localdate)
    summary = models.CharField("sammanfattning", max_length=400, help_text="Två eller tre meningar.")
    text = models.TextField("utvärdering", blank=True, help_text="Skilj stycken åt med en tom rad.")
    lessons = models.TextField("lärdomar till nästa år", blank=True)
    document = models.ForeignKey(
        Document,
        models.SET_NULL,
        related_name="evaluations",
        verbose_name="dokument",
        null=True,
        blank=True,
    )

    objects: PublishableQuerySet["Evaluation"] = PublishableQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "utvärdering"
        verbose_name_plural = "utvärderingar"
        ordering = ["-plan__year"]

    def __str__(self) -> str:
        return f"Utvärdering av {str(self.plan).lower()}"

    def get_absolute_url(self) -> str:
        return f"{reverse('follow-up', args=[self.plan.year])}#utvardering"
