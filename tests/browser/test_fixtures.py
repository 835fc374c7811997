"""The tools of the browser tests notice what they are for; else every page would pass."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import give_password, watch
from tests.services.axe import axe_violations
from tests.services.chromium import DARK_PHONE, PHONE
from tests.services.portal import Portal

GOOD = (
    '<!doctype html><html lang="sv"><head><title>Titel</title></head>'
    "<body><main><h1>Rubrik</h1>{}</main></body></html>"
)


def test_axe_finds_each_fault_and_passes_a_good_page(page: Page) -> None:
    page.set_content(GOOD.format("<p>Text</p>"))
    assert axe_violations(page) == []
    page.set_content(GOOD.format('<img src="data:,"><p style="color:#aaa;background:#fff">Text</p>'))
    assert [line.split()[1] for line in axe_violations(page)] == ["color-contrast", "image-alt"]


def test_watch_notices_what_a_page_should_not_do(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(base_url=portal.url)
    page = context.new_page()
    problems = watch(page)
    page.goto("/")
    assert problems == []
    page.evaluate(
        """() => {
            const style = document.createElement("style");
            style.textContent = "body { color: red }";
            document.body.append(style);
        }"""
    )
    page.evaluate("() => fetch('/finns-inte/')")
    page.evaluate("() => { setTimeout(() => { throw new Error('oj') }, 0) }")
    page.evaluate("() => fetch('http://localhost:9/').catch(() => null)")
    page.wait_for_timeout(100)
    context.close()
    text = "\n".join(problems)
    for part in (
        "violates the following Content Security Policy directive",
        "broken resource: 404",
        "script: oj",
    ):
        assert part in text


@pytest.mark.parametrize(("page", "dark"), [(PHONE, False), (DARK_PHONE, True)], indirect=["page"], ids=str)
def test_screen_is_what_was_asked_for(page: Page, dark: bool) -> None:
    page.goto("/")
    assert page.evaluate("[innerWidth, navigator.language]") == [360, "sv-SE"]
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is dark


def test_portal_is_the_production_stack(portal: Portal) -> None:
    code = "from django.conf import settings as s; print(s.DEBUG, s.STATIC_ROOT)"
    folder = Path(portal.environment["DATA_DIR"])
    assert portal.manage("shell", "--no-imports", "--command", code) == f"False {folder}/static\n"


def test_staff_can_log_in_and_see_no_fault(page: Page, staff: tuple[str, str]) -> None:
    give_password(page, *staff)
    assert urlsplit(page.url).path == "/konto/tva-steg/"


def test_clerk_is_in_the_back_office(clerk: Page) -> None:
    clerk.goto("/admin/")
    assert clerk.get_by_role("button", name="Logga ut").is_visible()
