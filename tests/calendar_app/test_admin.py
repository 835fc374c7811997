"""The back office of the calendar: shared days, who may host, cancelling, swaps, and rows of every kind."""

import datetime
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from calendar_app.models import (
    AgendaItem,
    Event,
    EventHost,
    EventLink,
    FormerAddress,
    HostRotation,
    HostSwap,
    HostTurn,
    NoGoPeriod,
)
from committee.models import Body, Municipality
from tests import factories
from tests.factories import record_swap
from tests.test_admin import Form, add_line, address, assert_refused, errors, form_of, save, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

NOT_SAVED = "Mötet är inte sparat än. Läs varningen, och bocka för ”Spara ändå” om det ska vara så."


@pytest.fixture
def clerk(client: Client, db: None) -> Client:
    """A browser in which someone at the secretariat has signed in."""
    client.force_login(User.objects.create_superuser("anna", password="hemligt"))
    return client


def new_event(clerk: Client, **fields: Any) -> Form:
    form = form_of(clerk, address(Event, "add"))
    return {**form, "kind": "meeting", "title": "Extra möte", "starts_on": "2017-10-26", **fields}


# --- Days that are shared -----------------------------------------------------------------------------------


def test_event_on_a_day_that_is_taken_is_saved_when_it_is_confirmed(clerk: Client) -> None:
    page = address(Event, "add")
    body = Body.objects.get(slug="ledningsgruppen")
    form = new_event(clerk, body=body.pk, start_time="13:00", end_time="16:00", note="Tag med kaffe")
    response = clerk.post(page, form)

    assert errors(response) == [NOT_SAVED]
    warnings = response.context["adminform"].form.warnings
    assert warnings == [
        (
            "Extra möte och Nyckeltalsdag är samma dag, 26\xa0oktober 2017. "
            "Det går inte att se om de krockar: Nyckeltalsdag har ingen tid."
        ),
        (
            "Samarbetskommitténs sammanträde i Tyresö och Extra möte krockar 26\xa0oktober 2017 "
            "kl.\xa013.00–15.00. Samma kommuner ska vara med på båda."
        ),
    ]
    text = response.content.decode()
    assert [warning for warning in warnings if escape(warning) not in text] == []
    assert "Tag med kaffe" in text
    code = response.context["adminform"].form.confirmation
    assert re.search(
        rf'<input type="checkbox"\s+name="save_anyway"\s+id="id_save_anyway"\s+value="{code}">', text
    )
    assert not Event.objects.filter(title="Extra möte").exists()

    save(clerk, Event, page, {**form, "save_anyway": code})
    assert Event.objects.get(title="Extra möte").note == "Tag med kaffe"


def test_second_meeting_of_a_body_on_one_day_is_warned_of(clerk: Client) -> None:
    body = Body.objects.get(slug="samarbetskommitten")
    form = new_event(clerk, body=body.pk, starts_on="2017-02-02", start_time="13:00", end_time="14:00")
    response = clerk.post(address(Event, "add"), form)

    assert response.context["adminform"].form.warnings == [
        (
            "Samarbetskommitténs sammanträde i Haninge och Extra möte krockar 2\xa0februari 2017 "
            "kl.\xa013.00–14.00. Båda är möten i samma organ."
        )
    ]


def test_confirmation_is_of_the_warning_that_was_read(clerk: Client) -> None:
    page = address(Event, "add")
    code = clerk.post(page, new_event(clerk)).context["adminform"].form.confirmation
    response = clerk.post(page, new_event(clerk, starts_on="2017-02-02", save_anyway=code))

    assert errors(response) == [NOT_SAVED]
    assert errors(clerk.post(page, new_event(clerk, save_anyway="on"))) == [NOT_SAVED]


@pytest.mark.parametrize(
    "fields",
    [
        {"starts_on": "2017-10-25"},
        {"status": "cancelled"},
        {"date_precision": "month"},
    ],
)
def test_event_that_takes_no_shared_day_is_saved_at_once(clerk: Client, fields: Form) -> None:
    save(clerk, Event, address(Event, "add"), new_event(clerk, **fields))


def test_other_changes_to_an_event_that_shares_its_day_need_no_confirmation(clerk: Client) -> None:
    event = Event.objects.get(kind="key_figures_day")
    page = address(Event, "change", event.pk)
    save(clerk, Event, page, {**form_of(clerk, page), "location": "Kommunhuset"})


