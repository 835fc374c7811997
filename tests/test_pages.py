"""Every public page as a visitor meets it: whole and correct, with much data, with little, and with none."""

import re
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views.defaults import permission_denied, server_error

from budget.models import Budget
from committee.models import Municipality
from tests import factories
from tests.reading import Element, assert_well_made, crawl, parse, read

pytestmark = pytest.mark.django_db

TITLES = {
    "/": "Södertörnskommunernas samarbetskommitté",
    "/om/": "Om samarbetet – Södertörnskommunerna",
    "/kontakt/": "Kontakt – Södertörnskommunerna",
    "/verksamhetsplan/2017/": "Verksamhetsplan och budget 2017 – Södertörnskommunerna",
    "/samverkan/": "Samverkan – Södertörnskommunerna",
    "/samverkan/2017/naringsliv-och-hogskola/": "Näringsliv och Högskola – Södertörnskommunerna",
    "/organisation/": "Organisation – Södertörnskommunerna",
    "/organisation/samarbetskommitten/": "Södertörnskommunernas samarbetskommitté – Södertörnskommunerna",
    "/organisation/sekretariatet/": "Sekretariatet – Södertörnskommunerna",
    "/organisation/miljo/": "Nätverk inom miljöområdet – Södertörnskommunerna",
    "/kommuner/": "Kommuner – Södertörnskommunerna",
    "/kommuner/huddinge/": "Huddinge – Södertörnskommunerna",
    "/kalender/": "Kalender – Södertörnskommunerna",
    "/kalender/?organ=ledningsgruppen&vard=salem": "Kalender – Södertörnskommunerna",
    "/kalender/2017/": "Kalender 2017 – Södertörnskommunerna",
    "/kalender/2018/": "Kalender 2018 – Södertörnskommunerna",
    "/kalender/2017/10/": "Kalender oktober 2017 – Södertörnskommunerna",
    "/kalender/2018/01/": "Kalender januari 2018 – Södertörnskommunerna",
    "/kalender/2017/v43/": "Kalender vecka 43 2017 – Södertörnskommunerna",
    "/kalender/tidigare/": "Tidigare möten – Södertörnskommunerna",
    "/kalender/2017/10/26/nyckeltalsdag/": "Nyckeltalsdag torsdag 26 oktober 2017 – Södertörnskommunerna",
    "/kalender/2018/01/samarbetskommitten/": (
        "Samarbetskommitténs sammanträde januari 2018 – Södertörnskommunerna"
    ),
    "/vardskap/": "Värdskap – Södertörnskommunerna",
    "/budget/": "Budget – Södertörnskommunerna",
    "/budget/2017/": "Budget 2017 – Södertörnskommunerna",
    "/budget/kalkyl/": "Pröva en avgift – Södertörnskommunerna",
    "/budget/kalkyl/?belopp=1500000&ar=2018&folkmangd=2017-12-31": "Pröva en avgift – Södertörnskommunerna",
    "/kommuner/huddinge/avgift/": "Avgift för Huddinge – Södertörnskommunerna",
    "/nyheter/": "Nyheter – Södertörnskommunerna",
    "/lattlast/": "Lättläst – Södertörnskommunerna",
    "/in-english/": "In English – Södertörnskommunerna",
    "/personuppgifter/": "Personuppgifter – Södertörnskommunerna",
}
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


# --- The real plan ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", TITLES)
def test_page_has_its_title_and_is_well_made(plan_2017, client, address):
    page = read(client, address)

    assert page.one("head").one("title").text == TITLES[address]
    assert page.one("meta", name="description").attributes["content"]
    assert_well_made(page)


@pytest.mark.parametrize("address", TITLES)
def test_page_leaves_nothing_with_the_visitor(plan_2017, client, address):
    response = client.get(address)

    assert response.cookies == {}
    assert response.has_header("Set-Cookie") is False


@pytest.mark.parametrize("address", [*TITLES, "/finns-inte/"])
def test_page_has_strict_headers(plan_2017, client, address):
    headers = client.get(address).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))

    assert policy == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("address", TITLES)
def test_page_marks_where_it_is_in_the_menu(plan_2017, client, address):
    menu = read(client, address).one("nav", "main-nav")
    current = [link.attributes["href"] for link in menu.all("a") if "aria-current" in link.attributes]
    expected = [link for link in menu.links() if urlsplit(address).path.startswith(link)]

    assert current == expected


def test_every_page_is_found_by_links(plan_2017, client):
    pages = crawl(client)

    assert [address for address in TITLES if address not in pages and "vard=salem" not in address] == []
    # Every municipality, body, target area and event has been found by its links.
    of_municipalities = [address for address in pages if address.startswith("/kommuner/")]
    assert len([address for address in of_municipalities if "?" not in address]) == 1 + 8 + 8 + 8
    assert len([address for address in pages if address.startswith("/organisation/")]) == 1 + 10
    assert len([address for address in pages if address.startswith("/samverkan/2017/")]) == 4
    assert len([address for address in pages if re.match(r"/kalender/([^/?]+/){3,}", address)]) == 20


