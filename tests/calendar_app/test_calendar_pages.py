"""The calendar's pages with the real plan: months, weeks and years as grids, and the ways between them."""

import datetime

import pytest

from calendar_app.models import Event
from tests.reading import Element, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

FILTER = "?organ=samarbetskommitten&typ=meeting"


@pytest.fixture
def on(monkeypatch):
    """Make it a certain day."""

    def set_day(year: int, month: int, day: int) -> None:
        today = datetime.date(year, month, day)
        monkeypatch.setattr("django.utils.timezone.localdate", lambda: today)

    return set_day


def grid(page: Element) -> Element:
    return page.one("table", "calendar__table")


def filled(table: Element) -> dict[str, list[str]]:
    """What stands under each date of a grid that has anything, by the date."""
    return {
        cell.one("time").attributes["datetime"]: cell.texts("li")
        for cell in table.all("td")
        if cell.all("li")
    }


def steps(page: Element) -> list[tuple[str, str]]:
    return [(link.text, link.attributes["href"]) for link in page.one("nav", "steps").all("a")]


def event(day: datetime.date, slug: str) -> Event:
    return Event.objects.get(starts_on=day, slug=slug)


# --- A month ------------------------------------------------------------------------------------------------


def test_month_is_a_grid_of_weeks_with_its_events_on_their_days(client):
    page = read(client, "/kalender/2017/10/")
    table = grid(page)

    assert table.one("caption").text == "Oktober 2017, dag för dag"
    assert table.one("thead").texts("th", scope="col") == [
        "Vecka",
        "Måndag",
        "Tisdag",
        "Onsdag",
        "Torsdag",
        "Fredag",
        "Lördag",
        "Söndag",
    ]
    assert [row[0] for row in table.rows()] == [f"Vecka {number}" for number in range(39, 45)]
    assert [row[1] for row in table.rows()] == [
        "25 september",
        "2 oktober",
        "9 oktober",
        "16 oktober",
        "23 oktober",
        "30 oktober",
    ]
    assert filled(table) == {
        "2017-10-06": ["Ledningsgruppens sammanträde kl. 08.30–13.00"],
        "2017-10-26": ["Nyckeltalsdag", "Samarbetskommitténs sammanträde kl. 12.00–15.00 Tyresö"],
    }


def test_month_is_a_list_too_for_narrow_screens(client):
    page = read(client, "/kalender/2017/10/")

    assert page.one("section", "calendar-list").texts("h3") == [
        "Ledningsgruppens sammanträde",
        "Nyckeltalsdag",
        "Samarbetskommitténs sammanträde",
    ]
    assert page.one("p", "meta").text == "3 möten"


def test_month_has_a_conference_on_each_of_its_days(client):
    assert filled(grid(read(client, "/kalender/2017/08/"))) == {
        "2017-08-16": ["Samarbetskommitténs planeringskonferens Nynäshamn"],
        "2017-08-17": ["Samarbetskommitténs planeringskonferens Nynäshamn"],
    }


def test_meeting_without_a_day_stands_last_under_its_month_and_on_no_day(client):
    page = read(client, "/kalender/2018/01/")

    assert filled(grid(page)) == {}
    assert page.one("ul", "calendar__unscheduled").texts("li") == [
        "Januari 2018, dag ej fastställd: Samarbetskommitténs sammanträde, Huddinge (preliminär)"
    ]
    assert page.one("section", "calendar-list").texts("p", "event__meta") == [
        "Dag ej fastställd · Värd: Huddinge"
    ]


def test_meeting_has_the_same_local_hours_in_winter_and_summer_time(client):
    """In universal time it is 11.00 on 23 March 2017 and 10.00 on 26 October."""
    march, october = (
        filled(grid(read(client, f"/kalender/2017/{month}/?organ=samarbetskommitten")))
        for month in ("03", "10")
    )

    assert march == {"2017-03-23": ["Samarbetskommitténs sammanträde kl. 12.00–15.00 Nykvarn"]}
    assert october == {"2017-10-26": ["Samarbetskommitténs sammanträde kl. 12.00–15.00 Tyresö"]}


