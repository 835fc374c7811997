"""The calendar's pages: the filter, the years, and events that are moved, cancelled or without a day."""

import datetime

import pytest

from calendar_app.models import Event
from committee.models import Body
from tests import factories
from tests.reading import Element, assert_well_made, read

pytestmark = pytest.mark.django_db

MARCH = factories.DAY
MONTH = Event.DatePrecision.MONTH


@pytest.fixture
def calendar():
    """Two bodies, two hosts and three kinds in 2017 and 2018, so that each choice leaves something out."""
    committee = factories.make_body("kommitten", short_name="Kommittén")
    group = factories.make_body("gruppen", short_name="Gruppen")
    salem = factories.make_municipality("Salem", "0128")
    tyreso = factories.make_municipality("Tyresö", "0138")
    kinds = Event.Kind
    rows = [
        ("Ett", datetime.date(2017, 1, 10), committee, (salem,), kinds.MEETING),
        ("Två", datetime.date(2017, 2, 10), committee, (tyreso,), kinds.MEETING),
        ("Tre", datetime.date(2017, 3, 10), committee, (tyreso, salem), kinds.PLANNING_CONFERENCE),
        ("Fyra", datetime.date(2017, 4, 10), group, (salem,), kinds.MEETING),
        ("Fem", datetime.date(2017, 5, 10), group, (), kinds.MEETING),
        ("Sex", datetime.date(2018, 1, 10), committee, (salem,), kinds.MEETING),
    ]
    for title, day, body, hosts, kind in rows:
        factories.make_event(day, title=title, body=body, hosts=hosts, kind=kind)


def titles(page: Element) -> list[str]:
    return page.one("main").texts("h3", "event__title")


def chips(page: Element) -> list[tuple[str, str]]:
    """Each chip's text and where it leads."""
    return [(chip.text, chip.attributes["href"]) for chip in page.all("a", "chip")]


# --- The filter ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Ett", "Två", "Tre", "Fyra", "Fem"]),
        ("organ=kommitten", ["Ett", "Två", "Tre"]),
        ("vard=salem", ["Ett", "Tre", "Fyra"]),
        ("typ=meeting", ["Ett", "Två", "Fyra", "Fem"]),
        ("organ=kommitten&vard=salem", ["Ett", "Tre"]),
        ("organ=kommitten&typ=meeting", ["Ett", "Två"]),
        ("vard=tyreso&typ=planning_conference", ["Tre"]),
        ("organ=kommitten&vard=salem&typ=meeting", ["Ett"]),
        ("organ=gruppen&vard=tyreso", []),
        ("typ=consultation", []),
    ],
)
def test_year_shows_events_that_fit_every_choice(client, calendar, query, expected):
    page = read(client, f"/kalender/2017/?{query}")

    assert titles(page) == expected
    assert f"{len(expected)} {'möte' if len(expected) == 1 else 'möten'}" in page.one("p", "meta").text
    assert_well_made(page)


def test_filter_fields_keep_what_was_chosen(client, calendar):
    form = read(client, "/kalender/2017/?organ=kommitten&vard=salem&typ=meeting").one("form", "filters")
    chosen = [option.text for option in form.all("option") if "selected" in option.attributes]

    assert form.attributes["method"] == "get"
    assert form.attributes["action"] == "/kalender/2017/"
    assert chosen == ["Kommitten", "Salem", "Sammanträde"]


def test_chips_name_each_choice_and_take_it_away_alone(client, calendar):
    page = read(client, "/kalender/2017/?organ=kommitten&vard=salem&typ=meeting")

    assert chips(page) == [
        ("Ta bort filtret Organ: Kommittén", "/kalender/2017/?vard=salem&typ=meeting"),
        ("Ta bort filtret Värdkommun: Salem", "/kalender/2017/?organ=kommitten&typ=meeting"),
        ("Ta bort filtret Typ: Sammanträde", "/kalender/2017/?organ=kommitten&vard=salem"),
        ("Rensa alla", "/kalender/2017/"),
    ]


def test_calendar_without_choices_has_no_chips(client, calendar):
    assert chips(read(client, "/kalender/2017/")) == []


def test_years_keep_the_filter(client, calendar):
    tabs = read(client, "/kalender/2017/?organ=kommitten&vard=salem").one("nav", "tabs")

    assert [(link.text, link.attributes["href"]) for link in tabs.all("a")] == [
        ("Kommande", "/kalender/?organ=kommitten&vard=salem"),
        ("Tidigare", "/kalender/tidigare/?organ=kommitten&vard=salem"),
        ("2017", "/kalender/2017/?organ=kommitten&vard=salem"),
        ("2018", "/kalender/2018/?organ=kommitten&vard=salem"),
    ]
    assert tabs.texts("a", aria_current="page") == ["2017"]
    assert titles(read(client, "/kalender/2018/?organ=kommitten&vard=salem")) == ["Sex"]


