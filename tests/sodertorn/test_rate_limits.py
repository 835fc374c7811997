"""How often one address may ask for what costs much. The `clock` of conftest turns the limits on."""

import json
from dataclasses import replace
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import get_resolver
from pytest_django.fixtures import Settings

from sodertorn.caches import NodeCache
from sodertorn.rate_limits import LIMITED, SEARCH
from tests.reading import parse
from tests.test_leaks import routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FILE = "/oppna-data/kommuner.csv"
ROWS = "/api/v1/kommuner"
# A document lies ready.
NOT_LIMITED = {"committee:document-file"}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two answers a minute are enough."""
    limits = {name: replace(limit, amount=2) for name, limit in LIMITED.items()}
    monkeypatch.setattr("sodertorn.rate_limits.LIMITED", limits)


def test_every_file_and_every_answer_for_programs_is_limited() -> None:
    named = set(routes(get_resolver().url_patterns))
    costly = {name for name in named if name.endswith(("-file", "-poster"))} - NOT_LIMITED

    assert set(LIMITED) == costly | {"search", "dcat", "api-dataset", "api-description"}


def test_as_many_searches_as_the_limit_are_answered(client: Client) -> None:
    answers = [client.get("/sok/").status_code for _ in range(SEARCH.amount + 1)]

    assert answers == [200] * SEARCH.amount + [429]


@pytest.mark.usefixtures("few")
def test_whoever_searches_too_often_is_told_when_to_go_on(client: Client, clock: SimpleNamespace) -> None:
    for _ in range(2):
        client.get("/sok/?q=budget")
    response = client.get("/sok/?q=budget")
    page = parse(response.content.decode())

    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (
        429,
        "45",
        "no-store",
    )
    assert page.one("h1").text == "För många frågor på kort tid"
    assert "Vänta 45 sekunder" in page.one("p", "lede").text
    assert client.get("/").status_code == 200
    clock.now += 44
    assert "Vänta 1 sekund och" in client.get("/sok/").content.decode()
    clock.now += 1
    assert client.get("/sok/").status_code == 200


@pytest.mark.usefixtures("few")
def test_program_that_asks_too_often_is_told_as_a_problem(client: Client) -> None:
    for _ in range(2):
        assert client.get(ROWS).status_code == 200
    response = client.get(ROWS)

    assert (response.status_code, response["Retry-After"]) == (429, "45")
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert json.loads(response.content) == {
        "type": "http://testserver/api/v1/#for-ofta",
        "title": "För många frågor på kort tid",
        "status": 429,
        "detail": "Vänta 45 sekunder och fråga sedan igen.",
        "errors": [],
    }


@pytest.mark.usefixtures("few")
def test_files_of_all_kinds_are_counted_together_but_not_with_searches(client: Client) -> None:
    assert [client.get(path).status_code for path in (FILE, "/budget.csv", FILE)] == [200, 200, 429]
    assert client.get("/sok/").status_code == 200


@pytest.mark.usefixtures("few")
def test_answer_that_nothing_has_changed_is_not_counted(client: Client) -> None:
    etag = client.get(FILE)["ETag"]

    assert [client.get(FILE, headers={"if-none-match": etag}).status_code for _ in range(5)] == [304] * 5
    assert [client.get(FILE).status_code for _ in range(2)] == [200, 429]


@pytest.mark.usefixtures("few")
def test_what_is_refused_is_not_counted_on(client: Client) -> None:
    for _ in range(9):
        client.get(FILE)

    counts: Any = caches["counts"]
    assert [counts.get(key.partition(":1:")[2]) for key in counts._cache] == [2]


@pytest.mark.usefixtures("few")
def test_each_address_has_its_own_count(client: Client) -> None:
    def ask(address: str) -> int:
        return client.get(FILE, REMOTE_ADDR=address).status_code

    assert [ask("192.0.2.1") for _ in range(3)] == [200, 200, 429]
    assert ask("192.0.2.2") == 200
    # One customer's IPv6 network is one asker; the next network is another.
    assert [ask(f"2001:db8:0:1::{number}") for number in range(1, 4)] == [200, 200, 429]
    assert ask("2001:db8:0:2::1") == 200


@pytest.mark.usefixtures("few")
def test_address_behind_the_proxy_is_the_one_that_the_proxy_saw(client: Client, settings: Settings) -> None:
    def ask(forwarded: str) -> int:
        return client.get(FILE, headers={"x-forwarded-for": forwarded}).status_code

    # Without a proxy whoever asks may write what they like there.
    assert [ask(f"192.0.2.{number}") for number in range(3)] == [200, 200, 429]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert [ask(f"198.51.100.{number}, 192.0.2.7") for number in range(3)] == [200, 200, 429]
    assert ask("192.0.2.8") == 200


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("address", ["", "no address"])
def test_nobody_is_refused_for_an_address_that_is_not_known(client: Client, address: str) -> None:
    assert [client.get(FILE, REMOTE_ADDR=address).status_code for _ in range(4)] == [200] * 4


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    "place",
    [
        {
            "BACKEND": "sodertorn.caches.SharedCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 1},
        },
        {"BACKEND": "sodertorn.caches.NodeCache", "LOCATION": "/proc/counts"},
        {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    ],
    ids=["no Redis", "no disk", "nothing kept"],
)
def test_nobody_is_refused_while_counts_cannot_be_kept(
    client: Client, settings: Settings, place: dict[str, object]
) -> None:
    settings.CACHES = {**settings.CACHES, "counts": place}

    assert [client.get(FILE).status_code for _ in range(4)] == [200] * 4


def test_all_that_count_at_the_same_time_are_counted(tmp_path: Path) -> None:
    """As the processes and threads of a node do, in files."""
    places = [NodeCache(str(tmp_path), {}) for _ in range(4)]
    places[0].set("rate", 0)
    threads = [Thread(target=lambda place=place: [place.incr("rate") for _ in range(50)]) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert places[0].get("rate") == 200


@pytest.mark.usefixtures("few")
def test_limits_can_be_turned_off(client: Client, settings: Settings) -> None:
    settings.RATE_LIMITS = False

    assert [client.get(FILE).status_code for _ in range(4)] == [200] * 4


def test_whoever_tries_to_sign_in_too_often_is_told_when_to_go_on(client: Client) -> None:
    for _ in range(30):
        client.post("/konto/logga-in/", {}, REMOTE_ADDR="192.0.2.31")
    response = client.post("/konto/logga-in/", {}, REMOTE_ADDR="192.0.2.31")

    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (
        429,
        "60",
        "no-store",
    )
    assert parse(response.content.decode()).one("h1").text == "För många försök"
