"""Whose turn it is to host (section 6 of the plan, and the hosts in section 7)."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse

from calendar_app.models.event import Event
from committee.models import Body, Municipality


class HostRotationQuerySet(models.QuerySet["HostRotation"]):
    def with_turns(self) -> "HostRotationQuerySet":
        """Fetch the order and the turns along, with their municipalities and events."""
        return self.select_related("body").prefetch_related(
            Prefetch("places", RotationPlace.objects.select_related("municipality")),
            Prefetch("turns", HostTurn.objects.select_related("municipality", "event")),
            Prefetch("swaps", HostSwap.objects.select_related("first_turn", "second_turn")),
        )


class HostRotation(models.Model):
    """An agreed order in which the municipalities take turns to host."""

    name = models.CharField("namn", max_length=100, unique=True)
    slug = models.SlugField("adressdel", unique=True)
    body = models.OneToOneField(
        Body,
        models.PROTECT,
        related_name="host_rotation",
        verbose_name="organ",
        help_text="Vems möten turen gäller.",
    )
    counts_planning_conferences = models.BooleanField(
        "planeringskonferenser tar en tur",
        default=False,
        help_text="Annars tar bara organets övriga möten en tur.",
    )
    description = models.TextField("beskrivning", blank=True)

    objects = HostRotationQuerySet.as_manager()

    class Meta:
        verbose_name = "värdskapsordning"
        verbose_name_plural = "värdskapsordningar"
        ordering = ["body__position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('calendar_app:rotation-list')}#{self.slug}"

    def consumes_turn(self, event: Event) -> bool:
        """Whether hosting the event takes a turn in this rotation; a cancelled event takes none."""
        is_conference = event.kind == Event.Kind.PLANNING_CONFERENCE
        return (
            event.body_id == self.body_id
            and not event.is_cancelled
            and (self.counts_planning_conferences or not is_conference)
        )


class RotationPlace(models.Model):
    """A municipality's place in a rotation's cycle."""

    rotation = models.ForeignKey(
        HostRotation, models.CASCADE, related_name="places", verbose_name="värdskapsordning"
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="rotation_places", verbose_name="kommun"
    )
    position = models.PositiveSmallIntegerField("plats i ordningen")

    class Meta:
        verbose_name = "plats i värdskapsordning"
        verbose_name_plural = "platser i värdskapsordning"
        ordering = ["rotation", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["rotation", "municipality"],
                name="rotation_municipality_once",
                violation_error_message="Kommunen har redan en plats i ordningen.",
            ),
            models.UniqueConstraint(
                fields=["rotation", "position"],
                name="rotation_position_once",
                violation_error_message="Två kommuner kan inte ha samma plats i ordningen.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.municipality}"


class HostTurn(models.Model):
    """A turn in a rotation, promised to a municipality for a year and, once it is planned, for an event."""

    rotation = models.ForeignKey(
        HostRotation, models.CASCADE, related_name="turns", verbose_name="värdskapsordning"
    )
    number = models.PositiveSmallIntegerField("tur nummer")
    year = models.PositiveSmallIntegerField(
        "år", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="host_turns", verbose_name="kommun"
    )
    event = models.ForeignKey(
        Event, models.SET_NULL, related_name="host_turns", verbose_name="möte", null=True, blank=True
    )

    class Meta:
        verbose_name = "tur"
        verbose_name_plural = "turer"
        ordering = ["rotation", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["rotation", "number"],
                name="turn_number_once",
                violation_error_message="Turen med det numret finns redan.",
            ),
            models.UniqueConstraint(
                fields=["rotation", "event"],
                name="turn_event_once",
                violation_error_message="Mötet har redan en tur i ordningen.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rotation} {self.year}: {self.municipality}"


class HostSwap(models.Model):
    """Two turns that changed hosts with each other, and why. The order itself goes on as before.

    `calendar_app.swaps` exchanges the turns' municipalities, and keeps the meetings' hosts in step.
    """

    rotation = models.ForeignKey(
        HostRotation, models.CASCADE, related_name="swaps", verbose_name="värdskapsordning"
    )
    first_turn = models.ForeignKey(
        HostTurn, models.PROTECT, related_name="swaps_as_first", verbose_name="tur"
    )
    second_turn = models.ForeignKey(
        HostTurn, models.PROTECT, related_name="swaps_as_second", verbose_name="byter med tur"
    )
    reason = models.CharField("skäl", max_length=250)
    decided_on = models.DateField("bestämt", help_text="Dagen bytet bestämdes.")

    class Meta:
        verbose_name = "byte av värdskap"
        verbose_name_plural = "byten av värdskap"
        ordering = ["rotation", "decided_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_turn=F("second_turn")),
                name="swap_of_two_turns",
                violation_error_message="Välj två olika turer att byta.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="swap_has_reason",
                violation_error_message="Skriv varför kommunerna byter.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_turn} byter med {self.second_turn}"

    def clean(self) -> None:
        """Both turns must be of the rotation."""
        turns = [self.first_turn, self.second_turn] if self.first_turn_id and self.second_turn_id else []
        if any(turn.rotation_id != self.rotation_id for turn in turns):
            raise ValidationError("Båda turerna måste höra till samma värdskapsordning.")
