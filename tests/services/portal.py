"""The portal as `make run` serves it, with data of its own: gunicorn, WhiteNoise, `DEBUG` off, a loaded
plan."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(ROOT / "manage.py")]
SECONDS_TO_START = 180


@dataclass(frozen=True)
class Portal:
    """A running portal; `environment` is what its `manage.py` commands need to reach the same data."""

    url: str
    environment: dict[str, str]

    def manage(self, *arguments: str, typed: str = "", **variables: str) -> str:
        """Run a management command on the portal's data, with `typed` to read, and return what it printed."""
        result = subprocess.run(
            [*MANAGE, *arguments],
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            input=typed,
            check=False,
        )
        if result.returncode:
            raise RuntimeError(
                f"manage.py {' '.join(arguments)} ended with {result.returncode}:\n{result.stderr}"
            )
        return result.stdout


def production_environment(folder: Path, **variables: str) -> dict[str, str]:
    """The environment of a portal that keeps all it writes in a folder, whatever the developer's `.env`
    says."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "sodertorn.settings",
        "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        "DEBUG": "false",
        "HTTPS": "false",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DATA_DIR": str(folder),
        "MAX_UPLOAD_MB": "",
        "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        "SECOND_FACTOR_REQUIRED": "true",
        "EMAIL_URL": "",
        "OIDC_SERVER_URL": "",
        "OIDC_CLIENT_ID": "",
        "OIDC_CLIENT_SECRET": "",
        "REDIS_URL": "",
        "DATABASE_POOL": "",
        "OBJECT_STORAGE_URL": "",
        "LOG_FORMAT": "",
        "ADMIN_EMAIL": "",
        "SENTRY_DSN": "",
        "METRICS_TOKEN": "",
        # All tests, and the load that they make, come from one address.
        "RATE_LIMITS": "false",
        "BACKUP_DIR": "",
        "BACKUP_RECIPIENT": "",
        "PYTHONUNBUFFERED": "1",
        **variables,
    }


def answers(url: str) -> bool:
    """Whether a request gets an answer, of whatever kind."""
    # A portal behind https would lead on to a port where nothing listens.
    request = urllib.request.Request(url, headers={"X-Forwarded-Proto": "https"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=5):  # noqa: S310 - a fixed loopback address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def free_port() -> int:
    """A port that nothing listens on, below those that outgoing connections take."""
    while True:
        port = random.randint(20000, 30000)  # noqa: S311 - any port will do
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextlib.contextmanager
def running_portal(folder: Path, **variables: str) -> Iterator[Portal]:
    """Serve a portal until the block ends; `variables` are added to its environment."""
    port = str(free_port())
    portal = Portal(f"http://127.0.0.1:{port}", production_environment(folder, PORT=port, **variables))
    log = folder / "serve.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [*MANAGE, "serve"],
            env=portal.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while not answers(portal.url):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The portal did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield portal
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
