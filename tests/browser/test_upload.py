"""Papers are uploaded to a meeting: dropped or chosen, listed, refused with reasons, read by a visitor."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import document_files as files
from tests.browser.conftest import opened_page
from tests.browser.test_accessibility import violations_in_both_schemes
from tests.services.axe import axe_violations
from tests.services.chromium import DESKTOP, PHONE
from tests.services.portal import Portal

MEETING = "/kalender/2017/10/26/nyckeltalsdag/"
NO_VIOLATIONS: dict[str, list[str]] = {"light": [], "dark": []}
DROP = """([name, size]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(size)], name));
    return transfer;
}"""


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "papers"
    folder.mkdir()
    written = [folder / "Kallelse 2017-10-01.pdf", folder / "Protokoll 2017-10-26.docx"]
    written[0].write_bytes(files.pdf())
    written[1].write_bytes(files.docx())
    return written


@pytest.fixture
def visitor(browser: Browser, own_portal: Portal) -> Iterator[Page]:
    with opened_page(browser, own_portal.url, PHONE) as opened:
        yield opened


def open_upload(clerk: Page) -> None:
    """From the meeting's public page to its form, and on to the page for its papers."""
    clerk.goto(MEETING)
    clerk.get_by_role("link", name="Redigera i administrationen").click()
    clerk.get_by_role("link", name="Ladda upp handlingar").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("Ladda upp dokument")
    expect(clerk.get_by_label("Möte:").locator("option:checked")).to_have_text("Nyckeltalsdag 2017-10-26")


def drop(clerk: Page, name: str, size: int) -> None:
    transfer = clerk.evaluate_handle(DROP, [name, size])
    clerk.locator("[data-upload-zone]").dispatch_event("drop", {"dataTransfer": transfer})


def listed(clerk: Page) -> list[str]:
    lines = clerk.get_by_role("list", name="Valda filer").get_by_role("listitem")
    return [
        text.replace("\u00a0", " ")
        for text in lines.locator(".upload__name, .upload__size").all_inner_texts()
    ]


@pytest.mark.parametrize("clerk", [DESKTOP], indirect=True, ids=str)
def test_papers_are_uploaded_to_a_meeting_and_read_by_a_visitor(
    clerk: Page, visitor: Page, papers: list[Path]
) -> None:
    open_upload(clerk)
    assert violations_in_both_schemes(clerk) == NO_VIOLATIONS

    # Two are chosen, and two more dropped: one that is no PDF, and one that is too large.
    clerk.get_by_label("Filer:").set_input_files(papers)
    drop(clerk, "Falsk.pdf", 300)
    drop(clerk, "Stor.pdf", 50_000_001)
    sizes = [f"{round(path.stat().st_size / 1000)} kB" for path in papers[:1]]
    assert listed(clerk) == [
        *("Kallelse 2017-10-01.pdf", sizes[0]),
        *("Protokoll 2017-10-26.docx", f"{papers[1].stat().st_size} byte"),
        *("Falsk.pdf", "300 byte"),
        *("Stor.pdf", "50 MB, högst 50 MB går att ladda upp"),
    ]
    clerk.get_by_role("button", name="Ladda upp", exact=True).click()
    expect(clerk.get_by_role("status")).to_have_text("En fil är för stor. Ta bort den.")
    assert axe_violations(clerk) == []
    clerk.get_by_role("button", name="Ta bort Stor.pdf").click()
    expect(clerk.get_by_role("status")).to_have_text("3 filer är valda.")

    # The server refuses the false one, and with it all; what was chosen beside the files is still there.
    clerk.get_by_label("Publicering:").select_option("Publicerad")
    clerk.get_by_role("button", name="Ladda upp", exact=True).click()
    expect(clerk.locator(".errorlist li")).to_contain_text("”Falsk.pdf”: Filens innehåll är inte i något")
    expect(clerk.get_by_label("Publicering:").locator("option:checked")).to_have_text("Publicerad")
    expect(clerk.locator(".errornote")).to_be_focused()
    assert axe_violations(clerk) == []

    clerk.get_by_label("Filer:").set_input_files(papers)
    clerk.get_by_role("button", name="Ladda upp", exact=True).click()
    expect(clerk.locator(".messagelist")).to_contain_text("2 dokument är uppladdade och publicerade")
    expect(
        clerk.get_by_role("heading", level=2).filter(has_text="Handlingar som ligger i portalen")
    ).to_be_visible()

    # A visitor finds them on the meeting's page and in the list, and the PDF opens.
    visitor.goto(MEETING)
    section = visitor.get_by_role("region", name="Handlingar")
    expect(section.get_by_role("link")).to_have_text(["Kallelse 2017-10-01", "Protokoll 2017-10-26"])
    assert violations_in_both_schemes(visitor) == NO_VIOLATIONS
    address = section.get_by_role("link").first.get_attribute("href")
    answer = visitor.request.get(str(address))
    assert (answer.headers["content-type"], answer.body()) == ("application/pdf", files.pdf())
    visitor.get_by_role("link", name="Dokument", exact=True).click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Dokument")
    expect(visitor.locator(".document-item")).to_have_count(2)
    assert violations_in_both_schemes(visitor) == NO_VIOLATIONS
