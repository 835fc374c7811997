"""What is found, in which order, and how it is shown."""

import datetime
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sodertorn.search import Answer, Question, excerpt, marked, years
from sodertorn.search_entry import SearchEntry, SearchWord
from sodertorn.swedish_words import question_terms
from tests import document_files, factories

pytestmark = pytest.mark.django_db

Kind = SearchEntry.Kind
DAY = datetime.date(2017, 3, 23)


def titles(text: str, **limits: Any) -> list[str]:
    """The titles of all hits, best first."""
    question = Question(text, **limits)
    found = Answer(question)._found
    return [entry.title for entry in found.entries(0, 1000, "title")] if question.terms else []


def test_inflected_words_and_capitals_are_found() -> None:
    factories.make_news("Ökad samverkan")
    factories.make_news("En kommun växer")

    assert titles("ökad") == ["Ökad samverkan"]
    assert titles("ÖKADE") == ["Ökad samverkan"]
    assert titles("okad") == ["Ökad samverkan"]
    assert titles("kommunens") == ["En kommun växer"]


def test_a_name_is_found_without_its_marks() -> None:
    factories.make_municipality("Södertälje", "0181")

    assert titles("Sodertalje") == titles("södertälje") == titles("SÖDERTÄLJE") == ["Södertälje"]


def test_what_is_spelled_as_it_was_typed_comes_first() -> None:
    factories.make_news("Mal i garderoben")
    factories.make_news("Mål i sikte")

    assert titles("mål") == ["Mål i sikte", "Mal i garderoben"]


def test_all_words_must_be_there_in_any_order() -> None:
    factories.make_news("Bostäder byggs", lead="I hela regionen")
    factories.make_news("Bostäder rivs")

    assert titles("regionen bostäder") == ["Bostäder byggs"]


def test_a_heading_tells_more_than_a_text_and_the_newest_comes_first_of_equals() -> None:
    factories.make_news("Annat", lead="Här nämns Flemingsberg.", published_on=DAY)
    factories.make_news("Flemingsberg", slug="a", published_on=DAY)
    factories.make_news("Flemingsberg", slug="b", published_on=DAY + datetime.timedelta(days=30))

    found = Answer(Question("flemingsberg"))._found.entries(0, 9, "title", "date")

    assert [(entry.title, entry.date and entry.date.month) for entry in found] == [
        ("Flemingsberg", 4),
        ("Flemingsberg", 3),
        ("Annat", 3),
    ]


def test_documents_are_found_by_what_stands_in_them() -> None:
    paragraph = '<w:document xmlns:w="w"><w:p><w:r><w:t>Kolmilan byggs ut</w:t></w:r></w:p></w:document>'
    spreadsheet = document_files.xlsx()
    factories.make_document("Protokoll mars", content=document_files.pdf("Spårväg till Flemingsberg"))
    factories.make_document(
        "Underlag",
        file_name="Underlag.docx",
        content=document_files.zipped(
            {
                "[Content_Types].xml": document_files.DOCX_LIST.format(type=document_files.TEXT),
                "_rels/.rels": "<Relationships/>",
                "word/document.xml": paragraph,
            }
        ),
    )
    factories.make_document("Tabell", file_name="Tabell.xlsx", content=spreadsheet)

    assert titles("spårvägar") == ["Protokoll mars"]
    assert titles("kolmilan") == ["Underlag"]
    assert titles("kommunens") == ["Tabell"]


def test_limits_leave_the_rest_out() -> None:
    nykvarn = factories.make_municipality("Nykvarn", "0140")
    salem = factories.make_municipality("Salem", "0128")
    factories.make_event(DAY, title="Möte om buss", hosts=(nykvarn,))
    factories.make_event(DAY.replace(year=2018), title="Möte om tåg", hosts=(salem,))
    factories.make_news("Möte om allt", published_on=DAY)

    assert sorted(titles("möte", kind="moten")) == ["Möte om buss", "Möte om tåg"]
    assert sorted(titles("möte", year=2017)) == ["Möte om allt", "Möte om buss"]
    assert titles("möte", municipality="0128") == ["Möte om tåg"]
    assert titles("möte", kind="moten", year=2017, municipality="0140") == ["Möte om buss"]
    assert titles("möte", kind="nyheter", municipality="0140") == []


def test_the_years_to_choose_among_have_no_gaps() -> None:
    assert years() == []

    factories.make_event(DAY)
    factories.make_event(DAY.replace(year=2020))

    assert years() == [2020, 2019, 2018, 2017]


