"""A small disk for the tests: a file with ext4 in it, mounted, which can get full, read-only or break.

Only root may mount, and not in every container.
"""

import contextlib
import errno
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.services.programs import Unavailable, apt_install, runs_as_root

BYTES = 300_000_000
"""Enough that the portal does not find it small. The file takes no more room than what is written in it."""
SECONDS_TO_UNMOUNT = 15
ADVICE = "Kör testerna som root på en dator eller i en behållare som får montera diskar."
PATH = "/usr/sbin:/sbin:/usr/bin:/bin"


def find(*names: str) -> list[str]:
    """The paths of programs that make and mend disks, installed first if need be."""
    if not runs_as_root():
        raise Unavailable(f"Bara root får montera en disk. {ADVICE}")
    if not all(shutil.which(name, path=PATH) for name in names):
        apt_install("e2fsprogs", "mount")
    found = [shutil.which(name, path=PATH) for name in names]
    if None in found:
        raise Unavailable(
            f"{' och '.join(names)} finns inte på datorn och gick inte att installera. {ADVICE}"
        )
    return [path for path in found if path]


def run(*command: str, allowed: tuple[int, ...] = (0,)) -> None:
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode not in allowed:
        raise OSError(f"{' '.join(command)}: {result.stderr.strip()}")


@dataclass(frozen=True)
class Disk:
    """`folder` is where it is mounted."""

    image: Path
    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        """Leave no room for a single byte more."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1_000_000, 4096, 1):
                with _until_full():
                    while True:
                        file.write(bytes(size))

    def make_room(self) -> None:
        self._ballast.unlink()

    def remount(self, mode: str) -> None:
        """`ro` or `rw`; no file may be open for writing."""
        run("mount", "-o", f"remount,{mode}", str(self.folder))

    def fail(self) -> None:
        """Become read-only at once, also for files that are open, as Linux does when a disk breaks. What has
        not been synced to it is lost.
        """
        run("mount", "-o", "remount,abort", str(self.folder))

    def sync(self) -> None:
        """What has been written to it so far is there for good."""
        run("sync", "-f", str(self.folder))

    def repair(self) -> None:
        """As whoever runs the machine does, when nothing uses the disk: unmount, check, mount."""
        (check,) = find("e2fsck")
        self.unmount()
        run(check, "-f", "-p", str(self.image), allowed=(0, 1))  # 1: faults were corrected
        self.mount()

    def mount(self) -> None:
        run("mount", "-o", "loop", str(self.image), str(self.folder))

    def unmount(self) -> None:
        """Processes that have just been killed may still have files open."""
        deadline = time.monotonic() + SECONDS_TO_UNMOUNT
        while True:
            try:
                return run("umount", str(self.folder))
            except OSError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.1)


@contextlib.contextmanager
def _until_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


@contextlib.contextmanager
def mounted_disk(image: Path, folder: Path) -> Iterator[Disk]:
    """An empty disk, until the block ends; `folder` is made if need be, and what was in it is hidden."""
    (make,) = find("mkfs.ext4")
    with image.open("wb") as file:
        file.truncate(BYTES)
    # No room is kept for root, as which the tests run.
    run(make, "-q", "-m", "0", str(image))
    folder.mkdir(parents=True, exist_ok=True)
    disk = Disk(image, folder)
    try:
        disk.mount()
    except OSError as problem:
        raise Unavailable(f"En disk gick inte att montera ({problem}). {ADVICE}") from None
    try:
        yield disk
    finally:
        disk.unmount()
        image.unlink()
