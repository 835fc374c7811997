"""Pages with no data, with little, before and after today: nothing looks empty or broken."""

import datetime
from urllib.parse import urldefrag

import pytest
from django.utils import timezone

from calendar_app.models import Event
from committee.models import Body, PlanSection
from tests import factories
from tests.reading import Element, assert_well_made, crawl, parse, read

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
"""Pages go by the real date, so events are placed around it: a day off at least, should midnight pass."""

# --- An empty portal ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "explanations"),
    [
        ("/", ["Inga möten är inlagda än.", "Ingen verksamhetsplan är beslutad än."]),
        ("/kontakt/", ["Inga kontaktuppgifter är inlagda än."]),
        ("/organisation/", ["Inga organ är inlagda än."]),
        ("/kommuner/", ["Inga kommuner är inlagda än."]),
        ("/kalender/", ["Inga möten är inlagda än"]),
        ("/vardskap/", ["Ingen ordning för värdskapet är inlagd."]),
        ("/budget/", ["Ingen budget är beslutad än."]),
    ],
)
def test_page_without_any_data_explains_itself(client, address, explanations):
    page = read(client, address)

    assert_well_made(page)
    assert [sentence for sentence in explanations if sentence not in page.one("main").text] == []


@pytest.mark.parametrize(
    "address",
    [
        "/om/",
        "/verksamhetsplan/",
        "/verksamhetsplan/2017/",
        "/samverkan/",
        "/samverkan/2017/klimat/",
        "/budget/2017/",
        "/kalender/2017/",
        "/kommuner/botkyrka/",
        "/organisation/samarbetskommitten/",
    ],
)
def test_page_that_needs_data_is_not_found_without_it(client, address):
    response = client.get(address)

    assert response.status_code == 404
    assert parse(response.content.decode()).one("h1").text == "Sidan finns inte"


def test_rows_with_nothing_filled_in_give_whole_pages(client):
    municipality = factories.make_municipality()
    body = factories.make_body(kind=Body.Kind.SECRETARIAT)
    plan = factories.make_plan()
    section = factories.make_section(plan, 1, "Inledning")
    for number, content in enumerate(PlanSection.Content.values):
        factories.make_section(plan, 5, f"Del {number}", level=2, content=content)
    target_area = factories.make_target_area(plan)
    budget = factories.make_budget(plan, lines=0)
    event = factories.make_event(datetime.date(2017, 3, 1), plan_section=section)
    rotation = factories.make_rotation(factories.make_body("radslaget"), [])

    for row in (municipality, body, plan, target_area, budget, event, rotation):
        assert_well_made(read(client, urldefrag(row.get_absolute_url()).url))
    for address in ("/", "/om/", "/samverkan/", "/kontakt/", "/kommuner/", "/organisation/", "/budget/"):
        assert_well_made(read(client, address))


# --- Before and after today ---------------------------------------------------------------------------------


def days(number: int) -> datetime.date:
    return TODAY + datetime.timedelta(number)


def titles(page: Element) -> list[str]:
    return page.one("main").texts("h3", "event__title")


@pytest.mark.parametrize("address", ["/", "/kalender/"])
def test_past_events_are_shown_newest_first_when_nothing_is_planned(client, address):
    for number in (2, 3, 4):
        factories.make_event(days(-number), title=f"För {number} dagar sedan")
    page = read(client, address)

    assert titles(page) == ["För 2 dagar sedan", "För 3 dagar sedan", "För 4 dagar sedan"]
    assert "Här är de senaste." in page.texts("p", "notice")[0]
    assert_well_made(page)


@pytest.mark.parametrize("address", ["/", "/kalender/"])
def test_upcoming_events_are_shown_next_first_without_the_past(client, address):
    for number in (4, 2, 3):
        factories.make_event(days(number), title=f"Om {number} dagar")
        factories.make_event(days(-number), title=f"För {number} dagar sedan")
    page = read(client, address)

    assert titles(page) == ["Om 2 dagar", "Om 3 dagar", "Om 4 dagar"]
    assert "Här är de senaste." not in page.text
    assert_well_made(page)


@pytest.mark.parametrize("address", ["/", "/kalender/"])
def test_event_that_began_yesterday_and_ends_tomorrow_is_still_upcoming(client, address):
    factories.make_event(days(-1), ends_on=days(1), title="Konferens")
    factories.make_event(days(-2), title="Över")

    assert titles(read(client, address)) == ["Konferens"]


def test_two_day_event_is_upcoming_on_its_second_day_and_past_after_it():
    event = factories.make_event(datetime.date(2017, 8, 16), ends_on=datetime.date(2017, 8, 17))

    assert list(Event.objects.upcoming(datetime.date(2017, 8, 17))) == [event]
    assert list(Event.objects.past(datetime.date(2017, 8, 17))) == []
    assert list(Event.objects.upcoming(datetime.date(2017, 8, 18))) == []
    assert list(Event.objects.past(datetime.date(2017, 8, 18))) == [event]


