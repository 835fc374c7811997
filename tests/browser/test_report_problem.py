"""Reporting what is not accessible, by keyboard alone and without scripts, in a real browser."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watch
from tests.services.axe import axe_violations
from tests.services.portal import Portal

FORM = "/tillganglighet/anmal-brist/"


@pytest.fixture
def plain(browser: Browser, own_portal: Portal):
    """A page in a browser without JavaScript, on a portal of its own."""
    context = browser.new_context(base_url=own_portal.url, locale="sv-SE", java_script_enabled=False)
    page = context.new_page()
    problems = watch(page)
    yield page
    assert problems == []
    assert context.cookies() == []
    context.close()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field or the button of that name has the focus."""
    target = page.get_by_label(name).or_(page.get_by_role("button", name=name)).first
    for _ in range(40):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{name} is not reached by Tab")


def test_problem_is_reported_by_keyboard_without_scripts(plain: Page) -> None:
    plain.goto("/kalender/")
    plain.get_by_role("link", name="Anmäl en brist på sidan").press("Enter")
    expect(plain.get_by_label("Vilken sida")).to_have_value("/kalender/")

    tab_to(plain, "Din e-postadress")
    plain.keyboard.type("kim")
    plain.keyboard.press("Enter")
    summary = plain.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(2)
    plain.keyboard.press("Tab")
    plain.keyboard.press("Enter")
    plain.keyboard.type("Det går inte att se vilken dag det är.")
    expect(plain.get_by_label("Vad är problemet?")).to_have_value("Det går inte att se vilken dag det är.")
    tab_to(plain, "Din e-postadress")
    plain.keyboard.press("Control+A")
    plain.keyboard.type("kim@example.se")
    plain.wait_for_timeout(3100)
    tab_to(plain, "Skicka anmälan")
    plain.keyboard.press("Enter")

    expect(plain.get_by_role("heading", level=1)).to_have_text("Tack för din anmälan")
    assert plain.url.endswith("/tillganglighet/anmal-brist/tack/")


def test_trap_for_programs_is_met_by_no_one_else(page: Page) -> None:
    page.goto(FORM)
    expect(page.locator("input[name=subject]")).to_be_hidden()
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.name || ''"))

    assert {"problem", "address", "name", "email"} <= reached
    assert "subject" not in reached


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_form_with_errors_breaks_no_rule_of_accessibility(
    page: Page, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(FORM)
    page.get_by_label("Din e-postadress").fill("kim")
    page.get_by_role("button", name="Skicka anmälan").click()
    expect(page).to_have_title(re.compile("^Fel: Anmäl en brist"))

    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def test_public_pages_keep_nothing_in_the_browser(page: Page) -> None:
    for address in ("/", "/kalender/", "/verksamhetsplan/2017/", "/budget/2017/", "/tillganglighet/", FORM):
        page.goto(address)
        kept = page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]")
        assert kept == ["", 0, 0], address
    assert page.context.cookies() == []