def test_cancelled_meeting_says_so_in_the_grid_the_list_and_the_year(client):
    meeting = event(datetime.date(2017, 12, 7), "samarbetskommitten")
    meeting.status = Event.Status.CANCELLED
    meeting.save()
    month, year = read(client, "/kalender/2017/12/"), read(client, "/kalender/2017/")

    assert filled(grid(month)) == {
        "2017-12-07": ["Inställt: Samarbetskommitténs sammanträde kl. 12.00–15.00 Södertälje"]
    }
    assert month.one("section", "calendar-list").texts("span", "badge--cancelled") == ["Inställd"]
    assert year.one("a", "is-cancelled").text == "7, inställt: Samarbetskommitténs sammanträde"
    assert year.texts("span", "badge--cancelled") == ["Inställd"]


def test_moved_meeting_says_so_in_the_grid(client):
    meeting = event(datetime.date(2017, 12, 7), "samarbetskommitten")
    meeting.original_starts_on, new_day = meeting.starts_on, datetime.date(2017, 12, 14)
    meeting.status, meeting.starts_on, meeting.ends_on = Event.Status.MOVED, new_day, new_day
    meeting.save()

    assert filled(grid(read(client, "/kalender/2017/12/"))) == {
        "2017-12-14": ["Samarbetskommitténs sammanträde kl. 12.00–15.00 Södertälje Flyttad"]
    }


@pytest.mark.parametrize("address", ["/kalender/2017/07/", "/kalender/2019/", "/kalender/2019/03/"])
def test_period_without_meetings_is_explained(client, address):
    page = read(client, address)

    assert page.one("h2", "empty__title").text.startswith("Inga möten är inlagda för ")
    assert page.one("div", "empty").links() == ["/kalender/", "/kalender/tidigare/"]
    assert page.one("p", "meta").text == "0 möten"


# --- A week -------------------------------------------------------------------------------------------------


def test_week_is_a_grid_of_one_row(client):
    page = read(client, "/kalender/2017/v43/")

    assert page.one("h1").text == "Vecka 43 2017"
    assert page.one("p", "meta").text == "23–29 oktober 2017 · 2 möten"
    assert [row[0] for row in grid(page).rows()] == ["Vecka 43"]
    assert list(filled(grid(page))) == ["2017-10-26"]


def test_week_numbers_of_a_month_lead_to_the_weeks(client):
    weeks = grid(read(client, "/kalender/2017/01/")).all("th", scope="row")

    assert [link for week in weeks for link in week.links()] == [
        "/kalender/2016/v52/",
        "/kalender/2017/v01/",
        "/kalender/2017/v02/",
        "/kalender/2017/v03/",
        "/kalender/2017/v04/",
        "/kalender/2017/v05/",
    ]


# --- A year -------------------------------------------------------------------------------------------------


def test_year_has_its_months_at_a_glance_with_the_days_that_have_meetings(client):
    page = read(client, "/kalender/2017/")
    months = page.one("ul", "year__months").all("table", "mini")

    assert [month.one("caption").text for month in months] == [
        *("Januari", "Februari", "Mars", "April", "Maj", "Juni"),
        *("Juli", "Augusti", "September", "Oktober", "November", "December"),
    ]
    assert [month.one("caption").links() for month in months] == [
        [f"/kalender/2017/{number:02}/"] for number in range(1, 13)
    ]
    assert months[9].texts("a", "mini__day") == [
        "6, Ledningsgruppens sammanträde",
        "26, Nyckeltalsdag, Samarbetskommitténs sammanträde",
    ]
    assert months[7].texts("a", "mini__day") == [
        "16, Samarbetskommitténs planeringskonferens",
        "17, Samarbetskommitténs planeringskonferens",
    ]
    assert months[6].all("a", "mini__day") == []
    # Every day of the year is written once.
    assert sum(len([cell for cell in month.all("td") if cell.text]) for month in months) == 365


def test_year_tells_how_many_meetings_of_a_month_have_no_day(client):
    months = read(client, "/kalender/2018/").one("ul", "year__months")

    assert months.texts("p", "mini__note") == ["1 möte utan fastställd dag"] * 3
    assert months.all("a", "mini__day") == []


def test_months_in_the_list_lead_to_their_pages(client):
    page = read(client, f"/kalender/2017/{FILTER}")

    assert [link for title in page.all("h2", "month__title") for link in title.links()] == [
        f"/kalender/2017/{month}/{FILTER}" for month in ("02", "03", "06", "09", "10", "12")
    ]


