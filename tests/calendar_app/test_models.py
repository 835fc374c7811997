"""When and where we meet: the rules of the database, what an event fills in, and what the querysets find."""

import datetime
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.db import models
from django.db.models import ProtectedError

from calendar_app.models import (
    Event,
    EventDocument,
    EventHost,
    HostRotation,
    HostTurn,
    RotationPlace,
    share_days,
)
from committee.models import Document
from tests.constraints import assert_breaks, assert_refused_with, rules_of
from tests.factories import make_body, make_event, make_municipality, make_rotation

pytestmark = pytest.mark.django_db

JUNE_1 = datetime.date(2017, 6, 1)
JUNE_2 = datetime.date(2017, 6, 2)
NOON, THREE = datetime.time(12), datetime.time(15)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def event(**fields: Any) -> Event:
    """An event of one day, not stored and not cleaned."""
    start = fields.get("starts_on", JUNE_1)
    return Event(**{"title": "Möte", "slug": "mote", "starts_on": start, "ends_on": start, **fields})


def event_again() -> Event:
    make_event(JUNE_1, slug="mote")
    return event(title="Annat")


def host_again() -> EventHost:
    salem = make_municipality("Salem", "0128")
    return EventHost(event=make_event(JUNE_1, hosts=(salem,)), municipality=salem)


def rotation_of_two() -> HostRotation:
    order = [make_municipality("Botkyrka", "0127"), make_municipality("Haninge", "0136")]
    return make_rotation(make_body(), order, turns=2)


def place(**fields: Any) -> RotationPlace:
    """A third place, of a third municipality unless it is said otherwise."""
    rotation = rotation_of_two()
    if "municipality" not in fields:
        fields["municipality"] = make_municipality("Salem", "0128")
    else:
        fields["municipality"] = rotation.places.get(municipality__name=fields["municipality"]).municipality
    return RotationPlace(**{"rotation": rotation, "position": 3, **fields})


def turn(number: int) -> HostTurn:
    rotation = rotation_of_two()
    return HostTurn(
        rotation=rotation, number=number, year=2019, municipality=rotation.places.all()[0].municipality
    )


def turn_of_a_taken_event() -> HostTurn:
    new = turn(3)
    taken = make_event(JUNE_1)
    HostTurn.objects.filter(rotation=new.rotation, number=1).update(event=taken)
    new.event = taken
    return new


ENDS = "Mötet kan inte sluta före sin första dag."
CENTURY = "Mötets dagar måste ligga mellan år 2000 och 2100."
NEEDS_START = "Ange också när mötet börjar."
END_TIME = "Sluttiden måste vara senare än starttiden."
NO_TIME = "Ett möte utan bestämd dag kan inte ha någon tid."
MOVED = "Ange vilken dag mötet flyttades från."

Case = tuple[str, str, Callable[[], models.Model]]


def document_again() -> EventDocument:
    document = Document.objects.create(
        kind="minutes", title="Protokoll", file="dokument/p.pdf", file_name="p.pdf", size=1
    )
    held = make_event(JUNE_2)
    EventDocument.objects.create(event=held, document=document)
    return EventDocument(event=held, document=document)


BROKEN: list[Case] = [
    ("event_address_unique", "Det finns redan ett möte med samma dag och adressdel.", event_again),
    ("event_ends_after_it_starts", ENDS, lambda: event(ends_on=datetime.date(2017, 5, 31))),
    ("event_in_this_century", CENTURY, lambda: event(starts_on=datetime.date(1999, 12, 31))),
    ("event_in_this_century", CENTURY, lambda: event(starts_on=datetime.date(217, 6, 1))),
    ("event_in_this_century", CENTURY, lambda: event(ends_on=datetime.date(2101, 1, 1))),
    ("event_in_this_century", CENTURY, lambda: event(original_starts_on=datetime.date(217, 6, 1))),
    ("event_end_time_needs_start_time", NEEDS_START, lambda: event(end_time=THREE)),
    ("event_end_time_after_start_time", END_TIME, lambda: event(start_time=THREE, end_time=NOON)),
    ("event_end_time_after_start_time", END_TIME, lambda: event(start_time=NOON, end_time=NOON)),
    ("event_month_only_has_no_time", NO_TIME, lambda: event(date_precision="month", start_time=NOON)),
    ("event_moved_keeps_original_date", MOVED, lambda: event(status="moved")),
    ("event_host_once", "Kommunen är redan värd för mötet.", host_again),
    (
        "rotation_municipality_once",
        "Kommunen har redan en plats i ordningen.",
        lambda: place(municipality="Haninge"),
    ),
    (
        "rotation_position_once",
        "Två kommuner kan inte ha samma plats i ordningen.",
        lambda: place(position=2),
    ),
    ("turn_number_once", "Turen med det numret finns redan.", lambda: turn(2)),
    ("turn_event_once", "Mötet har redan en tur i ordningen.", turn_of_a_taken_event),
    ("event_document_once", "Dokumentet hör redan till mötet.", document_again),
]
# What `clean` puts right by itself, so that only the database can ever refuse it.
MENDED: list[Case] = [
    (
        "event_has_address",
        "Skriv en adressdel: rubriken har inga bokstäver att göra en av.",
        lambda: event(slug=""),
    ),
    (
        "event_month_only_has_no_time",
        NO_TIME,
        lambda: event(date_precision="month", starts_on=JUNE_2),
    ),
]


