"""Words as search compares them: stems, marks and what separates words."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodertorn.swedish_words import Term, composed, exact_term, fold, index_terms, plain_term, question_terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ökad", "Ökad"),
        ("ökad", "ökade"),
        ("kommunens", "kommun"),
        ("kommunerna", "kommun"),
        ("Södertälje", "Sodertalje"),
        ("möten", "mötet"),
        ("mötena", "möte"),
        ("klimatets", "klimat"),
        ("klimatet", "klimat"),
        ("protokollet", "protokoll"),
        ("sammanträdena", "sammanträde"),
        ("näringslivet", "näringsliv"),
        ("samarbetet", "samarbeten"),
        ("budgeten", "budget"),
        ("hållbart", "hållbara"),
        ("regionalt", "regionala"),
        ("ledningsgruppens", "ledningsgruppen"),
        ("idé", "ide"),
        ("MILJÖ", "miljo"),
        ("cafe\N{COMBINING ACUTE ACCENT}", "café"),
    ],
)
def test_words_with_the_same_meaning_are_one_term(one: str, other: str) -> None:
    assert plain_term(composed(one)) == plain_term(composed(other))


@pytest.mark.parametrize(
    ("one", "other"), [("kommun", "kommitté"), ("sjö", "sju"), ("mars", "maj"), ("paket", "pak")]
)
def test_other_words_are_other_terms(one: str, other: str) -> None:
    assert plain_term(one) != plain_term(other)


def test_marks_are_told_apart_by_the_exact_term_alone() -> None:
    assert plain_term("mål") == plain_term("mal") == plain_term("mäl") == "mal"
    assert [exact_term(word) for word in ("mål", "mäl", "mal", "möl")] == ["ma0l", "ma1l", "", "mo0l"]


def test_a_text_has_each_word_and_its_exact_term() -> None:
    assert index_terms("Ökad samverkan, 2017: 12 %!") == "okad o0kad samverkan 2017 12"


def test_a_question_has_each_word_once() -> None:
    assert question_terms("Kommunens kommuner KOMMUN") == [Term("Kommunens", "kommun")]


def test_a_question_leaves_out_function_words() -> None:
    assert [term.word for term in question_terms("Vad är det för budget i år?")] == ["budget", "år"]
    assert [term.word for term in question_terms("i och på")] == ["i", "och", "på"]


@pytest.mark.parametrize("text", ["", " \t\n", "!?%*()\"'", "\x00", "— … –", "___", "🙂", "日本語"])
def test_what_has_no_letters_of_ours_asks_for_nothing(text: str) -> None:
    assert question_terms(text) == []
    assert index_terms(text) == ""


@given(st.text())
def test_a_text_folded_keeps_its_length_and_is_folded_for_good(text: str) -> None:
    given = composed(text)

    assert len(fold(given)) == len(given)
    assert fold(fold(given)) == fold(given)


@given(st.text())
def test_terms_are_letters_and_digits_that_every_index_keeps(text: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+( [a-z0-9]+)*)?", index_terms(text))


@given(st.text(alphabet="abcåäöÅÄÖ éü-2"))
def test_a_question_finds_its_own_text(text: str) -> None:
    terms = index_terms(text).split()

    assert {term.plain for term in question_terms(text)} <= set(terms)
    assert {term.exact for term in question_terms(text)} - {""} <= set(terms)


@given(st.text(alphabet="abcåäöÅÄÖéü "))
def test_a_question_without_marks_asks_for_the_same_plain_terms(text: str) -> None:
    def plain(question: str) -> set[str]:
        return {plain_term(word) for word in question.split()} - {""}

    assert plain(composed(text)) == plain(fold(composed(text)))
    assert plain(composed(unicodedata.normalize("NFD", text))) == plain(composed(text))
