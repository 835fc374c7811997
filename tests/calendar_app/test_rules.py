"""The rules of a calendar, each with a calendar that keeps it and one that does not."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_app.models import Event
from calendar_app.occasion import Occasion
from calendar_app.rules import (
    LEAD_DAYS,
    BodyRule,
    Finding,
    RotationRule,
    Severity,
    StoredTurn,
    check_calendar,
)
from calendar_app.stored_rules import body_rules, municipality_names, occasions_around, rotation_rules

Kind, Status = Event.Kind, Event.Status

EIGHT = frozenset(
    ["botkyrka", "haninge", "huddinge", "nykvarn", "nynashamn", "salem", "sodertalje", "tyreso"]
)
COMMITTEE = BodyRule("kommitten", "Kommittén", 2, 4, time(12), time(15), members=EIGHT)
GROUP = BodyRule("gruppen", "Gruppen", None, 5, time(8, 30), time(13), prepares="kommitten", members=EIGHT)
NETWORK = BodyRule("natverket", "Nätverket")
ROTATION = RotationRule("kommitten", "Värdskap för kommittén", ("salem", "tyreso", "haninge"))
NAMES = {"salem": "Salem", "tyreso": "Tyresö", "haninge": "Haninge"}


def meeting(day, body="kommitten", start=time(12), end=time(15), **fields):
    """A meeting of one day that lacks nothing, at the committee's usual hours."""
    defaults = {"title": body.capitalize(), "kind": Kind.MEETING, "location": "Rådsalen", "hosts": ("salem",)}
    defaults |= {"ends_on": day, "start_time": start, "end_time": end}
    return Occasion(body=body, starts_on=day, **defaults | fields)


def conference(first, last, body="kommitten", **fields):
    return meeting(first, body, None, None, kind=Kind.PLANNING_CONFERENCE, ends_on=last, **fields)


def said(rule, occasions, bodies=(COMMITTEE, GROUP, NETWORK), **given):
    """What one rule says of 2017: severities and sentences, with plain spaces."""
    found = check_calendar(occasions, bodies, 2017, municipality_names=NAMES, **given)
    return [(f.severity, f.sentence.replace("\xa0", " ")) for f in found if f.rule == rule]


FEB, MARCH, JUNE = date(2017, 2, 2), date(2017, 3, 23), date(2017, 6, 1)  # Thursdays


# --- The real calendar --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_calendar_of_2017_has_no_errors_and_exactly_these_findings(plan_2017):
    found = check_calendar(
        occasions_around(2017),
        body_rules(),
        2017,
        rotations=rotation_rules(),
        municipality_names=municipality_names(),
    )

    assert [(f.severity, f.rule, f.sentence.replace("\xa0", " ")) for f in found] == [
        (
            "warning",
            "same-day",
            (
                "Samarbetskommitténs sammanträde i Tyresö och Nyckeltalsdag är samma dag, 26 oktober 2017. "
                "Det går inte att se om de krockar: Nyckeltalsdag har ingen tid."
            ),
        ),
        (
            "info",
            "minimum",
            (
                "Samarbetskommittén har 6 möten 2017, minst 6 krävs; med planeringskonferensen 7. "
                "Ställs ett in räcker de bara med planeringskonferensen."
            ),
        ),
        (
            "info",
            "weekday",
            (
                "Samarbetskommitténs planeringskonferens 16–17 augusti 2017 hålls onsdag och torsdag. "
                "Samarbetskommittén möts annars på torsdagar."
            ),
        ),
        (
            "info",
            "minimum",
            (
                "Ledningsgruppen har 6 möten 2017, minst 6 krävs; med planeringskonferensen 7. "
                "Ställs ett in räcker de bara med planeringskonferensen."
            ),
        ),
        (
            "info",
            "weekday",
            (
                "Ledningsgruppens planeringskonferens 6–7 april 2017 hålls torsdag och fredag. "
                "Ledningsgruppen möts annars på fredagar."
            ),
        ),
        ("info", "missing", "Tid saknas för Södertörns rådslag 30 mars 2017."),
        ("info", "missing", "Tid saknas för Ledningsgruppens planeringskonferens 6–7 april 2017."),
        ("info", "missing", "Tid saknas för Samarbetskommitténs planeringskonferens 16–17 augusti 2017."),
        ("info", "missing", "Tid saknas för Södertörnskonferensen 7 september 2017."),
        ("info", "missing", "Tid saknas för Nyckeltalsdag 26 oktober 2017."),
        (
            "info",
            "missing",
            (
                "Plats saknas för 7 möten i Ledningsgruppen 2017: 20 januari, 24 februari, 6–7 april, "
                "12 maj, 1 september, 6 oktober och 17 november."
            ),
        ),
        ("info", "missing", "Plats saknas för Nyckeltalsdag 26 oktober 2017."),
        (
            "info",
            "missing",
            (
                "Lokal saknas för 7 möten i Samarbetskommittén 2017: 2 februari, 23 mars, 1 juni, "
                "16–17 augusti, 14 september, 26 oktober och 7 december."
            ),
        ),
        ("info", "missing", "Lokal saknas för Södertörns rådslag 30 mars 2017."),
        ("info", "missing", "Lokal saknas för Södertörnskonferensen 7 september 2017."),
    ]
    assert found[2].url == "/kalender/2017/08/16/planeringskonferens/"


