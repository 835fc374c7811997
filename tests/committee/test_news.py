"""News as visitors and staff meet it: the list, each by itself, the start page, the feed, the back office."""

import datetime
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from committee.models import NewsItem
from committee.news_feed import NEWEST
from sodertorn.publishing import Publication
from tests import factories
from tests.reading import Element, assert_well_made, parse, read
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

DAY = datetime.date(2017, 2, 15)


@pytest.fixture
def clerk(client: Client) -> Client:
    sign_in(client, User.objects.create_superuser("anna", password="hemligt"))
    return client


def make_draft(title: str = "Hemligt", **fields: Any) -> NewsItem:
    return factories.make_news(title, publication=Publication.DRAFT, **fields)


def titles(page: Element) -> list[str]:
    return page.one("main").texts("", "card__title")


# --- The list -----------------------------------------------------------------------------------------------


def test_list_has_the_newest_first(client):
    for day in (3, 1, 2):
        factories.make_news(f"Dag {day}", published_on=datetime.date(2017, 2, day))
    page = read(client, "/nyheter/")

    assert_well_made(page)
    assert titles(page) == ["Dag 3", "Dag 2", "Dag 1"]
    card = page.all("li", "card")[0]
    assert card.text == "3 februari 2017 Dag 3 Dag 3 i korthet."
    assert card.one("time").attributes == {"datetime": "2017-02-03"}
    assert card.links() == ["/nyheter/2017/02/03/dag-3/"]
    assert page.all("nav", "pager") == []


def test_list_without_news_says_so(client):
    page = read(client, "/nyheter/")

    assert_well_made(page)
    assert page.texts("p", "notice") == ["Inga nyheter är publicerade än."]


def test_list_has_ten_to_a_page(client):
    for day in range(1, 22):
        factories.make_news(f"Dag {day}", published_on=datetime.date(2017, 3, day))
    first, second, third = (read(client, f"/nyheter/{query}") for query in ("", "?sida=2", "?sida=3"))

    assert titles(first) == [f"Dag {day}" for day in range(21, 11, -1)]
    assert titles(second) == [f"Dag {day}" for day in range(11, 1, -1)]
    assert titles(third) == ["Dag 1"]
    assert first.one("nav", "pager").links() == ["?sida=2"]
    assert second.one("nav", "pager").links() == ["?sida=1", "?sida=3"]
    assert third.one("nav", "pager").links() == ["?sida=2"]
    assert "Sida 2 av 3" in second.one("header", "page-header").text
    assert_well_made(second)


@pytest.mark.parametrize("page", ["0", "2", "x", "-1", "%00"])
def test_page_of_the_list_that_is_none_is_not_found(client, page):
    factories.make_news()

    assert client.get(f"/nyheter/?sida={page}").status_code == 404


@pytest.mark.parametrize("number", [1, 10])
def test_list_needs_the_same_queries_whatever_it_lists(client, django_assert_num_queries, number):
    for index in range(number):
        factories.make_news(f"Nyhet {index}")

    # How many there are, those of the page, and the footer's pages.
    with django_assert_num_queries(3):
        client.get("/nyheter/")


# --- One by itself ------------------------------------------------------------------------------------------


def test_item_shows_its_text_with_its_formats(client):
    text = '<h2>Beslut</h2><p>Läs <a href="/kalender/">kalendern</a>.</p><script>alert(1)</script>'
    factories.make_news("Planen är antagen", published_on=DAY, text=text)
    page = read(client, "/nyheter/2017/02/15/planen-ar-antagen/")

    assert_well_made(page)
    assert page.one("head").one("title").text == "Planen är antagen – Södertörnskommunerna"
    assert page.one("meta", name="description").attributes["content"] == "Planen är antagen i korthet."
    assert page.one("h1").text == "Planen är antagen"
    assert page.one("p", "kicker").text == "Nyhet 15 februari 2017"
    prose = page.one("div", "prose")
    assert (prose.texts("h2"), prose.texts("p"), prose.links()) == (
        ["Beslut"],
        ["Läs kalendern."],
        ["/kalender/"],
    )
    assert {script.attributes["type"] for script in page.all("script")} == {"application/ld+json"}


def test_item_without_text_is_its_title_and_lead(client):
    page = read(client, factories.make_news().get_absolute_url())

    assert_well_made(page)
    assert page.all("div", "prose") == []


