"""From the database to the planner and back: the usual year, turns, and ten years on end."""

import datetime

import pytest
from django.db import IntegrityError

from calendar_app.confirmation import confirmation_of, warnings_of
from calendar_app.hosts import non_members
from calendar_app.models import Event, EventHost, HostRotation, HostTurn, NoGoPeriod
from calendar_app.occasion import Occasion, occasion_of
from calendar_app.planner import Place
from calendar_app.planning import (
    Accepted,
    PlannedYear,
    Saved,
    off_days,
    plan_year,
    save_accepted,
    usual_weeks,
    year_to_plan,
)
from calendar_app.rules import Severity, check_calendar
from calendar_app.stored_rules import body_rules, municipality_names, occasions_around, rotation_rules
from calendar_app.usual_year import usual_series
from committee.models import Body, Municipality
from tests import factories
from tests.factories import record_swap

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]


def accept(planned: PlannedYear) -> Saved:
    """Save the whole draft as it stands."""
    accepted = []
    for proposed in planned.proposal.proposed:
        occasion = proposed.occasion
        event = planned.event_of(proposed) or Event(
            title=occasion.title, kind=occasion.kind, body=Body.objects.get(slug=occasion.body)
        )
        event.date_precision, event.status = Event.DatePrecision.DAY, Event.Status.PRELIMINARY
        event.starts_on, event.ends_on = occasion.starts_on, occasion.ends_on
        event.start_time, event.end_time = occasion.start_time, occasion.end_time
        event.full_clean()
        hosts = [Municipality.objects.get(slug=slug) for slug in occasion.hosts]
        accepted.append(Accepted(event, tuple(hosts)))
    return save_accepted(accepted)


def findings(year: int) -> list[str]:
    """What the rules have against the stored year, apart from notes."""
    found = check_calendar(
        occasions_around(year),
        body_rules(),
        year,
        rotations=rotation_rules(),
        off_days=off_days(year),
        municipality_names=municipality_names(),
    )
    return [finding.sentence for finding in found if finding.severity != Severity.INFO]


def committee(year: int) -> list[tuple[str, str]]:
    """The committee's days with their hosts."""
    events = Event.objects.with_hosts().in_year(year).filter(body__slug="samarbetskommitten")
    return [(f"{event.starts_on:%m-%d}", ", ".join(map(str, event.host_list))) for event in events]


# --- What is usual ------------------------------------------------------------------------------------------


def test_weeks_of_2017_are_the_usual_ones() -> None:
    assert usual_weeks(2018) == [5, 12, 22, 37, 43, 49]


def test_year_to_plan_follows_the_last_one_with_days() -> None:
    """The three meetings of 2018 have no day, so 2018 is still to be planned."""
    assert year_to_plan(datetime.date(2026, 11, 23)) == 2018
    Event.objects.all().delete()
    assert year_to_plan(datetime.date(2026, 11, 23)) == 2027


def test_usual_series_are_those_of_the_plan() -> None:
    series = {(each.body, each.kind.value): each for each in usual_series(2018)}

    assert {key: [place.week for place in each.places] for key, each in series.items()} == {
        ("samarbetskommitten", "meeting"): [5, 12, 22, 37, 43, 49],
        ("samarbetskommitten", "planning_conference"): [33],
        ("ledningsgruppen", "planning_conference"): [14],
        ("sodertornskonferensen", "regional_conference"): [36],
        ("sodertorns-radslag", "consultation"): [13],
        ("sodertorns-nyckeltal", "key_figures_day"): [],
    }
    meetings = series["samarbetskommitten", "meeting"]
    assert (meetings.weekday, meetings.start_time, meetings.end_time) == (
        4,
        datetime.time(12),
        datetime.time(15),
    )
    assert meetings.prepared_by is not None
    assert (meetings.prepared_by.body, meetings.prepared_by.weekday) == ("ledningsgruppen", 5)
    assert series["samarbetskommitten", "planning_conference"].days == 2
    assert series["sodertornskonferensen", "regional_conference"].has_hosts


def test_key_figures_are_presented_every_second_year() -> None:
    def weeks(year: int) -> list[int]:
        found = next(each for each in usual_series(year) if each.body == "sodertorns-nyckeltal")
        return [place.week for place in found.places]

    assert (weeks(2018), weeks(2019), weeks(2020)) == ([], [43], [43])
    factories.make_event(
        datetime.date(2019, 10, 24),
        kind="key_figures_day",
        body=Body.objects.get(slug="sodertorns-nyckeltal"),
    )
    assert (weeks(2020), weeks(2021)) == ([], [43])


