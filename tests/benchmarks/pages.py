"""What a page costs, beside what servers cost that do nothing: `python -m tests.benchmarks.pages`.

With `--wagtail` also a Wagtail site that lists 20 child pages, installed for the occasion.
"""
# ruff: noqa: T201 - a program that talks to a person

import http.client
import subprocess
import tempfile
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
COLUMNS = f"{'':32} {'CPU ms':>8} {'× hello':>8} {'× one query':>12}"


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


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = production_environment(Path(folder))
        fill(environment)
        with (
            serving("tests.benchmarks.hello:application", environment) as hello,
            serving("tests.benchmarks.one_query:application", environment) as one_query,
            serving("sodertorn.wsgi:application", environment) as portal,
        ):
            plain = Case("raw WSGI: hello", hello, "/", requests=1000)
            least = Case("Django: one view, one query", one_query, "/", requests=500)
            cases = [plain, least]
            for name, path in PAGES.items():
                cases.append(Case(f"{name}, uncached", portal, path, fresh=True, requests=50))
            for name in ("list: the calendar", "budget"):
                cases.append(Case(f"{name}, cached", portal, PAGES[name], requests=1000))
                headers = {"If-None-Match": etag_of(portal, PAGES[name])}
                unchanged = Case(f"{name}, 304", portal, PAGES[name], headers, expected=304, requests=1000)
                cases.append(unchanged)
            measure(cases, ROUNDS)
            print(COLUMNS)
            for case in cases:
                print(
                    f"{case.name:32} {case.cost:8.2f} {case.cost / plain.cost:8.1f}"
                    f" {case.cost / least.cost:12.1f}"
                )
            print(
                f"Start to first answer: {portal.seconds_to_first_answer:.1f} s."
                f" Memory of two workers: {portal.megabytes():.0f} MB."
            )


if __name__ == "__main__":
    main()
