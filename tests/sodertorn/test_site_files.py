"""What programs find at fixed addresses: robots.txt, security.txt, the manifest, icons and the sitemap."""

import datetime
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from calendar_app.datasets import EVENTS
from calendar_app.models import Event
from committee.datasets import BODIES
from committee.models import Body, Municipality
from committee.publication_datasets import NEWS
from sodertorn.own_pages import PAGES
from sodertorn.sitemaps import SECTIONS, Section
from tests import factories

pytestmark = pytest.mark.django_db

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_robots_may_read_all_but_what_is_not_for_them(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /konto/",
        "Disallow: /forhandsgranskning/",
        "Disallow: /sok/?",
        "",
        "Sitemap: http://testserver/sitemap.xml",
    ]


@pytest.mark.parametrize("email", ["sekretariatet@example.se", ""])
def test_security_txt_says_whom_to_write_to(client, email):
    factories.make_body("sekretariatet", kind=Body.Kind.SECRETARIAT, email=email)
    response = client.get("/.well-known/security.txt")
    lines = [line.partition(": ")[::2] for line in response.content.decode().splitlines()]

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    contacts = [f"mailto:{email}"] if email else []
    assert [value for name, value in lines if name == "Contact"] == [*contacts, "http://testserver/kontakt/"]
    assert dict(lines)["Canonical"] == "http://testserver/.well-known/security.txt"
    assert dict(lines)["Preferred-Languages"] == "sv, en"
    (expires,) = [parse_datetime(value) for name, value in lines if name == "Expires"]
    assert expires
    assert timezone.now() + datetime.timedelta(30) < expires < timezone.now() + datetime.timedelta(365)
    assert client.get(urlsplit(dict(lines)["Policy"]).path).status_code == 200


def test_manifest_names_icons_that_are_there(client):
    response = client.get("/manifest.webmanifest")
    data = response.json()

    assert response["Content-Type"] == "application/manifest+json"
    assert (data["name"], data["lang"], data["display"]) == ("Södertörnskommunerna", "sv", "minimal-ui")
    assert [(icon["sizes"], icon.get("purpose")) for icon in data["icons"]] == [
        ("192x192", None),
        ("512x512", None),
        ("512x512", "maskable"),
    ]
    for icon, side in zip(data["icons"], (192, 512, 512), strict=True):
        assert png_size(icon["src"]) == (side, side)


def test_shared_picture_is_small_and_of_the_right_size(client):
    assert png_size("/static/images/share.png") == (1200, 630)
    assert Path(str(finders.find("images/share.png"))).stat().st_size < 60_000


def test_old_address_of_the_icon_leads_to_it(client):
    response = client.get("/favicon.ico")

    assert (response.status_code, response["Location"]) == (302, "/static/images/favicon.ico")
    assert finders.find("images/favicon.ico")


def png_size(address: str) -> tuple[int, int]:
    head = Path(str(finders.find(address.removeprefix("/static/")))).read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


def entries(client, address: str) -> dict[str, str]:
    """Each address of a sitemap, and its lastmod or ""."""
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    found = ET.fromstring(response.content)  # noqa: S314 - our own
    return {each.findtext(f"{SPACE}loc", ""): each.findtext(f"{SPACE}lastmod") or "" for each in found}


def test_drafts_are_not_in_the_sitemap(client):
    factories.make_event(datetime.date(2017, 2, 2), publication="draft")
    factories.make_news(publication="draft")

    assert entries(client, "/sitemap-moten.xml") == {}
    assert entries(client, "/sitemap-ar.xml") == {}
    assert entries(client, "/sitemap-nyheter.xml") == {}


def test_long_sitemap_has_several_files(client, monkeypatch):
    monkeypatch.setattr(Section, "limit", 2)
    for day in range(1, 6):
        factories.make_event(datetime.date(2017, 2, day))
    files = [file for file in entries(client, "/sitemap.xml") if "moten" in file]

    assert [file.removeprefix("http://testserver/sitemap-moten.xml") for file in files] == [
        "",
        "?p=2",
        "?p=3",
    ]
    assert [len(entries(client, f"/sitemap-moten.xml?p={number}")) for number in (1, 2, 3)] == [2, 2, 1]
    assert client.get("/sitemap-moten.xml?p=4").status_code == 404
    assert client.get("/sitemap-moten.xml?p=x").status_code == 404
    assert client.get("/sitemap-hemligt.xml").status_code == 404


