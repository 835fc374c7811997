"""What pages cost when there is a hundred times as much: `python -m tests.benchmarks.growth` prints a table.

A year with 800 meetings, and then a hundred such years, each with its plan, budget, population, hosts and key
figures, on a database of its own. It is May of the last year. Each page is read and built from nothing. The
number of questions to the database must be the same, and the time hardly more; the time is CPU time, the best
of some runs.
"""
# ruff: noqa: T201 - a program that talks to a person

import datetime
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from unittest import mock

import django

RUNS = 30
LONGEST = 10.0
"""Seconds: what takes longer is run once."""
MEETINGS_A_YEAR = 800
YEARS = range(2000, 2100)
"""The calendar takes meetings of this century only."""
NOW = datetime.datetime(YEARS[-1], 5, 11, 12, tzinfo=datetime.UTC)
MOST = 1.2
"""How many times as much CPU time a page may take."""
PAGES = (
    "/",
    "/om/",
    "/organisation/",
    "/organisation/samarbetskommitten/",
    "/kommuner/",
    "/kommuner/haninge/",
    "/kommuner/haninge/avgift/",
    "/kommuner/haninge/nyckeltal/",
    "/kalender/",
    "/kalender/?organ=samarbetskommitten",
    "/kalender/tidigare/",
    "/kalender/{year}/",
    "/kalender/{year}/05/",
    "/kalender/{year}/v20/",
    "/kalender/{year}/05/10/mote-129/",
    "/kalender/kalender.ics",
    "/vardskap/",
    "/samverkan/",
    "/nyckeltal/",
    "/nyckeltal/{indicator}/",
    "/verksamhetsplan/2017/",
    "/budget/",
    "/budget/2017/",
    "/budget/kalkyl/",
    "/nyheter/",
    "/dokument/",
    "/sok/?q=sammantr%C3%A4de",
    "/sitemap.xml",
)


@dataclass(frozen=True)
class Cost:
    queries: int
    milliseconds: float
    kilobytes: float


def fill(years: Iterable[int]) -> None:
    """Whatever a year brings: meetings every day, a plan, a budget, a host, population and key figures."""
    from calendar_app.models import Event, EventHost, HostRotation, HostTurn
    from committee.models import Body, Indicator, IndicatorValue, Municipality, NewsItem, Population
    from sodertorn.publishing import Publication
    from tests import factories

    body = Body.objects.get(slug="samarbetskommitten")
    municipalities = list(Municipality.objects.all())
    rotation = HostRotation.objects.get(body=body)
    published = {"publication": Publication.PUBLISHED, "title": "Sammanträde", "body": body}
    for year in years:
        first = datetime.date(year, 1, 1)
        days = [first + datetime.timedelta(number % 365) for number in range(MEETINGS_A_YEAR)]
        events = Event.objects.bulk_create(
            Event(starts_on=day, ends_on=day, slug=f"mote-{number}", **published)
            for number, day in enumerate(days)
        )
        EventHost.objects.bulk_create(
            EventHost(event=event, municipality=municipalities[number % len(municipalities)])
            for number, event in enumerate(events)
        )
        factories.make_budget(factories.make_plan(year), lines=10)
        Population.objects.bulk_create(
            [
                Population(
                    municipality=each,
                    reference_date=datetime.date(year - 1, 12, 31),
                    inhabitants=50_000 + 10 * year,
                    source="SCB",
                )
                for each in municipalities
            ],
            ignore_conflicts=True,
        )
        HostTurn.objects.bulk_create(
            [
                HostTurn(
                    rotation=rotation,
                    year=year,
                    number=year,
                    municipality=municipalities[year % len(municipalities)],
                )
            ],
            ignore_conflicts=True,
        )
        IndicatorValue.objects.bulk_create(
            [
                IndicatorValue(
                    indicator=indicator, municipality=each, year=year, value=year % 89, source="Kolada"
                )
                for indicator in Indicator.objects.all()
                for each in municipalities
            ],
            ignore_conflicts=True,
        )
        NewsItem.objects.bulk_create(
            NewsItem(
                title=f"Nyhet {month}",
                slug=f"nyhet-{month}",
                published_on=datetime.date(year, month, 1),
                lead="I korthet.",
                publication=Publication.PUBLISHED,
            )
            for month in range(1, 13)
        )


def measure(addresses: Iterable[str]) -> dict[str, Cost]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    costs = {}
    for address in addresses:
        start = time.process_time()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
            size = len(response.getvalue())
            asked = len(queries)
        if response.status_code != 200:
            raise SystemExit(f"{address} answered {response.status_code}.")
        taken = [time.process_time() - start]
        for _ in range(RUNS if taken[0] < LONGEST else 0):
            start = time.process_time()
            client.get(address).getvalue()
            taken.append(time.process_time() - start)
        costs[address] = Cost(asked, 1000 * min(taken), size / 1024)
    return costs


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_test_environment

    from committee.models import Indicator

    setup_test_environment()
    name = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0)
    for loader in ("load_plan", "load_pages", "load_indicators"):
        call_command(loader, verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    indicator = Indicator.objects.order_by("pk")[0].slug
    addresses = sys.argv[1:] or [page.format(year=NOW.year, indicator=indicator) for page in PAGES]
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        fill([NOW.year])
        before = measure(addresses)
        fill(year for year in YEARS if year not in (2017, NOW.year))
        after = measure(addresses)
    print(f"1 år och {len(YEARS)} år med {MEETINGS_A_YEAR} möten om året")
    print("sida                                    frågor        CPU ms         gånger        KiB")
    for address, cost in before.items():
        grown = after[address]
        times = grown.milliseconds / cost.milliseconds
        mark = "" if times <= MOST and grown.queries == cost.queries else "  växer"
        print(
            f"{address:38} {cost.queries:3} → {grown.queries:3} {cost.milliseconds:7.1f} → "
            f"{grown.milliseconds:7.1f} {times:6.2f} {cost.kilobytes:6.0f} → {grown.kilobytes:6.0f}{mark}"
        )
    connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
