"""The plan for 2017 and the next beside each other, and the page that shows it."""

import datetime

import pytest

from budget.models import Budget, BudgetLine
from committee.models import Direction, OperationalPlan
from sodertorn.plan_comparison import PlanComparison, compare_plans
from sodertorn.publishing import VISITOR
from sodertorn.working_copies import begin_working_copy
from tests import factories
from tests.reading import parse
from tests.sodertorn.test_plan_comparison import ADDRESS, next_year, sentences

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(plan_2017: None, db: None) -> OperationalPlan:
    return OperationalPlan.objects.get(year=2017)


@pytest.fixture
def next_plan(plan: OperationalPlan) -> OperationalPlan:
    """The plan for 2018: copied from that of 2017, and then changed in every way."""
    after = next_year(plan, 2018)
    OperationalPlan.objects.filter(pk=after.pk).update(vision=f"{plan.vision} Tillsammans.", vision_year=2030)
    after.refresh_from_db()
    section = after.sections.get(chapter=2, level=1)
    section.text = section.text.replace("samverka", "arbeta", 1)
    section.save()
    rows = list(Direction.objects.for_plan(after).in_document_order())
    rows[0].delete()
    rows[1].text = f"{rows[1].text} Nu."
    rows[1].is_priority = True
    rows[1].save()
    Direction.objects.create(issue=rows[1].issue, text="Kolonilotter åt alla", is_priority=True, position=99)
    budget = Budget.objects.create(
        plan=after, status="published", population_date=datetime.date(2016, 12, 31)
    )
    first_cost = plan.budget.lines.filter(side="cost")[0]
    for line in plan.budget.lines.all():
        amount = line.amount + (100_000 if line.side == "cost" and line == first_cost else 0)
        BudgetLine.objects.create(
            budget=budget,
            side=line.side,
            title=line.title,
            amount=amount,
            origin=line,
            position=line.position,
        )
    return after


def compared(before: OperationalPlan, after: OperationalPlan) -> PlanComparison:
    return compare_plans(before, after, VISITOR)


def test_summary_says_in_plain_words_what_is_new(plan, next_plan):
    assert sentences(compared(plan, next_plan)) == {
        "texter": [
            "1 avsnitt har ny lydelse.",
            "1 vision har ny lydelse.",
            "2 utvecklingsfrågor har ny lydelse.",
        ],
        "inriktningar": ["1 inriktning har tillkommit, 1 har utgått och 1 har ny lydelse."],
        "prioriteringar": [
            "2 inriktningar prioriteras 2018 men inte 2017 och 5 prioriteras 2017 men inte 2018."
        ],
        "kalender": ["Kalendern har 3 möten 2018, mot 17 möten 2017."],
        "vardskap": ["Värdkommunen är en annan vid 4 av 4 tillfällen som finns båda åren."],
        "avgift": ["Avgiften per invånare höjs från 2,83 kr till 4 kr (+41,2 %)."],
        "budget": ["Kostnaderna ökar från 1 280 000 kr till 1 380 000 kr (+7,8 %)."],
    }


def test_plan_compared_with_itself_has_nothing_new(plan):
    comparison = compared(plan, plan)

    assert sentences(comparison) == {
        "texter": ["Texterna är oförändrade."],
        "inriktningar": ["Inriktningarna är oförändrade."],
        "prioriteringar": ["Samma inriktningar är prioriterade."],
        "kalender": ["Kalendern följer samma mönster."],
        "vardskap": ["Värdkommunerna är desamma."],
        "avgift": ["Avgiften per invånare är oförändrad, 2,83 kr."],
        "budget": ["Budgeten är oförändrad."],
    }


def test_what_is_added_one_way_is_dropped_the_other(plan, next_plan):
    there, back = compared(plan, next_plan), compared(next_plan, plan)

    assert [entry.name for entry in there.directions.added] == ["Kolonilotter åt alla"]
    assert there.directions.added == back.directions.dropped
    assert there.directions.dropped == back.directions.added
    assert len(there.directions.dropped) == 1
    assert [(each.after, each.before) for each in there.series] != []
    assert {each.name: (each.before, each.after) for each in there.series} == {
        each.name: (each.after, each.before) for each in back.series
    }


def test_plans_two_years_apart_are_matched_through_the_one_between(plan):
    last = next_year(next_year(plan, 2018), 2019)
    Direction.objects.for_plan(last).update(text="Helt andra ord")
    comparison = compared(plan, last)

    assert comparison.directions.added == comparison.directions.dropped == []
    assert len(comparison.directions.changed) == Direction.objects.for_plan(plan).count()


def test_working_copy_is_compared_in_its_plans_place(plan, next_plan, admin_client):
    copy = begin_working_copy(next_plan)
    copy.sections.filter(slug="syfte").update(text="Arbetsversionens syfte.")

    page = admin_client.get(f"{ADDRESS}?version=arbetsversion").content.decode()
    assert "Arbetsversionens" in page
    assert "Arbetsversionens" not in admin_client.get(ADDRESS).content.decode()


# --- The page -----------------------------------------------------------------------------------------------


def test_page_marks_words_for_eye_and_ear(client, plan, next_plan):
    page = client.get(ADDRESS).content.decode()

    assert '<ins><span class="visually-hidden">[tillagt: </span>arbetar' in page
    assert '<del><span class="visually-hidden">[borttaget: </span>samverkar' in page
    assert parse(page).one("h1").text == "Vad är nytt 2018 jämfört med 2017?"


def test_comparison_with_a_draft_is_for_staff_and_says_so(client, admin_client, plan):
    factories.make_plan(2018, is_draft=True)

    assert client.get(ADDRESS).status_code == 404
    assert client.get("/verksamhetsplan/2017/jamfor/2016/").status_code == 404
    page = admin_client.get(ADDRESS)
    assert "badge--draft" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_plan_leads_to_the_comparison_with_the_one_before(client, plan, next_plan):
    assert f'href="{ADDRESS}"' in client.get("/verksamhetsplan/2018/").content.decode()
    assert "/jamfor/" not in client.get("/verksamhetsplan/2017/").content.decode()


def test_other_earlier_plans_can_be_chosen(client, plan, next_plan):
    assert "/jamfor/2016/" not in client.get(ADDRESS).content.decode()
    factories.make_plan(2016)

    assert 'href="/verksamhetsplan/2018/jamfor/2016/"' in client.get(ADDRESS).content.decode()


# --- At a meeting -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [ADDRESS, "/budget/2017/"])
def test_page_for_a_meeting_has_its_contents_and_nothing_of_the_site(client, plan, next_plan, address):
    usual = parse(client.get(address).content.decode())
    shown = parse(client.get(f"{address}?visning=mote").content.decode())

    assert len(usual.all("header", "site-header") + usual.all("footer", "site-footer")) == 2
    assert shown.all("header", "site-header") + shown.all("footer", "site-footer") == []
    assert [table.text for table in shown.all("table")] == [table.text for table in usual.all("table")]
    assert shown.one("h1").text == usual.one("h1").text
    assert usual.one("p", "for-meeting").one("a").attributes["href"] == "?visning=mote"
    assert shown.one("p", "for-meeting").one("a").text == "Avsluta mötesvisningen"


def test_printed_page_says_where_it_is_from(client, plan):
    page = parse(client.get("/budget/2017/").content.decode())

    assert page.one("p", "print-only").text == "Källa: http://testserver/budget/2017/"
