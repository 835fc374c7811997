"""The calendars that the plan of 2017 gives, and the page on how to subscribe to them."""

from typing import Any

import icalendar
import pytest
from django.test import Client
from django.utils import timezone

from calendar_app.models import Event
from calendar_app.subscriptions import KIND_SLUGS, PAST_YEARS
from tests.reading import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

WHOLE = "/kalender/kalender.ics"


def read(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, address
    return icalendar.Calendar.from_ical(response.content)


def summaries(client: Client, address: str) -> list[str]:
    """The entries' summaries, in the file's order."""
    return [str(entry["SUMMARY"]) for entry in read(client, address).walk("VEVENT")]


@pytest.mark.parametrize(
    ("address", "name", "number"),
    [
        (WHOLE, "Södertörnskommunernas kalender", 17),
        ("/kalender/organ/samarbetskommitten.ics", "Södertörnskommunerna: Samarbetskommittén", 7),
        ("/kalender/organ/ledningsgruppen.ics", "Södertörnskommunerna: Ledningsgruppen", 7),
        ("/kalender/organ/sekretariatet.ics", "Södertörnskommunerna: Sekretariatet", 0),
        ("/kalender/kommun/nykvarn.ics", "Södertörnskommunerna: Nykvarn är värd", 3),
        ("/kalender/kommun/huddinge.ics", "Södertörnskommunerna: Huddinge är värd", 0),
        ("/kalender/typ/sammantraden.ics", "Södertörnskommunerna: Sammanträde", 12),
        ("/kalender/typ/planeringskonferenser.ics", "Södertörnskommunerna: Planeringskonferens", 2),
        ("/kalender/typ/sodertornskonferensen.ics", "Södertörnskommunerna: Södertörnskonferensen", 1),
        ("/kalender/typ/radslag.ics", "Södertörnskommunerna: Rådslag", 1),
        ("/kalender/typ/nyckeltalsdagar.ics", "Södertörnskommunerna: Nyckeltalsdag", 1),
    ],
)
def test_plan_of_2017_has_its_calendars(client, address, name, number):
    assert read(client, address)["NAME"] == name
    assert len(summaries(client, address)) == number


def test_host_calendar_holds_all_that_nykvarn_hosts_with_others_too(client):
    assert summaries(client, "/kalender/kommun/nykvarn.ics") == [
        "Samarbetskommitténs sammanträde",
        "Södertörns rådslag",
        "Södertörnskonferensen",
    ]
    assert "Södertörnskonferensen" in summaries(client, "/kalender/kommun/sodertalje.ics")


def test_filter_combines_body_host_and_kind(client):
    assert summaries(client, f"{WHOLE}?organ=samarbetskommitten&vard=nykvarn") == [
        "Samarbetskommitténs sammanträde"
    ]
    assert summaries(client, f"{WHOLE}?organ=ledningsgruppen&vard=nykvarn") == []
    assert len(summaries(client, f"{WHOLE}?organ=&vard=&typ=")) == 17
    # The library leaves this property as it is written, with its escapes.
    assert read(client, f"{WHOLE}?organ=samarbetskommitten&vard=nykvarn&typ=meeting")["NAME"] == (
        r"Södertörnskommunerna: Samarbetskommittén\, Nykvarn\, Sammanträde"
    )


def test_subscribe_page_has_every_calendar_as_link_and_as_text(client):
    page = parse(client.get("/kalender/prenumerera/").content.decode())
    paths = [
        *("organ/samarbetskommitten", "organ/ledningsgruppen", "organ/sodertornskonferensen"),
        *("organ/sodertorns-radslag", "organ/sodertorns-nyckeltal"),
        *(f"kommun/{name}" for name in ("botkyrka", "haninge", "huddinge", "nykvarn", "nynashamn")),
        *(f"kommun/{name}" for name in ("salem", "sodertalje", "tyreso")),
        *(f"typ/{slug}" for slug in KIND_SLUGS),
    ]
    addresses = [f"testserver/kalender/{path}.ics" for path in ("kalender", *paths)]
    main = page.one("main")

    assert [code.text for code in main.all("code")] == [f"http://{address}" for address in addresses]
    webcal = [link for link in main.links() if link.startswith("webcal:")]
    assert webcal == [f"webcal://{address}" for address in addresses]
    for address in addresses:
        assert client.get(address.removeprefix("testserver")).status_code == 200


def test_subscribe_page_explains_each_program_and_what_is_held(client):
    text = parse(client.get("/kalender/prenumerera/").content.decode()).one("main").text
    first = timezone.localdate().year - PAST_YEARS

    for words in ("Outlook", "Google Kalender", "Mac", "iPhone", "Android", "INSTÄLLT", "heldagar"):
        assert words in text
    assert f"från och med den 1 januari {first}" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_every_kind_has_a_calendar():
    assert set(KIND_SLUGS.values()) == set(Event.Kind)
