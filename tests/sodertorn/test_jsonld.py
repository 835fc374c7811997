"""What pages say of themselves in their heads: JSON-LD, Open Graph, and their one address."""

import json
from typing import Any

import pytest
from django.test import Client

from sodertorn.jsonld import Crumb, crumbs_in, script_safe
from tests import factories
from tests.reading import Element, read

pytestmark = pytest.mark.django_db

PAGES = [
    "/om/",
    "/kontakt/",
    "/kontakt/sakerhet/",
    "/verksamhetsplan/2017/",
    "/verksamhetsplan/2017/uppfoljning/",
    "/samverkan/",
    "/samverkan/2017/klimat/",
    "/organisation/samarbetskommitten/",
    "/kommuner/salem/",
    "/kommuner/salem/avgift/",
    "/kommuner/salem/nyckeltal/",
    "/kalender/",
    "/kalender/tidigare/",
    "/kalender/prenumerera/",
    "/kalender/2017/",
    "/kalender/2017/02/",
    "/kalender/2017/v05/",
    "/kalender/2017/02/02/samarbetskommitten/",
    "/vardskap/",
    "/budget/2017/",
    "/nyckeltal/invanare/",
    "/dokument/",
    "/nyheter/",
]


def data_of(page: Element, kind: str) -> list[dict[str, Any]]:
    """The page's data of a type."""
    scripts = page.all("script", type="application/ld+json")
    found = [json.loads("".join(map(str, script.children))) for script in scripts]
    return [data for data in found if data["@type"] == kind]


def test_script_safe_keeps_the_data():
    value = {"a": ["<b>", 1, None, "\u2028"], "å": "&amp;"}

    assert json.loads(script_safe(value)) == value


def test_crumbs_are_read_as_they_are_shown():
    html = '<li><a href="/a/?x=1&amp;y=2">A &amp; B</a></li> <li><span lang="en"> In\n English </span></li>'

    assert crumbs_in(html) == [Crumb("A & B", "/a/?x=1&y=2"), Crumb("In English", "")]


@pytest.mark.parametrize("address", PAGES)
def test_data_has_the_crumbs_that_are_shown(plan_2017: None, client: Client, address: str) -> None:
    page = read(client, address)
    shown = page.one("nav", "breadcrumbs").all("li")
    (data,) = data_of(page, "BreadcrumbList")

    assert [(item["position"], item["name"], item.get("item")) for item in data["itemListElement"]] == [
        (
            number,
            crumb.text.replace("\xa0", " "),
            f"http://testserver{crumb.links()[0]}" if crumb.links() else None,
        )
        for number, crumb in enumerate(shown, start=1)
    ]
    assert page.one("link", rel="canonical").attributes["href"] == f"http://testserver{address}"
    about = {
        meta.attributes["property"]: meta.attributes["content"]
        for meta in page.all("meta")
        if "property" in meta.attributes
    }
    assert about["og:url"] == f"http://testserver{address}"
    assert page.one("head").one("title").children[0] == f"{about['og:title']} – Södertörnskommunerna"
    assert about["og:description"] == page.one("meta", name="description").attributes["content"]
    assert (about["og:locale"], about["og:site_name"]) == ("sv_SE", "Södertörnskommunerna")


def test_a_title_cannot_leave_the_data(client):
    item = factories.make_news('</script><b>"Hej"', slug="hej")
    page = read(client, item.get_absolute_url())

    assert data_of(page, "BreadcrumbList")[0]["itemListElement"][-1]["name"] == '</script><b>"Hej"'
    assert page.one("meta", property="og:title").attributes["content"] == '</script><b>"Hej"'
    assert page.one("meta", property="og:type").attributes["content"] == "article"


@pytest.mark.parametrize(("address", "members"), [("/", 8), ("/kontakt/", 8), ("/om/", 0)])
def test_organisation_is_told_of(plan_2017, client, address, members):
    (data,) = data_of(read(client, address), "GovernmentOrganization")

    assert (data["name"], data["url"]) == ("Södertörnskommunernas samarbetskommitté", "http://testserver/")
    assert len(data.get("member", [])) == members


def test_data_set_is_told_of_with_its_files(plan_2017, client):
    (data,) = data_of(read(client, "/oppna-data/kommuner/"), "Dataset")

    assert data["url"] == "http://testserver/oppna-data/kommuner/"
    assert data["license"] == "http://creativecommons.org/publicdomain/zero/1.0/"
    assert [each["contentUrl"].rpartition(".")[2] for each in data["distribution"]] == ["csv", "xlsx", "json"]
    for each in data["distribution"]:
        response = client.get(each["contentUrl"].removeprefix("http://testserver"))
        assert response["Content-Type"].partition(";")[0] == each["encodingFormat"]


@pytest.mark.parametrize(
    ("query", "canonical"), [("?sida=2", "?sida=2"), ("?sida=1", ""), ("?sida=x", ""), ("?a=1", "")]
)
def test_canonical_address_keeps_only_the_page_of_a_list(client, query, canonical):
    for number in range(1, 22):
        factories.make_news(f"Nyhet {number}")
    response = client.get(f"/nyheter/{query}")
    if response.status_code == 404:
        assert b"canonical" not in response.content
    else:
        assert f'rel="canonical" href="http://testserver/nyheter/{canonical}"' in response.content.decode()
