"""The pages about open data, and the files: what they say of themselves, and what is answered to whom."""

import csv
import io
import json
import re

import pytest
from django.http.response import StreamingHttpResponse
from django.urls import reverse

from calendar_app.models import Event
from sodertorn.catalogue import DATASETS
from sodertorn.dataset_pages import LONGEST_CELL
from tests import factories
from tests.reading import assert_well_made, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

SLUGS = [each.slug for each in DATASETS]


# --- Pages --------------------------------------------------------------------------------------------------


def test_every_data_set_is_listed_with_its_files(client) -> None:
    page = read(client, "/oppna-data/")
    links = page.one("main").links()

    assert_well_made(page)
    for published in DATASETS:
        assert published.title in page.text
        assert published.description in page.text
        assert f"/oppna-data/{published.slug}/" in links
    assert "20 rader: CSV Excel JSON" in page.text
    assert [link for link in links if link.startswith("/oppna-data/moten.")] == [
        "/oppna-data/moten.csv",
        "/oppna-data/moten.xlsx",
        "/oppna-data/moten.json",
    ]


def test_list_says_how_the_data_may_be_used_and_where_else_they_are(client) -> None:
    page = read(client, "/oppna-data/")

    assert "Du behöver inte fråga, betala eller registrera dig." in page.text
    assert "Den betyder aldrig noll." in page.text
    assert "https://creativecommons.org/publicdomain/zero/1.0/deed.sv" in page.links()
    assert "/kalender/prenumerera/" in page.one("main").links()


@pytest.mark.parametrize("slug", SLUGS)
def test_data_set_has_a_page(client, slug: str) -> None:
    [published] = [each for each in DATASETS if each.slug == slug]
    page = read(client, f"/oppna-data/{slug}/")

    assert_well_made(page)
    assert page.one("h1").text == published.title
    where = published.page()
    assert where is None or client.get(where, follow=True).status_code == 200
    rows = page.table(f"Kolumnerna i {published.title}").rows()
    assert [row[:3] for row in rows] == [
        [column.name, column.title, column.description] for column in published.columns
    ]


def test_page_of_the_meetings_says_all_there_is_to_know(client) -> None:
    page = read(client, "/oppna-data/moten/")

    for said in (
        "20 rader och 17 kolumner.",
        "Södertörnskommunernas samarbetskommitté",
        "CC0 1.0",
        "20 januari 2017 till 30 april 2018",
        "När något ändras, ibland flera gånger i veckan och ibland inte på länge.",
        "month = månad (dagen är inte bestämd)",
        "cancelled = Inställd",
        "datum eller månad",
        "65001: Unicode (UTF-8)",
    ):
        assert said in page.text
    preview = page.table("De första raderna i Möten i kalendern").rows()
    assert len(preview) == 10
    assert preview[1][1:10] == [
        "Samarbetskommitténs sammanträde",
        "Södertörnskommunernas samarbetskommitté",
        "meeting",
        "confirmed",
        "day",
        "2017-02-02",
        "2017-02-02",
        "12:00",
        "15:00",
    ]


def test_page_of_the_population_names_statistics_sweden(client) -> None:
    assert "Källa SCB (Statistiska centralbyrån)" in read(client, "/oppna-data/folkmangd/").text


def test_page_of_nothing_says_that_there_is_nothing(client) -> None:
    page = read(client, "/oppna-data/nyheter/")

    assert "Inga rader än. 5 kolumner." in page.text
    assert "Inget är inlagt än" in page.text
    assert "De första raderna" not in page.text


def test_long_text_is_cut_on_the_page_only(client) -> None:
    factories.make_news("Nyhet", lead="Lång " * 60)
    preview = read(client, "/oppna-data/nyheter/").table("De första raderna i Nyheter").rows()

    assert preview[0][2].endswith("Lång …")
    assert len(preview[0][2]) <= LONGEST_CELL + 2
    assert b"L\xc3\xa5ng " * 59 in client.get("/oppna-data/nyheter.csv").getvalue()


@pytest.mark.parametrize("path", ["/oppna-data/", "/oppna-data/moten/", "/oppna-data/avgifter/"])
def test_pages_set_no_cookie_and_are_for_everyone(client, path: str) -> None:
    response = client.get(path)

    assert response.cookies == {}
    assert "csrfmiddlewaretoken" not in response.content.decode()


