"""Two clerks at the same form: the second is told, and nothing is overwritten unseen."""

import datetime
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calendar_app.models import AgendaItem, Event, EventHost
from committee.models import Municipality, OperationalPlan, PlanSection
from tests import factories
from tests.reading import Element, parse, read
from tests.signing_in import sign_in
from tests.test_admin import add_line, errors, form_of

pytestmark = pytest.mark.django_db

REFUSED = "Inget är sparat än, för uppgifterna har ändrats sedan du öppnade sidan."


def clerk(name: str, first_name: str) -> Client:
    client = Client()
    sign_in(client, User.objects.create_superuser(name, password="hemligt", first_name=first_name))
    return client


@pytest.fixture
def anna() -> Client:
    return clerk("anna", "Anna")


@pytest.fixture
def bo() -> Client:
    return clerk("bo", "Bo")


@pytest.fixture
def event() -> Event:
    return factories.make_event(datetime.date(2017, 3, 23), title="Möte", location="Rådhuset")


def change(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def opened(client: Client, page: str) -> dict[str, Any]:
    """The form as a browser would send it, with what it was opened with."""
    form = form_of(client, page)
    return {
        **form,
        "opened_version": read(client, page).one("input", name="opened_version").attributes["value"],
    }


def test_second_clerk_is_told_and_overwrites_nothing(anna: Client, bo: Client, event: Event) -> None:
    page = change(event)
    annas, bos = opened(anna, page), opened(bo, page)
    anna.post(page, {**annas, "location": "Kommunhuset"})

    response = bo.post(page, {**bos, "location": "Biblioteket", "note": "Ta med underlagen."})

    event.refresh_from_db()
    assert (event.location, event.note) == ("Kommunhuset", "")
    assert [error[: len(REFUSED)] for error in errors(response)] == [REFUSED]
    (occasion,) = response.context["conflict"].occasions
    (told,) = occasion.changes
    assert occasion.who == "Anna"
    assert [(field.label, field.before, field.after) for field in told.fields] == [
        ("Lokal", "Rådhuset", "Kommunhuset")
    ]
    form = response.context["adminform"].form
    assert (form["location"].value(), form["note"].value()) == ("Biblioteket", "Ta med underlagen.")


def test_second_clerk_may_save_anyway_after_having_seen(anna: Client, bo: Client, event: Event) -> None:
    page = change(event)
    annas, bos = opened(anna, page), opened(bo, page)
    anna.post(page, {**annas, "location": "Kommunhuset"})
    bos["location"] = "Biblioteket"
    seen = bo.post(page, bos).context["conflict"].version

    response = bo.post(page, {**bos, "save_anyway": seen})

    event.refresh_from_db()
    assert response.status_code == 302
    assert event.location == "Biblioteket"


def test_confirming_one_change_does_not_confirm_the_next(anna: Client, bo: Client, event: Event) -> None:
    page = change(event)
    bos = opened(bo, page)
    anna.post(page, {**opened(anna, page), "location": "Kommunhuset"})
    seen = bo.post(page, {**bos, "location": "Biblioteket"}).context["conflict"].version
    anna.post(page, {**opened(anna, page), "location": "Slottet"})

    response = bo.post(page, {**bos, "location": "Biblioteket", "save_anyway": seen})

    event.refresh_from_db()
    assert event.location == "Slottet"
    assert response.context["conflict"].version == seen + 1


def test_two_tabs_of_the_same_person_are_two_clerks(anna: Client, event: Event) -> None:
    page = change(event)
    one, other = opened(anna, page), opened(anna, page)
    anna.post(page, {**one, "location": "Kommunhuset"})

    response = anna.post(page, {**other, "title": "Möte två"})

    event.refresh_from_db()
    assert event.title == "Möte"
    assert len(errors(response)) == 1


def test_one_clerk_alone_is_told_nothing(anna: Client, event: Event) -> None:
    page = change(event)

    first = anna.post(page, {**opened(anna, page), "location": "Kommunhuset"})
    second = anna.post(page, {**opened(anna, page), "location": "Biblioteket"})

    event.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 302)
    assert event.location == "Biblioteket"


