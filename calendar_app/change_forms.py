"""What can be done to meetings through the year: status, publication, day, place and host."""

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse

from calendar_app.event_change import ChangeForm, Offer
from calendar_app.hosts import keep_hosts, refusal_of_hosts
from calendar_app.models import Event, HostTurn
from calendar_app.moving import last_day_after, standing_after
from calendar_app.planning_forms import ClockInput, DayInput
from committee.models import Municipality
from sodertorn.dates import long_date, when
from sodertorn.prose import join_swedish
from sodertorn.publishing import Publication

# --- Status and publication ---------------------------------------------------------------------------------


class StatusForm(ChangeForm):
    status: ClassVar[Event.Status]

    def change(self, event: Event) -> None:
        event.status = self.status
        self._store(event)

    def described(self, event: Event) -> str:
        return event.get_status_display()


class ConfirmForm(StatusForm):
    path, title, button = "faststall", "Fastställ möten", "Fastställ"
    done = ("Ett möte är nu fastställt.", "{} möten är nu fastställda.")
    history = "Fastställt"
    status = Event.Status.CONFIRMED

    def reason_to_leave(self, event: Event) -> str:
        return "" if event.status == Event.Status.PRELIMINARY else "är inte preliminärt"

    def seen(self, before: Event, after: Event) -> str:
        return "Mötet står inte längre som preliminärt i prenumeranternas kalendrar."


class CancelForm(StatusForm):
    path, title, button = "stall-in", "Ställ in möten", "Ställ in"
    done = ("Ett möte är nu inställt.", "{} möten är nu inställda.")
    history = "Inställt"
    status = Event.Status.CANCELLED
    explanation = "Ett inställt möte tas inte bort. Det står kvar i kalendern, märkt som inställt."

    def reason_to_leave(self, event: Event) -> str:
        return "är redan inställt" if event.is_cancelled else ""

    def seen(self, before: Event, after: Event) -> str:
        if after.ends_on < self.on:
            return "Mötet är redan över och försvinner ur prenumeranternas kalendrar. Dess sida finns kvar."
        return f"Prenumeranternas kalendrar visar ”INSTÄLLT: {after.title}” på mötets dag."


class PublicationForm(ChangeForm):
    publication: ClassVar[Publication]

    def change(self, event: Event) -> None:
        event.publication = self.publication
        self._store(event)

    def described(self, event: Event) -> str:
        return event.get_publication_display()


class PublishForm(PublicationForm):
    path, title, button = "publicera", "Publicera möten", "Publicera"
    done = ("Ett möte är nu publicerat.", "{} möten är nu publicerade.")
    history = "Publicerat"
    publication = Publication.PUBLISHED

    def reason_to_leave(self, event: Event) -> str:
        return "" if event.is_draft else "är redan publicerat"

    def seen(self, before: Event, after: Event) -> str:
        return "Mötet visas på webbplatsen och kommer in i prenumeranternas kalendrar."


class UnpublishForm(PublicationForm):
    path, title, button = "gor-till-utkast", "Gör möten till utkast", "Gör till utkast"
    done = ("Ett möte är nu ett utkast.", "{} möten är nu utkast.")
    history = "Gjort till utkast"
    publication = Publication.DRAFT
    explanation = (
        "Blir ett möte inte av: ställ in det i stället, så att de som har det i sin kalender får veta det."
    )

    def reason_to_leave(self, event: Event) -> str:
        return "är redan ett utkast" if event.is_draft else ""

    def seen(self, before: Event, after: Event) -> str:
        return "Mötet försvinner från webbplatsen och ur prenumeranternas kalendrar, utan förklaring."


# --- Day, place and host ------------------------------------------------------------------------------------


