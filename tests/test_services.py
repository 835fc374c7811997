"""The programs beside the tests: PostgreSQL comes and goes without a trace, and `make test` tells what it
did."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

from tests.services import audit, chromium, everything, node, nu_checker, postgresql
from tests.services.everything import Outcome
from tests.services.postgresql import temporary_postgresql
from tests.services.programs import Unavailable

RUNNER = [sys.executable, "-m", "tests.services.postgresql", "--"]


def folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("sodertorn-pg-*"))


def folder_of(url: str) -> Path:
    return Path(url.removeprefix("postgresql://postgres@/").removesuffix("/postgres"))


def test_server_answers_folds_letters_and_leaves_nothing() -> None:
    with temporary_postgresql() as url:
        folder = folder_of(url)
        server = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        with psycopg.connect(host=str(folder), user="postgres", dbname="postgres") as connection:
            assert connection.execute("SELECT lower('ÖKAD'), 'Ökad' ILIKE 'ökad'").fetchone() == (
                "ökad",
                True,
            )
    assert not folder.exists()
    # Ended, whether or not whoever adopted it has taken note yet.
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(server)], capture_output=True, text=True, check=False
    )
    assert state.stdout.strip() in ("", "Z", "Zs")


def test_server_stops_when_the_block_fails() -> None:
    before = folders()
    with pytest.raises(ZeroDivisionError), temporary_postgresql():
        _ = 1 / 0
    assert folders() <= before


def test_runner_passes_on_the_address_and_the_exit_code() -> None:
    ended = subprocess.run(
        [*RUNNER, "sh", "-c", 'echo "$DATABASE_URL"; exit 7'], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 7
    assert ended.stdout.startswith("postgresql://postgres@/")
    assert not folder_of(ended.stdout.strip()).exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_runner_stops_the_server_when_interrupted(number: signal.Signals, code: int) -> None:
    process = subprocess.Popen(
        [*RUNNER, "sh", "-c", 'echo "$DATABASE_URL"; exec sleep 60'],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    folder = folder_of(process.stdout.readline().strip())
    assert folder.exists()
    os.killpg(process.pid, number)  # as a terminal does, to all that the command has started
    process.communicate(timeout=30)
    assert (process.returncode, folder.exists()) == (code, False)


def test_runner_without_command_says_how() -> None:
    ended = subprocess.run(RUNNER, capture_output=True, text=True, check=False)
    line = "Skriv ett kommando: python -m tests.services.postgresql -- pytest\n"
    assert (ended.stderr, ended.returncode) == (line, 1)


def test_missing_server_is_told_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refuse(*packages: str) -> bool:
        asked.extend(packages)
        return False

    monkeypatch.setattr(postgresql, "find_binaries", lambda: None)
    monkeypatch.setattr(postgresql, "apt_install", refuse)
    with pytest.raises(Unavailable, match="PostgreSQL finns inte på datorn och gick inte att installera"):
        postgresql.binaries()
    assert asked == ["postgresql"]


def test_missing_browser_is_told_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def refuse(*command: object, **_: object) -> bool:
        asked.append(command)
        return False

    for name in ("find_installed", "find_downloaded"):
        monkeypatch.setattr(chromium, name, lambda: None)
    monkeypatch.setattr(chromium, "apt_install", refuse)
    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(Unavailable, match="Chromium finns inte på datorn och gick inte att installera"):
        chromium.chromium()
    download = [sys.executable, "-m", "playwright", "install", "chromium"]
    assert asked == [("chromium", "fonts-dejavu-core"), (download,)]


def test_named_browser_must_be_a_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nix"))
    with pytest.raises(Unavailable, match="inget program som går att köra"):
        chromium.find_installed()


def test_missing_npm_is_told_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Unavailable, match="npm finns inte på datorn och gick inte att installera"):
        node.npm()


def test_package_that_npm_does_not_have_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "npm"
    program.write_text("#!/bin/sh\necho 'npm error code E404' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(node, "npm", lambda: str(program))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(Unavailable, match="vnu-jar 0 gick inte att hämta från npm: npm error code E404"):
        node.npm_package("vnu-jar", "0")


def test_package_is_fetched_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed = tmp_path / "node" / "a-1" / "node_modules" / "a"
    program = tmp_path / "npm"
    program.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\nmkdir -p {installed}\ntouch {installed}/package.json\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(node, "npm", lambda: str(program))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))

    assert [node.npm_package("a", "1"), node.npm_package("a", "1")] == [installed, installed]
    assert (tmp_path / "asked").read_text().count("\n") == 1
    assert "--ignore-scripts" in (tmp_path / "asked").read_text()


def test_missing_java_is_told_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Unavailable, match="Java finns inte på datorn och gick inte att installera"):
        nu_checker.java()


def missing() -> Outcome:
    return Outcome(missing="PostgreSQL finns inte.")


def test_missing_program_is_told_loudly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "")
    code = everything.report(everything.run_stages({"a": lambda: Outcome(passed=3), "b": missing}))
    lines = capsys.readouterr().out.splitlines()
    assert (code, lines[-1]) == (0, "3 passed, 0 failed, 0 skipped")
    assert "!!! VARNING: b kördes INTE. PostgreSQL finns inte." in lines


def test_missing_program_fails_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    code = everything.report(everything.run_stages({"a": lambda: Outcome(passed=3), "b": missing}))
    assert (code, capsys.readouterr().out.splitlines()[-1]) == (1, "3 passed, 1 failed, 0 skipped")


def test_what_ci_can_do_without_is_told_but_does_not_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    away = Outcome(missing="Tjänsten går inte att nå.", is_needed=False)
    code = everything.report(everything.run_stages({"a": lambda: Outcome(passed=3), "b": lambda: away}))
    lines = capsys.readouterr().out.splitlines()
    assert (code, lines[-1]) == (0, "3 passed, 0 failed, 0 skipped")
    assert "!!! VARNING: b kördes INTE. Tjänsten går inte att nå." in lines


WEAK = {"name": "paket", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1", "1.2"]}]}
SOUND = {"name": "annat", "version": "2.0", "vulns": []}
NOT_KNOWN = {"name": "okänt", "skip_reason": "Dependency not found"}


def test_known_weakness_fails_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(everything, "audit", lambda: audit.read([WEAK, SOUND, NOT_KNOWN]))
    outcome = everything.dependencies_audit()

    assert (outcome.passed, outcome.failed, outcome.missing) == (0, 1, "")
    assert capsys.readouterr().out == (
        "paket 1.0: CVE-1, rättad i 1.1, 1.2\n"
        "Tjänsten känner inte till: okänt.\n"
        "2 paket granskade, 1 kända svagheter.\n"
    )


def test_sound_packages_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(everything, "audit", lambda: audit.read([SOUND]))
    assert everything.dependencies_audit() == Outcome(passed=1)


@pytest.mark.parametrize(
    "answer", ["", "no json", "[]", '{"dependencies": [{"name": "okänt", "skip_reason": "not found"}]}']
)
def test_audit_that_gets_no_answer_is_left_out_with_a_word(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    ended = subprocess.CompletedProcess([], 1, answer, "ConnectionError")
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: ended)
    outcome = everything.dependencies_audit()

    assert outcome.missing.startswith("Tjänsten som känner till svagheter ")
    assert (outcome.failed, outcome.is_needed) == (0, False)


def test_audit_that_gets_no_answer_in_time_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "python"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(slow))
    with pytest.raises(Unavailable, match=r"svarade inte på 0\.2 sekunder"):
        audit.audit(seconds=0.2)


def test_failed_stage_does_not_hide_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    stages = {"a": lambda: Outcome(failed=1), "b": lambda: Outcome(passed=2, failed=1, skipped=1)}
    code = everything.report(everything.run_stages(stages))
    assert (code, capsys.readouterr().out.splitlines()[-1]) == (1, "2 passed, 2 failed, 1 skipped")


def test_pytest_that_cannot_start_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text("import nothing_of_that_name\n")
    assert everything.pytest(str(tmp_path / "test_broken.py"), "--quiet").failed == 1


def test_where_no_disk_can_be_mounted_the_other_faults_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(image: Path, folder: Path) -> NoReturn:
        raise Unavailable("Bara root får montera en disk.")

    def run(*arguments: str, **variables: str) -> Outcome:
        given.extend(arguments)
        return Outcome(passed=11)

    given: list[str] = []
    monkeypatch.setattr("tests.services.disk.mounted_disk", refuse)
    monkeypatch.setattr(everything, "pytest", run)
    outcome = everything.through_faults()
    assert given == ["tests/faults", "--ignore=tests/faults/test_disk.py"]
    assert (outcome.passed, outcome.is_needed) == (11, True)
    assert outcome.missing == "Det gäller felen på diskar; de andra prövades. Bara root får montera en disk."
