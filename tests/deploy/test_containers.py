"""The container file by hadolint, and the compose file by what must hold of every container."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.services.portal import ROOT

FOLDER = ROOT / "deploy" / "container"
LINES = (FOLDER / "Containerfile").read_text("utf-8").splitlines()
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
NEEDED = {
    "postgresql": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"},
    "nginx": {"CHOWN", "NET_BIND_SERVICE", "SETGID", "SETUID"},
}
"""Capabilities that a program needs before it becomes another user; the portal and Redis need none."""


def test_hadolint_has_nothing_to_say() -> None:
    program = Path(sys.executable).parent / "hadolint"
    path = str(program) if program.exists() else shutil.which("hadolint")
    assert path
    found = subprocess.run(
        [path, "--no-color", str(FOLDER / "Containerfile")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_image_runs_without_rights_from_packages_with_hashes() -> None:
    stage = LINES[[number for number, line in enumerate(LINES) if line.startswith("FROM ")][-1] :]
    assert [line for line in stage if line.startswith("USER ")] == ["USER 10001:10001"]
    assert any("--require-hashes" in line for line in LINES)
    assert any(line.startswith("HEALTHCHECK") for line in stage)
    assert "/healthz" in "".join(stage)


def test_everything_that_is_copied_is_let_through() -> None:
    """`.dockerignore` lets nothing in by default: no settings, no data, no history."""
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in allowed
    for line in LINES:
        if line.startswith("COPY ") and "--from" not in line:
            *sources, _ = line.split()[1:]
            for source in sources:
                assert (ROOT / source).exists(), source
                assert f"!{source}" in allowed, source


def test_script_that_starts_the_server_is_a_program() -> None:
    assert subprocess.run(["sh", "-n", str(FOLDER / "start")], check=False).returncode == 0
    assert (FOLDER / "start").stat().st_mode & 0o111


@pytest.mark.parametrize("name", SERVICES)
def test_container_has_a_root_that_is_read_only_and_no_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert set(service.get("cap_add", ())) == NEEDED.get(name, set())
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert service["image"].partition(":")[2] not in ("", "latest")


def test_only_nginx_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["postgresql"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]


def test_secrets_are_in_files_beside_and_not_in_the_compose_file() -> None:
    for service in SERVICES.values():
        assert "environment" not in service
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    for secret in ("deploy/container/portal.env", "deploy/container/postgresql.env"):
        assert f"/{secret}" in ignored


def test_volumes_and_files_that_are_mounted_exist() -> None:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source == "./certificate":
                continue
            exists = (FOLDER / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
            assert exists, f"{name}: {volume}"


def test_nodes_are_those_that_nginx_knows() -> None:
    nodes = (FOLDER / "nginx" / "nodes.conf").read_text("utf-8")
    for name in ("portal-a", "portal-b"):
        assert f"server {name}:8000 " in nodes
        assert SERVICES[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"
