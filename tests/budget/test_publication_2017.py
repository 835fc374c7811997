"""The published budget of 2017, and what may be done with it."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from budget.models import Budget, BudgetLine
from sodertorn.plan_loader import load_plan
from tests import factories
from tests.budget.test_publication import PLAN, UNEXPLAINED, plain, refusal

pytestmark = pytest.mark.django_db


def test_plan_of_2017_is_loaded_as_published(plan_2017):
    budget = Budget.objects.get()
    assert budget.status == Budget.Status.PUBLISHED
    assert refusal(budget) == []


def test_published_budget_of_2017_needs_its_explanation(plan_2017):
    budget = Budget.objects.get()
    budget.reconciliation_comment = ""
    assert refusal(budget) == ["Budgeten kan inte vara publicerad.", UNEXPLAINED]
    budget.status = Budget.Status.DRAFT
    assert refusal(budget) == []


def test_line_cannot_upset_a_published_budget(plan_2017):
    line = BudgetLine.objects.get(title="Personal")
    line.amount = Decimal(625_000)
    assert refusal(line) == [
        "Budgeten kan inte vara publicerad.",
        "Intäkterna är 1 280 000 kr och kostnaderna 1 300 000 kr: 20 000 kr fattas.",
    ]
    with pytest.raises(ValidationError):
        line.delete()
    Budget.objects.update(status=Budget.Status.DRAFT)
    line = BudgetLine.objects.get(title="Personal")
    line.amount = Decimal(625_000)
    assert refusal(line) == []
    line.delete()


def test_budget_that_staff_have_made_a_draft_stays_one_when_the_plan_is_loaded_again(plan_2017):
    Budget.objects.update(status=Budget.Status.DRAFT)
    call_command("load_plan", verbosity=0)
    assert Budget.objects.get().status == Budget.Status.DRAFT


def test_published_budget_that_no_longer_holds_together_is_told_when_the_plan_is_loaded_again(plan_2017):
    BudgetLine.objects.filter(title="Personal").update(amount=625_000)
    _, report = load_plan(PLAN)
    assert [line for line in plain(report.left) if line.startswith("Budget 2017")] == [
        "Budget 2017: Intäkterna är 1 280 000 kr och kostnaderna 1 300 000 kr: 20 000 kr fattas."
    ]


def test_line_cannot_leave_a_published_budget_for_another(plan_2017):
    line = BudgetLine.objects.get(title="Personal")
    line.budget = Budget.objects.create(plan=factories.make_plan(2018))
    assert refusal(line) == ["Budget 2017 är publicerad och kan inte bli av med raden."]


def test_line_of_a_published_budget_is_not_deleted_alone_in_the_administration(plan_2017, admin_client):
    line = BudgetLine.objects.get(title="Personal")
    address = f"/admin/budget/budgetline/{line.pk}/delete/"
    refused = admin_client.post(address, {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": line.pk, "post": "yes"}
    admin_client.post("/admin/budget/budgetline/", chosen)
    assert "Budget 2017 är publicerad. Intäkterna är" in refused.content.decode()
    assert BudgetLine.objects.filter(title="Personal").exists()
    Budget.objects.update(status=Budget.Status.DRAFT)
    assert admin_client.post(address, {"post": "yes"}).status_code == 302
    assert not BudgetLine.objects.filter(title="Personal").exists()


def test_published_budget_can_be_deleted_whole_in_the_administration(plan_2017, admin_client):
    budget = Budget.objects.get()
    assert admin_client.post(f"/admin/budget/budget/{budget.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Budget.objects.exists()
