"""What planning a year costs: `python -m tests.benchmarks.planner` prints a table.

It plans ten years in a row on a database of its own, each built on the one before, and then years that are
hard: closed at random for weeks on end. The search alone is measured apart from reading the database.
"""
# ruff: noqa: T201 - a program that talks to a person

import os
import random
import time
from collections.abc import Callable
from datetime import date, timedelta

import django


def seconds(run: Callable[..., object], argument: object) -> float:
    start = time.perf_counter()
    run(argument)
    return time.perf_counter() - start


def common_years() -> None:
    """Plan and save 2018–2027."""
    from django.core.management import call_command

    from calendar_app.planner import propose_year
    from calendar_app.planning import brief_of, plan_year
    from tests.calendar_app.test_planning import accept

    call_command("load_plan", verbosity=0)
    print("år    med databasen  bara sökningen  förslag")
    for year in range(2018, 2028):
        brief, _ = brief_of(year)
        whole, search = seconds(plan_year, year), seconds(propose_year, brief)
        planned = plan_year(year)
        accept(planned)
        print(
            f"{year}  {whole * 1000:10.1f} ms  {search * 1000:11.1f} ms  {len(planned.proposal.proposed):7}"
        )


def hard_years() -> None:
    """Years with more and more weeks closed."""
    from dataclasses import replace

    from calendar_app.planner import propose_year
    from calendar_app.planning import brief_of

    print("\nstängda veckor  långsammast av 20 år  ej ordnat i snitt")
    chance = random.Random(2017)  # noqa: S311 - the same years every time
    for weeks in (5, 15, 25, 35, 45):
        slowest, unsatisfied = 0.0, 0
        for _ in range(20):
            brief, _ = brief_of(2028)
            closed = chance.sample(range(52), weeks)
            days = (date(2028, 1, 3) + timedelta(7 * week + n) for week in closed for n in range(5))
            brief = replace(brief, off_days={**dict.fromkeys(days, "stängt"), **brief.off_days})
            slowest = max(slowest, seconds(propose_year, brief))
            unsatisfied += len(propose_year(brief).unsatisfied)
        print(f"{weeks:14}  {slowest * 1000:17.1f} ms  {unsatisfied / 20:17.1f}")


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    name = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0)
    common_years()
    hard_years()
    connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
