"""A file that is there whole or not at all. A leaf."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sodertorn.backup.sealed_file import BackupFailed

UNFINISHED = ".ofardig"
"""Added to the name of a file that is being written."""


@contextmanager
def new_file(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A file to write, readable by its owner only, that gets its name when the block has ended well; and the
    path where it lies until then.

    It is on the disk before it is named, and never takes the place of another. While it is written it is
    locked; one that is not is what a killed program left, and is written over.
    """
    unfinished = path.with_name(path.name + UNFINISHED)
    refuse_existing(path)
    descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        if not _lock(descriptor):
            raise BackupFailed(f"{path} skrivs redan av en annan säkerhetskopiering.")
        try:
            os.fchmod(descriptor, 0o600)
            file.truncate()
            yield file, unfinished
            file.flush()
            os.fsync(descriptor)
            refuse_existing(path)
            unfinished.rename(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    _sync_folder(path.parent)


def refuse_existing(path: Path) -> None:
    if path.exists():
        raise BackupFailed(f"{path} finns redan och skrivs inte över.")


def remove_unfinished(folder: Path, pattern: str) -> None:
    """Remove what killed programs have left in a folder, but nothing that is being written."""
    for path in folder.glob(pattern + UNFINISHED):
        with path.open("rb") as file:
            if _lock(file.fileno()):
                path.unlink(missing_ok=True)


def _lock(descriptor: int) -> bool:
    """Take the lock that a program loses when it ends, however it ends."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
