"""The page for an address that is not there, and the short addresses."""

import datetime
from urllib.parse import quote

import pytest

from sodertorn.publishing import Publication
from tests import factories
from tests.reading import parse

pytestmark = pytest.mark.django_db


def suggested(client, address):
    response = client.get(address)
    assert response.status_code == 404
    page = parse(response.content.decode())
    assert page.one("h1").text == "Sidan finns inte"
    return [
        (link.text, link.attributes["href"])
        for section in page.all("section", aria_labelledby="forslag")
        for link in section.all("a")
    ]


def test_drafts_are_not_suggested(client):
    factories.make_page("Hemligheter", publication=Publication.DRAFT)
    factories.make_plan(2031, is_draft=True)

    assert suggested(client, "/hemligheten/") == []
    assert suggested(client, "/verksamhetsplan/2031/") == [("Verksamhetsplanen", "/verksamhetsplan/")]


def test_search_is_filled_in_with_the_words_of_the_address(client):
    page = parse(client.get("/kommuner/botkyrk-kommun/").content.decode())

    values = [field.attributes.get("value") for field in page.one("main").all("input", name="q")]
    assert values == ["kommuner botkyrk kommun"]


@pytest.mark.parametrize(
    "address", ["/xqzw/", "/kommuner/xqzw/", "/kalender/2031/x/", "/verksamhetsplan/2031/x/"]
)
def test_asks_little(client, address, django_assert_max_num_queries):
    factories.make_plan()
    with django_assert_max_num_queries(4):
        client.get(address)


# --- Short addresses ----------------------------------------------------------------------------------------


def test_short_address_follows_a_meeting_that_moves(client):
    event = factories.make_event(datetime.date(2017, 2, 2))
    for day in (2, 9):
        event.starts_on = event.ends_on = datetime.date(2017, 2, day)
        event.save()
        response = client.get(f"/m/{event.pk}")
        assert (response.status_code, response["Location"]) == (302, f"/kalender/2017/02/0{day}/mote/")


def test_short_addresses_of_news_and_documents(client):
    news, document = factories.make_news(), factories.make_document()

    assert client.get(f"/n/{news.pk}")["Location"] == news.get_absolute_url()
    assert client.get(f"/d/{document.pk}")["Location"] == document.get_absolute_url()


@pytest.mark.parametrize("letter", ["m", "n", "d"])
def test_short_address_of_nothing_is_not_found(client, letter):
    for number in ("0", "999", "9" * 30, "9" * 5000, "x"):
        assert client.get(f"/{letter}/{number}").status_code == 404


def test_short_address_of_a_draft_is_not_found(client):
    event = factories.make_event(datetime.date(2017, 2, 2), publication=Publication.DRAFT)
    addresses = [
        f"/m/{event.pk}",
        f"/n/{factories.make_news(publication=Publication.DRAFT).pk}",
        f"/d/{factories.make_document(publication=Publication.DRAFT).pk}",
    ]

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_page_shows_its_short_address(client):
    event, news = factories.make_event(datetime.date(2017, 2, 2)), factories.make_news()

    for row, short in ((event, f"/m/{event.pk}"), (news, f"/n/{news.pk}")):
        page = parse(client.get(row.get_absolute_url()).content.decode())
        link = page.one("p", "short-address").one("a")
        assert (link.text, link.attributes["href"]) == (f"testserver{short}", short)


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("/kalnder/", ("Kalendern", "/kalender/")),
        ("/Kalender.html/", ("Kalendern", "/kalender/")),
        ("/oppnadata/", ("Öppna data", "/oppna-data/")),
        ("/api/v2/", ("Öppna data för program", "/api/v1/")),
        ("/tillgänglighetsredogörelse/", ("Tillgänglighetsredogörelse", "/tillganglighet/")),
        ("/tillganglighet/anmal/", ("Tillgänglighetsredogörelse", "/tillganglighet/")),
        ("/anmäl-brist/", ("Anmäl en brist", "/tillganglighet/anmal-brist/")),
        ("/kommuner/botkyrk/", ("Botkyrka", "/kommuner/botkyrka/")),
        ("/kommuner/Södertelje/", ("Södertälje", "/kommuner/sodertalje/")),
        ("/botkyrka/kontakt/", ("Botkyrka", "/kommuner/botkyrka/")),
        ("/verksamhetsplan/2031/", ("Verksamhetsplan 2017", "/verksamhetsplan/2017/")),
        ("/budget/2031/", ("Budget 2017", "/budget/2017/")),
        ("/kalender/2031/", ("Kalender 2018", "/kalender/2018/")),
        (
            "/organisation/samarbetskomiten/",
            ("Södertörnskommunernas samarbetskommitté", "/organisation/samarbetskommitten/"),
        ),
    ],
)
def test_misspelt_address_has_the_nearest_pages(plan_2017, client, address, first):
    assert suggested(client, address)[0] == first


@pytest.mark.parametrize(
    "address", ["/xqzw/", "/wp-login.php", "/kommuner/xqzw/%00/", f"/{quote('å' * 3000)}/", "/..%2f..%2fetc/"]
)
def test_nonsense_is_not_found_and_nothing_worse(plan_2017, client, address):
    suggested(client, address)
