"""Walks through the portal by its own links and menu, on a phone and on a desk, with scripts and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watch
from tests.services.chromium import DESKTOP, PHONE, Screen
from tests.services.portal import Portal


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(text))


def choose(page: Page, label: str) -> None:
    """Go to a page by the menu, which on a phone is behind its button."""
    if page.get_by_role("button", name="Meny", exact=True).is_visible():
        expect(page.locator("#meny")).to_be_hidden()
        page.get_by_role("button", name="Meny", exact=True).click()
    page.locator("#meny").get_by_role("link", name=label, exact=True).click()


def walk(page: Page) -> None:
    """From the start page to a meeting, a municipality and the budget, and back."""
    page.goto("/")

    # A meeting that the start page names, and the next one from there.
    page.locator(".event__title").first.get_by_role("link").click()
    heading(page, "Samarbetskommitténs sammanträde")
    page.get_by_role("navigation", name="Brödsmulor").get_by_role("link", name="Start").click()
    heading(page, "kommunernas samarbets")

    # The calendar by the menu, a year by its tab, a filter by its form, a meeting from the list.
    choose(page, "Kalender")
    heading(page, "^Kalender$")
    page.get_by_role("navigation", name="År").get_by_role("link", name="2017").click()
    heading(page, "^Kalender 2017$")
    page.get_by_label("Värdkommun").select_option("Tyresö")
    page.get_by_role("button", name="Visa").click()
    expect(page.locator(".event__title")).to_have_text(["Samarbetskommitténs sammanträde"])
    expect(page.get_by_role("list", name="Valda filter").get_by_role("link").first).to_have_text(
        re.compile("Värdkommun: Tyresö")
    )
    page.locator(".event__title").get_by_role("link").click()
    expect(page.locator("p.lede")).to_have_text(re.compile("26.oktober 2017"))
    page.get_by_role("link", name="Nyckeltalsdag").click()
    heading(page, "^Nyckeltalsdag$")

    # Home by the name at the top, and a municipality by a click on the map.
    page.locator("a.identity").click()
    page.locator("a.map__link", has_text="Nynäshamn").locator("text").click()
    heading(page, "^Nynäshamn$")
    page.get_by_role("link", name="Samarbetskommitténs planeringskonferens").first.click()
    expect(page.locator("p.lede")).to_have_text(re.compile("16–17.augusti 2017"))

    # The budget by the menu, and back to the start by the crumbs.
    choose(page, "Budget")
    heading(page, "^Budget$")
    page.get_by_role("link", name="Budget 2017").click()
    heading(page, "^Budget 2017$")
    expect(page.get_by_role("table", name=re.compile("^Intäkter")).locator("tfoot td")).to_have_text(
        re.compile("^1.280.000$")
    )
    page.get_by_role("navigation", name="Brödsmulor").get_by_role("link", name="Start").click()
    heading(page, "kommunernas samarbets")


@pytest.fixture
def page_without_scripts(request: pytest.FixtureRequest, browser: Browser, portal: Portal) -> Iterator[Page]:
    """A page in a browser that runs no scripts."""
    screen: Screen = request.param
    context = browser.new_context(
        base_url=portal.url,
        locale="sv-SE",
        viewport={"width": screen.width, "height": screen.height},
        java_script_enabled=False,
    )
    opened = context.new_page()
    problems = watch(opened)
    yield opened
    context.close()
    assert problems == []


@pytest.mark.parametrize("page", [PHONE, DESKTOP], indirect=True, ids=str)
def test_walk_leads_to_a_meeting_a_municipality_the_budget_and_back(page):
    walk(page)


@pytest.mark.parametrize("page_without_scripts", [PHONE, DESKTOP], indirect=True, ids=str)
def test_walk_works_without_scripts(page_without_scripts):
    walk(page_without_scripts)


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=str)
def test_menu_on_a_phone_opens_and_closes_by_its_buttons_and_escape(page):
    page.goto("/")
    menu, opener = page.locator("#meny"), page.get_by_role("button", name="Meny", exact=True)

    expect(menu).to_be_hidden()
    opener.click()
    expect(menu).to_be_visible()
    expect(menu.get_by_role("link")).to_have_count(9)
    menu.get_by_role("button", name="Stäng menyn").click()
    expect(menu).to_be_hidden()
    opener.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.parametrize("page", [DESKTOP], indirect=True, ids=str)
def test_menu_on_a_desk_is_there_without_a_button(page):
    page.goto("/")

    expect(page.get_by_role("button", name="Meny", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Stäng menyn")).to_be_hidden()
    expect(page.locator("#meny").get_by_role("link")).to_have_count(9)
    for link in page.locator("#meny").get_by_role("link").all():
        expect(link).to_be_in_viewport(ratio=1)


MUNICIPALITIES = ["Botkyrka", "Haninge", "Huddinge", "Nykvarn", "Nynäshamn", "Salem", "Södertälje", "Tyresö"]
POINT_ON_LAND = """link => {
    link.scrollIntoView({block: "center", behavior: "instant"});
    const land = link.querySelector("path"), box = land.getBoundingClientRect();
    const isLand = (x, y) => document.elementFromPoint(x, y) === land;
    for (let y = Math.ceil(box.top); y < box.bottom; y++)
        for (let x = Math.ceil(box.left); x < box.right; x++)
            if ([-2, 0, 2].every(dx => [-2, 0, 2].every(dy => isLand(x + dx, y + dy)))) return [x, y];
}"""


@pytest.mark.parametrize("page", [PHONE, DESKTOP], indirect=True, ids=str)
@pytest.mark.parametrize("name", MUNICIPALITIES)
def test_municipality_is_reached_by_a_click_on_its_land(page, name):
    page.goto("/")
    page.mouse.click(*page.locator("a.map__link", has_text=name).evaluate(POINT_ON_LAND))

    heading(page, f"^{name}$")


@pytest.mark.parametrize("page", [DESKTOP], indirect=True, ids=str)
def test_links_in_the_contents_of_the_plan_lead_to_the_chapters(page):
    page.goto("/verksamhetsplan/2017/")
    for name in ("Inledning", "Kalendarium", "Budget 2017"):
        page.locator("nav.toc").get_by_role("link", name=re.compile(name)).click()
        expect(page.get_by_role("heading", level=2, name=re.compile(f"{name}$"))).to_be_in_viewport()
