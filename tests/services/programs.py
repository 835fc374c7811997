"""Find a program on the machine, or install its Debian package where that can be done without asking
anyone."""

import os
import shutil
import subprocess


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