def test_filter_applies_to_past_events_when_nothing_is_planned(client, calendar):
    assert titles(read(client, "/kalender/?organ=kommitten&vard=salem")) == ["Sex", "Tre", "Ett"]


def test_filter_that_nothing_fits_leads_to_all_events(client, calendar):
    page = read(client, "/kalender/2017/?organ=gruppen&vard=tyreso")
    empty = page.one("div", "empty")

    assert empty.one("h2").text == "Inga möten passar filtret"
    assert empty.links() == ["/kalender/2017/"]


def test_event_with_two_hosts_is_listed_once(client, calendar):
    page = read(client, "/kalender/2017/?typ=planning_conference")

    assert page.one("p", "event__meta").text == "Tid ej angiven · Värd: Tyresö och Salem"


# --- Order and months ---------------------------------------------------------------------------------------


def test_event_without_a_day_is_last_in_its_month_even_after_its_last_day(client):
    factories.make_event(datetime.date(2018, 1, 31), title="Sista dagen")
    factories.make_event(datetime.date(2018, 1, 1), title="Utan dag", date_precision=MONTH)
    factories.make_event(datetime.date(2018, 1, 2), title="Andra dagen")
    factories.make_event(datetime.date(2018, 2, 1), title="Februari")
    page = read(client, "/kalender/2018/")

    assert titles(page) == ["Andra dagen", "Sista dagen", "Utan dag", "Februari"]
    assert page.texts("h2", "month__title") == ["januari 2018", "februari 2018"]
    assert page.all("section", "month")[0].all("li", "event")[-1].text == (
        "januari 2018 Utan dag Dag ej fastställd Fastställd"
    )


def test_two_events_on_a_day_come_in_the_order_of_their_hours(client):
    for title, hour in (("Senare", 13), ("Tidigare", 9)):
        time = datetime.time(hour)
        factories.make_event(MARCH, title=title, start_time=time)
    factories.make_event(MARCH, title="Hela dagen")

    assert titles(read(client, "/kalender/2017/")) == ["Hela dagen", "Tidigare", "Senare"]


def test_event_over_new_year_is_in_both_years(client):
    factories.make_event(
        datetime.date(2017, 12, 30), ends_on=datetime.date(2018, 1, 2), title="Nyårskonferens"
    )
    factories.make_event(datetime.date(2018, 5, 1), title="Maj")

    assert titles(read(client, "/kalender/2017/")) == ["Nyårskonferens"]
    assert titles(read(client, "/kalender/2018/")) == ["Nyårskonferens", "Maj"]


# --- One event ----------------------------------------------------------------------------------------------


def facts(page: Element) -> dict[str, str]:
    return {row.one("dt").text: row.one("dd").text for row in page.one("dl", "facts").all("div")}


@pytest.fixture
def moved():
    return factories.make_event(
        datetime.date(2017, 3, 30), slug="mote", status=Event.Status.MOVED, original_starts_on=MARCH
    )


def test_moved_event_is_found_at_its_new_address(client, moved):
    page = read(client, "/kalender/2017/03/30/mote/")

    assert facts(page)["När"] == "Torsdag 30 mars 2017. Tid är inte angiven"
    assert facts(page)["Flyttat från"] == "torsdag 23 mars 2017"
    assert page.one("span", "badge").text == "Flyttad"
    own = page.one("link", rel="canonical").attributes["href"]
    assert own == "http://testserver/kalender/2017/03/30/mote/"
    assert page.all("p", "notice--warning") == []


def test_moved_event_is_found_at_its_old_address_which_says_where_it_went(client, moved):
    page = read(client, "/kalender/2017/03/23/mote/")
    notice = page.one("p", "notice--warning")

    assert notice.text == "Mötet är flyttat från torsdag 23 mars 2017 till torsdag 30 mars 2017."
    assert notice.links() == ["/kalender/2017/03/30/mote/"]
    own = page.one("link", rel="canonical").attributes["href"]
    assert own == "http://testserver/kalender/2017/03/30/mote/"
    assert_well_made(page)


def test_event_that_takes_the_old_day_of_a_moved_one_has_its_address(client, moved):
    factories.make_event(MARCH, slug="mote", title="Ett annat möte")

    assert read(client, "/kalender/2017/03/23/mote/").one("h1").text == "Ett annat möte"
    assert read(client, "/kalender/2017/03/30/mote/").one("h1").text == "Möte"


def test_event_moved_to_a_month_without_a_day_is_found_at_its_old_day(client):
    factories.make_event(
        datetime.date(2017, 5, 1),
        slug="mote",
        date_precision=MONTH,
        status=Event.Status.MOVED,
        original_starts_on=MARCH,
    )
    page = read(client, "/kalender/2017/03/23/mote/")

    assert page.one("p", "notice--warning").links() == ["/kalender/2017/05/mote/"]
    assert facts(page)["När"] == "Maj 2017, dag ej fastställd"


def test_moved_event_says_so_in_the_list(client, moved):
    item = read(client, "/kalender/2017/").one("li", "event")

    assert item.one("p", "event__note").text == "Flyttad från torsdag 23 mars 2017."
    assert item.one("span", "badge--moved").text == "Flyttad"


