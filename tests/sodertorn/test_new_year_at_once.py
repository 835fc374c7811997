"""Two clerks who begin the same year at once, as two processes on one database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.budget.test_invoicing_at_once import _on_server, _run
from tests.services.portal import ROOT, production_environment

SETUP = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_plan", verbosity=0)
call_command("load_population", "sodertorn/data/population.csv", verbosity=0)
"""
CLERK = """
import json, sys
import django
django.setup()
from budget.next_year import DraftRefused, draft_by_rates
from committee.models import Direction, OperationalPlan
from committee.plan_copying import PlanNotEmptyError
from sodertorn.new_year.hosts_step import continue_rotations
from sodertorn.new_year.plan_step import copy_plan, plan_of
source = OperationalPlan.objects.get(year=2017)
directions = [row.pk for row in Direction.objects.for_plan(source)]
print("ready", flush=True)
sys.stdin.readline()
done = []
try:
    copy_plan(source, 2018, directions)
    done.append("plan")
except PlanNotEmptyError:
    pass
done += ["turn"] * len(continue_rotations(2018))
try:
    draft_by_rates(plan_of(2018))
    done.append("budget")
except DraftRefused:
    pass
print(json.dumps(done), flush=True)
"""
STORED = """
import json
import django
django.setup()
from budget.models import Budget, BudgetLine
from calendar_app.models import HostTurn
from committee.models import Direction, OperationalPlan, PlanSection
models = [OperationalPlan, PlanSection, Direction, HostTurn, Budget, BudgetLine]
print(json.dumps([model.objects.count() for model in models]))
"""


@pytest.fixture
def environment(tmp_path: Path):
    """That of the portal's programs, with the plan for 2017 in a database of its own."""
    url = f"sqlite:///{tmp_path}/portal.sqlite3"
    is_postgresql = connection.vendor == "postgresql"
    if is_postgresql:
        _on_server("CREATE DATABASE new_year_at_once")
        url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/new_year_at_once"
    try:
        environment = production_environment(tmp_path, DATABASE_URL=url)
        _run(SETUP, environment)
        yield environment
    finally:
        if is_postgresql:
            _on_server("DROP DATABASE IF EXISTS new_year_at_once WITH (FORCE)")


def test_two_clerks_at_once_make_one_year(environment):
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
    answers = [clerk.communicate(timeout=120) for clerk in clerks]

    assert [errors for _, errors in answers] == ["", ""]
    done = [each for output, _ in answers for each in json.loads(output)]
    assert sorted(done) == ["budget", "plan", "turn", "turn", "turn", "turn"]
    assert json.loads(_run(STORED, environment)) == [2, 58, 36, 22, 2, 8]
