"""What the portal asks of OpenSearch, against a stand-in: how a real one ranks is not tested here."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sodertorn.search import Answer, Question
from sodertorn.search_entry import SearchEntry
from tests import factories
from tests.services.opensearch import OpenSearch, running

pytestmark = pytest.mark.django_db

INDEX = "sodertorn_searchentry"


@pytest.fixture
def service(settings: Any) -> Iterator[OpenSearch]:
    with running(OpenSearch()) as opensearch:
        settings.SEARCH_URL = opensearch.url
        yield opensearch


def test_the_command_fills_a_new_index_and_puts_it_in_place(service: OpenSearch) -> None:
    factories.make_news("Ökad samverkan")
    call_command("update_search", verbosity=0)
    first = service.aliases[INDEX]
    call_command("update_search", verbosity=0)
    second = service.aliases[INDEX]

    assert first != second
    assert list(service.indexes) == [second]
    (document,) = service.indexes[second].values()
    assert document["heading_words"] == "okad o0kad samverkan"
    assert document["kind_filter"] == "nyheter"
    assert document["year_filter"] == 2017
    analysis = service.settings[second]["settings"]["analysis"]
    assert analysis["analyzer"]["default"] == {"type": "whitespace"}
    assert service.mappings[second]["properties"]["kind_filter"] == {"type": "keyword"}


def test_an_edit_is_told_when_it_is_made_and_a_deletion_too(
    service: OpenSearch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        item = factories.make_news("Ökad samverkan")
    assert [each["pk"] for each in service.indexes[INDEX].values()] == [str(SearchEntry.objects.get().pk)]

    with django_capture_on_commit_callbacks(execute=True):
        item.delete()
    assert service.indexes[INDEX] == {}


def test_nothing_is_told_of_what_is_undone(
    service: OpenSearch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=False):
        factories.make_news("Ökad samverkan")

    assert service.indexes == {}


def test_hits_are_those_that_it_finds_in_its_order(service: OpenSearch) -> None:
    factories.make_news("Ökad samverkan")
    factories.make_event(datetime.date(2017, 5, 4), title="Ökad trygghet")
    keys = [str(pk) for pk in SearchEntry.objects.order_by("-pk").values_list("pk", flat=True)]
    service.found, service.counts = keys, {"moten": 1, "nyheter": 1}
    answer = Answer(Question("ökad", year=2017))

    assert answer.counts == {"moten": 1, "nyheter": 1}
    assert [group.kind for group in answer.groups()] == ["moten", "nyheter"]
    asked = service.asked[0]
    assert asked["aggregations"] == {"kind": {"terms": {"field": "kind_filter", "missing": 0}}}
    assert {"term": {"year_filter": 2017}} in asked["query"]["bool"]["filter"]
    for query in asked["query"]["bool"]["must"]["dis_max"]["queries"]:
        (words,) = [query["bool"]["should"]]
        assert [next(iter(word["match"].values()))["query"] for word in words] == ["okad", "o0kad"]


@pytest.mark.parametrize("fault", ["down", "gone"])
def test_the_database_answers_when_it_does_not(service: OpenSearch, settings: Any, fault: str) -> None:
    factories.make_news("Ökad samverkan")
    if fault == "down":
        service.is_down = True
    else:
        settings.SEARCH_URL = "http://127.0.0.1:9"

    assert Answer(Question("ökad")).total == 1


def test_an_edit_is_made_although_it_does_not_answer(
    service: OpenSearch,
    django_capture_on_commit_callbacks: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    service.is_down = True
    with django_capture_on_commit_callbacks(execute=True):
        factories.make_news("Ökad samverkan")

    assert SearchEntry.objects.count() == 1
    assert "run manage.py update_search" in caplog.text


def test_the_command_says_when_it_does_not_answer(service: OpenSearch) -> None:
    service.is_down = True

    with pytest.raises(CommandError, match="Kontrollera SEARCH_URL"):
        call_command("update_search", verbosity=0)
