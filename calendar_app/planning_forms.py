"""The forms of "Föreslå kalender": what to plan, and the draft as a table that can be edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from calendar_app.models import Event
from calendar_app.occasion import Occasion
from calendar_app.planning import Accepted, PlannedYear
from committee.models import Body, Municipality
from sodertorn.dates import NO_BREAK_SPACE, long_date, weekday_name

MOST_WEEKS = 12
PREFIX = "rad"


class QuestionForm(forms.Form):
    """Which year to plan, and in which weeks the committee is to meet."""

    year = forms.IntegerField(
        label="År", validators=[MinValueValidator(2000), MaxValueValidator(2100)], widget=forms.NumberInput
    )
    weeks = forms.CharField(
        label="Kommitténs sammanträden i vecka",
        required=False,
        max_length=100,
        help_text="Så många veckor, så många sammanträden, planeringskonferensen oräknad. "
        "Lämnas fältet tomt gäller de vanliga veckorna.",
    )

    def clean_weeks(self) -> list[int]:
        """The weeks in order; empty for the usual ones."""
        text = self.cleaned_data["weeks"].replace(",", " ")
        words = text.split()
        if not all(word.isascii() and word.isdigit() and 1 <= int(word) <= 53 for word in words):
            raise ValidationError(
                "Skriv veckonummer mellan 1 och 53 med komma emellan, till exempel 5, 12, 22."
            )
        weeks = sorted({int(word) for word in words})
        if len(weeks) > MOST_WEEKS:
            raise ValidationError(f"Högst {MOST_WEEKS} sammanträden kan planeras på en gång.")
        return weeks


@dataclass(frozen=True)
class Register:
    """What the rows of the table choose among, fetched once for all of them."""

    year: int
    bodies: dict[str, Body]
    municipalities: dict[str, Municipality]
    slugs: dict[tuple[str, str], str]
    """The last part of the address that meetings of a body and kind usually have."""
    members: dict[str, frozenset[str]]

    @classmethod
    def of(cls, year: int) -> "Register":
        bodies = Body.objects.prefetch_related("seats__municipality")
        events = Event.objects.order_by("starts_on").values_list("body__slug", "kind", "slug")
        return cls(
            year,
            {body.slug: body for body in bodies},
            {municipality.slug: municipality for municipality in Municipality.objects.all()},
            {(body or "", kind): slug for body, kind, slug in events},
            {
                body.slug: frozenset(seat.municipality.slug for seat in body.seats.all() if seat.municipality)
                for body in bodies
            },
        )


class DayInput(forms.DateInput):
    input_type = "date"


class ClockInput(forms.TimeInput):
    input_type = "time"


class ProposedForm(forms.Form):
    """One proposed meeting. A row that is not ticked is not looked at."""

    include = forms.BooleanField(label="Ta med", required=False)
    starts_on = forms.DateField(label="Första dag", widget=DayInput(format="%Y-%m-%d"))
    ends_on = forms.DateField(label="Sista dag", widget=DayInput(format="%Y-%m-%d"))
    start_time = forms.TimeField(label="Börjar kl.", required=False, widget=ClockInput(format="%H:%M"))
    end_time = forms.TimeField(label="Slutar kl.", required=False, widget=ClockInput(format="%H:%M"))
    host = forms.ChoiceField(label="Värdkommun", required=False)
    co_host = forms.ChoiceField(label="Andra värdkommun", required=False)
    # What the row is about, as it was proposed. The identity tells whether it has been saved.
    uid = forms.UUIDField(widget=forms.HiddenInput)
    body = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=Event.Kind, widget=forms.HiddenInput)
    title = forms.CharField(max_length=150, widget=forms.HiddenInput)
    proposed_on = forms.DateField(required=False, widget=forms.HiddenInput)
    explanation = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, register: Register, stored: dict[UUID, Event], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register, self.stored = register, stored
        municipalities = [(slug, str(each)) for slug, each in register.municipalities.items()]
        for name in ("host", "co_host"):
            field: Any = self.fields[name]
            field.choices = [("", "–"), *municipalities]
        body: Any = self.fields["body"]
        body.choices = [("", ""), *((slug, str(each)) for slug, each in register.bodies.items())]
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {self.shown_title}"
        self.warnings: list[str] = []
        self.accepted: Accepted | None = None
        self.url = ""

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.is_included:
            self._errors = forms.utils.ErrorDict()

    @property
    def is_included(self) -> bool:
        return bool(self["include"].value())

    @property
    def shown_title(self) -> str:
        return str(self["title"].value() or "")

    @property
    def shown_kind(self) -> str:
        return dict(Event.Kind.choices).get(str(self["kind"].value()), "")

    @property
    def shown_body(self) -> str:
        body = self.register.bodies.get(str(self["body"].value()))
        return body.short_name if body else ""

    @property
    def shown_weekday(self) -> str:
        """The weekday and week of the first day as it stands in the row."""
        day = _day(self["starts_on"].value())
        return f"{weekday_name(day)}, vecka{NO_BREAK_SPACE}{day.isocalendar().week}" if day else ""

    @property
    def shown_explanation(self) -> str:
        """Why the day was proposed; it is told apart from the day that someone has put in its place."""
        text = str(self["explanation"].value() or "")
        proposed_on = _day(self["proposed_on"].value())
        if not proposed_on or proposed_on == _day(self["starts_on"].value()):
            return text
        return f"Ändrad. Förslaget var {long_date(proposed_on)}: {text[:1].lower()}{text[1:]}"

    @property
    def is_public(self) -> bool:
        """Whether the row gives a day to an event that anyone can see."""
        event = self.stored.get(_uid(str(self["uid"].value())) or uuid4())
        return event is not None and not event.is_draft

    @property
    def is_saved(self) -> bool:
        """Whether this very row has been saved before, as when the form is sent twice."""
        event = self.stored.get(self.cleaned_data.get("uid") or uuid4())
        return event is not None and not _awaits_day(event)

    def clean(self) -> None:
        """Make the event and its hosts of the row, by the rules that events have wherever they are edited."""
        if not self.is_included or self.errors or self.is_saved:
            return
        data = self.cleaned_data
        hosts = self._hosts()
        stored = self.stored.get(data["uid"])
        # The address it has so far is what tells its turn and its place among the others.
        self.url = stored.get_absolute_url() if stored else ""
        event = stored or Event(
            uid=data["uid"],
            kind=data["kind"],
            title=data["title"],
            body=self.register.bodies.get(data["body"]),
            slug=self.register.slugs.get((data["body"], data["kind"]), ""),
        )
        event.date_precision = Event.DatePrecision.DAY
        event.status = Event.Status.PRELIMINARY
        for name in ("starts_on", "ends_on", "start_time", "end_time"):
            setattr(event, name, data[name])
        if self.register.year not in (data["starts_on"].year, data["ends_on"].year):
            self.add_error("starts_on", f"Dagen ligger inte i {self.register.year}.")
        try:
            event.full_clean(exclude=["uid", "body", "plan_section"])
        except ValidationError as problem:
            for name, messages in problem.message_dict.items():
                self.add_error(name if name in self.fields else None, messages)
        if not self.errors:
            self.accepted = Accepted(event, hosts)

    def _hosts(self) -> tuple[Municipality, ...]:
        chosen = {
            name: self.register.municipalities[slug]
            for name in ("host", "co_host")
            if (slug := self.cleaned_data[name])
        }
        members = self.register.members.get(self.cleaned_data["body"])
        for name, municipality in chosen.items():
            if members and municipality.slug not in members:
                self.add_error(name, f"{municipality} har ingen plats i organet och kan inte vara värd.")
        if len(chosen) == 2 and len(set(chosen.values())) == 1:
            self.add_error("co_host", "Kommunen är redan värd för mötet.")
        event = self.stored.get(self.cleaned_data["uid"])
        further = event.host_list[2:] if event else []  # the table has room for two
        return (*chosen.values(), *(host for host in further if host not in chosen.values()))

    @cached_property
    def occasion(self) -> Occasion | None:
        """The row as the rules read it; None if it is left out or not valid."""
        if self.accepted is None:
            return None
        event = self.accepted.event
        return Occasion(
            title=event.title,
            body=event.body.slug if event.body else "",
            kind=Event.Kind(event.kind),
            starts_on=event.starts_on,
            ends_on=event.ends_on,
            hosts=tuple(host.slug for host in self.accepted.hosts),
            start_time=event.start_time,
            end_time=event.end_time,
            location=event.location,
            url=self.url,
        )


def _awaits_day(event: Event) -> bool:
    return event.is_month_only and event.status == Event.Status.PRELIMINARY


class ProposedFormSet(forms.BaseFormSet):
    """The whole draft. `confirmed` is ticked when warnings are to be passed over."""

    def __init__(self, data: Mapping[str, Any], register: Register) -> None:
        self.register = register
        super().__init__(data, prefix=PREFIX)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {"register": self.register, "stored": self.stored}

    @cached_property
    def stored(self) -> dict[UUID, Event]:
        """Events that have the identity of a row."""
        values = [self.data.get(f"{self.prefix}-{n}-uid", "") for n in range(self.total_form_count())]
        uids = [uid for value in values if (uid := _uid(value))] if self.is_bound else []
        return {event.uid: event for event in Event.objects.with_hosts().filter(uid__in=uids)}

    def clean(self) -> None:
        """Two rows can't have the same address, which the database would otherwise be the first to notice."""
        seen: set[tuple[date, str]] = set()
        for form in self.forms:
            if form.accepted:
                address = (form.accepted.event.starts_on, form.accepted.event.slug)
                if address in seen:
                    form.add_error("starts_on", "En annan rad har redan ett sådant möte den dagen.")
                seen.add(address)

    @property
    def accepted(self) -> list[Accepted]:
        return [form.accepted for form in self.forms if form.accepted]

    @property
    def saved_before(self) -> bool:
        """Whether every ticked row is saved already, as when the form is sent twice."""
        included = [form for form in self.forms if form.is_included]
        return bool(included) and all(form.is_saved for form in included)


