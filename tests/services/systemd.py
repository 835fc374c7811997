"""systemd-analyze, which reads units without starting them."""

import shutil

from tests.services.programs import Unavailable, apt_install

ADVICE = "Installera systemd, till exempel: apt install systemd"


def systemd_analyze() -> str:
    """The path of the program, installed first if need be."""
    if shutil.which("systemd-analyze") is None:
        apt_install("systemd")
    path = shutil.which("systemd-analyze")
    if path is None:
        raise Unavailable(f"systemd-analyze finns inte på datorn och gick inte att installera. {ADVICE}")
    return path
