"""Calendars to subscribe to: which events are in them, and how little it costs to ask again."""

import datetime
from datetime import date
from typing import Any
from unittest.mock import patch

import icalendar
import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calendar_app import feeds, ical
from calendar_app.models import Event, EventHost
from calendar_app.subscriptions import PAST_YEARS
from committee.models import Body
from sodertorn.publishing import Publication
from tests.factories import make_body, make_event, make_full_draft, make_municipality

pytestmark = pytest.mark.django_db

WHOLE = "/kalender/kalender.ics"


def read(content: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def summaries(client: Client, address: str) -> list[str]:
    """The entries' summaries, in the file's order."""
    response = client.get(address)
    assert response.status_code == 200, address
    return [str(entry["SUMMARY"]) for entry in read(response.content)]


def calendar_name(client: Client, address: str) -> str:
    return str(icalendar.Calendar.from_ical(client.get(address).content)["NAME"])


def in_days(days: int) -> date:
    return timezone.localdate() + datetime.timedelta(days=days)


# Answers


def test_calendar_is_sent_as_a_calendar_to_look_at(client):
    response = client.get(WHOLE)

    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'inline; filename="kalender.ics"'
    assert response["Cache-Control"] == "no-cache"
    assert response["ETag"].startswith('"')
    assert not response.cookies


def test_calendar_says_when_its_newest_event_changed(client):
    make_event(date(2030, 1, 1))
    make_event(date(2031, 1, 1))
    Event.objects.filter(starts_on__year=2030).update(
        changed_at=datetime.datetime(2029, 5, 1, 12, 0, 30, tzinfo=datetime.UTC)
    )
    Event.objects.filter(starts_on__year=2031).update(
        changed_at=datetime.datetime(2029, 4, 1, tzinfo=datetime.UTC)
    )

    assert client.get(WHOLE)["Last-Modified"] == "Tue, 01 May 2029 12:00:30 GMT"


def test_calendar_is_the_same_file_when_asked_for_again(client):
    make_event(date(2030, 1, 1))

    assert client.get(WHOLE).content == client.get(WHOLE).content


def test_only_what_has_changed_is_written_anew(client, django_assert_num_queries):
    events = [make_event(date(2030, 1, day), title=f"Möte {day}") for day in (1, 2, 3)]
    before = summaries(client, WHOLE)
    with patch.object(ical, "entry", wraps=ical.entry) as written:
        with django_assert_num_queries(1):
            assert summaries(client, f"{WHOLE}?fbclid=1") == before
        events[1].title = "Ett annat möte"
        events[1].save()
        assert summaries(client, WHOLE) == ["Möte 1", "Ett annat möte", "Möte 3"]
    assert [call.args[0] for call in written.call_args_list] == [events[1]]


def test_event_that_is_deleted_while_the_file_is_written_is_left_out(client):
    event = make_event(date(2030, 1, 1))
    make_event(date(2030, 1, 2), title="Kvar")
    revisions = feeds._revisions(feeds.feed_events(Event.objects.all(), date(2029, 1, 1)))
    event.delete()
    entries = feeds._entries(Event.objects.with_hosts(), revisions, "https://portal.example")

    assert [b"SUMMARY:Kvar" in entry for entry in entries] == [True]


def test_entries_kept_are_bounded(client, monkeypatch):
    monkeypatch.setattr(feeds._KeptEntries, "MOST", 2)
    kept = feeds._KeptEntries()
    for number in range(3):
        kept.put(number, b"entry")

    assert [kept.get(number) for number in range(3)] == [None, b"entry", b"entry"]


def test_head_has_the_headers_and_no_content(client):
    make_event(date(2030, 1, 1))
    got, head = client.get(WHOLE), client.head(WHOLE)

    assert head.content == b""
    assert dict(head.headers) == dict(got.headers)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_calendar_is_only_read(client, method):
    assert getattr(client, method)(WHOLE).status_code == 405


def test_calendar_links_with_the_address_it_was_asked_for(client):
    make_event(date(2030, 1, 1), slug="mote")
    content = client.get(f"{WHOLE}?typ=meeting", headers={"host": "localhost:8123"}).content
    calendar = icalendar.Calendar.from_ical(content)

    assert calendar["SOURCE"] == "http://localhost:8123/kalender/kalender.ics?typ=meeting"
    assert calendar["URL"] == "http://localhost:8123/kalender/?typ=meeting"
    assert read(content)[0]["URL"] == "http://localhost:8123/kalender/2030/01/01/mote/"


@pytest.mark.parametrize(
    "address",
    [
        f"{WHOLE}?organ=finns-inte",
        f"{WHOLE}?vard=stockholm",
        f"{WHOLE}?typ=fest",
        f"{WHOLE}?organ=%00",
        "/kalender/organ/finns-inte.ics",
        "/kalender/kommun/stockholm.ics",
        "/kalender/typ/meeting.ics",
        "/kalender/2017/02/30/samarbetskommitten.ics",
        "/kalender/2017/02/03/samarbetskommitten.ics",
    ],
)
def test_unknown_calendar_is_not_found(client, address):
    assert client.get(address).status_code == 404


# What is in them


def test_event_without_a_day_is_left_out_until_it_has_one(client):
    event = make_event(date(2030, 1, 1), date_precision=Event.DatePrecision.MONTH)
    assert summaries(client, WHOLE) == []

    event.date_precision, event.ends_on = Event.DatePrecision.DAY, event.starts_on
    event.save()
    assert summaries(client, WHOLE) == ["Möte"]


def test_preliminary_event_is_tentative(client):
    make_event(date(2030, 1, 1), status=Event.Status.PRELIMINARY)

    assert [entry["STATUS"] for entry in read(client.get(WHOLE).content)] == ["TENTATIVE"]


@pytest.mark.parametrize(("days", "is_there"), [(1, True), (0, True), (-1, False)])
def test_cancelled_event_is_there_until_its_day_has_passed(client, days, is_there):
    make_event(in_days(days), status=Event.Status.CANCELLED)

    assert summaries(client, WHOLE) == (["INSTÄLLT: Möte"] if is_there else [])


def test_cancelled_event_of_several_days_is_there_until_the_last_has_passed():
    make_event(date(2017, 8, 16), ends_on=date(2017, 8, 17), status=Event.Status.CANCELLED)
    events = Event.objects.with_hosts()

    assert feeds.feed_events(events, date(2017, 8, 17)).count() == 1
    assert feeds.feed_events(events, date(2017, 8, 18)).count() == 0


def test_cancelling_raises_the_entrys_revision(client):
    event = make_event(in_days(30))
    event.status = Event.Status.CANCELLED
    event.save()
    [entry] = read(client.get(WHOLE).content)

    assert (entry["STATUS"], entry["SEQUENCE"], entry["UID"]) == ("CANCELLED", 1, f"{event.uid}@sodertorn")


def test_subscription_holds_ten_whole_years_back_and_all_that_comes(client):
    first = date(timezone.localdate().year - PAST_YEARS, 1, 1)
    eve = first - datetime.timedelta(days=1)
    make_event(eve, title="För gammalt")
    make_event(eve, title="Pågick över nyår", ends_on=first)
    make_event(first, title="Äldst")
    make_event(date(2100, 12, 31), title="Sist")

    assert summaries(client, WHOLE) == ["Pågick över nyår", "Äldst", "Sist"]


def test_deleted_event_is_gone(client):
    event = make_event(date(2030, 1, 1))
    make_event(date(2030, 1, 2), title="Kvar")
    event.delete()

    assert summaries(client, WHOLE) == ["Kvar"]


def test_calendars_tell_nothing_of_a_draft_plan(client):
    make_body("oppet-organ")
    make_full_draft(2030, "Hemligt utkast")
    calendars = ("kalender", "organ/oppet-organ", "typ/sammantraden", "2030/03/01/oppet-mote")
    for address in (f"/kalender/{name}.ics" for name in calendars):
        content = client.get(address).content.decode().replace("\r\n ", "")
        assert "Öppet möte" in content
        assert "Hemligt" not in content
    for as_format in ("csv", "json"):
        request = RequestFactory().get("/")
        events = Event.objects.with_hosts()
        table = feeds.dataset_response(request, events, as_format=as_format, slug="k", title="K")
        content = table.getvalue().decode()
        assert "Öppet möte" in content
        assert "Hemligt" not in content


# One event


def test_event_has_a_calendar_beside_its_page(client):
    event = make_event(date(2030, 1, 1), title="Sammanträde", slug="mote")
    make_event(date(2030, 1, 1), slug="annat")
    response = client.get("/kalender/2030/01/01/mote.ics")

    assert feeds.event_feed_path(event) == "/kalender/2030/01/01/mote.ics"
    assert response["Content-Disposition"] == 'inline; filename="mote.ics"'
    assert [entry["UID"] for entry in read(response.content)] == [f"{event.uid}@sodertorn"]
    assert calendar_name(client, "/kalender/2030/01/01/mote.ics") == "Sammanträde"


def test_event_calendar_of_long_ago_says_that_it_was_cancelled(client):
    make_event(date(2001, 1, 1), slug="mote", status=Event.Status.CANCELLED)

    assert summaries(client, "/kalender/2001/01/01/mote.ics") == ["INSTÄLLT: Möte"]


def test_event_calendar_leads_from_the_former_day_to_the_new(client):
    event = make_event(date(2030, 1, 1), slug="mote")
    event.starts_on = event.ends_on = date(2030, 1, 8)
    event.save()
    response = client.get("/kalender/2030/01/01/mote.ics")

    assert (response.status_code, response["Location"]) == (302, "/kalender/2030/01/08/mote.ics")


def test_event_calendar_leads_from_the_original_day_of_a_moved_event(client):
    make_event(date(2030, 1, 8), slug="mote", status=Event.Status.MOVED, original_starts_on=date(2030, 1, 1))
    response = client.get("/kalender/2030/01/01/mote.ics")

    assert (response.status_code, response["Location"]) == (302, "/kalender/2030/01/08/mote.ics")


def test_event_calendar_is_answered_304_with_two_queries(client, django_assert_num_queries):
    """One finds the event, one its revision."""
    make_event(date(2030, 1, 1), slug="mote", hosts=(make_municipality(),))
    address = "/kalender/2030/01/01/mote.ics"
    etag = client.get(address)["ETag"]
    with django_assert_num_queries(2):
        assert asked_again(client, etag, address) == 304


def test_event_calendar_is_not_found_when_the_day_is_no_longer_known(client):
    event = make_event(date(2030, 1, 10), slug="mote")
    event.date_precision = Event.DatePrecision.MONTH
    event.full_clean()
    event.save()

    assert client.get("/kalender/2030/01/10/mote.ics").status_code == 404


# Asking again


def asked_again(client: Client, etag: str, address: str = WHOLE) -> int:
    return client.get(address, headers={"if-none-match": etag}).status_code


def test_calendar_that_is_the_same_is_not_built_again(client):
    make_event(date(2030, 1, 1), hosts=(make_municipality(),), body=make_body())
    first = client.get(WHOLE)
    with (
        patch("calendar_app.ical.build_calendar", side_effect=AssertionError("built")),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        again = client.get(WHOLE, headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304
    assert again.content == b""
    assert {name: again[name] for name in ("ETag", "Last-Modified", "Cache-Control")} == {
        name: first[name] for name in ("ETag", "Last-Modified", "Cache-Control")
    }
    assert len(queries) == 1


@pytest.mark.parametrize("events", [3, 300])
def test_calendar_takes_the_same_queries_whatever_its_size(client, events, django_assert_num_queries):
    body, host = make_body(), make_municipality()
    days = (date(2030, 1, 1) + datetime.timedelta(days=number) for number in range(events))
    made = Event.objects.bulk_create(
        [
            Event(
                title="Möte",
                slug="mote",
                starts_on=day,
                ends_on=day,
                body=body,
                publication=Publication.PUBLISHED,
            )
            for day in days
        ]
    )
    EventHost.objects.bulk_create([EventHost(event=event, municipality=host) for event in made])
    with django_assert_num_queries(3):
        response = client.get(WHOLE)
    assert len(read(response.content)) == events

    with django_assert_num_queries(1):
        assert asked_again(client, response["ETag"]) == 304


def change_title(event: Event) -> None:
    event.title = "Annat"
    event.save()


def delete(event: Event) -> None:
    event.delete()


def add_host(event: Event) -> None:
    EventHost.objects.create(event=event, municipality=make_municipality())


def rename_body(event: Event) -> None:
    assert event.body is not None
    event.body.name = "Kommittén"
    event.body.save()


def add_another(event: Event) -> None:
    make_event(date(2029, 1, 1))


def replace(event: Event) -> None:
    """Another event on the same day, with the same revision and moment of change."""
    changed_at = event.changed_at
    event.delete()
    make_event(date(2030, 1, 1), title="Annat", body=Body.objects.get())
    Event.objects.update(changed_at=changed_at)


@pytest.mark.parametrize("change", [change_title, delete, add_host, rename_body, add_another, replace])
def test_calendar_is_sent_anew_after_a_change(client, change):
    event = make_event(date(2030, 1, 1), body=make_body())
    make_event(date(2030, 1, 2), title="Ett till")
    event.refresh_from_db()
    first = client.get(WHOLE)
    change(event)
    again = client.get(WHOLE, headers={"if-none-match": first["ETag"]})

    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]
    assert again.content != first.content


def test_host_calendar_is_sent_anew_when_the_municipality_no_longer_hosts(client):
    hosts = (make_municipality("Haninge", "0136"), make_municipality("Nykvarn", "0140"))
    event = make_event(date(2030, 1, 1), hosts=hosts)
    address = "/kalender/kommun/nykvarn.ics"
    first = client.get(address)
    event.event_hosts.filter(municipality__slug="nykvarn").delete()
    again = client.get(
        address, headers={"if-none-match": first["ETag"], "if-modified-since": first["Last-Modified"]}
    )

    assert again.status_code == 200
    assert read(again.content) == []


def test_calendar_is_sent_anew_when_a_cancelled_day_has_passed(client):
    make_event(in_days(0), status=Event.Status.CANCELLED)
    etag = client.get(WHOLE)["ETag"]
    assert asked_again(client, etag) == 304

    with patch("django.utils.timezone.localdate", return_value=in_days(1)):
        assert asked_again(client, etag) == 200


def test_calendar_stays_the_same_until_the_years_that_it_holds_change(client):
    make_event(date(2017, 2, 2))
    etag = client.get(WHOLE)["ETag"]
    for today, status in ((date(2027, 12, 31), 304), (date(2028, 1, 1), 200)):
        with patch("django.utils.timezone.localdate", return_value=today):
            assert asked_again(client, etag) == status


def test_calendar_of_another_name_or_address_is_another_file(client):
    body = make_body()
    make_event(date(2030, 1, 1), body=body)
    address = f"/kalender/organ/{body.slug}.ics"
    etag = client.get(address)["ETag"]

    assert client.get(address, headers={"host": "localhost"})["ETag"] != etag
    assert client.get(WHOLE)["ETag"] != etag
    body.short_name = "Kommittén"
    body.save()
    assert client.get(address)["ETag"] != etag


def test_several_etags_and_weak_ones_are_understood(client):
    make_event(date(2030, 1, 1))
    etag = client.get(WHOLE)["ETag"]

    assert asked_again(client, f'"annan", {etag}') == 304
    assert asked_again(client, f"W/{etag}") == 304
    assert asked_again(client, "*") == 304


@pytest.mark.parametrize("header", ["if-none-match", "if-modified-since"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        '"',
        "utan citat",
        '"a" "b"',
        "W/",
        "åäö",
        "\x00\x07",
        '"' + "x" * 10_000 + '"',
        ",,,,",
        "Thu, 99 Foo 2017 99:99:99 GMT",
        "Thu, 01 Jan 9999999 00:00:00 GMT",
        "0",
        "-1",
    ],
)
def test_odd_conditions_give_the_calendar(client, header, value):
    make_event(date(2030, 1, 1))

    assert client.get(WHOLE, headers={header: value}).status_code == 200


def test_date_alone_gives_the_calendar_as_a_deletion_leaves_no_date(client):
    make_event(date(2030, 1, 1)).delete()
    make_event(date(2030, 1, 2))
    since = client.get(WHOLE)["Last-Modified"]

    assert client.get(WHOLE, headers={"if-modified-since": since}).status_code == 200


# For pages


def test_calendar_response_takes_a_part_of_a_list():
    """A page may show the latest ten only."""
    for day in (1, 2, 3):
        make_event(date(2017, 1, day), title=f"Möte {day}")
    latest = Event.objects.with_hosts().reverse()[:2]
    request = RequestFactory().get("/kalender/kommande.ics")
    response = feeds.calendar_response(request, latest, name="Senaste", page_path="/kalender/")

    assert [entry["SUMMARY"] for entry in read(response.content)] == ["Möte 2", "Möte 3"]


# The page on how to subscribe


def test_subscribe_page_stands_without_rows(client, django_assert_num_queries):
    with django_assert_num_queries(3):
        response = client.get("/kalender/prenumerera/")

    assert response.status_code == 200
    assert "http://testserver/kalender/kalender.ics" in response.content.decode()


def test_subscribe_page_uses_https_where_the_portal_does(client):
    content = client.get("/kalender/prenumerera/", secure=True).content.decode()

    assert "https://testserver/kalender/kalender.ics" in content
    assert "webcal://testserver/kalender/kalender.ics" in content
