"""What has happened to a row is kept, shown, and can be brought back; nobody can alter it."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone
from simple_history.models import HistoricalChanges

from budget.models import Budget, BudgetLine, FeeRate, Outcome
from calendar_app.models import AgendaItem, Event, EventHost, EventLink, HostRotation, HostTurn
from committee.models import (
    CooperationArea,
    GoverningDocument,
    Municipality,
    OperationalPlan,
    PlanSection,
)
from sodertorn.row_history import entries, occasions, tracked_models, versions_of
from tests import factories
from tests.reading import Element, parse, read
from tests.signing_in import sign_in
from tests.test_admin import add_line, form_of

pytestmark = pytest.mark.django_db

DAY = datetime.date(2017, 3, 23)
MODELS = tracked_models()
NAMES = [model.__name__ for model in MODELS]


@pytest.fixture
def anna() -> User:
    return User.objects.create_superuser("anna", password="hemligt", first_name="Anna", last_name="Ek")


@pytest.fixture
def clerk(client: Client, anna: User) -> Client:
    sign_in(client, anna)
    return client


def address(row: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=args)


def edit(clerk: Client, row: Any, **changes: Any) -> Any:
    page = address(row, "change", row.pk)
    response = clerk.post(page, {**form_of(clerk, page), **changes})
    assert response.status_code == 302, response.context["errors"]
    return response


def delete(clerk: Client, row: Any) -> None:
    assert clerk.post(address(row, "delete", row.pk), {"post": "yes"}).status_code == 302


def content(page: Element) -> Element:
    """The page without the list of models beside it."""
    return page.one("div", id="content-main")


def history(clerk: Client, row: Any) -> Element:
    return read(clerk, address(row, "history", row.pk))


def told(row: Any) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Of each change, newest first: what happened to which row, and its fields."""
    return [
        (change.kind, change.what, [(field.label, field.before, field.after) for field in change.fields])
        for occasion in occasions(entries(type(row), row.pk), type(row))
        for change in occasion.changes
    ]


# --- The history of a row -----------------------------------------------------------------------------------


def test_history_says_who_did_what_when_and_from_what_to_what(clerk: Client) -> None:
    event = factories.make_event(DAY, location="Rådhuset")
    edit(clerk, event, location="Kommunhuset", status="cancelled", starts_on="2017-03-24", ends_on="")

    page = history(clerk, event)

    newest = page.all("section", "occasion")[0]
    assert newest.one("h2").text.startswith(f"{timezone.localdate().day} ")
    assert newest.one("h2").text.endswith(", Anna Ek")
    assert newest.one("li").one("p").text.startswith("Möte ”Möte 2017-03-24”: ändrad")
    assert newest.one("table").rows() == [
        ["Första dag", "23 mars 2017", "24 mars 2017"],
        ["Sista dag", "23 mars 2017", "24 mars 2017"],
        ["Status", "Fastställd", "Inställd"],
        ["Lokal", "Rådhuset", "Kommunhuset"],
    ]


def test_history_includes_rows_that_belong_to_it_also_deleted_ones(clerk: Client) -> None:
    salem = factories.make_municipality("Salem", "0128")
    event = factories.make_event(DAY, hosts=(salem,))
    item = AgendaItem.objects.create(event=event, title="Ekonomi")
    page = address(event, "change", event.pk)
    item.title = "Ekonomi och budget"
    item.save()
    clerk.post(
        page,
        add_line(
            form_of(clerk, page), "links", position="0", kind="paper", title="PM", url="https://a.example/"
        ),
    )
    EventLink.objects.get().delete()
    edit(clerk, event, **{"agenda-0-DELETE": "on"})

    kinds = [(kind, what) for kind, what, _ in told(event)]

    assert kinds[0] == ("borttagen", "Ekonomi och budget")
    assert ("skapad", "Salem: Möte 2017-03-23") in kinds
    assert ("skapad", "PM") in kinds
    assert ("borttagen", "PM") in kinds
    assert "PM" in history(clerk, event).text


