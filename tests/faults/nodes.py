"""Portals to break: nodes with the plan loaded and an account for the clerk."""

import shutil
import subprocess
from pathlib import Path

from tests.faults.people import CLERK
from tests.services import stack
from tests.services.portal import MANAGE, free_port, production_environment
from tests.services.stack import Commands, Node


def fill(folder: Path, commands: Commands, **variables: str) -> None:
    """Make a database what it is after a first start, with a clerk in it."""
    node = Node("filled", folder, 0, production_environment(folder, **variables))
    stack.fill(node, commands)
    name, password = CLERK
    account = ("--username", name, "--email", f"{name}@example.se", "--role", "sekretariat")
    subprocess.run(
        [*MANAGE, "create_staff", *account, "--password-stdin"],
        env=node.environment,
        input=f"{password}\n",
        capture_output=True,
        text=True,
        check=True,
    )


def new_node(folder: Path, filled: Path, data: Path | None = None, **variables: str) -> Node:
    """A node that is not started yet. It has a copy of the filled folder in `data`, or in its own folder."""
    data = data or folder / "data"
    shutil.copytree(filled, data, dirs_exist_ok=True)
    port = free_port()
    given = {"PORT": str(port), "SECOND_FACTOR_REQUIRED": "false", **variables}
    return Node(folder.name, folder, port, production_environment(data, **given))


def url_of(node: Node) -> str:
    return f"http://127.0.0.1:{node.port}"
