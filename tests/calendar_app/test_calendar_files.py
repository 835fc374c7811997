"""A calendar page and its files hold the same events, whatever the filter and the day."""

import csv
import datetime
import io
import json
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

PAGES = {
    "/kalender/": "/kalender/kommande",
    "/kalender/tidigare/": "/kalender/tidigare",
    "/kalender/2017/": "/kalender/2017",
    "/kalender/2018/": "/kalender/2018",
    "/kalender/2017/10/": "/kalender/2017/10",
    "/kalender/2018/01/": "/kalender/2018/01",
    "/kalender/2017/v43/": "/kalender/2017/v43",
}
FILTERS = [
    "",
    "?organ=samarbetskommitten",
    "?vard=nykvarn",
    "?organ=samarbetskommitten&vard=tyreso&typ=meeting",
]


@pytest.fixture
def on(monkeypatch):
    """Make it a certain day."""

    def set_day(year: int, month: int, day: int) -> datetime.date:
        today = datetime.date(year, month, day)
        monkeypatch.setattr("django.utils.timezone.localdate", lambda: today)
        return today

    return set_day


def paths(addresses: list[str]) -> list[str]:
    return [urlsplit(address).path for address in addresses]


@pytest.mark.parametrize("query", FILTERS)
@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("today", [(2017, 8, 17), (2026, 11, 23)])
def test_page_and_its_files_hold_the_same_events_in_the_same_order(client, on, address, query, today):
    on(*today)
    page = read(client, f"{address}{query}")
    shown = [link for item in page.all("h3", "event__title") for link in item.links()]
    stem = PAGES[address]
    table = client.get(f"{stem}.csv{query}").getvalue().decode()
    data = json.loads(client.get(f"{stem}.json{query}").getvalue())
    calendar = Calendar.from_ical(client.get(f"{stem}.ics{query}").content)

    assert paths([row["url"] for row in csv.DictReader(io.StringIO(table))]) == shown
    assert paths([row["url"] for row in data["rows"]]) == shown
    # Without a day, a calendar has no place for an event.
    with_day = [path for path in shown if path.count("/") == 6]
    assert paths([str(entry["URL"]) for entry in calendar.walk("VEVENT")]) == with_day


@pytest.mark.parametrize("query", FILTERS)
@pytest.mark.parametrize("address", PAGES)
def test_page_with_events_offers_its_files_with_its_filter(client, address, query):
    page = read(client, f"{address}{query}")
    expected = [f"{PAGES[address]}.{suffix}{query}" for suffix in ("ics", "csv", "json")]
    offered = [link for section in page.all("section", "take-along") for link in section.links()]

    has_events = bool(page.all("li", "event"))
    assert offered == (["/kalender/prenumerera/", *expected] if has_events else [])


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/kalender/kommande.ics", "kalender-kommande.ics"),
        ("/kalender/2017.csv", "kalender-2017.csv"),
        ("/kalender/2017/10.json", "kalender-2017-10.json"),
        ("/kalender/2017/v43.ics", "kalender-2017-v43.ics"),
    ],
)
def test_file_has_a_name_that_tells_what_it_holds(client, address, name):
    assert client.get(address)["Content-Disposition"] == f'inline; filename="{name}"'


def test_calendar_file_is_called_by_the_period_and_the_filter(client):
    response = client.get("/kalender/2017.ics?organ=samarbetskommitten&vard=tyreso")
    calendar = Calendar.from_ical(response.content)

    # The library does not know that the name is a text, and leaves its commas escaped.
    assert str(calendar["NAME"]).replace("\\,", ",") == "Kalender 2017, Samarbetskommittén, Tyresö"
    assert urlsplit(str(calendar["URL"])).query == "organ=samarbetskommitten&vard=tyreso"
