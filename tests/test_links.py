"""Where the portal's own links lead, and what its drawings show that its tables must say: on every page that
can be reached, with something of everything on them.
"""

from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.furnished import furnish
from tests.reading import FILE, Element, crawl, internal_links

pytestmark = pytest.mark.django_db

CONTENT_TYPES = {
    ".ics": "text/calendar; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".xml": "application/atom+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


@pytest.fixture(scope="module")
def pages(plan_2017: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Element]]:
    """Every page by its address; the rows stay while the tests of this module last."""
    with django_db_blocker.unblock(), transaction.atomic():
        furnish()
        yield crawl(Client())
        transaction.set_rollback(True)


def links(pages: dict[str, Element]) -> dict[str, str]:
    """Every internal link, and a page that has it; the administration's are left out."""
    found = {link: address for address, page in pages.items() for link in internal_links(page, address)}
    return {link: address for link, address in found.items() if not link.startswith("/admin/")}


def test_every_link_leads_to_a_page_and_to_a_place_on_it(pages):
    broken = [
        f"{address}: {link}"
        for link, address in links(pages).items()
        if (target := urldefrag(link)).fragment
        and not FILE.search(urlsplit(target.url).path)
        and not pages[target.url or address].all("", id=target.fragment)
    ]

    assert broken == []


def test_files_are_there_and_are_what_they_are_called(pages, client):
    files = {urldefrag(link).url: address for link, address in links(pages).items()}
    found = {}
    for link in list(files):
        suffix = FILE.search(urlsplit(link).path)
        if suffix is None:
            del files[link]
            continue
        response = client.get(link)
        content_type = response["Content-Type"].removesuffix("; header=present")
        if (response.status_code, content_type) != (200, CONTENT_TYPES[suffix[0]]):
            found[link] = f"{response.status_code} {response['Content-Type']} from {files[link]}"

    assert found == {}
    assert len(files) > 100


def test_numbers_in_drawings_stand_in_tables_too(pages):
    lacking, drawings = {}, 0
    for address, page in pages.items():
        cells = " | ".join(
            cell.text for table in page.all("table") for cell in table.all("td") + table.all("th")
        )
        for drawing in page.all("svg", "chart__drawing") + page.all("div", "shaded-map"):
            drawings += 1
            said = drawing.texts("text", "chart__value") + drawing.texts("tspan", "map__note")
            missing = [text for text in said if text.removesuffix(" kr") not in cells]
            if missing or not cells:
                lacking[address] = missing

    assert lacking == {}
    assert drawings > 20


def test_drawings_have_a_name_and_say_what_they_show(pages):
    nameless = [
        (address, svg.attributes)
        for address, page in pages.items()
        for svg in page.all("svg", role="img")
        if not {"aria-labelledby", "aria-label"} & svg.attributes.keys()
    ]

    assert nameless == []