@pytest.mark.django_db
def test_rules_of_the_whole_plan_are_read_in_eleven_queries(plan_2017, django_assert_num_queries):
    with django_assert_num_queries(11):
        occasions_around(2017)
        body_rules()
        rotation_rules()
        municipality_names()


# --- Enough meetings ----------------------------------------------------------------------------------------


def test_minimum_is_not_mentioned_when_there_are_more_meetings():
    assert said("minimum", [meeting(FEB), meeting(MARCH), meeting(JUNE)]) == []


def test_minimum_without_margin_is_told():
    assert said("minimum", [meeting(FEB), meeting(MARCH)]) == [
        ("info", "Kommittén har 2 möten 2017, minst 2 krävs. Ställs ett in blir de för få.")
    ]


def test_minimum_reached_only_with_the_conference_is_a_warning():
    assert said("minimum", [meeting(FEB), conference(MARCH, MARCH)]) == [
        ("warning", "Kommittén har ett möte 2017, minst 2 krävs; med planeringskonferensen 2.")
    ]


def test_too_few_meetings_are_an_error():
    assert said("minimum", [meeting(FEB)]) == [("error", "Kommittén har ett möte 2017, minst 2 krävs.")]
    assert said("minimum", []) == [("error", "Kommittén har inga möten 2017, minst 2 krävs.")]


def test_cancelled_meeting_does_not_count_and_the_sentence_says_so():
    occasions = [meeting(FEB), meeting(MARCH), meeting(JUNE, status=Status.CANCELLED)]

    assert said("minimum", occasions) == [
        (
            "info",
            (
                "Kommittén har 2 möten 2017, minst 2 krävs. Ett inställt är inte räknat. "
                "Ställs ett in blir de för få."
            ),
        )
    ]
    assert said("minimum", [replace(occasion, status=Status.CANCELLED) for occasion in occasions]) == [
        ("error", "Kommittén har inga möten 2017, minst 2 krävs. 3 inställda är inte räknade.")
    ]


def test_meetings_of_other_years_and_bodies_do_not_count():
    occasions = [meeting(FEB), meeting(date(2016, 12, 1)), meeting(FEB, "gruppen")]
    assert said("minimum", occasions) == [("error", "Kommittén har ett möte 2017, minst 2 krävs.")]


@given(st.integers(0, 9), st.integers(0, 3), st.integers(0, 9))
def test_minimum_is_an_error_exactly_when_all_together_are_too_few(meetings, conferences, cancelled):
    days = [FEB + timedelta(7 * week) for week in range(30)]
    occasions = [
        *(meeting(day) for day in days[:meetings]),
        *(conference(day, day) for day in days[10 : 10 + conferences]),
        *(meeting(day, status=Status.CANCELLED) for day in days[15 : 15 + cancelled]),
    ]
    severities = [severity for severity, _ in said("minimum", occasions)]

    expected = "error" if meetings + conferences < 2 else "warning" if meetings < 2 else "info"
    assert severities == ([expected] if meetings <= 2 else [])