def test_footer_leads_to_open_data(client) -> None:
    assert "/oppna-data/" in read(client, "/").one("footer").links()


@pytest.mark.parametrize("number", [1, 12])
def test_pages_take_the_same_queries_however_many_rows(
    client, number: int, django_assert_num_queries
) -> None:
    for index in range(number):
        factories.make_event(factories.DAY, title=f"Möte {index}")
    client.get("/oppna-data/")
    with django_assert_num_queries(9):
        client.get("/oppna-data/moten/")
    with django_assert_num_queries(7):
        client.get("/oppna-data/")


# --- Files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        ("csv", "text/csv; charset=utf-8; header=present"),
        ("json", "application/json"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_file_says_what_it_is_and_who_may_fetch_it(client, slug: str, suffix: str, kind: str) -> None:
    response = client.get(reverse("dataset-file", args=[slug, suffix]))

    assert response.status_code == 200
    assert response["Content-Type"] == kind
    assert f'filename="{slug}.{suffix}"' in response["Content-Disposition"]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "no-cache"
    assert re.fullmatch(r'W/"[0-9a-f]{32}"', response["ETag"])
    assert isinstance(response, StreamingHttpResponse) == (suffix != "xlsx")
    assert response.getvalue()


def test_addresses_in_files_are_whole(client) -> None:
    [row, *_] = csv.DictReader(io.StringIO(client.get("/oppna-data/kommuner.csv").getvalue().decode()))
    document = json.loads(client.get("/oppna-data/kommuner.json").getvalue())

    assert row["url"] == document["rows"][0]["url"] == "http://testserver/kommuner/botkyrka/"
    assert document["licence"] == "http://creativecommons.org/publicdomain/zero/1.0/"


@pytest.mark.parametrize("suffix", ["csv", "json", "xlsx"])
def test_whoever_has_the_file_is_answered_without_it_being_read(
    client, suffix: str, django_assert_num_queries
) -> None:
    address = f"/oppna-data/moten.{suffix}"
    etag = client.get(address)["ETag"]
    with django_assert_num_queries(4):
        again = client.get(address, headers={"If-None-Match": etag})

    assert (again.status_code, again.getvalue()) == (304, b"")
    assert (again["ETag"], again["Access-Control-Allow-Origin"]) == (etag, "*")


def test_changed_rows_are_sent_again(client) -> None:
    address = "/oppna-data/moten.csv"
    first = client.get(address)
    event = Event.objects.all()[0]
    event.note = "Ta med underlag."
    event.save()
    second = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert second.status_code == 200
    assert second["ETag"] != first["ETag"]
    assert "Ta med underlag." in second.getvalue().decode()


def test_files_of_two_formats_or_hosts_are_not_taken_for_each_other(client, settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "annan.example"]
    given = [
        client.get("/oppna-data/moten.csv"),
        client.get("/oppna-data/moten.json"),
        client.get("/oppna-data/moten.csv", headers={"host": "annan.example"}),
    ]

    assert len({each["ETag"] for each in given}) == 3


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("If-None-Match", "*", 304),
        ("If-None-Match", "trasigt", 200),
        ("If-None-Match", 'W/"', 200),
        ("If-Modified-Since", "i går", 200),
        ("If-Modified-Since", "Mon, 23 Nov 2099 00:00:00 GMT", 200),
        ("If-Match", '"annat"', 412),
        ("Range", "bytes=0-1", 200),
    ],
)
def test_odd_conditions_are_answered(client, header: str, value: str, status: int) -> None:
    assert client.get("/oppna-data/moten.csv", headers={header: value}).status_code == status


@pytest.mark.parametrize(
    "address",
    [
        "/oppna-data/finns-inte/",
        "/oppna-data/finns-inte.csv",
        "/oppna-data/moten.ods",
        "/oppna-data/moten.CSV",
        "/oppna-data/moten.csv/",
        "/oppna-data/.csv",
    ],
)
def test_what_is_not_there_is_not_found_with_a_helpful_page(client, address: str) -> None:
    response = client.get(address)

    assert response.status_code == 404
    assert "Sidan finns inte" in response.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("address", ["/oppna-data/", "/oppna-data/moten/", "/oppna-data/moten.csv"])
def test_open_data_can_only_be_read(client, method: str, address: str) -> None:
    assert getattr(client, method)(address).status_code == 405
