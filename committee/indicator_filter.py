"""The choice of year on the pages of key figures."""

from collections.abc import Iterable
from typing import Any

from django import forms

from committee.indicator_years import KnownYears
from sodertorn.long_select import LongChoices, LongSelect


class YearFilter(forms.Form):
    """A plain GET form: a year that there are values for, or for each indicator its newest."""

    ar = forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        required=False,
        label="År",
        widget=LongSelect,
        error_messages={"invalid_choice": "Det året finns inga värden från. Här visas det nyaste i stället."},
    )

    def __init__(self, data: Any, known: Iterable[KnownYears]) -> None:
        super().__init__(data)
        years = sorted({year for each in known for year in each.years}, reverse=True)
        choices = LongChoices([("", "Det nyaste"), *((year, str(year)) for year in years)])
        self.fields["ar"].choices = choices  # type: ignore[attr-defined]

    @property
    def year(self) -> int | None:
        """The chosen year, if one is chosen that there are values for."""
        return self.cleaned_data["ar"] if self.is_valid() else None

    @property
    def is_active(self) -> bool:
        return bool(self.data.get("ar"))
