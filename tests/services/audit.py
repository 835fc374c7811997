"""Whether what the portal is built of has known weaknesses, by pip-audit and the Python Package Index."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.services.portal import ROOT
from tests.services.programs import Unavailable

SECONDS = 20
"""What the whole audit may take; what it has asked for it remembers until the next time."""


@dataclass
class Audit:
    """How many packages were looked up, the names of those that could not be, and what was found."""

    looked_up: int = 0
    unknown: list[str] = field(default_factory=list)
    weaknesses: list[str] = field(default_factory=list)


def audit(lock: Path = ROOT / "requirements-dev.lock", seconds: float = SECONDS) -> Audit:
    """What is known of exactly the versions in a lock file. Raises Unavailable when nobody answers."""
    options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--timeout", "5", *options]
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(
            f"Tjänsten som känner till svagheter svarade inte på {seconds:g} sekunder."
        ) from None
    try:
        packages = json.loads(ended.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        raise Unavailable("Tjänsten som känner till svagheter går inte att nå.") from None
    return read(packages)


def read(packages: list[dict[str, Any]]) -> Audit:
    """pip-audit's answer. A package that its service has not heard of is no package without weaknesses."""
    found = Audit()
    for package in packages:
        if "skip_reason" in package:
            found.unknown.append(package["name"])
            continue
        found.looked_up += 1
        for weakness in package["vulns"]:
            mended = ", ".join(weakness["fix_versions"]) or "ingen version än"
            found.weaknesses.append(
                f"{package['name']} {package['version']}: {weakness['id']}, rättad i {mended}"
            )
    if found.unknown and not found.looked_up:
        raise Unavailable("Tjänsten som känner till svagheter vet inget om något av paketen.")
    return found