@pytest.mark.parametrize(
    "address",
    [
        "/nyheter/2017/02/15/annan/",
        "/nyheter/2017/02/16/nyhet/",
        "/nyheter/2017/02/30/nyhet/",
        "/nyheter/2017/13/01/nyhet/",
        "/nyheter/2017/2/15/nyhet/",
        "/nyheter/2017/02/15/",
        "/nyheter/2017/",
        "/nyheter/nyhet/",
    ],
)
def test_address_of_no_news_is_not_found(client, address):
    factories.make_news(published_on=DAY)

    assert client.get("/nyheter/2017/02/15/nyhet/").status_code == 200
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("change", [{"slug": "annan"}, {"published_on": datetime.date(2017, 3, 1)}])
def test_former_address_leads_to_the_present_one(client, change):
    item = factories.make_news(published_on=DAY)
    for name, value in change.items():
        setattr(item, name, value)
    item.save()
    response = client.get("/nyheter/2017/02/15/nyhet/")

    assert (response.status_code, response["Location"]) == (301, item.get_absolute_url())


def test_former_address_belongs_to_who_has_it_now(client):
    first = factories.make_news(published_on=DAY)
    first.slug = "annan"
    first.save()
    second = factories.make_news(published_on=DAY)

    assert client.get("/nyheter/2017/02/15/nyhet/").context["object"] == second


def test_address_that_was_only_a_drafts_leads_nowhere(client):
    item = make_draft("Hemlig titel", published_on=DAY)
    item.slug, item.publication = "offentlig", Publication.PUBLISHED
    item.save()

    assert client.get("/nyheter/2017/02/15/offentlig/").status_code == 200
    assert client.get("/nyheter/2017/02/15/hemlig-titel/").status_code == 404


def test_former_address_of_what_is_a_draft_again_leads_nowhere(client):
    item = factories.make_news(published_on=DAY)
    item.slug, item.publication = "annan", Publication.DRAFT
    item.save()

    assert client.get("/nyheter/2017/02/15/nyhet/").status_code == 404
    assert client.get("/nyheter/2017/02/15/annan/").status_code == 404


# --- Drafts -------------------------------------------------------------------------------------------------


def test_draft_is_nowhere_for_visitors(client):
    draft = make_draft(text="<p>Hemlig text</p>")
    pages = [client.get(address).content.decode() for address in ("/", "/nyheter/", "/nyheter/atom.xml")]

    assert [page for page in pages if "Hemlig" in page] == []
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_staff_see_drafts_in_place_with_a_mark(clerk):
    draft = make_draft(published_on=DAY)
    item = factories.make_news(published_on=DAY)

    for address in ("/", "/nyheter/"):
        cards = [card for card in read(clerk, address).all("li", "card") if "korthet" in card.text]
        assert {card.one("", "card__title").text: card.texts("span", "badge--draft") for card in cards} == {
            draft.title: ["Utkast"],
            item.title: [],
        }
    page = read(clerk, draft.get_absolute_url())
    assert page.one("p", "draft-banner").text == "Utkast. Sidan syns bara för inloggad personal."
    assert f"/admin/committee/newsitem/{draft.pk}/change/" in page.links()


def test_feed_is_the_same_for_staff(clerk):
    make_draft()

    assert "Hemligt" not in clerk.get("/nyheter/atom.xml").content.decode()


# --- The start page -----------------------------------------------------------------------------------------


def test_start_page_has_the_three_newest(client):
    for day in range(1, 6):
        factories.make_news(f"Dag {day}", published_on=datetime.date(2017, 2, day))
    page = read(client, "/")
    section = page.one("section", aria_labelledby="nyheter")

    assert section.texts("h3") == ["Dag 5", "Dag 4", "Dag 3"]
    assert section.links()[0] == "/nyheter/"
    assert_well_made(page)


def test_start_page_without_news_says_nothing_of_them(client):
    assert read(client, "/").all("section", aria_labelledby="nyheter") == []


@pytest.mark.parametrize("address", ["/", "/nyheter/", "/nyheter/2017/03/23/nyhet/"])
def test_pages_with_news_name_their_feed(client, address):
    factories.make_news()

    assert read(client, address).one("link", rel="alternate").attributes == {
        "rel": "alternate",
        "type": "application/atom+xml",
        "href": "/nyheter/atom.xml",
        "title": "Nyheter från Södertörnskommunerna",
    }


