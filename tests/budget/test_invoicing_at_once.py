"""Two clerks at once, as two processes on one database with the portal's own settings.

The database is made for the purpose, on the engine that the tests run on: a file of SQLite's, or one more
database on the PostgreSQL server. Nothing here runs inside a test's transaction.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from django.db import connection

from tests.services.portal import ROOT, production_environment

SETUP = """
import datetime, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from budget.models import Budget
from tests import factories
for number in range(8):
    municipality = factories.make_municipality(f"K{number}", f"{number:04}", position=number)
    factories.make_population(municipality, 2016, 10_000 + 7 * number)
factories.make_rate()
day = datetime.date(2016, 12, 31)
Budget.objects.create(plan=factories.make_plan(2017), status=Budget.Status.PUBLISHED, population_date=day)
"""
CLERK = """
import datetime, json, sys
import django
django.setup()
from budget.invoicing import InvoicingError, credit_notices, issue_notices, standard_periods
from budget.models import Budget, FeeNotice
budget = Budget.objects.get(plan__year=2017)
quarters = [period for period in standard_periods(2017) if period.name.startswith("kvartal")]
now = datetime.datetime(2017, 1, 10, tzinfo=datetime.UTC)
print("ready", flush=True)
sys.stdin.readline()
issued, told = [], []
for quarter in quarters:
    try:
        notices = issue_notices(budget, quarter.first_day, quarter.last_day, None, now)
        issued.append([notice.number for notice in notices])
    except InvoicingError as error:
        told += error.reasons
    for notice in FeeNotice.objects.filter(first_day=quarter.first_day, credits=None)[:2]:
        try:
            issued.append([credit.number for credit in credit_notices([notice], "Fel", None, now)])
        except InvoicingError as error:
            told += error.reasons
print(json.dumps({"issued": issued, "told": told}), flush=True)
"""
STORED = """
import django
django.setup()
from budget.models import FeeNotice
print(sorted(FeeNotice.objects.values_list("number", flat=True)))
"""


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """That of the portal's programs, with a published budget for 2017 in a database of its own."""
    server, _, _ = os.environ.get("DATABASE_URL", "").rpartition("/")
    is_postgresql = connection.vendor == "postgresql"
    url = f"{server}/at_once" if is_postgresql else f"sqlite:///{tmp_path}/portal.sqlite3"
    try:
        if is_postgresql:
            _on_server("CREATE DATABASE at_once")
        environment = production_environment(tmp_path, DATABASE_URL=url)
        _run(SETUP, environment)
        yield environment
    finally:
        if is_postgresql:
            _on_server("DROP DATABASE IF EXISTS at_once WITH (FORCE)")


def _on_server(statement: LiteralString) -> None:
    server = connection.settings_dict
    with psycopg.connect(
        host=server["HOST"], user=server["USER"], dbname="postgres", autocommit=True
    ) as administrator:
        administrator.execute(statement)


def _run(program: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_two_clerks_at_once_leave_no_gap_and_no_double(environment: dict[str, str]) -> None:
    clerks = [
        subprocess.Popen(
            [sys.executable, "-c", CLERK],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for clerk in clerks:
        assert clerk.stdout is not None
        assert clerk.stdout.readline() == "ready\n"
    for clerk in clerks:
        assert clerk.stdin is not None
        clerk.stdin.write("\n")
        clerk.stdin.flush()
    answers = [clerk.communicate(timeout=60) for clerk in clerks]

    assert [errors for _, errors in answers] == ["", ""]
    results = [json.loads(output) for output, _ in answers]
    numbers = sorted(number for result in results for group in result["issued"] for number in group)
    assert numbers == list(range(1, 4 * 8 + 4 * 2 + 1))
    assert json.loads(_run(STORED, environment)) == numbers
    # Each quarter was issued by one of them, with eight numbers in a row, and the other one was told.
    issues = [group for result in results for group in result["issued"] if len(group) == 8]
    assert [group[-1] - group[0] for group in issues] == [7] * 4
    told = [reason for result in results for reason in result["told"]]
    assert len([reason for reason in told if "är redan utfärdade" in reason]) >= 4
    assert [reason for reason in told if "är redan" not in reason] == []
