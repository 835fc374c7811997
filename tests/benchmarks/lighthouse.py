"""What Google's Lighthouse says of four pages: `python -m tests.benchmarks.lighthouse` prints a table.

As on a phone, with its simulation of a slow network, and as deployed: behind nginx with https and HTTP/2,
which cost the simulated phone a round trip more than plain HTTP/1.1 and save it connections. The figures are
the median of some runs, since the simulation starts from what was observed. Lighthouse is installed from npm
for the occasion.
"""
# ruff: noqa: T201 - a program that talks to a person

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.pages import fill
from tests.benchmarks.servers import PORTAL, serving
from tests.services.chromium import chromium, launch_flags
from tests.services.nginx import running_nginx
from tests.services.node import npm, npm_package
from tests.services.portal import production_environment

VERSION = "13.0.1"
PAGES = ("/", "/kalender/", "/kalender/2017/02/02/samarbetskommitten/", "/budget/2017/")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
SECONDS_TO_LARGEST_PAINT = 1.0
RUNS = 3
TRIES = 5
LOST_BEGINNING = "NO_NAVSTART"
"""What Lighthouse says when the recording lacks its beginning, which comes and goes: it is tried again."""


def report(program: Path, address: str) -> dict[str, Any]:
    flags = " ".join(["--headless=new", "--ignore-certificate-errors", *launch_flags()])
    command = [str(shutil.which("node")), str(program), address, "--output=json", "--quiet"]
    for _ in range(TRIES):
        ended = subprocess.run(
            [*command, f"--chrome-flags={flags}"],
            env={**os.environ, "CHROME_PATH": chromium()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if LOST_BEGINNING not in ended.stderr:
            break
    if ended.returncode:
        raise SystemExit(f"Lighthouse ended with {ended.returncode}:\n{ended.stderr}")
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def failing(found: dict[str, Any]) -> list[str]:
    """The audits that keep a category from 100."""
    audits = [
        (category, reference["id"])
        for category in CATEGORIES
        if found["categories"][category]["score"] < 1
        for reference in found["categories"][category]["auditRefs"]
        if reference["weight"]
    ]
    return [
        f"{category}: {name}" for category, name in audits if found["audits"][name]["score"] not in (None, 1)
    ]


def main() -> None:
    npm()
    program = npm_package("lighthouse", VERSION) / "cli" / "index.js"
    with tempfile.TemporaryDirectory() as folder:
        environment = production_environment(Path(folder), HTTPS="true")
        fill(environment)
        with (
            serving(PORTAL, environment) as portal,
            running_nginx(Path(folder) / "nginx", [portal.port]) as nginx,
        ):
            print(f"{'':46} {'':>20} FCP (s) LCP (s), högst {SECONDS_TO_LARGEST_PAINT}")
            for path in PAGES:
                found = [report(program, f"{nginx.url}{path}") for _ in range(RUNS)]
                scores = "/".join(
                    f"{100 * min(each['categories'][name]['score'] for each in found):.0f}"
                    for name in CATEGORIES
                )
                paints = [
                    statistics.median(
                        each["audits"][f"{name}-contentful-paint"]["numericValue"] / 1000 for each in found
                    )
                    for name in ("first", "largest")
                ]
                print(f"{path:46} {scores:>20} {paints[0]:7.2f} {paints[1]:7.2f}")
                for line in sorted({line for each in found for line in failing(each)}):
                    print(f"    {line}")


if __name__ == "__main__":
    main()
