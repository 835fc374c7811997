"""Each public page says when it was last changed: by whatever visitors can see of it, and nothing else."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budget.models import BudgetLine
from calendar_app.models import AgendaItem, Event, EventDocument, HostTurn
from committee.models import (
    Body,
    CooperationArea,
    Document,
    GoverningDocument,
    NewsItem,
    Page,
)
from sodertorn.models import AcceptedWarning
from sodertorn.row_history import tracked_models
from sodertorn.tracking import Dated
from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db

LONG_AGO = datetime.datetime(2017, 3, 1, 23, 30, tzinfo=datetime.UTC)
THEN = ["Sidan ändrades senast den 2 mars 2017."]
DAY = datetime.date(2017, 3, 23)


def age() -> None:
    """Let everything have been changed long ago."""
    for model in tracked_models():
        if issubclass(model, Dated):
            model._default_manager.update(edited_at=LONG_AGO)


def said(client: Client, address: str) -> list[str]:
    return [text for text in read(client, address).texts("p", "last-changed") if "ändrades" in text]


def is_dated_now(row: Any) -> bool:
    row.refresh_from_db()
    return bool(row.edited_at != LONG_AGO)


@pytest.fixture
def world() -> dict[str, Any]:
    """One public row of each kind that has a page."""
    salem = factories.make_municipality("Salem", "0128")
    plan = factories.make_plan()
    factories.make_section(plan, 1, "Inledning", text="Vi möts.")
    body = factories.make_body(kind=Body.Kind.SECRETARIAT)
    rows = {
        "municipality": salem,
        "plan": plan,
        "target_area": factories.make_target_area(plan),
        "budget": factories.make_budget(plan),
        "body": body,
        "event": factories.make_event(DAY, body=body, hosts=(salem,)),
        "rotation": factories.make_rotation(body, [salem], turns=1),
        "news": NewsItem.objects.create(title="Nyhet", slug="nyhet", lead="Så.", publication="published"),
        "page": Page.objects.create(title="Sida", slug="sida", publication="published"),
        "document": make_document(),
    }
    age()
    return rows


def make_document(**fields: Any) -> Document:
    values: dict[str, Any] = {"kind": "other", "title": "Avtal", "publication": "published", **fields}
    document = Document(file_name="a.pdf", media_type="application/pdf", size=4, sha256="0", **values)
    document.file.save("a.pdf", ContentFile(b"%PDF"), save=False)
    document.save()
    return document


@pytest.mark.parametrize("name", ["municipality", "plan", "budget", "body", "event", "news", "page"])
def test_page_of_a_row_says_when_it_was_changed(client: Client, world: dict[str, Any], name: str) -> None:
    assert said(client, world[name].get_absolute_url()) == THEN


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("start", "news"),
        ("start", "event"),
        ("start", "budget"),
        ("about", "plan"),
        ("contact", "body"),
        ("contact", "municipality"),
        ("committee:cooperation", "plan"),
        ("committee:body-list", "body"),
        ("committee:municipality-list", "municipality"),
        ("committee:newsitem-list", "news"),
        ("committee:document-list", "document"),
        ("calendar_app:event-list", "event"),
        ("calendar_app:event-past", "event"),
        ("calendar_app:rotation-list", "rotation"),
        ("budget:budget-list", "budget"),
    ],
)
def test_page_of_several_rows_says_when_the_newest_was_changed(
    client: Client, world: dict[str, Any], name: str, changed: str
) -> None:
    address = reverse(name)
    before = said(client, address)
    row = world[changed]
    type(row).objects.filter(pk=row.pk).update(
        edited_at=datetime.datetime(2018, 1, 5, 12, tzinfo=datetime.UTC)
    )

    assert before == THEN
    assert said(client, address) == ["Sidan ändrades senast den 5 januari 2018."]


def agenda_item(world: dict[str, Any]) -> Any:
    AgendaItem.objects.create(event=world["event"], title="Ekonomi")
    return world["event"]


def host(world: dict[str, Any]) -> Any:
    world["event"].event_hosts.get().delete()
    return world["event"]


def direction(world: dict[str, Any]) -> Any:
    factories.make_direction(world["target_area"].issues.get())
    return world["plan"]


def governing_document(world: dict[str, Any]) -> Any:
    CooperationArea.objects.get().governing_documents.add(GoverningDocument.objects.create(title="RUFS"))
    return world["plan"]


def budget_line(world: dict[str, Any]) -> Any:
    line = BudgetLine.objects.all()[0]
    line.title = "Ny benämning"
    line.save()
    return world["budget"]


def seat(world: dict[str, Any]) -> Any:
    factories.make_seat(world["body"], world["municipality"])
    return world["body"]


def population(world: dict[str, Any]) -> Any:
    factories.make_population(world["municipality"])
    return world["municipality"]


def document_of_event(world: dict[str, Any]) -> Any:
    EventDocument.objects.create(event=world["event"], document=world["document"])
    return world["event"]


@pytest.mark.parametrize(
    "change",
    [agenda_item, host, direction, governing_document, budget_line, seat, population, document_of_event],
)
def test_change_to_what_belongs_to_a_row_is_a_change_to_its_page(
    client: Client, world: dict[str, Any], change: Callable[[dict[str, Any]], Any]
) -> None:
    owner = change(world)

    assert is_dated_now(owner)
    assert said(client, owner.get_absolute_url()) != THEN


def test_moved_row_changes_the_page_it_left_and_the_one_it_came_to(world: dict[str, Any]) -> None:
    item = AgendaItem.objects.create(event=world["event"], title="Ekonomi")
    other = factories.make_event(DAY, title="Annat")
    age()
    item = AgendaItem.objects.get()
    item.event = other
    item.save()

    assert is_dated_now(world["event"])
    assert is_dated_now(other)


def test_saving_without_a_change_does_not_change_the_page(world: dict[str, Any]) -> None:
    event = Event.objects.get()
    event.save()

    assert not is_dated_now(event)


def test_dating_the_page_costs_one_query(world: dict[str, Any]) -> None:
    item = AgendaItem.objects.create(event=world["event"], title="Ekonomi")
    item = AgendaItem.objects.select_related("event").get()
    item.title = "Ekonomi och budget"
    with CaptureQueriesContext(connection) as captured:
        item.save()

    dating = [each["sql"] for each in captured if '"edited_at" = ' in each["sql"]]
    assert len(dating) == 1
    assert dating[0].startswith('UPDATE "calendar_app_event" SET "edited_at"')


# --- What visitors can't see changes no page of theirs ------------------------------------------------------


def draft_document(world: dict[str, Any]) -> None:
    draft = make_document(title="Hemlig", publication="draft", body=world["body"], plan=world["plan"])
    EventDocument.objects.create(event=world["event"], document=draft)


def draft_event(world: dict[str, Any]) -> None:
    factories.make_event(
        DAY, title="Hemligt", publication="draft", hosts=(world["municipality"],), body=world["body"]
    )


def draft_turn(world: dict[str, Any]) -> None:
    draft = factories.make_event(DAY, title="Hemligt", publication="draft")
    HostTurn.objects.create(
        rotation=world["rotation"], number=2, year=2018, municipality=world["municipality"], event=draft
    )


def draft_plan(world: dict[str, Any]) -> None:
    plan = factories.make_plan(2018, is_draft=True)
    factories.make_direction(factories.make_target_area(plan).issues.get())
    factories.make_budget(plan)


def draft_news_and_page(world: dict[str, Any]) -> None:
    NewsItem.objects.create(title="Hemlig", slug="hemlig", lead="Så.")
    Page.objects.create(title="Hemlig", slug="om")


def accepted_warning(world: dict[str, Any]) -> None:
    AcceptedWarning.objects.create(plan=world["plan"], rule="texts", text="Text saknas.", comment="Medvetet.")


@pytest.mark.parametrize(
    "change",
    [draft_document, draft_event, draft_turn, draft_plan, draft_news_and_page, accepted_warning],
)
def test_drafts_change_no_page_of_visitors(
    client: Client, world: dict[str, Any], change: Callable[[dict[str, Any]], None]
) -> None:
    change(world)
    names = ["start", "about", "contact", "committee:newsitem-list", "committee:document-list"]
    names += ["calendar_app:event-past", "calendar_app:rotation-list", "budget:budget-list"]
    names += ["committee:body-list", "committee:municipality-list", "committee:cooperation"]
    addresses = [reverse(name) for name in names]
    addresses += [
        row.get_absolute_url() for name, row in world.items() if name not in ("document", "rotation")
    ]

    assert {address: said(client, address) for address in addresses} == dict.fromkeys(addresses, THEN)
