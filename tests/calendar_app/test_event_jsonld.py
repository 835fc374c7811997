"""Events as search engines read them."""

import json
from datetime import date, time

import pytest

from calendar_app.event_jsonld import event_data, event_jsonld
from calendar_app.models import Event
from tests.factories import make_body, make_event, make_municipality

pytestmark = pytest.mark.django_db

BASE_URL = "https://portal.example"


def data(event: Event) -> dict:
    return event_data(event, BASE_URL)


def test_event_has_all_that_is_known():
    event = make_event(
        date(2017, 2, 2),
        title="Sammanträde",
        slug="sammantrade",
        hosts=(make_municipality("Haninge", "0136"),),
        body=make_body(name="Kommittén"),
        start_time=time(12),
        end_time=time(15),
        location="Kommunhuset",
        note="Ta med underlag.",
    )
    assert data(event) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Sammanträde",
        "url": "https://portal.example/kalender/2017/02/02/sammantrade/",
        "startDate": "2017-02-02T12:00:00+01:00",
        "endDate": "2017-02-02T15:00:00+01:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": [
            {
                "@type": "Place",
                "name": "Kommunhuset",
                "address": {
                    "@type": "PostalAddress",
                    "addressLocality": "Haninge",
                    "addressCountry": "SE",
                },
            }
        ],
        "organizer": {
            "@type": "Organization",
            "name": "Kommittén",
            "url": "https://portal.example/organisation/samarbetskommitten/",
        },
        "description": "Ta med underlag.",
        "inLanguage": "sv",
    }


@pytest.mark.parametrize(("day", "offset"), [(date(2017, 3, 23), "+01:00"), (date(2017, 10, 26), "+02:00")])
def test_moments_have_the_offset_of_their_day(day, offset):
    event = make_event(day, start_time=time(12), end_time=time(15))

    assert data(event)["startDate"] == f"{day}T12:00:00{offset}"
    assert data(event)["endDate"] == f"{day}T15:00:00{offset}"


def test_unknown_hours_are_not_made_up():
    whole_days = make_event(date(2017, 8, 16), ends_on=date(2017, 8, 17))
    open_ended = make_event(date(2017, 9, 7), start_time=time(12))

    assert (data(whole_days)["startDate"], data(whole_days)["endDate"]) == ("2017-08-16", "2017-08-17")
    assert data(open_ended)["startDate"] == "2017-09-07T12:00:00+02:00"
    assert "endDate" not in data(open_ended)
    assert "location" not in data(open_ended)


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (Event.Status.PRELIMINARY, "EventScheduled"),
        (Event.Status.CONFIRMED, "EventScheduled"),
        (Event.Status.MOVED, "EventRescheduled"),
        (Event.Status.CANCELLED, "EventCancelled"),
    ],
)
def test_status_is_one_of_the_vocabulary(status, name):
    event = make_event(date(2017, 2, 9), status=status, original_starts_on=date(2017, 2, 2))

    assert data(event)["eventStatus"] == f"https://schema.org/{name}"
    assert data(event)["previousStartDate"] == "2017-02-02"


def test_several_hosts_are_several_places():
    hosts = make_municipality("Södertälje", "0181"), make_municipality("Nykvarn", "0140")
    places = data(make_event(date(2017, 9, 7), hosts=hosts))["location"]

    assert [place["name"] for place in places] == ["Södertälje", "Nykvarn"]


def test_room_without_host_is_a_place():
    event = make_event(date(2017, 9, 7), location="Stadshuset")

    assert data(event)["location"] == [{"@type": "Place", "name": "Stadshuset"}]


def test_event_without_a_day_has_no_data():
    month = make_event(date(2018, 1, 1), date_precision=Event.DatePrecision.MONTH)

    assert event_jsonld(month, BASE_URL) is None


def test_text_cannot_leave_the_script_element():
    title = '</script><!-- <script>&\u2028\u2029 "å'
    text = event_jsonld(make_event(date(2017, 2, 2), title=title, slug="mote"), BASE_URL)

    assert text is not None
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text)["name"] == title