def test_every_page_that_can_be_reached_is_well_made(plan_2017, client):
    for page in crawl(client).values():
        assert_well_made(page)


def test_links_out_of_the_portal_lead_to_the_municipalities_licences_and_supervision_only(plan_2017, client):
    links = {urlsplit(link) for page in crawl(client).values() for link in page.links()}
    # Addresses to subscribe to name the portal itself.
    found = {link.geturl() for link in links if link.hostname not in (None, "testserver")}

    assert found == {
        *Municipality.objects.values_list("website", flat=True),
        "https://creativecommons.org/licenses/by/4.0/deed.sv",
        "https://creativecommons.org/publicdomain/zero/1.0/deed.sv",
        "https://www.digg.se/tdosanmalan",
    }


def test_pages_fetch_nothing_from_elsewhere(plan_2017, client):
    sources = {
        element.attributes.get("src") or element.attributes["href"]
        for page in crawl(client).values()
        for element in page.elements()
        if element.tag in ("link", "script", "img", "iframe", "source", "use", "form")
        and {"src", "href"} & element.attributes.keys()
        and element.attributes.get("rel") not in ("alternate", "canonical")  # links, which nothing fetches
    }

    assert [source for source in sources if not source.startswith(("/static/", "#"))] == [
        "/manifest.webmanifest"
    ]


def test_address_without_a_year_leads_to_the_newest_plan(plan_2017, client):
    factories.make_plan(2016)
    factories.make_plan(2018, is_draft=True)

    response = client.get("/verksamhetsplan/")

    assert (response.status_code, response["Location"]) == (302, "/verksamhetsplan/2017/")


# --- Pages for errors ---------------------------------------------------------------------------------------


def error_page(response: HttpResponse) -> Element:
    return parse(response.content.decode())


def test_missing_page_has_a_page_in_swedish(client):
    response = client.get("/finns-inte/")
    page = error_page(response)

    assert response.status_code == 404
    assert page.one("h1").text == "Sidan finns inte"
    assert page.one("head").one("title").text == "Sidan finns inte – Södertörnskommunerna"
    assert_well_made(page)


def test_forbidden_page_has_a_page_in_swedish():
    request = RequestFactory().get("/")
    response = permission_denied(request, Exception())
    page = error_page(response)

    assert response.status_code == 403
    assert page.one("h1").text == "Du har inte behörighet"
    assert_well_made(page)


def test_our_own_error_has_a_page_in_swedish_that_needs_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = server_error(RequestFactory().get("/"))
    page = error_page(response)

    assert response.status_code == 500
    assert page.one("h1").text == "Något gick fel hos oss"
    assert_well_made(page)


def test_error_in_a_view_is_answered_with_that_page(plan_2017, monkeypatch):
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr("sodertorn.views.municipality_map", fail)
    monkeypatch.setattr("django.core.handlers.exception.log_response", lambda *args, **kwargs: None)
    response = Client(raise_request_exception=False).get("/")

    assert response.status_code == 500
    assert parse(response.content.decode()).one("h1").text == "Något gick fel hos oss"
    assert "a mistake" not in response.content.decode()


def test_refused_form_has_a_page_in_swedish():
    page = parse(render_to_string("403_csrf.html", request=RequestFactory().get("/")))

    assert page.one("h1").text == "Formuläret kunde inte tas emot"


# --- Drafts -------------------------------------------------------------------------------------------------

SECRET = "Hemligt utkast"


@pytest.fixture
def draft():
    return factories.make_full_draft(2018, SECRET)


def test_draft_is_nowhere_when_there_is_an_adopted_plan(plan_2017, client, draft):
    pages = crawl(client)

    assert [address for address, page in pages.items() if SECRET in page.text] == []
    years = [address for address in pages if "2018" in urlsplit(address).path]
    assert [address for address in years if "kalender" not in address] == []
    assert "Öppet möte" in pages["/kalender/2018/03/01/oppet-mote/"].text


@pytest.mark.parametrize(
    "address",
    ["/verksamhetsplan/2018/", "/budget/2018/", "/samverkan/2018/hemligt-utkast/", "/samverkan/2018/klimat/"],
)
def test_draft_has_no_page_of_its_own(plan_2017, client, draft, address):
    assert client.get(address).status_code == 404


def test_draft_budget_of_an_adopted_plan_is_nowhere(plan_2017, client):
    budget = Budget.objects.get()
    budget.lines.update(title=SECRET)
    budget.status = Budget.Status.DRAFT
    budget.save()
    pages = crawl(client)

    assert [address for address, page in pages.items() if SECRET in page.text] == []
    assert "1 280 000" not in pages["/"].text + pages["/verksamhetsplan/2017/"].text
    assert client.get("/budget/2017/").status_code == 404


def test_draft_becomes_public_when_it_is_adopted(plan_2017, client, draft):
    draft.status = draft.Status.ADOPTED
    draft.save()

    assert client.get("/verksamhetsplan/")["Location"] == "/verksamhetsplan/2018/"
    assert SECRET in read(client, "/budget/2018/").text
    assert read(client, "/verksamhetsplan/2018/").one("nav", "tabs").texts("a") == ["2017", "2018"]