def test_history_of_a_plan_goes_all_the_way_down(clerk: Client) -> None:
    plan = factories.make_plan()
    section = factories.make_section(plan, 2, "Inledning")
    direction = factories.make_direction(section, "Vi möts.")
    issue_direction = factories.make_direction(
        factories.make_target_area(plan).issues.get(), "Vi ställer om."
    )
    factories.make_direction(factories.make_section(factories.make_plan(2018), 1, "Annat"), "Inte med")
    edit(clerk, direction, text="Vi möts ofta.")
    edit(clerk, issue_direction, is_priority="on")

    changes = [(what, fields) for kind, what, fields in told(plan) if kind == "ändrad"]

    assert changes == [
        ("Vi ställer om.", [("Prioriterad under året", "nej", "ja")]),
        ("Vi möts ofta.", [("Inriktning", "Vi möts.", "Vi möts ofta.")]),
    ]
    assert "Inte med" not in history(clerk, plan).text


def test_history_follows_a_row_until_it_moves(clerk: Client) -> None:
    old, new = factories.make_event(DAY), factories.make_event(DAY, title="Konferens")
    item = AgendaItem.objects.create(event=old, title="Ekonomi")
    edit(clerk, item, event=new.pk)
    edit(clerk, item, title="Efteråt")

    moved = [("Möte", "Möte 2017-03-23", "Konferens 2017-03-23")]
    assert ("ändrad", "Ekonomi", moved) in told(old)
    assert "Efteråt" not in str(told(old))
    assert [kind for kind, what, _ in told(new) if what in ("Ekonomi", "Efteråt")] == ["ändrad"]


def test_history_names_related_rows_that_are_deleted(clerk: Client) -> None:
    body, other = factories.make_body(), factories.make_body("natverk")
    event = factories.make_event(DAY, body=other)
    edit(clerk, event, body=body.pk)
    other.delete()

    assert told(event)[0] == ("ändrad", "Möte 2017-03-23", [("Organ", "Natverk", "Samarbetskommitten")])


def test_history_names_rows_whose_name_is_another_row(clerk: Client) -> None:
    plan = factories.make_plan()
    rate = factories.make_rate()
    budget = factories.make_budget(plan, lines=0)
    Budget.objects.filter(pk=budget.pk).update(status="draft")
    edit(clerk, rate, proposed_in=budget.pk)

    (kind, _, fields) = told(rate)[0]

    assert (kind, fields) == ("ändrad", [("Föreslås i", "", "Budget 2017")])


def test_history_tells_of_many_to_many(clerk: Client) -> None:
    plan = factories.make_plan()
    factories.make_target_area(plan)
    area = CooperationArea.objects.get()
    documents = [GoverningDocument.objects.create(title=title) for title in ("RUFS", "SUP")]
    area.governing_documents.set(documents[:1])
    # More than a moment ago, so that it is not taken for one change.
    versions_of(CooperationArea).objects.update(
        history_date=datetime.datetime(2017, 1, 1, tzinfo=datetime.UTC)
    )
    edit(clerk, area, governing_documents=[documents[1].pk])

    assert told(area)[0] == ("ändrad", "Regionala frågor", [("Styrdokument", "RUFS", "SUP")])


def test_history_compares_long_texts_for_those_who_see_and_those_who_listen(clerk: Client) -> None:
    start = "Kommunerna redovisar hur arbetet går, och vad som ska göras härnäst,"
    section = factories.make_section(factories.make_plan(), 2, "Inledning", text=f"{start} muntligt.")
    edit(clerk, section, text=f"{start} skriftligt.")

    words = history(clerk, section).all("section", "occasion")[0].one("span", "words")

    assert words.one("del").text == "[borttaget: muntligt.]"
    assert words.one("ins").text == "[tillagt: skriftligt.]"
    assert words.texts("span", "visually-hidden") == ["[borttaget:", "]", "[tillagt:", "]"]


def test_technical_changes_are_not_told(clerk: Client) -> None:
    event = factories.make_event(DAY)
    before = len(told(event))
    event.sequence = 7
    event.save()
    clerk.post(address(event, "change", event.pk), form_of(clerk, address(event, "change", event.pk)))

    assert len(told(event)) == before
    assert versions_of(Event).objects.filter(id=event.pk).count() == 1


