"""The page of search, as a visitor meets it: also with what can't be asked."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sodertorn.own_pages import PAGES, OwnPage
from tests import factories
from tests.reading import assert_well_made, parse
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

DAY = datetime.date(2017, 3, 23)


def get(client: Client, query: str = "", **asked: str) -> Any:
    return client.get(f"/sok/{query}", asked or None)


def text_of(response: Any) -> str:
    return response.content.decode()


def test_the_empty_page_says_how_to_search(client: Client) -> None:
    response = get(client)
    page = text_of(response)

    assert response.status_code == 200
    assert "<title>Sök – Södertörnskommunerna</title>" in page
    assert 'role="search"' in page
    assert "Så söker du" in page


def test_hits_are_shown_with_their_place_their_marks_and_how_many(client: Client) -> None:
    factories.make_news("Ökad samverkan", lead="Mer av allt.", published_on=DAY)
    factories.make_event(DAY, title="Möte om ökad trygghet")
    factories.make_page("Ökade anslag")
    response = get(client, q="ökad")
    page = text_of(response)

    assert response.status_code == 200
    assert "<title>Sök: ökad – 3 träffar – Södertörnskommunerna</title>" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "<mark>Ökad</mark> samverkan" in page
    assert "<mark>Ökade</mark> anslag" in page
    assert "Sammanträde · torsdag 23\N{NO-BREAK SPACE}mars 2017" in page
    assert response["Cache-Control"] == "no-store"


def test_one_hit_is_one(client: Client) -> None:
    factories.make_news("Ökad samverkan")

    assert "<title>Sök: ökad – 1 träff – " in text_of(get(client, q="ökad"))


def test_the_page_is_well_made(client: Client) -> None:
    factories.make_news("Ökad samverkan")

    for query in ("", "?q=%C3%B6kad", "?q=%C3%B6kad&typ=nyheter", "?q=xyz", "?q=x&typ=bilar"):
        assert_well_made(parse(text_of(get(client, query))))


def test_a_kind_is_shown_a_page_at_a_time(client: Client) -> None:
    for number in range(25):
        factories.make_news(f"Vatten {number}")
    factories.make_page("Vatten")
    everything = text_of(get(client, q="vatten"))
    second = text_of(get(client, q="vatten", typ="nyheter", sida="2"))

    assert "Visa alla 25 träffar bland nyheter" in everything
    assert 'href="?q=vatten&amp;typ=nyheter"' in everything
    assert "Nyheter, sida 2 av 2" in second
    assert 'start="21"' in second
    assert second.count('class="hit"') == 5
    assert 'href="?q=vatten&amp;typ=nyheter" rel="prev"' in second


@pytest.mark.parametrize(
    ("q", "addresses"),
    [
        ("öppna data", ["/oppna-data/", "/api/v1/"]),
        ("kalendern", ["/kalender/", "/kalender/prenumerera/"]),
        ("tillgänglighet", ["/tillganglighet/", "/tillganglighet/anmal-brist/"]),
        ("hur anmäler jag en brist", []),
        ("anmäla brister", ["/tillganglighet/anmal-brist/"]),
        ("protokoll", ["/dokument/"]),
        ("öppna frågor", []),
    ],
)
def test_pages_that_the_portal_always_has_are_found(client: Client, q: str, addresses: list[str]) -> None:
    page = parse(text_of(get(client, q=q)))
    shown = [each for each in page.all("p", "search__meant") if "Gå direkt" in each.text]

    assert [link for each in shown for link in each.links()] == addresses
    assert (f"Inga andra träffar på ”{q}”" in page.text) == bool(addresses)
    assert all(client.get(address).status_code == 200 for address in addresses)


def test_pages_that_the_portal_always_has_are_of_no_kind_or_year(client: Client) -> None:
    assert "Gå direkt" not in text_of(get(client, q="kalender", typ="nyheter"))


@pytest.mark.parametrize("page", PAGES)
def test_pages_that_the_portal_always_has_are_there(client: Client, page: OwnPage) -> None:
    assert client.get(page.address).status_code == 200


@pytest.mark.parametrize("sida", ["3", "0", "-1", "x", "999999999999999999999", "1e5"])
def test_a_page_that_is_not_there_leads_to_the_first(client: Client, sida: str) -> None:
    for number in range(25):
        factories.make_news(f"Vatten {number}")
    response = get(client, q="vatten", typ="nyheter", sida=sida)

    assert response.status_code == 404
    assert "Så många sidor med träffar finns inte." in text_of(response)
    assert 'href="?q=vatten&amp;typ=nyheter"' in text_of(response)


def test_a_misspelling_is_put_right_and_keeps_the_limits(client: Client) -> None:
    factories.make_news("Bostadsbyggande", published_on=DAY)
    page = text_of(get(client, q="bostdsbyggande", ar="2017"))

    assert "Inga träffar på ”bostdsbyggande”" in page
    assert '<a href="?q=bostadsbyggande&amp;ar=2017">bostadsbyggande</a>?' in page
    assert 'href="?q=bostdsbyggande">Sök på samma ord i allt, utan filter' in page


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"typ": "bilar"}, "Typen i adressen finns inte."),
        ({"ar": "1066"}, "Det året finns det inget från."),
        ({"ar": "x" * 50}, "Det året finns det inget från."),
        ({"kommun": "atlantis"}, "Kommunen i adressen finns inte."),
        ({"kommun": "a\x00b"}, "Kommunen i adressen finns inte."),
    ],
)
def test_an_unknown_limit_is_told(client: Client, asked: dict[str, str], sentence: str) -> None:
    response = get(client, **{"q": "vatten", **asked})

    assert response.status_code == 400
    assert sentence in text_of(response)
    assert 'value="vatten"' in text_of(response)


def test_a_question_of_ten_thousand_characters_is_told_to_be_too_long(client: Client) -> None:
    response = get(client, q="budget " * 1500)

    assert response.status_code == 400
    assert "Sökningen är för lång. Skriv högst 200 tecken" in text_of(response)


@pytest.mark.parametrize(
    "q",
    [
        *('"', "'", "*", "(", ")", "((", '"budget', "budget*", "bud*et", "budget AND", "NOT budget", "OR"),
        *("NEAR(", "title:budget", "{a b}: c", "^budget", "a:b:c", "-- drop", "'; DROP TABLE x", "%", "_"),
        *(
            "\\",
            "!&|",
            "<->",
            ":*",
            "budget:*",
            "\x00",
            "budget\x00",
            "\ud83d",
            "🙂",
            "  ",
            "…",
            "<script>",
            "{{ 7 }}",
        ),
    ],
)
def test_no_question_breaks_the_page(client: Client, q: str) -> None:
    factories.make_news("Budget & (a OR b)")

    assert get(client, q=q.encode("utf-8", "replace").decode()).status_code == 200


def test_what_is_typed_is_never_markup(client: Client) -> None:
    page = text_of(get(client, q="<script>alert(1)</script>"))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_bytes_that_are_no_text_are_answered(client: Client) -> None:
    assert get(client, "?q=%ff%fe%00&typ=%ff").status_code == 400
    assert get(client, "?q=%ff%fe%00").status_code == 200
    assert get(client, "?q=a&q=b&q=budget").status_code == 200


def test_punctuation_alone_asks_for_a_word(client: Client) -> None:
    assert "Skriv minst ett ord" in text_of(get(client, q="?!*"))


def test_other_methods_are_refused(client: Client) -> None:
    assert client.post("/sok/", {"q": "budget"}).status_code == 405
    assert client.head("/sok/?q=budget").status_code == 200


def test_the_page_costs_as_many_queries_whatever_it_finds(
    client: Client, django_assert_num_queries: Callable[[int], Any]
) -> None:
    salem = factories.make_municipality("Salem", "0128")
    factories.make_event(DAY, title="Vatten", hosts=(salem,))
    asked = {"q": "vatten", "kommun": "salem", "ar": "2017"}
    with django_assert_num_queries(8):
        get(client, **asked)
    for day in range(1, 28):
        factories.make_event(DAY.replace(month=5, day=day), title="Vatten", hosts=(salem,))
        factories.make_news(f"Vatten {day}")
    with django_assert_num_queries(8):
        get(client, **asked)


def test_staff_are_told_that_drafts_are_not_there(client: Client) -> None:
    factories.make_news("Kvastfening", publication="draft")
    sign_in(client, User.objects.create_superuser("bo"))
    page = text_of(get(client, q="kvastfening"))

    assert "Inga träffar på ”kvastfening”" in page
    assert "utkast finns inte med" in page


def test_every_page_leads_to_search(client: Client) -> None:
    assert '<a class="search-link" href="/sok/">' in text_of(client.get("/"))
