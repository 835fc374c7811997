"""Servers under gunicorn, and what a request costs them: CPU time, read from the process tree.

CPU time hardly changes with what else the machine does, unlike requests per second.
"""

import contextlib
import http.client
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.services.portal import ROOT, answers, free_port

PORTAL = "sodertorn.wsgi:application"
CONFIG, CONFIG_ALONE = ROOT / "gunicorn.conf.py", ROOT / "tests" / "benchmarks" / "gunicorn_alone.py"
SECONDS_TO_START = 60


@dataclass
class Server:
    """A running server: its process, and its port on this machine."""

    process: subprocess.Popen[bytes]
    port: int
    seconds_to_first_answer: float

    @property
    def pids(self) -> list[int]:
        """The first process and its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def cpu_seconds(self) -> float:
        """What all threads of all processes have used so far."""
        spent = 0
        for pid in self.pids:
            for thread in Path(f"/proc/{pid}/task").iterdir():
                spent += int((thread / "schedstat").read_text().split()[0])
        return spent / 1e9

    def megabytes(self) -> float:
        """Memory of its own, with a fair share of what the processes have in common (PSS)."""
        kilobytes = 0
        for pid in self.pids:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
        return kilobytes / 1024


@contextlib.contextmanager
def serving(
    application: str, environment: Mapping[str, str], folder: Path = ROOT, *flags: str
) -> Iterator[Server]:
    """A WSGI application as the portal is served, but for the flags to gunicorn, until the block ends."""
    port = free_port()
    config = CONFIG if application == PORTAL else CONFIG_ALONE
    command = [sys.executable, "-m", "gunicorn", "--config", str(config), "--bind", f"127.0.0.1:{port}"]
    started = time.monotonic()
    process = subprocess.Popen(
        [*command, *flags, application],
        env={**os.environ, **environment},
        cwd=folder,
        stdin=subprocess.DEVNULL,
    )
    try:
        while not answers(f"http://127.0.0.1:{port}/"):
            if process.poll() is not None or time.monotonic() - started > SECONDS_TO_START:
                raise SystemExit(f"{application} did not start.")
            time.sleep(0.02)
        yield Server(process, port, time.monotonic() - started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


@dataclass
class Case:
    """A request that is made again and again; `fresh` makes every address new, so that no answer is kept.

    `at_most` is the target in CPU milliseconds, if there is one.
    """

    name: str
    server: Server
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    fresh: bool = False
    expected: int = 200
    requests: int = 200
    at_most: float = 0
    milliseconds: list[float] = field(default_factory=list)
    _asked: int = 0

    def round(self) -> None:
        """Make the requests over one connection, and note what one of them cost."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        before = self.server.cpu_seconds()
        for _ in range(self.requests):
            self._asked += 1
            mark = "&" if "?" in self.path else "?"
            address = f"{self.path}{mark}nr={self._asked}" if self.fresh else self.path
            connection.request("GET", address, headers=self.headers)
            response = connection.getresponse()
            response.read()
            if response.status != self.expected:
                raise SystemExit(f"{self.name}: {address} answered {response.status}.")
        self.milliseconds.append((self.server.cpu_seconds() - before) / self.requests * 1000)
        connection.close()

    @property
    def cost(self) -> float:
        """CPU milliseconds of a request: the median of the rounds."""
        return statistics.median(self.milliseconds)


def measure(cases: list[Case], rounds: int) -> None:
    """One round of each after the other, so that whatever disturbs the machine disturbs all alike."""
    for _ in range(rounds):
        for case in cases:
            case.round()