# --- Usual weekday and hours --------------------------------------------------------------------------------


def test_meeting_on_another_weekday_is_a_warning():
    friday = meeting(FEB + timedelta(1))

    assert said("weekday", [meeting(FEB)]) == []
    assert said("weekday", [friday]) == [
        ("warning", "Kommitten 3 februari 2017 hålls fredag. Kommittén möts annars på torsdagar.")
    ]


def test_conference_on_other_weekdays_is_only_told():
    """The management group's conference on 6 and 7 April, the committee's on 16 and 17 August."""
    occasions = [
        conference(date(2017, 4, 6), date(2017, 4, 7), "gruppen"),
        conference(date(2017, 8, 16), date(2017, 8, 17)),
        conference(date(2017, 9, 4), date(2017, 9, 6)),
    ]
    assert said("weekday", occasions) == [
        (
            "info",
            "Kommitten 16–17 augusti 2017 hålls onsdag och torsdag. Kommittén möts annars på torsdagar.",
        ),
        ("info", "Kommitten 4–6 september 2017 hålls flera dagar. Kommittén möts annars på torsdagar."),
        ("info", "Gruppen 6–7 april 2017 hålls torsdag och fredag. Gruppen möts annars på fredagar."),
    ]


def test_weekday_is_not_asked_of_months_cancelled_meetings_and_bodies_without_one():
    month = meeting(date(2017, 1, 1), start=None, end=None, ends_on=date(2017, 1, 31), is_month_only=True)
    occasions = [month, meeting(date(2017, 1, 2), status=Status.CANCELLED), meeting(FEB, "natverket")]
    assert said("weekday", occasions) == []


def test_other_hours_are_a_warning():
    assert said("hours", [meeting(FEB), meeting(FEB, "natverket", time(9), time(10))]) == []
    assert said("hours", [meeting(FEB, start=time(13), end=time(16))]) == [
        ("warning", "Kommitten 2 februari 2017 hålls kl. 13.00–16.00. Kommittén möts annars kl. 12.00–15.00.")
    ]


def test_hours_of_conferences_are_free():
    assert said("hours", [meeting(FEB, start=time(9), end=time(17), kind=Kind.PLANNING_CONFERENCE)]) == []


# --- Preparation --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lead", "is_right"), [(12, False), (13, True), (20, True), (27, True), (28, False)])
def test_meeting_is_prepared_13_to_27_days_before(lead, is_right):
    occasions = [meeting(FEB), meeting(FEB - timedelta(lead), "gruppen")]
    assert (lead in LEAD_DAYS) == is_right
    assert (said("preparation", occasions) == []) == is_right


def test_unprepared_meeting_is_told_with_the_nearest_before():
    assert said("preparation", [meeting(FEB)]) == [
        ("warning", "Kommitten 2 februari 2017 har inget möte i Gruppen 13–27 dagar före.")
    ]
    occasions = [meeting(FEB), meeting(date(2017, 1, 2), "gruppen"), meeting(date(2017, 2, 1), "gruppen")]
    assert said("preparation", occasions) == [
        (
            "warning",
            (
                "Kommitten 2 februari 2017 har inget möte i Gruppen 13–27 dagar före. "
                "Det närmaste är 1 februari 2017, en dag före."
            ),
        )
    ]


def test_meeting_in_january_is_prepared_in_december():
    occasions = [meeting(date(2017, 1, 5)), meeting(date(2016, 12, 16), "gruppen")]
    assert said("preparation", occasions) == []


def test_cancelled_meeting_prepares_nothing_and_needs_no_preparing():
    prepared = [meeting(FEB), meeting(FEB - timedelta(20), "gruppen")]

    assert len(said("preparation", [prepared[0], replace(prepared[1], status=Status.CANCELLED)])) == 1
    assert said("preparation", [replace(prepared[0], status=Status.CANCELLED)]) == []


def test_conferences_and_months_need_no_preparing():
    month = meeting(date(2017, 1, 1), start=None, end=None, ends_on=date(2017, 1, 31), is_month_only=True)
    assert said("preparation", [month, conference(FEB, FEB)]) == []


