"""What a budget's page says of it, from the stored lines, rates and populations."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from budget.models import Budget, BudgetLine
from budget.statement import budget_statement
from tests import factories

pytestmark = pytest.mark.django_db

RAISED_IN_AUGUST = [(2, datetime.date(2017, 1, 1)), (4, datetime.date(2017, 8, 1))]


@pytest.fixture
def budget():
    """2017 with one line on each side; nothing that the fee needs."""
    return factories.make_budget(factories.make_plan(stated_inhabitants=480_000))


def add_rates(*rates: tuple[int, datetime.date]) -> None:
    for amount, valid_from in rates:
        factories.make_rate(amount, valid_from)


def add_municipalities(*inhabitants: int | None) -> None:
    """Municipalities A, B … with so many inhabitants at the end of 2016, None for no figure."""
    for index, number in enumerate(inhabitants):
        municipality = factories.make_municipality("ABCDEFGH"[index], f"000{index}", position=index)
        if number is not None:
            factories.make_population(municipality, 2016, number)


def test_lines_are_parted_by_side_and_summed(budget):
    budget.lines.all().delete()
    for position, (side, title, amount) in enumerate(
        [
            ("cost", "Lön", "100.50"),
            ("revenue", "Avgift", "300"),
            ("cost", "Hyra", "50"),
            ("revenue", "Ränta", "1"),
        ]
    ):
        BudgetLine.objects.create(
            budget=budget, side=side, title=title, amount=Decimal(amount), position=position
        )
    statement = budget_statement(budget)

    assert [line.title for line in statement.revenue_lines] == ["Avgift", "Ränta"]
    assert [line.title for line in statement.cost_lines] == ["Lön", "Hyra"]
    assert (statement.balance.revenue, statement.balance.cost) == (Decimal(301), Decimal("150.50"))
    assert statement.balance.difference == Decimal("150.50")
    assert statement.balance.is_balanced is False


def test_budget_without_lines_sums_to_nothing(budget):
    budget.lines.all().delete()
    statement = budget_statement(budget)

    assert (statement.revenue_lines, statement.cost_lines) == ([], [])
    assert statement.balance.is_balanced is True


def test_fee_without_a_rate_is_explained_instead_of_shown(budget):
    statement = budget_statement(budget)

    assert statement.fee_table is None
    assert statement.reconciliation is None
    assert statement.fee_problem == "Ingen avgift per invånare gäller den 1\xa0januari 2017."


def test_rate_that_begins_within_the_year_leaves_its_beginning_unexplained(budget):
    add_rates((4, datetime.date(2017, 8, 1)))

    assert budget_statement(budget).fee_problem == "Ingen avgift per invånare gäller den 1\xa0januari 2017."


def test_fee_table_splits_the_levy_in_the_order_of_the_municipalities(budget):
    add_rates(*RAISED_IN_AUGUST)
    add_municipalities(1001, 500, 7)
    table = budget_statement(budget).fee_table

    assert table is not None
    assert (table.rate, table.rate_next_year) == (Fraction(17, 6), Fraction(4))
    assert table.derivation == "7/12 × 2\xa0kr + 5/12 × 4\xa0kr = 17/6 ≈ 2,83\xa0kr per invånare"
    # 2836 1/6, 1416 4/6 and 19 5/6: the total is 4272 4/6, and three kronor go to the largest remainders.
    assert [(row.municipality.name, row.amount, row.amount_next_year) for row in table.rows] == [
        ("A", 2836, 4004),
        ("B", 1417, 2000),
        ("C", 20, 28),
    ]
    assert (table.inhabitants, table.total, table.total_next_year) == (1508, 4273, 6032)


def test_missing_population_leaves_its_row_and_the_totals_open(budget):
    add_rates(*RAISED_IN_AUGUST)
    add_municipalities(600, None)
    table = budget_statement(budget).fee_table

    assert table is not None
    assert [(row.amount, row.amount_next_year) for row in table.rows] == [(1700, 2400), (None, None)]
    assert (table.inhabitants, table.total, table.total_next_year) == (None, None, None)


def test_population_of_another_day_is_not_used(budget):
    add_rates(*RAISED_IN_AUGUST)
    add_municipalities(None)
    factories.make_population(factories.make_municipality("Z", "0009"), 2015, 600)
    table = budget_statement(budget).fee_table

    assert table is not None
    assert [row.amount for row in table.rows] == [None, None]


def test_budget_without_a_population_date_has_rates_but_no_amounts(budget):
    add_rates(*RAISED_IN_AUGUST)
    add_municipalities(600)
    budget.population_date = None
    table = budget_statement(budget).fee_table

    assert table is not None
    assert table.rate == Fraction(17, 6)
    assert [row.amount for row in table.rows] == [None]


def test_proration_by_days_is_the_budgets_own_choice(budget):
    add_rates(*RAISED_IN_AUGUST)
    budget.proration = Budget.ProrationChoice.DAYS
    table = budget_statement(budget).fee_table

    assert table is not None
    assert table.rate == Fraction(212 * 2 + 153 * 4, 365)


def test_reconciliation_compares_the_fee_lines_alone(budget):
    add_rates(*RAISED_IN_AUGUST)
    budget.lines.filter(side="revenue").update(amount=1_280_000, is_fee=True)
    BudgetLine.objects.create(budget=budget, side="revenue", title="Ränta", amount=5, position=9)
    reconciliation = budget_statement(budget).reconciliation

    assert reconciliation is not None
    assert (reconciliation.by_rule, reconciliation.budgeted) == (1_360_000, 1_280_000)
    assert reconciliation.difference == -80_000
    assert reconciliation.change_on == datetime.date(2017, 9, 1)


@pytest.mark.parametrize("missing", ["inhabitants", "fees"])
def test_reconciliation_needs_stated_inhabitants_and_budgeted_fees(budget, missing):
    add_rates(*RAISED_IN_AUGUST)
    budget.lines.filter(side="revenue").update(is_fee=missing != "fees")
    if missing == "inhabitants":
        budget.plan.stated_inhabitants = None

    assert budget_statement(budget).reconciliation is None


@pytest.mark.parametrize("number", [1, 8])
def test_statement_needs_three_queries_whatever_it_holds(django_assert_num_queries, number):
    add_rates(*RAISED_IN_AUGUST)
    add_municipalities(*[100] * number)
    budget = factories.make_budget(factories.make_plan(), lines=number)

    with django_assert_num_queries(3):
        budget_statement(budget)
