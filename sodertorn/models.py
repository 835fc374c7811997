"""What concerns the portal as a whole: decisions to publish, links to drafts, and what the loaders wrote."""

import secrets
from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

from sodertorn.search_entry import SearchEntry, SearchWord  # noqa: F401 - tables of the project's own
from sodertorn.tracking import Tracked


class Adoption(Tracked):
    """A decision to publish a plan with its budget and its calendar, or a revision of it."""

    plan = models.ForeignKey(
        "committee.OperationalPlan", models.CASCADE, related_name="adoptions", verbose_name="verksamhetsplan"
    )
    decided_on = models.DateField("beslutad")
    meeting = models.ForeignKey(
        "calendar_app.Event",
        models.SET_NULL,
        related_name="adoptions",
        verbose_name="beslutades vid",
        null=True,
        blank=True,
    )
    published_at = models.DateTimeField("publicerad", default=timezone.now, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="publicerad av", null=True, editable=False
    )

    belongs_to = ("plan",)

    class Meta:
        verbose_name = "beslut om verksamhetsplan"
        verbose_name_plural = "beslut om verksamhetsplaner"
        ordering = ["-published_at"]

    def __str__(self) -> str:
        return f"{self.plan}, beslutad {self.decided_on:%Y-%m-%d}"


class AcceptedWarning(Tracked):
    """Why the secretariat lets a warning of the checklist stand. Kept when the plan has been published."""

    plan = models.ForeignKey(
        "committee.OperationalPlan",
        models.CASCADE,
        related_name="accepted_warnings",
        verbose_name="verksamhetsplan",
    )
    rule = models.CharField("regel", max_length=50)
    text = models.TextField("varning")
    comment = models.TextField("kommentar", help_text="Varför planen kan publiceras ändå.")

    belongs_to = ("plan",)

    class Meta:
        verbose_name = "godtagen varning"
        verbose_name_plural = "godtagna varningar"
        ordering = ["plan", "rule", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "rule", "text"],
                name="warning_accepted_once",
                violation_error_message="Varningen har redan en kommentar.",
            ),
            models.CheckConstraint(
                condition=~Q(comment=""),
                name="accepted_warning_has_comment",
                violation_error_message="Skriv varför varningen kan godtas.",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_shown_on_owner(self) -> bool:
        return False


def new_token() -> str:
    """Enough chance that nobody guesses it: 192 bits."""
    return secrets.token_urlsafe(24)


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def valid_at(self, now: datetime) -> "PreviewLinkQuerySet":
        return self.filter(expires_at__gt=now, revoked_at=None)


class PreviewLink(models.Model):
    """An address that shows one draft to whoever has it, until it expires or is revoked."""

    token = models.CharField("nyckel", max_length=64, unique=True, default=new_token, editable=False)
    content_type = models.ForeignKey(ContentType, models.CASCADE, verbose_name="slag", editable=False)
    object_id = models.PositiveBigIntegerField("rad", editable=False)
    shown = GenericForeignKey("content_type", "object_id")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="skapad av", null=True, editable=False
    )
    created_at = models.DateTimeField("skapad", default=timezone.now, editable=False)
    expires_at = models.DateTimeField("gäller till")
    revoked_at = models.DateTimeField("återkallad", null=True, editable=False)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "förhandsgranskning"
        verbose_name_plural = "förhandsgranskningar"
        ordering = ["-created_at"]
        permissions = [("view_drafts", "Får se utkast på webbplatsen")]

    def __str__(self) -> str:
        return f"{self.shown} till {timezone.localtime(self.expires_at):%Y-%m-%d %H.%M}"


class LoadedRow(models.Model):
    """A row written from a file, with the values it was given.

    A row whose values now differ from these has been edited by staff, and the loader leaves it alone.
    """

    key = models.CharField("nyckel i filen", max_length=400, unique=True)
    content_type = models.ForeignKey(ContentType, models.CASCADE, verbose_name="slag")
    object_id = models.PositiveBigIntegerField("rad")
    values = models.JSONField("inlästa värden")
    loaded_at = models.DateTimeField("inläst", auto_now=True)

    class Meta:
        verbose_name = "inläst rad"
        verbose_name_plural = "inlästa rader"
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class ContentGeneration(models.Model):
    """How many times anything that pages show has changed: one row, raised by triggers in the database.

    A page that was built is right for as long as the number stays the same (`sodertorn/generation.py`).
    """

    is_content = False
    number = models.BigIntegerField("nummer", default=0)
    changed_at = models.DateTimeField("senast ändrat", default=timezone.now)

    class Meta:
        verbose_name = "innehållets generation"
        verbose_name_plural = "innehållets generation"

    def __str__(self) -> str:
        return str(self.number)
