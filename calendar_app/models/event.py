"""When and where we meet (section 7 of the plan)."""

import calendar
import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, When, prefetch_related_objects
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from committee.models import Body, Document, Municipality, OperationalPlan, PlanSection
from sodertorn.publishing import Audience, Publication, Publishable, PublishableQuerySet
from sodertorn.tracking import Dated, Tracked


class EventQuerySet(PublishableQuerySet["Event"]):
    def visible_to(self, audience: Audience) -> "EventQuerySet":
        """What the audience may read; with the preview of a plan come the drafts in its calendar."""
        if audience.sees_drafts:
            return self.all()
        of_plan = audience.previewed(OperationalPlan, "plan_section__plan")
        return self.filter(Q(publication=Publication.PUBLISHED) | audience.previewed(Event) | of_plan)

    def with_hosts(self) -> "EventQuerySet":
        """Fetch body and hosts along, so that a list costs the same number of queries whatever its length."""
        return self.select_related("body").prefetch_related(_hosts())

    def for_page(self, audience: Audience) -> "EventQuerySet":
        """Fetch along what an event's own page says of it: its body, and its heading in the plan.

        `is_in_plan` says whether the audience may read that, and `was_month` whether only the month was known
        of its original day.
        """
        sections = PlanSection.objects.visible_to(audience).filter(pk=OuterRef("plan_section"))
        months = FormerAddress.objects.filter(
            event=OuterRef("pk"),
            starts_on=OuterRef("original_starts_on"),
            date_precision=Event.DatePrecision.MONTH,
        )
        return self.select_related("body", "plan_section__plan").annotate(
            is_in_plan=Exists(sections), was_month=Exists(months)
        )

    def upcoming(self, on: datetime.date) -> "EventQuerySet":
        """Events that are not over on the day `on`: the last day of an event still counts."""
        # The bound says nothing new, but lets the database begin there when it reads events in their order.
        # The greatest of the two is `sorts_on`: by the name alone SQLite would go through its index.
        first = Event.objects.filter(ends_on__gte=on).order_by(Greatest("sorts_on", "starts_on"))
        return self.filter(ends_on__gte=on, sorts_on__gte=Subquery(first.values("sorts_on")[:1]))

    def past(self, on: datetime.date) -> "EventQuerySet":
        return self.filter(ends_on__lt=on)

    def around(self, on: datetime.date, each: int) -> "EventQuerySet":
        """With their hosts: the next events and the latest that are over, at most so many of each."""
        coming = self.upcoming(on).values("pk")[:each]
        # What is over was sorted under an earlier day too: the database begins there, and stops in time.
        over = self.past(on).filter(sorts_on__lt=on).reverse().values("pk")[:each]
        return Event.objects.filter(Q(pk__in=coming) | Q(pk__in=over)).with_hosts()

    def in_year(self, year: int) -> "EventQuerySet":
        """Events that take place, wholly or partly, in the year."""
        return self.filter(share_days(datetime.date(year, 1, 1), datetime.date(year, 12, 31)))

    def on_days(self, first: datetime.date, last: datetime.date) -> "EventQuerySet":
        """Events with a known day that share at least one day with the span."""
        return self.filter(share_days(first, last), date_precision=Event.DatePrecision.DAY)

    def before(self, event: "Event") -> "EventQuerySet":
        return self.filter(Q(sorts_on__lt=event.sorts_on) | Q(pk__lt=event.pk), sorts_on__lte=event.sorts_on)

    def after(self, event: "Event") -> "EventQuerySet":
        return self.filter(Q(sorts_on__gt=event.sorts_on) | Q(pk__gt=event.pk), sorts_on__gte=event.sorts_on)

    def for_body(self, body: Body) -> "EventQuerySet":
        return self.filter(body=body)

    def hosted_by(self, municipality: Municipality) -> "EventQuerySet":
        """Events the municipality hosts, alone or together with others."""
        return self.filter(Exists(EventHost.objects.filter(event=OuterRef("pk"), municipality=municipality)))

    def of_kind(self, kind: str) -> "EventQuerySet":
        return self.filter(kind=kind)


