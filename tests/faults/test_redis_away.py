"""Redis that is killed while two nodes share it, or that does not answer: pages are served, people sign in,
and edits are seen.
"""

import time

from tests.faults.conftest import NewNode, Note
from tests.faults.nodes import url_of
from tests.faults.people import CLERK, Clerk, Crowd, statuses, until, visitor
from tests.faults.stored import assert_kept
from tests.services.postgresql import PostgreSQL
from tests.services.redis import Redis

SECONDS_UNTIL_SEEN = 1.0
SLACK = 3.0
"""What a busy machine may add to it."""
SECONDS_OF_HANGING = 5.0
LONGEST_WAIT = 4.0
"""Seconds for a page while Redis hangs: half a second for Redis, and the rest for a busy machine."""


def test_portal_does_without_redis_and_takes_it_back(
    started_node: NewNode, database: PostgreSQL, redis: Redis, note: Note
) -> None:
    one, other = (
        started_node(name, DATABASE_URL=database.url, REDIS_URL=redis.url) for name in ("one", "other")
    )
    with Crowd(url_of(other)) as readers, Clerk(url_of(one), "Redis") as clerk:
        clerk.saves_more()
        redis.stop()
        gone_at = time.monotonic()
        clerk.saves_more()
        newcomer = visitor(url_of(other))
        assert newcomer.sign_in(*CLERK).status == 302
        assert newcomer.get("/admin/").status == 200
        newcomer.close()
        redis.start()
        clerk.saves_more()
        clerk.rest()
        last, saved_at = clerk.saved[-1], time.monotonic()
        reader = visitor(url_of(other))
        seen = until(
            lambda: last in reader.get("/nyheter/").text, "the edit is seen", SECONDS_UNTIL_SEEN + SLACK
        )
        note("seconds until an edit is seen on the other node", seen)
        reader.close()
        until(lambda: readers.read_all_since(saved_at), "all pages are read")
    note("longest wait for a page", max(asked.seconds for asked in readers.since(gone_at)))
    assert readers.problems == []
    assert statuses(readers.asked) == {200}
    assert clerk.refused == []
    assert_kept(database.url, clerk)


def test_redis_that_hangs_holds_nobody_up(
    started_node: NewNode, database: PostgreSQL, redis: Redis, note: Note
) -> None:
    node = started_node(DATABASE_URL=database.url, REDIS_URL=redis.url)
    with Crowd(url_of(node)) as readers, Clerk(url_of(node), "Hänger") as clerk:
        clerk.saves_more()
        redis.hang()
        hung_at = time.monotonic()
        clerk.saves_more()
        time.sleep(SECONDS_OF_HANGING)  # so that each process asks it several times
        until(lambda: readers.read_all_since(hung_at), "all pages are read")
        redis.go_on()
        clerk.saves_more()
    slowest = max(asked.seconds for asked in readers.since(hung_at))
    note("longest wait for a page", slowest)
    assert slowest < LONGEST_WAIT
    assert readers.problems == []
    assert statuses(readers.asked) == {200}
    assert clerk.refused == []
    assert_kept(database.url, clerk)
