"""The filter above the list of documents."""

from typing import Any
from urllib.parse import urlencode

from django import forms

from committee.models import Body, Document
from sodertorn.publishing import PublishableQuerySet


class DocumentFilter(forms.Form):
    """A plain GET form: kind, year and body, in any combination."""

    slag = forms.ChoiceField(
        choices=[("", "Alla slag"), *Document.Kind.choices],
        required=False,
        label="Slag",
        error_messages={"invalid_choice": "Slaget i adressen finns inte. Välj ett i listan."},
    )
    ar = forms.ChoiceField(
        required=False,
        label="År",
        error_messages={"invalid_choice": "Det året finns inga dokument från. Välj ett i listan."},
    )
    organ = forms.ModelChoiceField(
        Body.objects.all(),
        to_field_name="slug",
        required=False,
        label="Organ",
        empty_label="Alla organ",
        error_messages={"invalid_choice": "Organet i adressen finns inte. Välj ett i listan."},
    )

    def __init__(self, data: Any, documents: PublishableQuerySet[Document]) -> None:
        """`documents` are those that the reader may see."""
        super().__init__(data)
        self._documents = documents
        days = documents.order_by().values_list("dated_on", flat=True).distinct()
        years = sorted({str(day.year) for day in days}, reverse=True)
        self.fields["ar"].choices = [("", "Alla år"), *((year, year) for year in years)]  # type: ignore[attr-defined]

    @property
    def documents(self) -> PublishableQuerySet[Document]:
        """Those that fit every chosen value; none if a value is unknown."""
        if not self.is_valid():
            return self._documents.none()
        wanted = {"kind": "slag", "dated_on__year": "ar", "body": "organ"}
        chosen = {lookup: self.cleaned_data[name] for lookup, name in wanted.items()}
        return self._documents.filter(**{lookup: value for lookup, value in chosen.items() if value})

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def page_address(self, number: int) -> str:
        """The query that leads to a page of the list, with the filter as it is."""
        chosen = {name: self.data[name] for name in self.fields if self.data.get(name)}
        return f"?{urlencode({**chosen, 'sida': number})}"