def test_history_costs_the_same_however_much_has_happened(clerk: Client) -> None:
    plan = factories.make_plan()
    counts = []
    for number in range(2):
        for each in range(1 + 8 * number):
            section = factories.make_section(plan, 2, f"Avsnitt {number} {each}")
            direction = factories.make_direction(section, "Vi möts.")
            direction.text = "Vi möts ofta."
            direction.save()
        clerk.get(address(plan, "history", plan.pk))
        with CaptureQueriesContext(connection) as captured:
            clerk.get(address(plan, "history", plan.pk))
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_history_is_paged(clerk: Client) -> None:
    event = factories.make_event(DAY)
    for number in range(60):
        event.location = f"Sal {number}"
        event.save()

    first = history(clerk, event)
    last = read(clerk, f"{address(event, 'history', event.pk)}?p=2")

    assert "Sal 59" in first.text
    assert "Sal 8" not in first.text
    assert "Sal 9" in last.text
    assert last.one("nav", "paginator").links() == ["?p=1"]


def test_rows_from_before_history_are_told_of_plainly(clerk: Client) -> None:
    event = factories.make_event(DAY)
    versions_of(Event).objects.all().delete()

    empty = history(clerk, event).text
    edit(clerk, event, location="Slottet")
    changed = history(clerk, event).text

    assert "Det finns ingen historik här än." in empty
    assert "Vad som ändrades är inte känt, för raden fanns innan historiken började föras." in changed
    assert "Anna Ek" in changed


@pytest.mark.parametrize("page", ["history", "deleted"])
def test_history_is_for_those_who_may_see_the_rows(client: Client, page: str) -> None:
    event = factories.make_event(DAY)
    user = User.objects.create_user("bo", password="hemligt", is_staff=True)
    sign_in(client, user)
    where = address(event, page, *([event.pk] if page == "history" else []))

    forbidden = client.get(where).status_code
    user.user_permissions.add(Permission.objects.get(codename="view_event"))

    assert forbidden == 403
    assert client.get(where).status_code == 200


# --- Bringing back ------------------------------------------------------------------------------------------


def version(row: Any, place: int) -> Any:
    """A version of the row, the first being 0."""
    return versions_of(type(row)).objects.filter(id=row.pk).order_by("history_id")[place]


def restore(clerk: Client, row: Any, place: int) -> Any:
    """Look at the page that asks, and confirm."""
    page = address(row, "restore", row.pk, version(row, place).history_id)
    newest = read(clerk, page).one("input", name="newest").attributes["value"]
    return clerk.post(page, {"newest": newest})


def test_earlier_version_is_restored_as_a_change_of_its_own(clerk: Client) -> None:
    event = factories.make_event(DAY, location="Rådhuset", note="Ta med underlag.")
    edit(clerk, event, location="Slottet", note="")
    page = read(clerk, address(event, "restore", event.pk, version(event, 0).history_id))

    response = restore(clerk, event, 0)

    event.refresh_from_db()
    assert content(page).one("table").rows() == [
        ["Lokal", "Slottet", "Rådhuset"],
        ["Upplysning", "tomt", "Ta med underlag."],
    ]
    assert response["Location"] == address(event, "change", event.pk)
    assert (event.location, event.note) == ("Rådhuset", "Ta med underlag.")
    assert event.history.count() == 3
    newest = version(event, 2)
    assert newest.history_user.username == "anna"
    assert newest.history_change_reason.startswith("Återställd till versionen från ")


def test_history_offers_every_version_but_the_present_one(clerk: Client) -> None:
    event = factories.make_event(DAY)
    edit(clerk, event, location="Slottet")

    links = [link for link in history(clerk, event).links() if "aterstall" in link]

    assert links == [address(event, "restore", event.pk, version(event, 0).history_id)]


