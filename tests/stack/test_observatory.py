"""The stack, nginx and certificate included, as Mozilla's Observatory grades it."""

import http.client

import pytest

from tests.services import observatory
from tests.services.programs import Unavailable
from tests.services.stack import Stack


@pytest.mark.parametrize("path", ["/", "/kalender/", "/konto/logga-in/"])
def test_observatory_gives_the_best_grade(stack: Stack, path: str) -> None:
    nginx = stack.nginx
    certificate = nginx.folder / "certificate.pem"
    try:
        grade = observatory.scan("127.0.0.1", nginx.http_port, nginx.port, path, certificate)
    except Unavailable as problem:
        pytest.fail(str(problem), pytrace=False)

    assert (grade.grade, [name for name, points in grade.results.items() if points < 0]) == ("A+", [])
    assert "csp-implemented-with-no-unsafe-default-src-none" in grade.results
    assert "hsts-implemented-max-age-at-least-six-months" in grade.results
    assert "corp-implemented-with-same-origin" in grade.results


def test_plain_http_leads_to_https(stack: Stack) -> None:
    """The scanner can't follow this here, since nginx leads on to the usual port."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.nginx.http_port, timeout=10)
    connection.request("GET", "/kalender/")
    response = connection.getresponse()
    connection.close()

    assert (response.status, response.headers["Location"]) == (308, "https://127.0.0.1/kalender/")
    assert response.headers["Server"] == "nginx"
