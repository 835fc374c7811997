"""Fixtures for all tests."""

from collections.abc import Iterator
from types import SimpleNamespace

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from sodertorn import rate_limits

# How long an example takes says how busy the machine is. What things cost is measured in tests/benchmarks.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")


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


@pytest.fixture
def clock(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Rate limits are on, nothing has been counted, and their clock stands still: `clock.now` is 15 seconds
    into a minute and an hour.
    """
    settings.RATE_LIMITS = True
    caches["counts"].clear()
    stopped = SimpleNamespace(now=1_500_001_200 + 15)
    monkeypatch.setattr(rate_limits, "time", SimpleNamespace(time=lambda: stopped.now))
    return stopped
