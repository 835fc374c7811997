"""One event's page: its agenda and papers, its neighbours, and the addresses it has had."""

import datetime
import json
import random

import pytest
from django.test import Client

from calendar_app.models import AgendaItem, Event, EventLink, FormerAddress
from calendar_app.neighbours import Neighbours, neighbours
from tests import factories
from tests.reading import Element, assert_well_made, folded, read

pytestmark = pytest.mark.django_db

MONTH = Event.DatePrecision.MONTH
MARCH = factories.DAY


def facts(page: Element) -> dict[str, str]:
    return {row.one("dt").text: row.one("dd").text for row in page.one("dl", "facts").all("div")}


def day(month: int, number: int) -> datetime.date:
    return datetime.date(2017, month, number)


def move(event: Event, new_day: datetime.date, **fields: object) -> Event:
    """Move as the administration does."""
    event = Event.objects.get(pk=event.pk)
    fields = {"status": Event.Status.MOVED, "starts_on": new_day, "ends_on": None, **fields}
    for name, value in fields.items():
        setattr(event, name, value)
    event.full_clean()
    event.save()
    return event


# --- Agenda and papers --------------------------------------------------------------------------------------


def test_agenda_is_numbered_in_its_order(client):
    event = factories.make_event(MARCH)
    for position, title in ((2, "Budget"), (1, "Öppnande"), (3, "Övrigt")):
        AgendaItem.objects.create(event=event, title=title, position=position)
    AgendaItem.objects.filter(title="Budget").update(note="Utfallet.\n\nPrognosen.")
    agenda = read(client, event.get_absolute_url()).one("ol", "agenda")

    assert agenda.texts("p", "agenda__title") == ["Öppnande", "Budget", "Övrigt"]
    assert agenda.all("li")[1].texts("p") == ["Budget", "Utfallet.", "Prognosen."]


def test_papers_lead_to_where_they_are_published_and_tell_their_kind(client):
    event = factories.make_event(MARCH)
    for kind, title in (
        (EventLink.Kind.NOTICE, "Kallelse till mötet"),
        (EventLink.Kind.MINUTES, "Protokoll 1"),
    ):
        EventLink.objects.create(event=event, kind=kind, title=title, url=f"https://huddinge.example/{kind}")
    papers = read(client, event.get_absolute_url()).one("ul", "link-list")

    assert papers.texts("li") == ["Kallelse till mötet Kallelse", "Protokoll 1 Protokoll"]
    assert papers.links() == ["https://huddinge.example/notice", "https://huddinge.example/minutes"]


def test_page_without_agenda_and_papers_has_no_headings_for_them(client):
    page = read(client, factories.make_event(MARCH).get_absolute_url())

    assert page.one("main").texts("h2") == ["Lägg till i din kalender"]


def test_page_says_in_local_time_when_it_was_last_changed(client):
    event = factories.make_event(MARCH)
    changed_at = datetime.datetime(2017, 3, 1, 23, 30, tzinfo=datetime.UTC)
    Event.objects.update(edited_at=changed_at)

    page = read(client, event.get_absolute_url())
    assert page.texts("p", "last-changed")[0] == "Sidan ändrades senast den 2 mars 2017."


# --- What prepares and is prepared --------------------------------------------------------------------------


@pytest.fixture
def bodies():
    committee = factories.make_body("kommitten")
    return committee, factories.make_body("gruppen", prepares=committee)


def test_meeting_names_what_prepares_it_and_is_named_by_it(client, bodies):
    committee, group = bodies
    meeting = factories.make_event(day(2, 2), body=committee, title="Sammanträde")
    preparing = factories.make_event(day(1, 20), body=group, title="Gruppens möte")

    assert facts(read(client, meeting.get_absolute_url()))["Förbereds av"] == (
        "Gruppens möte fredag 20 januari 2017"
    )
    assert facts(read(client, preparing.get_absolute_url()))["Förbereder"] == (
        "Sammanträde torsdag 2 februari 2017"
    )
    assert "Förbereder" not in facts(read(client, meeting.get_absolute_url()))
    assert "Förbereds av" not in facts(read(client, preparing.get_absolute_url()))


def test_event_is_prepared_by_all_since_its_bodys_last_and_by_no_earlier(bodies):
    committee, group = bodies
    march, june, august = (
        factories.make_event(when, body=committee) for when in (day(3, 23), day(6, 1), day(8, 16))
    )
    february, april, may = (
        factories.make_event(when, body=group) for when in (day(2, 24), day(4, 6), day(5, 12))
    )

    assert neighbours(march, Event.objects.all()).prepared_by == [february]
    assert neighbours(june, Event.objects.all()).prepared_by == [april, may]
    assert neighbours(august, Event.objects.all()).prepared_by == []
    assert [neighbours(event, Event.objects.all()).prepares for event in (february, april, may)] == [
        march,
        june,
        june,
    ]


