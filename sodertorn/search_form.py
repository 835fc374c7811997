"""The form of search, as it stands in the address: what is looked for, and among what. A top."""

from typing import Any
from urllib.parse import urlencode

from django import forms

from committee.models import Municipality
from sodertorn.search import LONGEST_QUESTION, Question, years
from sodertorn.search_entry import SearchEntry

TOO_LONG = (
    f"Sökningen är för lång. Skriv högst {LONGEST_QUESTION} tecken, helst bara de ord som är viktigast."
)


class SearchForm(forms.Form):
    """A plain GET form; every limit may be left open."""

    q = forms.CharField(
        required=False,
        label="Sök efter",
        max_length=LONGEST_QUESTION,
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    typ = forms.ChoiceField(
        choices=[("", "Allt"), *SearchEntry.Kind.choices],
        required=False,
        label="Visa",
        error_messages={"invalid_choice": "Typen i adressen finns inte. Välj en i listan."},
    )
    ar = forms.ChoiceField(
        required=False,
        label="År",
        error_messages={"invalid_choice": "Det året finns det inget från. Välj ett i listan."},
    )
    kommun = forms.ModelChoiceField(
        Municipality.objects.all(),
        to_field_name="slug",
        required=False,
        label="Kommun",
        empty_label="Alla kommuner",
        error_messages={"invalid_choice": "Kommunen i adressen finns inte. Välj en i listan."},
    )

    def __init__(self, data: Any) -> None:
        # A NUL can't be typed, and no database takes it: it is left out, like other characters that are none.
        super().__init__({name: value.replace("\x00", " ") for name, value in data.items()})
        choices = [("", "Alla år"), *((str(year), str(year)) for year in years())]
        self.fields["ar"].choices = choices  # type: ignore[attr-defined]

    @property
    def question(self) -> Question:
        """What is asked; nothing while anything is wrong."""
        if not self.is_valid():
            return Question()
        asked = self.cleaned_data
        return Question(
            text=asked["q"],
            kind=asked["typ"],
            year=int(asked["ar"]) if asked["ar"] else None,
            municipality=asked["kommun"].code if asked["kommun"] else "",
        )

    @property
    def limits(self) -> list[Any]:
        """The fields beside the one for the words."""
        return [self["typ"], self["ar"], self["kommun"]]

    @property
    def is_limited(self) -> bool:
        return any(self.data.get(name) for name in ("typ", "ar", "kommun"))

    def query_with(self, **other: Any) -> str:
        """The query of the same search, with something else in it; what is empty is left out."""
        chosen = {name: self.data.get(name) for name in self.fields} | other
        return f"?{urlencode({name: value for name, value in chosen.items() if value})}"
