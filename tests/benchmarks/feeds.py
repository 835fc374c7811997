"""What a calendar file costs: `python -m tests.benchmarks.feeds` prints a table.

It runs on a database of its own, as the tests do. Each figure is the best of some runs: the one that
other programs on the machine disturbed the least.
"""
# ruff: noqa: T201 - a program that talks to a person

import datetime
import os
import time
from collections.abc import Callable

import django

RUNS = 5
SIZES = (300, 3000)


def best(run: Callable[[], object]) -> float:
    """Seconds."""
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def fill(events: int) -> None:
    """So many meetings of a committee, one every day, each with a host."""
    from calendar_app.models import Event, EventHost
    from committee.models import Body, Municipality

    Event.objects.all().delete()
    body, _ = Body.objects.get_or_create(slug="kommitten", name="Kommittén", short_name="Kommittén")
    host, _ = Municipality.objects.get_or_create(slug="haninge", name="Haninge", code="0136")
    first = datetime.date(2020, 1, 1)
    noon, three = datetime.time(12), datetime.time(15)
    days = (first + datetime.timedelta(days=number) for number in range(events))
    fields = {
        "title": "Sammanträde",
        "slug": "mote",
        "body": body,
        "start_time": noon,
        "end_time": three,
        "publication": "published",
    }
    made = Event.objects.bulk_create(Event(starts_on=day, ends_on=day, **fields) for day in days)
    EventHost.objects.bulk_create(EventHost(event=event, municipality=host) for event in made)


def measure(events: int) -> None:
    """Print a row: the whole answer, an answer 304, and building alone."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from calendar_app import ical
    from calendar_app.models import Event

    fill(events)
    client, address = Client(), "/kalender/kalender.ics"
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
        full_queries = len(queries)
    headers = {"if-none-match": response["ETag"]}
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, headers=headers).status_code == 304
        unchanged_queries = len(queries)
    rows = list(Event.objects.with_hosts())
    about = dict.fromkeys(("name", "page_url", "source_url", "base_url"), "https://portal.example")
    build = best(lambda: ical.build_calendar(rows, **about))
    full = best(lambda: client.get(address))
    unchanged = best(lambda: client.get(address, headers=headers))
    print(
        f"{events:6} {len(response.content) / 1024:7.0f} {full * 1000:9.1f} {full_queries:7}"
        f" {unchanged * 1000:8.1f} {unchanged_queries:7} {build * 1000:9.1f} {build / events * 1e6:9.0f}"
    )


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    name = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0)
    print("events     KiB  200 (ms) queries 304 (ms) queries build (ms)  µs/event")
    for events in SIZES:
        measure(events)
    connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
