"""Forms that take in documents: one with all that can be said of it, or several at once."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from committee.documents import CheckedFile, checked_file
from committee.documents_formats import ALLOWED, FORMATS, Refused, size_text
from committee.documents_names import suggestion
from committee.documents_storage import NewFiles
from committee.models import Body, Document, OperationalPlan
from sodertorn.publishing import Publication

CHOOSE_AGAIN = "Inget är sparat. Webbläsaren kan inte komma ihåg filer: välj dem igen när felen är rättade."


def largest_text() -> str:
    """What the limits are, for help texts."""
    return (
        f"Högst {size_text(settings.MAX_UPLOAD_SIZE)} per fil och "
        f"{size_text(settings.MAX_REQUEST_SIZE)} tillsammans."
    )


def accepted_suffixes() -> str:
    """For the browser's own dialogue, which then shows such files first. What they are is checked here."""
    return ",".join(f".{each.suffix}" for each in FORMATS.values()) + ",.jpeg"


class DocumentForm(forms.ModelForm):
    """A document in the back office. `new_file` is the file that was chosen, if one was."""

    file = forms.FileField(
        label="Fil",
        widget=forms.FileInput,
        error_messages={
            "required": "Välj en fil.",
            "empty": "Filen är tom. Välj en fil som har ett innehåll.",
        },
    )

    class Meta:
        model = Document
        exclude: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.new_file: CheckedFile | None = None
        if "file" in self.fields:
            field = self.fields["file"]
            field.widget.attrs["accept"] = accepted_suffixes()
            field.help_text = f"{ALLOWED} Högst {size_text(settings.MAX_UPLOAD_SIZE)}."
            if self.instance.pk:
                field.help_text += (
                    " Lämna tomt för att behålla filen. Den förra versionen finns kvar i historiken."
                )

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if isinstance(given, UploadedFile):
            try:
                self.new_file = checked_file(given)
            except Refused as refusal:
                raise ValidationError(str(refusal)) from None
        return given

    def _post_clean(self) -> None:
        """Say last of all that a good file has to be chosen again."""
        super()._post_clean()  # type: ignore[misc] # the hook that Django's own user forms use
        if self.errors and self.new_file:
            self.add_error("file", CHOOSE_AGAIN)


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Files, each checked; a fault is told with the name of its file."""

    def clean(self, data: Any, initial: Any = None) -> list[CheckedFile]:
        faults, files = [], []
        for uploaded in data or [None]:
            if uploaded is None:
                super().clean(uploaded, initial)
                continue
            try:
                files.append(checked_file(uploaded))
            except Refused as refusal:
                faults.append(f"”{uploaded.name}”: {refusal}")
        if faults:
            raise ValidationError(faults)
        return files


class UploadForm(forms.Form):
    """Several documents at once: what is chosen goes for all of them, and their names tell the rest."""

    body = forms.ModelChoiceField(
        Body.objects.all(), label="Organ", required=False, empty_label="Inget, eller mötets organ"
    )
    plan = forms.ModelChoiceField(
        OperationalPlan.objects.original(), label="Verksamhetsplan", required=False, empty_label="Ingen"
    )
    kind = forms.ChoiceField(
        choices=[("", "Efter filnamnet"), *Document.Kind.choices],
        label="Slag",
        required=False,
        help_text="”Protokoll 2018-03-08.pdf” blir ett protokoll med den dagen som datum. "
        "Titel, slag och datum kan ändras efteråt.",
    )
    publication = forms.ChoiceField(
        choices=Publication.choices,
        label="Publicering",
        initial=Publication.DRAFT,
        help_text="Ett utkast syns bara för inloggad personal tills det publiceras.",
    )
    uploads = SeveralFilesField(
        label="Filer",
        widget=SeveralFilesInput,
        error_messages={"required": "Välj minst en fil."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].help_text = f"{ALLOWED} {largest_text()}"
        self.fields["uploads"].widget.attrs |= {
            "accept": accepted_suffixes(),
            "data-largest": settings.MAX_UPLOAD_SIZE,
            "data-largest-together": settings.MAX_REQUEST_SIZE,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors and "uploads" in cleaned:
            self.add_error("uploads", CHOOSE_AGAIN)
        return cleaned

    def store(
        self,
        stored: NewFiles,
        *,
        otherwise: Document.Kind = Document.Kind.OTHER,
        body: Body | None = None,
        day: datetime.date | None = None,
    ) -> list[Document]:
        """Store every file as a document; `otherwise`, `body` and `day` go where nothing else is known."""
        documents = []
        for file in self.cleaned_data["uploads"]:
            suggested = suggestion(file.content.name or "")
            document = Document(
                kind=self.cleaned_data["kind"] or suggested.kind or otherwise,
                title=suggested.title,
                publication=self.cleaned_data["publication"],
                dated_on=suggested.dated_on or day or timezone.localdate(),
                body=self.cleaned_data["body"] or body,
                plan=self.cleaned_data["plan"],
            )
            stored.add(document, file)
            document.full_clean()
            document.save()
            documents.append(document)
        return documents