@pytest.mark.parametrize(("name", "message", "make"), BROKEN, ids=[case[0] for case in BROKEN])
def test_rule_refuses(name: str, message: str, make: Callable[[], models.Model]) -> None:
    assert_breaks(make(), name, message)


@pytest.mark.parametrize(("name", "message", "make"), MENDED, ids=[case[0] for case in MENDED])
def test_rule_holds_for_what_is_not_cleaned(
    name: str, message: str, make: Callable[[], models.Model]
) -> None:
    assert_breaks(make(), name, message, is_mended=True)


def test_every_rule_is_tested() -> None:
    tested = {name for name, _, _ in BROKEN + MENDED}

    assert tested == rules_of(Event, EventDocument, EventHost, HostRotation, RotationPlace, HostTurn)


@pytest.mark.parametrize(
    "fields",
    [
        {"start_time": NOON},
        {"start_time": NOON, "end_time": THREE},
        # Over two days the clock may well show less at the end.
        {"ends_on": JUNE_2, "start_time": THREE, "end_time": NOON},
        {"starts_on": datetime.date(2000, 1, 1)},
        {"starts_on": datetime.date(2100, 12, 31)},
        {"status": "moved", "original_starts_on": JUNE_2},
        {"status": "cancelled"},
        {"date_precision": "month", "starts_on": datetime.date(2018, 1, 1)},
    ],
)
def test_event_is_accepted(fields: dict[str, Any]) -> None:
    row = event(**fields)
    row.full_clean()
    row.save()

    assert Event.objects.count() == 1


# --- What an event fills in ---------------------------------------------------------------------------------


def test_event_ends_the_day_it_starts_unless_said_otherwise() -> None:
    assert make_event(JUNE_1).ends_on == JUNE_1
    assert make_event(JUNE_1, title="Konferens", ends_on=JUNE_2).ends_on == JUNE_2


@pytest.mark.parametrize(
    ("any_day", "first", "last"),
    [
        ("2018-01-17", "2018-01-01", "2018-01-31"),
        ("2018-02-28", "2018-02-01", "2018-02-28"),
        ("2020-02-01", "2020-02-01", "2020-02-29"),
        ("2018-12-31", "2018-12-01", "2018-12-31"),
    ],
)
def test_event_without_a_day_takes_the_whole_month(any_day: str, first: str, last: str) -> None:
    row = make_event(day(any_day), date_precision="month", ends_on=day("2030-01-01"))

    assert (row.starts_on, row.ends_on) == (day(first), day(last))


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Samarbetskommitténs sammanträde", "samarbetskommittens-sammantrade"),
        ("Möte " + "mycket " * 20, "mote-mycket-mycket-mycket-mycket-mycket-mycket-mycket-mycket"),
        ("???", "sammantrade"),
    ],
)
def test_event_makes_its_address_of_the_title(title: str, slug: str) -> None:
    assert make_event(JUNE_1, title=title).slug == slug


def test_event_keeps_the_address_it_was_given() -> None:
    assert make_event(JUNE_1, slug="eget").slug == "eget"


def test_event_moved_to_its_own_day_is_refused() -> None:
    assert_refused_with(
        event(status="moved", original_starts_on=JUNE_1),
        "Ett flyttat möte måste ha en annan dag än den ursprungliga.",
        field="original_starts_on",
    )


def test_event_says_its_day_or_its_month() -> None:
    assert str(make_event(JUNE_1)) == "Möte 2017-06-01"
    assert str(make_event(JUNE_1, date_precision="month")) == "Möte 2017-06"


def test_event_addresses_name_the_day_or_the_month() -> None:
    assert make_event(JUNE_1).get_absolute_url() == "/kalender/2017/06/01/mote/"
    assert make_event(JUNE_1, date_precision="month").get_absolute_url() == "/kalender/2017/06/mote/"


# --- What the querysets find --------------------------------------------------------------------------------


def titles(events: models.QuerySet[Event]) -> list[str]:
    return [row.title for row in events]


@pytest.mark.parametrize(
    ("on", "upcoming", "past"),
    [
        ("2017-08-15", ["Konferens"], []),
        ("2017-08-16", ["Konferens"], []),
        ("2017-08-17", ["Konferens"], []),
        ("2017-08-18", [], ["Konferens"]),
    ],
)
def test_event_of_two_days_is_upcoming_until_its_second_is_over(
    on: str, upcoming: list[str], past: list[str]
) -> None:
    make_event(day("2017-08-16"), title="Konferens", ends_on=day("2017-08-17"))

    assert titles(Event.objects.upcoming(day(on))) == upcoming
    assert titles(Event.objects.past(day(on))) == past


