"""How far the work has come by the reports, what is late, and what is left out of the figures."""

from datetime import date as day
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.follow_up import (
    MARKS,
    FollowedActivity,
    FollowedDirection,
    FollowedPlace,
    followed_up,
    mark_of,
    months_after,
)
from committee.follow_up_datasets import COLUMNS, reports_dataset
from committee.models import (
    ActionPlan,
    Activity,
    CooperationArea,
    DevelopmentIssue,
    Direction,
    FollowUp,
    OperationalPlan,
    PlanSection,
    ProgressOverride,
    TargetArea,
)
from committee.progress import DROPPED, RESTING, UNREPORTED, State, measured, tally

PLAN = OperationalPlan(pk=1, year=2017)
AREA = CooperationArea(pk=1, plan=PLAN, name="Regionala frågor")
CLIMATE = TargetArea(pk=1, area=AREA, name="Klimat", slug="klimat")
ISSUE = DevelopmentIssue(pk=1, target_area=CLIMATE, name="Ställ om")
OUTLOOK = PlanSection(pk=1, plan=PLAN, chapter=5, heading="Omvärld", slug="omvarld")
ACTION_PLAN = ActionPlan(pk=1, issue=ISSUE)
MARCH, SUMMER = day(2017, 3, 1), day(2017, 7, 1)


def direction(number: int = 1, place: DevelopmentIssue | PlanSection = ISSUE) -> Direction:
    if isinstance(place, DevelopmentIssue):
        return Direction(pk=number, issue=place, text=f"Vi gör {number}.")
    return Direction(pk=number, section=place, text=f"Vi ser {number}.")


def activity(number: int = 1, of: Direction | None = None, ends_on: day | None = None) -> Activity:
    return Activity(pk=number, action_plan=ACTION_PLAN, direction=of, title=f"Möte {number}", ends_on=ends_on)


def report(
    subject: Direction | Activity,
    status: str,
    percent: int | None = None,
    on: day = MARCH,
    pk: int = 1,
) -> FollowUp:
    about = {"direction": subject} if isinstance(subject, Direction) else {"activity": subject}
    return FollowUp(pk=pk, status=status, percent=percent, reported_on=on, **about)


def followed(
    directions: list[Direction],
    activities: list[Activity] | None = None,
    reports: list[FollowUp] | None = None,
    overrides: list[ProgressOverride] | None = None,
    on: day = SUMMER,
) -> list[FollowedPlace]:
    plans = [ACTION_PLAN] if activities else []
    return followed_up(2017, directions, plans, activities or [], reports or [], overrides or [], on)


# --- Progress -----------------------------------------------------------------------------------------------


def test_latest_report_counts_and_none_of_days_to_come() -> None:
    one = direction()
    reports = [
        report(one, "on_track", 30, day(2017, 5, 1), pk=3),
        report(one, "on_track", 10, day(2017, 2, 1), pk=9),
        report(one, "late", 40, day(2017, 5, 1), pk=4),
        report(one, "done", on=day(2017, 7, 2), pk=5),
    ]
    [place] = followed([one], reports=reports)
    [found] = place.directions

    assert [each.pk for each in found.reports] == [4, 3, 9]
    assert (found.progress, found.mark) == (measured(40), MARKS["late"])
    assert place.progress == measured(40)
    [later] = followed([one], reports=reports, on=day(2017, 7, 2))
    assert later.progress == measured(100)


def test_direction_without_a_report_of_its_own_goes_by_its_activities() -> None:
    one = direction()
    first, second, other = activity(1, one), activity(2, one), activity(3)
    reports = [
        report(first, "on_track", 25, pk=1),
        report(second, "done", pk=2),
        report(other, "dropped", pk=3),
    ]
    [place] = followed([one], [first, second, other], reports)
    [found] = place.directions

    assert found.progress.share == Fraction(5, 8)
    assert (found.progress.percent, found.mark, found.is_by_activities) == (63, MARKS["under_way"], True)
    assert [str(each.subject) for each in place.activities] == ["Möte 1", "Möte 2", "Möte 3"]
    assert [str(each.subject) for each in place.dropped] == ["Möte 3"]

    own = report(one, "on_track", 10, pk=4)
    [place] = followed([one], [first, second, other], [*reports, own])
    assert (place.directions[0].progress, place.directions[0].is_by_activities) == (measured(10), False)


def test_nothing_reported_is_no_figure() -> None:
    one = direction()
    [place] = followed([one], [activity(1, one)])

    assert (place.progress, place.mark, place.is_reported) == (UNREPORTED, MARKS["unreported"], False)
    assert place.progress.percent is None
    assert (place.directions[0].mark.label, place.directions[0].is_by_activities) == ("Ej rapporterad", False)


