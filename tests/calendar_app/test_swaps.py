"""Two municipalities that change turns: the turns, the meetings' hosts, and back again."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db.models import RestrictedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendar_app.models import Event, HostRotation, HostSwap, HostTurn
from committee.models import Municipality
from tests import factories
from tests.factories import record_swap

pytestmark = pytest.mark.django_db

NAMES = ["Haninge", "Nykvarn", "Salem", "Tyresö"]
DECIDED = date(2016, 12, 1)


@pytest.fixture
def rotation():
    """Four municipalities with two rounds of turns; those of 2017 have a meeting on the 10th of a month."""
    order = [factories.make_municipality(name, f"01{index:02}") for index, name in enumerate(NAMES)]
    rotation = factories.make_rotation(factories.make_body(), order, turns=8)
    for turn in rotation.turns.all()[:4]:
        day = date(2017, turn.number, 10)
        turn.event = factories.make_event(day, body=rotation.body, hosts=(turn.municipality,))
        turn.save()
    return rotation


def turn(rotation, number):
    return HostTurn.objects.get(rotation=rotation, number=number)


def hosts(rotation):
    return [str(turn.municipality) for turn in rotation.turns.select_related("municipality")]


def meeting_hosts():
    return [[str(host) for host in event.host_list] for event in Event.objects.with_hosts()]


def breaks(rotation):
    turns = rotation.turns.select_related("municipality")
    cycle = HostRotation.objects.with_turns().get(pk=rotation.pk).cycle()
    assert cycle
    return cycle.breaks((turn.number, turn.municipality) for turn in turns)


def test_swap_exchanges_turns_and_the_hosts_of_their_meetings(rotation):
    swap = record_swap(turn(rotation, 2), turn(rotation, 3), "Salem bygger om sin sal.", DECIDED)

    assert hosts(rotation) == ["Haninge", "Salem", "Nykvarn", "Tyresö", *NAMES]
    assert meeting_hosts() == [["Haninge"], ["Salem"], ["Nykvarn"], ["Tyresö"]]
    assert (swap.reason, swap.decided_on, swap.rotation) == ("Salem bygger om sin sal.", DECIDED, rotation)
    assert breaks(rotation) == []


def test_swap_is_noticed_by_subscribers_of_both_meetings_only(rotation):
    before = list(Event.objects.values_list("sequence", flat=True))
    record_swap(turn(rotation, 2), turn(rotation, 3), "Skäl.", DECIDED)

    after = list(Event.objects.values_list("sequence", flat=True))
    assert [new - old for old, new in zip(before, after, strict=True)] == [0, 1, 1, 0]


def test_swap_undone_restores_turns_and_hosts(rotation):
    before = hosts(rotation), meeting_hosts()
    record_swap(turn(rotation, 2), turn(rotation, 7), "Skäl.", DECIDED).delete()

    assert (hosts(rotation), meeting_hosts()) == before
    assert not HostSwap.objects.exists()


def test_swap_with_a_turn_that_has_no_meeting_changes_the_one_there_is(rotation):
    record_swap(turn(rotation, 2), turn(rotation, 7), "Skäl.", DECIDED)

    assert hosts(rotation) == [
        "Haninge",
        "Salem",
        "Salem",
        "Tyresö",
        "Haninge",
        "Nykvarn",
        "Nykvarn",
        "Tyresö",
    ]
    assert meeting_hosts() == [["Haninge"], ["Salem"], ["Salem"], ["Tyresö"]]
    assert breaks(rotation) == []


def test_meeting_that_was_over_when_the_swap_was_decided_keeps_who_hosted_it(rotation):
    swap = record_swap(turn(rotation, 1), turn(rotation, 2), "Haninge var värd ändå.", date(2017, 2, 10))

    assert hosts(rotation)[:2] == ["Nykvarn", "Haninge"]
    assert meeting_hosts()[:2] == [["Haninge"], ["Haninge"]]
    swap.delete()
    assert meeting_hosts()[:2] == [["Haninge"], ["Nykvarn"]]


def test_host_that_staff_had_changed_already_is_left_alone_and_so_when_undone(rotation):
    for number, name in [(2, "Salem"), (3, "Nykvarn")]:
        event = turn(rotation, number).event
        event.hosts.set(Municipality.objects.filter(name=name))
    swap = record_swap(turn(rotation, 2), turn(rotation, 3), "Skäl.", DECIDED)

    assert meeting_hosts()[1:3] == [["Salem"], ["Nykvarn"]]
    swap.delete()
    assert meeting_hosts()[1:3] == [["Salem"], ["Nykvarn"]]


def test_co_hosts_stay_and_keep_their_places(rotation):
    haninge = turn(rotation, 1).municipality
    event = turn(rotation, 2).event
    event.event_hosts.create(municipality=haninge, position=0)
    event.event_hosts.filter(municipality__name="Nykvarn").update(position=1)
    record_swap(turn(rotation, 2), turn(rotation, 3), "Skäl.", DECIDED)

    assert meeting_hosts()[1] == ["Haninge", "Salem"]


def test_swap_with_a_co_host_adds_nobody_twice(rotation):
    salem = turn(rotation, 3).municipality
    turn(rotation, 2).event.event_hosts.create(municipality=salem, position=1)
    record_swap(turn(rotation, 2), turn(rotation, 3), "Skäl.", DECIDED)

    assert meeting_hosts()[1:3] == [["Nykvarn", "Salem"], ["Nykvarn"]]


def test_turns_in_hand_are_as_stored_after_a_swap(rotation):
    first, second = turn(rotation, 2), turn(rotation, 3)
    HostTurn.objects.filter(pk=first.pk).update(year=2019)
    record_swap(first, second, "Skäl.", DECIDED)

    assert (str(first.municipality), str(second.municipality), first.year) == ("Salem", "Nykvarn", 2019)


@pytest.mark.parametrize(
    ("second", "reason", "message"),
    [
        (2, "Skäl.", "Välj två olika turer att byta."),
        (6, "Skäl.", "Båda turerna är redan samma kommuns. Det finns inget att byta."),
        (3, "", "Detta fält får inte vara tomt."),
    ],
)
def test_swap_that_is_none_is_refused_and_nothing_changes(rotation, second, reason, message):
    before = hosts(rotation), meeting_hosts()
    with pytest.raises(ValidationError) as error:
        record_swap(turn(rotation, 2), turn(rotation, second), reason, DECIDED)

    assert message in error.value.messages
    assert (hosts(rotation), meeting_hosts(), HostSwap.objects.count()) == (*before, 0)


def test_swap_between_rotations_is_refused(rotation):
    other = factories.make_rotation(
        factories.make_body("radslaget"), [place.municipality for place in rotation.places.all()], turns=2
    )
    with pytest.raises(ValidationError, match="samma värdskapsordning"):
        record_swap(turn(rotation, 1), turn(other, 2), "Skäl.", DECIDED)


def test_swap_by_the_model_alone_exchanges_too(rotation):
    """As the administration saves it."""
    swap = HostSwap(
        rotation=rotation,
        first_turn=turn(rotation, 1),
        second_turn=turn(rotation, 2),
        reason="Skäl.",
        decided_on=DECIDED,
    )
    swap.save()

    assert hosts(rotation)[:2] == ["Nykvarn", "Haninge"]
    swap.reason = "Ett bättre skäl."
    swap.save()
    assert hosts(rotation)[:2] == ["Nykvarn", "Haninge"]


def test_turns_of_a_swap_can_not_be_changed(rotation):
    swap = record_swap(turn(rotation, 1), turn(rotation, 2), "Skäl.", DECIDED)
    swap.second_turn = turn(rotation, 3)

    for attempt in (swap.full_clean, swap.save):
        with pytest.raises(ValidationError, match="Turerna i ett byte kan inte ändras"):
            attempt()
    assert hosts(rotation)[:3] == ["Nykvarn", "Haninge", "Salem"]


def test_swap_under_a_later_one_can_not_be_undone(rotation):
    first = record_swap(turn(rotation, 1), turn(rotation, 2), "Skäl.", DECIDED)
    second = record_swap(turn(rotation, 2), turn(rotation, 3), "Skäl.", DECIDED)
    apart = record_swap(turn(rotation, 5), turn(rotation, 6), "Skäl.", DECIDED)

    assert hosts(rotation)[:3] == ["Nykvarn", "Salem", "Haninge"]
    with pytest.raises(ValidationError, match="Ta bort det senare bytet först"):
        first.delete()
    for swap in (second, apart, first):
        swap.delete()
    assert hosts(rotation) == NAMES * 2


def test_swaps_deleted_together_are_undone_newest_first(rotation):
    record_swap(turn(rotation, 1), turn(rotation, 2), "Skäl.", DECIDED)
    record_swap(turn(rotation, 2), turn(rotation, 3), "Skäl.", DECIDED)

    assert HostSwap.objects.all().delete() == (2, {"calendar_app.HostSwap": 2})
    assert (hosts(rotation), meeting_hosts()) == (NAMES * 2, [[name] for name in NAMES])


def test_rotation_is_deleted_with_its_swaps_but_a_swapped_turn_is_not(rotation):
    record_swap(turn(rotation, 1), turn(rotation, 2), "Skäl.", DECIDED)

    with pytest.raises(RestrictedError):
        turn(rotation, 1).delete()
    rotation.delete()
    assert HostSwap.objects.count() == HostTurn.objects.count() == 0


def test_next_turns_follow_the_last_stored_one_whatever_was_swapped(rotation):
    record_swap(turn(rotation, 1), turn(rotation, 8), "Skäl.", DECIDED)
    rotation = HostRotation.objects.with_turns().get(pk=rotation.pk)

    assert [(number, str(host)) for number, host in rotation.next_turns(3)] == [
        (9, "Haninge"),
        (10, "Nykvarn"),
        (11, "Salem"),
    ]


def test_rotation_without_order_or_turns_has_its_first_turns_or_none():
    body = factories.make_body()
    empty = factories.make_rotation(body, [])

    assert (empty.cycle(), empty.next_turns(3)) == (None, [])


pairs = st.tuples(st.integers(1, 8), st.integers(1, 8))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(pairs, max_size=6))
def test_any_swaps_leave_no_breaks_and_can_all_be_undone(rotation, made):
    for first, second in made:
        try:
            record_swap(turn(rotation, first), turn(rotation, second), "Skäl.", DECIDED)
        except ValidationError:
            continue
        assert breaks(rotation) == []
        # Each meeting has one host still: its turn's.
        assert meeting_hosts() == [[host] for host in hosts(rotation)[:4]]
    HostSwap.objects.all().delete()

    assert (hosts(rotation), meeting_hosts()) == (NAMES * 2, [[name] for name in NAMES])
