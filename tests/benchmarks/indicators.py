"""What the pages of key figures cost: `python -m tests.benchmarks.indicators` prints a table.

Eight municipalities and thirty years, of one key figure and of forty, on a database of its own. The number of
questions to the database must be the same; the time is the best of some runs.
"""
# ruff: noqa: T201 - a program that talks to a person

import os

import django

from tests.benchmarks.feeds import best

MUNICIPALITIES, YEARS = 8, range(1996, 2026)
SIZES = (1, 40)


def fill(indicators: int) -> None:
    """So many key figures with every value known."""
    from committee.models import Indicator, IndicatorValue, Municipality, Population
    from tests import factories

    Indicator.objects.all().delete()
    Municipality.objects.all().delete()
    municipalities = [
        factories.make_municipality(f"Kommun {number}", f"{number:04}") for number in range(MUNICIPALITIES)
    ]
    Population.objects.bulk_create(
        Population(
            municipality=row, reference_date=f"{year}-12-31", inhabitants=10_000 + year * row.pk, source="SCB"
        )
        for row in municipalities
        for year in YEARS
    )
    made = [factories.make_indicator(f"Nyckeltal {number}") for number in range(indicators)]
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            indicator=indicator,
            municipality=row,
            year=year,
            value=(31 * place + 7 * year + 3 * row.pk) % 100,
            source="SCB",
        )
        for place, indicator in enumerate(made)
        for row in municipalities
        for year in YEARS
    )


def measure(indicators: int) -> None:
    """Print a row for each page."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    fill(indicators)
    client = Client()
    for address in ("/nyckeltal/", "/nyckeltal/nyckeltal-0/", "/kommuner/kommun-0/nyckeltal/"):
        with CaptureQueriesContext(connection) as queries:
            size = len(client.get(address).content) / 1024
            asked = len(queries)
        milliseconds = 1000 * best(lambda address=address: client.get(address))  # type: ignore[misc]
        print(f"{indicators:10}  {address:29} {asked:6} {milliseconds:8.1f} {size:7.0f}")


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    name = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0)
    print(f"\n{MUNICIPALITIES} kommuner × {len(YEARS)} år")
    print("nyckeltal   sida                          frågor       ms     KiB")
    for indicators in SIZES:
        measure(indicators)
    connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