def test_event_moved_onto_another_is_warned_of_and_keeps_its_first_day(clerk: Client) -> None:
    event = Event.objects.get(starts_on="2017-06-01")
    page = address(Event, "change", event.pk)
    form = {**form_of(clerk, page), "starts_on": "2017-05-12", "ends_on": "2017-05-12", "status": "moved"}
    response = clerk.post(page, form)
    assert errors(response) == [NOT_SAVED]

    save(clerk, Event, page, {**form, "save_anyway": response.context["adminform"].form.confirmation})
    event.refresh_from_db()
    assert (event.status, event.original_starts_on) == ("moved", datetime.date(2017, 6, 1))


def test_event_that_ends_before_it_starts_is_refused_and_nothing_lost(clerk: Client) -> None:
    form = new_event(clerk, starts_on="2027-02-04", ends_on="2027-02-03", note="Tag med kaffe")
    assert_refused(clerk, Event, address(Event, "add"), form, "Mötet kan inte sluta före sin första dag.")
    assert "Tag med kaffe" in clerk.post(address(Event, "add"), form).content.decode()


def test_event_of_nobody_shares_members_with_no_one(clerk: Client) -> None:
    form = new_event(clerk, start_time="12:00", end_time="13:00", starts_on="2017-02-02")
    warnings = clerk.post(address(Event, "add"), form).context["adminform"].form.warnings

    assert [warning.split("kl.")[-1] for warning in warnings] == ["\xa012.00–13.00."]


# --- Hosts --------------------------------------------------------------------------------------------------

NO_SEAT = "Nyköping har ingen plats i organet och kan inte vara värd."


@pytest.fixture
def stranger(db: None) -> Municipality:
    return factories.make_municipality("Nyköping", "0480", slug="nykoping")


def test_host_without_a_seat_is_refused(clerk: Client, stranger: Municipality) -> None:
    event = Event.objects.get(starts_on="2017-02-02")
    page = address(Event, "change", event.pk)
    form = add_line(form_of(clerk, page), "event_hosts", position="2", municipality=stranger.pk)
    assert_refused(clerk, Event, page, form, NO_SEAT)


def test_host_without_a_seat_is_refused_on_a_new_event(clerk: Client, stranger: Municipality) -> None:
    form = new_event(clerk, starts_on="2027-02-04", body=Body.objects.get(slug="samarbetskommitten").pk)
    form = add_line(form, "event_hosts", position="1", municipality=stranger.pk)
    assert_refused(clerk, Event, address(Event, "add"), form, NO_SEAT)


def test_host_without_a_seat_is_refused_on_the_hosts_own_page(clerk: Client, stranger: Municipality) -> None:
    host = EventHost.objects.get(event__starts_on="2017-02-02")
    page = address(EventHost, "change", host.pk)
    assert_refused(clerk, EventHost, page, {**form_of(clerk, page), "municipality": stranger.pk}, NO_SEAT)


def test_host_already_stored_does_not_stop_other_changes(clerk: Client, stranger: Municipality) -> None:
    """One who has since left the body did host."""
    event = Event.objects.get(starts_on="2017-02-02")
    EventHost.objects.filter(event=event).update(municipality=stranger)
    page = address(Event, "change", event.pk)
    save(clerk, Event, page, {**form_of(clerk, page), "location": "Stadshuset"})


def test_body_without_seats_may_be_hosted_by_anyone(clerk: Client, stranger: Municipality) -> None:
    event = Event.objects.get(kind="key_figures_day")
    page = address(Event, "change", event.pk)
    save(
        clerk,
        Event,
        page,
        add_line(form_of(clerk, page), "event_hosts", position="1", municipality=stranger.pk),
    )


# --- Status and revision ------------------------------------------------------------------------------------


def test_revision_is_shown_and_can_not_be_written(clerk: Client) -> None:
    event = Event.objects.get(starts_on="2017-02-02")
    page = address(Event, "change", event.pk)
    assert str(event.uid) in clerk.get(page).content.decode()
    save(clerk, Event, page, {**form_of(clerk, page), "sequence": "99", "uid": "x"})

    stored_event = Event.objects.get(pk=event.pk)
    assert (stored_event.sequence, stored_event.uid) == (event.sequence, event.uid)