def test_cancelled_meetings_neither_prepare_nor_are_prepared(bodies):
    committee, group = bodies
    cancelled = Event.Status.CANCELLED
    off = factories.make_event(day(3, 1), body=committee, status=cancelled, slug="installt")
    held = factories.make_event(day(4, 1), body=committee)
    first = factories.make_event(day(2, 1), body=group)
    factories.make_event(day(2, 15), body=group, status=cancelled)

    assert neighbours(first, Event.objects.all()).prepares == held
    assert neighbours(held, Event.objects.all()).prepared_by == [first]
    assert neighbours(off, Event.objects.all()).prepared_by == []


def test_event_of_no_body_prepares_nothing():
    alone = factories.make_event(day(1, 1))
    factories.make_event(day(2, 1))

    assert (
        neighbours(alone, Event.objects.all()).prepares is neighbours(alone, Event.objects.all()).next is None
    )


@pytest.mark.parametrize("seed", range(5))
def test_neighbours_are_the_nearest_of_each_kind_asked_for_one_by_one(
    bodies, seed, django_assert_num_queries
):
    draw = random.Random(seed)  # noqa: S311 - any days will do
    committee, group = bodies
    other = factories.make_body("annat")
    for number in range(40):
        first = day(3, draw.randint(1, 25))
        factories.make_event(
            first,
            ends_on=first + datetime.timedelta(draw.choice([0, 0, 0, 2])),
            slug=f"mote-{number}",
            body=draw.choice([committee, group, other, None]),
            status=draw.choice([Event.Status.CONFIRMED, Event.Status.CANCELLED]),
            date_precision=draw.choice([Event.DatePrecision.DAY] * 5 + [MONTH]),
        )
    for event in Event.objects.select_related("body"):
        is_nowhere = event.body is None and event.is_month_only
        with django_assert_num_queries(0 if is_nowhere else 1):
            near = neighbours(event, Event.objects.all())

        others = Event.objects.exclude(pk=event.pk)
        held = others.none() if event.is_cancelled else others.exclude(status=Event.Status.CANCELLED)
        known = others.none() if event.is_month_only else others
        assert near.same_day == list(known.on_days(event.starts_on, event.ends_on))
        if event.body is None:
            assert near == Neighbours(same_day=near.same_day)
            continue
        of_body = others.for_body(event.body)
        assert near.previous == of_body.before(event).last()
        assert near.next == of_body.after(event).first()
        assert near.prepares == held.filter(body__prepared_by=event.body).after(event).first()
        preparing = held.filter(body__prepares=event.body).before(event)
        last = held.for_body(event.body).before(event).last()
        assert near.prepared_by == list(preparing.after(last) if last else preparing)


def test_neighbours_that_are_cancelled_say_so(client, bodies):
    committee, _ = bodies
    for month, status in (
        (1, Event.Status.CANCELLED),
        (2, Event.Status.CONFIRMED),
        (3, Event.Status.CANCELLED),
    ):
        factories.make_event(day(month, 1), body=committee, status=status)
    page = read(client, "/kalender/2017/02/01/mote/")

    assert page.one("nav", "pager").texts("span", "pager__title") == [
        "Inställt: Möte, söndag 1 januari 2017",
        "Inställt: Möte, onsdag 1 mars 2017",
    ]


# --- Addresses an event has had -----------------------------------------------------------------------------


def notice(client: Client, address: str) -> str:
    """What the page at an old address says, once it has been seen to be as such a page should."""
    page = read(client, address)
    assert_well_made(page)
    warning = page.all("p", "notice--warning")[0]
    own = page.one("link", rel="canonical").attributes["href"].removeprefix("http://testserver")
    assert own != address
    assert warning.links() == [own]
    assert page.one("head").all("script") == []
    assert read(client, own).one("link", rel="canonical").attributes["href"] == f"http://testserver{own}"
    return warning.text


def test_event_moved_several_times_is_found_at_every_address(client):
    event = factories.make_event(day(3, 1))
    for number in (8, 15, 22):
        move(event, day(3, number))

    for number, old in ((1, "onsdag 1"), (8, "onsdag 8"), (15, "onsdag 15")):
        assert notice(client, f"/kalender/2017/03/{number:02}/mote/") == (
            f"Mötet är flyttat från {old} mars 2017 till onsdag 22 mars 2017."
        )
    page = read(client, "/kalender/2017/03/22/mote/")
    assert page.all("p", "notice--warning") == []
    assert facts(page)["Flyttat från"] == "onsdag 1 mars 2017"


def test_old_address_has_a_title_that_says_so(client):
    move(factories.make_event(day(3, 1)), day(3, 8))

    assert read(client, "/kalender/2017/03/01/mote/").one("title").text == (
        "Flyttat: Möte onsdag 8 mars 2017 – Södertörnskommunerna"
    )