def test_restoring_does_not_unpublish(clerk: Client) -> None:
    event = factories.make_event(DAY, publication="draft", location="Rådhuset")
    event.publication, event.location = "published", "Slottet"
    event.save()

    restore(clerk, event, 0)

    event.refresh_from_db()
    assert (event.publication, event.location) == ("published", "Rådhuset")


def test_restoring_does_not_take_back_a_decision(clerk: Client) -> None:
    plan = factories.make_plan(2018, is_draft=True, vision="Gammal", decided_on=None)
    plan.status, plan.decided_on, plan.vision = "adopted", DAY, "Ny"
    plan.save()

    restore(clerk, plan, 0)

    plan.refresh_from_db()
    assert (plan.status, plan.decided_on, plan.vision) == ("adopted", DAY, "Gammal")


def test_restoring_brings_many_to_many_back(clerk: Client) -> None:
    factories.make_target_area(factories.make_plan())
    area = CooperationArea.objects.get()
    document = GoverningDocument.objects.create(title="RUFS")
    area.governing_documents.add(document)
    area.governing_documents.clear()

    restore(clerk, area, 1)

    assert list(area.governing_documents.all()) == [document]


def test_restoring_is_refused_with_the_reasons_of_the_rules(clerk: Client) -> None:
    body = factories.make_body("natverk")
    event = factories.make_event(DAY, title="Möte", slug="mote", body=body)
    edit(clerk, event, slug="annat", body="")
    factories.make_event(DAY, title="Ett till", slug="mote")
    body.delete()

    page = address(event, "restore", event.pk, version(event, 0).history_id)
    newest = read(clerk, page).one("input", name="newest").attributes["value"]
    without_body = parse(clerk.post(page, {"newest": newest}).content.decode())
    versions_of(Event).objects.filter(pk=version(event, 0).pk).update(body=None)
    taken = parse(clerk.post(page, {"newest": newest}).content.decode())

    event.refresh_from_db()
    assert event.slug == "annat"
    assert without_body.one("ul", "errorlist").text == "Organ ”Natverk” är borttagen. Återställ den först."
    assert taken.one("ul", "errorlist").text == "Det finns redan ett möte med samma dag och adressdel."


def test_restoring_what_changed_meanwhile_asks_again(clerk: Client) -> None:
    event = factories.make_event(DAY, location="Rådhuset")
    edit(clerk, event, location="Slottet")
    page = address(event, "restore", event.pk, version(event, 0).history_id)
    newest = read(clerk, page).one("input", name="newest").attributes["value"]
    edit(clerk, event, location="Biblioteket")

    response = clerk.post(page, {"newest": newest})

    event.refresh_from_db()
    assert event.location == "Biblioteket"
    assert "raden ändrades medan du läste" in parse(response.content.decode()).text


def test_restoring_asks_for_a_fresh_sign_in(client: Client, anna: User) -> None:
    event = factories.make_event(DAY, location="Rådhuset")
    event.location = "Slottet"
    event.save()
    sign_in(client, anna, seconds_ago=24 * 3600)

    response = client.get(address(event, "restore", event.pk, version(event, 0).history_id))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize(("is_there", "needed"), [(True, "change_event"), (False, "add_event")])
def test_restoring_needs_the_permission_to_do_it_by_hand(client: Client, is_there: bool, needed: str) -> None:
    event = factories.make_event(DAY)
    event.location = "Slottet"
    event.save()
    page = address(event, "restore", event.pk, version(event, 0).history_id)
    if not is_there:
        event.delete()
    user = User.objects.create_user("bo", password="hemligt", is_staff=True)
    others = Permission.objects.filter(codename__in={"view_event", "change_event", "add_event"} - {needed})
    user.user_permissions.set(others)
    sign_in(client, user)

    forbidden = client.get(page).status_code
    user.user_permissions.add(Permission.objects.get(codename=needed))

    assert forbidden == 403
    assert client.get(page).status_code == 200


