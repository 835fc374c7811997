"""How many questions each page asks the database: the same however many rows it lists."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calendar_app.models import Event, EventHost
from committee.models import Body, Municipality
from sodertorn.publishing import Publication
from tests import factories

pytestmark = pytest.mark.django_db

QUERIES = {
    "/": 8,
    "/om/": 5,
    "/kontakt/": 4,
    "/verksamhetsplan/": 1,
    "/verksamhetsplan/2017/": 8,
    "/samverkan/": 5,
    "/samverkan/2017/klimat/": 8,
    "/organisation/": 4,
    "/organisation/samarbetskommitten/": 8,
    "/kommuner/": 2,
    "/kommuner/k0/": 8,
    "/kalender/": 7,
    "/kalender/?organ=samarbetskommitten&vard=k0&typ=meeting": 7,
    "/kalender/tidigare/": 7,
    "/kalender/2017/": 6,
    "/kalender/2017/?organ=samarbetskommitten&vard=k0&typ=meeting": 6,
    "/kalender/2017/01/": 6,
    "/kalender/2017/01/?organ=samarbetskommitten&vard=k0&typ=meeting": 6,
    "/kalender/2016/v52/": 6,
    "/vardskap/": 6,
    "/nyckeltal/": 7,
    "/nyckeltal/tal-0/": 8,
    "/nyckeltal/tal-0/?ar=2016": 8,
    "/kommuner/k0/nyckeltal/": 6,
    "/budget/": 8,
    "/budget/2017/": 8,
    "/budget/kalkyl/": 5,
    "/budget/kalkyl/?belopp=1000&ar=2017&folkmangd=2016-12-31": 6,
    "/kommuner/k0/avgift/": 8,
}


def build(number: int) -> None:
    """A portal with so many rows of every kind: in every list, and in every list within a list."""
    municipalities = [
        factories.make_municipality(f"K{index}", f"{index:04}", position=index) for index in range(number)
    ]
    body = factories.make_body()
    for index in range(number - 1):
        factories.make_body(f"natverk-{index}", kind=Body.Kind.NETWORK)
        factories.make_budget(factories.make_plan(2016 - index))
    plan = factories.make_plan(stated_inhabitants=480_000, vision="Vi vill.", vision_year=2025)
    factories.make_rate(2)
    budget = factories.make_budget(plan, lines=number)
    budget.lines.filter(side="revenue").update(is_fee=True)
    for municipality in municipalities:
        factories.make_seat(body, municipality)
        for year in range(number):
            factories.make_population(municipality, 2016 - year)
    for chapter in (1, 5, 6, 7, 8):
        for index in range(number):
            content = {5: "directions", 7: "events", 8: "budget"}.get(chapter, "")
            level = 2 if index else 1
            section = factories.make_section(
                plan,
                chapter,
                f"Del {chapter} {index}",
                text="Text.",
                content=content,
                level=level,
                about_body=body,
            )
            factories.make_source_note(section)
            factories.make_direction(section)
            if chapter == 7:
                for day in range(number):
                    date = datetime.date(2017, 1, 1) + datetime.timedelta(day)
                    hosts = tuple(municipalities[:2])
                    slug = {"slug": f"mote-{index}"} if index else {}
                    factories.make_event(date, body=body, plan_section=section, hosts=hosts, **slug)
    for index in range(number):
        issue = factories.make_target_area(plan, f"Klimat{index or ''}").issues.get()
        for _ in range(number):
            factories.make_direction(issue)
    factories.make_rotation(body, municipalities, turns=number)
    build_indicators(municipalities)


def build_indicators(municipalities: list[Municipality]) -> None:
    """As many key figures as there are municipalities, each with as many years."""
    number = len(municipalities)
    for index in range(number):
        indicator = factories.make_indicator(f"Tal {index}")
        factories.make_indicator_target(indicator)
        for municipality in municipalities:
            for year in range(number):
                factories.make_indicator_value(indicator, municipality, 2016 - year, index)


@pytest.mark.parametrize("number", [1, 12])
def test_pages_need_the_same_queries_whatever_they_list(client, number):
    build(number)
    needed = {}
    for address in QUERIES:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code in (200, 302)
        needed[address] = len(queries)

    assert needed == QUERIES


@pytest.mark.parametrize("number", [10, 1000])
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/kalender/2017/", 6),
        ("/kalender/2017/?organ=samarbetskommitten&vard=botkyrka&typ=meeting", 6),
        ("/kalender/2017/05/", 6),
        ("/kalender/2017/v20/", 6),
        ("/kalender/2017.csv", 3),
        ("/kalender/2017/05.json", 3),
        ("/kalender/2017.ics", 4),
    ],
)
def test_calendar_needs_the_same_queries_at_ten_events_a_year_and_at_a_thousand(
    client, django_assert_num_queries, address, expected, number
):
    body, host = factories.make_body(), factories.make_municipality()
    days = [datetime.date(2017, 5, 14) + datetime.timedelta(index % 14) for index in range(number)]
    events = Event.objects.bulk_create(
        Event(
            title="Möte",
            slug=f"mote-{index}",
            starts_on=day,
            ends_on=day,
            body=body,
            publication=Publication.PUBLISHED,
        )
        for index, day in enumerate(days)
    )
    EventHost.objects.bulk_create(EventHost(event=event, municipality=host) for event in events)

    with django_assert_num_queries(expected):
        content = b"".join(client.get(address))
    assert b"/mote-1/" in content


def test_event_alone_needs_eight_queries(client, django_assert_num_queries):
    event = factories.make_event(datetime.date(2017, 3, 1), body=factories.make_body())

    with django_assert_num_queries(8):
        client.get(event.get_absolute_url())


def test_event_that_has_moved_needs_no_more(client, django_assert_num_queries):
    event = factories.make_event(datetime.date(2017, 3, 1), original_starts_on=datetime.date(2017, 2, 1))

    with django_assert_num_queries(8):
        client.get(event.get_absolute_url())


@pytest.mark.parametrize("number", [1, 20])
def test_event_among_others_needs_no_more(client, django_assert_num_queries, number):
    body = factories.make_body()
    hosts = (factories.make_municipality("A", "0001"), factories.make_municipality("B", "0002"))
    event = factories.make_event(datetime.date(2017, 3, 1), body=body, hosts=hosts)
    for index in range(number):
        for day in (event.starts_on, datetime.date(2017, 1, 1), datetime.date(2017, 5, 1)):
            factories.make_event(day, body=body, hosts=hosts, slug=f"annat-{index}")

    with django_assert_num_queries(8):
        client.get(event.get_absolute_url())
