"""Whichever way a row is written, its history knows: by hand, by import, by the loaders and the planner."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from calendar_app.models import Event, EventHost, HostTurn
from calendar_app.planning import Accepted, save_accepted
from committee.models import Direction, Municipality, Population
from sodertorn.row_history import tracked_models, versions_of
from tests import factories
from tests.reading import read
from tests.signing_in import sign_in
from tests.test_admin import form_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

DAY = datetime.date(2018, 5, 3)


@pytest.fixture
def clerk(client: Client) -> Client:
    sign_in(client, User.objects.create_superuser("anna", password="hemligt", first_name="Anna"))
    return client


def unlike_their_history() -> Iterator[Any]:
    """Rows that are not what their newest version says."""
    for model in tracked_models():
        for row in model._default_manager.all():
            newest = versions_of(model).objects.filter(id=row.pk).order_by("history_id").last()
            for field in model._meta.concrete_fields:
                if field.name not in (*model.not_a_change, "sorts_on") and (
                    newest is None or getattr(newest, field.attname) != getattr(row, field.attname)
                ):
                    yield row, field.name


def last(row: Any) -> tuple[str, str, str | None]:
    """Who made the newest version, how, and why."""
    newest = versions_of(type(row)).objects.filter(id=row.pk).latest()
    return str(newest.history_user), newest.history_type, newest.history_change_reason


def test_rows_are_what_the_newest_version_says_after_loading() -> None:
    assert list(unlike_their_history()) == []
    assert Direction.objects.exists()


def test_rows_are_what_the_newest_version_says_after_loading_again_over_edits() -> None:
    """Two turns have changed places, so the loader must make room for each in turn."""
    first, second = HostTurn.objects.order_by("number")[:2]
    events = first.event_id, second.event_id
    for turn, event in ((first, None), (second, events[0]), (first, events[1])):
        turn.event_id = event
        turn.save()
    call_command("load_plan", overwrite=True, verbosity=0)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.event_id, second.event_id) == events
    assert list(unlike_their_history()) == []


def test_loading_the_same_again_makes_no_versions() -> None:
    counts = {model: versions_of(model).objects.count() for model in tracked_models()}
    call_command("load_plan", verbosity=0)

    assert {model: versions_of(model).objects.count() for model in tracked_models()} == counts


def test_loaded_rows_say_which_file_they_come_from(clerk: Client) -> None:
    event, figure = Event.objects.all()[0], Population.objects.all()[0]
    page = read(clerk, reverse("admin:calendar_app_event_history", args=[event.pk]))

    assert last(event) == ("None", "+", "Inläst ur verksamhetsplan_2017.toml")
    assert last(figure) == ("None", "+", "Inläst ur population.csv")
    assert page.all("section", "occasion")[-1].one("h2").text.endswith(", Inläsning av dokumentet")


def test_clerks_changes_are_kept(clerk: Client) -> None:
    event = Event.objects.all()[0]
    page = reverse("admin:calendar_app_event_change", args=[event.pk])
    clerk.post(page, {**form_of(clerk, page), "location": "Slottet", "save_anyway": "", "confirm": ""})
    listed = reverse("admin:calendar_app_event_changelist")
    chosen = Event.objects.all()[1]
    clerk.post(listed, {"action": "cancel", "_selected_action": [chosen.pk]})
    gone = Event.objects.all()[2]
    clerk.post(reverse("admin:calendar_app_event_delete", args=[gone.pk]), {"post": "yes"})

    assert last(event) == ("anna", "~", None)
    assert last(gone) == ("anna", "-", None)
    assert list(unlike_their_history()) == []


def test_rows_read_from_a_table_are_kept(clerk: Client) -> None:
    export = clerk.get(reverse("admin:committee_population_csv")).getvalue().decode("utf-8-sig")
    header, first, *_ = export.splitlines()
    changed = first.rpartition(",")[0] + ",Egen räkning"
    page = reverse("admin:committee_population_import")
    upload = SimpleUploadedFile("tabell.csv", f"{header}\r\n{changed}\r\n".encode())
    preview = clerk.post(page, {"file": upload})
    before = versions_of(Population).objects.count()
    clerk.post(page, {"token": preview.context["token"]})

    row = Population.objects.get(source="Egen räkning")
    assert versions_of(Population).objects.count() == before + 1
    assert last(row) == ("anna", "~", "Inläst ur en tabell")


def test_planned_meetings_are_kept() -> None:
    salem, tyreso = Municipality.objects.filter(name__in=["Salem", "Tyresö"])
    event = factories.make_event(DAY, hosts=(salem,))
    save_accepted([Accepted(event, (tyreso,))])

    hosts = versions_of(EventHost).objects.filter(event=event).order_by("history_id")
    assert hosts[0].municipality_id == salem.pk
    assert EventHost.objects.get(event=event).municipality == tyreso
    assert list(unlike_their_history()) == []
