"""The year on one page of paper."""

import datetime
import io
from typing import Any

import pytest
from pypdf import PdfReader

from calendar_app.models import Event
from calendar_app.periods import Year
from calendar_app.year_poster import MARKS, OTHERS, poster_content, year_poster
from sodertorn.publishing import Publication
from tests import factories

pytestmark = pytest.mark.django_db


def text_of(pdf: bytes) -> str:
    """The text of the only page."""
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    return " ".join(page.extract_text().split())


def test_poster_is_tagged_and_has_a_title_and_a_language(client):
    factories.make_event(datetime.date(2017, 2, 2))
    reader = PdfReader(io.BytesIO(client.get("/kalender/2017/affisch.pdf").content))

    root: Any = reader.trailer["/Root"]

    assert reader.metadata
    assert reader.metadata.title == "Kalender 2017"
    assert root["/Lang"] == "sv-SE"
    assert root["/MarkInfo"]["/Marked"]


def test_poster_says_what_is_cancelled_preliminary_or_without_a_day(client):
    factories.make_event(datetime.date(2017, 2, 2), title="Ett", status=Event.Status.CANCELLED)
    factories.make_event(datetime.date(2017, 3, 2), title="Två", status=Event.Status.PRELIMINARY)
    factories.make_event(datetime.date(2017, 4, 1), title="Tre", date_precision="month")
    text = text_of(client.get("/kalender/2017/affisch.pdf").content)

    assert "tor 2 Inställt: Ett" in text
    assert "tor 2 Två (preliminärt)" in text
    assert "Dag ej fastställd Tre" in text
    assert "+ 1 utan dag" in text


@pytest.mark.parametrize(("number", "is_whole"), [(60, True), (300, False)])
def test_poster_is_one_page_however_many_meetings(number, is_whole):
    for index in range(number):
        day = datetime.date(2017, 1, 1) + datetime.timedelta(index * 364 // number)
        factories.make_event(day, title=f"Möte nummer {index} i nätverket för näringsliv", slug=f"m{index}")
    events = list(Event.objects.with_hosts().select_related("body"))
    text = text_of(year_poster(events, Year.numbered(2017), "Kalender 2017", "https://portal.example/x/"))

    assert ("möten till finns på webben" not in text) == is_whole
    assert ("Möte nummer 59 i" in text) or not is_whole


def test_empty_year_says_so(client):
    factories.make_event(datetime.date(2017, 2, 2))

    assert "Inga möten är inlagda." in text_of(client.get("/kalender/2018/affisch.pdf").content)


@pytest.mark.parametrize("address", ["/kalender/2031/affisch.pdf", "/kalender/2017/affisch.pdf?typ=x"])
def test_poster_of_nothing_is_not_found(client, address):
    factories.make_event(datetime.date(2017, 2, 2))

    assert client.get(address).status_code == 404


def test_poster_is_filtered_as_its_page_and_has_no_drafts(client):
    factories.make_event(datetime.date(2017, 2, 2), title="Rådslaget", kind=Event.Kind.CONSULTATION)
    factories.make_event(datetime.date(2017, 3, 2), title="Sammanträdet")
    factories.make_event(datetime.date(2017, 4, 2), title="Hemligt", publication=Publication.DRAFT)
    whole = text_of(client.get("/kalender/2017/affisch.pdf").content)
    filtered = text_of(client.get("/kalender/2017/affisch.pdf?typ=consultation").content)

    assert ("Sammanträdet" in whole, "Hemligt" in whole) == (True, False)
    assert ("Rådslaget" in filtered, "Sammanträdet" in filtered) == (True, False)
    assert (
        b'href="/kalender/2017/affisch.pdf?typ=consultation"'
        in client.get("/kalender/2017/?typ=consultation").content
    )


def test_marks_are_few_and_the_commonest_have_their_own():
    for number in range(MARKS + 2):
        body = factories.make_body(f"organ-{number}")
        for day in range(1, MARKS + 4 - number):
            factories.make_event(datetime.date(2017, 1 + number, day), body=body)
    events = list(Event.objects.with_hosts())
    content = poster_content(events, Year.numbered(2017), "Kalender 2017", "")

    assert content["groups"] == ["Organ-0", "Organ-1", "Organ-2", "Organ-3", OTHERS]
    assert content["months"][0]["days"][0] == {"number": 1, "marks": [0]}
    assert content["months"][6]["days"][0] == {"number": 1, "marks": [MARKS - 1]}


def test_poster_has_every_meeting_of_the_plan(plan_2017, client):
    response = client.get("/kalender/2017/affisch.pdf")
    text = text_of(response.content)

    assert text.startswith("Kalender 2017 Södertörnskommunernas samarbetskommitté")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="kalender-2017-affisch.pdf"'
    assert text.count("Samarbetskommitténs sammanträde") == 6
    assert "tor 2 Samarbetskommitténs sammanträde, kl. 12.00–15.00, Haninge" in text
    assert "ons–tor 16–17 Samarbetskommitténs planeringskonferens, Nynäshamn" in text
    assert "Aktuella uppgifter: testserver/kalender/2017/" in text
    assert client.get("/kalender/2017/affisch.pdf").content == response.content
