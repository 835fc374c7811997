"""A real Chromium on the real production stack.

Fixtures last as long as this package: Playwright keeps an event loop running in the thread, and Django
refuses to touch the database there, so the browser must be gone before other tests begin.

- `page`: an empty page on a desktop screen; `@pytest.mark.parametrize("page", SCREENS, indirect=True,
  ids=str)` gives others. Addresses are relative to the portal (`page.goto("/kalender/")`). When the test
  ends, the page must have caused no console error, no script error, no broken resource and no request to
  anyone else.
- `portal`: the portal that `page` visits, with the plan loaded; leave its data as it was.
- `own_portal`: a portal for this test alone, to change things in; visit `own_portal.url`.
- `staff`: the user name and password of an account on `portal`; it has no second factor yet.
- `clerk`: a page like `page`, but on `own_portal`, where someone with the role sekretariat has signed in with
  a second factor.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from tests.services.chromium import DESKTOP, Screen, chromium, launch_flags
from tests.services.portal import Portal, running_portal
from tests.services.programs import Unavailable
from tests.signing_in import app_code

STAFF = ("sekretariatet", "sammanträde-i-huddinge-2017")


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running_portal(tmp_path_factory.mktemp("portal")) as running:
        yield running


@pytest.fixture
def own_portal(tmp_path: Path) -> Iterator[Portal]:
    with running_portal(tmp_path) as running:
        yield running


@pytest.fixture(scope="package")
def staff(portal: Portal) -> tuple[str, str]:
    make_account(portal, *STAFF, role="administratör")
    return STAFF


def make_account(portal: Portal, name: str, password: str, *, role: str) -> None:
    options = ("--username", name, "--email", f"{name}@example.se", "--role", role, "--password-stdin")
    portal.manage("create_staff", *options, typed=f"{password}\n")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    try:
        program = chromium()
    except Unavailable as problem:
        pytest.fail(str(problem), pytrace=False)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=launch_flags())
        yield started
        started.close()


def watch(page: Page) -> list[str]:
    """Collect what a good page never does."""
    problems: list[str] = []

    def console(message: ConsoleMessage) -> None:
        # A page that is missing on purpose logs this too; resources are judged below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(f"console: {message.text}")

    def request(sent: Request) -> None:
        address = urlsplit(sent.url)
        if address.scheme not in ("data", "blob", "about") and address.hostname != "127.0.0.1":
            problems.append(f"request to another place: {sent.url}")

    def response(received: Response) -> None:
        if received.status >= 400 and not received.request.is_navigation_request():
            problems.append(f"broken resource: {received.status} {received.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.on("request", request)
    page.on("response", response)
    return problems


def give_password(page: Page, name: str, password: str) -> None:
    page.goto("/konto/logga-in/")
    page.get_by_label("Användarnamn").fill(name)
    page.get_by_label("Lösenord").fill(password)
    page.get_by_role("button", name="Logga in", exact=True).click()


def connect_app(page: Page) -> str:
    """Set up an app with codes; returns its secret. The page then shows recovery codes."""
    page.goto("/konto/tva-steg/app/")
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Kod ur appen").fill(app_code(secret))
    page.get_by_role("button", name="Koppla appen").click()
    return secret


@contextlib.contextmanager
def opened_page(browser: Browser, url: str, screen: Screen = DESKTOP) -> Iterator[Page]:
    """An empty page on a portal, which has done nothing that a good page doesn't when the block ends."""
    context = browser.new_context(
        base_url=url,
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.colour_scheme,
    )
    opened = context.new_page()
    problems = watch(opened)
    yield opened
    context.close()
    assert problems == []


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, portal: Portal) -> Iterator[Page]:
    with opened_page(browser, portal.url, getattr(request, "param", DESKTOP)) as opened:
        yield opened


@pytest.fixture
def clerk(request: pytest.FixtureRequest, browser: Browser, own_portal: Portal) -> Iterator[Page]:
    make_account(own_portal, *STAFF, role="sekretariat")
    with opened_page(browser, own_portal.url, getattr(request, "param", DESKTOP)) as opened:
        give_password(opened, *STAFF)
        connect_app(opened)
        yield opened
