"""The main pages, built before the workers are started."""

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from sodertorn import warm_up
from tests import factories


@pytest.fixture
def closed(monkeypatch):
    """Notes that connections were closed. Closing them, as each request does too, would end the test's own
    transaction.
    """
    calls = []
    monkeypatch.setattr(warm_up, "close_connections", lambda: calls.append(1))
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield calls
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("plan_2017")
@pytest.mark.parametrize("host", ["portal.example.se", ".example.se", "*"])
@pytest.mark.parametrize("https", [True, False])
def test_warm_up_builds_every_main_page_whatever_the_portal_is_called(settings, closed, host, https):
    settings.ALLOWED_HOSTS = [host]
    settings.SECURE_SSL_REDIRECT = https
    if https:
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert warm_up.build_pages(get_wsgi_application()) == ["200 OK"] * len(warm_up.PAGES)
    assert closed == [1]


@pytest.mark.django_db
def test_warm_up_follows_a_redirect_to_the_latest_plan(closed):
    factories.make_plan(2031)
    asked = []
    django = get_wsgi_application()

    def noting(environ, start_response):
        asked.append(environ["PATH_INFO"])
        return django(environ, start_response)

    warm_up.build_pages(noting)

    assert "/verksamhetsplan/2031/" in asked


@pytest.mark.django_db
def test_warm_up_of_an_empty_portal_stops_nothing(closed):
    assert set(warm_up.build_pages(get_wsgi_application())) <= {"200 OK", "404 Not Found"}
    assert closed == [1]


def test_warm_up_that_fails_leaves_no_connection_open(closed):
    def failing(environ, start_response):
        raise MemoryError

    with pytest.raises(MemoryError):
        warm_up.build_pages(failing)

    assert closed == [1]


def test_warm_up_does_not_follow_redirects_for_ever(closed):
    asked = []

    def circling(environ, start_response):
        asked.append(environ["PATH_INFO"])
        start_response("302 Found", [("Location", "/om/")])
        return []

    assert set(warm_up.build_pages(circling)) == {"302 Found"}
    assert len(asked) == len(warm_up.PAGES) * (warm_up.REDIRECTS + 1)
