"""A disk that gets full, can't be written to, or breaks, while people read, save and upload: what can't be
stored is refused with a word and leaves nothing behind, pages are read, and it passes.
"""

import json
import time
from pathlib import Path

import pytest

from tests.faults.conftest import Mount, NewNode, Note
from tests.faults.nodes import url_of
from tests.faults.people import Clerk, Crowd, Uploader, is_orderly, statuses, until, visitor
from tests.faults.stored import assert_kept, assert_whole, column
from tests.services.stack import Node

IN_MEMORY, ON_DISK = 2_000_000, 4_000_000
"""Bytes of an upload that Django holds in memory until it is stored, and of one that it puts in a file."""
SECONDS_TO_HEAL = 10
DOCUMENTS = "SELECT title FROM committee_document"


def files(data: Path, folder: str) -> list[int]:
    """How large the files are that a folder holds."""
    return [path.stat().st_size for path in (data / folder).rglob("*") if path.is_file()]


def what_is_ready(node: Node) -> tuple[int, str]:
    """The status of /readyz and what it says of the disk."""
    asker = visitor(url_of(node))
    got = asker.get("/readyz")
    asker.close()
    return got.status, json.loads(got.text)["checks"]["disk"]


@pytest.mark.parametrize("size", [IN_MEMORY, ON_DISK])
def test_full_disk_refuses_what_it_can_not_hold(
    mounted: Mount, started_node: NewNode, note: Note, tmp_path: Path, size: int
) -> None:
    data = tmp_path / "data"
    disk = mounted(data)
    node = started_node(data=data)
    database = node.environment["DATABASE_URL"]
    assert what_is_ready(node) == (200, "ok")
    uploader = Uploader(url_of(node))
    with Crowd(url_of(node)) as readers, Clerk(url_of(node), "Full disk") as clerk:
        clerk.saves_more()
        disk.fill()
        full_at = time.monotonic()
        clerk.is_refused()
        clerk.rest()
        assert is_orderly(uploader.upload("För mycket", size))
        assert (files(data, "media"), files(data, "incoming")) == ([], [])
        assert what_is_ready(node)[0] == 503
        until(lambda: readers.read_all_since(full_at), "pages are read")
        disk.make_room()
        clerk.work()
        note("seconds until people can save again", clerk.saves_more(1, SECONDS_TO_HEAL))
        assert uploader.upload("Får rum", size).status == 302
    until(lambda: what_is_ready(node) == (200, "ok"), "the portal is ready again")
    assert readers.problems == []
    assert statuses(readers.asked) == {200}
    assert (files(data, "media"), files(data, "incoming")) == ([size], [])
    assert column(database, DOCUMENTS) == ["Får rum"]
    assert_kept(database, clerk)
    assert_whole(database)


def test_documents_on_a_disk_that_can_not_be_written_to(
    mounted: Mount, started_node: NewNode, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    disk = mounted(data / "media")
    node = started_node(data=data)
    database = node.environment["DATABASE_URL"]
    uploader = Uploader(url_of(node))
    assert uploader.upload("Före", IN_MEMORY).status == 302
    with Crowd(url_of(node)) as readers, Clerk(url_of(node), "Skrivskyddad") as clerk:
        disk.remount("ro")
        for size in (IN_MEMORY, ON_DISK):
            assert is_orderly(uploader.upload("Under", size))
        clerk.saves_more()
        disk.remount("rw")
        assert uploader.upload("Efter", ON_DISK).status == 302
        clerk.saves_more()
    assert readers.problems == []
    assert statuses(readers.asked) == {200}
    assert clerk.refused == []
    assert column(database, f"{DOCUMENTS} ORDER BY id") == ["Före", "Efter"]
    assert (sorted(files(data, "media")), files(data, "incoming")) == ([IN_MEMORY, ON_DISK], [])
    assert_kept(database, clerk)


def test_broken_disk_is_read_and_keeps_all_that_was_accepted(
    mounted: Mount, started_node: NewNode, note: Note, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    disk = mounted(data)
    node = started_node(data=data)
    database = node.environment["DATABASE_URL"]
    disk.sync()  # the data that the test was given; what comes now, the portal has to see to
    uploader = Uploader(url_of(node))
    with Crowd(url_of(node)) as readers, Clerk(url_of(node), "Trasig disk") as clerk:
        clerk.saves_more()
        clerk.rest()
        rested_at = time.monotonic()
        until(lambda: readers.read_all_since(rested_at), "the pages are kept")
        clerk.work()
        clerk.saves_more()
        disk.fail()
        clerk.is_refused()
        broken_at = time.monotonic()
        for size in (IN_MEMORY, ON_DISK):
            assert is_orderly(uploader.upload("Under", size))
        until(lambda: readers.read_all_since(broken_at), "pages are read")
        assert what_is_ready(node)[0] == 503
    assert readers.problems == []
    assert statuses(readers.asked) == {200}
    node.stop()
    disk.repair()
    node.start()
    with Crowd(url_of(node)) as readers, Clerk(url_of(node), "Lagad disk") as after:
        note("seconds until people can save again", after.saves_more())
        until(lambda: readers.read_all_since(0), "pages are read")
    assert readers.problems == []
    assert statuses(readers.asked) == {200}
    assert column(database, DOCUMENTS) == []
    assert files(data, "media") == []
    for each in (clerk, after):
        assert_kept(database, each)
    assert_whole(database)
