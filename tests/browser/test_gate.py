"""From what is left to do, over the checklist of a plan, to the plan on the website: as a clerk does it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import violations_in_both_schemes
from tests.services.chromium import DESKTOP, PHONE

DRAFT_OF_2018 = """
import datetime
from budget.models import Budget, BudgetLine
from calendar_app.models import Event
from committee.models import Body, OperationalPlan, PlanSection
Body.objects.update(min_meetings_per_year=None)
Event.objects.filter(starts_on__year=2018).delete()
plan = OperationalPlan.objects.create(year=2018, issuer="Kommittén")
PlanSection.objects.create(plan=plan, chapter=1, heading="Inledning", slug="inledning")
section = PlanSection.objects.create(
    plan=plan, chapter=7, heading="Kalendarium", slug="kalendarium", content="events", position=1
)
day = datetime.date(2018, 3, 20)
Event.objects.create(title="Temadag", slug="temadag", starts_on=day, ends_on=day, plan_section=section)
budget = Budget.objects.create(plan=plan, population_date=datetime.date(2016, 12, 31))
for side in BudgetLine.Side:
    BudgetLine.objects.create(budget=budget, side=side, title="Rad", amount=1000)
"""


def assert_good(page: Page) -> None:
    """No rule of accessibility is broken, and nothing sticks out of the page."""
    assert violations_in_both_schemes(page) == {"light": [], "dark": []}
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


@pytest.mark.parametrize("clerk", [PHONE, DESKTOP], indirect=True, ids=str)
def test_plan_is_mended_adopted_and_published_and_taken_back(clerk, own_portal):
    own_portal.manage("shell", "-c", DRAFT_OF_2018)
    clerk.goto("/admin/")
    assert_good(clerk)
    clerk.get_by_role("region", name="Kvar att göra").get_by_role("link", name="Verksamhetsplan 2018").click()

    # What stands in the way is told, and what was written on the way stays.
    expect(clerk.get_by_role("heading", level=1)).to_have_text("Checklista: Verksamhetsplan 2018")
    assert_good(clerk)
    expect(clerk.locator("#sammanfattning")).to_contain_text("1 fel, 3 varningar.")
    expect(clerk.get_by_text("Temadag, tisdag 20 mars 2018")).to_be_visible()
    for comment in clerk.get_by_label(re.compile("^Varför varningen kan godtas")).all():
        comment.fill("Det kommer i juni.")
    clerk.get_by_role("button", name="Anta och publicera").click()
    expect(clerk.get_by_text("Inget är publicerat. Det du har skrivit är kvar.")).to_be_visible()
    expect(clerk.get_by_label(re.compile("^Varför varningen kan godtas")).first).to_have_value(
        "Det kommer i juni."
    )
    assert_good(clerk)

    # The form that mends it is one click away.
    clerk.get_by_role("link", name=re.compile("Inledning” är tomt")).click()
    expect(clerk.get_by_label("Text:")).to_be_in_viewport()
    clerk.get_by_label("Text:").fill("Vi samverkar.")
    clerk.get_by_role("button", name="Spara", exact=True).click()

    clerk.goto("/admin/committee/operationalplan/")
    clerk.get_by_role("link", name="Checklista för Verksamhetsplan 2018").click()
    expect(clerk.locator("#sammanfattning")).to_contain_text("3 varningar.")
    clerk.get_by_label("Beslutsdatum").fill("2017-12-07")
    clerk.get_by_label("Beslutande möte").select_option(
        label="Samarbetskommitténs sammanträde 7\N{NO-BREAK SPACE}december 2017"
    )
    clerk.get_by_role("button", name="Anta och publicera").click()
    expect(clerk.get_by_text("Verksamhetsplan 2018 är beslutad och publicerad.")).to_be_visible()
    expect(clerk.get_by_text("Godtagen: Det kommer i juni.")).to_have_count(3)
    assert_good(clerk)

    clerk.get_by_role("link", name="verksamhetsplanen", exact=True).click()
    expect(clerk.locator(".page-header .meta").first).to_contain_text(
        "Beslutad 7\N{NO-BREAK SPACE}december 2017 vid Samarbetskommitténs sammanträde"
    )

    # A mistake can be mended.
    clerk.go_back()
    clerk.get_by_role("link", name="Återta till utkast").click()
    assert_good(clerk)
    clerk.get_by_label("Skäl").fill("Fel version publicerades")
    clerk.get_by_role("button", name="Återta till utkast").click()
    expect(clerk.get_by_text("är utkast igen och syns inte på webbplatsen")).to_be_visible()
