"""The filter above the calendar."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict

from calendar_app.models import Event, EventQuerySet
from committee.models import Body, Municipality

Chosen = tuple[tuple[str, str], ...]
"""What an address asks the filter for: names of its fields, each with the last value given."""


class _Choices(ModelChoiceIterator):
    def __iter__(self) -> Iterator[Any]:
        yield "", self.field.empty_label
        yield from map(self.choice, self.queryset)


class _RowField(forms.ModelChoiceField):
    """Rows by their slugs, read once both to choose among and to check by."""

    iterator = _Choices

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        chosen = next((row for row in self.queryset or () if row.slug == value), None)
        if chosen is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return chosen


class EventFilter(forms.Form):
    """A plain GET form: body, host municipality and kind, in any combination."""

    organ = _RowField(
        Body.objects.all(),
        to_field_name="slug",
        required=False,
        label="Organ",
        empty_label="Alla organ",
        error_messages={"invalid_choice": "Organet i adressen finns inte. Välj ett i listan."},
    )
    vard = _RowField(
        Municipality.objects.all(),
        to_field_name="slug",
        required=False,
        label="Värdkommun",
        empty_label="Alla kommuner",
        error_messages={"invalid_choice": "Kommunen i adressen finns inte. Välj en i listan."},
    )
    typ = forms.ChoiceField(
        choices=[("", "Alla typer"), *Event.Kind.choices],
        required=False,
        label="Typ",
        error_messages={"invalid_choice": "Typen i adressen finns inte. Välj en i listan."},
    )

    @classmethod
    def chosen_in(cls, query: QueryDict) -> Chosen:
        """What the end of an address asks for, as a value to compare."""
        return tuple([(name, str(query[name])) for name in cls.base_fields if name in query])

    def apply(self, events: EventQuerySet) -> EventQuerySet:
        """The events that fit every chosen value; none if a value is unknown."""
        if not self.is_valid():
            return events.none()
        if body := self.cleaned_data["organ"]:
            events = events.for_body(body)
        if host := self.cleaned_data["vard"]:
            events = events.hosted_by(host)
        if kind := self.cleaned_data["typ"]:
            events = events.of_kind(kind)
        return events

    def read_choices(self) -> None:
        """Read them now: threads that show the same form at once would break each other's questions."""
        for field in self.fields.values():
            field.choices = [(str(value), label) for value, label in field.choices]  # type: ignore[attr-defined]

    @property
    def is_active(self) -> bool:
        """Whether anything is asked for, be it known or not."""
        return any(self.data.get(name) for name in self.fields)

    @property
    def drawn_from(self) -> list[Any]:
        """All that the fields are drawn from: their choices, and what is chosen."""
        self.read_choices()
        return [(name, field.choices, self.data.get(name)) for name, field in self.fields.items()]  # type: ignore[attr-defined]

    @property
    def query(self) -> str:
        """The chosen values as the end of an address, "?organ=…", to be kept when moving to another page."""
        return self.query_with()

    def query_with(self, **more: Any) -> str:
        """The query with something added, such as the number of a page."""
        return self._as_query({**self._chosen, **more})

    @property
    def labels(self) -> dict[str, str]:
        """Each chosen value in words, by the name of its field."""
        chosen = self._chosen
        words = {
            "organ": lambda: self.cleaned_data["organ"].short_name,
            "vard": lambda: self.cleaned_data["vard"].name,
            "typ": lambda: Event.Kind(self.cleaned_data["typ"]).label,
        }
        return {name: words[name]() for name in chosen}

    def chips(self) -> list[dict[str, Any]]:
        """Each chosen value with its label and the query that takes it away; none beside an unknown value."""
        if not self.is_valid():
            return []
        chosen = self._chosen
        return [
            {
                "label": f"{self.fields[name].label}: {label}",
                "query": self._as_query({other: chosen[other] for other in chosen if other != name}),
            }
            for name, label in self.labels.items()
        ]

    @property
    def _chosen(self) -> dict[str, str]:
        """The values that are known. Others are left out, or every link would repeat what was mistyped."""
        self.is_valid()
        return {name: self.data[name] for name in self.fields if self.cleaned_data.get(name)}

    @staticmethod
    def _as_query(values: dict[str, Any]) -> str:
        return f"?{urlencode(values)}" if values else ""