def test_odd_year_does_not_change_the_usual_week() -> None:
    """A third meeting that was in week 17 one year is back in week 22 the next."""
    accept(plan_year(2018))

    assert committee(2018)[2] == ("04-26", "Nykvarn")
    assert usual_weeks(2019) == [5, 12, 22, 37, 43, 49]


def test_more_meetings_are_proposed_when_more_weeks_are_asked_for() -> None:
    planned = plan_year(2018, [5, 12, 17, 22, 37, 43, 49])

    assert sum(each.occasion.body == "samarbetskommitten" for each in planned.proposal.proposed) == 8
    assert "som önskat" not in planned.proposal.proposed[1].explanation


def test_body_without_any_calendar_gets_the_weeks_of_2017() -> None:
    Event.objects.all().delete()
    series = usual_series(2030)

    assert [each.body for each in series] == ["samarbetskommitten"]
    assert series[0].places == tuple(Place(week) for week in (5, 12, 22, 37, 43, 49))
    assert series[0].title == "Samarbetskommitténs sammanträde"
    assert len(plan_year(2030).proposal.proposed) == 12


def test_month_of_a_body_that_meets_when_it_needs_to_gets_a_day() -> None:
    network = Body.objects.get(slug="miljo")
    event = factories.make_event(
        datetime.date(2018, 5, 1), date_precision="month", status="preliminary", body=network, title="Träff"
    )
    planned = plan_year(2018)

    dated = {each.replaces.title: each for each in planned.proposal.proposed if each.replaces}
    assert dated["Träff"].occasion.starts_on == datetime.date(2018, 5, 17)
    assert planned.event_of(dated["Träff"]) == event


# --- Saved --------------------------------------------------------------------------------------------------


def test_draft_of_2018_is_saved_with_hosts_and_turns() -> None:
    months = list(Event.objects.filter(date_precision="month").values_list("uid", flat=True))
    saved = accept(plan_year(2018))

    assert (len(saved.added), len(saved.dated)) == (13, 3)
    assert committee(2018) == [
        ("01-25", "Huddinge"),
        ("03-22", "Haninge"),
        ("04-26", "Nykvarn"),
        ("08-15", "Salem"),
        ("09-13", "Nynäshamn"),
        ("10-25", "Botkyrka"),
        ("12-06", "Tyresö"),
    ]
    assert [event.uid for event in saved.dated] == months
    turns = HostTurn.objects.filter(rotation__slug="samarbetskommitten", year=2018)
    assert [(turn.number, str(turn.municipality), turn.event_id is None) for turn in turns] == [
        (8, "Huddinge", False),
        (9, "Haninge", False),
        (10, "Nykvarn", False),
        (11, "Salem", False),
        (12, "Nynäshamn", False),
        (13, "Botkyrka", False),
        (14, "Tyresö", False),
    ]
    radslag = HostTurn.objects.get(rotation__slug="radslaget", year=2018)
    assert radslag.event == Event.objects.get(kind="consultation", starts_on__year=2018)
    assert radslag.event.host_list == [radslag.municipality] == [Municipality.objects.get(name="Huddinge")]


def test_dated_month_has_one_new_revision_and_keeps_the_old_address() -> None:
    january = Event.objects.get(starts_on="2018-01-01")
    accept(plan_year(2018))
    stored = Event.objects.get(pk=january.pk)

    assert (stored.starts_on, stored.sequence) == (datetime.date(2018, 1, 25), january.sequence + 1)
    assert stored.former_addresses.get().starts_on == datetime.date(2018, 1, 1)


def test_confirmed_events_are_never_touched() -> None:
    before = list(Event.objects.filter(status="confirmed").order_by("pk").values())
    accept(plan_year(2018))
    Event.objects.filter(starts_on__year=2018).update(status="confirmed")

    assert list(Event.objects.filter(starts_on__year=2017).order_by("pk").values()) == before
    assert plan_year(2018).proposal.proposed == ()


def test_swapped_turns_do_not_disturb_whose_turn_is_next() -> None:
    """Nykvarn, who has the last turn there is, swaps it for Huddinge's: Salem is still next."""
    rotation = HostRotation.objects.get(slug="samarbetskommitten")
    turns = {turn.number: turn for turn in rotation.turns.all()}
    record_swap(turns[8], turns[10], "ombyggnad", datetime.date(2017, 12, 1))
    accept(plan_year(2018))

    assert [host for _, host in committee(2018)][:4] == ["Nykvarn", "Haninge", "Huddinge", "Salem"]


