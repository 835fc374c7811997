"""A change to meetings, one or several at a time, as a form: first shown, then made.

To show it, it is made and undone again, so that what is shown is what will be, the rules' sentences included.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import cached_property

from calendar_app.confirmation import confirmation_of
from calendar_app.models import Event
from calendar_app.stored_findings import arisen, faults_of
from sodertorn.tracking import because

MOST_EVENTS = 100
"""So many meetings can be changed on one page."""


@dataclass(frozen=True)
class Offer:
    """Something else that may be meant, and where it is done."""

    sentence: str
    label: str
    address: str


@dataclass(frozen=True)
class Line:
    """What becomes of one meeting: before, after, and what those who subscribe to the calendar see of it."""

    event: Event
    before: str
    after: str
    seen: str
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Review:
    """What a change would do. `warnings` are what the rules say that they do not say now."""

    lines: list[Line] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def confirmation(self) -> str:
        """What the page sends when someone has read this very review and goes on."""
        said = [f"{line.event.pk} {line.before} {line.after} {line.seen}" for line in self.lines]
        return confirmation_of([*said, *self.warnings])


class ChangeForm(forms.Form):
    """A change to chosen meetings on the day `on`. `events` come with body and hosts."""

    path: ClassVar[str]
    """The last part of the page's address."""
    title: ClassVar[str]
    button: ClassVar[str]
    done: ClassVar[tuple[str, str]]
    """What is said afterwards, of one meeting and of several ("{} möten …")."""
    history: ClassVar[str]
    """What the meeting's history says."""
    explanation: ClassVar[str] = ""

    def __init__(self, events: Sequence[Event], on: date, data: Any = None) -> None:
        super().__init__(data)
        self.events, self.on = list(events), on

    @property
    def asks(self) -> bool:
        """Whether there is anything to fill in."""
        return bool(self.fields)

    @cached_property
    def chosen(self) -> list[Event]:
        """The meetings that the change is for."""
        return [event for event in self.events if not self.reason_to_leave(event)]

    @property
    def left(self) -> list[tuple[Event, str]]:
        """The meetings that stay as they are, each with the reason."""
        reasons = [(event, self.reason_to_leave(event)) for event in self.events]
        return [(event, reason) for event, reason in reasons if reason]

    @property
    def over(self) -> list[Event]:
        """The meetings that are over already."""
        return [event for event in self.chosen if event.ends_on < self.on]

    @property
    def rows(self) -> Iterator[tuple[Event, str, list[forms.BoundField]]]:
        """The meetings as they are, each with the fields that are its own."""
        for event in self.chosen:
            yield event, self.described(event), [self[name] for name in self._own_fields(event)]

    @property
    def has_rows(self) -> bool:
        return any(self._own_fields(event) for event in self.chosen)

    @property
    def common_fields(self) -> list[forms.BoundField]:
        """The fields for all of the meetings."""
        own = {name for event in self.chosen for name in self._own_fields(event)}
        return [self[name] for name in self.fields if name not in own]

    def _own_fields(self, event: Event) -> list[str]:
        return [name for name in self.fields if name.endswith(f"_{event.pk}")]

    def reason_to_leave(self, event: Event) -> str:
        """Why the change is not for the meeting; empty if it is."""
        return ""

    def change(self, event: Event) -> None:
        """Change the meeting and store it. Raises ValidationError if it can't be so."""
        raise NotImplementedError

    def described(self, event: Event) -> str:
        """The part of the meeting that changes."""
        raise NotImplementedError

    def seen(self, before: Event, after: Event) -> str:
        """What subscribers see of a published meeting with a day."""
        raise NotImplementedError

    def offers(self, event: Event) -> tuple[Offer, ...]:
        return ()

    def review(self) -> Review | None:
        """What would be done; None, with the reasons in the form's errors, if it can't be."""
        with transaction.atomic():
            review = self._make()
            transaction.set_rollback(True)
        return review

    def apply(self, confirmation: str) -> Review | None:
        """Do what was confirmed, all or nothing; None if it would not be that any more."""
        with transaction.atomic(), because(self.history):
            review = self._make()
            if review is None or not review.lines or review.confirmation != confirmation:
                transaction.set_rollback(True)
                return None
        return review

    def in_order(self, events: list[Event]) -> list[Event]:
        """The meetings in the order that they are changed in."""
        return events

    def years(self) -> set[int]:
        """The years whose calendars the change can have a bearing on."""
        return {event.starts_on.year for event in self.chosen}

    def _make(self) -> Review | None:
        faults = faults_of(self.years())
        lines = {}
        stored = Event.objects.with_hosts().select_for_update(of=("self",))
        for event in self.in_order(list(stored.filter(pk__in=[event.pk for event in self.chosen]))):
            before, described = copy(event), self.described(event)
            try:
                self.change(event)
            except ValidationError as error:
                self._blame(event, error)
                continue
            after = Event.objects.with_hosts().get(pk=event.pk)
            if self.described(after) != described:
                seen = self._seen(before, after)
                lines[event.pk] = Line(after, described, self.described(after), seen, self.offers(before))
        if self.errors:
            return None
        in_list = [lines[event.pk] for event in self.chosen if event.pk in lines]
        return Review(in_list, arisen(faults, faults_of(self.years())))

    def _store(self, event: Event) -> None:
        event.full_clean()
        event.save()

    def _blame(self, event: Event, error: ValidationError) -> None:
        own = next(iter(self._own_fields(event)), None)
        for message in error.messages:
            self.add_error(own, message if own else f"{event}: {message}")

    def _seen(self, before: Event, after: Event) -> str:
        if after.is_draft and before.is_draft:
            return "Mötet är ett utkast, så ingen utanför sekretariatet ser det."
        if after.is_month_only:
            return "Mötet har ingen dag än och finns inte i prenumeranternas kalendrar, bara på webbplatsen."
        return self.seen(before, after)
