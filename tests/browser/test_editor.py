"""The editor of text with a few formats, as a clerk uses it: by the keyboard, and without its script."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watch
from tests.services.axe import axe_violations
from tests.services.chromium import SCREENS
from tests.services.portal import Portal

ADD = "/admin/committee/newsitem/add/"
LIST = re.compile("/admin/committee/newsitem/$")
WORD = """<html xmlns:o="urn:x"><body>
<p class=MsoNormal style="margin:0cm;color:red"><span style='font-size:9pt'>Kommittén
<b style=x>beslutade</b><o:p></o:p></span></p><script>alert(1)</script></body></html>"""
PASTE = """(editor, html) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", html);
    editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


def tab_to(page: Page, target: Locator) -> None:
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {target}")


def test_clerk_writes_news_with_the_keyboard_alone(clerk: Page) -> None:
    clerk.goto(ADD)
    keys = clerk.keyboard
    editor = clerk.get_by_role("textbox", name="Text:")
    expect(editor).to_be_visible()
    tab_to(clerk, clerk.get_by_label("Rubrik:", exact=True))
    keys.type("Planen är antagen")
    keys.press("Tab")
    keys.type("Kommittén har beslutat.")

    # The toolbar is one stop: arrow keys go between its buttons, Enter presses one and leads to the text.
    keys.press("Tab")
    heading, lower = (
        clerk.get_by_role("button", name=name, exact=True) for name in ("Rubrik", "Underrubrik")
    )
    expect(heading).to_be_focused()
    keys.press("ArrowRight")
    expect(lower).to_be_focused()
    keys.press("ArrowLeft")
    keys.press("Enter")
    expect(editor).to_be_focused()
    expect(heading).to_have_attribute("aria-pressed", "true")
    keys.type("Beslut")
    keys.press("Enter")
    keys.type("Det här ")
    keys.press("Control+b")
    keys.type("gäller")
    keys.press("Control+b")
    keys.type(":")
    keys.press("Enter")
    keys.press("Control+Shift+8")
    for item in ("planen", "budgeten"):
        keys.type(item)
        keys.press("Enter")
    keys.press("Enter")
    keys.type("Se ")

    # A link: what is no address is refused with a reason, and what was written is kept.
    keys.press("Control+k")
    dialog = clerk.get_by_role("dialog", name="Länk")
    expect(dialog.get_by_label("Länkens text")).to_be_focused()
    keys.type("kalendern")
    keys.press("Tab")
    keys.type("javascript:alert(1)")
    keys.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text(re.compile("^Skriv en hel adress"))
    keys.press("Control+a")
    keys.type("/kalender/")
    keys.press("Enter")
    expect(dialog).to_be_hidden()
    expect(editor).to_be_focused()
    keys.press("End")
    keys.type(".")

    # Tab leads on, to the rest of the form.
    tab_to(clerk, clerk.get_by_label("Publicering:"))
    keys.type("P")
    tab_to(clerk, clerk.get_by_role("button", name="Spara", exact=True).last)
    keys.press("Enter")
    clerk.wait_for_url(LIST)

    clerk.goto("/nyheter/")
    clerk.get_by_role("link", name="Planen är antagen").click()
    prose = clerk.locator("main .prose")
    expect(prose.get_by_role("heading", level=2)).to_have_text("Beslut")
    expect(prose.locator("strong")).to_have_text("gäller")
    expect(prose.get_by_role("listitem")).to_have_text(["planen", "budgeten"])
    expect(prose.get_by_role("link", name="kalendern")).to_have_attribute("href", "/kalender/")
    expect(prose.get_by_role("paragraph").last).to_have_text(re.compile(r"^Se kalendern\s?\.$"))


def test_text_pasted_from_word_is_the_text_alone(clerk: Page) -> None:
    clerk.goto(ADD)
    editor = clerk.get_by_role("textbox", name="Text:")
    editor.focus()
    editor.evaluate(PASTE, WORD)

    expect(editor).to_have_text("Kommittén beslutade")
    stored = clerk.locator("textarea[name=text]").input_value()
    assert stored == "<p>Kommittén <strong>beslutade</strong></p>"


def test_without_the_script_the_text_is_written_as_html(
    clerk: Page, browser: Browser, own_portal: Portal
) -> None:
    signed_in = clerk.context.storage_state()
    context = browser.new_context(base_url=own_portal.url, java_script_enabled=False, storage_state=signed_in)
    page = context.new_page()
    problems = watch(page)
    page.goto(ADD)
    page.get_by_label("Rubrik:", exact=True).fill("Utan skript")
    page.get_by_label("Ingress:").fill("Kort.")
    page.get_by_label("Text:").fill("Ett stycke.\n\n<b>Ett till</b><script>alert(1)</script>")
    page.get_by_label("Adressdel:").fill("utan-skript")
    page.get_by_label("Publicering:").select_option("Publicerad")
    page.get_by_role("button", name="Spara", exact=True).last.click()
    page.wait_for_url(LIST)
    page.goto("/nyheter/")
    page.get_by_role("link", name="Utan skript").click()

    expect(page.locator("main .prose p")).to_have_text(["Ett stycke.", "Ett till"])
    expect(page.locator("main .prose strong")).to_have_text("Ett till")
    context.close()
    assert problems == []


def test_editor_breaks_no_rule_of_accessibility_and_fits_its_page(clerk: Page) -> None:
    # A page of its own: axe tries inline styles, which the content security policy tells the console of.
    page = clerk.context.new_page()
    page.goto("/admin/committee/page/")
    page.get_by_role("link", name="Lättläst").click()
    editor = page.get_by_role("textbox", name="Text:")
    found = {}
    for screen in SCREENS:
        page.set_viewport_size({"width": screen.width, "height": screen.height})
        page.emulate_media(color_scheme=screen.colour_scheme, reduced_motion="reduce")
        expect(editor).to_be_visible()
        with_editor = axe_violations(page)
        page.get_by_role("button", name="Länk", exact=True).click()
        page.get_by_role("button", name="Infoga länken").click()
        expect(page.get_by_role("alert")).to_be_visible()
        with_dialog = axe_violations(page)
        page.get_by_role("button", name="Avbryt").click()
        width = page.evaluate(
            "document.querySelector('.rich-text').getBoundingClientRect().right - innerWidth"
        )
        found[str(screen)] = (with_editor, with_dialog, width <= 0)

    assert found == {str(screen): ([], [], True) for screen in SCREENS}
