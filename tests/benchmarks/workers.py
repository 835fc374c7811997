"""What else the portal could be served with: `python -m tests.benchmarks.workers`.

Kinds and numbers of gunicorn's workers, PostgreSQL with and without a pool of connections, and templates with
and without kept fragments. gevent's workers cannot serve it at all: the portal is loaded before they are
forked, so that they share its memory, and they then use its connection from another thread.
"""
# ruff: noqa: T201 - a program that talks to a person

import contextlib
import os
import socket
import tempfile
import threading
import time
from pathlib import Path
from unittest import mock

import django

from tests.benchmarks.pages import fill
from tests.benchmarks.servers import PORTAL, Case, Server, measure, serving
from tests.services.portal import ROOT, production_environment
from tests.services.postgresql import running_postgresql

ROUNDS = 5
AT_A_TIME = 16
LONGEST_WAIT = 5.0
"""Seconds that a page is waited for while others have asked half a question."""
BUILT, ASKS_DATABASE = "/kalender/", "/nyckeltal/"
"""A page that is built of what is known, and one that asks the database each time it is built."""
KINDS = {
    "sync, 2 workers": ("--worker-class", "sync", "--threads", "1", "--workers", "2"),
    "sync, 4 workers": ("--worker-class", "sync", "--threads", "1", "--workers", "4"),
    "gthread, 1 × 8 threads": ("--workers", "1", "--threads", "8"),
    "gthread, 2 × 2 threads": ("--workers", "2", "--threads", "2"),
    "gthread, 2 × 4 threads (as it is)": (),
    "gthread, 2 × 16 threads": ("--workers", "2", "--threads", "16"),
    "gthread, 4 × 2 threads": ("--workers", "4", "--threads", "2"),
}
FRAGMENT_PAGES = ("/kalender/2017/", "/budget/2017/", "/kommuner/haninge/", "/verksamhetsplan/2017/")


def together(server: Server, path: str, requests: int = 50) -> float:
    """CPU milliseconds of a page that is built, when so many are asked for at a time."""
    askers = [
        Case("", server, f"{path}?av={number}", fresh=True, requests=requests) for number in range(AT_A_TIME)
    ]
    threads = [threading.Thread(target=asker.round) for asker in askers]
    before = server.cpu_seconds()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (server.cpu_seconds() - before) / (requests * AT_A_TIME) * 1000


def wait_beside_slow(server: Server, slow: int = 4) -> float:
    """Seconds until a kept page is answered while so many others have sent half of what they ask."""
    with contextlib.ExitStack() as open_sockets:
        for _ in range(slow):
            half = open_sockets.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            half.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        time.sleep(0.2)
        asker = open_sockets.enter_context(
            socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST_WAIT)
        )
        started = time.monotonic()
        asker.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        try:
            asker.recv(100)
        except TimeoutError:
            return LONGEST_WAIT
        return time.monotonic() - started


def compare_workers(environment: dict[str, str]) -> None:
    print(
        f"{'workers':36} {'kept':>6} {'built':>6} {AT_A_TIME:>3} at a time {'MB':>5} {'beside 4 slow, s':>17}"
    )
    with contextlib.ExitStack() as running:
        servers = {
            name: running.enter_context(serving(PORTAL, environment, ROOT, *flags))
            for name, flags in KINDS.items()
        }
        kept = {name: Case(name, server, "/", requests=500) for name, server in servers.items()}
        built = {name: Case(name, server, BUILT, fresh=True, requests=50) for name, server in servers.items()}
        measure([*kept.values(), *built.values()], ROUNDS)
        for name, server in servers.items():
            busy, memory, waited = together(server, BUILT), server.megabytes(), wait_beside_slow(server)
            told = f"over {waited:.0f}" if waited >= LONGEST_WAIT else f"{waited:.3f}"
            costs = f"{kept[name].cost:6.2f} {built[name].cost:6.2f} {busy:13.2f}"
            print(f"{name:36} {costs} {memory:5.0f} {told:>17}", flush=True)


def compare_pools(folder: Path) -> None:
    print(f"\n{'PostgreSQL':36} {'page that asks it, CPU ms':>26} {AT_A_TIME:>3} at a time")
    with running_postgresql() as database, contextlib.ExitStack() as running:
        environment = production_environment(folder, DATABASE_URL=database.url)
        fill(environment)
        cases = []
        for name, pool in (("a connection for each thread", ""), ("a pool of 2", "2"), ("a pool of 4", "4")):
            server = running.enter_context(serving(PORTAL, {**environment, "DATABASE_POOL": pool}))
            cases.append(Case(name, server, ASKS_DATABASE, fresh=True, requests=50))
        measure(cases, ROUNDS)
        for case in cases:
            print(f"{case.name:36} {case.cost:26.2f} {together(case.server, ASKS_DATABASE):13.2f}")


def compare_fragments(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    django.setup()
    from django.test import Client
    from django.test.utils import setup_test_environment

    from sodertorn.fragment_keys import NoKeyError

    setup_test_environment()
    client = Client()

    def best(address: str) -> float:
        taken = []
        for _ in range(20):
            started = time.process_time()
            client.get(address).getvalue()
            taken.append(time.process_time() - started)
        return 1000 * min(taken)

    print(f"\n{'a page built from nothing, CPU ms':36} {'fragments drawn':>16} {'kept':>6}")
    for address in FRAGMENT_PAGES:
        with mock.patch("sodertorn.templatetags.fragments.key_of", side_effect=NoKeyError):
            drawn = best(address)
        print(f"{address:36} {drawn:16.1f} {best(address):6.1f}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        environment = production_environment(Path(name))
        fill(environment)
        compare_workers(environment)
        compare_pools(Path(name) / "pool")
        compare_fragments(environment)


if __name__ == "__main__":
    main()
