"""What pages are made of is read once for each generation, and only for visitors' pages."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from budget.views import budget_detail
from calendar_app.forms import EventFilter
from calendar_app.models import Event
from calendar_app.views import event_detail, event_year
from committee.models import Municipality
from sodertorn.kept_rows import LARGEST, KeptRows, kept_for_generation
from tests import factories


class Read:
    """A function that is kept, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.kept = kept_for_generation(self.read)

    def read(self, what: object) -> list[object]:
        self.asked.append(what)
        return [what, len(self.asked)]


def test_rows_are_read_once_for_each_generation():
    read, rows = Read(), KeptRows()
    with rows.of(1):
        assert read.kept("a") == read.kept("a") == ["a", 1]
        assert read.kept("b") == ["b", 2]
    with rows.of(2):
        assert read.kept("a") == ["a", 3]


def test_rows_are_read_anew_where_no_page_for_every_visitor_is_built():
    read, rows = Read(), KeptRows()
    with rows.of(1):
        read.kept("a")
    assert read.kept("a") == ["a", 2]


def test_page_of_an_older_generation_neither_finds_nor_keeps():
    read, rows = Read(), KeptRows()
    with rows.of(2):
        read.kept("a")
    with rows.of(1):
        assert (read.kept("a"), read.kept("a")) == (["a", 2], ["a", 3])
    with rows.of(2):
        assert read.kept("a") == ["a", 1]


def test_same_arguments_to_another_function_are_another_value():
    one, other, rows = Read(), Read(), KeptRows()
    with rows.of(1):
        one.kept("a")
        other.kept("a")
    assert other.asked == ["a"]


def test_what_was_used_longest_ago_goes_when_there_is_no_room():
    read, rows = Read(), KeptRows()
    with rows.of(1):
        for number in range(LARGEST):
            read.kept(number)
        read.kept(0)
        read.kept("one more")
        assert read.kept(0) == [0, 1]
        assert read.kept(1) == [1, LARGEST + 2]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), max_size=40))
def test_no_page_is_made_of_what_an_older_generation_was(steps):
    content = [0]
    read, rows = kept_for_generation(lambda what: (what, content[0])), KeptRows()
    for number, what in steps:
        content[0] = number
        with rows.of(number):
            assert read(what) == (what, number)


def test_what_cannot_be_read_is_asked_for_again():
    rows, asked = KeptRows(), []

    @kept_for_generation
    def missing() -> list[str]:
        asked.append(1)
        raise LookupError

    for _ in range(2):
        with rows.of(1), pytest.raises(LookupError):
            missing()
    assert asked == [1, 1]


@pytest.mark.django_db
def test_other_addresses_of_the_same_page_ask_the_database_nothing():
    factories.make_budget(factories.make_plan(2017))
    factories.make_event(datetime.date(2017, 2, 2), body=factories.make_body(), slug="mote")
    rows = KeptRows()
    pages: list[tuple[Callable[..., HttpResponse], dict[str, Any]]] = [
        (budget_detail, {"year": 2017}),
        (event_year, {"year": 2017}),
        (event_detail, {"year": 2017, "month": 2, "day": 2, "slug": "mote"}),
    ]

    def ask(ending: str) -> list[int]:
        with rows.of(1):
            return [view(RequestFactory().get(f"/{ending}"), **place).status_code for view, place in pages]

    assert ask("") == [200, 200, 200]
    with CaptureQueriesContext(connection) as queries:
        assert ask("?fbclid=1") == [200, 200, 200]
    assert [query["sql"] for query in queries] == []


@pytest.mark.django_db
def test_what_is_kept_asks_nothing_more(django_assert_num_queries):
    """Two threads that ask the same question at the same time break it."""
    factories.make_municipality()
    context: dict[str, Any] = {
        "rows": Municipality.objects.all(),
        "more": {"of": Municipality.objects.all()},
    }
    with KeptRows().of(1):
        shown = kept_for_generation(lambda: context)()
    with django_assert_num_queries(0):
        assert [len(shown["rows"]), len(shown["more"]["of"])] == [1, 1]


@pytest.mark.django_db
def test_filter_of_a_kept_calendar_asks_nothing_more(django_assert_num_queries):
    factories.make_municipality()
    form = EventFilter({})
    form.read_choices()
    with django_assert_num_queries(0):
        assert len(form.drawn_from[1][1]) == 2
        assert form.as_p().count("<option") == 1 + 2 + 1 + len(Event.Kind.choices)
