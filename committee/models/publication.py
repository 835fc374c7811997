"""What we publish: documents, news, and pages that the secretariat writes."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone

from committee.documents_formats import FORMATS, size_text
from committee.models.organisation import Body
from committee.models.plan import OperationalPlan
from committee.page_address import taken_addresses
from sodertorn.publishing import Publication, Publishable, PublishableQuerySet
from sodertorn.rich_text_field import RichTextField
from sodertorn.tracking import Dated


class DocumentQuerySet(PublishableQuerySet["Document"]):
    def for_plan(self, plan: OperationalPlan) -> "DocumentQuerySet":
        """What belongs to the plan; a working copy has what its published plan has."""
        return self.filter(plan__in={plan.pk, plan.working_copy_of_id or plan.pk}).select_related("body")


class Document(Publishable, Dated):
    """A file that has been checked to be what it says, with what it is about.

    `file` is stored under a name of the portal's own making; `file_name` is what readers get it as.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", "Kallelse"
        AGENDA = "agenda", "Dagordning"
        PAPER = "paper", "Underlag"
        MINUTES = "minutes", "Protokoll"
        PRESENTATION = "presentation", "Presentation"
        PLAN = "plan", "Verksamhetsplan"
        ANNUAL_REPORT = "annual_report", "Årsredovisning"
        AGREEMENT = "agreement", "Avtal"
        GOVERNING = "governing", "Styrdokument"
        REPORT = "report", "Rapport"
        OTHER = "other", "Övrigt"

    kind = models.CharField("slag", max_length=15, choices=Kind)
    title = models.CharField("titel", max_length=150)
    file = models.FileField("fil", upload_to="dokument", max_length=150)
    file_name = models.CharField("filnamn", max_length=150, editable=False)
    media_type = models.CharField("format", max_length=100, editable=False)
    size = models.PositiveBigIntegerField("storlek i byte", editable=False)
    sha256 = models.CharField("kontrollsumma (SHA-256)", max_length=64, editable=False)
    dated_on = models.DateField("dokumentets datum", default=timezone.localdate)
    body = models.ForeignKey(
        Body, models.SET_NULL, related_name="documents", verbose_name="organ", null=True, blank=True
    )
    plan = models.ForeignKey(
        OperationalPlan,
        models.SET_NULL,
        related_name="documents",
        verbose_name="verksamhetsplan",
        null=True,
        blank=True,
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "dokument"
        verbose_name_plural = "dokument"
        ordering = ["-dated_on", "title", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("committee:document-file", args=[self.pk, self.file_name])

    @property
    def format_and_size(self) -> str:
        """As in "PDF, 456 kB"."""
        return f"{FORMATS[self.media_type].name}, {size_text(self.size)}"


class NewsItemQuerySet(PublishableQuerySet["NewsItem"]):
    """News."""

    def formerly_at(self, day: datetime.date, slug: str) -> "NewsItemQuerySet":
        """Those published at the address once, before their date or slug was changed."""
        past = NewsItem.history.filter(published_on=day, slug=slug, publication=Publication.PUBLISHED)
        return self.filter(pk__in=past.values("id"))


class NewsItem(Publishable, Dated):
    """A piece of news. `text` is sanitised HTML of the few formats that the editor offers."""

    title = models.CharField("rubrik", max_length=150)
    slug = models.SlugField("adressdel", max_length=80)
    published_on = models.DateField("datum", default=timezone.localdate)
    lead = models.CharField("ingress", max_length=400, help_text="En eller två meningar som visas i listor.")
    text = RichTextField("text", blank=True)

    objects = NewsItemQuerySet.as_manager()

    class Meta:
        verbose_name = "nyhet"
        verbose_name_plural = "nyheter"
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["published_on", "slug"],
                name="news_address_unique",
                violation_error_message="Det finns redan en nyhet med samma datum och adressdel.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        day = self.published_on
        return reverse("committee:newsitem-detail", args=[day.year, day.month, day.day, self.slug])


class PageQuerySet(PublishableQuerySet["Page"]):
    """Pages."""

    def formerly_at(self, slug: str) -> "PageQuerySet":
        """Those published at the address once, before their slug was changed."""
        past = Page.history.filter(slug=slug, publication=Publication.PUBLISHED)
        return self.filter(pk__in=past.values("id"))

    def with_own_address(self) -> "PageQuerySet":
        """Without the texts that are shown on pages that the portal has anyway."""
        return self.exclude(slug__in=SHARED_PAGES)


SHARED_PAGES = ("om", "kontakt")
"""Pages that the portal has anyway, on which the text of a `Page` with the same slug is shown."""


class Page(Publishable, Dated):
    """A page that the secretariat writes. `text` is sanitised HTML, as in a `NewsItem`."""

    class Language(models.TextChoices):
        """BCP 47 tags; easy-to-read Swedish is Swedish to a screen reader."""

        SWEDISH = "sv", "Svenska"
        ENGLISH = "en", "Engelska"

    title = models.CharField("rubrik", max_length=150)
    slug = models.SlugField("adressdel", max_length=80, unique=True)
    language = models.CharField("språk", max_length=2, choices=Language, default=Language.SWEDISH)
    lead = models.CharField("ingress", max_length=400, blank=True)
    text = RichTextField("text", blank=True)
    position = models.PositiveSmallIntegerField("ordning", default=0)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = "sida"
        verbose_name_plural = "sidor"
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("committee:page-detail", args=[self.slug])

    def clean(self) -> None:
        if self.slug not in SHARED_PAGES and self.slug in taken_addresses():
            message = f"Adressen /{self.slug}/ används redan av portalen. Välj en annan adressdel."
            raise ValidationError({"slug": message})
