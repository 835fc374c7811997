"""The draft of a year as a pure function: the pattern of 2017, obstacles, promises, hosts, and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_app.days_off import NoGo, days_off
from calendar_app.models import Event
from calendar_app.occasion import Occasion
from calendar_app.planner import Brief, Place, Proposal, Series, Turns, propose_year
from calendar_app.planner.brief import days_of

ORDER = ("haninge", "nykvarn", "salem", "nynashamn", "botkyrka", "tyreso", "sodertalje", "huddinge")
NAMES = {"salem": "Salem", "nynashamn": "Nynäshamn", "haninge": "Haninge", "huddinge": "Huddinge"}
MEETING, CONFERENCE = Event.Kind.MEETING, Event.Kind.PLANNING_CONFERENCE


def like_2017(*weeks: int) -> tuple[Place, ...]:
    return tuple(Place(week, 2017) for week in weeks)


PREPARING = Series(
    "Ledningsgruppens möte",
    "ledning",
    "Ledningsgruppen",
    MEETING,
    5,
    start_time=time(8, 30),
    end_time=time(13),
)
COMMITTEE = Series(
    "Kommitténs möte",
    "kommitten",
    "Kommittén",
    MEETING,
    4,
    like_2017(5, 12, 22, 37, 43, 49),
    start_time=time(12),
    end_time=time(15),
    reach=8,
    has_hosts=True,
    prepared_by=PREPARING,
)
AUGUST = Series("Planeringskonferens", "kommitten", "Kommittén", CONFERENCE, 3, like_2017(33), days=2)
SERIES = (
    COMMITTEE,
    AUGUST,
    Series("Ledningsgruppens konferens", "ledning", "Ledningsgruppen", CONFERENCE, 4, like_2017(14), days=2),
    Series("Rådslag", "radslag", "Rådslaget", Event.Kind.CONSULTATION, 4, like_2017(13), has_hosts=True),
    Series("Konferensen", "konferens", "Konferensen", Event.Kind.REGIONAL_CONFERENCE, 4, like_2017(36)),
    Series("Nyckeltalsdag", "nyckeltal", "Nyckeltal", Event.Kind.KEY_FIGURES_DAY, 4, like_2017(43)),
)
TURNS = (Turns("kommitten", ORDER * 3, counts_conferences=True), Turns("radslag", ORDER))


def brief(year: int = 2018, *existing: Occasion, off: Sequence[NoGo] = (), **fields: Any) -> Brief:
    made = Brief(year, SERIES, existing, days_off(year, off), TURNS, NAMES)
    return replace(made, **fields)


def meeting(day: date, *hosts: str, status: Event.Status = Event.Status.CONFIRMED) -> Occasion:
    return replace(COMMITTEE.on(day), hosts=hosts, status=status)


def month(year: int, number: int, *hosts: str, series: Series = COMMITTEE, url: str = "/") -> Occasion:
    """A preliminary occasion of which only the month is known; `url` tells two of a month apart."""
    last = (date(year, number, 28) + timedelta(4)).replace(day=1) - timedelta(1)
    blank = replace(series.on(date(year, number, 1)), start_time=None, end_time=None)
    return replace(blank, ends_on=last, hosts=hosts, is_month_only=True, url=url)


def days(proposal: Proposal, body: str, kind: Event.Kind = MEETING) -> list[date]:
    return [
        each.occasion.starts_on
        for each in proposal.proposed
        if (each.occasion.body, each.occasion.kind) == (body, kind)
    ]


def iso(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def explanation(proposal: Proposal, day: date) -> str:
    return next(each.explanation for each in proposal.proposed if each.occasion.starts_on == day)


# --- Days ---------------------------------------------------------------------------------------------------


def test_year_follows_the_weeks_of_the_pattern() -> None:
    proposal = propose_year(brief(2022))

    assert days(proposal, "kommitten") == iso(
        "2022-02-03", "2022-03-24", "2022-06-02", "2022-09-15", "2022-10-27", "2022-12-08"
    )
    assert days(proposal, "ledning") == iso(
        "2022-01-14", "2022-03-04", "2022-05-13", "2022-08-26", "2022-10-07", "2022-11-18"
    )
    assert days(proposal, "kommitten", CONFERENCE) == iso("2022-08-17")
    assert days(proposal, "ledning", CONFERENCE) == iso("2022-04-07")
    assert days(proposal, "radslag", Event.Kind.CONSULTATION) == iso("2022-03-31")
    assert days(proposal, "konferens", Event.Kind.REGIONAL_CONFERENCE) == iso("2022-09-08")
    # 27 October is the committee's, as it was in 2017, but two meetings are not put on one day.
    assert days(proposal, "nyckeltal", Event.Kind.KEY_FIGURES_DAY) == iso("2022-10-20")
    assert proposal.unsatisfied == ()


def test_meetings_have_the_bodys_hours_and_conferences_two_days() -> None:
    by_day = {each.occasion.starts_on: each.occasion for each in propose_year(brief(2022)).proposed}

    assert (by_day[date(2022, 2, 3)].start_time, by_day[date(2022, 2, 3)].end_time) == (time(12), time(15))
    assert by_day[date(2022, 1, 14)].start_time == time(8, 30)
    assert by_day[date(2022, 8, 17)].ends_on == date(2022, 8, 18)
    assert {each.status for each in by_day.values()} == {Event.Status.PRELIMINARY}


def test_week_53_is_the_last_week_of_a_year_that_has_none() -> None:
    series = replace(COMMITTEE, places=(Place(53),), prepared_by=None)

    # 30 December is the day before nyårsafton, and 23 December the day before julafton.
    assert days(propose_year(brief(2021, series=(series,))), "kommitten") == iso("2021-12-16")


def test_proposal_is_the_same_every_time() -> None:
    assert propose_year(brief(2021)) == propose_year(brief(2021))


def test_accepted_proposal_leaves_nothing_to_propose() -> None:
    first = propose_year(brief(2021))
    again = propose_year(brief(2021, *(each.occasion for each in first.proposed)))

    assert again == Proposal(2021, (), ())


def test_missing_meeting_alone_is_proposed_again() -> None:
    first = propose_year(brief(2021))
    kept = [each.occasion for each in first.proposed if each.occasion.starts_on != date(2021, 3, 25)]

    assert days(propose_year(brief(2021, *kept)), "kommitten") == iso("2021-03-25")
    assert days(propose_year(brief(2021, *kept)), "ledning") == []


def test_existing_meeting_takes_the_nearest_place_and_stays() -> None:
    """One in week 20 stands for that of week 22, and the rest are proposed around it."""
    proposal = propose_year(brief(2022, meeting(date(2022, 5, 19), "salem")))

    assert days(proposal, "kommitten") == iso(
        "2022-02-03", "2022-03-24", "2022-09-15", "2022-10-27", "2022-12-08"
    )
    assert date(2022, 4, 29) in days(proposal, "ledning")


def test_cancelled_meeting_does_not_count() -> None:
    cancelled = meeting(date(2022, 6, 2), status=Event.Status.CANCELLED)

    assert date(2022, 6, 2) in days(propose_year(brief(2022, cancelled)), "kommitten")


def test_preparing_meeting_in_december_before_is_counted() -> None:
    existing = [meeting(date(2022, 1, 13)), PREPARING.on(date(2021, 12, 17))]

    assert propose_year(brief(2022, *existing)).unsatisfied == ()


def test_meeting_that_can_only_be_prepared_the_year_before_is_told() -> None:
    proposal = propose_year(brief(2022, meeting(date(2022, 1, 13))))

    told = "Ledningsgruppen kan inte mötas 13–27 dagar före Kommitténs möte torsdag 13\xa0januari"
    assert proposal.unsatisfied == (f"{told}: de dagarna ligger i 2021.",)


def test_clash_with_an_existing_occasion_moves_the_new_one() -> None:
    other = Occasion("Nätverksträff", "miljo", MEETING, date(2022, 3, 24), date(2022, 3, 24))
    proposal = propose_year(brief(2022, other))

    assert days(proposal, "kommitten")[1] == date(2022, 3, 17)
    assert explanation(proposal, date(2022, 3, 17)).startswith(
        "Torsdag i vecka\xa011, en vecka tidigare än vecka\xa012 som 2017: "
        "torsdag 24\xa0mars går inte (Nätverksträff)."
    )


def test_period_to_avoid_moves_meetings_and_gives_its_reason() -> None:
    proposal = propose_year(brief(2022, off=[NoGo(date(2022, 9, 12), date(2022, 9, 16), "riksdagsval")]))

    assert date(2022, 9, 15) not in days(proposal, "kommitten")
    assert "torsdag 15\xa0september går inte (riksdagsval)" in explanation(
        proposal, days(proposal, "kommitten")[3]
    )


def test_what_finds_no_day_is_told_with_reasons() -> None:
    august = NoGo(date(2022, 7, 1), date(2022, 9, 30), "ombyggnad")
    proposal = propose_year(brief(2022, series=(AUGUST,), off_days=days_off(2022, [august])))

    assert proposal.proposed == ()
    days_tried = [f"onsdag {day}\xa0augusti går inte (ombyggnad)" for day in (17, 10, 24)]
    told = "Planeringskonferens kring vecka\xa033 har inte fått någon dag"
    assert proposal.unsatisfied == (f"{told}: {', '.join(days_tried)}, och så vidare.",)


def test_meeting_is_proposed_and_told_of_when_nobody_can_prepare_it() -> None:
    fridays = frozenset(date(2022, 1, 7) + timedelta(weeks=n) for n in range(52))
    off = {**days_off(2022), **dict.fromkeys(fridays, "fredagsstängt")}
    proposal = propose_year(brief(2022, series=(replace(COMMITTEE, places=(Place(12),)),), off_days=off))

    assert days(proposal, "kommitten") == iso("2022-03-24")
    assert days(proposal, "ledning") == []
    tried = [
        f"fredag {day} går inte (fredagsstängt)" for day in ("4\xa0mars", "11\xa0mars", "25\xa0februari")
    ]
    told = "Ledningsgruppen kan inte mötas 13–27 dagar före Kommitténs möte torsdag 24\xa0mars"
    assert proposal.unsatisfied == (f"{told}: {', '.join(tried)}.",)


# --- Promised months ----------------------------------------------------------------------------------------

PROMISED = (
    month(2018, 1, "huddinge", url="/1/"),
    month(2018, 3, "haninge", url="/3/"),
    month(2018, 4, "nykvarn", url="/4/"),
)


def test_promised_months_of_2018_get_a_day_and_keep_their_hosts() -> None:
    proposal = propose_year(brief(2018, *PROMISED))
    dated = [each for each in proposal.proposed if each.replaces]

    assert [(each.replaces, each.occasion.starts_on, each.occasion.hosts) for each in dated] == [
        (PROMISED[0], date(2018, 1, 25), ("huddinge",)),
        (PROMISED[1], date(2018, 3, 22), ("haninge",)),
        (PROMISED[2], date(2018, 4, 26), ("nykvarn",)),
    ]
    assert {each.occasion.is_month_only for each in dated} == {False}
    assert {each.occasion.start_time for each in dated} == {time(12)}
    assert days(proposal, "kommitten")[3:] == iso("2018-09-13", "2018-10-25", "2018-12-06")
    assert dated[0].explanation == (
        "Torsdag i vecka\xa04, en vecka tidigare än vecka\xa05 som 2017, i januari 2018 som utlovat. "
        "Ledningsgruppen möts fredag 12\xa0januari, 13 dagar innan. Värd som utlovat: Huddinge."
    )


def test_confirmed_month_is_left_alone_and_told_of() -> None:
    confirmed = replace(PROMISED[0], status=Event.Status.CONFIRMED)
    proposal = propose_year(brief(2018, confirmed))

    assert len(days(proposal, "kommitten")) == 5
    assert [each for each in proposal.proposed if each.replaces] == []
    assert proposal.unsatisfied == (
        "Kommitténs möte i januari 2018 saknar dag men är redan fastställt, och ändras därför inte här.",
    )


def test_promised_month_of_the_preparing_body_is_used_for_the_meeting_it_prepares() -> None:
    february = month(2022, 2, series=PREPARING)
    proposal = propose_year(brief(2022, february))
    used = [each for each in proposal.proposed if each.replaces]

    assert [each.occasion.starts_on for each in used] == iso("2022-02-25")
    assert used[0].explanation == (
        "27 dagar före Kommitténs möte torsdag 24\xa0mars, som mötet förbereder. I februari 2022 som utlovat."
    )
    assert len(days(proposal, "ledning")) == 6


def test_promised_month_of_the_preparing_body_gets_a_day_when_it_prepares_nothing() -> None:
    july_off = month(2022, 6, series=PREPARING)
    proposal = propose_year(brief(2022, july_off))

    assert [each.occasion.starts_on for each in proposal.proposed if each.replaces] == iso("2022-06-17")


# --- Hosts --------------------------------------------------------------------------------------------------


def test_hosts_follow_the_order_and_the_august_conference_takes_a_turn() -> None:
    proposal = propose_year(brief(2022))
    hosted = [each.occasion for each in proposal.proposed if each.occasion.body == "kommitten"]

    assert [occasion.hosts for occasion in hosted] == [(host,) for host in ORDER[:7]]
    assert hosted[3].kind == CONFERENCE


def test_promised_turn_goes_first_and_what_has_no_order_is_told() -> None:
    turns = (Turns("radslag", ("huddinge", "salem"), promised=1),)
    proposal = propose_year(brief(2022, turns=turns))

    assert "Huddinge är utlovad värdskapet 2022." in explanation(proposal, date(2022, 3, 31))
    assert proposal.unsatisfied == tuple(
        "Ingen turordning säger vem som är värd för Kommitténs möte: välj värdkommun i tabellen."
        for _ in range(6)
    )


# --- Whatever the year is like ------------------------------------------------------------------------------

years = st.integers(2018, 2040)


@st.composite
def no_go_periods(draw: st.DrawFn, year: int) -> list[NoGo]:
    starts = draw(st.lists(st.integers(0, 364), max_size=12))
    lengths = draw(st.lists(st.integers(1, 40), min_size=len(starts), max_size=len(starts)))
    return [
        NoGo(date(year, 1, 1) + timedelta(start), date(year, 1, 1) + timedelta(start + length - 1), "lov")
        for start, length in zip(starts, lengths, strict=True)
    ]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_years_keep_off_closed_days_and_in_turn(data: st.DataObject) -> None:
    year = data.draw(years)
    off = days_off(year, data.draw(no_go_periods(year)))
    months = data.draw(st.lists(st.integers(1, 12), unique=True, max_size=3))
    existing = tuple(month(year, number, "salem", url=f"/{number}/") for number in months)
    proposal = propose_year(Brief(year, SERIES, existing, off, TURNS, NAMES))
    proposed = [each.occasion for each in proposal.proposed]

    all_days = [day for occasion in proposed for day in days_of(occasion)]
    assert [day for day in all_days if day in off or day.year != year] == []
    assert len(all_days) == len(set(all_days))

    unprepared = [day for day in days(proposal, "kommitten") if not _leads(day, days(proposal, "ledning"))]
    told = [text for text in proposal.unsatisfied if text.startswith("Ledningsgruppen kan inte mötas")]
    assert len(told) == len(unprepared)
    assert len(days(proposal, "kommitten")) + len(_left_out(proposal, "Kommitténs möte")) == 6
    assert all(
        later - earlier >= timedelta(weeks=3) for earlier, later in pairwise(days(proposal, "kommitten"))
    )

    in_turn = [
        each.occasion.hosts[0]
        for each in proposal.proposed
        if each.occasion.body == "kommitten" and not each.replaces
    ]
    assert in_turn == list((ORDER * 3)[: len(in_turn)])
    kept = [each.occasion.hosts for each in proposal.proposed if each.replaces]
    assert kept == [("salem",)] * len(kept)


def _leads(day: date, preparing: Sequence[date]) -> list[date]:
    return [each for each in preparing if 13 <= (day - each).days <= 27]


def _left_out(proposal: Proposal, title: str) -> list[str]:
    return [text for text in proposal.unsatisfied if text.startswith(title) and "inte fått någon dag" in text]


@pytest.mark.parametrize("year", range(2018, 2028))
def test_common_years_satisfy_everything(year: int) -> None:
    proposal = propose_year(brief(year))

    assert len(proposal.proposed) == 17
    assert proposal.unsatisfied == ()