@pytest.mark.parametrize("number", [1, 20])
def test_sitemap_needs_the_same_few_queries_whatever_it_lists(client, number):
    factories.make_municipality()
    for index in range(number):
        factories.make_budget(plan := factories.make_plan(2017 + index))
        factories.make_target_area(plan)
        factories.make_body(f"natverk-{index}")
        factories.make_event(datetime.date(2017 + index, 3, 1))
        factories.make_news(f"Nyhet {index}")
        factories.make_document(f"Dokument {index}")
        factories.make_indicator(f"Tal {index}")
    needed = {}
    for address in ["/sitemap.xml", *(f"/sitemap-{name}.xml" for name in SECTIONS)]:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        needed[address] = len(queries)

    assert needed == {
        "/sitemap.xml": 3,
        "/sitemap-sidor.xml": 3,
        "/sitemap-planer.xml": 3,
        "/sitemap-ar.xml": 1,
        "/sitemap-moten.xml": 2,
        "/sitemap-kommuner.xml": 1,
        "/sitemap-organ.xml": 2,
        "/sitemap-nyheter.xml": 2,
        "/sitemap-dokument.xml": 2,
        "/sitemap-nyckeltal.xml": 2,
        "/sitemap-oppna-data.xml": 1,
    }


def test_every_page_that_the_portal_always_has_is_in_the_sitemap(client):
    listed = entries(client, "/sitemap-sidor.xml")
    missing = [page.address for page in PAGES if f"http://testserver{page.address}" not in listed]

    # Search engines are told not to list the form, since whoever comes to it has read a page before.
    assert missing == ["/tillganglighet/anmal-brist/"]
    assert b'name="robots" content="noindex"' in client.get(missing[0]).content


def test_every_page_of_the_sitemap_is_there(plan_2017, client):
    factories.make_news()
    factories.make_document()
    files = entries(client, "/sitemap.xml")
    assert list(files) == [f"http://testserver/sitemap-{name}.xml" for name in SECTIONS]
    pages = {page: moment for file in files for page, moment in entries(client, urlsplit(file).path).items()}

    assert len(pages) > 60
    assert [page for page in pages if client.get(urlsplit(page).path).status_code != 200] == []
    rows = [*Event.objects.public(), *Body.objects.all(), *Municipality.objects.all()]
    for row in rows:
        assert parse_datetime(pages[f"http://testserver{row.get_absolute_url()}"]) == row.edited_at
    newest = max(event.edited_at for event in Event.objects.public() if event.starts_on.year == 2017)
    assert parse_datetime(pages["http://testserver/kalender/2017/"]) == newest


def test_list_of_files_says_when_each_was_last_changed(plan_2017, client):
    factories.make_event(datetime.date(2019, 2, 2), publication="draft")
    factories.make_news(publication="draft")
    files = entries(client, "/sitemap.xml")
    newest = {}
    for file in files:
        moments = entries(client, urlsplit(file).path).values()
        newest[file] = max(moments, default="") if all(moments) else ""

    assert files == newest
    assert [urlsplit(file).path for file, moment in files.items() if moment] == [
        "/sitemap-ar.xml",
        "/sitemap-moten.xml",
        "/sitemap-organ.xml",
        "/sitemap-nyckeltal.xml",
    ]


def test_list_of_files_says_when_open_data_changed_once_all_of_it_has(plan_2017, client, monkeypatch):
    monkeypatch.setattr("sodertorn.sitemaps.DATASETS", [EVENTS, BODIES])
    newest = max(filter(None, [EVENTS.changed_at(), BODIES.changed_at()]))
    file = "http://testserver/sitemap-oppna-data.xml"

    assert parse_datetime(entries(client, "/sitemap.xml")[file]) == newest
    monkeypatch.setattr("sodertorn.sitemaps.DATASETS", [EVENTS, NEWS])
    assert entries(client, "/sitemap.xml")[file] == ""
