"""From nothing reported to a followed-up target area, as a clerk does it and a visitor reads it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watch
from tests.browser.test_accessibility import violations_in_both_schemes
from tests.services.chromium import DESKTOP, PHONE
from tests.services.portal import Portal

OVERVIEW = "/verksamhetsplan/2017/uppfoljning/"
CLIMATE = f"{OVERVIEW}klimat/"

EVERY_STATE = """
import datetime
from budget.models import ActivityCost, BudgetLine
from committee.models import *
from sodertorn.publishing import Publication
shown = {"publication": Publication.PUBLISHED}
day = datetime.date(2017, 9, 1)
plan = OperationalPlan.objects.get(year=2017)
directions = list(Direction.objects.for_plan(plan).in_document_order())
first = next(row for row in directions if row.issue.target_area.slug == "klimat")
for row, (status, percent) in zip(directions, [
    ("late", 20), ("dropped", None), ("resting", None), ("done", None), ("not_started", None)
]):
    FollowUp.objects.create(direction=row, status=status, percent=percent, reported_on=day,
        assessment="Så är det.", evidence="Protokoll", reporter_role="sekretariatet", **shown)
action_plan = ActionPlan.objects.create(issue=first.issue, text="Så gör vi.", decided_on=day, **shown)
activity = Activity.objects.create(action_plan=action_plan, title="Klimatdag", direction=first,
    ends_on=day, responsible_body=Body.objects.first(), responsible_municipality=Municipality.objects.first())
ActivityCost.objects.create(activity=activity, line=BudgetLine.objects.filter(side="cost")[0], amount=25000)
ProgressOverride.objects.create(target_area=first.issue.target_area, percent=70, reason="Nytt läge.")
Evaluation.objects.create(plan=plan, summary="Ett gott år.", text="Mer.", lessons="Börja tidigare.", **shown)
"""


def assert_good(page: Page) -> None:
    """No rule of accessibility is broken, and nothing sticks out of the page."""
    assert violations_in_both_schemes(page) == {"light": [], "dark": []}
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


@pytest.mark.parametrize("clerk", [PHONE, DESKTOP], indirect=True, ids=str)
def test_clerk_reports_from_the_directions_own_place(
    clerk: Page, own_portal: Portal, browser: Browser
) -> None:
    clerk.goto("/verksamhetsplan/2017/")
    clerk.get_by_role("link", name="Så går det: uppföljning 2017").click()
    expect(clerk.get_by_text("Inget är rapporterat än")).to_be_visible()
    clerk.get_by_role("link", name="Klimat", exact=True).click()
    clerk.get_by_role("link", name=re.compile("^Rapportera läget")).first.click()

    # What is under way has come to some percentage, and what was written stays.
    clerk.get_by_label("Läge:").select_option("Försenad")
    clerk.get_by_label("Bedömning:").fill("Det drar ut på tiden.")
    clerk.get_by_label("Rapporterat av:").fill("utvecklingsledare")
    clerk.get_by_label("Publicering:").select_option("Publicerad")
    clerk.get_by_role("button", name="Spara", exact=True).click()
    expect(clerk.get_by_text("Ange hur långt det har kommit, i procent.")).to_be_visible()
    expect(clerk.get_by_label("Bedömning:")).to_have_value("Det drar ut på tiden.")
    clerk.get_by_label("Kommit till (procent):").fill("35")
    clerk.get_by_role("button", name="Spara", exact=True).click()
    expect(clerk.locator(".messagelist .success")).to_be_visible()

    # A visitor reads it, and why.
    visitor = browser.new_page(base_url=own_portal.url)
    problems = watch(visitor)
    visitor.goto(OVERVIEW)
    row = visitor.get_by_role("row").filter(has_text="Klimat")
    expect(row).to_contain_text("35 %")
    visitor.get_by_role("link", name="Klimat", exact=True).click()
    expect(visitor.get_by_text("Det drar ut på tiden.")).to_be_visible()
    expect(visitor.locator(".standing .status--late")).to_have_text(re.compile("Försenad"))
    expect(visitor.get_by_role("link", name=re.compile("^Rapportera läget"))).to_have_count(0)
    visitor.close()
    assert problems == []


@pytest.mark.parametrize("clerk", [PHONE, DESKTOP], indirect=True, ids=str)
def test_pages_with_every_state_break_no_rule(clerk: Page, own_portal: Portal) -> None:
    own_portal.manage("shell", "-c", EVERY_STATE)
    clerk.goto(OVERVIEW)
    expect(clerk.get_by_role("heading", name="Försenat")).to_be_visible()
    assert_good(clerk)
    for link in ("Klimat", "Näringsliv och Högskola"):
        clerk.goto(OVERVIEW)
        clerk.get_by_role("table").get_by_role("link", name=link, exact=True).click()
        assert_good(clerk)
    clerk.goto("/samverkan/2017/klimat/")
    expect(clerk.get_by_role("region", name="Så går det")).to_contain_text("70 %")
    assert_good(clerk)
    clerk.goto("/admin/committee/actionplan/")
    clerk.locator("#result_list tbody").get_by_role("link").first.click()
    expect(clerk.locator("#id_activities-0-title")).to_have_value("Klimatdag")
