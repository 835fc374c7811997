"""What the tests of faults share: data that is loaded once, and the servers that they break.

The portals run as their service units start them, on the machine's own address only. None of these tests
uses the database of the test settings.
"""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.nodes import fill, new_node
from tests.faults.people import until
from tests.services.disk import Disk, mounted_disk
from tests.services.postgresql import PostgreSQL, running_postgresql
from tests.services.programs import Unavailable
from tests.services.redis import Redis, running_redis
from tests.services.stack import ROWS, STATIC, Node

NewNode = Callable[..., Node]
Mount = Callable[[Path], Disk]
Note = Callable[[str, float], None]
WORKERS = 2


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data with the plan, the clerk and the static files in it, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    fill(folder, ROWS + STATIC)
    return folder


@pytest.fixture(scope="package")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    """A server that writes to the disk before it says that something is stored, filled like `filled`."""
    with running_postgresql(durable=True) as server:
        fill(tmp_path_factory.mktemp("postgresql"), ROWS, DATABASE_URL=server.url)
        yield server


@pytest.fixture
def redis() -> Iterator[Redis]:
    with running_redis() as server:
        yield server


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Mount]:
    """Mount an empty disk on a folder."""
    with contextlib.ExitStack() as disks:

        def mount(folder: Path) -> Disk:
            try:
                return disks.enter_context(mounted_disk(tmp_path / "disk.img", folder))
            except Unavailable as problem:
                pytest.fail(str(problem), pytrace=False)

        yield mount


@pytest.fixture
def started_node(tmp_path: Path, filled: Path) -> Iterator[NewNode]:
    """Start a node; all that were started are gone after the test."""
    nodes: list[Node] = []

    def start(name: str = "node", data: Path | None = None, **variables: str) -> Node:
        folder = tmp_path / name
        folder.mkdir()
        nodes.append(new_node(folder, filled, data, **variables))
        nodes[-1].start()
        until(lambda: len(nodes[-1].workers()) == WORKERS, "all workers are there")
        return nodes[-1]

    yield start
    for node in nodes:
        node.kill()


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Note:
    """Keep a figure for the report."""

    def add(what: str, figure: float) -> None:
        request.node.user_properties.append((what, f"{figure:.2f}"))

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures that were noted."""
    terminalreporter.section("figures of the faults")
    for report in terminalreporter.getreports("passed"):
        for what, figure in report.user_properties:
            terminalreporter.write_line(f"{figure:>8}  {what}: {report.head_line}")
