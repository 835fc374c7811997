"""Changes to the calendar as a feed: what is told, in what words, and what is not."""

import datetime
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.test import Client

from calendar_app.announcements_feed import NEWEST
from calendar_app.models import Event, EventDocument, EventHost
from sodertorn.publishing import Publication
from tests import factories

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
START = datetime.datetime(2017, 1, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def municipalities(db):
    return factories.make_municipality("Salem", "0128"), factories.make_municipality("Haninge", "0136")


def at(number: int, *models: Any) -> None:
    """Date the newest versions, those that have not been dated yet, so many hours after the start."""
    for model in (Event, EventHost, EventDocument):
        undated = model.history.filter(history_date__gte=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        undated.update(history_date=START + datetime.timedelta(hours=number))


def changed(event: Event, **values: Any) -> None:
    event = Event.objects.get(pk=event.pk)
    for name, value in values.items():
        setattr(event, name, value)
    event.full_clean()
    event.save()


def entries(client: Client) -> list[tuple[str, str]]:
    """Title and summary of each, newest first."""
    response = client.get("/kalender/andringar.atom")
    assert response.status_code == 200
    found = ET.fromstring(response.content).findall(f"{ATOM}entry")  # noqa: S314 - our own
    return [
        (each.findtext(f"{ATOM}title", ""), each.findtext(f"{ATOM}summary", "").replace("\xa0", " "))
        for each in found
    ]


def test_new_meeting_is_told_with_time_and_place(client, municipalities):
    factories.make_event(
        datetime.date(2017, 2, 2),
        start_time=datetime.time(12),
        end_time=datetime.time(15),
        location="Stadshuset",
        hosts=municipalities[:1],
    )

    assert entries(client) == [
        ("Nytt möte: Möte", "<p>Möte: torsdag 2 februari 2017 kl. 12.00–15.00. Plats: Stadshuset, Salem.</p>")
    ]


CHANGES: list[tuple[dict[str, Any], tuple[str, str]]] = [
    (
        {"starts_on": datetime.date(2017, 2, 9), "ends_on": datetime.date(2017, 2, 9), "status": "moved"},
        ("Ny dag: Möte", "<p>Ny dag: torsdag 9 februari 2017. Tidigare: torsdag 2 februari 2017.</p>"),
    ),
    ({"status": "cancelled"}, ("Inställt: Möte", "<p>Mötet torsdag 2 februari 2017 är inställt.</p>")),
    (
        {"start_time": datetime.time(13)},
        (
            "Ny tid: Möte",
            "<p>Ny tid: torsdag 2 februari 2017 kl. 13.00. Tidigare: torsdag 2 februari 2017.</p>",
        ),
    ),
    (
        {"location": "<Rådhuset>"},
        ("Ny lokal: Möte", "<p>Lokal: &lt;Rådhuset&gt;. Tidigare: inte angiven.</p>"),
    ),
    ({"title": "Rådslag"}, ("Nytt namn: Rådslag", "<p>Mötet hette tidigare Möte.</p>")),
]


@pytest.mark.parametrize(("values", "said"), CHANGES, ids=[next(reversed(values)) for values, _ in CHANGES])
def test_change_is_told_with_what_it_was_before(client, values, said):
    event = factories.make_event(datetime.date(2017, 2, 2))
    at(0)
    changed(event, **values)
    at(1)

    assert entries(client)[0] == said
    assert len(entries(client)) == 2


def test_new_host_and_new_papers_are_told(client, municipalities):
    salem, haninge = municipalities
    event = factories.make_event(datetime.date(2017, 2, 2), hosts=(salem,))
    at(0)
    host = event.event_hosts.get()
    host.municipality = haninge
    host.save()
    at(1)
    EventDocument.objects.create(event=event, document=factories.make_document("Från mötet"))

    assert entries(client)[:2] == [
        ("Nya handlingar: Möte", "<p>Nya handlingar. Protokoll: Från mötet.</p>"),
        ("Ny värd: Möte", "<p>Värd: Haninge. Tidigare: Salem.</p>"),
    ]


def test_what_is_done_at_once_is_one_entry(client, municipalities):
    event = factories.make_event(datetime.date(2017, 2, 2), hosts=municipalities[:1])
    at(0)
    changed(event, location="Stadshuset", start_time=datetime.time(9))
    event.event_hosts.get().delete()

    title, summary = entries(client)[0]
    assert title == "Ny tid: Möte"
    assert summary == (
        "<p>Ny tid: torsdag 2 februari 2017 kl. 09.00. Tidigare: torsdag 2 februari 2017.</p>"
        "<p>Värd: inte angiven. Tidigare: Salem.</p><p>Lokal: Stadshuset. Tidigare: inte angiven.</p>"
    )


def test_drafts_are_not_told_of(client):
    event = factories.make_event(datetime.date(2017, 2, 2), title="Hemligt", publication=Publication.DRAFT)
    at(0)
    assert entries(client) == []
    changed(event, title="Öppet", slug="oppet", location="Salen", publication=Publication.PUBLISHED)
    at(1)
    document = factories.make_document("Hemlig handling", publication=Publication.DRAFT)
    EventDocument.objects.create(event=event, document=document)
    at(2)

    assert entries(client) == [("Nytt möte: Öppet", "<p>Öppet: torsdag 2 februari 2017. Plats: Salen.</p>")]
    changed(event, publication=Publication.DRAFT)
    assert entries(client) == []


def test_identities_stay_and_the_feed_is_dated_by_its_newest_entry(client):
    event = factories.make_event(datetime.date(2017, 2, 2))
    at(0)
    before = ET.fromstring(client.get("/kalender/andringar.atom").content)  # noqa: S314 - our own
    changed(event, title="Annat namn", slug="annat")
    at(5)
    after = ET.fromstring(client.get("/kalender/andringar.atom").content)  # noqa: S314 - our own
    old, new = (feed.findall(f"{ATOM}entry") for feed in (before, after))

    assert new[1].findtext(f"{ATOM}id") == old[0].findtext(f"{ATOM}id")
    assert len({entry.findtext(f"{ATOM}id") for entry in new}) == 2
    assert before.findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id")
    assert after.findtext(f"{ATOM}updated") == "2017-01-01T17:00:00+00:00"


def test_feed_asks_the_same_however_many_meetings(client, django_assert_max_num_queries):
    for number in range(NEWEST + 5):
        factories.make_event(datetime.date(2017, 2, 1) + datetime.timedelta(number))
    with django_assert_max_num_queries(12):
        assert len(entries(client)) == NEWEST


def test_feed_is_found_from_the_calendars_pages(client):
    factories.make_event(datetime.date(2017, 2, 2))

    for address in ("/kalender/", "/kalender/prenumerera/", "/kalender/2017/"):
        assert b'type="application/atom+xml" href="/kalender/andringar.atom"' in client.get(address).content
    assert b'<a href="/kalender/andringar.atom"' in client.get("/kalender/prenumerera/").content