# --- Clashes ------------------------------------------------------------------------------------------------


def test_overlapping_meetings_with_the_same_members_are_an_error():
    assert said("clash", [meeting(FEB), meeting(FEB, "gruppen", time(8, 30), time(13))]) == [
        (
            "error",
            (
                "Gruppen i Salem och Kommitten i Salem krockar 2 februari 2017 kl. 12.00–13.00. "
                "Samma kommuner ska vara med på båda."
            ),
        )
    ]


def test_two_meetings_of_a_body_at_once_are_an_error():
    assert said("clash", [meeting(FEB, "natverket"), meeting(FEB, "natverket", time(14), time(16))]) == [
        (
            "error",
            (
                "Natverket i Salem och Natverket i Salem krockar 2 februari 2017 kl. 14.00–15.00. "
                "Båda är möten i samma organ."
            ),
        )
    ]


def test_overlapping_meetings_with_other_members_are_a_warning():
    assert said("clash", [meeting(FEB), meeting(FEB, "natverket", time(14), time(16), hosts=())]) == [
        ("warning", "Kommitten i Salem och Natverket krockar 2 februari 2017 kl. 14.00–15.00.")
    ]


def test_meetings_after_one_another_are_only_told_to_be_the_same_day():
    occasions = [meeting(FEB, "gruppen", time(8, 30), time(12)), meeting(FEB)]

    assert said("clash", occasions) == []
    assert said("same-day", occasions) == [
        ("info", "Gruppen i Salem och Kommitten i Salem är samma dag, 2 februari 2017, men inte samtidigt.")
    ]


def test_meeting_without_hours_on_the_same_day_is_a_warning():
    """The committee in Tyresö and the key figures' day, on 26 October."""
    day = date(2017, 10, 26)
    occasions = [
        meeting(day, "", None, None, title="Nyckeltalsdag", hosts=()),
        meeting(day, hosts=("tyreso",)),
    ]
    assert said("same-day", occasions) == [
        (
            "warning",
            (
                "Kommitten i Tyresö och Nyckeltalsdag är samma dag, 26 oktober 2017. "
                "Det går inte att se om de krockar: Nyckeltalsdag har ingen tid."
            ),
        )
    ]


def test_conference_of_several_days_takes_all_of_them():
    occasions = [conference(date(2017, 4, 6), date(2017, 4, 7), "gruppen"), meeting(date(2017, 4, 7))]
    assert said("clash", occasions) == [
        (
            "error",
            (
                "Gruppen i Salem och Kommitten i Salem krockar 7 april 2017. "
                "Samma kommuner ska vara med på båda."
            ),
        )
    ]


def test_other_days_months_and_cancelled_meetings_do_not_clash():
    month = meeting(date(2017, 2, 1), start=None, end=None, ends_on=date(2017, 2, 28), is_month_only=True)
    cancelled = meeting(FEB, "gruppen", status=Status.CANCELLED)
    occasions = [meeting(FEB), month, cancelled, meeting(FEB + timedelta(1), "gruppen")]
    assert said("clash", occasions) + said("same-day", occasions) == []


# --- Days to avoid ------------------------------------------------------------------------------------------


def test_meeting_on_a_day_to_avoid_is_a_warning():
    off_days = {date(2017, 4, 13): "skärtorsdag", date(2017, 4, 14): "långfredag", MARCH: "sportlov"}
    occasions = [
        meeting(FEB),
        conference(date(2017, 4, 12), date(2017, 4, 14)),
        meeting(MARCH, status=Status.CANCELLED),
    ]
    assert said("off-day", occasions, off_days=off_days) == [
        ("warning", "Kommitten 12–14 april 2017 hålls på en dag att undvika: skärtorsdag och långfredag.")
    ]


# --- What is missing ----------------------------------------------------------------------------------------


def test_nothing_is_missing_from_a_whole_meeting():
    for rule in ("missing", "missing-day", "missing-host"):
        assert said(rule, [meeting(FEB)], rotations=[ROTATION]) == []


