"""What the wizard asks: which year, which directions, and whose inhabitants."""

from datetime import date
from typing import Any

from django import forms

from sodertorn.dates import date_text


class YearForm(forms.Form):
    year = forms.IntegerField(
        label="Verksamhetsår",
        min_value=2000,
        max_value=2100,
        error_messages={
            "required": "Skriv vilket år det gäller.",
            "invalid": "Skriv året med fyra siffror.",
            "min_value": "Skriv ett år mellan 2000 och 2100.",
            "max_value": "Skriv ett år mellan 2000 och 2100.",
        },
    )


class DirectionsForm(forms.Form):
    """The directions ticked, and those that were ticked when the page was shown, by their keys."""

    wanted = forms.TypedMultipleChoiceField(coerce=int, required=False)
    shown = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, keys: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("wanted", "shown"):
            field: Any = self.fields[name]
            field.choices = [(key, str(key)) for key in keys]
            field.error_messages["invalid_choice"] = (
                "En av inriktningarna finns inte längre i planen som utkastet görs av. Öppna sidan på nytt."
            )


class PopulationForm(forms.Form):
    folkmangd = forms.TypedChoiceField(label="Folkmängd per", coerce=date.fromisoformat)

    def __init__(self, *args: Any, dates: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["folkmangd"]
        field.choices = [(day.isoformat(), date_text(day)) for day in dates]
        field.error_messages["invalid_choice"] = (
            "Folkmängden är inte känd för alla kommuner den dagen. Välj en annan."
        )
