"""A rotation as of a day: its rounds, who is next, how even it is, swaps and breaks; and its page."""

from datetime import date

import pytest

from calendar_app.host_history import host_history
from calendar_app.models import Event, HostRotation, HostTurn
from committee.models import Municipality
from tests import factories
from tests.factories import record_swap
from tests.reading import assert_well_made, read

pytestmark = pytest.mark.django_db

ORDER = ["Haninge", "Nykvarn", "Salem", "Nynäshamn", "Botkyrka", "Tyresö", "Södertälje", "Huddinge"]


def rotation(slug):
    return HostRotation.objects.with_turns().get(slug=slug)


def committee(on):
    return host_history(rotation("samarbetskommitten"), on)


def turn(number):
    return HostTurn.objects.get(rotation__slug="samarbetskommitten", number=number)


def shown(turns):
    return [(turn.number, str(turn.municipality), turn.when or turn.short) for turn in turns]


# Without the plan, and so before it is loaded.


def test_order_that_begins_with_a_later_turn_judges_no_earlier_ones():
    municipalities = [factories.make_municipality(name, f"000{i}") for i, name in enumerate(["A", "B"])]
    made = factories.make_rotation(factories.make_body(), municipalities, turns=3)
    made.turns.filter(number=1).update(municipality=municipalities[1])
    HostRotation.objects.update(first_turn=2)
    history = host_history(rotation(made.slug), date(2017, 1, 1))

    assert [(turn.number, str(turn.promised)) for turn in history.breaks] == [(2, "A"), (3, "B")]
    assert [[turn.number for turn in row] for row in history.rounds] == [[1], [2, 3], [4, 5]]


def long_rotation(turns):
    """Two municipalities by turns, one turn a year from 2000 on: rounds of two years."""
    hosts = [factories.make_municipality(name, f"000{i}") for i, name in enumerate(["A", "B"])]
    made = factories.make_rotation(factories.make_body(), hosts, turns=turns)
    for turn in made.turns.all():
        HostTurn.objects.filter(pk=turn.pk).update(year=1999 + turn.number)
    return made


@pytest.mark.parametrize(
    ("page", "numbers", "has_earlier"),
    [
        # The 15th round goes on: turn 29 is over, and turn 30 is this year's.
        (1, [[25, 26], [27, 28], [29, 30], [31, 32]], True),
        (2, [[number, number + 1] for number in range(5, 25, 2)], True),
        (3, [[1, 2], [3, 4]], False),
        (4, [], False),
    ],
)
def test_rounds_that_are_over_are_shown_some_at_a_time(page, numbers, has_earlier):
    made = long_rotation(30)
    history = host_history(rotation(made.slug), date(2029, 5, 1), page)

    assert [[turn.number for turn in round_] for round_ in history.rounds] == numbers
    assert history.has_earlier is has_earlier
    assert [(str(row.municipality), row.times, row.last) for row in history.rows] == [
        ("A", 15, "2028"),
        ("B", 14, "2027"),
    ]


@pytest.mark.parametrize(("page", "reasons"), [(1, ["Nytt byte."]), (2, ["Gammalt byte."])])
def test_swaps_and_breaks_are_told_with_the_turns_they_are_of(page, reasons):
    made = long_rotation(10)
    turns = {turn.number: turn for turn in made.turns.all()}
    record_swap(turns[1], turns[2], "Gammalt byte.", date(2000, 1, 1))
    record_swap(turns[9], turns[10], "Nytt byte.", date(2008, 1, 1))
    for number, host in ((3, "B"), (8, "A")):
        HostTurn.objects.filter(pk=turns[number].pk).update(municipality=Municipality.objects.get(name=host))
    history = host_history(rotation(made.slug), date(2011, 5, 1), page)

    assert [swap.row.reason for swap in history.swaps] == reasons
    assert [turn.number for turn in history.breaks] == {1: [8], 2: [3]}[page]


