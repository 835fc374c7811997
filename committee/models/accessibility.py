"""How accessible the portal is: what the law demands that we tell, and what visitors tell us.

The law on accessibility of digital public service (2018:1937), its ordinance (2018:1938), and Digg's list of
what a statement ("tillgänglighetsredogörelse") must hold.
"""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from committee.accessibility import Conformance, Ground, contradiction
from sodertorn.publishing import Publication, Publishable, PublishableQuerySet
from sodertorn.tracking import Dated, Tracked

LONGEST_PROBLEM = 5000


class AccessibilityStatement(Publishable, Dated):
    """The statement of how accessible the portal is. The published one is in force; drafts are to come.

    What is not accessible stands in rows of its own (`InaccessibleContent`).
    """

    actor = models.CharField("offentlig aktör", max_length=200, help_text="Den som svarar för webbplatsen.")
    service = models.CharField("webbplatsens namn", max_length=150)
    conformance = models.CharField("webbplatsen är", max_length=10, choices=Conformance)
    summary = models.TextField(
        "i korthet", help_text="Några enkla meningar som står först. Skilj stycken åt med en tom rad."
    )
    method = models.TextField(
        "så bedömdes den",
        help_text="Hur ni har kontrollerat tillgängligheten, och vad ni inte har kontrollerat.",
    )
    assessed_on = models.DateField("bedömd", help_text="Dagen då webbplatsen senast kontrollerades.")
    updated_on = models.DateField("redogörelsen uppdaterad", default=timezone.localdate)

    objects: PublishableQuerySet["AccessibilityStatement"] = PublishableQuerySet.as_manager()  # type: ignore[assignment]

    rows_are_checked_apart = False
    """Set by a form that holds the rows too, since those that are stored are about to change."""

    class Meta:
        verbose_name = "tillgänglighetsredogörelse"
        verbose_name_plural = "tillgänglighetsredogörelser"
        ordering = ["-publication", "-updated_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication"],
                condition=Q(publication="published"),
                name="one_accessibility_statement_in_force",
                violation_error_message="En annan redogörelse gäller redan. Spara den här som utkast, "
                "och välj ”Låt den valda gälla” i listan.",
            ),
            models.CheckConstraint(
                condition=Q(updated_on__gte=F("assessed_on")),
                name="statement_updated_after_assessment",
                violation_error_message="Redogörelsen kan inte vara uppdaterad före dagen då webbplatsen "
                "bedömdes.",
            ),
        ]

    def __str__(self) -> str:
        return f"Tillgänglighetsredogörelse {self.updated_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The public page; a draft has one of its own, for staff."""
        if self.is_draft:
            return reverse("committee:accessibility-draft", args=[self.pk])
        return reverse("committee:accessibility")

    def clean(self) -> None:
        """Refuse a conformance that the stored rows contradict; what they lack may be on its way."""
        if self.pk and not self.rows_are_checked_apart:
            self._check_rows(is_finished=False)

    def _check_rows(self, *, is_finished: bool) -> None:
        grounds = self.inaccessible.values_list("ground", flat=True)
        problem = contradiction(self.conformance, grounds, is_finished=is_finished)
        if problem:
            raise ValidationError({"conformance": problem})

    @transaction.atomic
    def come_into_force(self) -> None:
        """Publish it, and make a draft of the one that was in force until now.

        Raises ValidationError if it may not be published; then nothing is changed.
        """
        former = AccessibilityStatement.objects.public().exclude(pk=self.pk).select_for_update().first()
        if former:
            former.publication = Publication.DRAFT
            former.save()
        self.publication = Publication.PUBLISHED
        self._check_rows(is_finished=True)
        self.full_clean()
        self.save()


