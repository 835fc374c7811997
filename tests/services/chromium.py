"""A real Chromium: found on the machine, or installed; and the screens that pages are looked at on."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import sync_playwright

from tests.services.programs import Unavailable, apt_install, runs_as_root

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
ADVICE = "Installera Chromium (apt install chromium), eller skriv sökvägen till den i variabeln CHROMIUM."
# The browser talks to the portal only: none of its own errands over the network while a test runs.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Screen:
    """What a page is shown on; its text is the test's id."""

    name: str
    width: int
    height: int
    colour_scheme: Literal["light", "dark"] = "light"

    def __str__(self) -> str:
        return f"{self.name}-{self.colour_scheme}"


PHONE = Screen("phone", 360, 740)
DESKTOP = Screen("desktop", 1280, 900)
DARK_PHONE = Screen("phone", 360, 740, "dark")
DARK_DESKTOP = Screen("desktop", 1280, 900, "dark")
SMALLEST = Screen("smallest", 320, 640)
SCREENS = (PHONE, DESKTOP, DARK_PHONE, DARK_DESKTOP)


def find_installed() -> str | None:
    """The browser that `CHROMIUM` names, else the first of the usual ones."""
    if named := os.environ.get("CHROMIUM"):
        if not os.access(named, os.X_OK):
            raise Unavailable(f"CHROMIUM är {named}, men det är inget program som går att köra.")
        return named
    for name in NAMES:
        if (path := shutil.which(name)) is not None:
            return path
    return str(MAC) if MAC.exists() else None


def find_downloaded() -> str | None:
    """The browser that Playwright has fetched for itself, if it has."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def chromium() -> str:
    """The path of a Chromium, installed first if need be."""
    if (path := find_installed() or find_downloaded()) is not None:
        return path
    if apt_install("chromium", "fonts-dejavu-core") and (path := find_installed()) is not None:
        return path
    print("Hämtar Chromium genom Playwright …", flush=True)
    subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], stdin=subprocess.DEVNULL, check=False
    )
    if (path := find_downloaded()) is not None:
        return path
    raise Unavailable(f"Chromium finns inte på datorn och gick inte att installera. {ADVICE}")


def launch_flags() -> list[str]:
    """Chromium's own sandbox can't be set up by root; the pages shown are ours alone."""
    return [*FLAGS, "--no-sandbox"] if runs_as_root() else FLAGS
