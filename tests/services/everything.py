"""`make test`: every check and every test, one stage after the other, all failures shown, one verdict at the
end.

A stage that fails doesn't hide the next one. A stage whose program can't be had on this machine fails under
`CI=true`; elsewhere the rest counts, and the last lines say loudly what was left out.
"""

import contextlib
import os
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.services.audit import audit
from tests.services.portal import ROOT, production_environment
from tests.services.postgresql import temporary_postgresql
from tests.services.programs import Unavailable, run_to_its_end

PYTHON = sys.executable
# What these ask has nothing to do with the database, so once is enough.
OWN_STAGES = ("tests/browser", "tests/deploy", "tests/faults", "tests/markup", "tests/stack")
WITHOUT_DATABASE = (
    *OWN_STAGES,
    "tests/test_environment.py",
    "tests/test_safely_served.py",
    "tests/test_serve.py",
    "tests/test_services.py",
)
# A process for each core; a file stays in one, since its tests share what the file has loaded.
IN_PARALLEL = ("--numprocesses", "auto", "--dist", "loadfile")


@dataclass
class Outcome:
    """How a stage went. A check counts as one test; `missing` says what could not be had.

    `is_needed` tells whether that fails under `CI=true`.
    """

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    missing: str = ""
    is_needed: bool = True


Stage = Callable[[], Outcome]


def check(*command: str, **variables: str) -> Stage:
    """A stage that one command decides."""

    def run() -> Outcome:
        code = run_to_its_end([PYTHON, "-m", *command], {**os.environ, **variables}, ROOT)
        return Outcome(failed=1) if code else Outcome(passed=1)

    return run


def deployment_check() -> Outcome:
    """Django's own advice on settings, as they are behind https."""
    with tempfile.TemporaryDirectory() as folder:
        variables = production_environment(Path(folder), HTTPS="true")
        return check("django", "check", "--deploy", "--fail-level", "WARNING", **variables)()


def dependencies_audit() -> Outcome:
    """Known weaknesses of what is installed. Offline it is left out, since nothing here has changed then."""
    try:
        found = audit()
    except Unavailable as problem:
        return Outcome(missing=str(problem), is_needed=False)
    for line in found.weaknesses:
        print(line)
    if found.unknown:
        print(f"Tjänsten känner inte till: {', '.join(found.unknown)}.")
    print(f"{found.looked_up} paket granskade, {len(found.weaknesses)} kända svagheter.")
    return Outcome(failed=1) if found.weaknesses else Outcome(passed=1)