class MoveForm(ChangeForm):
    path, title, button = "flytta", "Flytta möten", "Flytta"
    done = ("Ett möte är nu flyttat.", "{} möten är nu flyttade.")
    history = "Flyttat"
    explanation = (
        "Ett publicerat möte vars dag är fastställd märks som flyttat och minns sin ursprungliga dag. "
        "Utkast och preliminära möten får bara en annan dag."
    )
    days = forms.IntegerField(
        label="Skjut alla så många dagar",
        required=False,
        min_value=-366,
        max_value=366,
        help_text="Till exempel 7 för en vecka senare, eller −7 för en vecka tidigare. "
        "Gäller möten vars dag inte ändras nedan.",
    )

    def __init__(self, events: Sequence[Event], on: date, data: Any = None) -> None:
        super().__init__(events, on, data)
        for event in self.chosen:
            name = str(event)
            self.fields[f"day_{event.pk}"] = forms.DateField(
                label="Första dag",
                initial=None if event.is_month_only else event.starts_on,
                required=not event.is_month_only,
                widget=DayInput(format="%Y-%m-%d", attrs={"aria-label": f"Första dag: {name}"}),
            )
            for part, label, value in (
                ("start", "Börjar kl.", event.start_time),
                ("end", "Slutar kl.", event.end_time),
            ):
                self.fields[f"{part}_{event.pk}"] = forms.TimeField(
                    label=label,
                    initial=value,
                    required=False,
                    widget=ClockInput(format="%H:%M", attrs={"aria-label": f"{label}: {name}"}),
                )

    def reason_to_leave(self, event: Event) -> str:
        return "är inställt" if event.is_cancelled else ""

    def clean(self) -> None:
        changed = set(self.changed_data)
        if not changed or (changed == {"days"} and not self.cleaned_data.get("days")):
            raise ValidationError(
                "Skriv en ny dag eller tid för minst ett möte, eller hur många dagar de skjuts."
            )

        if changed == {"days"} and all(event.is_month_only for event in self.chosen):
            raise ValidationError(
                "Ett möte utan dag kan inte skjutas fram eller tillbaka. Skriv en dag för det."
            )

    def change(self, event: Event) -> None:
        day, hours = self._day(event), self._hours(event)
        if day is None or (day == event.starts_on and hours == (event.start_time, event.end_time)):
            return
        standing = standing_after(event, day)
        last_day = day if event.is_month_only else last_day_after(event, day)
        event.status, event.original_starts_on = standing.status, standing.original_starts_on
        event.starts_on, event.ends_on = day, last_day
        event.date_precision = Event.DatePrecision.DAY
        event.start_time, event.end_time = hours
        self._store(event)

    def in_order(self, events: list[Event]) -> list[Event]:
        """So that a meeting leaves its day before another of its name comes there."""
        new = {event.pk: self._day(event) or event.starts_on for event in events}
        later = [event for event in events if new[event.pk] > event.starts_on]
        others = [event for event in events if event not in later]
        return [*sorted(later, key=_first_day, reverse=True), *sorted(others, key=_first_day)]

    def years(self) -> set[int]:
        return super().years() | {day.year for event in self.chosen if (day := self._day(event))}

    def _day(self, event: Event) -> date | None:
        day: date | None = self.cleaned_data.get(f"day_{event.pk}")
        if f"day_{event.pk}" not in self.changed_data and day is not None:
            return day + timedelta(self.cleaned_data.get("days") or 0)
        return day

    def _hours(self, event: Event) -> tuple[time | None, time | None]:
        return self.cleaned_data[f"start_{event.pk}"], self.cleaned_data[f"end_{event.pk}"]

    def described(self, event: Event) -> str:
        text = when(
            event.starts_on,
            event.ends_on,
            month_only=event.is_month_only,
            start_time=event.start_time,
            end_time=event.end_time,
        )
        return f"{text} ({event.get_status_display().lower()})"

    def seen(self, before: Event, after: Event) -> str:
        if before.is_month_only:
            return "Mötet kommer in i prenumeranternas kalendrar, nu när det har en dag."
        if before.starts_on == after.starts_on:
            return "Prenumeranternas kalendrar visar den nya tiden."
        text = "Prenumeranternas kalendrar visar mötet på den nya dagen"
        if after.original_starts_on:
            return f"{text}, med upplysningen ”Flyttat från {long_date(after.original_starts_on)}”."
        return f"{text}."


def _first_day(event: Event) -> date:
    return event.starts_on