def test_deleted_event_comes_back_with_its_hosts_and_agenda(clerk: Client) -> None:
    salem = factories.make_municipality("Salem", "0128")
    event = factories.make_event(DAY, hosts=(salem,), location="Rådhuset")
    AgendaItem.objects.create(event=event, title="Borttagen långt innan").delete()
    AgendaItem.objects.create(event=event, title="Ekonomi")
    other = factories.make_event(DAY, title="Annat", hosts=(salem,))
    key, uid = event.pk, event.uid
    Event.objects.filter(pk__in=[event.pk, other.pk]).delete()

    listed = read(clerk, reverse("admin:calendar_app_event_changelist")).one("ul", "object-tools")
    deleted = read(clerk, reverse("admin:calendar_app_event_deleted"))
    table = content(deleted).one("table")
    links = dict(zip([row[0] for row in table.rows()], table.links(), strict=True))
    shown = read(clerk, links["Möte 2017-03-23"])
    event.pk = key
    response = restore(clerk, event, 1)

    back = Event.objects.get()
    assert "Borttagna" in listed.texts("a")
    assert shown.one("ul", "history__along").texts("li") == [
        "Värdkommun: Salem: Möte 2017-03-23",
        "Punkt på dagordningen: Ekonomi",
    ]
    assert response["Location"] == address(back, "change", key)
    assert (back.pk, back.uid, back.location) == (key, uid, "Rådhuset")
    assert back.host_list == [salem]
    assert [item.title for item in back.agenda.all()] == ["Ekonomi"]
    assert [each.history_type for each in back.history.all()] == ["+", "-", "+"]
    assert told(back)[0][0] == "återställd"


def test_deleted_plan_comes_back_whole(clerk: Client) -> None:
    plan = factories.make_plan(2018, is_draft=True)
    section = factories.make_section(plan, 2, "Inledning")
    factories.make_direction(section, "Vi möts.")
    factories.make_direction(factories.make_target_area(plan).issues.get(), "Vi ställer om.")
    budget = Budget.objects.create(plan=plan)
    line = BudgetLine.objects.create(budget=budget, side="cost", title="Lokaler", amount=Decimal(1000))
    Outcome.objects.create(
        line=line, report="annual", as_of=datetime.date(2018, 12, 31), amount=1000, comment=""
    )
    event = factories.make_event(datetime.date(2018, 3, 1), plan_section=section)
    counts = {model: model._default_manager.count() for model in MODELS}
    plan_key = plan.pk
    plan.delete()
    plan.pk = plan_key

    response = restore(clerk, plan, 1)

    assert response.status_code == 302
    assert {model: model._default_manager.count() for model in MODELS} == counts
    assert PlanSection.objects.get().directions.get().text == "Vi möts."
    assert Outcome.objects.get().line == line
    event.refresh_from_db()
    assert event.plan_section is None  # it was not deleted, so it is not restored


def test_deleted_rotation_comes_back_with_its_swaps_as_they_were(clerk: Client) -> None:
    order = [factories.make_municipality("Salem", "0128"), factories.make_municipality()]
    rotation = factories.make_rotation(factories.make_body(), order, turns=2)
    first, second = rotation.turns.all()
    factories.record_swap(first, second, "Ombyggnad", DAY)
    hosts = list(HostTurn.objects.values_list("number", "municipality__name"))
    key = rotation.pk
    rotation.delete()
    rotation.pk = key

    restore(clerk, rotation, 1)

    assert list(HostTurn.objects.values_list("number", "municipality__name")) == hosts
    assert HostRotation.objects.get().swaps.count() == 1


def test_deleted_row_is_refused_while_its_owner_is_gone(clerk: Client) -> None:
    event = factories.make_event(DAY)
    item = AgendaItem.objects.create(event=event, title="Ekonomi")
    key = item.pk
    event.delete()
    item.pk = key

    response = restore(clerk, item, 1)

    assert not AgendaItem.objects.exists()
    page = parse(response.content.decode())
    assert page.one("ul", "errorlist").text == "Möte ”Möte 2017-03-23” är borttagen. Återställ den först."


def test_deleted_row_is_refused_when_its_place_is_taken(clerk: Client) -> None:
    salem = factories.make_municipality("Salem", "0128")
    key = salem.pk
    salem.delete()
    factories.make_municipality("Salem", "0999", slug="salem-2")
    salem.pk = key

    response = restore(clerk, salem, 1)

    assert Municipality.objects.count() == 1
    assert "Inget är återställt." in parse(response.content.decode()).text