def test_agenda_and_papers_are_written_with_the_event(clerk: Client) -> None:
    event = Event.objects.get(starts_on="2017-02-02")
    page = address(Event, "change", event.pk)
    form = add_line(form_of(clerk, page), "agenda", position="1", title="Budget 2018", note="Förslag")
    form = add_line(
        form, "links", position="1", kind="notice", title="Kallelse", url="haninge.example/kallelse"
    )
    save(clerk, Event, page, form)

    assert [str(item) for item in event.agenda.all()] == ["Budget 2018"]
    assert event.links.get().url == "https://haninge.example/kallelse"


# --- Swaps --------------------------------------------------------------------------------------------------


@pytest.fixture
def rotation(db: None) -> HostRotation:
    return HostRotation.objects.get(slug="samarbetskommitten")


def turn(rotation: HostRotation, number: int) -> HostTurn:
    return rotation.turns.get(number=number)


def swap_form(clerk: Client, rotation: HostRotation, first: HostTurn, second: HostTurn) -> Form:
    form = form_of(clerk, address(HostSwap, "add"))
    turns = {"first_turn": first.pk, "second_turn": second.pk}
    return {**form, "rotation": rotation.pk, **turns, "reason": "ombyggnad", "decided_on": "2017-12-01"}


def hosts(rotation: HostRotation) -> list[str]:
    """Hosts of the meetings of turns 8, 9 and 10."""
    turns = rotation.turns.filter(number__gte=8).select_related("event")
    return [str(host) for turn in turns if turn.event for host in turn.event.host_list]


def test_swap_exchanges_turns_and_hosts_and_is_undone(clerk: Client, rotation: HostRotation) -> None:
    form = swap_form(clerk, rotation, turn(rotation, 8), turn(rotation, 10))
    save(clerk, HostSwap, address(HostSwap, "add"), form)
    assert hosts(rotation) == ["Nykvarn", "Haninge", "Huddinge"]

    swap = HostSwap.objects.get()
    page = address(HostSwap, "change", swap.pk)
    save(clerk, HostSwap, page, {**form_of(clerk, page), "reason": "renovering", "first_turn": "1"})
    swap.refresh_from_db()
    assert (swap.reason, swap.first_turn) == ("renovering", turn(rotation, 8))
    assert hosts(rotation) == ["Nykvarn", "Haninge", "Huddinge"]

    clerk.post(address(HostSwap, "delete", swap.pk), {"post": "yes"})
    assert hosts(rotation) == ["Huddinge", "Haninge", "Nykvarn"]


def test_swap_names_turns_so_that_they_can_be_told_apart(clerk: Client) -> None:
    text = clerk.get(address(HostSwap, "add")).content.decode()

    assert "Samarbetskommittén, tur 8: Huddinge (januari 2018)" in text
    assert "Samarbetskommittén, tur 4: Nynäshamn (16–17\xa0augusti 2017)" in text
    assert "Rådslaget, tur 2: Huddinge (2018)" in text


def test_swaps_that_can_not_be_are_refused(clerk: Client, rotation: HostRotation) -> None:
    page, eighth = address(HostSwap, "add"), turn(rotation, 8)
    radslag = HostTurn.objects.get(rotation__slug="radslaget", number=3)
    form = swap_form(clerk, rotation, eighth, eighth)
    assert_refused(clerk, HostSwap, page, form, "Välj två olika turer att byta.")
    form = swap_form(clerk, rotation, eighth, radslag)
    assert_refused(clerk, HostSwap, page, form, "Båda turerna måste höra till samma värdskapsordning.")
    form = swap_form(clerk, rotation, turn(rotation, 1), turn(rotation, 9))
    message = "Båda turerna är redan samma kommuns. Det finns inget att byta."
    assert_refused(clerk, HostSwap, page, form, message)
    form = {**swap_form(clerk, rotation, eighth, turn(rotation, 9)), "reason": ""}
    assert_refused(clerk, HostSwap, page, form, "Detta fält måste fyllas i.")


def test_swap_whose_turn_has_been_swapped_again_is_not_undone_first(
    clerk: Client, rotation: HostRotation
) -> None:
    day = datetime.date(2017, 12, 1)
    first = record_swap(turn(rotation, 8), turn(rotation, 9), "ombyggnad", day)
    second = record_swap(turn(rotation, 9), turn(rotation, 10), "ombyggnad", day)

    assert clerk.post(address(HostSwap, "delete", first.pk), {"post": "yes"}).status_code == 403
    assert clerk.get(address(HostSwap, "change", first.pk)).status_code == 200
    data = {"action": "delete_selected", "_selected_action": [first.pk, second.pk], "post": "yes"}
    clerk.post(address(HostSwap, "changelist"), data)
    assert HostSwap.objects.count() == 2

    clerk.post(address(HostSwap, "delete", second.pk), {"post": "yes"})
    clerk.post(address(HostSwap, "delete", first.pk), {"post": "yes"})
    assert hosts(rotation) == ["Huddinge", "Haninge", "Nykvarn"]


