"""Two texts compared word by word."""

from hypothesis import given
from hypothesis import strategies as st

from sodertorn.word_diff import Kind, Stretch, word_diff

SAME, ADDED, TAKEN, LEFT = Kind.SAME, Kind.ADDED, Kind.TAKEN_AWAY, Kind.LEFT_OUT


def test_word_diff_says_what_was_taken_away_before_what_came_instead() -> None:
    assert word_diff("Vi möts i Salem varje år.", "Vi möts i Tyresö varje år.") == [
        Stretch(SAME, "Vi möts i "),
        Stretch(TAKEN, "Salem "),
        Stretch(ADDED, "Tyresö "),
        Stretch(SAME, "varje år."),
    ]


def test_word_diff_of_the_same_text_is_empty() -> None:
    assert word_diff("Samma\r\ntext", "Samma\ntext") == []


def test_word_diff_from_and_to_nothing() -> None:
    assert word_diff("", "Ny text") == [Stretch(ADDED, "Ny text")]
    assert word_diff("Gammal text", "") == [Stretch(TAKEN, "Gammal text")]


def test_word_diff_leaves_out_what_is_far_from_a_change() -> None:
    many = " ".join(f"ord{number}" for number in range(60))

    found = word_diff(f"{many} slut", f"{many} nytt slut")

    assert [each.kind for each in found] == [LEFT, SAME, ADDED, SAME]
    assert found[1].text.split() == [f"ord{number}" for number in range(48, 60)]
    assert found[2:] == [Stretch(ADDED, "nytt "), Stretch(SAME, "slut")]


def test_word_diff_keeps_a_gap_between_two_changes() -> None:
    many = " ".join(f"ord{number}" for number in range(60))

    found = word_diff(f"a {many} b", f"x {many} y")

    assert [each.kind for each in found] == [TAKEN, ADDED, SAME, LEFT, SAME, TAKEN, ADDED]


WORDS = st.lists(st.sampled_from(["vi", "möts", "i", "Salem", "och"]), max_size=10).map(" ".join)


@given(WORDS, WORDS)
def test_word_diff_holds_both_texts(before: str, after: str) -> None:
    """So few words that nothing is left out: what was not added is the old text, and the other way round."""
    found = word_diff(before, after)

    if before != after:
        assert "".join(each.text for each in found if each.kind != ADDED) == before
        assert "".join(each.text for each in found if each.kind != TAKEN) == after