def test_dropped_and_resting_directions_are_left_out_and_told() -> None:
    directions = [direction(number) for number in range(1, 5)]
    reports = [
        report(directions[0], "on_track", 50, pk=1),
        report(directions[1], "dropped", pk=2),
        report(directions[2], "resting", pk=3),
    ]
    [place] = followed(directions, reports=reports)

    assert place.progress == measured(50)
    assert [each.subject for each in place.dropped] == [directions[1]]
    assert (place.tally.measured, place.tally.resting, place.tally.unreported, place.tally.counted) == (
        1,
        1,
        1,
        3,
    )


def test_decided_figure_replaces_the_derived_one_which_is_still_known() -> None:
    override = ProgressOverride(target_area=CLIMATE, percent=70, reason="Nytt läge.")
    [place] = followed([direction()], reports=[report(direction(), "on_track", 20)], overrides=[override])

    assert (place.progress, place.derived, place.override) == (measured(70), measured(20), override)
    [place] = followed([direction()], overrides=[override])
    assert (place.progress, place.derived) == (measured(70), UNREPORTED)


def test_sections_and_target_areas_keep_the_plans_order() -> None:
    """Their keys may be the same; a place with an action plan but no directions comes last."""
    under_section, under_issue = direction(1, OUTLOOK), direction(2)
    plans = [
        ActionPlan(pk=2, section=PlanSection(pk=7, plan=PLAN, heading="Ägarstyrning", slug="agarstyrning"))
    ]
    places = followed_up(2017, [under_issue, under_section], plans, [], [], [], SUMMER)

    assert [place.name for place in places] == ["Klimat", "Omvärld", "Ägarstyrning"]
    assert [place.address for place in places] == [
        "/verksamhetsplan/2017/uppfoljning/klimat/",
        "/verksamhetsplan/2017/uppfoljning/avsnitt/omvarld/",
        "/verksamhetsplan/2017/uppfoljning/avsnitt/agarstyrning/",
    ]
    assert [len(place.directions) for place in places] == [1, 1, 0]


PROGRESSES = st.sampled_from(["not_started", "on_track", "late", "done", "resting", "dropped", ""])


@given(st.lists(st.tuples(PROGRESSES, st.integers(0, 100)), max_size=8))
def test_target_area_is_the_mean_of_the_directions_that_have_a_figure(
    given_reports: list[tuple[str, int]],
) -> None:
    directions = [direction(number + 1) for number in range(len(given_reports))]
    reports = [
        report(one, status, percent if status in FollowUp.UNDER_WAY else None, pk=one.pk)
        for one, (status, percent) in zip(directions, given_reports, strict=True)
        if status
    ]
    places = followed(directions, reports=reports)
    figures = {"not_started": lambda _: 0, "done": lambda _: 100}
    known = [
        figures.get(status, lambda percent: percent)(percent)
        for status, percent in given_reports
        if status not in ("resting", "dropped", "")
    ]

    if not directions:
        assert places == []
        return
    [place] = places
    if known:
        assert place.progress.share == Fraction(sum(known), 100 * len(known))
    else:
        assert place.progress.state is not State.MEASURED
    assert place.tally == tally(each.progress for each in place.directions)
    assert len(place.dropped) == sum(status == "dropped" for status, _ in given_reports)


@pytest.mark.parametrize(
    ("progress", "key"),
    [
        (measured(0), "not_started"),
        (measured(1), "under_way"),
        (measured(99), "under_way"),
        (measured(100), "done"),
        (UNREPORTED, "unreported"),
        (RESTING, "resting"),
        (DROPPED, "dropped"),
    ],
)
def test_whole_is_marked_by_how_far_it_has_come(progress, key) -> None:
    assert mark_of(progress).key == key


def test_marks_differ_in_word_and_every_status_has_one() -> None:
    assert len({mark.label for mark in MARKS.values()}) == len(MARKS)
    assert {status.value: MARKS[status].label for status in FollowUp.Status} == dict(FollowUp.Status.choices)


# --- What is late -------------------------------------------------------------------------------------------


def late(subject: Direction | Activity, reports: list[FollowUp], on: day) -> list[str]:
    kind = FollowedDirection if isinstance(subject, Direction) else FollowedActivity
    newest = sorted(reports, key=lambda each: each.reported_on, reverse=True)
    why: list[str] = kind(subject, newest, on, 2017).why_late  # type: ignore[arg-type]
    return [reason.replace("\xa0", " ") for reason in why]