# --- Rows that the plan has none of -------------------------------------------------------------------------

# What a list of them costs, session and user included.
LIST_QUERIES: dict[type[Model], int] = {
    AgendaItem: 6,
    EventLink: 6,
    FormerAddress: 5,
    NoGoPeriod: 8,
    HostSwap: 7,
}
NAMES = [model.__name__ for model in LIST_QUERIES]


@pytest.fixture
def rows(db: None, rotation: HostRotation) -> None:
    """Two rows of each."""
    day = datetime.date(2018, 2, 26)
    for number, event in enumerate(Event.objects.all()[:2]):
        AgendaItem.objects.create(event=event, title=f"Punkt {number}")
        EventLink.objects.create(event=event, kind="paper", title="Underlag", url="https://a.example/")
        FormerAddress.objects.create(event=event, starts_on=day, date_precision="day", slug=f"s{number}")
        NoGoPeriod.objects.create(first_day=day, last_day=day, reason="sportlov")
        record_swap(turn(rotation, 8 + number), turn(rotation, 9 + number), "ombyggnad", day)


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("model", LIST_QUERIES, ids=NAMES)
def test_pages_of_every_kind_open_and_keep_to_the_policy(clerk: Client, model: type[Model]) -> None:
    row = model._default_manager.order_by("-pk").first()
    assert row is not None
    pages = [
        address(model, "changelist"),
        address(model, "change", row.pk),
        address(model, "history", row.pk),
    ]
    if model is not FormerAddress:
        pages += [address(model, "add"), address(model, "delete", row.pk)]

    for page in pages:
        response = clerk.get(page)
        text = response.content.decode()
        assert response.status_code == 200
        assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>\s*\S|<style|\sstyle=|\son[a-z]+=\"", text) == []


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("model", LIST_QUERIES, ids=NAMES)
def test_list_costs_the_same_whatever_its_length(clerk: Client, model: type[Model]) -> None:
    page = address(model, "changelist")
    keys = [str(row.pk) for row in model._default_manager.all()]
    clerk.get(page)
    counts = []
    for chosen in (keys[:1], keys):
        with CaptureQueriesContext(connection) as queries:
            response = clerk.get(page, {"id__in": ",".join(chosen)})
        assert response.context["cl"].result_count == len(chosen)
        counts.append(len(queries))

    assert counts == [LIST_QUERIES[model]] * 2


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("model", [AgendaItem, EventLink, NoGoPeriod, HostSwap])
def test_form_saved_as_it_is_changes_nothing(clerk: Client, model: type[Model]) -> None:
    models: list[type[Model]] = [*LIST_QUERIES, Event, EventHost, HostTurn]
    before = {each: stored(each) for each in models}
    for row in model._default_manager.all():
        page = address(model, "change", row.pk)
        save(clerk, model, page, form_of(clerk, page))

    assert {each: stored(each) for each in models} == before


@pytest.mark.usefixtures("rows")
def test_former_addresses_are_for_looking_only(clerk: Client) -> None:
    row, before = FormerAddress.objects.all()[0], stored(FormerAddress)

    assert clerk.get(address(FormerAddress, "add")).status_code == 403
    assert clerk.post(address(FormerAddress, "change", row.pk), {"slug": "x"}).status_code == 403
    assert clerk.post(address(FormerAddress, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert stored(FormerAddress) == before


def test_period_that_ends_before_it_starts_is_refused(clerk: Client) -> None:
    page = address(NoGoPeriod, "add")
    form = {**form_of(clerk, page), "reason": "sportlov", "first_day": "2018-03-02", "last_day": "2018-02-26"}
    assert_refused(clerk, NoGoPeriod, page, form, "Perioden kan inte sluta före sin första dag.")

    save(clerk, NoGoPeriod, page, {**form, "last_day": "2018-03-04"})
    assert NoGoPeriod.objects.get().reason == "sportlov"
