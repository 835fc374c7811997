"""axe-core on every kind of page: WCAG 2.2 AA as far as a machine can tell, both widths, light and dark."""

import pytest

from tests.browser.test_walk import PAGES
from tests.services.axe import axe_violations
from tests.services.chromium import DARK_PHONE, PHONE, SCREENS


@pytest.mark.parametrize("page", SCREENS, indirect=True, ids=str)
@pytest.mark.parametrize("address", PAGES)
def test_page_breaks_no_rule(page, address):
    page.goto(address)

    assert axe_violations(page) == []


@pytest.mark.parametrize("page", [PHONE, DARK_PHONE], indirect=True, ids=str)
def test_open_menu_breaks_no_rule(page):
    page.goto("/")
    page.get_by_role("button", name="Meny", exact=True).click()

    assert axe_violations(page) == []