# --- The ways between ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/kalender/2017/", [("Nästa: 2018", "/kalender/2018/")]),
        ("/kalender/2019/", [("Föregående: 2018", "/kalender/2018/")]),
        ("/kalender/2017/01/", [("Nästa: Februari 2017", "/kalender/2017/02/")]),
        (
            "/kalender/2017/12/",
            [
                ("Föregående: November 2017", "/kalender/2017/11/"),
                ("Nästa: Januari 2018", "/kalender/2018/01/"),
            ],
        ),
        ("/kalender/2019/12/", [("Föregående: November 2019", "/kalender/2019/11/")]),
        ("/kalender/2016/v52/", [("Nästa: Vecka 1 2017", "/kalender/2017/v01/")]),
        (
            "/kalender/2017/v52/",
            [
                ("Föregående: Vecka 51 2017", "/kalender/2017/v51/"),
                ("Nästa: Vecka 1 2018", "/kalender/2018/v01/"),
            ],
        ),
    ],
)
def test_period_leads_to_the_one_before_and_after_as_far_as_the_calendar_goes(client, address, expected):
    assert steps(read(client, address)) == expected


@pytest.mark.parametrize(
    ("address", "now"),
    [
        ("/kalender/2018/", ("Idag: 2017", "/kalender/2017/")),
        ("/kalender/2018/01/", ("Idag: oktober 2017", "/kalender/2017/10/")),
        ("/kalender/2018/v01/", ("Idag: vecka 43 2017", "/kalender/2017/v43/")),
    ],
)
def test_period_leads_to_today(client, on, address, now):
    on(2017, 10, 26)

    assert now in steps(read(client, address))


def test_today_is_marked_in_the_grids(client, on):
    on(2017, 10, 26)
    month, year = read(client, "/kalender/2017/10/"), read(client, "/kalender/2017/")

    assert month.one("td", aria_current="date").one("time").attributes["datetime"] == "2017-10-26"
    assert year.one("td", aria_current="date").text.startswith("26, Nyckeltalsdag")
    assert "Idag" not in " ".join(text for text, _ in steps(month))


@pytest.mark.parametrize(
    "address",
    ["/kalender/", "/kalender/tidigare/", "/kalender/2017/", "/kalender/2017/10/", "/kalender/2017/v43/"],
)
def test_filter_goes_along_to_every_page_of_the_calendar(client, address):
    """Only a meeting's own page, the subscriptions, and what takes the filter away are without it."""
    main = read(client, f"{address}{FILTER}").one("main")
    chips = [link for chips in main.all("ul", "chips") for link in chips.links()]
    meetings = [link for heading in main.all("h3") for link in heading.links()]
    in_grid = [link for cell in main.all("ul", "calendar__events") for link in cell.links()]
    elsewhere = ["/", "/kalender/prenumerera/", *chips, *meetings, *in_grid]
    rest = [link for link in main.links() if link not in elsewhere]

    assert len(rest) > 5
    assert [link for link in rest if not link.endswith(FILTER)] == []
    assert chips == [
        f"{address}?typ=meeting",
        f"{address}?organ=samarbetskommitten",
        address,
    ]


@pytest.mark.parametrize("address", ["/kalender/", "/kalender/2017/", "/kalender/2017/10/"])
def test_filtered_page_is_a_part_of_the_whole_to_search_engines(client, address):
    for query in ("", FILTER, "?visning=mote"):
        page = read(client, f"{address}{query}")
        assert page.one("link", rel="canonical").attributes["href"] == f"http://testserver{address}"
        assert page.all("meta", name="robots") == []


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/kalender/", [("Kommande", "page")]),
        ("/kalender/tidigare/", [("Tidigare", "page")]),
        ("/kalender/2017/", [("2017", "page")]),
        ("/kalender/2017/10/", [("2017", "true")]),
        ("/kalender/2016/v52/", [("2017", "true")]),
        ("/kalender/2019/", []),
    ],
)
def test_tabs_tell_where_one_is(client, address, current):
    links = read(client, address).one("nav", "tabs").all("a")

    assert [
        (link.text, link.attributes["aria-current"]) for link in links if "aria-current" in link.attributes
    ] == current


# --- Past ---------------------------------------------------------------------------------------------------