def test_saving_without_a_change_is_no_conflict(anna: Client, bo: Client, event: Event) -> None:
    page = change(event)
    bos = opened(bo, page)
    anna.post(page, opened(anna, page))

    assert bo.post(page, {**bos, "location": "Biblioteket"}).status_code == 302


def test_row_edited_elsewhere_is_a_conflict_too(anna: Client, bo: Client, event: Event) -> None:
    """An agenda item has a form of its own, besides its line in the event's."""
    item = AgendaItem.objects.create(event=event, title="Ekonomi")
    bos = opened(bo, change(event))
    anna.post(change(item), {**opened(anna, change(item)), "title": "Ekonomi och budget"})

    response = bo.post(change(event), {**bos, "location": "Biblioteket"})

    item.refresh_from_db()
    assert item.title == "Ekonomi och budget"
    (told,) = response.context["conflict"].occasions[0].changes
    assert (told.kind_of_row, told.kind, told.what) == (
        "punkt på dagordningen",
        "ändrad",
        "Ekonomi och budget",
    )


def test_what_the_form_does_not_write_is_no_conflict(anna: Client, bo: Client) -> None:
    """A section's text is not in the plan's form, which only has its heading."""
    plan = factories.make_plan(2018, is_draft=True)
    section = factories.make_section(plan, 1, "Inledning", text="Gammal")
    bos = opened(bo, change(plan))
    anna.post(change(section), {**opened(anna, change(section)), "text": "Ny text"})

    assert bo.post(change(plan), {**bos, "vision": "En vision"}).status_code == 302
    assert PlanSection.objects.get().text == "Ny text"
    assert OperationalPlan.objects.get(pk=plan.pk).vision == "En vision"


def test_row_that_another_added_stays_when_saved_anyway(anna: Client, bo: Client, event: Event) -> None:
    page = change(event)
    AgendaItem.objects.create(event=event, title="Ekonomi")
    bos = opened(bo, page)
    anna.post(page, add_line(opened(anna, page), "agenda", position="1", title="Annas punkt", note=""))
    bos |= {"location": "Biblioteket", "agenda-0-title": "Bos ekonomi"}

    refused = bo.post(page, bos)
    shown = next(
        each.formset for each in refused.context["inline_admin_formsets"] if each.formset.prefix == "agenda"
    )
    titles = [form["title"].value() for form in shown.forms]
    form = form_of_response(refused) | {"save_anyway": refused.context["conflict"].version}
    saved = bo.post(page, form)

    assert titles == ["Bos ekonomi", "Annas punkt"]
    assert saved.status_code == 302
    assert list(event.agenda.values_list("title", flat=True)) == ["Bos ekonomi", "Annas punkt"]
    assert Event.objects.get(pk=event.pk).location == "Biblioteket"


def form_of_response(response: Any) -> dict[str, Any]:
    """The form of a refused page, as a browser would send it."""

    class Again(Client):
        def get(self, *args: Any, **kwargs: Any) -> Any:
            return response

    version = page_of_response(response).one("input", name="opened_version").attributes["value"]
    return form_of(Again(), "") | {"opened_version": version}


def page_of_response(response: Any) -> Element:
    return parse(response.content.decode())


def test_row_that_another_deleted_stays_away_unless_one_wrote_in_it(
    anna: Client, bo: Client, event: Event
) -> None:
    page = change(event)
    for title in ("Ett", "Två", "Tre"):
        AgendaItem.objects.create(event=event, title=title)
    bos = opened(bo, page)
    AgendaItem.objects.filter(title__in=["Ett", "Två"]).delete()
    bos["agenda-1-title"] = "Två, omskriven"

    refused = bo.post(page, bos)
    form = form_of_response(refused) | {"save_anyway": refused.context["conflict"].version}
    saved = bo.post(page, form)

    assert refused.status_code == 200
    assert saved.status_code == 302
    assert sorted(event.agenda.values_list("title", flat=True)) == ["Tre", "Två, omskriven"]


