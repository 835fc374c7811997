"""The page for operations: each command, file, variable and error line that it names is there."""

import re
import shlex

from django.core.management import get_commands, load_command_class

from tests.services.portal import ROOT

GUIDE = (ROOT / "deploy" / "DRIFTSATTA.md").read_text("utf-8")
OF_OTHERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}


def test_commands_exist_with_their_options() -> None:
    commands = get_commands()
    told = re.findall(r"(?m)^    portal ([a-z_]+.*?)(?:  +#.*| +# .*)?$", GUIDE)
    assert len(told) > 9
    for line in told:
        name, *arguments = shlex.split(line)
        load_command_class(commands[name], name).create_parser("manage.py", name).parse_args(arguments)
    for name in re.findall(r"manage\.py ([a-z_]+)", GUIDE) + re.findall(r"`portal ([a-z_]+)", GUIDE):
        assert name in commands, name


def test_files_and_units_exist() -> None:
    for name in re.findall(r"(?<![\w/])(?:deploy|sodertorn)/[\w./-]*\w", GUIDE):
        is_made_by_whoever_follows = name.endswith(("/certificate", "/portal.env", "/postgresql.env"))
        assert is_made_by_whoever_follows or (ROOT / name).exists(), name
    for unit in re.findall(r"sodertorn-portal[\w-]*\.(?:service|socket|timer)", GUIDE):
        assert (ROOT / "deploy" / "systemd" / unit).exists(), unit


def test_variables_are_those_of_the_portal() -> None:
    known = (ROOT / ".env.example").read_text("utf-8")
    for name in re.findall(r"\b([A-Z]+_[A-Z_]+)\b", GUIDE):
        assert name in OF_OTHERS or f"{name}=" in known, name


def test_lines_that_stop_a_start_are_those_that_the_portal_says() -> None:
    sources = " ".join(
        (ROOT / "sodertorn" / name).read_text("utf-8")
        for name in ("environment.py", "start_checks.py", "management/commands/serve.py")
    )
    section = GUIDE[GUIDE.index("## 7") : GUIDE.index("| Det som syns")]
    for line in re.findall(r"(?m)^\| `([^`]+)`", section):
        text = re.sub(r"^Fel i inställningen \w+: ", "", line)
        for part in re.split(r" ?… ?", text):
            assert part in sources, part


def test_headings_are_where_the_contents_lead() -> None:
    headings = re.findall(r"(?m)^## (.+)$", GUIDE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    led_to = re.findall(r"\]\(#([^)]+)\)", GUIDE)
    assert set(led_to) == anchors
