"""A budget is published when it holds together, and the reasons why not are given in figures."""

import datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from budget.balance import Balance, reconcile
from budget.fees import Proration, Rate
from budget.models import Budget, BudgetLine, FeeRate
from budget.publication import publication_obstacles
from sodertorn.loaded_rows import LoadFailed
from sodertorn.plan_loader import load_plan
from tests import factories

BALANCED = Balance(Decimal(1_280_000), Decimal(1_280_000))
RATES = [Rate(datetime.date(2017, 1, 1), Decimal(2)), Rate(datetime.date(2017, 8, 1), Decimal(4))]
DIFFERENT = reconcile(480_000, RATES, 2017, Proration.MONTHS, Decimal(1_280_000))
UNEXPLAINED = (
    "Avgiften gånger 480 000 invånare är 1 360 000 kr, men budgeten tar upp 1 280 000 kr: skillnaden "
    "−80 000 kr måste förklaras i kommentaren till avstämningen."
)


def plain(texts: list[str]) -> list[str]:
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]


@pytest.mark.parametrize(
    ("balance", "lines", "reconciliation", "comment", "obstacles"),
    [
        (BALANCED, 4, None, "", []),
        (BALANCED, 4, DIFFERENT, "Planen förklarar den inte.", []),
        (BALANCED, 4, reconcile(320_000, RATES, 2018, Proration.MONTHS, Decimal(1_280_000)), "", []),
        (Balance(Decimal(0), Decimal(0)), 0, None, "", ["Budgeten har inga poster."]),
        (
            Balance(Decimal(1_280_000), Decimal(1_300_000)),
            4,
            None,
            "",
            ["Intäkterna är 1 280 000 kr och kostnaderna 1 300 000 kr: 20 000 kr fattas."],
        ),
        (
            Balance(Decimal("1280000.50"), Decimal(1_280_000)),
            4,
            None,
            "",
            ["Intäkterna är 1 280 000,50 kr och kostnaderna 1 280 000 kr: 0,50 kr blir över."],
        ),
        (BALANCED, 4, DIFFERENT, " \n", [UNEXPLAINED]),
    ],
)
def test_publication_obstacles_give_the_reason_in_figures(balance, lines, reconciliation, comment, obstacles):
    found = publication_obstacles(
        balance, number_of_lines=lines, reconciliation=reconciliation, comment=comment
    )
    assert plain(found) == obstacles


# --- In the models ------------------------------------------------------------------------------------------


def refusal(row: Budget | BudgetLine) -> list[str]:
    """Why the row may not be stored; nothing if it may."""
    try:
        row.full_clean()
    except ValidationError as error:
        return plain(error.messages)
    return []


@pytest.mark.django_db
def test_new_budget_without_lines_cannot_be_published():
    budget = Budget(plan=factories.make_plan(), status=Budget.Status.PUBLISHED)
    assert refusal(budget) == ["Budgeten kan inte vara publicerad.", "Budgeten har inga poster."]


@pytest.mark.django_db
@pytest.mark.parametrize(("stated", "agrees"), [(480_000, True), (None, True), (490_000, False)])
def test_budget_is_reconciled_with_the_plans_inhabitants_or_else_with_the_population(stated, agrees):
    plan = factories.make_plan(2018, stated_inhabitants=stated)
    factories.make_rate(4)
    factories.make_population(factories.make_municipality(), 2017, 480_000)
    budget = factories.make_budget(plan, lines=0)
    budget.lines.create(side="revenue", title="Avgifter", amount=1_920_000, is_fee=True)
    budget.lines.create(side="cost", title="Allt", amount=1_920_000)
    assert (refusal(budget) == []) is agrees


@pytest.mark.django_db
def test_population_that_is_not_complete_is_not_reconciled_with():
    factories.make_rate(4)
    factories.make_population(factories.make_municipality(), 2017, 480_000)
    factories.make_municipality("Salem", "0128")
    budget = factories.make_budget(factories.make_plan(2018), lines=1)
    budget.lines.filter(side="revenue").update(is_fee=True)
    assert refusal(budget) == []


# --- In the loader ------------------------------------------------------------------------------------------


PLAN = settings.BASE_DIR / "sodertorn" / "data" / "verksamhetsplan_2017.toml"


def plan_file(tmp_path, old: str, new: str):
    text = PLAN.read_text("utf-8")
    assert text.count(old) == 1
    path = tmp_path / "plan.toml"
    path.write_text(text.replace(old, new), "utf-8")
    return path


@pytest.mark.django_db
def test_plan_whose_budget_must_not_be_published_is_not_loaded(tmp_path):
    path = plan_file(
        tmp_path, 'title = "Personal", amount = "605000"', 'title = "Personal", amount = "625000"'
    )
    with pytest.raises(LoadFailed) as failed:
        load_plan(path)
    assert plain(failed.value.faults) == [
        "Budget 2017: Intäkterna är 1 280 000 kr och kostnaderna 1 300 000 kr: 20 000 kr fattas."
    ]
    assert (Budget.objects.count(), FeeRate.objects.count()) == (0, 0)
