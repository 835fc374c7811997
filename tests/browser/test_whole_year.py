"""The secretariat's year in a real browser: from last year's plan to minutes on the website.

One clerk, signed in with a second factor, and a visitor whose calendar program fetches the feed.
"""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest
from playwright.sync_api import Browser, Page, expect

from tests import document_files as files
from tests.browser.conftest import opened_page
from tests.services.portal import Portal

FEED = "/kalender/kalender.ics"
COMMENT = "Dagen bestäms under våren."


@pytest.fixture
def visitor(browser: Browser, own_portal: Portal) -> Iterator[Page]:
    with opened_page(browser, own_portal.url) as opened:
        yield opened


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def entries(visitor: Page) -> dict[str, Any]:
    """What the feed holds of 2018, by identity."""
    calendar = icalendar.Calendar.from_ical(visitor.request.get(FEED).text())
    events: list[Any] = list(calendar.walk("VEVENT"))
    return {str(event["UID"]): event for event in events if event["DTSTART"].dt.year == 2018}


def begin_the_year(clerk: Page) -> None:
    """The wizard, from what is left to do."""
    clerk.goto("/admin/")
    clerk.get_by_role("link", name="Börja med verksamhetsåret 2018.").click()
    press(clerk, "Visa stegen")
    clerk.get_by_role("link", name="Planen", exact=True).click()
    press(clerk, "Gör ett utkast för 2018")
    clerk.get_by_role("link", name="Nästa steg: Värdskap").click()
    press(clerk, "Lägg till turerna för 2018")
    clerk.get_by_role("link", name="Nästa steg: Kalendern").click()
    clerk.get_by_role("link", name="Se och ändra förslaget").click()
    press(clerk, "Spara som preliminära möten")
    clerk.get_by_role("link", name="Nästa steg: Avgift och budget").click()
    press(clerk, "Gör ett utkast till budget för 2018")
    clerk.get_by_role("link", name="Alla steg för 2018").click()
    clerk.get_by_role("link", name="Kontrollera, anta och publicera").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("Checklista: Verksamhetsplan 2018")


def mend_what_is_wrong(clerk: Page) -> None:
    """Each error's link opens the form that mends it."""
    checklist = clerk.url
    expect(clerk.locator("#sammanfattning")).to_contain_text(re.compile(r"^\s*\d+ fel"))
    clerk.get_by_role("link", name=re.compile(r"Intäkterna|intäkter", re.IGNORECASE)).first.click()
    costs = clerk.get_by_role("row").filter(has=clerk.locator('input[value="Utredningar, konsultstöd mm"]'))
    costs.locator('input[name$="-amount"]').fill("1 279 940")
    press(clerk, "Spara")
    clerk.goto(checklist)
    expect(clerk.locator("#sammanfattning")).not_to_contain_text(" fel")


def test_year_from_the_wizard_to_the_minutes(
    clerk: Page, visitor: Page, own_portal: Portal, tmp_path: Path
) -> None:
    begin_the_year(clerk)
    checklist = clerk.url
    mend_what_is_wrong(clerk)

    # Until it is adopted a visitor finds nothing of it but the three meetings that 2017 promised.
    assert visitor.request.get("/verksamhetsplan/2018/").status == 404
    assert visitor.request.get("/budget/2018/").status == 404
    assert {str(event["STATUS"]) for event in entries(visitor).values()} == {"TENTATIVE"}
    assert len(entries(visitor)) == 3

    for comment in clerk.get_by_label(re.compile("^Varför varningen kan godtas")).all():
        comment.fill(COMMENT)
    clerk.get_by_label("Beslutsdatum").fill("2017-12-07")
    clerk.get_by_label("Beslutande möte").select_option(
        label="Samarbetskommitténs sammanträde 7\N{NO-BREAK SPACE}december 2017"
    )
    press(clerk, "Anta och publicera")
    expect(clerk.get_by_text("Verksamhetsplan 2018 är beslutad och publicerad.")).to_be_visible()

    # Page, budget, calendar and feed show the year at once.
    visitor.goto("/verksamhetsplan/2018/")
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Verksamhetsplan 2018")
    expect(visitor.locator(".page-header .meta").first).to_contain_text(
        "Beslutad 7\N{NO-BREAK SPACE}december 2017"
    )
    visitor.goto("/budget/2018/")
    expect(visitor.get_by_text("1\N{NO-BREAK SPACE}954\N{NO-BREAK SPACE}940").first).to_be_visible()
    before = entries(visitor)
    assert len(before) == 16
    assert {str(event["STATUS"]) for event in before.values()} == {"CONFIRMED"}
    visitor.goto("/kalender/2018/")
    expect(visitor.get_by_text("Utkast", exact=True)).to_have_count(0)

    # A meeting moves a week, and its entry in members' calendars with it.
    meeting = next(
        event for event in before.values() if event["SUMMARY"] == "Samarbetskommitténs sammanträde"
    )
    uid, day = str(meeting["UID"]), meeting["DTSTART"].dt.date()
    later = day + datetime.timedelta(days=7)
    clerk.goto(str(meeting["URL"]))
    clerk.get_by_role("link", name="Redigera i administrationen").click()
    clerk.get_by_label("Första dag").fill(later.isoformat())
    clerk.get_by_label("Sista dag").fill(later.isoformat())
    press(clerk, "Spara")
    expect(clerk.locator(".messagelist .success")).to_be_visible()
    moved = entries(visitor)[uid]
    assert moved["DTSTART"].dt.date() == later
    assert int(moved["SEQUENCE"]) == int(meeting["SEQUENCE"]) + 1
    unmoved = {key: event.to_ical() for key, event in entries(visitor).items() if key != uid}
    assert unmoved == {key: event.to_ical() for key, event in before.items() if key != uid}

    # When it has been held, its minutes are posted, and read where it is.
    minutes = tmp_path / f"Protokoll {later}.pdf"
    minutes.write_bytes(files.pdf())
    clerk.goto(str(moved["URL"]))
    clerk.get_by_role("link", name="Redigera i administrationen").click()
    clerk.get_by_role("link", name="Ladda upp handlingar").click()
    clerk.get_by_label("Filer:").set_input_files([minutes])
    clerk.get_by_label("Publicering:").select_option("Publicerad")
    press(clerk, "Ladda upp")
    expect(clerk.locator(".messagelist")).to_contain_text("uppladda")
    visitor.goto(str(moved["URL"]))
    paper = visitor.get_by_role("link", name=re.compile("Protokoll"))
    assert visitor.request.get(paper.get_attribute("href") or "").body() == minutes.read_bytes()

    # The checklist keeps why its warnings were let stand.
    clerk.goto(checklist)
    expect(clerk.get_by_text(f"Godtagen: {COMMENT}").first).to_be_visible()
