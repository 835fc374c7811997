"""Processes that are killed while people read and save: nothing that was accepted is lost."""

import os
import signal
import time
from pathlib import Path

from tests.faults.conftest import NewNode, Note
from tests.faults.nodes import url_of
from tests.faults.people import NO_ANSWER, PAGES, Clerk, Crowd, statuses, until, visitor
from tests.faults.stored import assert_kept, assert_whole
from tests.services.stack import Node

LONGEST_WAIT = 10
"""Seconds that a reader may have to wait because of who was killed."""


def kill(node: Node, pids: list[int]) -> None:
    """kill -9 of some workers, and wait until as many new ones are there."""
    before = node.workers()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    until(
        lambda: len(node.workers()) == len(before) and not set(pids) & set(node.workers()),
        "the killed workers have been replaced",
    )


def test_killed_workers_are_replaced_and_nobody_is_turned_away(started_node: NewNode, note: Note) -> None:
    node = started_node()
    with Crowd(url_of(node)) as readers, Clerk(url_of(node), "Dödad") as clerk:
        clerk.saves_more()
        for _ in range(3):  # and two at once: no more than a page is tried again
            kill(node, node.workers()[:1])
            clerk.saves_more()
        kill(node, node.workers())
        clerk.saves_more()
    assert readers.problems == []
    assert statuses(readers.asked) == {200}
    slowest = max(asked.seconds for asked in readers.asked)
    note("longest wait for a page", slowest)
    assert slowest < LONGEST_WAIT
    assert clerk.refused == []
    assert_kept(node.environment["DATABASE_URL"], clerk)
    assert_whole(node.environment["DATABASE_URL"])


def test_killed_service_starts_again_with_all_that_was_accepted(started_node: NewNode, note: Note) -> None:
    node = started_node()
    with Crowd(url_of(node)) as readers, Clerk(url_of(node), "Omstartad") as clerk:
        clerk.saves_more()
        gone_at = time.monotonic()
        node.kill()
        node.start()
        back_at = time.monotonic()
        note("seconds until it answers again", back_at - gone_at)
        clerk.saves_more()
        # Whoever asked while it was starting may have waited for an answer that broke.
        until(lambda: readers.read_all_since(back_at), "all pages are read again")
    assert readers.problems == []
    assert statuses(readers.asked) <= {200, NO_ANSWER}
    without_answer = [asked for asked in readers.asked if asked.status == NO_ANSWER]
    assert without_answer
    assert all(gone_at < asked.at + asked.seconds and asked.at < back_at for asked in without_answer)
    assert clerk.refused == []
    assert_kept(node.environment["DATABASE_URL"], clerk)
    assert_whole(node.environment["DATABASE_URL"])


def test_kept_pages_are_still_kept_when_the_service_was_killed(started_node: NewNode) -> None:
    node = started_node()
    reader = visitor(url_of(node))
    before = {page: reader.get(page).headers["ETag"] for page in PAGES}
    reader.close()
    files = kept_pages(node)
    assert len(files) > len(PAGES)
    node.kill()
    node.start()
    reader = visitor(url_of(node))
    assert {page: reader.get(page).headers["ETag"] for page in PAGES} == before
    reader.close()
    changed = files.items() ^ kept_pages(node).items()
    assert len({name for name, _ in changed}) <= 1  # the generation, which each start writes down anew


def kept_pages(node: Node) -> dict[str, int]:
    """The files that pages are kept in, with the time when each was written."""
    folder = Path(node.environment["DATA_DIR"]) / "pages"
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.djcache")}
