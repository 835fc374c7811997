"""Pages that the secretariat writes: their addresses, their texts on the portal's own, their back office."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client

from committee.models import Page
from committee.page_address import taken_addresses
from sodertorn.publishing import Publication
from tests import factories
from tests.reading import Element, assert_well_made, parse, read
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client) -> Client:
    sign_in(client, User.objects.create_superuser("anna", password="hemligt"))
    return client


def footer_links(page: Element) -> dict[str, str]:
    return {link.text: link.attributes["href"] for link in page.one("footer").all("a")}


# --- A page and its address ---------------------------------------------------------------------------------


def test_page_shows_what_was_written(client):
    factories.make_page(
        "Våra mål", lead="Kort sagt.", text="<h2>Ett</h2><p>Text<script>alert(1)</script></p>"
    )
    page = read(client, "/vara-mal/")

    assert_well_made(page)
    assert page.one("head").one("title").text == "Våra mål – Södertörnskommunerna"
    assert page.one("meta", name="description").attributes["content"] == "Kort sagt."
    assert page.one("h1").text == "Våra mål"
    assert page.one("p", "lede").text == "Kort sagt."
    assert page.one("article").attributes == {"lang": "sv"}
    assert page.one("div", "prose").text == "Ett Text"


def test_page_with_nothing_but_a_title_is_a_whole_page(client):
    factories.make_page("Tom")
    page = read(client, "/tom/")

    assert_well_made(page)
    assert page.one("meta", name="description").attributes["content"].startswith("Åtta kommuner")


@pytest.mark.parametrize("address", ["/finns-inte/", "/finns-inte", "/sida/mer/", "/Sida/", "/sida.html"])
def test_unknown_address_is_not_found_at_once(client, address):
    factories.make_page()
    response = client.get(address)

    assert response.status_code == 404
    assert parse(response.content.decode()).one("h1").text == "Sidan finns inte"


def test_address_without_its_last_slash_leads_to_the_page(client):
    factories.make_page()
    response = client.get("/sida?a=1")

    assert (response.status_code, response["Location"]) == (301, "/sida/?a=1")


@pytest.mark.parametrize("address", ["/kalender", "/nyheter", "/om", "/admin", "/budget"])
def test_other_addresses_get_their_slash_as_before(client, address):
    response = client.get(address)

    assert (response.status_code, response["Location"]) == (301, f"{address}/")


@pytest.mark.parametrize("address", ["/annan/", "/annan"])
def test_former_address_leads_to_the_present_one(client, address):
    page = factories.make_page(slug="annan")
    page.slug = "sida"
    page.save()
    response = client.get(address, follow=True)

    assert response.redirect_chain[-1] == ("/sida/", 301)
    assert response.status_code == 200


@pytest.mark.parametrize("address", ["/sida/", "/sida"])
def test_draft_is_not_found_by_visitors(client, address):
    factories.make_page(publication=Publication.DRAFT)

    assert client.get(address).status_code == 404
    assert "Sida" not in footer_links(read(client, "/"))


def test_staff_see_a_draft_in_its_place(clerk):
    draft = factories.make_page(publication=Publication.DRAFT)
    page = read(clerk, "/sida/")

    assert page.one("p", "draft-banner").text == "Utkast. Sidan syns bara för inloggad personal."
    assert f"/admin/committee/page/{draft.pk}/change/" in page.links()
    assert "Sida" not in footer_links(page)


def test_page_is_only_read(client):
    factories.make_page()

    assert client.post("/sida/").status_code == 405
    assert client.head("/sida/").status_code == 200


def test_footer_of_every_page_has_the_published_pages_in_order(client):
    for title, position in (("Sist", 2), ("Först", 1)):
        factories.make_page(title, position=position)
    factories.make_page("In English", language="en", position=3)
    page = read(client, "/kalender/")

    assert list(footer_links(page))[-4:] == ["Först", "Sist", "In English", "För sekretariatet"]
    assert page.one("a", href="/in-english/").attributes == {
        "href": "/in-english/",
        "lang": "en",
        "hreflang": "en",
    }
    assert read(client, "/sist/").one("footer").one("a", href="/sist/").attributes["aria-current"] == "page"


# --- Addresses that are taken -------------------------------------------------------------------------------


def test_portal_knows_which_addresses_are_its_own():
    taken = taken_addresses()

    assert taken >= {
        *("om", "kontakt", "verksamhetsplan", "samverkan", "organisation", "kommuner", "nyheter"),
        *("kalender", "vardskap", "budget", "admin", "konto", "static", "sok", "tillganglighet"),
    }
    assert taken.isdisjoint({"personuppgifter", "in-english", "lattlast"})


@pytest.mark.parametrize("slug", ["kalender", "admin", "static", "konto", "nyheter", "verksamhetsplan"])
def test_page_can_not_have_an_address_that_is_taken(slug):
    with pytest.raises(ValidationError) as refusal:
        factories.make_page(slug=slug)

    assert refusal.value.message_dict == {
        "slug": [f"Adressen /{slug}/ används redan av portalen. Välj en annan adressdel."]
    }


def test_two_pages_can_not_have_the_same_address():
    factories.make_page()

    with pytest.raises(ValidationError) as refusal:
        factories.make_page("En till", slug="sida")
    assert list(refusal.value.message_dict) == ["slug"]


# --- The secretariat's own text on pages of the portal ------------------------------------------------------


@pytest.mark.parametrize("slug", ["om", "kontakt"])
def test_own_text_is_shown_above_what_the_portal_says(client, slug):
    factories.make_section(factories.make_plan(), 1, "Inledning", text="Ur planen.")
    factories.make_municipality()
    before = read(client, f"/{slug}/")
    factories.make_page("Rubrik som inte visas", slug=slug, text="<p>Vår egen text.</p>")
    page = read(client, f"/{slug}/")

    assert_well_made(page)
    assert before.all("div", "prose", lang="sv") == []
    assert page.one("div", "prose", lang="sv").text == "Vår egen text."
    assert "Rubrik som inte visas" not in page.text
    assert page.one("h1").text == before.one("h1").text
    main = page.one("main").text
    assert main.index("Vår egen text.") < main.index("Ur planen." if slug == "om" else "Botkyrka kommun")


def test_own_text_is_edited_from_its_page_and_a_draft_is_marked(clerk):
    page_row = factories.make_page(slug="kontakt", publication=Publication.DRAFT)
    edit = f"/admin/committee/page/{page_row.pk}/change/"
    page = read(clerk, "/kontakt/")

    assert page.one("a", href=edit).text == "Skriv en egen text på sidan"
    assert page.texts("span", "badge--draft") == ["Utkast"]

    page_row.text, page_row.publication = "<p>Hej</p>", Publication.PUBLISHED
    page_row.save()
    page = read(clerk, "/kontakt/")
    assert page.one("a", href=edit).text == "Redigera sidans egen text"
    assert page.texts("span", "badge--draft") == []


def test_own_text_that_is_a_draft_is_not_shown_to_visitors(client):
    factories.make_page(slug="kontakt", text="<p>Hemligt</p>", publication=Publication.DRAFT)

    assert "Hemligt" not in read(client, "/kontakt/").text


def test_own_text_is_part_of_no_other_page(client):
    factories.make_page("Om oss", slug="om", text="<p>Hej</p>")

    assert "Om oss" not in read(client, "/").text


# --- The back office ----------------------------------------------------------------------------------------

LIST = "/admin/committee/page/"


def test_clerk_writes_a_page_with_an_address_of_its_own(clerk):
    form = {
        "title": "Våra mål",
        "slug": "vara-mal",
        "lead": "",
        "text": "<p>Text</p><iframe src=//x.example></iframe>",
        "language": "sv",
        "publication": "published",
        "position": "4",
    }
    refused = clerk.post(f"{LIST}add/", {**form, "slug": "kalender"})
    assert "Adressen /kalender/ används redan av portalen." in refused.content.decode()
    assert parse(refused.content.decode()).one("textarea", name="text").text.startswith("<p>Text</p>")

    assert clerk.post(f"{LIST}add/", form).status_code == 302
    assert Page.objects.get().text == "<p>Text</p>"
    assert read(Client(), "/vara-mal/").one("h1").text == "Våra mål"


def test_list_of_the_back_office_finds_pages(clerk):
    factories.make_page("Lättläst", text="<p>Kort text</p>")
    factories.make_page("Mål")

    def shown(words: str) -> list[str]:
        return [page.slug for page in clerk.get(LIST, {"q": words}).context["cl"].result_list]

    assert shown("LÄTT") == shown("kort lättläst") == ["lattlast"]
    assert shown("lång") == []
    assert len(shown("")) == 2
