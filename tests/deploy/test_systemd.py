"""The service units: systemd takes them, finds them hardened, and the portal can live with that."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.services.portal import ROOT
from tests.services.systemd import systemd_analyze

UNITS = ROOT / "deploy" / "systemd"
CURRENT = "/opt/sodertorn-portal/current"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
JOBS = {"backup", "forget", "import", "index", "reminders"}
MOST_EXPOSED = 12
"""Of 100, as `systemd-analyze security` counts; a service without any protection has 96."""


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with the code where the tests have it, since systemd looks whether the programs are there."""
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder, symlinks=True)
    for path in folder.glob("*.service"):
        text = path.read_text("utf-8")
        path.write_text(text.replace(f"{CURRENT}/.venv/bin/python", sys.executable), "utf-8")
    return folder


def analyze(units: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [systemd_analyze(), *arguments],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"},
        cwd=units,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def lines_of(unit: str, name: str) -> list[str]:
    """What a unit says of a setting, each time it does."""
    return re.findall(rf"(?m)^{name}=(.*)$", (UNITS / unit).read_text("utf-8"))


def test_systemd_takes_every_unit(units: Path) -> None:
    names = sorted(path.name for path in units.iterdir() if path.is_file())
    found = analyze(units, "verify", "--man=no", *names)
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize("service", SERVICES)
def test_service_is_hardly_exposed(units: Path, service: str) -> None:
    found = analyze(units, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", service)
    assert found.returncode == 0, found.stdout[-2000:]


def test_every_job_has_a_time_in_swedish_time(units: Path) -> None:
    timers = {path.stem.removeprefix("sodertorn-portal-") for path in UNITS.glob("*.timer")}
    assert timers == JOBS == {name[17:-8] for name in SERVICES if name != "sodertorn-portal.service"}
    for job in sorted(JOBS):
        (when,) = lines_of(f"sodertorn-portal-{job}.timer", "OnCalendar")
        assert when.endswith(" Europe/Stockholm")
        found = analyze(units, "calendar", when)
        assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_commands_that_a_service_runs_exist_with_their_options(service: str) -> None:
    commands = get_commands()
    for line in lines_of(service, "ExecStart") + lines_of(service, "ExecStartPre"):
        program, *arguments = line.split()
        assert program == f"{CURRENT}/.venv/bin/python"
        if arguments == ["-m", "gunicorn"]:
            continue
        assert arguments[0] == "manage.py"
        command = load_command_class(commands[arguments[1]], arguments[1])
        command.create_parser("manage.py", arguments[1]).parse_args(arguments[2:])


def test_stop_gives_requests_the_time_that_gunicorn_gives_them() -> None:
    (stop,) = lines_of("sodertorn-portal.service", "TimeoutStopSec")
    configuration = (ROOT / "gunicorn.conf.py").read_text("utf-8")
    (graceful,) = re.findall(r"(?m)^graceful_timeout = (\d+)$", configuration)
    assert int(stop) > int(graceful)


def test_native_packages_need_no_memory_that_is_both_written_and_run() -> None:
    """MemoryDenyWriteExecute, as the kernel has it since Linux 6.3; older ones are not asked."""
    program = """
import ctypes, mmap, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0):
    sys.exit(3)
try:
    mmap.mmap(-1, 4096, prot=7)
except PermissionError:
    pass
else:
    sys.exit("not denied")
import brotli, cryptography, nh3, psycopg, pyrage, rapidfuzz, redis, ssl, typst
from cryptography.hazmat.primitives.asymmetric import ec
ec.generate_private_key(ec.SECP256R1())
pyrage.x25519.Identity.generate()
brotli.compress(b"x")
assert nh3.clean("<b>x</b>") == "<b>x</b>"
assert rapidfuzz.fuzz.ratio("x", "x") == 100
assert typst.compile(b"= x").startswith(b"%PDF")
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode in (0, 3), ended.stderr) == (True, "")


def test_example_of_the_environment_names_what_settings_know() -> None:
    known = (ROOT / ".env.example").read_text("utf-8")
    for file in ("portal.env", "container/example.env"):
        text = (ROOT / "deploy" / file).read_text("utf-8")
        for name in re.findall(r"(?m)^(?:# )?([A-Z_]+)=", text):
            assert f"{name}=" in known, f"{file}: {name}"
