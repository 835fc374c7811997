"""Programs from npm's registry, each in a folder of its own under the Python environment, installed once.

Only by name and version, without the scripts that a package would run when it is installed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.services.programs import Unavailable, apt_install

ADVICE = "Installera Node.js med npm (apt install nodejs npm) och försök igen."


def npm() -> str:
    """The path of npm, installed first if need be."""
    if shutil.which("npm") is None:
        apt_install("nodejs", "npm")
    path = shutil.which("npm")
    if path is None:
        raise Unavailable(f"npm finns inte på datorn och gick inte att installera. {ADVICE}")
    return path


def npm_package(name: str, version: str) -> Path:
    """The folder of a package from npm, of this version exactly."""
    place = Path(sys.prefix) / "node" / f"{name}-{version}"
    package = place / "node_modules" / name
    if not (package / "package.json").exists():
        print(f"Hämtar {name} {version} från npm …", flush=True)
        options = ["--prefix", str(place), "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        command = [npm(), "install", *options, f"{name}@{version}"]
        result = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if result.returncode or not (package / "package.json").exists():
            reason = next(
                (line for line in result.stderr.splitlines() if "error" in line), "Orsaken är okänd."
            )
            raise Unavailable(f"{name} {version} gick inte att hämta från npm: {reason}")
    return package
