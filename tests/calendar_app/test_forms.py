from urllib.parse import parse_qs

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from calendar_app.forms import EventFilter
from calendar_app.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def choices():
    factories.make_body("kommitten", short_name="Kommittén & vänner")
    factories.make_municipality("Tyresö", "0138")


def event_filter(query: str) -> EventFilter:
    return EventFilter(QueryDict(query))


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ""),
        ("organ=kommitten", "?organ=kommitten"),
        ("typ=meeting&vard=tyreso&organ=kommitten", "?organ=kommitten&vard=tyreso&typ=meeting"),
        ("organ=&vard=tyreso&annat=x", "?vard=tyreso"),
        ("vard=a&vard=tyreso", "?vard=tyreso"),
        ("organ=finns-inte&vard=tyreso&typ=fel", "?vard=tyreso"),
        ("vard=a%26typ%3Dmeeting", ""),
    ],
)
def test_query_keeps_the_choices_in_order_and_nothing_else(query, kept):
    assert event_filter(query).query == kept


def test_chips_name_the_choices_by_label_and_short_name():
    assert event_filter("organ=kommitten&typ=meeting").chips() == [
        {"label": "Organ: Kommittén & vänner", "query": "?typ=meeting"},
        {"label": "Typ: Sammanträde", "query": "?organ=kommitten"},
    ]


def test_unknown_value_gives_no_events_no_chips_and_a_reason():
    factories.make_event(factories.DAY)
    refused = event_filter("organ=kommitten&vard=finns-inte")

    assert list(refused.apply(Event.objects.all())) == []
    assert refused.chips() == []
    assert refused.errors == {"vard": ["Kommunen i adressen finns inte. Välj en i listan."]}


def test_no_choice_gives_every_event():
    event = factories.make_event(factories.DAY)

    assert list(event_filter("").apply(Event.objects.all())) == [event]


def test_choices_are_the_rows_and_kinds_there_are():
    texts = {field.name: [str(widget.data["label"]) for widget in field] for field in event_filter("")}

    assert texts == {
        "organ": ["Alla organ", "Kommitten"],
        "vard": ["Alla kommuner", "Tyresö"],
        "typ": ["Alla typer", *Event.Kind.labels],
    }


@given(organ=st.text(min_size=1), vard=st.text(min_size=1))
def test_query_keeps_nothing_unknown_and_is_an_address(organ, vard):
    kept = EventFilter({"organ": organ, "vard": vard, "typ": "meeting"}).query

    assert parse_qs(kept.removeprefix("?"), keep_blank_values=True) == {"typ": ["meeting"]}
