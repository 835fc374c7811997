"""The calendar as a table: what the page shows, month-only events too."""

import csv
import datetime
import io
import json
from datetime import date, time

import pytest
from django.http.response import StreamingHttpResponse
from django.test import RequestFactory

from calendar_app.datasets import EVENT_COLUMNS, events_dataset
from calendar_app.feeds import dataset_response
from calendar_app.models import Event
from tests.factories import make_body, make_event, make_municipality

pytestmark = pytest.mark.django_db

BASE_URL = "https://portal.example"
CHANGED = datetime.datetime(2016, 12, 1, 9, 30, 15, tzinfo=datetime.UTC)


def rows(**expected: object) -> list[dict[str, object]]:
    """The dataset's rows, with the columns that are asked for."""
    dataset = events_dataset(Event.objects.with_hosts(), BASE_URL)
    return [
        {name: value for name, value in zip(dataset.names, row, strict=True) if name in expected}
        for row in dataset.rows
    ]


def test_event_is_a_row_with_every_value():
    hosts = make_municipality("Södertälje", "0181"), make_municipality("Nykvarn", "0140")
    event = make_event(
        date(2017, 9, 14),
        title="Konferens",
        slug="konferens",
        kind=Event.Kind.REGIONAL_CONFERENCE,
        hosts=hosts,
        body=make_body(name="Kommittén"),
        start_time=time(12),
        end_time=time(15),
        status=Event.Status.MOVED,
        original_starts_on=date(2017, 9, 7),
        location="Stadshuset",
        note="Ta med underlag.",
    )
    Event.objects.update(changed_at=CHANGED)
    dataset = events_dataset(Event.objects.with_hosts(), BASE_URL)
    [row] = dataset.rows

    assert dict(zip(dataset.names, row, strict=True)) == {
        "id": f"{event.uid}@sodertorn",
        "title": "Konferens",
        "body": "Kommittén",
        "kind": "regional_conference",
        "status": "moved",
        "date_precision": "day",
        "starts_on": "2017-09-14",
        "ends_on": "2017-09-14",
        "start_time": time(12),
        "end_time": time(15),
        "host_codes": ("0181", "0140"),
        "host_names": ("Södertälje", "Nykvarn"),
        "location": "Stadshuset",
        "original_starts_on": date(2017, 9, 7),
        "note": "Ta med underlag.",
        "url": "https://portal.example/kalender/2017/09/14/konferens/",
        "changed_at": CHANGED,
    }


def test_event_without_a_day_is_there_as_a_month():
    make_event(date(2018, 1, 1), date_precision=Event.DatePrecision.MONTH)
    expected = {"date_precision": "month", "starts_on": "2018-01", "ends_on": "2018-01", "start_time": None}

    assert rows(**expected) == [expected]


def test_event_of_several_days_has_its_last_day():
    make_event(date(2017, 8, 16), ends_on=date(2017, 8, 17))
    expected = {"starts_on": "2017-08-16", "ends_on": "2017-08-17", "body": None, "host_codes": ()}

    assert rows(**expected) == [expected]


def test_columns_have_titles_of_their_own():
    titles = [column.title for column in EVENT_COLUMNS]

    assert all(titles)
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("number", [1, 250])
@pytest.mark.parametrize("as_format", ["csv", "json"])
def test_table_takes_two_queries_whatever_its_size(number, as_format, django_assert_num_queries):
    host = make_municipality()
    for day in range(number):
        make_event(date(2017, 1, 1) + datetime.timedelta(days=day), hosts=(host,), title="=Möte")
    request = RequestFactory().get("/kalender/2017.csv", headers={"host": "localhost"})
    with django_assert_num_queries(2):
        response = dataset_response(
            request, Event.objects.with_hosts(), as_format=as_format, slug="kalender-2017", title="2017"
        )
        assert isinstance(response, StreamingHttpResponse)
        content = response.getvalue().decode()
    if as_format == "csv":
        table = list(csv.DictReader(io.StringIO(content, newline="")))
        assert {row["title"] for row in table} == {"'=Möte"}
    else:
        table = json.loads(content)["rows"]
        assert {row["title"] for row in table} == {"=Möte"}

    assert len(table) == number
    assert table[0]["url"].startswith("http://localhost/kalender/2017/01/01/")
    assert response["Content-Disposition"] == f'inline; filename="kalender-2017.{as_format}"'