def test_month_only_event_is_upcoming_until_the_month_is_over():
    event = factories.make_event(datetime.date(2018, 1, 10), date_precision=Event.DatePrecision.MONTH)

    assert list(Event.objects.upcoming(datetime.date(2018, 1, 31))) == [event]
    assert list(Event.objects.upcoming(datetime.date(2018, 2, 1))) == []


def test_start_page_shows_four_events_and_the_calendar_all_that_are_planned(client):
    for number in range(2, 14):
        factories.make_event(days(number), title=f"Om {number} dagar")

    assert titles(read(client, "/")) == [f"Om {number} dagar" for number in (2, 3, 4, 5)]
    assert titles(read(client, "/kalender/")) == [f"Om {number} dagar" for number in range(2, 14)]


def test_calendar_shows_ten_of_the_past_when_nothing_is_planned(client):
    for number in range(2, 14):
        factories.make_event(days(-number), title=f"För {number} dagar sedan")

    assert titles(read(client, "/kalender/")) == [f"För {number} dagar sedan" for number in range(2, 12)]


@pytest.mark.parametrize("kind", ["body", "municipality"])
def test_page_of_a_host_parts_the_coming_from_the_past(client, kind):
    municipality, body = factories.make_municipality(), factories.make_body()
    for number in (-3, -2, 2, 3):
        title = f"Dag {number}"
        factories.make_event(days(number), body=body, hosts=(municipality,), title=title)
    page = read(client, (body if kind == "body" else municipality).get_absolute_url())

    assert titles(page) == ["Dag 2", "Dag 3", "Dag -2", "Dag -3"]
    assert page.one("ol", "events--past").texts("h3") == ["Dag -2", "Dag -3"]


def test_turns_of_a_rotation_say_which_is_next(client):
    municipalities = [
        factories.make_municipality(name, code) for name, code in [("A", "0001"), ("B", "0002")]
    ]
    factories.make_rotation(factories.make_body(), municipalities, turns=3, first_year=TODAY.year - 1)
    turns = read(client, "/vardskap/").all("li", "turn")

    assert ["is-past" in turn.classes for turn in turns] == [True, False, False, False]
    assert ["is-next" in turn.classes for turn in turns] == [False, True, False, False]
    assert [turn.text_without("turn__note") for turn in turns] == [
        f"{TODAY.year - 1} A",
        f"{TODAY.year} B",
        f"{TODAY.year + 1} A",
        f"{TODAY.year + 2} B",
    ]


# --- Drafts -------------------------------------------------------------------------------------------------


def test_draft_is_nowhere_when_it_is_the_only_plan(client):
    factories.make_full_draft(2018, "Hemligt utkast")
    pages = crawl(client, missing=["/om/", "/samverkan/", "/verksamhetsplan/"])

    assert len(pages) > 10
    assert [address for address, page in pages.items() if "Hemligt utkast" in page.text] == []


def test_municipality_lists_its_ten_latest_populations(client):
    municipality = factories.make_municipality("Nykvarn", "0140")
    for year in range(2008, 2018):
        factories.make_population(municipality, year)
    told = "De 10 senaste. Tidigare år finns bland kommunens nyckeltal."

    assert told not in read(client, municipality.get_absolute_url()).text
    factories.make_population(municipality, 2018)
    page = read(client, municipality.get_absolute_url())
    assert told in page.text
    years = [row.texts("th")[0] for row in page.one("tbody").all("tr")]
    assert years == [f"{year}-12-31" for year in range(2018, 2008, -1)]


def test_municipality_lists_its_latest_turns_in_their_order(client, monkeypatch):
    monkeypatch.setattr("committee.views.TURNS", 2)
    municipality = factories.make_municipality("Nykvarn", "0140")
    factories.make_rotation(factories.make_body(), [municipality], turns=3)
    page = read(client, municipality.get_absolute_url())

    assert page.one("ul", "link-list").texts("span", "link-list__note") == ["2018", "2019"]


def test_municipality_says_that_the_meeting_of_its_turn_is_cancelled(client):
    body, host = factories.make_body(), factories.make_municipality()
    rotation = factories.make_rotation(body, [host], turns=1)
    event = factories.make_event(datetime.date(2017, 3, 23), body=body, status=Event.Status.CANCELLED)
    rotation.turns.update(event=event)

    page = read(client, host.get_absolute_url())

    assert "Inställd" in page.one("section", **{"aria-labelledby": "vardskap"}).text
