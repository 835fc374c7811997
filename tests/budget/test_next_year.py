"""A saved what-if as a draft of its year: what is copied, what is reckoned, and when it is refused."""

from datetime import date
from decimal import Decimal

import pytest

from budget.models import Budget, BudgetLine, FeeRate, Scenario
from budget.next_year import DraftRefused, draft_from
from committee.models import OperationalPlan, Population
from tests import factories
from tests.budget.test_publication import plain
from tests.reading import crawl, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]


def scenario(**fields) -> Scenario:
    raised = {"rate": Decimal(5), "changes_on": date(2018, 7, 1)}
    defaults = {"name": "Höjning", "year": 2018, "population_date": date(2016, 12, 31)}
    return Scenario.objects.create(**{**defaults, **(fields if "total" in fields else raised | fields)})


def refusal(row: Scenario) -> list[str]:
    with pytest.raises(DraftRefused) as refused:
        draft_from(row)
    return plain(list(refused.value.reasons))


def test_draft_has_the_latest_lines_and_the_fee_of_the_question():
    budget = draft_from(scenario())

    assert (budget.plan.year, budget.plan.status) == (2018, OperationalPlan.Status.DRAFT)
    assert (budget.status, budget.proration, budget.population_date) == (
        "draft",
        "months",
        date(2016, 12, 31),
    )
    assert list(budget.lines.order_by("side", "position").values_list("title", "amount", "is_fee")) == [
        ("Personal", 605_000, False),
        ("Ersättning till Huddinge kommun för kontorsservice, arbetsrum mm", 70_000, False),
        ("Utredningar, konsultstöd mm", 605_000, False),
        ("Avgifter från kommunerna", 2_161_940, True),
    ]
    rate = FeeRate.objects.get(proposed_in=budget)
    assert (rate.valid_from, rate.amount_per_inhabitant) == (date(2018, 7, 1), 5)
    assert rate.note == "Enligt kalkylen ”Höjning”."


def test_draft_of_a_rate_agrees_with_its_own_rule_and_says_what_is_left_to_mend():
    budget = draft_from(scenario())

    assert plain(budget.publication_obstacles(budget.lines.all())) == [
        "Intäkterna är 2 161 940 kr och kostnaderna 1 280 000 kr: 881 940 kr blir över."
    ]


def test_draft_of_a_total_has_a_rate_in_whole_ore_and_says_so():
    budget = draft_from(scenario(total=1_280_000))
    rate = FeeRate.objects.get(proposed_in=budget)

    assert (rate.valid_from, rate.amount_per_inhabitant) == (date(2018, 1, 1), Decimal("2.66"))
    assert budget.lines.get(is_fee=True).amount == 1_280_000
    assert plain([budget.reconciliation_comment]) == [
        "Avgiften 2,66 kr är 1 280 000 kr fördelat på 480 431 invånare, avrundat till hela ören."
    ]
    assert budget.publication_obstacles(budget.lines.all()) == []


def test_draft_and_its_fee_are_nowhere_until_they_are_decided(client):
    before = {address: page.text for address, page in crawl(client).items()}
    budget = draft_from(scenario(rate=Decimal("7.77"), changes_on=date(2018, 1, 1)))

    assert {address: page.text for address, page in crawl(client).items()} == before
    budget.lines.create(side="cost", title="Mer", amount=budget.lines.get(is_fee=True).amount - 1_280_000)
    budget.status = Budget.Status.PUBLISHED
    budget.full_clean()
    budget.save()
    assert "7,77" not in read(client, "/budget/").text
    OperationalPlan.objects.filter(year=2018).update(status="adopted", decided_on=date(2018, 2, 1))
    assert "7,77 kr" in read(client, "/budget/").table("Avgift per invånare och år").text
    assert "Från och med 2018 är avgiften 7,77 kr" in read(client, "/budget/2017/").text
    assert "7,77 kr per invånare" in read(client, "/budget/2018/").text


def test_draft_is_refused_when_a_fee_begins_that_day_or_later_that_year():
    factories.make_rate(3, date(2018, 7, 1))
    factories.make_rate(4, date(2018, 10, 1))
    assert refusal(scenario()) == [
        "Det finns redan en avgift från den 1 juli 2018: 3 kr per invånare.",
        "Det finns redan en avgift från den 1 oktober 2018: 4 kr per invånare.",
    ]
    assert not Budget.objects.filter(plan__year=2018).exists()


def test_draft_is_refused_when_the_year_has_a_budget():
    Budget.objects.create(plan=factories.make_plan(2018, is_draft=True))
    assert refusal(scenario()) == ["Det finns redan en budget för 2018."]


def test_draft_uses_the_years_plan_if_there_is_one():
    plan = factories.make_plan(2018, is_draft=True, issuer="Vi")
    assert draft_from(scenario()).plan == plan
    assert plan.issuer == "Vi"


def test_draft_is_refused_for_a_fee_of_another_year():
    assert refusal(scenario(changes_on=date(2017, 10, 1))) == [
        "Den nya avgiften måste börja gälla under 2018 för att höra till dess budget."
    ]


def test_draft_is_refused_without_a_budget_to_start_from():
    Budget.objects.all().delete()
    assert refusal(scenario()) == ["Det finns ingen budget före 2018 att utgå från."]


def test_draft_is_refused_when_a_population_is_not_known():
    Population.objects.filter(reference_date=date(2016, 12, 31), municipality__slug="salem").delete()
    assert refusal(scenario()) == ["Folkmängden den 31 december 2016 är inte känd för alla kommuner."]
    assert not OperationalPlan.objects.filter(year=2018).exists()


def test_draft_puts_all_fees_on_one_line_and_makes_one_if_there_is_none():
    latest = Budget.objects.get()
    BudgetLine.objects.create(
        budget=latest, side="revenue", title="Fler avgifter", amount=5, is_fee=True, position=9
    )
    budget = draft_from(scenario(total=1_000_000))
    assert list(budget.lines.filter(side="revenue").values_list("title", "amount")) == [
        ("Avgifter från kommunerna", 1_000_000)
    ]
    budget.plan.delete()
    latest.lines.filter(side="revenue").update(is_fee=False)
    budget = draft_from(scenario(name="Ny", total=1_000_000))
    assert budget.lines.get(is_fee=True).title == "Avgifter från kommunerna"
    assert budget.lines.filter(side="revenue").count() == 3
