"""Key figures in a real browser: from the start to a key figure and a municipality, without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.services.chromium import DESKTOP, PHONE


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@pytest.mark.parametrize("page", [PHONE, DESKTOP], indirect=True, ids=str)
def test_a_visitor_finds_a_figure_and_where_it_is_drawn(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Sidfot").get_by_role("link", name="Nyckeltal").click()
    heading(page, "Nyckeltal")
    page.get_by_role("table", name=re.compile("^Befolkning")).get_by_role("link", name="Invånare").click()
    heading(page, "Invånare")

    page.get_by_label("År", exact=True).select_option("2016")
    page.get_by_role("button", name="Visa").click()
    table = page.get_by_role("table", name="Invånare 2016")
    expect(table.locator("tbody tr").first).to_have_text(re.compile(r"Huddinge\s*1\s*107.538"))
    # The same figure on the bar and on the map, and a line with its name for each municipality.
    expect(page.locator("svg[aria-labelledby=diagram-rang-titel] .chart__value").first).to_have_text(
        re.compile("^107.538$")
    )
    expect(page.locator("a.map__link", has_text="Huddinge")).to_have_text(re.compile("107.538"))
    expect(page.locator(".chart__name")).to_have_count(8)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    table.get_by_role("link", name="Salem").click()
    heading(page, "Nyckeltal för Salem")
    expect(page.locator("tbody tr").first).to_have_text(re.compile("7 av 8"))


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=str)
def test_colours_of_the_system_leave_every_line_visible(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/nyckeltal/invanare/")

    colours = page.locator(".chart__line").evaluate_all(
        "lines => [...new Set(lines.map(line => getComputedStyle(line).stroke))]"
    )
    dashes = page.locator(".chart__line").evaluate_all(
        "lines => lines.map(line => getComputedStyle(line).strokeDasharray)"
    )
    assert len(colours) == 1
    assert len(set(dashes)) == 8