@pytest.mark.parametrize(
    ("rule", "fields", "finding"),
    [
        (
            "missing",
            {"start_time": None, "end_time": None},
            ("warning", "Tid saknas för Kommitten 2 februari 2017."),
        ),
        ("missing-host", {"hosts": ()}, ("warning", "Värdkommun saknas för Kommitten 2 februari 2017.")),
        ("missing", {"location": ""}, ("info", "Lokal saknas för Kommitten 2 februari 2017.")),
        (
            "missing",
            {"body": "gruppen", "hosts": (), "location": ""},
            ("info", "Plats saknas för Kommitten 2 februari 2017."),
        ),
        (
            "missing-day",
            {"is_month_only": True, "start_time": None, "starts_on": date(2017, 2, 1), "location": ""},
            ("warning", "Dag saknas för Kommitten februari 2017."),
        ),
    ],
)
def test_what_is_missing_is_told(rule, fields, finding):
    assert said(rule, [replace(meeting(FEB), **fields)], rotations=[ROTATION]) == [finding]


def test_nothing_is_missing_from_a_cancelled_meeting():
    bare = meeting(FEB, start=None, end=None, hosts=(), location="", status=Status.CANCELLED)
    for rule in ("missing", "missing-day", "missing-host"):
        assert said(rule, [bare], rotations=[ROTATION]) == []


def test_host_is_not_missing_where_none_takes_turns():
    assert said("missing-host", [meeting(FEB, "gruppen", hosts=())], rotations=[ROTATION]) == []


def test_what_several_meetings_lack_is_one_sentence_for_each_body():
    occasions = [meeting(day, body, location="") for day in (FEB, MARCH) for body in ("kommitten", "")]
    assert said("missing", occasions) == [
        ("info", "Lokal saknas för  2 februari 2017."),
        ("info", "Lokal saknas för  23 mars 2017."),
        ("info", "Lokal saknas för 2 möten i Kommittén 2017: 2 februari och 23 mars."),
    ]


# --- Hosts in turn ------------------------------------------------------------------------------------------


def turns(*hosts, year=2017, url=""):
    return tuple(StoredTurn(n, year, host, url) for n, host in enumerate(hosts, start=1))


def test_turns_in_order_and_meetings_with_their_turns_hosts_are_right():
    rotation = replace(ROTATION, turns=(StoredTurn(1, 2017, "salem", "/a/"), StoredTurn(2, 2017, "tyreso")))
    occasions = [meeting(FEB, url="/a/"), meeting(MARCH, hosts=("haninge", "tyreso"))]
    assert said("turn", occasions, rotations=[rotation]) == []


def test_turn_out_of_order_is_a_warning_unless_a_swap_explains_it():
    rotation = replace(ROTATION, turns=turns("salem", "haninge", "tyreso"))

    assert said("turn", [], rotations=[rotation]) == [
        (
            "warning",
            (
                "Värdskap för kommittén: tur 2 är till Haninge, men enligt ordningen till Tyresö. "
                "Inget byte är antecknat."
            ),
        ),
        (
            "warning",
            (
                "Värdskap för kommittén: tur 3 är till Tyresö, men enligt ordningen till Haninge. "
                "Inget byte är antecknat."
            ),
        ),
    ]
    assert said("turn", [], rotations=[replace(rotation, swaps=((2, 3),))]) == []


def test_turns_of_other_years_are_not_judged():
    assert said("turn", [], rotations=[replace(ROTATION, turns=turns("haninge", year=2016))]) == []


def test_meeting_hosted_by_another_than_its_turn_is_a_warning():
    rotation = replace(ROTATION, turns=turns("salem", url="/a/"))
    assert said("turn", [meeting(FEB, hosts=("tyreso",), url="/a/")], rotations=[rotation]) == [
        ("warning", "Kommitten 2 februari 2017 hålls i Tyresö, men tur 1 är till Salem.")
    ]


def test_proposed_meetings_take_the_turns_that_follow():
    rotation = replace(ROTATION, turns=turns("salem", year=2016))
    right = [meeting(FEB, hosts=("tyreso",)), meeting(MARCH, hosts=("haninge",)), meeting(JUNE)]

    assert said("turn", right, rotations=[rotation]) == []
    assert said("turn", right[1:], rotations=[rotation]) == [
        ("warning", "Kommitten 23 mars 2017 hålls i Haninge, men tur 2 är till Tyresö."),
        ("warning", "Kommitten 1 juni 2017 hålls i Salem, men tur 3 är till Haninge."),
    ]