def test_cancelled_event_is_marked_in_the_list_and_on_its_page(client):
    event = factories.make_event(MARCH, status=Event.Status.CANCELLED)
    item = read(client, "/kalender/2017/").one("li", "event")
    page = read(client, event.get_absolute_url())

    assert "event--cancelled" in item.classes
    assert item.one("span", "badge--cancelled").text == "Inställd"
    assert page.one("span", "badge--cancelled").text == "Inställd"
    assert page.one("p", "notice--warning").text == "Mötet är inställt."


@pytest.mark.parametrize(("status", "mark"), [("moved", "Flyttad"), ("cancelled", "Inställd")])
def test_changed_event_is_marked_in_the_plan_too(client, status, mark):
    section = factories.make_section(factories.make_plan(), 7, "Kalendarium", content="events")
    original = datetime.date(2017, 3, 1) if status == "moved" else None
    factories.make_event(MARCH, plan_section=section, status=status, original_starts_on=original)

    assert read(client, "/verksamhetsplan/2017/").one("table").one("span", "badge").text == mark


def test_event_page_shows_all_that_is_known(client):
    body = factories.make_body("kommitten", name="Kommittén", short_name="Kommittén")
    hosts = (factories.make_municipality("Salem", "0128"), factories.make_municipality("Tyresö", "0138"))
    section = factories.make_section(factories.make_plan(), 7, "Kalendarium")
    event = factories.make_event(
        MARCH,
        title="Sammanträde",
        body=body,
        hosts=hosts,
        plan_section=section,
        start_time=datetime.time(12),
        end_time=datetime.time(15),
        location="Kommunhuset",
        note="Första stycket.\n\nAndra stycket.",
    )
    page = read(client, event.get_absolute_url())

    assert facts(page) == {
        "När": "Torsdag 23 mars 2017 kl. 12.00–15.00",
        "Värd": "Salem och Tyresö",
        "Plats": "Kommunhuset",
        "Organ": "Kommittén",
        "Står i": "Verksamhetsplan 2017, kapitel 7",
    }
    assert page.one("div", "prose").texts("p") == ["Första stycket.", "Andra stycket."]


def test_event_page_says_what_is_not_known(client):
    event = factories.make_event(MARCH)

    assert facts(read(client, event.get_absolute_url())) == {
        "När": "Torsdag 23 mars 2017. Tid är inte angiven",
        "Värd": "Ingen värdkommun är angiven",
        "Plats": "Inte angiven",
    }


def test_event_page_leads_to_the_events_of_its_body_before_and_after(client):
    body, other = factories.make_body("kommitten"), factories.make_body("gruppen")
    for day, owner in ((1, body), (2, other), (3, body), (4, other), (5, body)):
        factories.make_event(datetime.date(2017, 3, day), body=owner, title=f"Dag {day}")

    def pager(day: int) -> list[str]:
        page = read(client, f"/kalender/2017/03/{day:02}/dag-{day}/")
        return [title for pager in page.all("nav", "pager") for title in pager.texts("span", "pager__title")]

    assert pager(1) == ["Dag 3, fredag 3 mars 2017"]
    assert pager(3) == ["Dag 1, onsdag 1 mars 2017", "Dag 5, söndag 5 mars 2017"]
    assert pager(5) == ["Dag 3, fredag 3 mars 2017"]


def test_neighbours_on_the_same_day_are_each_reached_once(client):
    """Two events of a body on one day have no order in time, and still none may be passed over."""
    body = factories.make_body()
    for index in range(3):
        factories.make_event(MARCH, body=body, slug=f"mote-{index}")
    address, visited = "/kalender/2017/03/23/mote-0/", []
    while address:
        visited.append(address)
        following = read(client, address).all("a", rel="next")
        address = following[0].attributes["href"] if following else ""

    assert visited == [f"/kalender/2017/03/23/mote-{index}/" for index in range(3)]


def test_same_day_counts_every_day_of_a_conference(client):
    conference = factories.make_event(
        datetime.date(2017, 8, 16), ends_on=datetime.date(2017, 8, 17), title="Konferens"
    )
    meeting = factories.make_event(datetime.date(2017, 8, 17), title="Möte")
    factories.make_event(datetime.date(2017, 8, 18), title="Dagen efter")
    factories.make_event(datetime.date(2017, 8, 1), title="Utan dag", date_precision=MONTH)

    def same_day(event: Event) -> list[str]:
        return titles(read(client, event.get_absolute_url()))

    assert same_day(conference) == ["Möte"]
    assert same_day(meeting) == ["Konferens"]


def test_page_of_a_body_without_events_says_so(client):
    body = factories.make_body(kind=Body.Kind.NETWORK)
    page = read(client, body.get_absolute_url())

    assert "Inga möten är inlagda." in page.one("main").text
    assert page.all("ol", "events") == []
    assert_well_made(page)
