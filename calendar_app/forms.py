"""The filter above the calendar."""

from typing import Any
from urllib.parse import urlencode

from django import forms

from calendar_app.models import Event, EventQuerySet
from committee.models import Body, Municipality


class EventFilter(forms.Form):
    """A plain GET form: body, host municipality and kind, in any combination."""

    organ = forms.ModelChoiceField(
        Body.objects.all(),
        to_field_name="slug",
        required=False,
        label="Organ",
        empty_label="Alla organ",
        error_messages={"invalid_choice": "Organet i adressen finns inte. Välj ett i listan."},
    )
    vard = forms.ModelChoiceField(
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

    @property
    def query(self) -> str:
        """The chosen values as the end of an address, "?organ=…", to be kept when moving to another year."""
        return self._query_without(None)

    def chips(self) -> list[dict[str, Any]]:
        """Each chosen value with its label and the query that takes it away."""
        if not self.is_valid():
            return []
        labels = {
            "organ": getattr(self.cleaned_data["organ"], "short_name", ""),
            "vard": str(self.cleaned_data["vard"] or ""),
            "typ": dict(Event.Kind.choices).get(self.cleaned_data["typ"], ""),
        }
        return [
            {"label": f"{self.fields[name].label}: {label}", "query": self._query_without(name)}
            for name, label in labels.items()
            if label
        ]

    def _query_without(self, excluded: str | None) -> str:
        chosen = {name: self.data[name] for name in self.fields if name != excluded and self.data.get(name)}
        return f"?{urlencode(chosen)}" if chosen else ""
