"""Two years' plans beside each other, on screens, on paper and at a meeting."""

import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import opened_page
from tests.browser.test_accessibility import violations_in_both_schemes
from tests.services.chromium import DESKTOP, PHONE
from tests.services.portal import Portal, running_portal

ADDRESS = "/verksamhetsplan/2018/jamfor/2017/"

NEXT_YEAR = """
from committee.models import Direction, OperationalPlan
from tests.sodertorn.test_plan_comparison import next_year
after = next_year(OperationalPlan.objects.get(year=2017), 2018)
section = after.sections.get(slug="syfte")
section.text = section.text.replace("samverkar", "arbetar", 1)
section.save()
first = Direction.objects.for_plan(after).in_document_order()[0]
Direction.objects.create(issue=first.issue, text="Kolonilotter åt alla", is_priority=True, position=99)
first.delete()
"""


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with a plan for 2018 too."""
    with running_portal(tmp_path_factory.mktemp("two-years")) as running:
        running.manage("shell", "--command", NEXT_YEAR)
        yield running


@pytest.fixture
def compared(request: pytest.FixtureRequest, browser: Browser, two_years: Portal) -> Iterator[Page]:
    with opened_page(browser, two_years.url, getattr(request, "param", DESKTOP)) as opened:
        yield opened


@pytest.mark.parametrize("compared", [PHONE, DESKTOP], indirect=True, ids=str)
def test_reader_goes_from_the_plan_to_what_is_new_and_shows_it_at_a_meeting(compared: Page) -> None:
    compared.goto("/verksamhetsplan/2018/")
    compared.get_by_role("link", name="Vad är nytt jämfört med 2017?").click()
    expect(compared).to_have_url(re.compile(ADDRESS))
    expect(compared.get_by_role("heading", level=1)).to_have_text("Vad är nytt 2018 jämfört med 2017?")
    assert violations_in_both_schemes(compared) == {"light": [], "dark": []}
    assert compared.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    compared.get_by_role("link", name=re.compile("^1 avsnitt har ny lydelse")).click()
    expect(compared).to_have_url(re.compile("#texter$"))
    expect(compared.locator("#texter ins").last).to_contain_text("arbetar")

    compared.get_by_role("link", name="Visa för möte").click()
    expect(compared.get_by_role("link", name="Avsluta mötesvisningen")).to_be_visible()
    expect(compared.get_by_role("banner")).to_have_count(0)
    expect(compared.get_by_role("contentinfo")).to_have_count(0)
    assert violations_in_both_schemes(compared) == {"light": [], "dark": []}
    assert compared.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    compared.get_by_role("link", name="Avsluta mötesvisningen").click()
    expect(compared.get_by_role("banner")).to_be_visible()


def printed(page: Page, address: str) -> PdfReader:
    page.goto(address)
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("address", [ADDRESS, "/budget/2017/"])
def test_page_prints_on_a4_with_its_source_and_without_the_menu(compared: Page, address: str) -> None:
    reader = printed(compared, address)
    text = "\n".join(sheet.extract_text() for sheet in reader.pages)

    assert {tuple(round(float(side)) for side in sheet.mediabox[2:]) for sheet in reader.pages} == {
        (595, 842)
    }
    assert f"Sida 1 av {len(reader.pages)}" in reader.pages[0].extract_text()
    assert f"Källa: {compared.url}" in text
    assert "Visa för möte" not in text
    assert "Organisation" not in text


@pytest.mark.parametrize(
    "address", [ADDRESS, "/budget/2017/", "/verksamhetsplan/2017/uppfoljning/", "/nyckeltal/"]
)
def test_page_for_a_meeting_prints_as_landscape_sheets(compared: Page, address: str) -> None:
    reader = printed(compared, f"{address}?visning=mote")
    text = "\n".join(sheet.extract_text() for sheet in reader.pages)

    assert {tuple(round(float(side)) for side in sheet.mediabox[2:]) for sheet in reader.pages} == {
        (842, 595)
    }
    assert "Avsluta mötesvisningen" not in text
    assert "Samarbetskommittén\n" not in reader.pages[0].extract_text()


def test_each_part_of_a_comparison_begins_on_a_sheet_of_its_own_at_a_meeting(compared: Page) -> None:
    reader = printed(compared, f"{ADDRESS}?visning=mote")
    lines = [sheet.extract_text().splitlines() for sheet in reader.pages]
    heads = [line for sheet in lines for line in sheet[:2] if not line.startswith("Sida")]

    assert [head for head in heads if head in PARTS] == PARTS


PARTS = [
    "Texterna",
    "Inriktningarna",
    "Prioriteringarna",
    "Kalendern",
    "Värdkommunerna",
    "Kommunernas avgift",
    "Budgeten",
]
