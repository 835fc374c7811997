"""Through the year in the back office: a meeting is moved, given a new host, published and cancelled."""

import datetime
import re
import urllib.request
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import violations_in_both_schemes
from tests.services.chromium import DESKTOP, PHONE
from tests.services.portal import Portal

MEETINGS = "/admin/calendar_app/event/"
NO_VIOLATIONS: dict[str, list[str]] = {"light": [], "dark": []}
TITLE = "Extra sammanträde"
DAY = datetime.date.today().replace(day=1) + datetime.timedelta(400)  # noqa: DTZ011 - any day to come


def entry(portal: Portal) -> Any:
    """The meeting in the calendar that people subscribe to; None if it isn't there."""
    with urllib.request.urlopen(f"{portal.url}/kalender/kalender.ics") as response:  # noqa: S310 - our own
        calendar = Calendar.from_ical(response.read())
    return next((e for e in calendar.walk("VEVENT") if TITLE in str(e["summary"])), None)


def open_meeting(clerk: Page) -> None:
    clerk.goto(f"{MEETINGS}?q=Extra")
    clerk.locator("#result_list").get_by_role("link", name=TITLE).click()


def change(clerk: Page, name: str, **said: str) -> None:
    """From the meeting's form to the page of a change, and fill it in and have it shown."""
    open_meeting(clerk)
    clerk.locator(".object-tools").get_by_role("link", name=name, exact=True).click()
    for label, value in said.items():
        field = clerk.get_by_label(re.compile(f"^{label.replace('_', ' ')}"))
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    if said:
        clerk.get_by_role("button", name="Granska").click()
    expect(clerk.get_by_role("heading", name="Så här blir det")).to_be_visible()
    assert violations_in_both_schemes(clerk) == NO_VIOLATIONS


@pytest.mark.parametrize("clerk", [PHONE, DESKTOP], indirect=True, ids=str)
def test_meeting_is_published_moved_given_a_host_and_cancelled(clerk: Page, own_portal: Portal) -> None:
    clerk.goto(f"{MEETINGS}add/")
    clerk.get_by_label("Rubrik:").fill(TITLE)
    clerk.get_by_label("Första dag:").fill(str(DAY))
    clerk.get_by_role("button", name="Spara", exact=True).click()
    expect(clerk.locator(".messagelist .success")).to_be_visible()
    assert entry(own_portal) is None

    # Published from the list.
    clerk.goto(f"{MEETINGS}?q=Extra")
    clerk.locator("input.action-select").check()
    clerk.get_by_label("Åtgärd:").select_option("Publicera möten")
    clerk.get_by_role("button", name="Utför").click()
    expect(clerk.locator("main, #content").first).to_contain_text("kommer in i prenumeranternas kalendrar")
    assert violations_in_both_schemes(clerk) == NO_VIOLATIONS
    clerk.get_by_role("button", name="Publicera").click()
    expect(clerk.locator(".messagelist .success")).to_have_text("Ett möte är nu publicerat.")
    published = entry(own_portal)
    assert (published["status"], published["dtstart"].dt) == ("CONFIRMED", DAY)

    # Moved a week.
    change(clerk, "Flytta", Skjut_alla="7")
    expect(clerk.locator("ins")).to_contain_text("(flyttad)")
    clerk.get_by_role("button", name="Flytta").click()
    expect(clerk.locator(".messagelist .success")).to_have_text("Ett möte är nu flyttat.")
    moved = entry(own_portal)
    assert moved["dtstart"].dt == DAY + datetime.timedelta(7)
    assert (moved["uid"], moved["sequence"]) == (published["uid"], published["sequence"] + 1)
    assert "Flyttat från" in moved["description"]

    # Given a host.
    change(clerk, "Byt värd", Värdkommun="Salem")
    clerk.get_by_role("button", name="Byt värd").click()
    expect(clerk.locator(".messagelist .success")).to_have_text("Ett möte har fått en ny värd.")
    hosted = entry(own_portal)
    assert (hosted["location"], hosted["sequence"]) == ("Salem", moved["sequence"] + 1)

    # Cancelled.
    change(clerk, "Ställ in")
    expect(clerk.locator("main, #content").first).to_contain_text(f"INSTÄLLT: {TITLE}")
    clerk.get_by_role("button", name="Ställ in").click()
    expect(clerk.locator(".messagelist .success")).to_have_text("Ett möte är nu inställt.")
    cancelled = entry(own_portal)
    assert (cancelled["status"], cancelled["sequence"]) == ("CANCELLED", hosted["sequence"] + 1)


@pytest.mark.parametrize("clerk", [PHONE, DESKTOP], indirect=True, ids=str)
def test_pages_for_tables_and_deleting_break_no_rule(clerk: Page) -> None:
    clerk.goto(f"{MEETINGS}las-in/")
    assert violations_in_both_schemes(clerk) == NO_VIOLATIONS
    clerk.goto(f"{MEETINGS}?q=2017-10-26")
    clerk.locator("#result_list").get_by_role("link", name="Nyckeltalsdag").click()
    clerk.get_by_role("link", name="Radera").click()
    expect(clerk.locator(".messagelist .warning")).to_contain_text("Mötet är publicerat.")
    assert violations_in_both_schemes(clerk) == NO_VIOLATIONS