def _day(value: Any) -> date | None:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None


def _uid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


# Typed as what it is made of, which the factory's own type does not say.
DraftFormSet: type[ProposedFormSet] = forms.formset_factory(  # type: ignore[assignment]
    ProposedForm, formset=ProposedFormSet, extra=0, max_num=100, absolute_max=100, validate_max=True
)


def table_of(planned: PlannedYear, register: Register) -> ProposedFormSet:
    """The draft as a table, all rows ticked. It is checked at once, as if someone had sent it as it is."""
    data: dict[str, Any] = {}
    for index, proposed in enumerate(planned.proposal.proposed):
        occasion, event = proposed.occasion, planned.event_of(proposed)
        hosts = [*occasion.hosts, "", ""]
        row = {
            "include": "on",
            "uid": str(event.uid if event else uuid4()),
            "body": occasion.body,
            "kind": occasion.kind.value,
            "title": occasion.title,
            "proposed_on": occasion.starts_on,
            "explanation": proposed.explanation,
            "starts_on": occasion.starts_on,
            "ends_on": occasion.ends_on,
            "start_time": occasion.start_time,
            "end_time": occasion.end_time,
            "host": hosts[0],
            "co_host": hosts[1],
        }
        data |= {f"{PREFIX}-{index}-{name}": value for name, value in row.items()}
    number = len(planned.proposal.proposed)
    data |= {f"{PREFIX}-TOTAL_FORMS": number, f"{PREFIX}-INITIAL_FORMS": 0}
    return DraftFormSet(data, register)
