"""PostgreSQL that is stopped, or ends as in a crash, while people read and save: kept pages are read, all
else is told to pass, and it does pass, without anyone touching the portal.
"""

import time

import pytest

from tests.faults.conftest import NewNode, Note
from tests.faults.nodes import url_of
from tests.faults.people import NO_ANSWER, PAGES, Clerk, Crowd, is_orderly, statuses, until, visitor
from tests.faults.stored import assert_kept
from tests.services.postgresql import PostgreSQL

SECONDS_TO_HEAL = 15
"""From when the database answers again until people can save. It takes a second or two on an idle machine."""
LONGEST_WAIT = 10
"""Seconds for a reader, of which two are for the pool."""


@pytest.mark.parametrize("mode", ["fast", "immediate"])
@pytest.mark.parametrize("pool", ["", "4"], ids=["connections", "pool"])
def test_portal_outlives_its_database(
    started_node: NewNode, database: PostgreSQL, note: Note, pool: str, mode: str
) -> None:
    node = started_node(DATABASE_URL=database.url, DATABASE_POOL=pool)
    workers = node.workers()
    asker = visitor(url_of(node))
    with Crowd(url_of(node)) as readers, Clerk(url_of(node), f"Avbrott {pool} {mode}") as clerk:
        clerk.saves_more()
        clerk.rest()
        rested_at = time.monotonic()
        until(lambda: readers.read_all_since(rested_at), "the pages are kept")
        clerk.work()
        database.stop(mode)
        gone_at = time.monotonic()
        try:
            note("seconds until the clerk is told", clerk.is_refused())
            assert is_orderly(asker.get(f"/sok/?q={mode}"))
            until(lambda: readers.read_all_since(gone_at), "kept pages are read")
        finally:
            database.start()
        note("seconds until people can save again", clerk.saves_more(1, SECONDS_TO_HEAL))
        assert asker.get(f"/sok/?q=igen+{mode}").status == 200
    slowest = max(asked.seconds for asked in readers.since(gone_at))
    note("longest wait for a page", slowest)
    assert slowest < LONGEST_WAIT
    asker.close()
    assert readers.problems == []
    assert NO_ANSWER not in statuses(readers.asked)
    assert node.workers() == workers
    assert_kept(database.url, clerk, refused_may_be_stored=True)


def test_pages_kept_before_the_database_went_are_never_refused(
    started_node: NewNode, database: PostgreSQL
) -> None:
    node = started_node(DATABASE_URL=database.url)
    with Crowd(url_of(node)) as readers:
        started_at = time.monotonic()
        until(lambda: readers.read_all_since(started_at), "the pages are kept")
        database.stop("immediate")
        try:
            gone_at = time.monotonic()
            until(lambda: readers.read_all_since(gone_at), "kept pages are read")
        finally:
            database.start()
    assert {asked.path for asked in readers.asked} == set(PAGES)
    assert statuses(readers.asked) == {200}
