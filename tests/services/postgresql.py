"""A real PostgreSQL for the tests, in a temporary folder, gone without a trace afterwards.

It listens on a socket file in that folder only: no port to find and to lose to another run, and nobody else
on the machine can reach it.

    python -m tests.services.postgresql -- pytest tests/test_budget.py

runs a command with `DATABASE_URL` naming the server, and stops the server whatever becomes of the command.
The server refuses to be root, so root starts it as the user `postgres`, whom the Debian package creates.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from tests.services.programs import Unavailable, apt_install, run_to_its_end, runs_as_root

# Letters beyond ASCII must fold ("Ökad", "ökad"), and the plain C locale doesn't do that.
LOCALE = "sv_SE.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
ADVICE = "Installera PostgreSQL, till exempel: apt install postgresql"
# Nothing here has to survive a power cut, and waiting for the disk is most of what a test database does.
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def find_binaries() -> Path | None:
    """The folder with `initdb` and `pg_ctl`: Debian's newest, or that of the programs on PATH."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True
    )
    if (config := shutil.which("pg_config")) is not None:
        answer = subprocess.run(
            [config, "--bindir"], capture_output=True, text=True, check=False
        ).stdout.strip()
        folders.append(Path(answer))
    if (control := shutil.which("pg_ctl")) is not None:
        folders.append(Path(control).resolve().parent)
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    return None


def binaries() -> Path:
    folder = find_binaries()
    if folder is None and apt_install("postgresql"):
        folder = find_binaries()
    if folder is None:
        raise Unavailable(f"PostgreSQL finns inte på datorn och gick inte att installera. {ADVICE}")
    return folder


def server_account() -> str | None:
    """The user that the server must run as, or None for the present one."""
    if not runs_as_root():
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return name
    raise Unavailable("PostgreSQL kan inte köras som root, och användaren postgres saknas.")


def call(account: str | None, *command: str) -> None:
    """Run one of the server's programs as the right user; a failure is told with what the program said."""
    prefix = ["runuser", "-u", account, "--"] if account else []
    # The server outlives pg_ctl and keeps its output open, so that must be a file and not a pipe to wait for.
    with tempfile.TemporaryFile("w+") as output:
        result = subprocess.run(
            [*prefix, *command], stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", check=False
        )
        if result.returncode:
            output.seek(0)
            raise RuntimeError(f"{Path(command[0]).name} misslyckades:\n{output.read()}")


class PostgreSQL:
    """A server that can be stopped and started again; `url` is its address, as `DATABASE_URL` wants it."""

    def __init__(self, folder: Path, programs: Path, account: str | None, options: str) -> None:
        self.url = f"postgresql://postgres@/{folder}/postgres"
        self._folder, self._data, self._account = folder, folder / "data", account
        self._options = f"-k {folder} -c listen_addresses= {options}"
        self._control = [str(programs / "pg_ctl"), "--pgdata", str(self._data), "--wait"]

    def start(self) -> None:
        # pg_ctl gives the server a session of its own, so Ctrl-C reaches the tests and not the server.
        options = ("--log", str(self._folder / "log"), "--options", self._options)
        call(self._account, *self._control, *options, "start")

    def stop(self, mode: str = "fast") -> None:
        """End it; `immediate` is as if it had crashed. It may have ended already."""
        if (self._data / "postmaster.pid").exists():
            call(self._account, *self._control, "--mode", mode, "stop")


@contextlib.contextmanager
def running_postgresql(*, durable: bool = False) -> Iterator[PostgreSQL]:
    """A server of its own, until the block ends; a durable one writes to the disk before it says so."""
    programs, account = binaries(), server_account()
    folder = Path(tempfile.mkdtemp(prefix="sodertorn-pg-"))
    try:
        if account:
            shutil.chown(folder, account)
        call(
            account,
            *(str(programs / "initdb"), "--pgdata", str(folder / "data"), "--username", "postgres"),
            *("--auth", "trust", "--no-sync", "--encoding", "UTF8", "--locale", LOCALE),
        )
        server = PostgreSQL(folder, programs, account, "" if durable else QUICK)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def temporary_postgresql() -> Iterator[str]:
    """A running server's address, as `DATABASE_URL` wants it."""
    with running_postgresql() as server:
        yield server.url


def run(command: list[str]) -> int:
    """Run a command against a server of its own, and pass on how it ended."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    with temporary_postgresql() as url:
        return run_to_its_end(command, {**os.environ, "DATABASE_URL": url})


def main(arguments: list[str]) -> int:
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        raise SystemExit("Skriv ett kommando: python -m tests.services.postgresql -- pytest")
    try:
        return run(command)
    except Unavailable as problem:
        raise SystemExit(str(problem)) from None
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
