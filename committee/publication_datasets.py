"""What we publish, as open data: documents and news. The texts of pages are the pages themselves."""

from django.urls import reverse

from committee.datasets import URL, values_in_words
from committee.models import Body, Document, NewsItem
from committee.plan_datasets import plans
from sodertorn.dataset_queries import day_span, matching, revision_of
from sodertorn.opendata import Column, PublishedDataset, Row


def _document_row(row: Document, base_url: str) -> Row:
    return (
        row.title,
        row.kind,
        row.dated_on,
        row.body.name if row.body else None,
        row.plan.year if row.plan and not row.plan.is_draft else None,
        row.file_name,
        row.media_type,
        row.size,
        row.sha256,
        f"{base_url}{row.get_absolute_url()}",
        row.edited_at,
    )


DOCUMENTS = PublishedDataset(
    slug="dokument",
    title="Dokument",
    description="Alla publicerade dokument och var filerna hämtas: kallelser, protokoll, avtal och annat.",
    columns=(
        Column("title", "Titel", "Dokumentets titel."),
        Column("kind", "Slag", values_in_words(Document.Kind.choices)),
        Column("dated_on", "Datum", "Dokumentets eget datum.", kind="date"),
        Column("body", "Organ", "Organet som det hör till. Tomt om inget."),
        Column("plan_year", "Verksamhetsplan", "Året vars plan det hör till. Tomt om ingen.", kind="integer"),
        Column("file_name", "Filnamn", "Vad filen heter när den hämtas."),
        Column("media_type", "Format", "Filens format, som application/pdf."),
        Column("size", "Storlek", "Filens storlek.", "byte", "integer"),
        Column("sha256", "Kontrollsumma", "SHA-256 av filens innehåll."),
        Column("url", "Fil", "Adressen där filen hämtas."),
        Column("changed_at", "Ändrad", "När uppgifterna eller filen senast ändrades.", kind="datetime"),
    ),
    items=lambda: (
        Document.objects.public().select_related("body", "plan").order_by("-dated_on", "title", "pk")
    ),
    as_row=_document_row,
    revision=lambda: revision_of(Document.objects.public(), Body.objects.all(), plans()),
    keywords=("dokument", "protokoll", "kallelser", "handlingar"),
    page=lambda: reverse("committee:document-list"),
    temporal=lambda: day_span(Document.objects.public(), "dated_on"),
    filters=(
        matching("kind", "Slag", "kind", choices=tuple(Document.Kind.values)),
        matching("year", "Dokumentets år", "dated_on__year", "integer"),
    ),
)


def _news_row(row: NewsItem, base_url: str) -> Row:
    return row.published_on, row.title, row.lead, f"{base_url}{row.get_absolute_url()}", row.edited_at


NEWS = PublishedDataset(
    slug="nyheter",
    title="Nyheter",
    description="Rubrik och ingress för varje nyhet, med adressen till hela texten.",
    columns=(
        Column("published_on", "Datum", "Nyhetens datum.", kind="date"),
        Column("title", "Rubrik", "Nyhetens rubrik."),
        Column("lead", "Ingress", "En eller två meningar om vad nyheten gäller."),
        URL,
        Column("changed_at", "Ändrad", "När nyheten senast ändrades.", kind="datetime"),
    ),
    items=lambda: NewsItem.objects.public().order_by("-published_on", "-pk"),
    as_row=_news_row,
    revision=lambda: revision_of(NewsItem.objects.public()),
    keywords=("nyheter",),
    page=lambda: reverse("committee:newsitem-list"),
    temporal=lambda: day_span(NewsItem.objects.public(), "published_on"),
    filters=(matching("year", "År", "published_on__year", "integer"),),
)