class Event(Publishable, Dated):
    """A meeting, conference or other occasion in the calendar.

    The day may still be unknown: then `date_precision` is month, and the dates hold the month's first and
    last day, so that it sorts last in its month and is over when the month is.
    """

    class Kind(models.TextChoices):
        MEETING = "meeting", "Sammanträde"
        PLANNING_CONFERENCE = "planning_conference", "Planeringskonferens"
        REGIONAL_CONFERENCE = "regional_conference", "Södertörnskonferensen"
        CONSULTATION = "consultation", "Rådslag"
        KEY_FIGURES_DAY = "key_figures_day", "Nyckeltalsdag"

    class Status(models.TextChoices):
        PRELIMINARY = "preliminary", "Preliminär"
        CONFIRMED = "confirmed", "Fastställd"
        MOVED = "moved", "Flyttad"
        CANCELLED = "cancelled", "Inställd"

    class DatePrecision(models.TextChoices):
        DAY = "day", "Dag"
        MONTH = "month", "Månad (dagen är inte bestämd)"

    uid = models.UUIDField("identitet", default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("slag", max_length=20, choices=Kind, default=Kind.MEETING)
    title = models.CharField("rubrik", max_length=150)
    slug = models.SlugField(
        "adressdel", max_length=60, blank=True, help_text="Sista delen av webbadressen. Skapas av rubriken."
    )
    body = models.ForeignKey(
        Body, models.PROTECT, related_name="events", verbose_name="organ", null=True, blank=True
    )
    plan_section = models.ForeignKey(
        PlanSection,
        models.SET_NULL,
        related_name="events",
        verbose_name="rubrik i planens kalendarium",
        null=True,
        blank=True,
        help_text="Lämna tomt om mötet inte står i någon verksamhetsplan.",
    )
    date_precision = models.CharField(
        "datum anges med", max_length=10, choices=DatePrecision, default=DatePrecision.DAY
    )
    starts_on = models.DateField(
        "första dag", help_text="Är bara månaden känd: välj vilken dag som helst i den."
    )
    ends_on = models.DateField("sista dag", blank=True, help_text="Lämna tomt om mötet är över samma dag.")
    start_time = models.TimeField("börjar kl.", null=True, blank=True)
    end_time = models.TimeField("slutar kl.", null=True, blank=True)
    status = models.CharField("status", max_length=15, choices=Status, default=Status.CONFIRMED)
    original_starts_on = models.DateField(
        "ursprunglig dag", null=True, blank=True, help_text="Dagen mötet flyttades från."
    )
    location = models.CharField("lokal", max_length=200, blank=True)
    hosts = models.ManyToManyField(
        Municipality, through="EventHost", related_name="hosted_events", verbose_name="värdkommuner"
    )
    note = models.TextField("upplysning", blank=True, help_text="Visas på mötets sida.")
    # What subscribers' calendars go by: raised by `calendar_app.revision` with each change they can see.
    sequence = models.PositiveIntegerField("revision", default=0, editable=False)
    changed_at = models.DateTimeField("kalenderposten ändrad", default=timezone.now, editable=False)
    content_digest = models.CharField("innehållets kontrollsumma", max_length=64, editable=False, blank=True)
    sorts_on = models.GeneratedField(
        expression=Case(When(date_precision="month", then=F("ends_on")), default=F("starts_on")),
        output_field=models.DateField(),
        db_persist=True,
    )

    not_a_change = ("edited_at", "sequence", "changed_at", "content_digest")
    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "möte"
        verbose_name_plural = "möten"
        # "day" sorts before "month", so a meeting on the month's last day precedes one without a day.
        ordering = ["sorts_on", "date_precision", F("start_time").asc(nulls_first=True), "pk"]
        indexes = [
            models.Index(fields=["starts_on", "ends_on"], name="event_span"),
            models.Index(fields=["ends_on"], name="event_end"),
            models.Index(fields=["sorts_on"], name="event_order"),
            models.Index(fields=["ends_on"], condition=Q(ends_on__gt=F("starts_on")), name="event_long"),
            models.Index(fields=["body", "sorts_on"], name="event_of_body"),
            models.Index(fields=["edited_at", "publication"], name="event_change"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["starts_on", "date_precision", "slug"],
                name="event_address_unique",
                violation_error_message="Det finns redan ett möte med samma dag och adressdel.",
            ),
            models.CheckConstraint(
                condition=~Q(slug=""),
                name="event_has_address",
                violation_error_message="Skriv en adressdel: rubriken har inga bokstäver att göra en av.",
            ),
            # A mistyped year would give an address that no page answers to.
            models.CheckConstraint(
                condition=Q(
                    Q(original_starts_on__isnull=True)
                    | Q(original_starts_on__range=(datetime.date(2000, 1, 1), datetime.date(2100, 12, 31))),
                    starts_on__gte=datetime.date(2000, 1, 1),
                    ends_on__lte=datetime.date(2100, 12, 31),
                ),
                name="event_in_this_century",
                violation_error_message="Mötets dagar måste ligga mellan år 2000 och 2100.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="event_ends_after_it_starts",
                violation_error_message="Mötet kan inte sluta före sin första dag.",
            ),
            models.CheckConstraint(
                condition=Q(end_time__isnull=True) | Q(start_time__isnull=False),
                name="event_end_time_needs_start_time",
                violation_error_message="Ange också när mötet börjar.",
            ),
            models.CheckConstraint(
                condition=Q(end_time__isnull=True)
                | Q(ends_on__gt=F("starts_on"))
                | Q(end_time__gt=F("start_time")),
                name="event_end_time_after_start_time",
                violation_error_message="Sluttiden måste vara senare än starttiden.",
            ),
            models.CheckConstraint(
                condition=~Q(date_precision="month")
                | Q(start_time__isnull=True, end_time__isnull=True, starts_on__day=1),
                name="event_month_only_has_no_time",
                violation_error_message="Ett möte utan bestämd dag kan inte ha någon tid.",
            ),
            models.CheckConstraint(
                condition=~Q(status="moved") | Q(original_starts_on__isnull=False),
                name="event_moved_keeps_original_date",
                violation_error_message="Ange vilken dag mötet flyttades från.",
            ),
        ]

    def __str__(self) -> str:
        day = f"{self.starts_on:%Y-%m}" if self.is_month_only else f"{self.starts_on:%Y-%m-%d}"
        return f"{self.title} {day}"

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the address the event had, so that links in mail and minutes go on leading to it."""
        before = self._stored_address()
        super().save(*args, **kwargs)
        if before and before != (self.starts_on, self.date_precision, self.slug):
            starts_on, date_precision, slug = before
            FormerAddress.objects.update_or_create(
                starts_on=starts_on, date_precision=date_precision, slug=slug, defaults={"event": self}
            )

    def get_absolute_url(self) -> str:
        return self.address_on(self.starts_on)

    def address_on(self, day: datetime.date) -> str:
        """The event's address if it starts on `day`; a moved event can be reached at its original day too."""
        if self.is_month_only:
            return reverse("calendar_app:event-month-detail", args=[day.year, day.month, self.slug])
        return reverse("calendar_app:event-detail", args=[day.year, day.month, day.day, self.slug])

    def clean(self) -> None:
        """Fill in what follows from the rest: the last day, the whole month, the slug."""
        if not self.slug:
            self.slug = slugify(self.title)[:60].strip("-") or slugify(self.get_kind_display())
        # The form leaves out what it could not read.
        if not self.starts_on:
            return
        if self.is_month_only:
            last_day = calendar.monthrange(self.starts_on.year, self.starts_on.month)[1]
            self.starts_on, self.ends_on = self.starts_on.replace(day=1), self.starts_on.replace(day=last_day)
        elif not self.ends_on:
            self.ends_on = self.starts_on
        if self.status == self.Status.MOVED:
            self._keep_original_day()

    def _keep_original_day(self) -> None:
        """Fill in the day a moved event has been moved from, unless it is given; it can't be the same day."""
        stored = None if self.original_starts_on else self._stored_address()
        if stored and stored[0] != self.starts_on:
            self.original_starts_on = stored[0]
        if self.original_starts_on == self.starts_on:
            raise ValidationError(
                {"original_starts_on": "Ett flyttat möte måste ha en annan dag än den ursprungliga."}
            )

    def _stored_address(self) -> tuple[datetime.date, str, str] | None:
        """First day, date precision and slug as they stand in the database; None for a new event."""
        if not self.pk:
            return None
        stored = Event.objects.filter(pk=self.pk).values_list("starts_on", "date_precision", "slug")
        return stored.first()

    @property
    def is_month_only(self) -> bool:
        """Whether only the month is known."""
        return self.date_precision == self.DatePrecision.MONTH

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def is_several_days(self) -> bool:
        return not self.is_month_only and self.ends_on > self.starts_on

    @property
    def place_in_order(self) -> tuple[datetime.date, int]:
        """What `EventQuerySet.before` and `after` compare."""
        return self.sorts_on, self.pk

    @property
    def month(self) -> datetime.date:
        """First day of the month the event is listed under."""
        return self.starts_on.replace(day=1)

    @property
    def host_list(self) -> list[Municipality]:
        """Host municipalities in the order they are named; uses what `with_hosts` fetched."""
        return [event_host.municipality for event_host in self.event_hosts.all()]


def share_days(first: datetime.date, last: datetime.date) -> Q:
    """What shares a day with the span: it begins in it, or began earlier and goes on for more than a day.

    Both are found where they stand in an index, while "begins by the last, ends by the first or later" is
    half of all events there have been, or half of those to come.
    """
    goes_on = Q(starts_on__lt=first, ends_on__gte=first, ends_on__gt=F("starts_on"))
    return Q(starts_on__range=(first, last)) | goes_on


def fetch_hosts(events: Sequence[Event]) -> None:
    """Fetch the hosts of all of them by one query, as `with_hosts` does of a list of their own."""
    prefetch_related_objects(events, _hosts())


def _hosts() -> Prefetch:
    return Prefetch("event_hosts", EventHost.objects.select_related("municipality"))


class EventHost(Tracked):
    """A municipality that hosts an event: what happened, while `HostTurn` is what was promised."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="event_hosts", verbose_name="möte")
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="event_hosts", verbose_name="kommun"
    )
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("event",)

    class Meta:
        verbose_name = "värdkommun"
        verbose_name_plural = "värdkommuner"
        ordering = ["event", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "municipality"],
                name="event_host_once",
                violation_error_message="Kommunen är redan värd för mötet.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.event}"


class FormerAddress(models.Model):
    """Where an event's page used to be: kept by `Event.save` when the day or the slug changes."""

    event = models.ForeignKey(
        Event, models.CASCADE, related_name="former_addresses", verbose_name="möte", editable=False
    )
    starts_on = models.DateField("första dag", editable=False)
    date_precision = models.CharField("datum angavs med", max_length=10, editable=False)
    slug = models.SlugField("adressdel", max_length=60, editable=False)

    class Meta:
        verbose_name = "tidigare adress"
        verbose_name_plural = "tidigare adresser"
        ordering = ["event", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["starts_on", "date_precision", "slug"], name="former_address_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m-%d} {self.slug}"


class AgendaItem(Tracked):
    """A point on an event's agenda."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="agenda", verbose_name="möte")
    title = models.CharField("punkt", max_length=200)
    note = models.TextField("beskrivning", blank=True)
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("event",)

    class Meta:
        verbose_name = "punkt på dagordningen"
        verbose_name_plural = "dagordning"
        ordering = ["event", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class EventLink(Tracked):
    """A paper for an event that is published elsewhere, such as on a municipality's website."""

    class Kind(models.TextChoices):
        NOTICE = "notice", "Kallelse"
        AGENDA = "agenda", "Dagordning"
        PAPER = "paper", "Underlag"
        MINUTES = "minutes", "Protokoll"
        PRESENTATION = "presentation", "Presentation"

    event = models.ForeignKey(Event, models.CASCADE, related_name="links", verbose_name="möte")
    kind = models.CharField("slag", max_length=15, choices=Kind)
    title = models.CharField("titel", max_length=150)
    url = models.URLField("webbadress")
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("event",)

    class Meta:
        verbose_name = "handling"
        verbose_name_plural = "handlingar"
        ordering = ["event", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class EventDocument(Tracked):
    """A document that is posted to an event: its summons, agenda, papers or minutes."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="event_documents", verbose_name="möte")
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="event_documents", verbose_name="dokument"
    )

    belongs_to = ("event",)

    class Meta:
        verbose_name = "dokument till möte"
        verbose_name_plural = "dokument till möten"
        ordering = ["event", "document__kind", "document__title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "document"],
                name="event_document_once",
                violation_error_message="Dokumentet hör redan till mötet.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.event}"

    @property
    def is_shown_on_owner(self) -> bool:
        return Document.objects.public().filter(pk=self.document_id).exists()
