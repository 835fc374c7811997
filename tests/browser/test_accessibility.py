"""axe-core on every kind of page: WCAG 2.2 AA as far as a machine can tell, both widths, light and dark."""

import pytest
from playwright.sync_api import Page

from tests.browser.test_walk import PAGES
from tests.services.axe import axe_violations
from tests.services.chromium import DESKTOP, PHONE


def violations_in_both_schemes(page: Page) -> dict[str, list[str]]:
    """What axe finds, by colour scheme. Nothing moves, so no colour is judged on its way to another."""
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found[scheme] = axe_violations(page)
    return found


@pytest.mark.parametrize("page", [PHONE, DESKTOP], indirect=True, ids=str)
@pytest.mark.parametrize("address", PAGES)
def test_page_breaks_no_rule(page, address):
    page.goto(address)

    assert violations_in_both_schemes(page) == {"light": [], "dark": []}


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=str)
def test_open_menu_breaks_no_rule(page):
    page.goto("/")
    page.get_by_role("button", name="Meny", exact=True).click()

    assert violations_in_both_schemes(page) == {"light": [], "dark": []}