def test_past_is_listed_newest_first_and_says_how_many(client):
    page = read(client, "/kalender/tidigare/?organ=ledningsgruppen")

    assert page.one("p", "meta").text == "7 möten, de senaste först"
    assert page.texts("h2", "month__title") == [
        "november 2017",
        "oktober 2017",
        "september 2017",
        "maj 2017",
        "april 2017",
        "februari 2017",
        "januari 2017",
    ]


def test_past_is_paged_and_keeps_the_filter(client, monkeypatch):
    monkeypatch.setattr("calendar_app.views.EVENTS_PER_PAGE", 3)
    query = "?organ=ledningsgruppen"
    pages = [read(client, f"/kalender/tidigare/{query}{number}") for number in ("", "&sida=2", "&sida=3")]

    assert [len(page.all("li", "event")) for page in pages] == [3, 3, 1]
    assert [page.one("nav", "pager").links() for page in pages] == [
        [f"/kalender/tidigare/{query}&sida=2"],
        [f"/kalender/tidigare/{query}", f"/kalender/tidigare/{query}&sida=3"],
        [f"/kalender/tidigare/{query}&sida=2"],
    ]
    assert pages[1].one("p", "meta").text == "7 möten, de senaste först · sida 2 av 3"
    assert client.get(f"/kalender/tidigare/{query}&sida=4").status_code == 404


def test_past_does_not_count_more_than_it_tells(client, monkeypatch):
    monkeypatch.setattr("calendar_app.views.EVENTS_PER_PAGE", 3)
    query = "?organ=ledningsgruppen"
    told = []
    for most in (6, 7):
        monkeypatch.setattr("calendar_app.views.MOST_COUNTED", most)
        told.append(read(client, f"/kalender/tidigare/{query}&sida=3").one("p", "meta").text)

    assert told == [
        "Fler än 6 möten, de senaste först · sida 3",
        "7 möten, de senaste först · sida 3 av 3",
    ]


@pytest.mark.parametrize("number", ["0", "-1", "01", "tre", "", "10000", "٣"])
def test_what_is_no_number_of_a_page_is_not_found(client, number):
    assert client.get("/kalender/tidigare/", {"sida": number}).status_code == 404
    assert client.get("/kalender/", {"sida": number}).status_code == 404


def test_coming_is_paged_and_keeps_the_filter(client, on, monkeypatch):
    on(2017, 1, 1)
    monkeypatch.setattr("calendar_app.views.COMING_PER_PAGE", 3)
    query = "?organ=ledningsgruppen"
    pages = [read(client, f"/kalender/{query}{number}") for number in ("", "&sida=2", "&sida=3")]

    assert [len(page.all("li", "event")) for page in pages] == [3, 3, 1]
    assert [page.one("nav", "pager").links() for page in pages] == [
        [f"/kalender/{query}&sida=2"],
        [f"/kalender/{query}", f"/kalender/{query}&sida=3"],
        [f"/kalender/{query}&sida=2"],
    ]
    assert client.get(f"/kalender/{query}&sida=4").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "2", "01", "1.5", "en", "", "99999", "²"])
def test_coming_has_no_other_pages(client, number):
    assert client.get(f"/kalender/?sida={number}").status_code == 404


@pytest.mark.parametrize("events", [1, 101, 1000])
def test_coming_asks_the_same_and_lists_at_most_a_hundred_whatever_is_planned(
    client, on, django_assert_num_queries, events
):
    on(2018, 1, 1)
    day = datetime.date(2018, 1, 2)
    Event.objects.bulk_create(
        Event(title="Möte", slug=f"mote-{n}", starts_on=day, ends_on=day, publication="published")
        for n in range(events)
    )

    with django_assert_num_queries(6):
        page = read(client, "/kalender/")

    planned = events + 3  # what the plan of 2017 says of the year after
    assert len(page.all("li", "event")) == min(planned, 100)
    assert len(page.all("nav", "pager")) == (planned > 100)


def test_conference_on_its_second_day_is_coming_and_not_past(client, on):
    on(2017, 8, 17)
    address = "/kalender/2017/08/16/planeringskonferens/"
    coming, past = read(client, "/kalender/"), read(client, "/kalender/tidigare/")

    assert coming.all("h3", "event__title")[0].links() == [address]
    assert address not in past.links()


def test_what_has_been_is_one_step_away_when_nothing_is_planned(client):
    page = read(client, f"/kalender/{FILTER}")

    assert page.one("a", "more", href=f"/kalender/tidigare/{FILTER}").text == "Alla tidigare möten"