def test_further_pages_have_the_earlier_turns_and_lead_back(client):
    made = long_rotation(12)
    first, second = read(client, "/vardskap/"), read(client, "/vardskap/?sida=2")

    assert [len(page.all("ol", "rotation")) for page in (first, second)] == [3, 4]
    assert [years(page) for page in (first, second)] == [
        [*range(2008, 2012), 2012, 2013],
        [*range(2000, 2008)],
    ]
    assert [pager(page) for page in (first, second)] == [
        [("?sida=2", "Nästa sida Tidigare turer")],
        [("?sida=1", "Föregående sida Senare turer")],
    ]
    assert "Av varven som är över visas de två senaste." in first.text
    assert (len(first.all("table")), len(second.all("table"))) == (1, 0)
    assert [heading.text for heading in second.all("h2")] == [made.name]
    for page in (first, second):
        assert_well_made(page)
    assert [client.get(f"/vardskap/?sida={asked}").status_code for asked in ("3", "0", "x")] == [404] * 3


def years(page):
    return [int(when.text) for when in page.all("span", "turn__when")]


def pager(page):
    links = [link for nav in page.all("nav", "pager") for link in nav.all("a")]
    return [(link.attributes["href"], link.text) for link in links]


def test_rotation_without_order_shows_its_turns_and_promises_nothing():
    municipality = factories.make_municipality()
    made = factories.make_rotation(factories.make_body(), [])
    HostTurn.objects.create(rotation=made, number=1, year=2017, municipality=municipality)
    history = host_history(rotation(made.slug), date(2017, 1, 1))

    assert shown(history.rounds[0]) == [(1, "Botkyrka", "2017")]
    assert (history.rows, history.following, history.map["shapes"]) == ([], [], [])


# --- The plan's own rotations -------------------------------------------------------------------------------


def test_rounds_hold_eight_turns_and_the_last_is_filled_up_by_the_order(plan_2017):
    first, second = committee(date(2017, 9, 1)).rounds

    assert [str(turn.municipality) for turn in first] == ORDER
    assert shown(second) == [
        (9, "Haninge", "mars 2018"),
        (10, "Nykvarn", "april 2018"),
        (11, "Salem", "tur 11"),
        (12, "Nynäshamn", "tur 12"),
        (13, "Botkyrka", "tur 13"),
        (14, "Tyresö", "tur 14"),
        (15, "Södertälje", "tur 15"),
        (16, "Huddinge", "tur 16"),
    ]
    assert [turn.row is None for turn in second] == [False, False] + [True] * 6


@pytest.mark.parametrize(
    ("on", "number", "host"),
    [
        (date(2017, 1, 1), 1, "Haninge"),
        (date(2017, 8, 17), 4, "Nynäshamn"),
        (date(2017, 8, 18), 5, "Botkyrka"),
        (date(2018, 4, 30), 10, "Nykvarn"),
        (date(2018, 5, 1), 11, "Salem"),
    ],
)
def test_next_host_is_known_after_any_day(plan_2017, on, number, host):
    coming = committee(on).next
    assert coming is not None
    assert (coming.number, str(coming.municipality)) == (number, host)


def test_radslag_continues_with_nykvarn_in_2025_though_nobody_has_decided_it(plan_2017):
    history = host_history(rotation("radslaget"), date(2025, 1, 1))

    assert shown([history.next]) == [(9, "Nykvarn", "2025")]
    assert history.next
    assert history.next.row is None
    assert shown(history.rounds[1])[-1] == (16, "Haninge", "2032")


def test_each_municipality_has_its_times_last_and_next(plan_2017):
    rows = committee(date(2018, 4, 1)).rows

    assert [
        (str(r.municipality), r.times, r.last.replace("\xa0", " "), *shown([r.next])[0][::2]) for r in rows
    ] == [
        ("Haninge", 2, "mars 2018", 17, "tur 17"),
        ("Nykvarn", 1, "23 mars 2017", 10, "april 2018"),
        ("Salem", 1, "1 juni 2017", 11, "tur 11"),
        ("Nynäshamn", 1, "16–17 augusti 2017", 12, "tur 12"),
        ("Botkyrka", 1, "14 september 2017", 13, "tur 13"),
        ("Tyresö", 1, "26 oktober 2017", 14, "tur 14"),
        ("Södertälje", 1, "7 december 2017", 15, "tur 15"),
        ("Huddinge", 1, "januari 2018", 16, "tur 16"),
    ]