def test_period_to_avoid_is_kept_clear_of() -> None:
    NoGoPeriod.objects.create(
        first_day="2018-10-22", last_day="2018-10-26", reason="vägarbete vid Botkyrka kommunhus"
    )
    planned = plan_year(2018)

    assert datetime.date(2018, 10, 25) not in [each.occasion.starts_on for each in planned.proposal.proposed]
    assert off_days(2018)[datetime.date(2018, 10, 25)] == "vägarbete vid Botkyrka kommunhus"


def test_all_or_nothing_is_saved() -> None:
    good = Event(
        title="Bra", slug="bra", starts_on=datetime.date(2018, 5, 2), ends_on=datetime.date(2018, 5, 2)
    )
    twin = Event.objects.get(starts_on="2017-02-02")
    bad = Event(uid=twin.uid, title="Fel", slug="fel", starts_on=good.starts_on, ends_on=good.ends_on)

    with pytest.raises(IntegrityError):
        save_accepted([Accepted(good), Accepted(bad)])
    assert not Event.objects.filter(slug="bra").exists()


# --- Ten years ----------------------------------------------------------------------------------------------


def test_ten_years_each_built_on_the_one_before_keep_the_rules() -> None:
    """With a host chosen for the Södertörnskonferensen, which has no order to go by."""
    told: list[str] = []
    unsatisfied: list[str] = []
    for year in range(2018, 2028):
        planned = plan_year(year)
        unsatisfied += planned.proposal.unsatisfied
        accept(planned)
        conference = Event.objects.get(kind="regional_conference", starts_on__year=year)
        EventHost.objects.create(event=conference, municipality=Municipality.objects.all()[year % 8])
        told += findings(year)
        assert plan_year(year).proposal.proposed == ()
        assert Event.objects.filter(kind="key_figures_day", starts_on__year=year).count() == year % 2

    assert told == []
    assert set(unsatisfied) == {
        "Ingen turordning säger vem som är värd för Södertörnskonferensen: välj värdkommun i tabellen."
    }
    order = [
        str(place.municipality) for place in HostRotation.objects.get(slug="samarbetskommitten").places.all()
    ]
    turns = HostTurn.objects.filter(rotation__slug="samarbetskommitten").select_related("municipality")
    assert [str(turn.municipality) for turn in turns] == (order * 10)[:77]
    radslag = HostTurn.objects.filter(rotation__slug="radslaget").select_related("municipality")
    assert [str(turn.municipality) for turn in radslag] == [
        *("Nykvarn", "Huddinge", "Salem", "Nynäshamn", "Botkyrka", "Tyresö", "Södertälje", "Haninge"),
        *("Nykvarn", "Huddinge", "Salem"),
    ]


# --- Members and warnings -----------------------------------------------------------------------------------


def test_only_those_with_a_seat_can_host() -> None:
    newcomer = factories.make_municipality("Nyköping", "0480")
    salem = Municipality.objects.get(name="Salem")
    body = Body.objects.get(slug="samarbetskommitten")

    assert non_members(body, [salem, newcomer]) == [newcomer]
    assert non_members(Body.objects.get(slug="sodertorns-nyckeltal"), [newcomer]) == []
    assert non_members(None, [newcomer]) == []


def test_warnings_tell_of_shared_days_and_days_to_avoid() -> None:
    event = Event.objects.get(kind="key_figures_day")
    other = occasion_of(Event.objects.get(starts_on="2017-10-26", kind="meeting"))
    warnings = warnings_of(
        occasion_of(event), [other], body_rules(), municipality_names(), {event.starts_on: "höstlov"}
    )

    assert warnings[0] == "Nyckeltalsdag 26\xa0oktober 2017 hålls på en dag att undvika: höstlov."
    assert warnings[1:] == [
        (
            "Samarbetskommitténs sammanträde i Tyresö och Nyckeltalsdag är samma dag, 26\xa0oktober 2017. "
            "Det går inte att se om de krockar: Nyckeltalsdag har ingen tid."
        )
    ]
    assert len(confirmation_of(warnings)) == 16
    assert confirmation_of(warnings) != confirmation_of(warnings[:1])
    assert confirmation_of([]) == ""


def test_month_and_cancelled_occasions_share_no_day() -> None:
    day = datetime.date(2018, 1, 25)
    occasion = Occasion("Möte", "", Event.Kind.MEETING, day, day)
    month = occasion_of(Event.objects.get(starts_on="2018-01-01"))
    cancelled = Occasion("Inställt", "", Event.Kind.MEETING, day, day, status=Event.Status.CANCELLED)

    assert warnings_of(occasion, [month, cancelled], [], {}) == []
