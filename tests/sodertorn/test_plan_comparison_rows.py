"""What became of a plan's rows: which are the same, and what is told of the others."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodertorn.plan_comparison_rows import Changes, Entry, Pair, changes, likeness, lineages, matches
from sodertorn.word_diff import Kind, Stretch


def test_copies_are_the_same_row_whatever_they_say():
    before = [Entry("Klimat", lineage=1), Entry("Skola", lineage=2)]
    after = [Entry("Ungas lärande", lineage=2), Entry("Helt annat", lineage=1)]

    assert matches(before, after) == {0: 1, 1: 0}


def test_rows_without_a_common_origin_are_known_by_name_first_under_the_same_heading():
    before = [Entry("Vi ska", place="A", lineage=1), Entry("Vi ska", place="B", lineage=2)]
    after = [Entry("vi ska", place="B", lineage=3), Entry("Vi ska", place="C", lineage=4)]

    assert matches(before, after) == {1: 0, 0: 1}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a b c d", "a b x y", Fraction(1, 2)),
        ("a b c d", "a x y z", Fraction(1, 4)),
        ("a a b", "a b b", Fraction(2, 3)),
        ("", "", Fraction(1)),
        ("a", "", Fraction(0)),
    ],
)
def test_likeness_is_the_share_of_words_in_common(before, after, expected):
    assert likeness(Entry(before), Entry(after)) == expected


def test_rows_with_half_of_their_words_in_common_are_the_same_and_not_with_less():
    assert matches([Entry("a b c d")], [Entry("a b x y")]) == {0: 0}
    assert matches([Entry("a b c d e")], [Entry("a b x y z")]) == {}


def test_the_most_alike_are_paired_first():
    before = [Entry("vi ökar takten i bygget"), Entry("vi ökar takten")]
    after = [Entry("vi ökar takten nu")]

    assert matches(before, after) == {1: 0}


def test_changes_tell_what_is_new_dropped_reworded_and_as_before():
    same, old, gone = Entry("Oförändrad", lineage=1), Entry("Vi bygger", "Ett", lineage=2), Entry("Borta")
    new, fresh = Entry("Vi bygger", "Två", lineage=2), Entry("Ny")
    found = changes([same, old, gone], [fresh, new, same])

    assert found == Changes(pairs=[Pair(old, new), Pair(same, same)], added=[fresh], dropped=[gone])
    assert found.changed == [Pair(old, new)]
    assert found.unchanged == [Pair(same, same)]
    assert found.changed[0].words == [Stretch(Kind.TAKEN_AWAY, "Ett"), Stretch(Kind.ADDED, "Två")]
    assert found.changed[0].name_words == []


def test_priorities_are_told_apart_from_wording():
    pairs = [Pair(Entry("A"), Entry("A", is_priority=True)), Pair(Entry("B", is_priority=True), Entry("B"))]
    kept = Pair(Entry("C", is_priority=True), Entry("C", is_priority=True))
    found = Changes([*pairs, kept], added=[Entry("D", is_priority=True)], dropped=[Entry("E")])

    assert [entry.name for entry in found.now_priorities] == ["A", "D"]
    assert [entry.name for entry in found.no_longer_priorities] == ["B"]
    assert found.kept_priorities == [kept]
    assert found.changed == []


def test_row_under_a_renamed_heading_has_not_moved():
    renamed = Pair(Entry("A", place="Klimat", place_lineage=1), Entry("A", place="Miljö", place_lineage=1))
    retyped = Pair(Entry("A", place="Klimat", place_lineage=1), Entry("A", place="Klimat", place_lineage=9))
    moved = Pair(Entry("A", place="Klimat", place_lineage=1), Entry("A", place="Skola", place_lineage=2))

    assert [pair.is_moved for pair in (renamed, retyped, moved)] == [False, False, True]


def test_lineage_is_the_first_of_a_chain_of_copies():
    assert lineages({5: 3, 3: 1, 4: None}) == {5: 1, 3: 1, 4: 4}


def test_lineage_of_rows_that_are_copies_of_each_other_ends():
    assert lineages({1: 2, 2: 1}) == {1: 2, 2: 1}


entries = st.lists(
    st.builds(
        Entry,
        name=st.lists(st.sampled_from("abcde"), max_size=4).map(" ".join),
        text=st.sampled_from(["", "x", "x y"]),
        lineage=st.none() | st.integers(0, 4),
        place=st.sampled_from("PQ"),
        is_priority=st.booleans(),
    ),
    max_size=7,
)


@given(entries)
def test_a_plan_compared_with_itself_has_nothing_new(rows):
    found = changes(rows, rows)

    assert found.says_the_same
    assert len(found.pairs) == len(rows)
    assert found.now_priorities == found.no_longer_priorities == found.moved == []


@given(entries, entries)
def test_what_is_added_one_way_is_dropped_the_other(before, after):
    there, back = changes(before, after), changes(after, before)

    assert there.added == back.dropped
    assert there.dropped == back.added
    assert {(id(pair.before), id(pair.after)) for pair in there.pairs} == {
        (id(pair.after), id(pair.before)) for pair in back.pairs
    }
    assert len(there.now_priorities) == len(back.no_longer_priorities)


@given(entries, entries)
def test_every_row_is_told_of_exactly_once(before, after):
    found = changes(before, after)

    assert sorted(map(id, [*(pair.before for pair in found.pairs), *found.dropped])) == sorted(
        map(id, before)
    )
    assert sorted(map(id, [*(pair.after for pair in found.pairs), *found.added])) == sorted(map(id, after))
