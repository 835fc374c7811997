"""A minute at twice what saturates the portal: everyone gets an answer, and the memory stays what it was."""

import time
from pathlib import Path
from statistics import median

from tests.faults.conftest import WORKERS, NewNode, Note
from tests.faults.nodes import url_of
from tests.faults.people import PAGES, Clerk, Crowd, statuses
from tests.faults.stored import assert_kept, assert_whole
from tests.services.stack import Node

SATURATING = WORKERS * 4
"""As many visitors who ask without a pause as the portal has threads."""
SECONDS = 60
SECONDS_TO_WARM_UP = 20
"""After so long each process keeps as many pages as it ever does."""
LONGEST_WAIT = 30
GROWTH = 1.1
ADDRESSES = (*PAGES, "/budget/2017/", "/kommuner/nykvarn/", "/sok/?q=avgift", "/kalender/kalender.ics")


def memory(node: Node) -> float:
    """Megabytes that the processes have together; what they share is counted once."""
    assert node.process
    kilobytes = 0
    for pid in (node.process.pid, *node.workers()):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        kilobytes += int(text.partition("\nPss:")[2].split()[0])
    return kilobytes / 1024


def rate(crowd: Crowd, since: float) -> float:
    """Answers each second."""
    return len(crowd.since(since)) / (time.monotonic() - since)


def test_minute_at_twice_what_saturates(started_node: NewNode, note: Note) -> None:
    node = started_node()
    workers = node.workers()
    started_at = time.monotonic()
    with Crowd(url_of(node), SATURATING, ADDRESSES, pause=0, asks_anew=True) as few:
        time.sleep(5)
        note("answers each second, saturated", rate(few, started_at))
    sizes: list[float] = []
    started_at = time.monotonic()
    with (
        Crowd(url_of(node), 2 * SATURATING, ADDRESSES, pause=0, asks_anew=True) as readers,
        Clerk(url_of(node), "Belastning", pause=1) as clerk,
    ):
        while time.monotonic() < started_at + SECONDS:
            time.sleep(1)
            sizes.append(memory(node))
        note("answers each second, at twice that", rate(readers, started_at))
    warm, end = median(sizes[SECONDS_TO_WARM_UP : SECONDS_TO_WARM_UP + 10]), median(sizes[-10:])
    note("megabytes when warm", warm)
    note("megabytes at the end", end)
    note("longest wait for a page", max(asked.seconds for asked in readers.asked))
    assert few.problems == readers.problems == []
    assert statuses(readers.asked) <= {200, 503}
    assert max(asked.seconds for asked in readers.asked) < LONGEST_WAIT
    assert end < warm * GROWTH
    assert node.workers() == workers
    assert_kept(node.environment["DATABASE_URL"], clerk)
    assert_whole(node.environment["DATABASE_URL"])
