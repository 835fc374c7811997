"""Forms about the budget: the what-if, and a budget's lines in the administration."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME

from budget.models import BudgetLine, Scenario
from budget.what_if import Assumption, DecidedTotal, NewRate, what_if_query
from sodertorn.back_office import InlineFormSet
from sodertorn.dates import date_text
from sodertorn.long_select import LongChoices, LongSelect
from sodertorn.money import number
from sodertorn.written_numbers import written_number

HIGHEST_RATE = Decimal(1000)
HIGHEST_TOTAL = 1_000_000_000


class AmountField(forms.Field):
    """Kronor as people write them: "2,50", "1 280 000", with a true minus sign; bounded and to the öre."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 30})

    def __init__(self, *, highest: Decimal | int, decimals: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.highest = highest
        self.decimals = decimals

    def to_python(self, value: Any) -> Decimal | None:
        """Raises ValidationError with what is wrong with the number."""
        if not str(value or "").strip():
            return None
        try:
            amount = written_number(str(value).strip().removesuffix("kr"))
        except ValueError as error:
            raise ValidationError(f"{self.label}: {error}.") from error
        if amount < 0:
            raise ValidationError(f"{self.label}: beloppet kan inte vara negativt.")
        if amount > self.highest:
            raise ValidationError(f"{self.label}: högst {number(self.highest)} kronor.")
        if amount != round(amount, self.decimals):
            unit = "högst två decimaler" if self.decimals else "hela kronor"
            raise ValidationError(f"{self.label}: ange {unit}.")
        return amount


class WhatIfForm(forms.Form):
    """A plain GET form: a new rate from a day or a total to share, the year, and whose population."""

    avgift = AmountField(
        label="Ny avgift",
        highest=HIGHEST_RATE,
        decimals=2,
        required=False,
        help_text="Kronor per invånare och år.",
    )
    fran = forms.DateField(
        label="Gäller från",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Gäller från: skriv dagen som 2018-07-01."},
    )
    belopp = AmountField(
        label="Belopp att fördela",
        highest=HIGHEST_TOTAL,
        decimals=0,
        required=False,
        help_text="Hela kronor för året, efter folkmängd.",
    )
    ar = forms.TypedChoiceField(
        label="År",
        coerce=int,
        required=False,
        widget=LongSelect,
        error_messages={"invalid_choice": "År: välj ett i listan."},
    )
    folkmangd = forms.TypedChoiceField(
        label="Folkmängd",
        coerce=datetime.date.fromisoformat,
        required=False,
        widget=LongSelect,
        error_messages={"invalid_choice": "Folkmängd: välj en dag i listan."},
    )

    def __init__(
        self,
        data: Any,
        *,
        years: Sequence[int],
        usual_year: int,
        population_dates: Sequence[datetime.date],
    ) -> None:
        """`population_dates`, newest first, are those on which every municipality has a figure."""
        self.usual = {"ar": usual_year, "folkmangd": usual_population_date(usual_year, population_dates)}
        usual = {name: str(value) for name, value in self.usual.items()}
        super().__init__({**usual, **{name: value for name, value in data.items() if value}}, auto_id="%s")
        self.is_asked = any(data.get(name) for name in self.base_fields)
        year_field, date_field = self.fields["ar"], self.fields["folkmangd"]
        assert isinstance(year_field, forms.ChoiceField)  # noqa: S101 - as declared above
        assert isinstance(date_field, forms.ChoiceField)  # noqa: S101
        year_field.choices = LongChoices((str(year), str(year)) for year in years)
        date_field.choices = LongChoices((day.isoformat(), date_text(day)) for day in population_dates)

    def clean(self) -> dict[str, Any]:
        """Ask for either a rate with its day or a total, unless a field is wrong already."""
        values = super().clean() or {}
        rate, day, total = (values.get(name) for name in ("avgift", "fran", "belopp"))
        if self.errors:
            return values
        if not values["folkmangd"]:
            raise ValidationError("Det finns ingen dag då folkmängden är känd för alla kommuner.")
        if total is not None and (rate is not None or day):
            raise ValidationError(
                "Fyll i antingen en ny avgift och från vilken dag, eller ett belopp att fördela."
            )
        if total is None and (rate is None or day is None):
            raise ValidationError(
                "Fyll i en ny avgift och från vilken dag den gäller, eller ett belopp att fördela."
            )
        if day and day.year > values["ar"]:
            self.add_error("fran", f"Gäller från: dagen måste komma före slutet av {values['ar']}.")
        if day and day.year < values["ar"] - 1:
            self.add_error("fran", f"Gäller från: dagen kan inte ligga före {values['ar'] - 1}.")
        return values

    @property
    def assumption(self) -> Assumption:
        """What a valid form asks about."""
        values = self.cleaned_data
        if values["belopp"] is not None:
            return DecidedTotal(int(values["belopp"]))
        return NewRate(values["avgift"], values["fran"])

    @property
    def query(self) -> str:
        """A valid form as the end of an address, "?avgift=5&fran=2018-07-01…", always the same."""
        return what_if_query(self.assumption, self.cleaned_data["ar"], self.cleaned_data["folkmangd"])


class ScenarioForm(forms.ModelForm):
    """The name under which a what-if is kept."""

    class Meta:
        model = Scenario
        fields = ["name", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}


def usual_population_date(year: int, population_dates: Sequence[datetime.date]) -> datetime.date | str:
    """The newest date before the year, or else the newest there is; "" when there is none."""
    before = [day for day in population_dates if day.year < year]
    return next(iter([*before, *population_dates]), "")


class LineFormSet(InlineFormSet):
    """One of the tables of lines in a budget's form; the last one checks what all of them will hold.

    A published budget must still be fit for publication with the lines as they will be stored, so neither
    the budget nor a line can be judged by itself meanwhile.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.lines_checked_together = True
        self._tables: list[LineFormSet] = vars(self.instance).setdefault("line_tables", [])
        self._tables.append(self)

    def clean(self) -> None:
        super().clean()
        *others, last = self._tables
        if self is last and not any(self.errors) and all(table.is_valid() for table in others):
            self.instance.refuse_obstacles(line for table in self._tables for line in table.lines())

    def lines(self) -> list[BudgetLine]:
        """The lines as they will be stored, without those marked for deletion and the empty rows."""
        return [
            form.instance
            for form in self.forms
            if (form.instance.pk or form.has_changed()) and not form.cleaned_data.get(DELETION_FIELD_NAME)
        ]