def test_event_that_moved_back_has_its_first_address_again(client):
    event = factories.make_event(day(3, 1))
    move(event, day(3, 8))
    move(event, day(3, 1), status=Event.Status.CONFIRMED, original_starts_on=None)

    assert read(client, "/kalender/2017/03/01/mote/").all("p", "notice--warning") == []
    assert notice(client, "/kalender/2017/03/08/mote/") == (
        "Mötet är flyttat från onsdag 8 mars 2017 till onsdag 1 mars 2017."
    )


def test_month_that_got_a_day_leads_there_from_its_old_address(client):
    event = factories.make_event(datetime.date(2018, 1, 1), date_precision=MONTH)
    move(
        event,
        datetime.date(2018, 1, 18),
        status=Event.Status.CONFIRMED,
        date_precision=Event.DatePrecision.DAY,
    )

    assert notice(client, "/kalender/2018/01/mote/") == (
        "Dagen är bestämd. När den här sidan fick sin adress var bara månaden känd, januari 2018. "
        "Mötet hålls torsdag 18 januari 2018."
    )


def test_month_that_was_moved_is_named_as_a_month(client):
    event = factories.make_event(datetime.date(2018, 1, 1), date_precision=MONTH)
    moved = move(event, datetime.date(2018, 2, 8), date_precision=Event.DatePrecision.DAY)

    assert notice(client, "/kalender/2018/01/mote/") == (
        "Mötet är flyttat från januari 2018 till torsdag 8 februari 2018."
    )
    assert facts(read(client, moved.get_absolute_url()))["Flyttat från"] == "januari 2018"


def test_event_that_lost_its_day_leads_there_from_its_old_address(client):
    event = factories.make_event(datetime.date(2018, 1, 18))
    move(event, datetime.date(2018, 3, 1), date_precision=MONTH)

    assert notice(client, "/kalender/2018/01/18/mote/") == (
        "Mötet är flyttat från torsdag 18 januari 2018 till mars 2018, dag ej fastställd."
    )


def test_event_under_a_new_name_is_found_under_the_old(client):
    event = factories.make_event(MARCH, slug="gammalt")
    event.slug = "nytt"
    event.save()

    assert notice(client, "/kalender/2017/03/23/gammalt/") == (
        "Sidan har fått en ny adress: Möte torsdag 23 mars 2017."
    )


def test_original_day_written_by_hand_is_an_address_too(client):
    """An event may have moved before it came to the portal."""
    factories.make_event(day(3, 8), status=Event.Status.MOVED, original_starts_on=day(3, 1))

    assert FormerAddress.objects.count() == 0
    assert notice(client, "/kalender/2017/03/01/mote/") == (
        "Mötet är flyttat från onsdag 1 mars 2017 till onsdag 8 mars 2017."
    )


def test_moved_and_cancelled_event_says_both_at_its_old_address(client):
    event = move(factories.make_event(day(3, 1)), day(3, 8))
    event.status = Event.Status.CANCELLED
    event.save()
    page = read(client, "/kalender/2017/03/01/mote/")

    assert page.texts("p", "notice--warning") == [
        "Mötet är flyttat från onsdag 1 mars 2017 till onsdag 8 mars 2017.",
        "Mötet är inställt.",
    ]


def test_new_event_at_an_old_address_has_it(client):
    move(factories.make_event(day(3, 1)), day(3, 8))
    factories.make_event(day(3, 1), title="Ett annat möte", slug="mote")

    assert read(client, "/kalender/2017/03/01/mote/").one("h1").text == "Ett annat möte"


# --- Cancelled ----------------------------------------------------------------------------------------------


def test_cancelled_event_says_so_in_every_part_of_its_page(client):
    event = factories.make_event(MARCH, status=Event.Status.CANCELLED)
    page = read(client, event.get_absolute_url())
    data = json.loads("".join(str(text) for text in page.one("head").one("script").children))

    assert page.one("title").text == "Inställt: Möte torsdag 23 mars 2017 – Södertörnskommunerna"
    assert folded(page.one("meta", name="description").attributes["content"]) == (
        "Inställt: Möte, torsdag 23 mars 2017."
    )
    assert page.one("span", "badge--cancelled").text == "Inställd"
    assert page.texts("p", "notice--warning") == ["Mötet är inställt."]
    assert data["eventStatus"] == "https://schema.org/EventCancelled"
    assert "Lägg till i din kalender" not in page.text


def test_event_of_which_only_the_month_is_known_offers_no_calendar_file(client):
    event = factories.make_event(datetime.date(2018, 1, 1), date_precision=MONTH)
    page = read(client, event.get_absolute_url())

    assert page.one("p", "lede").text == "Januari 2018, dag ej fastställd"
    assert page.one("head").all("script") == []
    assert [link for link in page.links() if link.endswith(".ics")] == []
