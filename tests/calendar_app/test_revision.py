"""Subscribers' calendars notice each real change of an event, and nothing else."""

import datetime
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.utils import timezone

from calendar_app.models import AgendaItem, Event, EventHost
from tests.factories import make_body, make_event, make_municipality

pytestmark = pytest.mark.django_db

LONG_AGO = datetime.datetime(2017, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def event() -> Event:
    """A committee's meeting in Haninge, changed seven times, the last time long ago."""
    haninge = make_municipality("Haninge", "0136")
    meeting = make_event(date(2017, 2, 2), hosts=(haninge,), body=make_body(), title="Sammanträde")
    Event.objects.update(sequence=7, changed_at=LONG_AGO)
    return Event.objects.get(pk=meeting.pk)


def revision(event: Event) -> tuple[int, datetime.datetime]:
    return Event.objects.values_list("sequence", "changed_at").get(pk=event.pk)


def edit(**values: Any) -> Callable[[Event], None]:
    def change(event: Event) -> None:
        for name, value in values.items():
            setattr(event, name, value)
        event.full_clean()
        event.save()

    return change


def add_host(event: Event) -> None:
    EventHost.objects.create(event=event, municipality=make_municipality("Nykvarn", "0140"))


def remove_host(event: Event) -> None:
    event.event_hosts.get().delete()


def add_host_through_relation(event: Event) -> None:
    event.hosts.add(make_municipality("Nykvarn", "0140"))


def clear_hosts_through_relation(event: Event) -> None:
    event.hosts.clear()


def add_event_to_host(event: Event) -> None:
    make_municipality("Nykvarn", "0140").hosted_events.add(event)


def rename_body(event: Event) -> None:
    assert event.body is not None
    event.body.name = "Kommittén"
    event.body.save()


def rename_host(event: Event) -> None:
    host = event.hosts.get()
    host.name = "Handen"
    host.save()


REAL_CHANGES = [
    pytest.param(edit(title="Extra sammanträde"), id="title"),
    pytest.param(edit(slug="extra"), id="address"),
    pytest.param(edit(kind=Event.Kind.CONSULTATION), id="kind"),
    pytest.param(edit(starts_on=date(2017, 2, 3), ends_on=date(2017, 2, 3)), id="day"),
    pytest.param(edit(ends_on=date(2017, 2, 3)), id="last day"),
    pytest.param(edit(date_precision=Event.DatePrecision.MONTH), id="precision"),
    pytest.param(edit(start_time=time(12)), id="time"),
    pytest.param(edit(location="Kommunhuset"), id="location"),
    pytest.param(edit(note="Ta med underlag."), id="note"),
    pytest.param(edit(status=Event.Status.CANCELLED), id="status"),
    pytest.param(edit(body=None), id="body"),
    add_host,
    remove_host,
    add_host_through_relation,
    clear_hosts_through_relation,
    add_event_to_host,
    rename_body,
    rename_host,
]


@pytest.mark.parametrize("change", REAL_CHANGES)
def test_revision_rises_with_a_real_change(event, change):
    before = timezone.now()
    change(event)
    sequence, changed_at = revision(event)

    assert sequence == 8
    assert before <= changed_at <= timezone.now()


def save_again(event: Event) -> None:
    event.save()


def save_what_was_read_from_a_form(event: Event) -> None:
    """A form may give a date as text; the database holds the same day."""
    Event.objects.get(pk=event.pk).save()
    event.starts_on = event.ends_on = "2017-02-02"
    event.save()


def write_agenda(event: Event) -> None:
    AgendaItem.objects.create(event=event, title="Val av justerare")


def save_body_and_host_again(event: Event) -> None:
    assert event.body is not None
    event.body.purpose = "Något annat."
    event.body.save()
    host = event.hosts.get()
    host.website = "https://haninge.example"
    host.save()


def change_another_event(event: Event) -> None:
    edit(title="Annat")(make_event(date(2017, 3, 23), title="Möte"))


@pytest.mark.parametrize(
    "change",
    [
        save_again,
        save_what_was_read_from_a_form,
        write_agenda,
        save_body_and_host_again,
        change_another_event,
    ],
)
def test_revision_stays_without_a_real_change(event, change):
    change(event)

    assert revision(event) == (7, LONG_AGO)


def test_revision_of_a_new_event_is_zero():
    event = make_event(date(2017, 2, 2))

    assert revision(event)[0] == 0


def test_revision_never_falls_when_an_older_copy_is_saved(event):
    old_copy = Event.objects.get(pk=event.pk)
    edit(location="Kommunhuset")(event)
    edit(location="Rådhuset")(event)
    edit(note="Ta med underlag.")(old_copy)

    assert revision(event)[0] == 10
    sequence, changed_at = revision(event)
    old_copy.save()
    assert revision(event) == (sequence, changed_at)


def test_revision_rises_when_only_some_fields_are_saved(event):
    event.status = Event.Status.CANCELLED
    event.save(update_fields=["status"])

    assert revision(event)[0] == 8


def test_deleting_an_event_with_hosts_leaves_nothing(event):
    event.delete()

    assert not Event.objects.exists()
    assert not EventHost.objects.exists()
