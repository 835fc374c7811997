"""Find a program on the machine, or install its Debian package where that can be done without asking
anyone."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

SECONDS_TO_END = 20


class Unavailable(Exception):
    """A program can't be had on this machine; the text says so, and how a person may install it."""


def runs_as_root() -> bool:
    return os.geteuid() == 0


def apt_install(*packages: str) -> bool:
    """Install Debian packages as root or through a sudo that asks no password; tell whether that went
    well."""
    if shutil.which("apt-get") is None:
        return False
    prefix: list[str] = []
    if not runs_as_root():
        if (
            shutil.which("sudo") is None
            or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode
        ):
            return False
        prefix = ["sudo", "-n"]
    print(f"Installerar Debianpaket: {' '.join(packages)} …", flush=True)
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    update = [*environment, "apt-get", "update", "--quiet=2"]
    install = [*environment, "apt-get", "install", "--quiet=2", "--yes", "--no-install-recommends", *packages]
    # A failed update may still leave lists that are good enough, so the install decides.
    subprocess.run(update, stdin=subprocess.DEVNULL, check=False)
    return subprocess.run(install, stdin=subprocess.DEVNULL, check=False).returncode == 0


def run_to_its_end(command: list[str], variables: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run a command and return its exit code; when interrupted, let it end in its own time first.

    `subprocess.run` kills its child a quarter of a second after Ctrl-C, and then what the child has started
    (a portal, a browser) is left running. Here the child, which Ctrl-C has reached too, gets the time to
    clean up.
    """
    received: list[int] = []

    def note(number: int, frame: object) -> None:
        received.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        process = subprocess.Popen(command, env=dict(variables), cwd=cwd, stdin=subprocess.DEVNULL)
        while process.poll() is None and not received:
            time.sleep(0.05)
        if received:
            try:
                process.wait(timeout=SECONDS_TO_END if received[0] == signal.SIGINT else 0)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if not received:
        return process.returncode
    if received[0] == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + received[0])