def test_row_deleted_meanwhile_is_told_of_with_who_did_it(anna: Client, bo: Client, event: Event) -> None:
    page = change(event)
    bos = opened(bo, page)
    anna.post(reverse("admin:calendar_app_event_delete", args=[event.pk]), {"post": "yes"})

    response = bo.post(page, bos, follow=True)

    text = page_of_response(response).text
    assert "Möte ”Möte 2017-03-23” är borttagen. Det gjorde Anna" in text
    assert "Inget är sparat." in text


@pytest.mark.parametrize("version", ["", "-1", "abc", "0", "1" * 30])
def test_opened_version_that_makes_no_sense_is_too_old(anna: Client, event: Event, version: str) -> None:
    page = change(event)

    response = anna.post(page, {**opened(anna, page), "location": "Slottet", "opened_version": version})

    assert response.status_code == 200
    assert Event.objects.get().location == "Rådhuset"


# --- Lists whose rows are edited in place -------------------------------------------------------------------

LIST = "admin:committee_municipality_changelist"


def list_form(client: Client) -> dict[str, Any]:
    page = reverse(LIST)
    formset = client.get(page).context["cl"].formset
    data = {field.html_name: field.value() for field in formset.management_form}
    for form in formset.forms:
        data |= {field.html_name: field.value() for field in form}
    value = read(client, page).one("input", name="opened_version").attributes["value"]
    return {**data, "opened_version": value, "_save": "Spara"}


def test_second_clerk_in_a_list_is_told(anna: Client, bo: Client) -> None:
    salem = factories.make_municipality("Salem", "0128", position=1)
    annas, bos = list_form(anna), list_form(bo)
    anna.post(reverse(LIST), {**annas, "form-0-position": "5"})

    refused = bo.post(reverse(LIST), {**bos, "form-0-position": "7"})
    position = Municipality.objects.get(pk=salem.pk).position
    seen = refused.context["conflict"].version
    saved = bo.post(reverse(LIST), {**bos, "form-0-position": "7", "save_anyway": seen})

    assert position == 5
    assert refused.context["cl"].formset.forms[0]["position"].value() == "7"
    assert [each.who for each in refused.context["conflict"].occasions] == ["Anna"]
    assert saved.status_code == 302
    assert Municipality.objects.get(pk=salem.pk).position == 7


def test_other_fields_of_a_list_are_no_conflict(anna: Client, bo: Client) -> None:
    salem = factories.make_municipality("Salem", "0128", position=1)
    bos = list_form(bo)
    anna.post(change(salem), {**opened(anna, change(salem)), "formal_name": "Salems kommun"})

    assert bo.post(reverse(LIST), {**bos, "form-0-position": "7"}).status_code == 302
    salem.refresh_from_db()
    assert (salem.position, salem.formal_name) == (7, "Salems kommun")


# --- At the very same time ----------------------------------------------------------------------------------


def test_rows_are_locked_before_their_versions_are_counted(anna: Client, event: Event) -> None:
    """Of two who save at once, the later then counts what the earlier did. SQLite takes one at a time."""
    EventHost.objects.create(event=event, municipality=factories.make_municipality())
    page = change(event)
    form = opened(anna, page)
    with CaptureQueriesContext(connection) as captured:
        anna.post(page, form)

    queries = [query["sql"] for query in captured]
    counted = next(number for number, sql in enumerate(queries) if "COUNT(*)" in sql and "UNION" in sql)
    if connection.vendor == "sqlite":
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    else:
        locks = [number for number, sql in enumerate(queries) if "FOR UPDATE" in sql and number < counted]
        tables = [re.findall(r'FROM "(\w+)"', queries[number])[0] for number in locks]
        assert tables[:2] == ["calendar_app_event", "calendar_app_eventhost"]
