"""Fixtures for all tests."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="module")
def plan_2017(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The plan and the population figures, loaded by the real commands, once for all tests of a module.

    A test that uses it also needs the `db` fixture or mark; what it changes is undone after it, as usual.
    """
    population = settings.BASE_DIR / "sodertorn" / "data" / "population.csv"
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_plan", verbosity=0)
        call_command("load_pages", verbosity=0)
        call_command("load_indicators", verbosity=0)
        call_command("load_accessibility", verbosity=0)
        call_command("load_population", str(population), verbosity=0)
        yield
        transaction.set_rollback(True)
