"""What printing the plan costs: `python -m tests.benchmarks.plan_pdf` prints a table.

The plan for 2017 on a database of its own: set from nothing, and asked for again while nothing has changed.
Times depend on the machine; how they relate to each other and to the limits does not much.
"""
# ruff: noqa: T201 - a program that talks to a person

import os
import time
from collections.abc import Callable
from statistics import median

import django

UNCACHED, CACHED = 1.0, 0.01
"""Limits in seconds for the whole answer: set from nothing, and given again while nothing has changed."""
ROUNDS = 15


def seconds(run: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """The median of some rounds, each after a preparation that does not count."""
    times = []
    for _ in range(ROUNDS):
        before()
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return median(times)


def measure() -> None:
    from django.core.management import call_command
    from django.test import Client

    from committee.models import OperationalPlan
    from sodertorn import plan_state, typesetting
    from sodertorn.plan_document import plan_document
    from sodertorn.plan_print import plan_content, plan_pdf
    from sodertorn.publishing import VISITOR

    call_command("load_plan", verbosity=0)
    plan = OperationalPlan.objects.get(year=2017)
    document = plan_document(plan, VISITOR)

    def forget() -> None:
        typesetting._typeset.cache_clear()
        plan_state._printed.cache_clear()

    client = Client()
    address = f"/verksamhetsplan/{plan.year}.pdf"
    client.get(address)
    rows = seconds(lambda: plan_document(plan, VISITOR))
    found = {
        "läsa raderna": rows,
        "ställa samman innehållet": seconds(lambda: plan_content(document)),
        "sätta dokumentet": seconds(lambda: plan_pdf(document), forget),
        "ge samma dokument igen": seconds(lambda: plan_pdf(document)),
        "hela svaret, osatt": seconds(lambda: client.get(address), forget),
        "hela svaret, satt förut": seconds(lambda: client.get(address)),
    }
    whole = found["hela svaret, osatt"]
    print(f"{'moment':26}  {'tid':>10}  andel av hela svaret, osatt")
    for name, taken in found.items():
        print(f"{name:26}  {taken * 1000:7.1f} ms  {taken / whole:6.3f}")
    for name, limit in (("hela svaret, osatt", UNCACHED), ("hela svaret, satt förut", CACHED)):
        print(f"{name}: {found[name] / limit:.2f} av gränsen {limit * 1000:.0f} ms")


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    name = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0)
    measure()
    connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