def test_proposed_meetings_first_take_the_years_promised_turns():
    """The plan of 2017 promises turns for January, March and April 2018 without their days."""
    rotation = replace(ROTATION, turns=(StoredTurn(1, 2017, "salem", "/m/"), StoredTurn(2, 2017, "tyreso")))
    occasions = [meeting(FEB), meeting(MARCH, hosts=("tyreso",)), meeting(JUNE, hosts=("haninge",))]
    assert said("turn", occasions, rotations=[rotation]) == []


def test_conference_takes_a_turn_only_where_it_counts():
    occasions = [conference(FEB, FEB, hosts=("salem",)), meeting(MARCH, hosts=("tyreso",))]

    assert said("turn", occasions, rotations=[replace(ROTATION, counts_planning_conferences=True)]) == []
    assert said("turn", occasions, rotations=[ROTATION]) == [
        ("warning", "Kommitten 23 mars 2017 hålls i Tyresö, men tur 1 är till Salem.")
    ]


def test_stored_meeting_without_a_turn_is_told():
    assert said("turn", [meeting(FEB, url="/a/")], rotations=[ROTATION]) == [
        ("info", "Kommitten 2 februari 2017 har ingen tur i ordningen. Näst på tur är tur 1, Salem.")
    ]


def test_cancelled_meeting_that_keeps_its_turn_is_a_warning():
    rotation = replace(ROTATION, turns=turns("salem", url="/a/"))
    cancelled = meeting(FEB, url="/a/", status=Status.CANCELLED)
    assert said("turn", [cancelled], rotations=[rotation]) == [
        (
            "warning",
            "Kommitten 2 februari 2017 är inställt men har kvar tur 1, Salem. Ge turen ett annat möte.",
        )
    ]


@given(st.permutations(["salem", "tyreso", "haninge", "nykvarn"]), st.integers(1, 20), st.data())
def test_proposal_with_the_orders_hosts_is_in_turn_whatever_swaps_came_before(order, stored, data):
    numbers = st.integers(1, stored)
    pairs = st.tuples(numbers, numbers).filter(lambda pair: pair[0] != pair[1])
    swaps = tuple(data.draw(st.lists(pairs, max_size=4))) if stored > 1 else ()
    hosts = [order[n % 4] for n in range(stored + 6)]
    held = hosts[:stored]
    for first, second in swaps:
        held[first - 1], held[second - 1] = held[second - 1], held[first - 1]
    rotation = RotationRule(
        "kommitten",
        "Värdskap",
        tuple(order),
        turns(*held, year=data.draw(st.sampled_from([2016, 2017]))),
        swaps,
    )
    rotation = replace(
        rotation, turns=tuple(replace(turn, url=f"/{turn.number}/") for turn in rotation.turns)
    )
    linked = [
        meeting(FEB, url=turn.url, hosts=(turn.municipality,)) for turn in rotation.turns if turn.year == 2017
    ]
    proposed = [meeting(MARCH + timedelta(7 * n), hosts=(host,)) for n, host in enumerate(hosts[stored:])]

    assert said("turn", linked + proposed, rotations=[rotation]) == []


# --- All together -------------------------------------------------------------------------------------------


def test_findings_come_gravest_first_and_name_the_event():
    occasions = [meeting(FEB + timedelta(1), url="/fredag/"), meeting(MARCH, location="", url="/utan-lokal/")]
    found = check_calendar(occasions, [replace(COMMITTEE, min_meetings=6)], 2017)

    assert [(finding.severity, finding.url) for finding in found] == [
        ("error", ""),
        ("warning", "/fredag/"),
        ("info", "/utan-lokal/"),
    ]
    assert found[1] == Finding(
        Severity.WARNING,
        "weekday",
        "Kommitten 3\xa0februari 2017 hålls fredag. Kommittén möts annars på torsdagar.",
        "/fredag/",
    )


def test_empty_calendar_of_bodies_without_rules_has_no_findings():
    assert check_calendar([], [NETWORK], 2017, rotations=[ROTATION]) == []
