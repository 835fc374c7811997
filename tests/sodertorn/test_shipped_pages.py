"""The pages that come with the portal: that they are there, and that what they say is so."""

from datetime import timedelta

import pytest
from django.conf import settings

from committee.models import Municipality, Page
from committee.problem_reports import KEPT
from sodertorn import rate_limits
from sodertorn.rich_text import sanitise
from tests.reading import assert_well_made, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]


@pytest.mark.parametrize("address", ["/personuppgifter/", "/in-english/", "/lattlast/"])
def test_shipped_page_is_there_and_is_linked_from_every_page(client, address):
    page = read(client, address)

    assert_well_made(page)
    assert address in read(client, "/").one("footer").links()
    for link in page.one("article").links():
        assert client.get(link, follow=True).status_code == 200, link


def test_shipped_texts_are_written_in_the_formats_that_are_allowed():
    assert [page.slug for page in Page.objects.all() if sanitise(page.text) != page.text] == []
    assert list(Page.objects.values_list("slug", "language", "publication")) == [
        ("lattlast", "sv", "published"),
        ("in-english", "en", "published"),
        ("personuppgifter", "sv", "published"),
        ("om", "sv", "published"),
        ("kontakt", "sv", "published"),
    ]


def test_english_page_says_who_we_are(client):
    article = read(client, "/in-english/").one("article")
    names = Municipality.objects.values_list("name", flat=True)

    assert article.attributes == {"lang": "en"}
    assert [name for name in names if name not in article.text] == []
    assert "480,000 inhabitants" in article.text
    assert "at least six times a year" in article.text


def test_easy_page_has_short_sentences_one_on_each_line():
    text = Page.objects.get(slug="lattlast").text
    names = Municipality.objects.values_list("name", flat=True)
    lines = text.replace("<br>", "\n").replace("</p>", "\n").replace("</li>", "\n").replace("</h2>", "\n")
    sentences = [line for line in lines.splitlines() if line.rstrip().endswith((".", "?"))]

    assert len(sentences) > 15
    assert [line for line in sentences if line.count(". ") or len(line.split("<")[-1].split()) > 13] == []
    assert [name for name in names if name not in text] == []


def test_page_of_personal_data_says_what_the_portal_does(client):
    text = read(client, "/personuppgifter/").one("article").text

    assert "Portalen sparar inga kakor hos dig så länge du inte loggar in." in text
    assert client.get("/").cookies == {}
    assert "Den sparar inte heller något annat i din webbläsare." in text
    assert "De tas bort ur portalen ett år efter att anmälan kom in." in text
    assert timedelta(days=365) == KEPT
    assert "Din IP-adress används i en timme" in text
    assert rate_limits.REPORTS.seconds == 3600
    assert "för ingen lista över vilka sidor som besöks" in text
    assert "accesslog = None" in (settings.BASE_DIR / "gunicorn.conf.py").read_text()


@pytest.mark.parametrize("address", ["/in-english/", "/lattlast/"])
def test_shipped_page_leads_to_search_open_data_the_statement_and_the_form(client, address):
    article = read(client, address).one("article")
    form = "/tillganglighet/anmal-brist/"

    assert {"/sok/", "/oppna-data/", "/tillganglighet/", form} <= set(article.links())
    assert read(client, form).one("h1").text in article.text
