"""What a page costs, beside what servers cost that do nothing: `python -m tests.benchmarks.pages`.

With `--wagtail` also a Wagtail site that lists 20 child pages, installed for the occasion.
"""
# ruff: noqa: T201 - a program that talks to a person

import contextlib
import http.client
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.servers import Case, Server, measure, serving
from tests.services.portal import MANAGE, ROOT, production_environment

ROUNDS = 5
PAGES = {
    "start": "/",
    "list: the calendar": "/kalender/",
    "list: a year of it": "/kalender/2017/",
    "list: municipalities": "/kommuner/",
    "detail: a municipality": "/kommuner/haninge/",
    "budget": "/budget/2017/",
    "the whole plan": "/verksamhetsplan/2017/",
}
TARGETS = {"list: the calendar": 4.0, "detail: a municipality": 4.0, "budget": 4.0}
"""CPU milliseconds that building a page may take."""
CACHED, UNCHANGED = 0.7, 0.6
FEED_MEETINGS = 300
WAGTAIL_SITE = Path(__file__).with_name("wagtail_site.py")
COLUMNS = f"{'':34} {'CPU ms':>8} {'at most':>8} {'× hello':>8} {'× one query':>12}"


def manage(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([*MANAGE, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)


def fill(environment: dict[str, str]) -> None:
    """A portal as `make run` starts it."""
    manage(environment, "migrate")
    manage(environment, "load_plan")
    manage(environment, "load_pages")
    manage(environment, "load_indicators")
    manage(environment, "load_population", str(ROOT / "sodertorn" / "data" / "population.csv"))
    manage(environment, "collectstatic", "--noinput")


def etag_of(server: Server, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", path)
    return connection.getresponse().headers["ETag"]


def feed_environment(folder: Path) -> dict[str, str]:
    """A portal whose calendar has 300 meetings and nothing else."""
    environment = production_environment(folder)
    manage(environment, "migrate")
    manage(environment, "collectstatic", "--noinput")
    manage(environment, "shell", "-c", f"from tests.benchmarks import feeds; feeds.fill({FEED_MEETINGS})")
    return environment


@contextlib.contextmanager
def wagtail_server() -> Iterator[Server]:
    """Wagtail under the same gunicorn, installed in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        print("Hämtar Wagtail från PyPI …", flush=True)
        install = [sys.executable, "-m", "pip", "-qqq", "install", "--target", folder, "wagtail"]
        subprocess.run(install, check=True)
        environment = {"DATA_DIR": folder, "PYTHONPATH": folder}
        subprocess.run([sys.executable, WAGTAIL_SITE], env={**os.environ, **environment}, check=True)
        with serving("wagtail_site:application", environment, WAGTAIL_SITE.parent) as server:
            yield server


def cases_of(portal: Server, name: str, path: str, *, at_most: float, requests: int) -> list[Case]:
    """A page built, kept, and asked for by someone who has it. Without its first case it is only kept."""
    headers = {"If-None-Match": etag_of(portal, path)}
    return [
        Case(f"{name}, uncached", portal, path, fresh=True, requests=requests, at_most=at_most),
        Case(f"{name}, cached", portal, path, requests=1000, at_most=CACHED),
        Case(f"{name}, 304", portal, path, headers, expected=304, requests=1000, at_most=UNCHANGED),
    ]


def row(case: Case, plain: Case, least: Case) -> str:
    target = f"{case.at_most:8.1f}" if case.at_most else f"{'':8}"
    mark = "  över" if case.at_most and case.cost > case.at_most else ""
    ratios = f"{case.cost / plain.cost:8.1f} {case.cost / least.cost:12.1f}"
    return f"{case.name:34} {case.cost:8.2f} {target} {ratios}{mark}"


def main() -> None:
    with contextlib.ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        environment, feeds = production_environment(folder), feed_environment(folder / "feed")
        fill(environment)
        hello = running.enter_context(serving("tests.benchmarks.hello:application", environment))
        one_query = running.enter_context(serving("tests.benchmarks.one_query:application", environment))
        portal = running.enter_context(serving("sodertorn.wsgi:application", environment))
        feed = running.enter_context(serving("sodertorn.wsgi:application", feeds))
        plain = Case("raw WSGI: hello", hello, "/", requests=1000)
        least = Case("Django: one view, one query", one_query, "/", requests=500)
        cases = [plain, least]
        if "--wagtail" in sys.argv[1:]:
            wagtail = running.enter_context(wagtail_server())
            cases.append(Case("Wagtail: list of 20 pages", wagtail, "/", requests=50))
        for name, path in PAGES.items():
            every = cases_of(portal, name, path, at_most=TARGETS.get(name, 0), requests=50)
            cases += every if name in TARGETS else every[:1]
        cases += cases_of(
            feed, f"feed: {FEED_MEETINGS} meetings", "/kalender/kalender.ics", at_most=10, requests=20
        )
        measure(cases, ROUNDS)
        print(COLUMNS)
        for case in cases:
            print(row(case, plain, least))
        print(
            f"Start to first answer: {portal.seconds_to_first_answer:.1f} s (at most 2)."
            f" Memory of two workers: {portal.megabytes():.0f} MB (at most 180)."
        )


if __name__ == "__main__":
    main()
