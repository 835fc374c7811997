"""A real Redis for the tests, which keeps all in memory and can be stopped and started again."""

import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.services.portal import free_port
from tests.services.programs import Unavailable, apt_install

ADVICE = "Installera Redis, till exempel: apt install redis-server"
SECONDS_TO_START = 15


def redis_program() -> str:
    """The path of redis-server, installed first if need be."""
    if shutil.which("redis-server") is None:
        apt_install("redis-server")
    path = shutil.which("redis-server")
    if path is None:
        raise Unavailable(f"Redis finns inte på datorn och gick inte att installera. {ADVICE}")
    return path


@dataclass
class Redis:
    """A server; `url` is its address, as `REDIS_URL` wants it."""

    program: str
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder))
        with (self.folder / "redis.log").open("a") as log:
            self.process = subprocess.Popen(
                [self.program, *options, "--save", "", "--appendonly", "no"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Redis did not start:\n{(self.folder / 'redis.log').read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it, with all that it held."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def hang(self) -> None:
        """Take what is asked and answer nothing, until `go_on`."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port), timeout=1) as asked,
        ):
            asked.sendall(b"PING\r\n")
            return asked.recv(5) == b"+PONG"
        return False


@contextlib.contextmanager
def running_redis() -> Iterator[Redis]:
    """A server of its own, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="sodertorn-redis-") as folder:
        server = Redis(redis_program(), Path(folder), free_port())
        try:
            server.start()
            yield server
        finally:
            server.stop()