def test_event_without_a_day_is_upcoming_until_its_month_is_over() -> None:
    make_event(day("2018-01-01"), title="Januari", date_precision="month")

    assert titles(Event.objects.upcoming(day("2018-01-31"))) == ["Januari"]
    assert titles(Event.objects.upcoming(day("2018-02-01"))) == []


def test_event_over_new_year_is_in_both_years() -> None:
    make_event(day("2017-12-30"), title="Nyår", ends_on=day("2018-01-02"))
    make_event(day("2017-01-01"), title="Första")
    make_event(day("2018-12-31"), title="Sista")

    assert titles(Event.objects.in_year(2016)) == []
    assert titles(Event.objects.in_year(2017)) == ["Första", "Nyår"]
    assert titles(Event.objects.in_year(2018)) == ["Nyår", "Sista"]
    assert titles(Event.objects.in_year(2019)) == []


def test_events_on_days_have_a_known_day_among_them() -> None:
    make_event(day("2017-08-16"), title="Konferens", ends_on=day("2017-08-17"))
    make_event(day("2017-08-01"), title="Augusti", date_precision="month")

    assert titles(Event.objects.on_days(day("2017-08-17"), day("2017-08-20"))) == ["Konferens"]
    assert titles(Event.objects.on_days(day("2017-08-10"), day("2017-08-16"))) == ["Konferens"]
    assert titles(Event.objects.on_days(day("2017-08-18"), day("2017-08-31"))) == []


def test_events_share_days_with_the_spans_that_they_overlap() -> None:
    """Every event of one to three days in a week, and one of only a month, against every span in it."""
    for start, length in itertools.product(range(1, 8), range(3)):
        first = datetime.date(2017, 8, start)
        last = first + datetime.timedelta(length)
        make_event(first, title=f"{start}-{length}", slug=f"mote-{start}-{length}", ends_on=last)
    make_event(day("2017-08-01"), title="Augusti", date_precision="month")
    days = [datetime.date(2017, 7, 30) + datetime.timedelta(number) for number in range(14)]

    for first, last in itertools.combinations_with_replacement(days, 2):
        overlapping = [
            each for each in Event.objects.all() if each.starts_on <= last and each.ends_on >= first
        ]
        assert list(Event.objects.filter(share_days(first, last))) == overlapping


def test_events_are_in_order_of_time_with_the_undecided_last_in_their_month() -> None:
    make_event(day("2018-02-01"), title="1 februari")
    make_event(day("2018-01-01"), title="Januari", date_precision="month")
    make_event(day("2018-01-31"), title="31 januari kl. 12", start_time=NOON)
    make_event(day("2018-01-31"), title="31 januari")
    make_event(day("2018-01-31"), title="31 januari kl. 9", start_time=datetime.time(9))
    make_event(day("2018-01-02"), title="2 januari")
    make_event(day("2017-12-01"), title="December", date_precision="month")

    assert titles(Event.objects.all()) == [
        "December",
        "2 januari",
        "31 januari",
        "31 januari kl. 9",
        "31 januari kl. 12",
        "Januari",
        "1 februari",
    ]


def test_events_of_a_body_a_kind_and_a_host() -> None:
    committee, group = make_body("kommitten"), make_body("gruppen")
    salem, tyreso = make_municipality("Salem", "0128"), make_municipality("Tyresö", "0138", slug="tyreso")
    make_event(JUNE_1, title="A", body=committee, hosts=(salem,))
    make_event(JUNE_1, title="B", body=group, kind="planning_conference", hosts=(tyreso, salem))
    make_event(JUNE_1, title="C")

    assert titles(Event.objects.for_body(committee)) == ["A"]
    assert titles(Event.objects.of_kind("planning_conference")) == ["B"]
    assert titles(Event.objects.hosted_by(salem)) == ["A", "B"]
    assert titles(Event.objects.hosted_by(tyreso)) == ["B"]


def test_hosts_are_listed_as_they_are_named() -> None:
    salem, tyreso = make_municipality("Salem", "0128"), make_municipality("Tyresö", "0138", slug="tyreso")
    make_event(JUNE_1, hosts=(tyreso, salem))

    assert Event.objects.with_hosts().get().host_list == [tyreso, salem]


def test_body_with_events_stays() -> None:
    committee = make_body()
    make_event(JUNE_1, body=committee)

    with pytest.raises(ProtectedError):
        committee.delete()


def test_event_deleted_leaves_the_turn() -> None:
    rotation = rotation_of_two()
    meeting = make_event(JUNE_1)
    HostTurn.objects.filter(rotation=rotation, number=1).update(event=meeting)
    meeting.delete()

    assert [(row.number, row.event) for row in rotation.turns.all()] == [(1, None), (2, None)]


def test_places_and_turns_are_listed_in_order() -> None:
    rotation = rotation_of_two()

    assert [str(row) for row in rotation.places.all()] == ["1. Botkyrka", "2. Haninge"]
    assert [row.number for row in rotation.turns.all()] == [1, 2]
