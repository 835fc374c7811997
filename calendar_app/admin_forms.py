"""Forms of the back office that look beyond their own row: who shares the day, and who may host."""

from typing import Any

from django import forms

from calendar_app.confirmation import confirmation_of, warnings_of
from calendar_app.hosts import refusal_of_hosts
from calendar_app.models import Event, EventHost, HostSwap, HostTurn
from calendar_app.moving import standing_after
from calendar_app.occasion import Occasion, occasion_of
from calendar_app.stored_rules import body_rules, municipality_names
from committee.models import Municipality
from sodertorn.back_office import InlineFormSet
from sodertorn.dates import date_span

WHEN = {"body", "kind", "date_precision", "starts_on", "ends_on", "start_time", "end_time", "status"}
NOT_SAVED_YET = "Mötet är inte sparat än. Läs varningen, och bocka för ”Spara ändå” om det ska vara så."


class EventForm(forms.ModelForm):
    """An event that shares its day with another is saved when someone has said that it is meant so.

    The page shows `warnings` with a box to tick, whose value is `confirmation`.
    """

    class Meta:
        model = Event
        exclude: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings: list[str] = []

    @property
    def confirmation(self) -> str:
        return confirmation_of(self.warnings)

    def clean(self) -> dict[str, Any]:
        """Let the rest follow a changed day: the last day of a meeting of one day, and that it has moved.

        What is written in those fields at the same time counts.
        """
        data = super().clean() or {}
        stored, changed = self.instance, set(self.changed_data)
        starts_on = data.get("starts_on")
        if not (stored.pk and starts_on and "starts_on" in changed):
            return data
        if "ends_on" not in changed and stored.ends_on == stored.starts_on:
            data["ends_on"] = starts_on
        if not {"status", "original_starts_on"} & changed:
            is_month = data.get("date_precision") == Event.DatePrecision.MONTH
            standing = standing_after(stored, starts_on, month_only=is_month)
            data |= {"status": standing.status, "original_starts_on": standing.original_starts_on}
        return data

    def _post_clean(self) -> None:
        """Ask about warnings last, of an event that has no other fault."""
        super()._post_clean()  # type: ignore[misc] # the hook that Django's own user forms use
        if self.errors or not WHEN & set(self.changed_data):
            return
        occasion = self._occasion()
        events = Event.objects.with_hosts().on_days(occasion.starts_on, occasion.ends_on)
        others = [occasion_of(event) for event in events.exclude(pk=self.instance.pk)]
        if others:
            self.warnings = warnings_of(occasion, others, body_rules(), municipality_names())
        if self.warnings and self.data.get("save_anyway") != self.confirmation:
            self.add_error(None, NOT_SAVED_YET)

    def _occasion(self) -> Occasion:
        """The event as it is in the form. A new one has no hosts yet, as the rules see it."""
        event = self.instance
        return Occasion(
            title=event.title,
            body=event.body.slug if event.body else "",
            kind=Event.Kind(event.kind),
            starts_on=event.starts_on,
            ends_on=event.ends_on,
            hosts=tuple(host.slug for host in event.host_list) if event.pk else (),
            start_time=event.start_time,
            end_time=event.end_time,
            status=Event.Status(event.status),
            is_month_only=event.is_month_only,
        )


def _refuse_non_member(form: forms.ModelForm, event: Event, municipality: Municipality | None) -> None:
    if municipality and (refusal := refusal_of_hosts(event.body, [municipality])):
        form.add_error("municipality", refusal)


class MemberHostFormSet(InlineFormSet):
    """Hosts of an event, each with a seat in its body."""

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if form.has_changed() and not data.get("DELETE"):
                _refuse_non_member(form, self.instance, data.get("municipality"))


class EventHostForm(forms.ModelForm):
    class Meta:
        model = EventHost
        exclude: list[str] = []

    def clean(self) -> None:
        super().clean()
        if event := self.cleaned_data.get("event"):
            _refuse_non_member(self, event, self.cleaned_data.get("municipality"))


class TurnField(forms.ModelChoiceField):
    """A turn told by its rotation, number, municipality and day."""

    def label_from_instance(self, obj: Any) -> str:
        event = obj.event
        when = (
            date_span(event.starts_on, event.ends_on, month_only=event.is_month_only, weekday=False)
            if event
            else str(obj.year)
        )
        return f"{obj.rotation.body.short_name}, tur {obj.number}: {obj.municipality} ({when})"


class SwapForm(forms.ModelForm):
    """Two turns to exchange. They stand fixed once it is done."""

    class Meta:
        model = HostSwap
        exclude: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        turns = HostTurn.objects.select_related("rotation__body", "municipality", "event")
        for name in ("first_turn", "second_turn"):
            if name in self.fields:
                label = self.fields[name].label
                self.fields[name] = TurnField(turns.order_by("rotation", "-number"), label=label)
