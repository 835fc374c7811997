"""The wizard for 2018 from the plan for 2017, in a browser, from the start to the checklist."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import violations_in_both_schemes
from tests.services.chromium import DESKTOP, PHONE


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def check(page: Page) -> None:
    """The page breaks no rule and is no wider than the screen."""
    assert violations_in_both_schemes(page) == {"light": [], "dark": []}
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("clerk", [PHONE, DESKTOP], indirect=True, ids=str)
def test_year_is_begun_and_comes_to_its_checklist(clerk: Page) -> None:
    clerk.goto("/admin/nytt-verksamhetsar/")
    check(clerk)
    button(clerk, "Visa stegen")
    expect(clerk.locator(".new-year__state")).to_have_text(
        ["Återstår", "Påbörjat", "Påbörjat", "Återstår", "Återstår"]
    )
    check(clerk)

    clerk.get_by_role("link", name="Planen", exact=True).click()
    check(clerk)
    clerk.get_by_label("Vi positionerar Södertörn i RUFS 2050.").uncheck()
    button(clerk, "Gör ett utkast för 2018")
    expect(clerk.get_by_text("17 av 18 inriktningar från 2017 är med.")).to_be_visible()
    check(clerk)
    clerk.get_by_label("Vi positionerar Södertörn i RUFS 2050.").check()
    button(clerk, "Spara valet av inriktningar")
    expect(clerk.get_by_text("En inriktning togs med.")).to_be_visible()

    clerk.get_by_role("link", name="Nästa steg: Värdskap").click()
    check(clerk)
    button(clerk, "Lägg till turerna för 2018")
    expect(clerk.get_by_text("4 turer är tillagda för 2018.")).to_be_visible()

    clerk.get_by_role("link", name="Nästa steg: Kalendern").click()
    check(clerk)
    clerk.get_by_role("link", name="Se och ändra förslaget").click()
    button(clerk, "Spara som preliminära möten")
    expect(clerk.get_by_text("Portalen har inget mer att föreslå.")).to_be_visible()
    check(clerk)

    clerk.get_by_role("link", name="Nästa steg: Avgift och budget").click()
    check(clerk)
    button(clerk, "Gör ett utkast till budget för 2018")
    expect(clerk.get_by_text("Budget 2018 finns nu som utkast.")).to_be_visible()
    check(clerk)

    clerk.get_by_role("link", name="Alla steg för 2018").click()
    expect(clerk.locator(".new-year__state")).to_have_text(
        ["Gjort", "Gjort", "Gjort", "Påbörjat", "Återstår"]
    )
    check(clerk)
    clerk.get_by_role("link", name="Kontrollera, anta och publicera").click()
    expect(clerk).to_have_url("/admin/verksamhetsplan/2/checklista/")