@pytest.mark.parametrize(
    ("status", "on", "why"),
    [
        (None, day(2017, 5, 1), []),
        (None, day(2017, 5, 2), ["Skulle ha varit klar 1 maj 2017."]),
        ("on_track", day(2017, 5, 2), ["Skulle ha varit klar 1 maj 2017."]),
        ("resting", day(2017, 5, 2), ["Skulle ha varit klar 1 maj 2017."]),
        ("done", day(2017, 5, 2), []),
        ("dropped", day(2017, 5, 2), []),
    ],
)
def test_activity_is_late_from_the_day_after_its_last(status: str | None, on: day, why: list[str]) -> None:
    one = activity(ends_on=day(2017, 5, 1))

    assert late(one, [report(one, status, 0 if status == "on_track" else None)] if status else [], on) == why


@pytest.mark.parametrize(
    ("status", "on", "why"),
    [
        ("on_track", day(2017, 9, 1), []),
        ("on_track", day(2017, 9, 2), ["Inte rapporterad sedan 1 mars 2017."]),
        ("not_started", day(2017, 9, 2), ["Inte rapporterad sedan 1 mars 2017."]),
        ("late", day(2017, 3, 1), ["Rapporterad som försenad 1 mars 2017."]),
        (
            "late",
            day(2017, 9, 2),
            ["Rapporterad som försenad 1 mars 2017.", "Inte rapporterad sedan 1 mars 2017."],
        ),
        ("done", day(2017, 12, 31), []),
        ("dropped", day(2017, 12, 31), []),
        ("resting", day(2017, 12, 31), []),
    ],
)
def test_what_is_under_way_is_reported_every_half_year(status: str, on: day, why: list[str]) -> None:
    one = direction()

    assert late(one, [report(one, status)], on) == why


@pytest.mark.parametrize(("reported", "is_stale"), [(day(2017, 6, 29), True), (day(2017, 7, 1), False)])
def test_no_report_is_asked_for_after_the_plans_year(reported: day, is_stale: bool) -> None:
    one = direction()

    assert bool(late(one, [report(one, "on_track", 50, reported)], day(2026, 11, 23))) == is_stale


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (day(2017, 1, 1), 6, day(2017, 7, 1)),
        (day(2017, 8, 31), 6, day(2018, 2, 28)),
        (day(2019, 8, 31), 6, day(2020, 2, 29)),
        (day(2017, 6, 30), 6, day(2017, 12, 30)),
        (day(2017, 12, 5), 12, day(2018, 12, 5)),
        (day(2017, 11, 30), 1, day(2017, 12, 30)),
    ],
)
def test_months_after(start: day, months: int, end: day) -> None:
    assert months_after(start, months) == end


@pytest.mark.parametrize(
    ("status", "due"),
    [
        (None, day(2017, 7, 1)),
        ("on_track", day(2017, 9, 1)),
        ("late", day(2017, 9, 1)),
        ("resting", None),
        ("done", None),
        ("dropped", None),
    ],
)
def test_report_is_due_half_a_year_after_the_last_or_after_new_year(
    status: str | None, due: day | None
) -> None:
    one = direction()
    [place] = followed([one], reports=[report(one, status)] if status else [])

    assert place.directions[0].report_due == due


def test_report_on_an_activity_is_one_on_its_direction() -> None:
    one = direction()
    own = activity(1, one)
    [place] = followed([one], [own], [report(own, "on_track", 20, day(2017, 4, 1))])
    assert place.directions[0].report_due == day(2017, 10, 1)

    [place] = followed([one], [own], [report(own, "done", on=day(2017, 4, 1))])
    assert place.directions[0].report_due is None


# --- Open data ----------------------------------------------------------------------------------------------


def test_reports_as_a_table() -> None:
    first = report(direction(1, OUTLOOK), "done")
    second = report(activity(), "late", 40)
    second.assessment, second.evidence, second.reporter_role = "Trögt.", "Protokoll", "utvecklingsledare"
    table = reports_dataset(2017, [first, second])

    assert (table.slug, table.names) == ("uppfoljning-2017", [column.name for column in COLUMNS])
    assert list(table.rows) == [
        (2017, "Omvärld", None, "direction", "Vi ser 1.", day(2017, 3, 1), "done", None, "", None, ""),
        (
            *(2017, "Klimat", "Ställ om", "activity", "Möte 1", day(2017, 3, 1), "late", 40),
            *("Trögt.", "Protokoll", "utvecklingsledare"),
        ),
    ]
    assert all(column.title for column in COLUMNS)
