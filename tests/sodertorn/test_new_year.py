"""The steps of a new year: what they make of the plan for 2017, and that nothing is made twice."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budget.models import Budget, BudgetLine
from budget.next_year import draft_by_rates
from calendar_app.models import Event, HostRotation, HostTurn, RotationPlace
from calendar_app.plan_headings import place_under_headings
from calendar_app.planning import plan_year, save_accepted
from calendar_app.planning_forms import Register, table_of
from committee.models import DevelopmentIssue, Direction, OperationalPlan, PlanSection
from committee.plan_copying import PlanNotEmptyError
from sodertorn.new_year.hosts_step import continue_rotations, turns_of
from sodertorn.new_year.old_years import Mention, mentions
from sodertorn.new_year.plan_step import (
    Changed,
    PlanAdoptedError,
    change_directions,
    choices,
    cleared,
    copy_plan,
    plan_before,
    texts_to_read,
)
from sodertorn.new_year.steps import State, steps_of
from sodertorn.plan_document import plan_document
from sodertorn.publishing import SEES_ALL, VISITOR
from tests import factories
from tests.budget.test_publication import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]


@pytest.fixture
def source() -> OperationalPlan:
    return OperationalPlan.objects.get(year=2017)


def directions_of(plan: OperationalPlan) -> list[int]:
    return [row.pk for row in Direction.objects.for_plan(plan).in_document_order()]


def accept_calendar(year: int = 2018) -> None:
    table = table_of(plan_year(year), Register.of(year))
    assert table.is_valid()
    save_accepted(table.accepted)


def counts() -> dict[str, int]:
    models = [OperationalPlan, PlanSection, DevelopmentIssue, Direction, Event, HostTurn, Budget, BudgetLine]
    return {model.__name__: model.objects.count() for model in models}  # type: ignore[attr-defined]


# --- Texts that mention the year before ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Under 2017 ökar vi.", [Mention("Under ", "2017", " ökar vi.")]),
        ("Från 2017-08-01", [Mention("Från ", "2017", "-08-01")]),
        (
            "2017, 2018 och 2017",
            [Mention("", "2017", ", 2018 och 2017"), Mention("2017, 2018 och ", "2017", "")],
        ),
        ("20170801, 12017 och RUFS 2050", []),
        ("", []),
        ("Rad ett\n\nrad 2017", [Mention("Rad ett rad ", "2017", "")]),
    ],
)
def test_mentions_of_a_year(text, found):
    assert mentions(2017, [text]) == found


def test_long_text_is_cut_at_whole_words():
    text = f"{'ord ' * 40}mitt 2017 emellan {'slut ' * 40}"

    [mention] = mentions(2017, [text])

    assert mention.before == f"… {'ord ' * 13}mitt "
    assert mention.after == f" emellan {'slut ' * 10}…"


@given(st.text(), st.text())
def test_year_between_any_texts_is_found(before, after):
    assert mentions(2017, [f"{before} 2017 {after}"])


# --- The plan -----------------------------------------------------------------------------------------------


def test_plan_before_is_the_newest_of_an_earlier_year(source):
    factories.make_plan(2015)
    factories.make_plan(2019, is_draft=True)

    assert plan_before(2018) == source
    assert plan_before(2015) is None


def test_draft_is_the_plan_before_without_what_was_of_its_year(source):
    plan = copy_plan(source, 2018, directions_of(source))

    assert (plan.status, plan.decided_on, plan.stated_inhabitants) == ("draft", None, None)
    assert (plan.issuer, plan.vision, plan.vision_year) == (source.issuer, source.vision, source.vision_year)
    assert counts() == {
        "OperationalPlan": 2,
        "PlanSection": 58,
        "DevelopmentIssue": 10,
        "Direction": 36,
        "Event": 20,
        "HostTurn": 18,
        "Budget": 1,
        "BudgetLine": 4,
    }


def test_what_is_cleared_is_told(source):
    assert plain(cleared(source)) == [
        "Beslutsdatumet sätts när planen beslutas.",
        "Inga inriktningar är prioriterade. 2017 är 5 det.",
        "Årets prioritering, som är ifylld för 2 utvecklingsfrågor, töms.",
        "Årets satsning, som är ifylld för en utvecklingsfråga, töms.",
        "Antalet invånare som planen anger, 480 000, töms.",
        "De 12 anmärkningarna till dokumentet för 2017 stannar där.",
    ]


def test_texts_that_mention_the_year_before_are_listed(source):
    plan = copy_plan(source, 2018, directions_of(source))

    assert [(str(each.row), len(each.mentions)) for each in texts_to_read(plan, 2017)] == [
        ("5. Samverkansområden och inriktning 2017", 1),
        ("Avvägning mellan samverkansområdena", 2),
        ("Regional konferens", 1),
        ("Södertörns nyckeltal", 1),
        ("8. Budget 2017", 3),
    ]


def test_empty_draft_of_a_saved_what_if_is_filled(source):
    empty = factories.make_plan(2018, is_draft=True, issuer="Vi", decided_on=None)

    plan = copy_plan(source, 2018, [])

    assert (plan.pk, plan.issuer, plan.vision) == (empty.pk, "Vi", source.vision)
    assert plan.sections.count() == 29


def test_second_clerk_gets_no_second_plan(source):
    copy_plan(source, 2018, directions_of(source))
    before = counts()

    with pytest.raises(PlanNotEmptyError):
        copy_plan(source, 2018, [])
    assert counts() == before


def test_directions_are_grouped_as_they_are_printed(source):
    groups = choices(source, None)

    assert [(group.area, group.name, len(group.choices)) for group in groups] == [
        ("Näringsliv och Högskola", "Höj utbildningsnivån på Södertörn", 1),
        ("Näringsliv och Högskola", "Stödja ett kunskapsintensivt näringsliv", 4),
        ("Olikhet och Mångfald", "Nyttja tillgänglig kompetens i tillväxtsyfte", 1),
        ("Klimat", "Leda omställningen till ett klimateffektivt samhälle", 3),
        ("Infrastruktur", "Utnyttja den nya infrastrukturen", 5),
        ("", "Omvärldsbevakning", 3),
        ("", "Gemensam ägarstyrning", 1),
    ]


def test_directions_are_added_and_taken_away_while_the_plan_is_a_draft(source):
    first, second, *_ = directions_of(source)
    plan = copy_plan(source, 2018, [first])

    assert change_directions(source, plan, wanted=[second], shown=[first]) == Changed(1, 1)

    [carried] = Direction.objects.for_plan(plan)
    assert carried.origin_id == second
    assert carried.place.origin == Direction.objects.get(pk=second).place


def test_change_of_one_clerk_leaves_the_others_alone(source):
    first, second, third, *_ = directions_of(source)
    plan = copy_plan(source, 2018, [first])
    change_directions(source, plan, wanted=[first, second], shown=[first])

    # The second clerk's page was opened before, so it did not show the second direction ticked.
    assert change_directions(source, plan, wanted=[first, third], shown=[first]) == Changed(1, 0)
    carried = Direction.objects.for_plan(plan).in_document_order()
    assert [row.origin_id for row in carried] == [first, second, third]


def test_rewritten_direction_is_pointed_out(source):
    plan = copy_plan(source, 2018, directions_of(source))
    row = Direction.objects.for_plan(plan).in_document_order()[0]
    row.text = "Vi gör mer."
    row.save()

    rewritten = [
        choice.direction for group in choices(source, plan) for choice in group.choices if choice.is_rewritten
    ]
    assert rewritten == [row.origin]


def test_direction_whose_place_is_gone_is_told(source):
    plan = copy_plan(source, 2018, [])
    issue = DevelopmentIssue.objects.filter(target_area__area__plan=plan, name__startswith="Höj").get()
    issue.delete()
    direction = Direction.objects.for_plan(source).in_document_order()[0]

    changed = change_directions(source, plan, wanted=[direction.pk], shown=[])

    assert changed == Changed(0, 0, (direction,))
    assert [choice.has_place for choice in choices(source, plan)[0].choices] == [False]


def test_directions_of_an_adopted_plan_stay(source):
    plan = factories.make_plan(2018)

    with pytest.raises(PlanAdoptedError):
        change_directions(source, plan, wanted=directions_of(source), shown=[])
    assert not Direction.objects.for_plan(plan).exists()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(st.sets(st.integers(0, 17)), max_size=4))
def test_however_the_choice_is_changed_the_draft_has_what_was_ticked_last(source, rounds):
    OperationalPlan.objects.filter(year=2018).delete()
    keys = directions_of(source)
    plan = copy_plan(source, 2018, [])
    shown: set[int] = set()
    for ticked in rounds:
        wanted = {keys[place] for place in ticked}
        change_directions(source, plan, wanted, shown)
        again = change_directions(source, plan, wanted, shown)
        shown = wanted
        assert again == Changed(0, 0)
    carried = Direction.objects.for_plan(plan).in_document_order()
    assert [row.origin_id for row in carried] == [key for key in keys if key in shown]


# --- The hosts ----------------------------------------------------------------------------------------------


def test_turns_go_on_by_the_order():
    made = continue_rotations(2018)

    assert [(turn.rotation.slug, turn.number, turn.municipality.name) for turn in made] == [
        ("samarbetskommitten", 11, "Salem"),
        ("samarbetskommitten", 12, "Nynäshamn"),
        ("samarbetskommitten", 13, "Botkyrka"),
        ("samarbetskommitten", 14, "Tyresö"),
    ]
    assert continue_rotations(2018) == []


def test_swap_does_not_disturb_the_order():
    first, second = HostTurn.objects.filter(rotation__slug="samarbetskommitten", year=2018)[:2]
    factories.record_swap(first, second, "Ombyggnad", date(2017, 10, 1))

    assert [turn.municipality.name for turn in continue_rotations(2018)] == [
        "Salem",
        "Nynäshamn",
        "Botkyrka",
        "Tyresö",
    ]


def test_calendar_first_leaves_no_turns_to_give():
    accept_calendar()

    assert continue_rotations(2018) == []
    assert HostTurn.objects.filter(year=2018).count() == 8


def test_turns_first_are_those_that_the_calendar_takes():
    continue_rotations(2018)
    accept_calendar()

    assert HostTurn.objects.filter(year=2018).count() == 8
    assert not HostTurn.objects.filter(year=2018, event=None).exists()


def test_rotation_without_an_order_gives_no_turns():
    RotationPlace.objects.filter(rotation__slug="samarbetskommitten").delete()

    turns = turns_of(2018, plan_year(2018))

    assert [(each.rotation.slug, each.has_order, each.is_complete) for each in turns] == [
        ("samarbetskommitten", False, False),
        ("radslaget", True, True),
    ]
    assert continue_rotations(2018) == []


# --- All of it ----------------------------------------------------------------------------------------------


def states(year: int = 2018) -> list[State]:
    return [step.state for step in steps_of(year)]


def test_steps_read_how_far_the_year_has_come(source):
    done, started, remains = State.DONE, State.STARTED, State.REMAINS
    assert states() == [remains, started, started, remains, remains]
    plan = copy_plan(source, 2018, directions_of(source))
    assert states() == [done, started, started, remains, remains]
    continue_rotations(2018)
    assert states() == [done, done, started, remains, remains]
    accept_calendar()
    assert states() == [done, done, done, remains, remains]
    draft_by_rates(plan)
    assert states() == [done, done, done, started, remains]


def test_steps_say_what_there_is(source):
    assert plain([step.sentence for step in steps_of(2018)]) == [
        "Det finns ingen plan för året än.",
        "4 turer för året finns, 4 saknas.",
        "3 möten för året finns, 3 utan dag. Portalen har 16 att föreslå.",
        "Det finns ingen budget för året än.",
        "Det finns ingen plan att kontrollera än.",
    ]
    assert plain([step.sentence for step in steps_of(2017)]) == [
        "Planen är beslutad 2 februari 2017.",
        "8 turer för året finns och ingen saknas.",
        "17 möten för året finns.",
        "Budgeten finns och går ihop.",
        "Planen är publicerad med budget och kalender.",
    ]


def run_all(source: OperationalPlan) -> None:
    plan = copy_plan(source, 2018, directions_of(source))
    continue_rotations(2018)
    accept_calendar()
    place_under_headings(plan)
    draft_by_rates(plan)


def test_whole_wizard_makes_exactly_one_year(source):
    run_all(source)

    assert counts() == {
        "OperationalPlan": 2,
        "PlanSection": 58,
        "DevelopmentIssue": 10,
        "Direction": 36,
        "Event": 33,
        "HostTurn": 22,
        "Budget": 2,
        "BudgetLine": 8,
    }


def test_calendar_of_the_draft_has_what_the_plan_before_promised(source):
    run_all(source)
    plan = OperationalPlan.objects.get(year=2018)

    def printed(of: OperationalPlan, audience=SEES_ALL) -> dict[str, list[int]]:
        parts = [part for chapter in plan_document(of, audience).chapters for part in chapter.parts]
        return {
            part.section.slug: [event.starts_on.month for event in part.events]
            for part in parts
            if part.events
        }

    assert printed(plan) == {
        "kalendarium-samarbetskommitten": [1, 3, 4, 9, 10, 12],
        "samarbetskommittens-planeringskonferens": [8],
        "kalendarium-ledningsgruppen": [1, 3, 4, 4, 8, 10, 11],
        "kalendarium-sodertornskonferensen": [9],
        "kalendarium-sodertorns-radslag": [4],
    }
    assert printed(source, VISITOR)["kalendarium-samarbetskommitten"] == [2, 3, 6, 9, 10, 12, 1, 3, 4]


def test_year_after_a_draft_can_be_begun(source):
    run_all(source)
    second = OperationalPlan.objects.get(year=2018)

    third = copy_plan(second, 2019, directions_of(second))

    assert third.sections.count() == 29
    assert HostRotation.objects.count() == 2


def test_steps_cost_the_same_however_long_the_plan_is(source, django_assert_max_num_queries):
    run_all(source)
    with django_assert_max_num_queries(60) as few:
        steps_of(2018)
    issue = DevelopmentIssue.objects.get(name__startswith="Höj", target_area__area__plan__year=2018)
    for number in range(10):
        factories.make_direction(issue, f"Vi gör {number}.")
        factories.make_event(date(2018, 1, 2 + number), title=f"Möte {number}")
    with django_assert_max_num_queries(len(few)):
        steps_of(2018)
