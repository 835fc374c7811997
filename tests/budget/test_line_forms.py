"""A published budget's lines, changed in the administration: all of them together, or not at all."""

from decimal import Decimal

import pytest
from django import forms
from django.forms.models import inlineformset_factory

from budget.forms import LineFormSet
from budget.models import Budget, BudgetLine
from tests import factories

pytestmark = pytest.mark.django_db

SIDES = {"revenue": BudgetLine.objects.filter(side="revenue"), "cost": BudgetLine.objects.filter(side="cost")}


class BudgetForm(forms.ModelForm):
    class Meta:
        model = Budget
        fields = ["plan", "status"]


@pytest.fixture
def budget():
    """Published, with two lines of 1000 kronor on each side."""
    return factories.make_budget(factories.make_plan(), lines=2)


def save(budget: Budget, status: str = "published", **changes: dict[str, str]) -> list[str]:
    """Fill the form and both tables in as the administration does; what stops them, or nothing once saved.

    `changes` go by side and row: `cost0={"amount": "900"}`.
    """
    line_set = inlineformset_factory(
        Budget, BudgetLine, formset=LineFormSet, fields=["side", "title", "amount"], extra=1
    )
    form = BudgetForm({"plan": budget.plan_id, "status": status}, instance=budget)
    tables = []
    for side, queryset in SIDES.items():
        stored = list(queryset.filter(budget=budget))
        data: dict[str, object] = {
            f"{side}-TOTAL_FORMS": len(stored) + 1,
            f"{side}-INITIAL_FORMS": len(stored),
        }
        for row, line in enumerate([*stored, BudgetLine(side=side)]):
            values = {"id": line.pk or "", "side": side, "title": line.title, "amount": line.amount or ""}
            values |= changes.get(f"{side}{row}", {})
            data |= {f"{side}-{row}-{name}": value for name, value in values.items()}
        tables.append(
            line_set(data, instance=budget, queryset=queryset, prefix=side, initial=[{"side": side}])
        )
    are_valid = [form.is_valid(), *(table.is_valid() for table in tables)]
    if all(are_valid):
        form.save()
        for table in tables:
            table.save()
        return []
    found = [*form.non_field_errors(), *(text for table in tables for text in table.non_form_errors())]
    return [str(text).replace("\N{NO-BREAK SPACE}", " ") for text in found] or ["fel i en ruta"]


def test_lines_of_both_sides_can_be_changed_together(budget):
    assert save(budget, revenue0={"amount": "1500"}, cost1={"amount": "1500"}) == []
    assert sorted(BudgetLine.objects.values_list("amount", flat=True)) == [1000, 1000, 1500, 1500]


def test_change_that_upsets_the_balance_is_refused_in_figures(budget):
    assert save(budget, cost0={"amount": "1200"}) == [
        "Budgeten kan inte vara publicerad.",
        "Intäkterna är 2 000 kr och kostnaderna 2 200 kr: 200 kr fattas.",
    ]
    assert set(BudgetLine.objects.values_list("amount", flat=True)) == {Decimal(1000)}


def test_line_that_is_deleted_or_added_counts_too(budget):
    assert save(budget, revenue0={"DELETE": "on"}) == [
        "Budgeten kan inte vara publicerad.",
        "Intäkterna är 1 000 kr och kostnaderna 2 000 kr: 1 000 kr fattas.",
    ]
    assert save(Budget.objects.get(), cost2={"title": "Resor", "amount": "1"})[1:] == [
        "Intäkterna är 2 000 kr och kostnaderna 2 001 kr: 1 kr fattas."
    ]
    assert save(Budget.objects.get(), revenue0={"DELETE": "on"}, cost1={"DELETE": "on"}) == []
    assert BudgetLine.objects.count() == 2


def test_draft_may_be_out_of_balance_but_not_be_published_so(budget):
    assert save(budget, status="draft", cost0={"amount": "1200"}) == []
    assert save(Budget.objects.get()) == [
        "Budgeten kan inte vara publicerad.",
        "Intäkterna är 2 000 kr och kostnaderna 2 200 kr: 200 kr fattas.",
    ]
    assert save(Budget.objects.get(), revenue1={"amount": "1200"}) == []
    assert Budget.objects.get().status == Budget.Status.PUBLISHED


def test_mistake_in_a_row_is_told_before_anything_is_summed(budget):
    assert save(budget, cost0={"amount": "mycket"}) == ["fel i en ruta"]
