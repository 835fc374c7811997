"""The back office for the papers of events, with the page that takes in several documents at once."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst

from calendar_app.models import Event, EventDocument
from committee.documents_admin import told_of_the_same_content
from committee.documents_forms import UploadForm
from committee.documents_storage import NewFiles, new_files
from committee.models import Document
from sodertorn.back_office import PortalAdmin, PortalInline


class EventDocumentInline(PortalInline):
    model = EventDocument
    fields = ["document"]
    autocomplete_fields = ["document"]
    verbose_name_plural = "handlingar som ligger i portalen"


class EventUploadForm(UploadForm):
    """Documents that may be the papers of an event."""

    event = forms.ModelChoiceField(
        Event.objects.select_related("body").order_by("-sorts_on", "-pk"),
        label="Möte",
        required=False,
        empty_label="Inget möte",
        error_messages={"invalid_choice": "Mötet finns inte längre. Välj ett i listan."},
    )
    field_order = ["event"]

    def store_for_event(self, stored: NewFiles) -> list[Document]:
        """Store the documents, and post them to the event if one is chosen."""
        event = self.cleaned_data["event"]
        if event is None:
            return self.store(stored)
        day = None if event.is_month_only else event.starts_on
        documents = self.store(stored, otherwise=Document.Kind.PAPER, body=event.body, day=day)
        for document in documents:
            EventDocument.objects.create(event=event, document=document)
        return documents


class EventDocumentAdmin(PortalAdmin):
    list_display = ["document", "kind", "event", "publication"]
    list_filter = ["document__kind", "document__publication"]
    list_select_related = ["document", "event"]
    search_fields = ["document__title", "event__title", "event__starts_on"]
    search_help_text = "Sök på dokument, möte eller datum, till exempel 2018-03."
    autocomplete_fields = ["event", "document"]
    view_on_site = False
    fields = ["event", "document"]

    @admin.display(description="slag", ordering="document__kind")
    def kind(self, row: EventDocument) -> str:
        return row.document.get_kind_display()

    @admin.display(description="publicering", ordering="document__publication")
    def publication(self, row: EventDocument) -> str:
        return row.document.get_publication_display()

    def get_urls(self) -> list[URLPattern]:
        upload = self.admin_site.admin_view(self.upload)
        return [path("ladda-upp/", upload, name="calendar_app_eventdocument_upload"), *super().get_urls()]

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Ask for files and store them all, or say what is wrong with each and store none."""
        if not may_upload(request):
            raise PermissionDenied
        if request.method != "POST":
            form = EventUploadForm(
                initial={name: request.GET.get(name) for name in ("event", "body", "plan")}
            )
            return self._upload_page(request, form)
        form = EventUploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._upload_page(request, form)
        with new_files() as stored:
            documents = form.store_for_event(stored)
            for document in documents:
                self.log_addition(request, document, [{"added": {}}])
        self._tell(request, documents)
        return _answer(request, _next_address(request, form.cleaned_data["event"], documents))

    def _tell(self, request: HttpRequest, documents: list[Document]) -> None:
        listed = ", ".join(f"”{document}” ({document.get_kind_display().lower()})" for document in documents)
        how = "Dokumentet är" if len(documents) == 1 else f"{len(documents)} dokument är"
        is_draft = documents[0].is_draft
        state = "uppladdat" if len(documents) == 1 else "uppladdade"
        state += (
            " som utkast" if is_draft else " och publicerat" if len(documents) == 1 else " och publicerade"
        )
        messages.success(request, f"{how} {state}: {listed}.")
        for document in documents:
            told_of_the_same_content(request, document)

    def _upload_page(self, request: HttpRequest, form: EventUploadForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": Document._meta,
            "app_label": capfirst(Document._meta.app_config.verbose_name),
            "title": "Ladda upp dokument",
            "form": form,
        }
        return render(request, "admin/committee/document/upload.html", context)


def may_upload(request: HttpRequest) -> bool:
    """Whether the person may both add documents and post them to meetings."""
    return request.user.has_perms(["committee.add_document", "calendar_app.add_eventdocument"])


def _next_address(request: HttpRequest, event: Event | None, documents: list[Document]) -> str:
    """Back to the event, or on to the list of what was stored."""
    if event and request.user.has_perm("calendar_app.view_event"):
        return reverse("admin:calendar_app_event_change", args=[event.pk])
    query = urlencode({"pk__in": ",".join(str(document.pk) for document in documents)})
    return f"{reverse('admin:committee_document_changelist')}?{query}"


def _answer(request: HttpRequest, address: str) -> HttpResponse:
    """The script, which shows how far the upload has come, goes to the address by itself."""
    if request.accepts("text/html"):
        return HttpResponseRedirect(address)
    return JsonResponse({"address": address})