def test_every_page_leads_to_the_news(client):
    assert "/nyheter/" in read(client, "/kontakt/").one("footer").links()


# --- The feed -----------------------------------------------------------------------------------------------

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: Client) -> ET.Element:
    response = client.get("/nyheter/atom.xml")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)  # noqa: S314 - our own


def fields(element: ET.Element) -> list[tuple[str, str | None, dict[str, str]]]:
    """The element's children but entries: name, text and attributes, in order."""
    return [
        (child.tag.removeprefix(ATOM), child.text and child.text.strip(), child.attrib)
        for child in element
        if child.tag != f"{ATOM}entry"
    ]


def test_feed_says_whose_it_is_and_has_each_item(client):
    edited = datetime.datetime(2017, 2, 16, 8, 30, tzinfo=datetime.UTC)
    item = factories.make_news("Plan & budget <2017>", published_on=DAY, lead="Kostar < 2 & mer.")
    NewsItem.objects.update(edited_at=edited)
    root = feed(client)

    assert root.attrib == {"{http://www.w3.org/XML/1998/namespace}lang": "sv"}
    assert fields(root) == [
        ("title", "Nyheter från Södertörnskommunernas samarbetskommitté", {}),
        ("link", None, {"href": "http://testserver/nyheter/", "rel": "alternate"}),
        ("link", None, {"href": "http://testserver/nyheter/atom.xml", "rel": "self"}),
        ("id", "urn:uuid:bb3a252a-7f16-5ec5-a8a9-d297036cb731", {}),
        ("updated", "2017-02-16T08:30:00+00:00", {}),
        ("author", None, {}),
    ]
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Södertörnskommunernas samarbetskommitté"
    (entry,) = root.findall(f"{ATOM}entry")
    address = f"http://testserver{item.get_absolute_url()}"
    identity = entry.findtext(f"{ATOM}id")
    assert fields(entry) == [
        ("title", "Plan & budget <2017>", {}),
        ("link", None, {"href": address, "rel": "alternate"}),
        ("published", "2017-02-15T00:00:00+01:00", {}),
        ("updated", "2017-02-16T08:30:00+00:00", {}),
        ("id", identity, {}),
        ("summary", "Kostar &lt; 2 &amp; mer.", {"type": "html"}),
    ]


def test_identity_in_the_feed_stays_when_all_else_changes(client):
    item = factories.make_news(published_on=DAY)
    before = feed(client).findtext(f"{ATOM}entry/{ATOM}id")
    item.title, item.slug, item.published_on = "Ny", "ny", DAY + datetime.timedelta(1)
    item.save()
    entry = feed(client).find(f"{ATOM}entry")

    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "Ny"
    assert entry.findtext(f"{ATOM}id") == before
    assert before is not None
    assert before.startswith("urn:uuid:")


def test_change_is_told_in_the_feed(client):
    item = factories.make_news()
    NewsItem.objects.update(edited_at=datetime.datetime(2017, 1, 1, tzinfo=datetime.UTC))
    item.refresh_from_db()
    before = timezone.now()
    item.title = "Rättad"
    item.save()
    updated = feed(client).findtext(f"{ATOM}entry/{ATOM}updated")

    assert datetime.datetime.fromisoformat(updated or "") >= before


def test_feed_has_the_twenty_newest_in_two_queries_at_most(client, django_assert_max_num_queries):
    for day in range(1, 26):
        factories.make_news(f"Dag {day}", published_on=datetime.date(2017, 3, day))
    with django_assert_max_num_queries(2):
        entries = feed(client).findall(f"{ATOM}entry")

    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        f"Dag {day}" for day in range(25, 25 - NEWEST, -1)
    ]


def test_feed_without_news_is_a_feed(client):
    root = feed(client)

    assert root.findall(f"{ATOM}entry") == []
    assert root.findtext(f"{ATOM}updated")


def test_feed_stands_characters_that_xml_has_no_place_for(client):
    factories.make_news("Rad\x0bett", slug="rad", lead="\x1f\ufffeHej")
    entry = feed(client).find(f"{ATOM}entry")

    assert entry is not None
    assert (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}summary")) == ("Rad ett", "  Hej")


