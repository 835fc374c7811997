"""The API asked by its own description: generated questions, right and wrong, are answered as it says.

Schemathesis makes them: for each address every value on the edge of what is allowed, and then some at random
(the same each time). In the test's own process and before the page cache, so that each is answered anew.
"""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.openapi import from_wsgi

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

EXAMPLES = 10
"""Questions at random for each address."""


def described_api():
    """The application by the description that it gives out itself."""
    config = SchemathesisConfig.from_dict({"generation": {"deterministic": True}})
    return from_wsgi("/api/v1/openapi.json", WSGIHandler(), config=config)


described = described_api()


@pytest.fixture(autouse=True)
def connection_is_kept():
    """As with Django's test client: the rows of the test are known to its connection only."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@described.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_api_answers_as_it_is_described(case):
    case.call_and_validate()
