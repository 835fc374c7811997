"""The back office for documents."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from committee.documents_forms import DocumentForm
from committee.documents_storage import new_files, with_the_same_content
from committee.models import Document
from committee.tables import DocumentTable
from sodertorn.publishing import Publication
from sodertorn.round_trip import RoundTripAdmin


def told_of_the_same_content(request: HttpRequest, document: Document) -> None:
    """Warn that the file is there already, under the name of the other document."""
    if other := with_the_same_content(document):
        text = f"”{document}” har exakt samma innehåll som ”{other}” ({other.dated_on:%Y-%m-%d})."
        messages.warning(request, f"{text} Ta bort det ena om det inte är meningen.")


@admin.register(Document)
class DocumentAdmin(RoundTripAdmin):
    """One document at a time. Several are taken in at once by the page that also knows the meetings."""

    form = DocumentForm
    resource_class = DocumentTable
    change_list_template = "admin/committee/document/change_list.html"
    list_display = ["title", "publication", "kind", "shown_format", "dated_on", "linked_to"]
    list_filter = ["publication", "kind", "body", "plan"]
    list_select_related = ["body", "plan"]
    date_hierarchy = "dated_on"
    search_fields = ["title", "file_name", "dated_on"]
    search_help_text = "Sök på titel, filnamn eller datum, till exempel 2018-03."
    autocomplete_fields = ["body", "plan"]
    readonly_fields = ["shown_file", "sha256"]
    actions = ["publish", "make_draft"]
    fieldsets = [
        (None, {"fields": ["kind", "title", "dated_on", "publication"]}),
        ("Filen", {"fields": ["shown_file", "file"]}),
        ("Hör till", {"fields": ["body", "plan"]}),
        ("Kontrollsumma", {"fields": ["sha256"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return super().get_queryset(request).prefetch_related("event_documents__event")

    def get_fieldsets(self, request: HttpRequest, obj: Document | None = None) -> Any:
        """Without what a document that is being added does not have yet."""
        return super().get_fieldsets(request, obj) if obj else ADDING

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        with new_files() as stored:
            request.new_files = stored  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: Any, obj: Document, form: Any, change: bool) -> None:  # noqa: FBT001
        if form.new_file:
            request.new_files.add(obj, form.new_file)
        super().save_model(request, obj, form, change)
        if form.new_file:
            told_of_the_same_content(request, obj)

    @admin.display(description="format", ordering="size")
    def shown_format(self, document: Document) -> str:
        return document.format_and_size

    @admin.display(description="hör till")
    def linked_to(self, document: Any) -> str:
        """Meetings, body and plan, whichever there are."""
        events = [str(link.event) for link in document.event_documents.all()]
        body = [document.body.short_name] if document.body and not events else []
        return ", ".join([*events, *body, *([str(document.plan)] if document.plan else [])])

    @admin.display(description="nu")
    def shown_file(self, document: Document) -> str:
        address, told = document.get_absolute_url(), document.format_and_size
        return format_html('<a href="{}">{}</a> ({})', address, document.file_name, told)

    @admin.action(description="Publicera", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        """Let everyone read them."""
        number = self._set_publication(request, queryset, Publication.PUBLISHED, "Publicerades.")
        one, many = "Ett dokument är nu publicerat.", f"{number} dokument är nu publicerade."
        self._tell(request, number, one, many, "De valda dokumenten är redan publicerade.")

    @admin.action(description="Gör till utkast", permissions=["change"])
    def make_draft(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        """Take them from the website."""
        number = self._set_publication(request, queryset, Publication.DRAFT, "Gjordes till utkast.")
        one, many = "Ett dokument är nu ett utkast.", f"{number} dokument är nu utkast."
        self._tell(request, number, one, many, "De valda dokumenten är redan utkast.")

    def _set_publication(
        self, request: HttpRequest, documents: QuerySet[Document], publication: Publication, history: str
    ) -> int:
        """Set it on each that has another, with a line in its history, and return how many there were."""
        changed = list(documents.exclude(publication=publication))
        for document in changed:
            document.publication = publication
            document.save(update_fields=["publication"])
            self.log_change(request, document, history)
        return len(changed)

    def _tell(self, request: HttpRequest, number: int, one: str, many: str, none: str) -> None:
        text = {0: none, 1: one}.get(number, many)
        self.message_user(request, text, messages.SUCCESS if number else messages.WARNING)


ADDING = [
    (None, {"fields": ["kind", "title", "dated_on", "publication"]}),
    ("Filen", {"fields": ["file"]}),
    ("Hör till", {"fields": ["body", "plan"]}),
]
