"""Every kind of page, looked at in every way that a reader may: by size, colours, keys, text, and on paper.

A page is loaded once. Its screen and media are changed, and the measures taken, while it is open; the tests
of a page follow each other.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser import pages
from tests.browser.conftest import STAFF, connect_app, give_password, make_account, watch
from tests.browser.measuring import (
    ROOM_BETWEEN_LETTERS,
    cut_off,
    lost_in_print,
    moving,
    sideways,
    unnamed_scrollers,
    unseen_in_forced_colours,
    without_focus,
)
from tests.services.axe import BEST_PRACTICE, WCAG_22_AA, axe_violations
from tests.services.chromium import DESKTOP, PHONE
from tests.services.portal import Portal, running_portal

WIDTHS = (320, 768, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
OF_COLOURS = ("color-contrast", "link-in-text-block")
CHOSEN_BY_NAME = ".select2-selection"
"""The fields in which the back office chooses a row by name: Django's own select2 gives them no name."""
FURNISH = "from tests.furnished import furnish; furnish()"
EMPTY = (
    "from django.core.management import call_command; call_command('flush', interactive=False, verbosity=0)"
)
# As Django and the views make them, with what they say and with the addresses of the static files.
ERRORS = """
import json
from django.template.loader import render_to_string
from django.test import RequestFactory
context = {"status": 413, "largest": {"file": 50, "request": 250}}
request = RequestFactory().get("/fel/")
print(json.dumps({name: render_to_string(name, context, request=request) for name in NAMES}))
"""


def violations_in_both_schemes(page: Page) -> dict[str, list[str]]:
    """What axe finds, by colour scheme. Nothing moves, so no colour is judged on its way to another."""
    found: dict[str, list[str]] = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found[scheme] = axe_violations(page)
    return found


# --- The pages ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A page: whose it is, and its address (of an error, its template)."""

    reader: str
    address: str

    def __str__(self) -> str:
        return f"{self.reader}:{self.address}"


VISITORS = [Place("visitor", address) for address in (*pages.PAGES, *pages.FURNISHED, *pages.ENTRANCE)]
EMPTY_PAGES = [Place("first visitor", address) for address in pages.EMPTY]
ERROR_PAGES = [Place("visitor of an error", name) for name in pages.ERRORS]
OFFICE = [Place("clerk", address) for address in pages.BACK_OFFICE]
PUBLIC = [*VISITORS, *EMPTY_PAGES, *ERROR_PAGES]


@dataclass
class Visit:
    """A page that is open, what it answered, and what it has done that a good page doesn't."""

    place: Place
    page: Page
    problems: list[str]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with something of everything."""
    with running_portal(tmp_path_factory.mktemp("furnished")) as running:
        running.manage("shell", "--command", FURNISH)
        make_account(running, *STAFF, role="administratör")
        yield running


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal in which nothing is."""
    with running_portal(tmp_path_factory.mktemp("empty")) as running:
        running.manage("shell", "--command", EMPTY)
        yield running


def context_of(browser: Browser, portal: Portal, *, scripts: bool = True) -> BrowserContext:
    return browser.new_context(
        base_url=portal.url, locale="sv-SE", timezone_id="Europe/Stockholm", java_script_enabled=scripts
    )


@pytest.fixture(scope="module")
def visitor(browser: Browser, furnished: Portal) -> Iterator[BrowserContext]:
    context = context_of(browser, furnished)
    yield context
    context.close()


@pytest.fixture(scope="module")
def visitor_without_scripts(browser: Browser, furnished: Portal) -> Iterator[BrowserContext]:
    context = context_of(browser, furnished, scripts=False)
    yield context
    context.close()


@pytest.fixture(scope="module")
def first_visitor(browser: Browser, empty: Portal) -> Iterator[BrowserContext]:
    context = context_of(browser, empty)
    yield context
    context.close()


@pytest.fixture(scope="module")
def visitor_of_an_error(browser: Browser, furnished: Portal) -> Iterator[BrowserContext]:
    """Someone who is answered with the pages for errors, at addresses that are their templates' names."""
    code = ERRORS.replace("NAMES", json.dumps(pages.ERRORS))
    texts = json.loads(furnished.manage("shell", "--no-imports", "--command", code))

    def answer(route: Route) -> None:
        real = route.fetch(url=f"{furnished.url}/om/")
        headers = {"Content-Security-Policy": real.headers["content-security-policy"]}
        body = texts[route.request.url.rsplit("/", 1)[1]]
        route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)

    context = context_of(browser, furnished)
    context.route("**/*.html", answer)
    yield context
    context.close()


@pytest.fixture(scope="module")
def office(browser: Browser, furnished: Portal) -> Iterator[BrowserContext]:
    """Someone from the secretariat who may do everything."""
    context = context_of(browser, furnished)
    page = context.new_page()
    give_password(page, *STAFF)
    connect_app(page)
    page.close()
    yield context
    context.close()


@pytest.fixture(scope="module")
def visited(request: pytest.FixtureRequest) -> Iterator[Visit]:
    """The page of the parameter, opened once for all tests of it."""
    place: Place = request.param
    fixtures = {"clerk": "office"}
    context = request.getfixturevalue(fixtures.get(place.reader, place.reader.replace(" ", "_")))
    page = context.new_page()
    problems = watch(page)
    page.goto(place.address if place.address.startswith("/") else f"/{place.address}")
    yield Visit(place, page, problems)
    page.close()


@pytest.fixture
def visit(visited: Visit) -> Visit:
    """The page as it is met: on a desk, by day, from its top; nothing moves, as a test can't wait for it."""
    show(visited.page, 1280)
    visited.page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0) }")
    return visited