def test_hits_are_grouped_by_kind_with_the_best_first() -> None:
    for number in range(7):
        factories.make_news(f"Vatten {number}", lead="Om vatten")
    factories.make_page("Vatten")
    factories.make_event(DAY, title="Möte", note="Om vatten")

    answer = Answer(Question("vatten"))
    groups = answer.groups()

    assert [(group.kind, group.number, len(group.hits)) for group in groups] == [
        (Kind.PAGE, 1, 1),
        (Kind.NEWS, 7, 5),
        (Kind.EVENT, 1, 1),
    ]
    assert answer.counts == {"nyheter": 7, "sidor": 1, "moten": 1}
    assert answer.total == 9


def test_hits_of_one_kind_come_a_page_at_a_time_and_each_once() -> None:
    for number in range(45):
        factories.make_news(f"Vatten {number}")

    paginator = Answer(Question("vatten", kind="nyheter")).paginator()
    shown = [hit.address for page in paginator for hit in page]

    assert paginator.num_pages == 3
    assert len(shown) == len(set(shown)) == 45


def test_the_words_are_marked_in_any_form_and_nothing_else_is_markup() -> None:
    terms = question_terms("kommunens ökad")

    assert marked("Kommuner & <b>Okad</b> kommunikation", terms) == (
        "<mark>Kommuner</mark> &amp; &lt;b&gt;<mark>Okad</mark>&lt;/b&gt; kommunikation"
    )
    assert marked("Inget här", terms) == "Inget här"


def test_an_excerpt_is_around_the_first_word_and_cut_between_words() -> None:
    text = "inledning " * 100 + "Flemingsberg växer. " + "avslutning " * 100
    found = excerpt(text, question_terms("flemingsberg"))

    assert found.startswith("… inledning ")
    assert "Flemingsberg växer." in found
    assert found.endswith("avslutning …")
    assert 150 < len(found) < 230
    assert excerpt("Kort text.", question_terms("annat")) == "Kort text."


def test_a_misspelt_word_suggests_what_has_hits() -> None:
    factories.make_news("Bostadsbyggande i Nykvarn")

    assert Answer(Question("bostdsbyggande")).suggestions == ["bostadsbyggande"]
    assert Answer(Question("Nykvrn bostadsbyggande")).suggestions == ["nykvarn bostadsbyggande"]
    assert Answer(Question("bostadsbyggande")).suggestions == []
    assert Answer(Question("xyzzy")).suggestions == []


def test_the_beginning_of_a_word_suggests_the_whole_word() -> None:
    factories.make_news("Infrastruktur inför budgetåret")

    assert Answer(Question("infra")).suggestions == ["infrastruktur"]
    assert Answer(Question("INFRASTRUK")).suggestions == ["infrastruktur"]
    assert Answer(Question("infrx")).suggestions == ["inför"]
    assert Answer(Question("in")).suggestions == []


def test_no_word_is_suggested_that_is_nowhere_any_longer() -> None:
    item = factories.make_news("Hemligheten")
    item.delete()

    assert SearchWord.objects.filter(word="hemligheten").exists()
    assert Answer(Question("hemligheen")).suggestions == []


def test_suggestions_are_quick_among_many_words() -> None:
    letters = "abcdefghijklmnoprstuvåäö"
    words = {f"{a}{b}{c}{d}are" for a in letters for b in letters for c in letters for d in "eiou"}
    SearchWord.objects.bulk_create([SearchWord(word=word) for word in sorted(words)[:50_000]])
    began = time.perf_counter()

    assert Answer(Question("obegripligheter")).suggestions == []
    assert time.perf_counter() - began < 5  # a tenth of that on a machine that does nothing else


def test_a_search_costs_as_many_queries_whatever_it_finds(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    factories.make_news("Vatten")
    with django_assert_num_queries(4):
        Answer(Question("vatten")).groups()
    for number in range(30):
        factories.make_news(f"Vatten {number}")
        factories.make_event(DAY, title=f"Vatten {number}")
    with django_assert_num_queries(4):
        Answer(Question("vatten")).groups()
    with django_assert_num_queries(3):
        list(Answer(Question("vatten", kind="nyheter")).paginator().page(2))


OPERATORS = [*"\"'*()-;", "AND", "OR", "NOT", "NEAR(", "budget", "title:", "--", ":*", "<->"]


class TestAnyQuestion(TestCase):
    """Whatever is asked is answered."""

    def setUp(self) -> None:
        factories.make_news("Möte AND (budget) OR \"kaffe\" NOT 'te'*")

    @settings(max_examples=60, deadline=None)
    @given(
        st.one_of(
            st.text(max_size=200),
            st.text(alphabet="ab \"'*()-:^+{}[]&|!<>\\/%_~@#,.;", max_size=60),
            st.lists(st.sampled_from(OPERATORS), max_size=12).map(" ".join),
        )
    )
    def test_any_text_is_answered(self, text: str) -> None:
        answer = Answer(Question(text))

        assert answer.total in (0, 1)
        assert len(answer.groups()) == answer.total
        assert isinstance(answer.suggestions, list)
