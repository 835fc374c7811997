"""The open data as an API: what is asked for and no more, as it is described, and what can't be answered."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from schemathesis.openapi import from_dict

from committee.models import NewsItem, Population
from sodertorn.api_answers import PROBLEMS
from sodertorn.api_parameters import FARTHEST, LONGEST_TEXT, MOST_MISTAKES
from sodertorn.catalogue import DATASETS
from tests import factories
from tests.reading import assert_well_made, read

pytestmark = pytest.mark.django_db

POPULATION = "/api/v1/folkmangd"
SLUGS = [each.slug for each in DATASETS]


@pytest.fixture
def population() -> None:
    """Botkyrka and Salem in 2015, 2016 and 2017: six rows."""
    for name, code in (("Botkyrka", "0127"), ("Salem", "0128")):
        municipality = factories.make_municipality(name, code)
        for year in (2015, 2016, 2017):
            factories.make_population(municipality, year)


def answer(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def years_and_codes(answered: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["reference_date"][:4], row["municipality_code"]) for row in answered["rows"]]


def problem(response: Any, status: HTTPStatus) -> dict[str, Any]:
    """What went wrong, told as such a thing is."""
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Content-Language"] == "sv"
    assert response["Access-Control-Allow-Origin"] == "*"
    told = json.loads(response.content)
    assert told["status"] == status
    assert told["detail"]
    return told


# --- Rows ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("population")
def test_answer_says_what_the_rows_are_and_where_the_others_are(client):
    response = client.get(f"{POPULATION}?limit=2&offset=2")
    here = "http://testserver/api/v1/folkmangd"

    assert response["Content-Type"] == "application/json"
    assert response["Link"] == (
        f'<{here}?offset=0&limit=2>; rel="first", <{here}?offset=4&limit=2>; rel="last", '
        f'<{here}?offset=0&limit=2>; rel="prev", <{here}?offset=4&limit=2>; rel="next"'
    )
    answered = response.json()
    assert answered["rows"] == [
        {
            "municipality_code": code,
            "municipality": name,
            "reference_date": "2016-12-31",
            "inhabitants": 1000,
            "source": answered["rows"][0]["source"],
        }
        for name, code in (("Botkyrka", "0127"), ("Salem", "0128"))
    ]
    del answered["rows"], answered["changed_at"]
    assert answered == {
        "dataset": "folkmangd",
        "title": "Folkmängd",
        "source": "SCB (Statistiska centralbyrån)",
        "licence": "http://creativecommons.org/publicdomain/zero/1.0/",
        "total": 6,
        "offset": 2,
        "limit": 2,
        "previous": f"{here}?offset=0&limit=2",
        "next": f"{here}?offset=4&limit=2",
    }


@pytest.mark.usefixtures("population")
def test_filters_choose_rows_and_are_kept_in_the_addresses(client):
    answered = answer(client, f"{POPULATION}?year=2016&municipality=0128")
    first = answer(client, f"{POPULATION}?limit=1&municipality=0128")

    assert years_and_codes(answered) == [("2016", "0128")]
    assert answered["total"] == 1
    assert urlsplit(first["next"]).query == "municipality=0128&offset=1&limit=1"
    assert years_and_codes(answer(client, first["next"])) == [("2016", "0128")]


@pytest.mark.usefixtures("population")
def test_filter_that_fits_nothing_gives_no_rows(client):
    answered = answer(client, f"{POPULATION}?municipality=9999")

    assert (answered["total"], answered["rows"], answered["next"], answered["previous"]) == (
        0,
        [],
        None,
        None,
    )


def test_filter_of_yes_or_no_takes_true_and_false(client):
    issue = factories.make_target_area(factories.make_plan()).issues.get()
    factories.make_direction(issue, "Vi väntar.")
    first = factories.make_direction(issue, "Vi börjar.")
    first.is_priority = True
    first.save()

    for said, texts in (("true", ["Vi börjar."]), ("false", ["Vi väntar."])):
        answered = answer(client, f"/api/v1/inriktningar?priority={said}")
        assert [row["is_priority"] for row in answered["rows"]] == [said == "true"]
        assert [row["text"] for row in answered["rows"]] == texts


@pytest.mark.usefixtures("population")
@pytest.mark.parametrize("offset", [6, 7, 1000, FARTHEST])
def test_after_the_last_row_there_are_none_and_a_way_back(client, offset):
    answered = answer(client, f"{POPULATION}?offset={offset}&limit=4")

    assert (answered["rows"], answered["total"], answered["next"]) == ([], 6, None)
    assert urlsplit(answered["previous"]).query == f"offset={4 if offset > 8 else offset - 4}&limit=4"


def test_empty_data_set_is_an_answer_without_rows(client):
    answered = answer(client, POPULATION)

    assert (answered["total"], answered["rows"], answered["changed_at"]) == (0, [], None)
    assert "Last-Modified" not in client.get(POPULATION)


def test_rows_far_into_a_large_table_are_read_alone(client):
    """Of 80 000 rows only those asked for are fetched."""
    NewsItem.objects.bulk_create(
        NewsItem(
            title=f"Nyhet {number}",
            slug=f"nyhet-{number}",
            published_on=factories.DAY,
            publication="published",
        )
        for number in range(80_000)
    )
    with CaptureQueriesContext(connection) as queries:
        answered = answer(client, "/api/v1/nyheter?offset=79990&limit=10")

    assert answered["total"] == 80_000
    assert len(answered["rows"]) == 10
    assert any("LIMIT 10 OFFSET 79990" in query["sql"] for query in queries)


# --- The description ----------------------------------------------------------------------------------------


def described(client: Client) -> dict[str, Any]:
    return answer(client, "/api/v1/openapi.json")


def test_description_is_openapi(client):
    from_dict(described(client)).validate()


def test_description_names_every_data_set_column_and_filter(client):
    api = described(client)

    assert api["servers"] == [{"url": "http://testserver/api/v1"}]
    assert list(api["paths"]) == [f"/{slug}" for slug in SLUGS]
    for each in DATASETS:
        row = api["components"]["schemas"][f"{each.slug}.row"]
        assert row["required"] == list(row["properties"]) == [column.name for column in each.columns]
        asked = api["paths"][f"/{each.slug}"]["get"]["parameters"]
        assert [one["name"] for one in asked if "name" in one] == [one.name for one in each.filters]


@pytest.mark.parametrize("each", DATASETS, ids=SLUGS)
def test_filters_with_a_choice_are_of_text(each):
    """The values of a choice are given to the filter as they stand."""
    assert {one.kind for one in each.filters if one.choices} <= {"string"}


# --- HTTP ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("population")
def test_whoever_has_the_answer_is_told_so(client):
    first = client.get(POPULATION)
    etag = first["ETag"]

    assert etag.startswith('"')
    for given in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = client.get(POPULATION, headers={"if-none-match": given})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
        assert again["Access-Control-Allow-Origin"] == "*"
    factories.make_population(factories.make_municipality("Nykvarn", "0140"))
    changed = client.get(POPULATION, headers={"if-none-match": etag})
    assert (changed.status_code, changed["ETag"] != etag) == (200, True)


@pytest.mark.usefixtures("population")
def test_deleted_row_is_told_though_no_date_tells_it(client):
    first = client.get(POPULATION)
    Population.objects.all()[0].delete()
    again = client.get(
        POPULATION,
        headers={"if-none-match": first["ETag"], "if-modified-since": first["Last-Modified"]},
    )

    assert again.status_code == 200
    assert again.json()["total"] == 5


@pytest.mark.usefixtures("population")
@pytest.mark.parametrize(
    "value", ["", "x", '"', "W/", ", ,", "\x80", "Mon, 99 Foo 2017 25:61:61 GMT", '"a' * 3000]
)
@pytest.mark.parametrize("name", ["if-none-match", "if-match", "if-modified-since", "if-unmodified-since"])
def test_broken_condition_is_as_none(client, name, value):
    assert client.get(POPULATION, headers={name: value}).status_code == 200


@pytest.mark.usefixtures("population")
def test_condition_that_does_not_hold_is_refused(client):
    past, future = "Sat, 01 Jan 2000 00:00:00 GMT", "Tue, 01 Jan 2086 00:00:00 GMT"

    for name, value, status in (
        ("if-match", '"x"', 412),
        ("if-match", "*", 200),
        ("if-unmodified-since", past, 412),
        ("if-unmodified-since", future, 200),
        ("if-modified-since", future, 200),
    ):
        assert client.get(POPULATION, headers={name: value}).status_code == status, (name, value)


@pytest.mark.parametrize("address", [POPULATION, "/api/v1/openapi.json"])
def test_head_is_the_answer_without_its_content(client, address):
    whole, head = client.get(address), client.head(address)

    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers} == {**whole.headers}


@pytest.mark.parametrize("address", [POPULATION, "/api/v1/openapi.json", "/api/v1/finns-inte"])
def test_web_page_elsewhere_may_ask(client, address):
    headers = {
        "origin": "https://elsewhere.example",
        "access-control-request-method": "GET",
        "access-control-request-headers": "if-none-match",
    }
    response = client.options(address, headers=headers)

    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == response["Allow"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in response["Access-Control-Allow-Headers"]
    assert client.get(address, headers=headers)["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "X" * 1000])
@pytest.mark.parametrize("address", [POPULATION, "/api/v1/openapi.json", "/api/v1/finns-inte"])
def test_data_is_only_for_reading(address, method):
    response = Client(enforce_csrf_checks=True).generic(method, address, data="{}")

    assert problem(response, HTTPStatus.METHOD_NOT_ALLOWED)["type"].endswith("/api/v1/#bara-lasa")
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/*;q=0.1", "text/html, */*;q=0.8"])
def test_whoever_takes_json_gets_it(client, accept):
    assert client.get(POPULATION, headers={"accept": accept}).status_code == 200


@pytest.mark.parametrize(
    "accept", ["application/xml", "text/html", "application/json;q=0", "text/csv, image/*", "json", ";;,"]
)
def test_other_formats_than_json_are_told_not_to_be_had(client, accept):
    response = client.get(POPULATION, headers={"accept": accept})

    assert "application/json" in problem(response, HTTPStatus.NOT_ACCEPTABLE)["detail"]
    assert response["Vary"] == client.get(POPULATION)["Vary"] == "Accept"


def test_answers_set_no_cookie_and_are_asked_for_anew(client):
    response = client.get(POPULATION)

    assert response["Cache-Control"] == "no-cache"
    assert not response.cookies


# --- What can't be answered ---------------------------------------------------------------------------------

WRONG = {
    "limit": [
        "",
        "0",
        "-1",
        "1001",
        "1e3",
        "1.0",
        "+1",
        " 1",
        "01",
        "0x10",
        "１",
        "٣",
        "1_0",
        "9" * 5000,
        "\x00",
    ],
    "offset": ["", "-1", "1e3", "null", str(FARTHEST + 1), "9" * 10_000, "１", "1\n", "\x00"],
    "year": ["", "0", "10000", "-2017", "２０１７", "2017.0", "tjugo", "9" * 10_000, "2017\x00"],
    "municipality": ["", "\x00", "0127\x00", "a\nb", "x" * (LONGEST_TEXT + 1), "x" * 10_000],
    "sida": ["1"],
    "Limit": ["1"],
    "\x00": ["1"],
    "x" * 10_000: ["x" * 10_000],
    "": ["1"],
}


@pytest.mark.usefixtures("population")
@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_what_is_not_understood_is_told_by_its_name(client, name, value):
    response = client.get(f"{POPULATION}?{quote(name)}={quote(value)}")
    told = problem(response, HTTPStatus.BAD_REQUEST)

    assert told["type"] == "http://testserver/api/v1/#parametrar"
    assert [error["parameter"][:5] for error in told["errors"]] == [name[:5].replace("\x00", "\\u000")]
    assert told["detail"].endswith(told["errors"][0]["detail"])
    assert len(response.content) < 1000


@pytest.mark.usefixtures("population")
@pytest.mark.parametrize(
    "query", ["municipality=%ff", "municipality=%C3%28", "limit=%80", "%ff=1", "limit=%", "year=%E2%82"]
)
def test_bytes_that_are_not_text_are_not_understood(client, query):
    problem(client.get(f"{POPULATION}?{query}"), HTTPStatus.BAD_REQUEST)


@pytest.mark.parametrize(
    "day",
    [
        "2017",
        "20170202",
        "2017-2-2",
        "2017-W05-4",
        "2017-02-30",
        "0000-01-01",
        "２０１７-02-02",
        "2017-02-02T00:00",
    ],
)
def test_day_is_written_in_one_way(client, day):
    told = problem(client.get(f"/api/v1/moten?from={quote(day)}"), HTTPStatus.BAD_REQUEST)

    assert told["errors"] == [{"parameter": "from", "detail": f"Ange en dag som ÅÅÅÅ-MM-DD, inte ”{day}”."}]


@pytest.mark.parametrize("edge", ["0001-01-01", "9999-12-31"])
def test_first_and_last_day_that_there_is_can_be_asked_for(client, edge):
    assert client.get(f"/api/v1/moten?from={edge}&to={edge}").status_code == 200


@pytest.mark.parametrize("each", DATASETS, ids=SLUGS)
@pytest.mark.parametrize("number", [1, 9999])
def test_first_and_last_year_that_there_is_can_be_asked_for(client, each, number):
    for one in each.filters:
        if one.kind == "integer":
            assert client.get(f"/api/v1/{each.slug}?{one.name}={number}").status_code == 200


def test_choice_tells_what_there_is_to_choose_between(client):
    told = problem(client.get("/api/v1/moten?status=MOVED"), HTTPStatus.BAD_REQUEST)

    assert told["errors"] == [
        {
            "parameter": "status",
            "detail": "Ange något av preliminary, confirmed, moved, cancelled, inte ”MOVED”.",
        }
    ]


def test_all_that_is_wrong_is_told_at_once(client):
    told = problem(client.get(f"{POPULATION}?limit=0&limit=2&sida=1&offset=x"), HTTPStatus.BAD_REQUEST)

    assert told["errors"] == [
        {"parameter": "limit", "detail": "Parametern står flera gånger. Ange den en gång."},
        {
            "parameter": "sida",
            "detail": "Parametern finns inte. De som finns är municipality, year, offset och limit.",
        },
        {"parameter": "offset", "detail": f"Ange ett heltal från 0 till {FARTHEST}, inte ”x”."},
    ]


@pytest.mark.parametrize(
    ("number", "errors"), [(11, MOST_MISTAKES), (1000, MOST_MISTAKES), (1001, 0), (5000, 0)]
)
def test_very_many_parameters_are_refused_shortly(client, number, errors):
    query = "&".join(f"x{each}=1" for each in range(number))
    response = client.get(f"{POPULATION}?{query}")

    assert len(problem(response, HTTPStatus.BAD_REQUEST)["errors"]) == errors
    assert len(response.content) < 3000


@pytest.mark.parametrize(
    "slug",
    [
        "finns-inte",
        "moten/",
        "moten/1",
        "MOTEN",
        "moten.csv",
        "moten.xml",
        "%00",
        "..%2Fadmin",
        "å",
        "x" * 5000,
        "%ff",
    ],
)
def test_unknown_data_set_is_told_with_those_that_are(client, slug):
    told = problem(client.get(f"/api/v1/{slug}"), HTTPStatus.NOT_FOUND)

    assert told["type"] == "http://testserver/api/v1/#finns-inte"
    assert all(each in told["detail"] for each in SLUGS)


# --- The page -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("population")
def test_page_shows_an_example_that_is_answered_so(client):
    factories.make_event(factories.DAY)
    page = read(client, "/api/v1/")
    example = page.one("pre").text
    address = next(link for link in page.one("main").links() if "limit=1" in link)

    assert_well_made(page)
    assert json.loads(example) == answer(client, address)


def test_page_lists_every_data_set_and_every_problem(client):
    page = read(client, "/api/v1/")

    links = page.one("main").links()
    assert [slug for slug in SLUGS if f"/api/v1/{slug}" not in links] == []
    assert [each.anchor for each in PROBLEMS if not page.all(id=each.anchor)] == []
    assert "/api/v1/openapi.json" in links


def test_page_is_only_for_reading(client):
    assert client.post("/api/v1/").status_code == 405
