"""Signing in, in a real browser: the second step with an app and with a passkey, pages that all can use."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import STAFF, connect_app, give_password, make_account
from tests.browser.test_accessibility import violations_in_both_schemes
from tests.services.chromium import DESKTOP, PHONE
from tests.services.portal import Portal
from tests.signing_in import app_code

ENTRANCE = ["/konto/logga-in/", "/konto/losenord/glomt/", "/konto/losenord/glomt/1-abc/", "/konto/avstangt/"]
OWN = [
    *("/konto/", "/konto/tva-steg/", "/konto/tva-steg/app/ta-bort/", "/konto/tva-steg/reservkoder/"),
    *("/konto/tva-steg/reservkoder/nya/", "/konto/tva-steg/losennycklar/", "/konto/sessioner/"),
    *("/konto/tva-steg/losennycklar/ny/", "/konto/losenord/", "/konto/logga-ut/"),
    *("/konto/bekrafta/?next=/admin/", "/konto/bekrafta/kod/?next=/admin/"),
]


@pytest.fixture
def localhost(browser: Browser, portal: Portal) -> Iterator[Page]:
    """A page at "localhost", with a device that answers for its owner. Passkeys want a name, not a number."""
    context = browser.new_context(base_url=portal.url.replace("127.0.0.1", "localhost"), locale="sv-SE")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    yield page
    context.close()


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


def test_app_is_set_up_and_asked_for_at_the_next_sign_in(page: Page, portal: Portal) -> None:
    account = ("kodperson", STAFF[1])
    make_account(portal, *account, role="läsare")
    give_password(page, *account)
    assert path_of(page) == "/konto/tva-steg/"
    secret = connect_app(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Reservkoder")
    codes = page.locator(".codes li").all_inner_texts()
    page.get_by_role("link", name="Till administrationen").click()
    assert path_of(page) == "/admin/"

    page.get_by_role("button", name="Logga ut").click()
    give_password(page, *account)
    page.get_by_label("Kod").fill(app_code(secret, steps=1))
    page.get_by_role("button", name="Logga in", exact=True).click()
    assert path_of(page) == "/admin/"

    page.get_by_role("button", name="Logga ut").click()
    give_password(page, *account)
    page.get_by_label("Kod").fill(codes[0])
    page.get_by_role("button", name="Logga in", exact=True).click()
    assert path_of(page) == "/admin/"


def test_passkey_is_a_second_step_and_signs_in_by_itself(localhost: Page, portal: Portal) -> None:
    account = ("nyckelperson", STAFF[1])
    make_account(portal, *account, role="läsare")
    give_password(localhost, *account)
    localhost.get_by_role("link", name="Lägg till en lösennyckel").click()
    localhost.get_by_label("Namn").fill("Kontorsdatorn")
    localhost.get_by_label("utan lösenord").check()
    localhost.get_by_role("button", name="Lägg till").click()
    localhost.wait_for_url("**/konto/tva-steg/reservkoder/")
    localhost.goto("/konto/tva-steg/losennycklar/")
    expect(localhost.get_by_text("Kontorsdatorn – loggar in utan lösenord")).to_be_visible()

    localhost.goto("/konto/logga-ut/")
    localhost.get_by_role("button", name="Logga ut").click()
    give_password(localhost, *account)
    assert path_of(localhost) == "/konto/logga-in/andra-steget/"
    localhost.get_by_role("button", name="Använd en lösennyckel").click()
    localhost.wait_for_url("**/admin/")

    localhost.get_by_role("button", name="Logga ut").click()
    localhost.goto("/konto/logga-in/")
    localhost.get_by_role("button", name="Logga in med lösennyckel").click()
    localhost.wait_for_url("**/admin/")

    localhost.goto("/konto/bekrafta/losennyckel/?next=/konto/sessioner/")
    localhost.get_by_role("button", name="Använd en lösennyckel").click()
    localhost.wait_for_url("**/konto/sessioner/")


def test_passkey_that_can_not_be_used_is_told(page: Page) -> None:
    """An address in numbers has no passkeys, as a browser without any."""
    page.goto("/konto/logga-in/")
    expect(page.get_by_text("Det gick inte att använda lösennyckeln.")).to_be_hidden()
    page.get_by_role("button", name="Logga in med lösennyckel").click()

    expect(page.get_by_text("Det gick inte att använda lösennyckeln.")).to_be_visible()


@pytest.mark.parametrize("page", [PHONE, DESKTOP], indirect=True, ids=str)
@pytest.mark.parametrize("address", ENTRANCE)
def test_page_before_the_sign_in_breaks_no_rule(page: Page, address: str) -> None:
    page.goto(address)

    assert violations_in_both_schemes(page) == {"light": [], "dark": []}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("clerk", [PHONE, DESKTOP], indirect=True, ids=str)
def test_own_pages_break_no_rule(clerk: Page) -> None:
    """Also those on the way: the page to set up, and a form with a mistake in it."""
    found = {}
    for address in OWN:
        clerk.goto(address)
        found[address] = violations_in_both_schemes(clerk)
        assert clerk.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        if clerk.get_by_role("button", name=re.compile("Byt lösenord|Fortsätt")).count():
            clerk.locator(".account").get_by_role("button").first.click()
            found[f"{address}, mistaken"] = violations_in_both_schemes(clerk)
    clerk.goto("/konto/tva-steg/app/ta-bort/")
    clerk.get_by_role("button", name="Ta bort appen").click()
    for address in ("/konto/tva-steg/", "/konto/tva-steg/app/"):
        clerk.goto(address)
        found[f"{address}, before"] = violations_in_both_schemes(clerk)

    assert {address: each for address, each in found.items() if any(each.values())} == {}