class LocationForm(ChangeForm):
    path, title, button = "byt-lokal", "Byt lokal", "Byt lokal"
    done = ("Ett möte har fått en ny lokal.", "{} möten har fått en ny lokal.")
    history = "Ny lokal"
    location = forms.CharField(
        label="Lokal",
        required=False,
        max_length=Event._meta.get_field("location").max_length,
        help_text="Lämna tomt om lokalen inte är bestämd.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, events: Sequence[Event], on: date, data: Any = None) -> None:
        super().__init__(events, on, data)
        places = {event.location for event in events}
        self.fields["location"].initial = places.pop() if len(places) == 1 else ""

    def change(self, event: Event) -> None:
        if event.location != self.cleaned_data["location"]:
            event.location = self.cleaned_data["location"]
            self._store(event)

    def described(self, event: Event) -> str:
        return event.location or "ingen lokal"

    def seen(self, before: Event, after: Event) -> str:
        return "Prenumeranternas kalendrar visar den nya lokalen."


class HostsForm(ChangeForm):
    path, title, button = "byt-vard", "Byt värd", "Byt värd"
    done = ("Ett möte har fått en ny värd.", "{} möten har fått en ny värd.")
    history = "Ny värd"
    explanation = (
        "Mötet får en annan värd. Vems tur det var ändras inte: ska två kommuner byta tur med varandra, "
        "anteckna i stället ett byte av värdskap, så håller ordningen."
    )
    host = forms.ModelChoiceField(
        Municipality.objects.all(), label="Värdkommun", required=False, empty_label="ingen bestämd"
    )
    co_host = forms.ModelChoiceField(
        Municipality.objects.all(), label="Andra värdkommun", required=False, empty_label="–"
    )

    def __init__(self, events: Sequence[Event], on: date, data: Any = None) -> None:
        super().__init__(events, on, data)
        if len(self.events) == 1:
            for name, host in zip(self.fields, self.events[0].host_list, strict=False):
                self.fields[name].initial = host

    def clean(self) -> None:
        chosen = [self.cleaned_data.get(name) for name in ("host", "co_host")]
        self.hosts = [municipality for municipality in chosen if municipality]
        if len(set(self.hosts)) < len(self.hosts):
            self.add_error("co_host", "Välj två olika kommuner, eller bara en värdkommun.")

    def change(self, event: Event) -> None:
        if refusal := refusal_of_hosts(event.body, self.hosts):
            raise ValidationError(refusal)
        keep_hosts(event, self.hosts)

    def described(self, event: Event) -> str:
        return join_swedish(str(host) for host in event.host_list) or "ingen värd"

    def seen(self, before: Event, after: Event) -> str:
        return "Prenumeranternas kalendrar visar den nya värdkommunen."

    def offers(self, event: Event) -> tuple[Offer, ...]:
        """A swap of turns, where the meeting to come is a turn of someone who would no longer host it."""
        if event.ends_on < self.on:
            return ()
        turns = HostTurn.objects.filter(event=event).select_related("rotation", "municipality")
        kept = {host.pk for host in self.hosts}
        return tuple(
            offer
            for turn in turns
            if self.hosts and turn.municipality_id not in kept
            for offer in self._swap(turn)
        )

    def _swap(self, turn: HostTurn) -> Iterator[Offer]:
        """The next turn of the new host, or else an earlier one that isn't over, to swap with."""
        taker = self.hosts[0]
        to_come = Q(event=None) | Q(event__ends_on__gte=self.on)
        others = turn.rotation.turns.filter(to_come, municipality=taker).order_by("number")
        second = others.filter(number__gt=turn.number).first() or others.last()
        about = f"Mötet är tur {turn.number}, som är {turn.municipality}s."
        if second is None:
            yield Offer(f"{about} {taker} har ingen tur att byta med.", "", "")
            return
        query = {"rotation": turn.rotation_id, "first_turn": turn.pk, "second_turn": second.pk}
        address = f"{reverse('admin:calendar_app_hostswap_add')}?{urlencode(query)}"
        yield Offer(
            f"{about} Ska {taker} ta den och {turn.municipality} tur {second.number}, anteckna ett byte i "
            "stället: då byter båda turerna och deras möten värd.",
            "Anteckna ett byte av värdskap",
            address,
        )


CHANGES: tuple[type[ChangeForm], ...] = (
    MoveForm,
    LocationForm,
    HostsForm,
    ConfirmForm,
    CancelForm,
    PublishForm,
    UnpublishForm,
)
