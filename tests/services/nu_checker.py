"""The Nu Html Checker, which the W3C and the WHATWG point to: what it says of whole files."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.services.node import npm_package
from tests.services.programs import Unavailable, apt_install

VERSION = "26.9.27"
ADVICE = "Installera Java 17 eller senare (apt install default-jre-headless) och försök igen."


def java() -> str:
    """The path of Java, installed first if need be."""
    if shutil.which("java") is None:
        apt_install("default-jre-headless")
    path = shutil.which("java")
    if path is None:
        raise Unavailable(f"Java finns inte på datorn och gick inte att installera. {ADVICE}")
    return path


def nu_checker() -> list[str]:
    """The command that starts the checker. Deep pages need more of the stack than Java gives by itself."""
    return [java(), "-Xss4m", "-jar", str(npm_package("vnu-jar", VERSION) / "build" / "dist" / "vnu.jar")]


def complaints(files: Iterable[Path], *options: str) -> list[str]:
    """Errors and warnings in files, one line each: the file's name, the line, what is wrong, and where."""
    command = [*nu_checker(), "--format", "json", "--stdout", *options, *(str(path) for path in files)]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    messages = json.loads(result.stdout)["messages"]
    return [
        f"{Path(message.get('url', '')).name}:{message.get('lastLine', 0)}: {message['message']}"
        f" {message.get('extract', '').strip()!r}"
        for message in messages
    ]