def test_cancelled_meeting_is_not_hosted_and_nobody_waits_for_it(plan_2017):
    Event.objects.filter(pk=turn(5).event_id).update(status=Event.Status.CANCELLED)
    history = committee(date(2017, 9, 1))

    assert history.rounds[0][4].is_cancelled
    assert str(history.next.municipality) == "Tyresö"
    botkyrka = history.rows[4]
    assert (botkyrka.times, botkyrka.last, botkyrka.next.number) == (0, "", 13)


def test_swap_is_told_with_who_gave_whom_and_breaks_nothing(plan_2017):
    record_swap(turn(5), turn(6), "Tyresö inviger sitt nya kommunhus.", date(2017, 4, 1))
    record_swap(turn(6), turn(7), "Botkyrka har val.", date(2017, 5, 1))
    history = committee(date(2017, 6, 2))

    assert [str(turn.municipality) for turn in history.rounds[0]][4:7] == ["Tyresö", "Södertälje", "Botkyrka"]
    assert [(str(swap.first), str(swap.second)) for swap in history.swaps] == [
        ("Botkyrka", "Tyresö"),
        ("Botkyrka", "Södertälje"),
    ]
    assert history.breaks == []
    assert [str(host) for host in history.following][:3] == ["Salem", "Nynäshamn", "Botkyrka"]


def test_turn_that_is_anothers_without_a_swap_is_a_break(plan_2017):
    HostTurn.objects.filter(pk=turn(5).pk).update(municipality=turn(1).municipality)
    breaks = committee(date(2017, 6, 2)).breaks

    assert [(turn.number, str(turn.municipality), str(turn.promised)) for turn in breaks] == [
        (5, "Haninge", "Botkyrka")
    ]


def test_map_has_each_municipalitys_next_turn_and_marks_whose_turn_it_is(plan_2017):
    drawn = committee(date(2017, 9, 1)).map

    assert {shape["name"]: shape["note"] for shape in drawn["shapes"]} == {
        "Haninge": "tur 9",
        "Nykvarn": "tur 10",
        "Salem": "tur 11",
        "Nynäshamn": "tur 12",
        "Botkyrka": "tur 5",
        "Tyresö": "tur 6",
        "Södertälje": "tur 7",
        "Huddinge": "tur 8",
    }
    assert [shape["name"] for shape in drawn["shapes"] if shape["class_name"]] == ["Botkyrka"]
    radslag = host_history(rotation("radslaget"), date(2017, 1, 1)).map
    assert [shape["note"] for shape in radslag["shapes"]] == [str(year) for year in range(2017, 2025)]


# --- The page -----------------------------------------------------------------------------------------------


def test_page_tells_both_maps_apart(client, plan_2017):
    page = read(client, "/vardskap/")

    assert_well_made(page)
    assert [caption.text for caption in page.all("figcaption")] == [
        (
            "Värdskap för samarbetskommittén på kartan. Under varje namn står kommunens nästa tur. "
            "Salem är på tur och har starkare färg."
        ),
        (
            "Värdskap för rådslaget på kartan. Under varje namn står kommunens nästa tur. "
            "Nykvarn är på tur och har starkare färg."
        ),
    ]


def test_page_tells_swaps_with_their_reasons_and_breaks_in_words(client, plan_2017):
    record_swap(turn(5), turn(6), "Tyresö inviger sitt nya kommunhus.", date(2017, 4, 1))
    HostTurn.objects.filter(pk=turn(1).pk).update(municipality=turn(2).municipality)
    page = read(client, "/vardskap/")

    assert_well_made(page)
    assert (
        "Botkyrka (tur 5) och Tyresö (tur 6) byter med varandra, bestämt 1 april 2017. "
        "Skäl: Tyresö inviger sitt nya kommunhus." in page.text
    )
    assert "Tur 1, 2 februari 2017, är Nykvarn. Enligt ordningen är den Haninge." in page.text


@pytest.mark.parametrize("swaps", [0, 3])
def test_page_needs_six_queries_whatever_was_swapped(client, plan_2017, swaps, django_assert_num_queries):
    for number in range(1, swaps + 1):
        record_swap(turn(number), turn(number + 1), "Skäl.", date(2017, 1, 1))
    with django_assert_num_queries(6):
        client.get("/vardskap/")
