"""Signing in through the organisation's own service: the portal as it runs, and a service that speaks so."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from tests.services.openid import CLIENT_ID, CLIENT_SECRET, OpenId, running_openid
from tests.services.portal import Portal, free_port, running_portal

PASSWORD = "sammanträde-i-huddinge\n"
Claims = dict[str, object]
START = "/konto/extern/oidc/?process=login"
ANNA: Claims = {"sub": "1", "email": "Anna@Example.se", "email_verified": True, "name": "Anna"}


@pytest.fixture(scope="module")
def service() -> Iterator[OpenId]:
    with running_openid(free_port()) as running:
        yield running


@pytest.fixture(scope="module")
def portal(service: OpenId, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    variables = {
        "OIDC_SERVER_URL": service.url,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_NAME": "Huddinges inloggning",
    }
    with running_portal(tmp_path_factory.mktemp("single_sign_on"), **variables) as running:
        options = ("--username", "anna", "--email", "anna@example.se", "--role", "redaktör")
        running.manage("create_staff", *options, "--password-stdin", typed=PASSWORD)
        code = "from django.contrib.auth.models import User; User.objects.create_user('bo', 'bo@example.se')"
        running.manage("shell", "--no-imports", "--command", code)
        yield running


def come(portal: Portal, service: OpenId, claims: Claims, *, refuses: bool = False) -> requests.Response:
    """Follow the way through the service as a person with these claims."""
    service.claims, service.refuses = claims, refuses
    with requests.Session() as session:
        response = session.get(portal.url + START, timeout=20)
        response.cookies = session.cookies
    return response


def test_sign_in_page_leads_there(portal: Portal) -> None:
    page = requests.get(f"{portal.url}/konto/logga-in/", timeout=20).text

    assert f'href="{START}">Logga in med Huddinges inloggning</a>' in page


def test_staff_known_by_a_verified_address_come_in_and_set_up_the_second_step(
    portal: Portal, service: OpenId
) -> None:
    service.asked.clear()
    response = come(portal, service, ANNA)

    assert (response.status_code, urlsplit(response.url).path) == (200, "/konto/tva-steg/")
    assert "sessionid" in response.cookies
    assert {"/authorize", "/token", "/userinfo"} <= set(service.asked)


def test_nothing_of_the_service_is_stored(portal: Portal, service: OpenId) -> None:
    come(portal, service, ANNA)
    code = (
        "from allauth.socialaccount.models import SocialAccount, SocialToken;"
        "from django.contrib.auth.models import User;"
        "print(SocialAccount.objects.count(), SocialToken.objects.count(), User.objects.count())"
    )
    assert portal.manage("shell", "--no-imports", "--command", code) == "0 0 2\n"


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"email": "cia@example.se"}, "men inget konto i portalen har den adressen"),
        ({"email": "bo@example.se"}, "men inget konto i portalen har den adressen"),
        ({"email_verified": False}, "Din organisation har inte intygat någon e-postadress för dig"),
        ({"email_verified": "false"}, "Din organisation har inte intygat någon e-postadress för dig"),
        ({"email": ""}, "Din organisation har inte intygat någon e-postadress för dig"),
    ],
    ids=["nobody", "no staff", "unverified", "in words", "no address"],
)
def test_others_are_told_why_not(portal: Portal, service: OpenId, claims: Claims, told: str) -> None:
    response = come(portal, service, ANNA | claims)

    assert response.status_code == 403
    assert "Det finns inget konto för dig i portalen" in response.text
    assert told in response.text


def test_whoever_stops_on_the_way_is_told(portal: Portal, service: OpenId) -> None:
    assert "Du avbröt inloggningen" in come(portal, service, ANNA, refuses=True).text


def test_answer_that_nobody_asked_for_is_refused(portal: Portal) -> None:
    address = f"{portal.url}/konto/extern/oidc/svar/?state=pahittad&code=1"

    assert "Inloggningen hos din organisation gick inte" in requests.get(address, timeout=20).text


def test_service_that_is_down_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    variables = {
        "OIDC_SERVER_URL": f"http://127.0.0.1:{free_port()}",
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": CLIENT_SECRET,
    }
    with running_portal(tmp_path_factory.mktemp("down"), **variables) as portal:
        response = requests.get(portal.url + START, timeout=20)

    assert "Inloggningen hos din organisation gick inte" in response.text


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        (
            {"OIDC_CLIENT_ID": "portalen"},
            "den saknas; OIDC_SERVER_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET hör ihop.",
        ),
        (
            {"OIDC_SERVER_URL": "inloggning", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"},
            "skriv hela adressen, till exempel https://inloggning.example.se.",
        ),
    ],
    ids=["half", "no address"],
)
def test_half_a_configuration_stops_the_start(
    variables: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sodertorn import environment

    for name in ("OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
        monkeypatch.setenv(name, variables.get(name, ""))
    with pytest.raises(SystemExit) as told:
        environment.single_sign_on()
    assert told.value.code == f"Fel i inställningen OIDC_SERVER_URL: {line}"