class InaccessibleContent(Tracked):
    """Something in the portal that is not accessible: what, which requirement, why, and until when."""

    statement = models.ForeignKey(
        AccessibilityStatement,
        models.CASCADE,
        related_name="inaccessible",
        verbose_name="redogörelse",
    )
    ground = models.CharField("grund", max_length=10, choices=Ground, default=Ground.DEFECT)
    what = models.TextField("vad som inte är tillgängligt")
    requirement = models.CharField(
        "krav",
        max_length=150,
        blank=True,
        help_text="Till exempel ”WCAG 1.3.1 (EN 301 549, 9.1.3.1)”. Behövs inte för det som lagen undantar.",
    )
    why = models.TextField("varför")
    mended_by = models.DateField(
        "åtgärdas senast", null=True, blank=True, help_text="Tom om det inte är bestämt."
    )
    position = models.PositiveSmallIntegerField("ordning", default=0)

    belongs_to = ("statement",)

    class Meta:
        verbose_name = "otillgängligt innehåll"
        verbose_name_plural = "otillgängligt innehåll"
        ordering = ["statement", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(why=""),
                name="inaccessible_content_has_reason",
                violation_error_message="Skriv vad som inte är tillgängligt, och varför.",
            ),
            models.CheckConstraint(
                condition=Q(ground="outside") | ~Q(requirement=""),
                name="inaccessible_content_has_requirement",
                violation_error_message="Skriv vilket krav som inte är uppfyllt.",
            ),
            models.CheckConstraint(
                condition=Q(ground="defect") | Q(mended_by__isnull=True),
                name="only_defects_are_mended",
                violation_error_message="Bara en brist har en dag då den är åtgärdad.",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    def clean(self) -> None:
        """Refuse a shortcoming of what is said to have none."""
        if self.statement_id and self.ground == Ground.DEFECT:
            problem = contradiction(self.statement.conformance, [Ground.DEFECT], is_finished=False)
            if problem:
                raise ValidationError({"ground": problem})


class ProblemReportQuerySet(models.QuerySet["ProblemReport"]):
    def unanswered(self) -> "ProblemReportQuerySet":
        return self.filter(status=ProblemReport.Status.NEW)

    def with_personal_data(self) -> "ProblemReportQuerySet":
        return self.exclude(name="", email="")

    def forget(self) -> int:
        """Take away who sent them, and tell of how many it was known."""
        return self.with_personal_data().update(name="", email="")


class ProblemReport(models.Model):
    """What a visitor has told us is not accessible ("anmäld brist"), and what became of it.

    Its versions are not kept, unlike those of other rows: what is forgotten of a person must be gone.
    """

    is_content = False
    """No page shows it, so the pages that are kept stand when one comes in (`sodertorn/generation.py`)."""

    class Status(models.TextChoices):
        NEW = "new", "Ny"
        ANSWERED = "answered", "Besvarad"
        MENDED = "mended", "Åtgärdad"

    received_at = models.DateTimeField("inkom", default=timezone.now, editable=False)
    problem = models.TextField("vad som är fel", max_length=LONGEST_PROBLEM)
    address = models.CharField("vilken sida", max_length=500, blank=True)
    name = models.CharField("namn", max_length=100, blank=True)
    email = models.EmailField("e-post", blank=True)
    status = models.CharField("läge", max_length=10, choices=Status, default=Status.NEW)
    note = models.TextField(
        "sekretariatets anteckning", blank=True, help_text="Vad ni svarade och gjorde. Visas inte för andra."
    )
    is_mailed = models.BooleanField("mejlad till sekretariatet", default=False, editable=False)
    submission = models.CharField("sändning", max_length=64, unique=True, editable=False)
    """The same for a form that was sent twice, as by a double click."""

    objects = ProblemReportQuerySet.as_manager()

    class Meta:
        verbose_name = "anmäld brist"
        verbose_name_plural = "anmälda brister"
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(problem=""),
                name="problem_report_says_something",
                violation_error_message="Skriv vad som är fel.",
            ),
        ]

    def __str__(self) -> str:
        return f"Anmäld brist {self.pk}"
