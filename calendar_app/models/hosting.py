"""Whose turn it is to host (section 6 of the plan, and the hosts in section 7)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse

from calendar_app.models.event import Event
from calendar_app.rotation import Cycle
from committee.models import Body, Municipality
from sodertorn.publishing import SEES_ALL, Audience
from sodertorn.tracking import Dated, Tracked


class HostRotationQuerySet(models.QuerySet["HostRotation"]):
    def with_turns(self, audience: Audience = SEES_ALL) -> "HostRotationQuerySet":
        """Fetch the order and the turns that the audience may see, with their municipalities and events."""
        turns = HostTurn.objects.visible_to(audience).select_related("municipality", "event")
        return self._with(turns, audience)

    def with_history(self, audience: Audience) -> "HostRotationQuerySet":
        """As `with_turns`, for pages that tell of all turns: of their meetings only when they are held."""
        days = ("starts_on", "ends_on", "date_precision", "status", "publication")
        turns = HostTurn.objects.visible_to(audience).select_related("event")
        turns = turns.only("rotation", "number", "year", "municipality", *(f"event__{day}" for day in days))
        return self._with(turns.prefetch_related("municipality"), audience)

    def _with(self, turns: "HostTurnQuerySet", audience: Audience) -> "HostRotationQuerySet":
        return self.select_related("body").prefetch_related(
            Prefetch("places", RotationPlace.objects.select_related("municipality")),
            Prefetch("turns", turns),
            Prefetch(
                "swaps",
                HostSwap.objects.visible_to(audience).select_related("first_turn", "second_turn"),
            ),
        )


class HostRotation(Dated):
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
    first_turn = models.PositiveSmallIntegerField(
        "ordningen börjar med tur nummer",
        default=1,
        validators=[MinValueValidator(1)],
        help_text="Turen som den första kommunen i ordningen har. Tidigare turer hör till en äldre ordning.",
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

    def cycle(self) -> Cycle[Municipality] | None:
        """The order with its swaps, in the order they were recorded; None while no places are given."""
        order = tuple(place.municipality for place in self.places.all())
        if not order:
            return None
        swaps = sorted(self.swaps.all(), key=lambda swap: swap.pk)
        pairs = tuple((swap.first_turn.number, swap.second_turn.number) for swap in swaps)
        return Cycle(order, pairs, self.first_turn)

    def next_turns(self, count: int) -> list[tuple[int, Municipality]]:
        """The turns that follow the last stored one, each with its number and whose it is by the order."""
        cycle = self.cycle()
        last = max((turn.number for turn in self.turns.all()), default=0)
        return cycle.turns_after(last, count) if cycle else []


class RotationPlace(Tracked):
    """A municipality's place in a rotation's cycle."""

    rotation = models.ForeignKey(
        HostRotation, models.CASCADE, related_name="places", verbose_name="värdskapsordning"
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="rotation_places", verbose_name="kommun"
    )
    position = models.PositiveSmallIntegerField("plats i ordningen")

    belongs_to = ("rotation",)

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


class HostTurnQuerySet(models.QuerySet["HostTurn"]):
    def visible_to(self, audience: Audience) -> "HostTurnQuerySet":
        """Turns that the audience may see: not those whose event is a draft to it."""
        visible = Event.objects.visible_to(audience).filter(pk=OuterRef("event"))
        return self.filter(Q(event=None) | Exists(visible))


class HostTurn(Tracked):
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

    belongs_to = ("rotation",)
    objects = HostTurnQuerySet.as_manager()

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

    @property
    def is_shown_on_owner(self) -> bool:
        return self.event_id is None or Event.objects.public().filter(pk=self.event_id).exists()


class HostSwapQuerySet(models.QuerySet["HostSwap"]):
    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        """Undo each swap, the newest first, instead of only forgetting them."""
        swaps = list(self.order_by("-pk"))
        for swap in swaps:
            swap.delete()
        return len(swaps), {HostSwap._meta.label: len(swaps)}

    delete.alters_data = True  # type: ignore[attr-defined] # templates may not call it
    delete.queryset_only = True  # type: ignore[attr-defined] # nor managers, as with Django's own

    def visible_to(self, audience: Audience) -> "HostSwapQuerySet":
        """Swaps of turns that the audience may see, both of them."""
        turns = HostTurn.objects.visible_to(audience)
        return self.filter(first_turn__in=turns, second_turn__in=turns)

    def touching(self, *turns: HostTurn) -> "HostSwapQuerySet":
        return self.filter(Q(first_turn__in=turns) | Q(second_turn__in=turns))


class HostSwap(Tracked):
    """Two turns that changed hosts with each other, and why. The order itself goes on as before.

    Saving a new swap exchanges the turns' municipalities, and deleting it changes them back, so that turns
    and swaps never get out of step. The host of a turn's meeting follows, unless the meeting was over when
    the swap was decided: who hosted that is not for a swap to change.
    """

    rotation = models.ForeignKey(
        HostRotation, models.CASCADE, related_name="swaps", verbose_name="värdskapsordning"
    )
    # Restricted: a turn can't go while it is swapped, except with its whole rotation.
    first_turn = models.ForeignKey(
        HostTurn, models.RESTRICT, related_name="swaps_as_first", verbose_name="tur"
    )
    second_turn = models.ForeignKey(
        HostTurn, models.RESTRICT, related_name="swaps_as_second", verbose_name="byter med tur"
    )
    reason = models.CharField("skäl", max_length=250)
    decided_on = models.DateField("bestämt", help_text="Dagen bytet bestämdes.")
    # Which meetings got another host by the swap, and get their old one back if it is undone.
    changed_first_host = models.BooleanField(default=False, editable=False)
    changed_second_host = models.BooleanField(default=False, editable=False)

    belongs_to = ("rotation",)
    objects = HostSwapQuerySet.as_manager()

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

    @property
    def is_shown_on_owner(self) -> bool:
        return self.first_turn.is_shown_on_owner and self.second_turn.is_shown_on_owner

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and if the swap is new, exchange the turns and their meetings' hosts."""
        self._refuse_other_turns()
        if self._state.adding:
            first, second = self._locked_turns()
            self.changed_first_host = self._changes_host(first) and _pass_on(first, second.municipality)
            self.changed_second_host = self._changes_host(second) and _pass_on(second, first.municipality)
            _exchange(first, second)
        super().save(*args, **kwargs)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Undo the swap. Raises ValidationError if one of the turns has been swapped again since."""
        if HostSwap.objects.touching(self.first_turn, self.second_turn).filter(pk__gt=self.pk).exists():
            raise ValidationError("En av turerna har bytts igen. Ta bort det senare bytet först.")
        first, second = self._locked_turns()
        if self.changed_first_host:
            _pass_on(first, second.municipality)
        if self.changed_second_host:
            _pass_on(second, first.municipality)
        _exchange(first, second)
        return super().delete(*args, **kwargs)

    def clean(self) -> None:
        """Both turns must be of the rotation, of different municipalities, and stay what they are."""
        if not (self.rotation_id and self.first_turn_id and self.second_turn_id):
            return
        self._refuse_other_turns()
        turns = [self.first_turn, self.second_turn]
        if any(turn.rotation_id != self.rotation_id for turn in turns):
            raise ValidationError("Båda turerna måste höra till samma värdskapsordning.")
        is_swap = self.first_turn_id != self.second_turn_id
        if is_swap and self.first_turn.municipality_id == self.second_turn.municipality_id:
            raise ValidationError("Båda turerna är redan samma kommuns. Det finns inget att byta.")

    def _refuse_other_turns(self) -> None:
        """A swap that is made can be undone, but not turned into another."""
        stored = HostSwap.objects.filter(pk=self.pk).values_list("first_turn", "second_turn").first()
        if stored and stored != (self.first_turn_id, self.second_turn_id):
            raise ValidationError("Turerna i ett byte kan inte ändras. Ta bort bytet och lägg in ett nytt.")

    def _locked_turns(self) -> tuple[HostTurn, HostTurn]:
        """Both turns as they are stored, kept from change by others until the transaction is over."""
        for turn in sorted([self.first_turn, self.second_turn], key=lambda turn: turn.pk):
            turn.refresh_from_db(from_queryset=HostTurn.objects.select_for_update())
        return self.first_turn, self.second_turn

    def _changes_host(self, turn: HostTurn) -> bool:
        """Whether the turn has a meeting that was not over when the swap was decided."""
        return turn.event is not None and turn.event.ends_on >= self.decided_on


def _exchange(first: HostTurn, second: HostTurn) -> None:
    first.municipality, second.municipality = second.municipality, first.municipality
    first.save(update_fields=["municipality"])
    second.save(update_fields=["municipality"])


def _pass_on(turn: HostTurn, taker: Municipality) -> bool:
    """Let `taker` host the turn's meeting instead of its municipality, and say whether that changed it.

    A meeting that the municipality does not host, or that `taker` hosts already, is left as it is.
    """
    hosts = {host.municipality_id: host for host in turn.event.event_hosts.all()} if turn.event else {}
    if turn.municipality_id not in hosts or taker.pk in hosts:
        return False
    host = hosts[turn.municipality_id]
    host.municipality = taker
    host.save(update_fields=["municipality"])
    return True
