"""The API over the loaded plan: every data set, all its rows, as described."""

from typing import Any

import jsonschema_rs
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sodertorn.api_parameters import LARGEST_PAGE
from sodertorn.catalogue import DATASETS, dataset
from sodertorn.opendata import machine_value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

SLUGS = [each.slug for each in DATASETS]


def answer(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return response.json()


@pytest.mark.parametrize("slug", SLUGS)
def test_all_rows_come_page_by_page_as_in_the_files(client, slug):
    published = dataset(slug)
    assert published
    table = published.table("http://testserver")
    expected = [dict(zip(table.names, map(machine_value, row), strict=True)) for row in table.rows]
    size = max(len(expected) // 3, 1)
    found, address = [], f"/api/v1/{slug}?limit={size}"
    while address:
        answered = answer(client, address)
        assert answered["total"] == len(expected)
        assert len(answered["rows"]) <= size
        found += answered["rows"]
        address = answered["next"]

    assert found == expected


@pytest.mark.parametrize("slug", SLUGS)
def test_questions_to_the_database_are_as_many_for_one_row_as_for_all(client, slug):
    counts = []
    for limit in (1, LARGEST_PAGE):
        with CaptureQueriesContext(connection) as queries:
            answer(client, f"/api/v1/{slug}?limit={limit}")
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 20


@pytest.mark.parametrize("slug", SLUGS)
def test_answers_are_as_described(client, slug):
    schema = {**answer(client, "/api/v1/openapi.json"), "$ref": f"#/components/schemas/{slug}.answer"}
    answered = answer(client, f"/api/v1/{slug}?limit={LARGEST_PAGE}")

    jsonschema_rs.Draft202012Validator(schema).validate(answered)