def show(page: Page, width: int, scheme: Literal["light", "dark"] = "light", height: int = 900) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(
        media="screen",
        color_scheme=scheme,
        forced_colors="none",
        reduced_motion="reduce",
    )


def of(places: list[Place]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("visited", places, indirect=True, ids=str, scope="module")


# --- What holds for all of them -----------------------------------------------------------------------------


@of(PUBLIC)
def test_first_tab_is_the_skip_link_which_leads_to_the_content(visit: Visit) -> None:
    """Comes first of a page's tests: the browser goes on from where the focus has been."""
    visit.page.keyboard.press("Tab")
    focused = "[document.activeElement.innerText, document.activeElement.getBoundingClientRect().top >= 0]"
    assert visit.page.evaluate(focused) == ["Hoppa till innehållet", True]

    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "innehall"


@of([*PUBLIC, *OFFICE])
def test_page_breaks_no_rule_on_any_screen_in_any_light(visit: Visit) -> None:
    """What is not about colours is the same in the dark."""
    tags = WCAG_22_AA if visit.place.reader == "clerk" else (*WCAG_22_AA, BEST_PRACTICE)
    found = {}
    for width in WIDTHS:
        show(visit.page, width)
        found["light", width] = axe_violations(visit.page, tags, without=CHOSEN_BY_NAME)
        show(visit.page, width, "dark")
        found["dark", width] = axe_violations(visit.page, rules=OF_COLOURS)

    assert {how: each for how, each in found.items() if each} == {}


@of([*PUBLIC, *OFFICE])
def test_page_never_scrolls_sideways(visit: Visit) -> None:
    found = {}
    for width in (320, 360, 768, 1280):
        show(visit.page, width)
        found[width] = sideways(visit.page)
        if visit.place.reader != "clerk":  # Django's lists and tables scroll too, without a name
            found[width] += unnamed_scrollers(visit.page)

    assert {width: each for width, each in found.items() if each} == {}


@of(PUBLIC)
def test_twice_as_large_text_and_more_room_for_it_lose_nothing(visit: Visit) -> None:
    found = {}
    visit.page.evaluate("document.documentElement.style.fontSize = '200%'")
    found["large", 1280] = [*sideways(visit.page), *cut_off(visit.page)]
    visit.page.evaluate("document.documentElement.style.fontSize = ''")
    for width in (320, 1280):
        show(visit.page, width)
        visit.page.evaluate(
            """text => {
                const sheet = new CSSStyleSheet();
                sheet.replaceSync(text);
                document.adoptedStyleSheets = [sheet];
            }""",
            ROOM_BETWEEN_LETTERS,
        )
        found["spaced", width] = [*sideways(visit.page), *cut_off(visit.page)]
        visit.page.evaluate("document.adoptedStyleSheets = []")

    assert {how: each for how, each in found.items() if each} == {}


@of([*PUBLIC, *OFFICE])
def test_focus_is_seen_wherever_it_is(visit: Visit) -> None:
    """The smallest screen is also a desk's at 400 % zoom."""
    found = {}
    for width, height in ((320, 256), (1280, 900)):
        show(visit.page, width, height=height)
        found[width] = without_focus(visit.page)

    assert {width: each for width, each in found.items() if each} == {}


@of([*PUBLIC, *OFFICE])
def test_colours_of_the_system_leave_controls_drawings_and_focus(visit: Visit) -> None:
    visit.page.emulate_media(forced_colors="active", reduced_motion="reduce")

    assert [*unseen_in_forced_colours(visit.page), *without_focus(visit.page, over=False)] == []


@of([*PUBLIC, *OFFICE])
def test_nothing_moves_for_one_who_asks_for_less_motion(visit: Visit) -> None:
    assert moving(visit.page) == []


@of(PUBLIC)
def test_paper_has_what_the_screen_has_without_what_leads_elsewhere(visit: Visit) -> None:
    visit.page.emulate_media(color_scheme="dark")

    assert lost_in_print(visit.page) == []
    # The paper is white, though the screen is dark.
    assert axe_violations(visit.page, rules=("color-contrast",)) == []
    assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@of([place for place in VISITORS if place.address not in pages.ENTRANCE])
def test_page_says_the_same_without_scripts(visit: Visit, visitor_without_scripts: BrowserContext) -> None:
    text = visit.page.locator("main").inner_text()
    other = visitor_without_scripts.new_page()
    other.goto(visit.page.url)

    assert other.locator("main").inner_text() == text
    other.close()


@of([*PUBLIC, *OFFICE])
def test_page_leaves_nothing_and_does_nothing_that_a_good_page_does_not(visit: Visit) -> None:
    """Comes last of a page's tests: what is told of has happened in any of them."""
    stored = visit.page.evaluate("[localStorage.length, sessionStorage.length]")

    assert visit.problems == []
    if visit.place.reader != "clerk" and visit.place.address not in pages.ENTRANCE:
        assert stored == [0, 0]
        assert visit.page.evaluate("document.cookie") == ""


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=str)
def test_open_menu_breaks_no_rule(page: Page) -> None:
    """It lies over the page until the reader, who opened it, closes it with Esc: WCAG 2.4.11 allows that."""
    page.goto("/")
    page.get_by_role("button", name="Meny", exact=True).click()

    assert violations_in_both_schemes(page) == {"light": [], "dark": []}
    assert without_focus(page, over=False) == []


@pytest.mark.parametrize("page", [DESKTOP], indirect=True, ids=str)
def test_visitor_gets_no_cookie(page: Page) -> None:
    for address in pages.PAGES:
        page.goto(address)

    assert page.context.cookies() == []
