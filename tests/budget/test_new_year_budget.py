"""A year's fee by the decided rates, and the draft of its budget from the latest one's lines."""

from datetime import date
from decimal import Decimal

import pytest

from budget.models import Budget, BudgetLine, FeeRate
from budget.next_year import DraftRefused, coming_fee, draft_by_rates, populations_known_before
from committee.models import OperationalPlan, Population
from tests import factories
from tests.budget.test_publication import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]


@pytest.fixture
def plan() -> OperationalPlan:
    return factories.make_plan(2018, is_draft=True)


def refusal(*args: object) -> list[str]:
    with pytest.raises(DraftRefused) as refused:
        draft_by_rates(*args)  # type: ignore[arg-type]
    return plain(list(refused.value.reasons))


def test_fee_is_the_rate_times_the_newest_population_before_the_year():
    coming = coming_fee(2018)

    assert (coming.population_date, coming.inhabitants, coming.fee) == (
        date(2017, 12, 31),
        488_735,
        4 * 488_735,
    )
    assert plain([coming.derivation]) == ["4 kr per invånare"]
    assert coming.latest.plan.year == 2017


def test_fee_on_another_population():
    coming = coming_fee(2018, date(2016, 12, 31))

    assert coming.fee == 4 * Population.objects.on(date(2016, 12, 31)).total()


def test_incomplete_population_is_not_offered():
    Population.objects.get(reference_date=date(2017, 12, 31), municipality__slug="salem").delete()

    assert coming_fee(2018).population_date == date(2016, 12, 31)
    assert populations_known_before(2018)[0] == date(2016, 12, 31)


def test_draft_has_last_years_lines_and_the_fee(plan):
    budget = draft_by_rates(plan)

    assert (budget.status, budget.population_date, budget.proration) == (
        "draft",
        date(2017, 12, 31),
        "months",
    )
    lines = budget.lines.order_by("-side", "position").values_list("side", "title", "amount", "is_fee")
    assert list(lines) == [
        ("revenue", "Avgifter från kommunerna", Decimal(1_954_940), True),
        ("cost", "Personal", Decimal(605_000), False),
        (
            "cost",
            "Ersättning till Huddinge kommun för kontorsservice, arbetsrum mm",
            Decimal(70_000),
            False,
        ),
        ("cost", "Utredningar, konsultstöd mm", Decimal(605_000), False),
    ]
    assert BudgetLine.objects.filter(budget=budget, origin__budget__plan__year=2017).count() == 4
    assert plain(budget.publication_obstacles(budget.lines.all())) == [
        "Intäkterna är 1 954 940 kr och kostnaderna 1 280 000 kr: 674 940 kr blir över."
    ]


def test_second_draft_is_refused(plan):
    draft_by_rates(plan)

    assert refusal(plan) == ["Det finns redan en budget för 2018."]
    assert (Budget.objects.count(), BudgetLine.objects.count()) == (2, 8)


def test_adopted_plan_gets_no_new_budget():
    adopted = factories.make_plan(2018)

    assert refusal(adopted) == ["Verksamhetsplan 2018 är beslutad och kan inte få en ny budget."]


def test_missing_rate_is_told_and_nothing_stored(plan):
    FeeRate.objects.all().delete()

    assert refusal(plan) == [
        "Ingen avgift per invånare gäller den 1 januari 2018. Lägg till den under Avgifter per invånare."
    ]
    assert Budget.objects.count() == 1


def test_missing_population_and_budget_are_told_together(plan):
    Population.objects.all().delete()
    Budget.objects.all().delete()

    assert refusal(plan) == [
        "Det finns ingen budget före 2018 att utgå från.",
        "Det finns ingen dag med folkmängd för alla kommuner. Läs in eller skriv in den.",
    ]


def test_population_of_another_day_is_refused(plan):
    assert refusal(plan, date(2015, 6, 30)) == [
        "Folkmängden den 30 juni 2015 är inte känd för alla kommuner."
    ]


def test_rate_that_another_draft_proposes_is_not_reckoned_with(plan):
    proposing = Budget.objects.create(plan=factories.make_plan(2019, is_draft=True))
    rate = factories.make_rate(9, date(2018, 1, 1))
    rate.proposed_in = proposing
    rate.save()

    assert coming_fee(2018).fee == 4 * 488_735
