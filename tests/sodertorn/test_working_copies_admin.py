"""Working copies in the administration: begun, compared, thrown away; the plan itself is locked meanwhile."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from budget.models import Budget, BudgetLine
from committee.models import OperationalPlan, PlanSection, Principle
from sodertorn.working_copies import begin_working_copy
from tests import factories
from tests.reading import parse
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client) -> Client:
    sign_in(client, User.objects.create_superuser("anna", password="hemligt"))
    return client


@pytest.fixture
def plan() -> OperationalPlan:
    plan = factories.make_plan()
    factories.make_section(plan, 1, "Inledning", text="Vi börjar.")
    factories.make_budget(plan)
    return plan


def page_of(plan: OperationalPlan) -> str:
    return reverse("admin:plan-working-copy", args=[plan.pk])


def form_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def links(response) -> list[str]:
    return parse(response.content.decode()).one("div", id="content").links()


def test_a_clerk_begins_a_working_copy_and_sees_what_it_changes(clerk, plan):
    assert page_of(plan) in links(clerk.get(form_of(plan)))
    response = clerk.post(page_of(plan), follow=True)
    assert "Arbetsversionen är som den beslutade planen." in response.content.decode()
    section = PlanSection.objects.get(plan=plan.working_copy)
    section.text = "Vi börjar om."
    section.save()

    page = parse(clerk.get(page_of(plan)).content.decode())

    assert page.one("h2", id="andringar").text == "Opublicerade ändringar (1)"
    assert page.one("table", "working-copy__table").rows() == [
        ["Ändrat", "Avsnitt: 1. Inledning", "Text: Vi börjar. → Vi börjar om."]
    ]
    assert form_of(section) in page.links()


def test_lists_tell_of_unpublished_changes(clerk, plan):
    copy = begin_working_copy(plan)
    plans = reverse("admin:committee_operationalplan_changelist")
    budgets = reverse("admin:budget_budget_changelist")
    assert "Arbetsversion utan ändringar" in clerk.get(plans).content.decode()
    copy.sections.update(text="Annat.")
    copy.budget.lines.update(title="Annat")

    assert "Publicerad med 3 opublicerade ändringar" in clerk.get(plans).content.decode()
    assert "Publicerad med 2 opublicerade ändringar" in clerk.get(budgets).content.decode()


def test_the_plan_is_only_for_looking_at_while_it_has_a_working_copy(clerk, plan):
    copy = begin_working_copy(plan)
    rows = [plan, plan.sections.get(), plan.budget, plan.budget.lines.first()]
    copies = [copy, copy.sections.get(), copy.budget, copy.budget.lines.get(origin=rows[3])]

    for row, copied in zip(rows, copies, strict=True):
        page = clerk.get(form_of(row))
        assert not page.context["has_change_permission"]
        assert form_of(copied) in links(page)
        assert clerk.post(form_of(row), {}).status_code == 403
        assert clerk.get(form_of(copied)).context["has_change_permission"]


def test_nothing_is_added_to_a_plan_with_a_working_copy(clerk, plan):
    begin_working_copy(plan)

    response = clerk.post(
        reverse("admin:committee_principle_add"), {"plan": plan.pk, "text": "Öppenhet", "position": 1}
    )

    told = "Verksamhetsplan 2017 har en arbetsversion. Gör ändringen i arbetsversionen."
    assert told in response.content.decode()
    assert not Principle.objects.exists()


def test_a_plan_without_a_working_copy_is_changed_directly(clerk, plan):
    line = plan.budget.lines.first()

    assert clerk.get(form_of(plan.sections.get())).context["has_change_permission"]
    assert clerk.get(form_of(line)).context["has_change_permission"]


def test_a_working_copy_is_thrown_away_only_when_that_is_confirmed(clerk, plan):
    begin_working_copy(plan)
    discard = reverse("admin:plan-working-copy-discard", args=[plan.pk])

    asked = clerk.post(discard, follow=True)
    assert "Bocka för att ändringarna ska kastas." in asked.content.decode()
    assert OperationalPlan.objects.count() == 2

    clerk.post(discard, {"confirm": "ja"})
    assert OperationalPlan.objects.get() == plan
    assert Budget.objects.count() == 1
    assert BudgetLine.objects.count() == 2


def test_those_who_may_only_look_begin_nothing(client, plan):
    user = User.objects.create_user("bo", password="hemligt", is_staff=True)
    user.groups.add(Group.objects.get(name="läsare"))
    sign_in(client, user)

    assert "Börja en arbetsversion" not in client.get(page_of(plan)).content.decode()
    assert client.post(page_of(plan)).status_code == 403
    assert OperationalPlan.objects.count() == 1


def test_staff_look_at_the_working_copy_in_its_place(clerk, plan):
    target_area = factories.make_target_area(plan)
    copy = begin_working_copy(plan)
    copy.sections.update(text="Annat.")
    copy.budget.lines.update(title="Annat")

    published = clerk.get("/verksamhetsplan/2017/").content.decode()
    assert "Vi börjar." in published
    assert "Planen har opublicerade ändringar." in published
    page = parse(clerk.get(copy.get_absolute_url()).content.decode())
    assert "Annat." in page.text
    assert "Vi börjar." not in page.text
    assert page.one("p", "draft-banner").text.startswith("Arbetsversion.")
    assert page.one("p", "draft-banner").links() == ["?"]
    assert "Annat" in clerk.get("/budget/2017/?version=arbetsversion").content.decode()
    assert clerk.get(f"{target_area.get_absolute_url()}?version=arbetsversion").context["plan"] == copy


def test_visitors_see_no_working_copy(client, plan):
    copy = begin_working_copy(plan)
    copy.sections.update(text="Annat.")

    assert "Annat." not in client.get(copy.get_absolute_url()).content.decode()
