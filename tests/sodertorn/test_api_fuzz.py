"""The API asked by its own description: generated questions, right and wrong, are answered as it says.

Schemathesis makes them: for each address every value that stands on the edge of what is allowed, and then as
many at random. In the test's own process, so that every answer is the one that these rows give.
"""

import pytest
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.openapi import from_wsgi

from sodertorn.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

EXAMPLES = 10
"""Questions at random for each address and each method."""


def described_api():
    """The application by the description that it gives out itself."""
    config = SchemathesisConfig.from_dict({"generation": {"deterministic": True}})
    return from_wsgi("/api/v1/openapi.json", application, config=config)


described = described_api()


@described.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_api_answers_as_it_is_described(case):
    case.call_and_validate()
