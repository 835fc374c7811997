"""How it goes: the rules of the rows, what visitors may read of them, and what they are called."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from committee.models import (
    ActionPlan,
    Activity,
    Evaluation,
    FollowUp,
    OperationalPlan,
    ProgressOverride,
    TargetArea,
)
from committee.progress import DROPPED, RESTING, Progress, measured
from sodertorn.publishing import SEES_ALL, VISITOR, Publication
from tests.constraints import assert_refused_with
from tests.factories import (
    DAY,
    make_activity,
    make_body,
    make_direction,
    make_evaluation,
    make_follow_up,
    make_municipality,
    make_plan,
    make_section,
    make_target_area,
)

pytestmark = pytest.mark.django_db


def report(**fields: Any) -> FollowUp:
    about = {} if {"direction", "activity"} & set(fields) else {"direction": a_direction()}
    defaults = {"status": "done", "assessment": "Klart.", "reporter_role": "sekretariatet"}
    return FollowUp(**about, **{**defaults, **fields})


def a_direction(year: int = 2017) -> Any:
    plan = OperationalPlan.objects.filter(year=year).first() or make_plan(year)
    return make_direction(make_target_area(plan, f"Mål {TargetArea.objects.count()}").issues.get())


def action_plan_in_two_places() -> ActionPlan:
    direction = a_direction()
    section = make_section(direction.issue.target_area.area.plan, 5, "Omvärld")
    return ActionPlan(issue=direction.issue, section=section)


def backwards() -> Activity:
    action_plan = make_activity(a_direction().issue).action_plan
    return Activity(action_plan=action_plan, title="Möte", starts_on=DAY, ends_on=DAY - datetime.timedelta(1))


def override(**fields: Any) -> ProgressOverride:
    target_area = a_direction().issue.target_area
    return ProgressOverride(**{"target_area": target_area, "percent": 50, "reason": "Nytt läge.", **fields})


PLACE = "En handlingsplan hör till en utvecklingsfråga eller ett avsnitt."
SUBJECT = "En uppföljning gäller en inriktning eller en aktivitet."
PERCENT = "Ange hur långt det har kommit, i procent, för det som pågår och bara för det."
REASON = "Skriv varför siffran är en annan än den uträknade."

BROKEN: list[tuple[str, str, Callable[[], models.Model]]] = [
    ("action_plan_in_one_place", PLACE, ActionPlan),
    ("action_plan_in_one_place", PLACE, action_plan_in_two_places),
    (
        "activity_ends_after_it_starts",
        "Aktiviteten kan inte vara klar före sin första dag.",
        backwards,
    ),
    ("follow_up_of_one_thing", SUBJECT, lambda: report(direction=None)),
    (
        "follow_up_of_one_thing",
        SUBJECT,
        lambda: report(direction=(one := a_direction()), activity=make_activity(one.issue)),
    ),
    ("follow_up_percent_of_what_is_under_way", PERCENT, lambda: report(status="on_track")),
    ("follow_up_percent_of_what_is_under_way", PERCENT, lambda: report(status="late", percent=101)),
    ("follow_up_percent_of_what_is_under_way", PERCENT, lambda: report(status="resting", percent=50)),
    ("progress_override_has_reason", REASON, lambda: override(reason="")),
    ("progress_override_has_reason", REASON, lambda: override(percent=101)),
]
"""Broken rules, tried together with those of the other models in `test_models`."""


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        (lambda: report(status="late"), "percent", "Ange hur långt det har kommit, i procent."),
        (
            lambda: report(status="done", percent=100),
            "percent",
            "Lämna tomt: ingen procent anges för läget ”Klar”.",
        ),
        (
            lambda: report(status="on_track", percent=101),
            "percent",
            "Kontrollera att detta värde är mindre än eller lika med 100.",
        ),
        (lambda: override(reason=" \n"), "reason", REASON),
    ],
)
def test_field_refuses(row: Callable[[], models.Model], field: str, message: str) -> None:
    assert_refused_with(row(), message, field=field)


def test_nothing_hangs_on_a_working_copy() -> None:
    """Its rows are gone once it is published."""
    plan = make_plan()
    copy = OperationalPlan.objects.create(year=2017, issuer="K", working_copy_of=plan)
    target_area, section = make_target_area(copy), make_section(copy, 5, "Omvärld")
    direction = make_direction(target_area.issues.get())
    told = "Välj raden i planen, inte i dess arbetsversion."

    for row, field in [
        (report(direction=direction), "direction"),
        (report(direction=make_direction(section)), "direction"),
        (ActionPlan(issue=target_area.issues.get()), "issue"),
        (ActionPlan(section=section), "section"),
        (ProgressOverride(target_area=target_area, percent=1, reason="x"), "target_area"),
        (Evaluation(plan=copy, summary="x"), "plan"),
    ]:
        assert_refused_with(row, told, field=field)


def test_activity_contributes_to_a_direction_of_its_own_plan() -> None:
    action_plan = make_activity(a_direction().issue).action_plan
    activity = Activity(action_plan=action_plan, title="Möte", direction=a_direction(2018))

    assert_refused_with(activity, "Välj en inriktning i verksamhetsplan 2017.", field="direction")


@pytest.mark.parametrize(
    ("status", "percent", "progress"),
    [
        ("not_started", None, measured(0)),
        ("on_track", 35, measured(35)),
        ("late", 0, measured(0)),
        ("done", None, measured(100)),
        ("resting", None, RESTING),
        ("dropped", None, DROPPED),
    ],
)
def test_report_says_how_far_it_has_come(status: str, percent: int | None, progress: Progress) -> None:
    assert FollowUp(status=status, percent=percent).progress == progress


def test_every_status_is_reckoned_with() -> None:
    assert {status for status, _ in FollowUp.Status.choices} == {
        *("not_started", "on_track", "late", "done", "resting", "dropped")
    }


def test_visitors_read_published_reports_of_published_action_plans() -> None:
    direction = a_direction()
    activity = make_activity(direction.issue, direction=direction)
    hidden = make_activity(make_section(make_plan(2018), 5, "Omvärld"))
    ActionPlan.objects.filter(pk=hidden.action_plan_id).update(publication=Publication.DRAFT)
    shown = [make_follow_up(direction), make_follow_up(activity)]
    make_follow_up(hidden)
    make_follow_up(direction, publication=Publication.DRAFT)

    assert set(FollowUp.objects.visible_to(VISITOR)) == set(FollowUp.objects.public()) == set(shown)
    assert FollowUp.objects.visible_to(SEES_ALL).count() == 4
    assert list(Activity.objects.visible_to(VISITOR)) == [activity]
    assert set(Activity.objects.visible_to(SEES_ALL)) == {activity, hidden}


def test_rows_of_a_plan_stand_under_issues_and_sections() -> None:
    direction = a_direction()
    plan, other = direction.issue.target_area.area.plan, a_direction(2018)
    section = make_section(plan, 5, "Omvärld")
    activities = [make_activity(direction.issue), make_activity(section, "Bevaka")]
    reports = [make_follow_up(each) for each in (direction, *activities, make_direction(section))]
    make_follow_up(make_activity(other.issue))
    make_follow_up(other)

    assert set(Activity.objects.for_plan(plan)) == set(activities)
    assert set(ActionPlan.objects.for_plan(plan)) == {each.action_plan for each in activities}
    assert set(FollowUp.objects.for_plan(plan)) == set(reports)
    assert {each.plan for each in reports} == {plan}


def test_rows_are_called() -> None:
    direction = a_direction()
    botkyrka, body = make_municipality(), make_body()
    activity = make_activity(direction.issue, responsible_body=body, responsible_municipality=botkyrka)

    assert activity.responsible == "Samarbetskommitten, Botkyrka"
    assert Activity(title="Möte").responsible == ""
    assert str(activity.action_plan) == f"Handlingsplan: {direction.issue}"
    assert str(make_follow_up(activity, "late", percent=20)) == "2017-03-23: Försenad"
    assert str(override()).endswith(": 50\N{NO-BREAK SPACE}%")
    assert str(make_evaluation(make_plan(2019))) == "Utvärdering av verksamhetsplan 2019"


def test_plan_is_dated_by_what_visitors_see_of_its_follow_up() -> None:
    direction = a_direction()
    plan = direction.issue.target_area.area.plan

    def edited() -> datetime.datetime:
        return OperationalPlan.objects.get(pk=plan.pk).edited_at

    before = edited()
    make_follow_up(direction, publication=Publication.DRAFT)
    assert edited() == before
    make_follow_up(direction)
    after = edited()
    assert after > before

    action_plan = make_activity(direction.issue).action_plan
    action_plan.publication = Publication.DRAFT
    action_plan.save()
    hidden = edited()
    make_activity(direction.issue, "Hemlig")
    with pytest.raises(ValidationError):
        make_activity(direction.issue, "")
    assert edited() == hidden