def pytest(*arguments: str, **variables: str) -> Outcome:
    """Run pytest and count from its report; what ends without a failed test (an import error) is a failure
    too."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [PYTHON, "-m", "pytest", f"--junitxml={report}", *arguments]
        code = run_to_its_end(command, {**os.environ, **variables}, ROOT)
        outcome = Outcome()
        if report.exists():
            for suite in ET.parse(report).iter("testsuite"):  # noqa: S314 - written by pytest a moment ago
                outcome.failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
                outcome.skipped += int(suite.get("skipped", 0))
                outcome.passed += int(suite.get("tests", 0))
        outcome.passed = max(0, outcome.passed - outcome.failed - outcome.skipped)
    if code and not outcome.failed:
        outcome.failed = 1
    return outcome


def on_sqlite() -> Outcome:
    return pytest(*IN_PARALLEL, *(f"--ignore={path}" for path in OWN_STAGES), DATABASE_URL="")


def on_postgresql() -> Outcome:
    try:
        with temporary_postgresql() as url:
            return pytest(*IN_PARALLEL, *(f"--ignore={path}" for path in WITHOUT_DATABASE), DATABASE_URL=url)
    except Unavailable as problem:
        return Outcome(missing=str(problem))


def in_chromium() -> Outcome:
    from tests.services.chromium import chromium

    try:
        return pytest("tests/browser", CHROMIUM=chromium())
    except Unavailable as problem:
        return Outcome(missing=str(problem))


def by_the_nu_checker() -> Outcome:
    from tests.services.nu_checker import nu_checker

    try:
        nu_checker()
    except Unavailable as problem:
        return Outcome(missing=str(problem))
    return pytest("tests/markup", DATABASE_URL="")


def on_the_stack() -> Outcome:
    from tests.services.nginx import nginx_program
    from tests.services.postgresql import binaries
    from tests.services.redis import redis_program
    from tests.services.systemd import systemd_analyze

    try:
        for program in (nginx_program, binaries, redis_program, systemd_analyze):
            program()
    except Unavailable as problem:
        return Outcome(missing=str(problem))
    return pytest("tests/deploy", "tests/stack", DATABASE_URL="")


def through_faults() -> Outcome:
    """Where no disk can be mounted, only the tests that need one are left out."""
    from tests.services.disk import mounted_disk
    from tests.services.postgresql import binaries
    from tests.services.redis import redis_program

    arguments, missing = ["tests/faults"], ""
    try:
        for program in (binaries, redis_program):
            program()
        with tempfile.TemporaryDirectory() as folder:
            try:
                with mounted_disk(Path(folder) / "image", Path(folder) / "disk"):
                    pass
            except Unavailable as problem:
                missing = f"Det gäller felen på diskar; de andra prövades. {problem}"
                arguments.append("--ignore=tests/faults/test_disk.py")
    except Unavailable as problem:
        return Outcome(missing=str(problem))
    outcome = pytest(*arguments, DATABASE_URL="")
    outcome.missing = missing
    return outcome


LINT: dict[str, Stage] = {
    "ruff: stil och fel": check("ruff", "check", "."),
    "ruff: form": check("ruff", "format", "--check", "."),
    "djlint: mallar": check("djlint", "templates", "--lint", "--quiet"),
    "mypy: typer": check("mypy"),
    "migreringar i takt": check(
        "django", "makemigrations", "--check", "--dry-run", DJANGO_SETTINGS_MODULE="tests.settings"
    ),
    "inställningar för drift": deployment_check,
    "beroenden utan kända svagheter": dependencies_audit,
}
TESTS: dict[str, Stage] = {
    "tester på SQLite": on_sqlite,
    "tester på PostgreSQL": on_postgresql,
    "tester i Chromium": in_chromium,
    "HTML, CSS och SVG": by_the_nu_checker,
    "tester på hela stacken": on_the_stack,
    "fel som portalen överlever": through_faults,
}


def run_stages(stages: dict[str, Stage]) -> dict[str, tuple[Outcome, float]]:
    outcomes: dict[str, tuple[Outcome, float]] = {}
    for name, stage in stages.items():
        print(f"\n=== {name} ===", flush=True)
        started = time.monotonic()
        outcome = stage()
        if outcome.missing and outcome.is_needed and os.environ.get("CI", "").lower() == "true":
            outcome.failed += 1
        outcomes[name] = outcome, time.monotonic() - started
    return outcomes


def report(outcomes: dict[str, tuple[Outcome, float]]) -> int:
    """Say how each stage went, and end with the one line that sums up; return the exit code."""
    print("\n=== Sammanfattning ===")
    total = Outcome()
    for name, (outcome, seconds) in outcomes.items():
        verdict = "FEL" if outcome.failed else "SAKNAS" if outcome.missing else "ok"
        counts = f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
        print(f"{verdict:<7} {name:<26} {counts:<42} {seconds:6.1f} s")
        total.passed += outcome.passed
        total.failed += outcome.failed
        total.skipped += outcome.skipped
    for name, (outcome, _) in outcomes.items():
        if outcome.missing:
            print(f"\n!!! VARNING: {name} kördes INTE. {outcome.missing}")
    print(f"\n{total.passed} passed, {total.failed} failed, {total.skipped} skipped", flush=True)
    return 1 if total.failed else 0


def main(arguments: list[str]) -> int:
    stages = LINT if arguments == ["lint"] else LINT | TESTS
    with contextlib.suppress(KeyboardInterrupt):
        return report(run_stages(stages))
    print("\nAvbrutet.")
    return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