def test_feed_leaves_nothing_with_the_reader(client):
    assert client.get("/nyheter/atom.xml").cookies == {}


@pytest.mark.parametrize("address", ["/nyheter/", "/nyheter/atom.xml", "/nyheter/2017/03/23/nyhet/"])
def test_news_are_only_read(client, address):
    factories.make_news()

    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


# --- The back office ----------------------------------------------------------------------------------------

LIST = "/admin/committee/newsitem/"


def posted(**fields: str) -> dict[str, str]:
    return {
        "title": "Planen är antagen",
        "slug": "planen-ar-antagen",
        "lead": "Kommittén har beslutat.",
        "text": "",
        "published_on": "2017-02-15",
        "publication": "published",
        **fields,
    }


def test_clerk_writes_news_that_are_shown_at_once(clerk):
    text = '<p>Hej</p><p> </p><p onclick="alert(1)">då<script>alert(1)</script></p>'
    response = clerk.post(f"{LIST}add/", posted(text=text))

    assert response.status_code == 302
    item = NewsItem.objects.get()
    assert item.text == "<p>Hej</p><p>då</p>"
    assert read(Client(), item.get_absolute_url()).one("div", "prose").texts("p") == ["Hej", "då"]
    assert item.history.latest().history_user.username == "anna"


def test_editor_is_a_text_area_until_the_script_comes(clerk):
    page = parse(clerk.get(f"{LIST}add/").content.decode())
    area = page.one("textarea", name="text")

    assert area.attributes["data-rich-text-editor"] == "/static/django_prose_editor/editor.js"
    assert page.one("label", for_="id_text").text == "Text:"
    assert page.one("script", src="/static/js/rich_text.js").attributes["type"] == "module"
    assert page.all("script", type="importmap") == []


def test_refused_form_keeps_what_was_written(clerk):
    response = clerk.post(f"{LIST}add/", posted(title="", text="<p>Skrivet</p>"))
    page = parse(response.content.decode())

    assert page.one("textarea", name="text").text == "<p>Skrivet</p>"
    assert NewsItem.objects.count() == 0


def test_same_date_and_slug_twice_is_refused(clerk):
    factories.make_news("Planen är antagen", published_on=DAY)
    response = clerk.post(f"{LIST}add/", posted())

    assert "Det finns redan en nyhet med samma datum och adressdel." in response.content.decode()


def test_list_of_the_back_office_finds_sorts_out_and_shows(clerk):
    factories.make_news("Ökad samverkan", published_on=DAY, text="<p>Räddningstjänsten</p>")
    make_draft(published_on=datetime.date(2017, 3, 1))

    def shown(**query: str) -> list[str]:
        return [item.title for item in clerk.get(LIST, query).context["cl"].result_list]

    assert shown() == ["Hemligt", "Ökad samverkan"]
    assert shown(q="ÖKAD") == shown(q="räddnings") == ["Ökad samverkan"]
    assert shown(publication__exact="draft") == ["Hemligt"]
    header = parse(clerk.get(LIST).content.decode()).one("table", id="result_list").one("thead").text
    for column in ("Rubrik", "Datum", "Publicering", "Senast ändrad"):
        assert column in header


@pytest.mark.parametrize(
    ("action", "publication", "message"),
    [
        ("publish", "published", "Publicerade: 1. Nu syns de på webbplatsen."),
        ("unpublish", "draft", "Gjorda till utkast: 1. Nu syns de bara för inloggad personal."),
    ],
)
def test_news_are_published_and_taken_back_in_the_list(clerk, action, publication, message):
    rows = [factories.make_news(published_on=DAY), make_draft()]
    response = clerk.post(LIST, {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True)

    assert set(NewsItem.objects.values_list("publication", flat=True)) == {publication}
    assert message in response.content.decode()
    # Only what changed has got a new version.
    assert sorted(row.history.count() for row in rows) == [1, 2]


def test_draft_is_seen_on_the_site_from_its_form(clerk):
    draft = make_draft()
    page = parse(clerk.get(f"{LIST}{draft.pk}/change/").content.decode())
    (address,) = [link for link in page.links() if "/r/" in link]

    assert clerk.get(address)["Location"].endswith(draft.get_absolute_url())