def test_list_without_deleted_rows_has_no_link_to_them(clerk: Client) -> None:
    factories.make_event(DAY)

    page = read(clerk, reverse("admin:calendar_app_event_changelist"))

    assert "Borttagna" not in page.texts("a")


def test_reference_that_a_deletion_empties_has_a_version(clerk: Client) -> None:
    section = factories.make_section(factories.make_plan(), 7, "Möten")
    event = factories.make_event(DAY, plan_section=section)
    versions_of(Event).objects.update(history_date=datetime.datetime(2017, 1, 1, tzinfo=datetime.UTC))
    delete(clerk, section)

    (kind, _, fields) = told(event)[0]

    assert (kind, fields) == ("ändrad", [("Rubrik i planens kalendarium", "7. Möten", "")])


# --- Everything is kept, and nobody can alter it ------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_versions_have_no_form_and_no_address_for_anyone(clerk: Client, model: Any) -> None:
    versions = versions_of(model)
    name = versions._meta.model_name

    assert not admin.site.is_registered(versions)
    assert clerk.get(f"/admin/{versions._meta.app_label}/{name}/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{versions._meta.app_label}_{name}_changelist")


def test_no_address_is_about_a_version_but_to_look_and_restore() -> None:
    names = [key for key in _names(get_resolver()) if "histor" in key]

    assert {key.rpartition("_")[2] for key in names} == {"history"}


def _names(resolver: Any) -> list[str]:
    found = []
    for pattern in resolver.url_patterns:
        found += _names(pattern) if hasattr(pattern, "url_patterns") else [str(pattern.name or "")]
    return found


def test_no_role_may_do_more_with_versions_than_look() -> None:
    call_command("update_roles", verbosity=0)

    labels = [model._meta.model_name for model in apps.get_models() if issubclass(model, HistoricalChanges)]
    assert len(labels) >= len(MODELS)
    assert Group.objects.exists()
    given = Permission.objects.filter(group__in=Group.objects.all(), content_type__model__in=labels)
    assert {permission.codename.partition("_")[0] for permission in given} <= {"view"}


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_history_page_takes_no_orders(clerk: Client, verb: str) -> None:
    event = factories.make_event(DAY)
    before = list(versions_of(Event).objects.values())

    getattr(clerk, verb)(address(event, "history", event.pk), {"history_id": "1", "location": "Slottet"})

    assert list(versions_of(Event).objects.values()) == before


def test_deleting_a_row_keeps_its_versions(clerk: Client) -> None:
    event = factories.make_event(DAY)
    key = event.pk
    delete(clerk, event)

    assert [each.history_type for each in versions_of(Event).objects.filter(id=key)] == ["-", "+"]


def test_person_whom_the_history_names_is_not_deleted(clerk: Client, anna: User) -> None:
    edit(clerk, factories.make_event(DAY), location="Slottet")
    bo = User.objects.create_user("bo", password="hemligt")

    refused = clerk.post(reverse("admin:auth_user_delete", args=[anna.pk]), {"post": "yes"})
    deleted = clerk.post(reverse("admin:auth_user_delete", args=[bo.pk]), {"post": "yes"})

    assert list(User.objects.all()) == [anna]
    assert "anna står i historiken. Avmarkera Aktiv i stället." in refused.content.decode()
    assert deleted.status_code == 302
    assert Event.history.latest().history_user == anna


def test_rates_and_hosts_have_versions_too(clerk: Client) -> None:
    rate = factories.make_rate()
    host = EventHost.objects.create(
        event=factories.make_event(DAY), municipality=factories.make_municipality()
    )
    edit(clerk, rate, amount_per_inhabitant="3")

    assert [each.amount_per_inhabitant for each in FeeRate.history.all()] == [3, 2]
    assert EventHost.history.get().municipality_id == host.municipality_id
    assert OperationalPlan.history.count() == 0
