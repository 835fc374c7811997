"""Working copies: begun, compared, published all or nothing over the same rows, thrown away."""

import datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.test import Client

from budget.models import Budget, BudgetLine, FeeRate, Outcome
from calendar_app.models import Event
from committee.models import (
    CooperationArea,
    DevelopmentIssue,
    Direction,
    Document,
    OperationalPlan,
    PlanSection,
    Principle,
    SourceNote,
    TargetArea,
)
from sodertorn.plan_document import plan_document
from sodertorn.publishing import VISITOR
from sodertorn.working_copies import (
    PARTS,
    WorkingCopyRefusedError,
    begin_working_copy,
    differences,
    discard_working_copy,
    publish_working_copy,
)
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]


@pytest.fixture
def plan() -> OperationalPlan:
    return OperationalPlan.objects.get(year=2017)


@pytest.fixture
def copy(plan: OperationalPlan) -> OperationalPlan:
    return begin_working_copy(plan)


def keys(plan: OperationalPlan) -> dict[str, set[int]]:
    return {part.model.__name__: {row.pk for row in part.rows(plan)} for part in PARTS}


def told(copy: OperationalPlan) -> list[tuple[str, str, str]]:
    return [(each.kind, each.what, str(each.row)) for each in differences(copy)]


# --- Begun --------------------------------------------------------------------------------------------------


def test_working_copy_holds_all_that_the_plan_holds_and_differs_in_nothing(plan, copy):
    assert {name: len(rows) for name, rows in keys(copy).items()} == {
        name: len(rows) for name, rows in keys(plan).items()
    }
    assert (copy.working_copy_of, copy.status, copy.year) == (plan, OperationalPlan.Status.DRAFT, 2017)
    assert copy.budget.status == Budget.Status.DRAFT
    assert differences(copy) == []


def test_a_draft_has_no_working_copy():
    with pytest.raises(WorkingCopyRefusedError) as refused:
        begin_working_copy(factories.make_plan(2018, is_draft=True))

    assert refused.value.reasons == ("Verksamhetsplan 2018 är ett utkast och ändras direkt.",)


def test_a_plan_has_one_working_copy(plan, copy):
    with pytest.raises(WorkingCopyRefusedError) as refused:
        begin_working_copy(plan)

    assert refused.value.reasons == ("Verksamhetsplan 2017 har redan en arbetsversion.",)
    assert OperationalPlan.objects.count() == 2


def test_a_working_copy_has_no_working_copy_of_its_own(copy):
    with pytest.raises(WorkingCopyRefusedError):
        begin_working_copy(copy)


def test_visitors_go_on_reading_the_adopted_plan(plan, copy, client: Client):
    before = client.get("/verksamhetsplan/2017/").content
    copy.sections.update(text="Ändrat i arbetsversionen.")
    BudgetLine.objects.filter(budget=copy.budget).update(title="Ändrad rad")

    assert client.get("/verksamhetsplan/2017/").content == before
    assert b"Ingen" not in client.get("/budget/2017/").content


# --- Compared -----------------------------------------------------------------------------------------------


def test_differences_name_what_is_changed_added_and_removed(copy):
    OperationalPlan.objects.filter(pk=copy.pk).update(vision="En ny vision.")
    section = copy.sections.get(slug="inledning")
    section.text = "En ny inledning."
    section.save()
    Principle.objects.create(plan=copy, text="Öppenhet", position=99)
    gone = copy.principles.all()[0]
    gone_text = gone.text
    gone.delete()
    copy.refresh_from_db()

    assert told(copy) == [
        ("changed", "Verksamhetsplan", "Verksamhetsplan 2017, arbetsversion"),
        ("changed", "Avsnitt", "1. Inledning"),
        ("added", "Förhållningssätt", "Öppenhet"),
        ("removed", "Förhållningssätt", gone_text),
    ]
    assert [change.label for change in differences(copy)[1].fields] == ["Text"]


def test_a_row_that_is_moved_in_the_copy_differs_in_where_it_stands(copy):
    issue = DevelopmentIssue.objects.filter(target_area__area__plan=copy)[0]
    other = TargetArea.objects.filter(area__plan=copy).exclude(pk=issue.target_area_id)[0]
    before = str(issue.target_area)
    issue.target_area = other
    issue.save()

    (difference,) = differences(copy)
    assert [(each.label, each.before, each.after) for each in difference.fields] == [
        ("Målområde", before, str(other))
    ]


# --- Published ----------------------------------------------------------------------------------------------


def test_publishing_an_unchanged_copy_changes_no_row_and_leaves_no_copy(plan, copy):
    before = keys(plan)
    versions = {model: model.history.count() for model in (PlanSection, Direction, BudgetLine)}
    copied = keys(copy)

    assert publish_working_copy(copy) == plan

    assert keys(plan) == before
    assert not OperationalPlan.objects.filter(pk=copy.pk).exists()
    for model in versions:
        gone = len(copied[model.__name__])
        assert model.history.count() == versions[model] + gone  # the copies' deletion, and nothing else


def test_changed_rows_keep_their_keys_and_their_history(plan, copy):
    before = keys(plan)
    published = plan.sections.get(slug="inledning")
    section = copy.sections.get(slug="inledning")
    section.text = "En ny inledning."
    section.save()
    line = copy.budget.lines.all()[0]
    line.title = "En annan benämning"
    line.save()

    publish_working_copy(copy)

    assert keys(plan) == before
    published.refresh_from_db()
    assert published.text == "En ny inledning."
    newest, oldest = published.history.first(), published.history.last()
    assert newest.history_change_reason == "Arbetsversionen av Verksamhetsplan 2017 publicerad"
    assert oldest.text != "En ny inledning."
    assert BudgetLine.objects.get(pk=line.origin_id).title == "En annan benämning"
    assert plan.budget.status == Budget.Status.PUBLISHED


def test_new_rows_move_over_with_all_that_belongs_to_them(plan, copy):
    area = CooperationArea.objects.create(
        plan=copy, name="Beredskap", slug="beredskap", purpose="Att vara redo"
    )
    target_area = TargetArea.objects.create(area=area, name="Krisövning", slug="krisovning")
    issue = DevelopmentIssue.objects.create(target_area=target_area, name="Öva mera")
    direction = Direction.objects.create(issue=issue, text="Vi övar.")
    old_issue = DevelopmentIssue.objects.filter(target_area__area__plan=copy).exclude(pk=issue.pk)[0]
    under_old = Direction.objects.create(issue=old_issue, text="Vi övar mera.")
    section = factories.make_section(copy, 9, "Beredskap", text="Vi övar.")
    note = factories.make_source_note(section)
    line = BudgetLine.objects.create(budget=copy.budget, side="cost", title="Övning", amount=0)

    publish_working_copy(copy)

    for row in (area, target_area, issue, direction, under_old, section, note, line):
        row.refresh_from_db()
    assert area.plan == section.plan == line.budget.plan == plan
    assert (target_area.area, issue.target_area, direction.issue) == (area, target_area, issue)
    assert under_old.issue_id == old_issue.origin_id


def test_rows_that_the_copy_lacks_are_deleted(plan, copy):
    area = TargetArea.objects.filter(area__plan=copy).reverse()[0]
    published, issues = area.origin_id, list(area.issues.values_list("origin_id", flat=True))
    area.delete()

    publish_working_copy(copy)

    assert not TargetArea.objects.filter(pk__in=[published]).exists()
    assert not DevelopmentIssue.objects.filter(pk__in=issues).exists()


def test_an_issue_survives_the_target_area_it_is_moved_from(plan, copy):
    area = TargetArea.objects.filter(area__plan=copy).reverse()[0]
    other = TargetArea.objects.filter(area__plan=copy)[0]
    issue = area.issues.all()[0]
    issue.target_area = other
    issue.save()
    kept = DevelopmentIssue.objects.get(copies=issue)
    TargetArea.objects.get(pk=area.pk).delete()

    publish_working_copy(copy)

    kept.refresh_from_db()
    assert kept.target_area_id == other.origin_id
    assert kept.directions.exists()


def test_addresses_can_be_exchanged_and_taken_over(plan, copy):
    first, second, third = copy.sections.order_by("position")[:3]
    third_slug = third.slug
    SourceNote.objects.filter(section=third).delete()
    Event.objects.filter(plan_section=third.origin_id).update(plan_section=None)
    PlanSection.objects.get(pk=third.pk).delete()
    slugs = (first.slug, second.slug)
    copy.sections.filter(pk=first.pk).update(slug="tillfalligt")
    copy.sections.filter(pk=second.pk).update(slug=slugs[0])
    copy.sections.filter(pk=first.pk).update(slug=slugs[1])
    new = factories.make_section(copy, 9, "Ny", slug=third_slug)

    publish_working_copy(copy)

    found = dict(plan.sections.values_list("pk", "slug"))
    assert (found[first.origin_id], found[second.origin_id]) == (slugs[1], slugs[0])
    assert found[new.pk] == third_slug


def test_target_areas_can_change_places_between_areas_with_the_same_address(plan):
    area = plan.areas.all()[0]
    other = CooperationArea.objects.create(plan=plan, name="Annat", slug="annat", purpose="Annat")
    left = area.target_areas.all()[0]
    right = TargetArea.objects.create(area=other, name="Annat klimat", slug=left.slug)
    right_slug = right.slug
    copy = begin_working_copy(plan)
    left_copy, right_copy = left.copies.get(), right.copies.get()
    areas = left_copy.area, right_copy.area
    TargetArea.objects.filter(pk=left_copy.pk).update(slug="tillfalligt", area=areas[1])
    TargetArea.objects.filter(pk=right_copy.pk).update(area=areas[0], slug="flyttat")
    TargetArea.objects.filter(pk=left_copy.pk).update(slug=right_slug)

    publish_working_copy(copy)

    left.refresh_from_db()
    right.refresh_from_db()
    assert (left.area, left.slug) == (other, right_slug)
    assert (right.area, right.slug) == (area, "flyttat")


def test_documents_that_areas_are_steered_by_follow(plan, copy):
    area = copy.areas.all()[0]
    area.governing_documents.clear()

    assert told(copy) == [("changed", "Samverkansområde", str(area))]
    publish_working_copy(copy)

    assert list(CooperationArea.objects.get(pk=area.origin_id).governing_documents.all()) == []


def test_meetings_and_documents_tied_to_the_copy_are_tied_to_the_plan(plan, copy):
    section = copy.sections.filter(content="events")[0]
    event = factories.make_event(datetime.date(2017, 11, 1), plan_section=section)
    document = Document.objects.create(
        kind="other",
        title="Bilaga",
        file="x",
        file_name="x.pdf",
        media_type="x",
        size=1,
        sha256="x",
        plan=copy,
    )
    in_copy = plan_document(copy, VISITOR)

    publish_working_copy(copy)

    event.refresh_from_db()
    document.refresh_from_db()
    assert event.plan_section_id == section.origin_id
    assert document.plan == plan
    shown = [found.title for chapter in in_copy.chapters for part in chapter.parts for found in part.events]
    assert {"Södertörns rådslag", "Möte"} <= set(shown)


def test_proposed_fees_of_the_copy_are_proposed_by_the_plans_budget(plan, copy):
    rate = FeeRate.objects.create(
        valid_from=datetime.date(2017, 12, 1), amount_per_inhabitant=5, proposed_in=copy.budget
    )
    assert rate not in FeeRate.objects.decided()

    publish_working_copy(copy)

    rate.refresh_from_db()
    assert rate.proposed_in == plan.budget


# --- Refused ------------------------------------------------------------------------------------------------


def refused(copy: OperationalPlan) -> list[str]:
    before = {part.model: list(part.model.objects.order_by("pk").values()) for part in PARTS}
    with pytest.raises(WorkingCopyRefusedError) as error:
        publish_working_copy(copy)
    assert {part.model: list(part.model.objects.order_by("pk").values()) for part in PARTS} == before
    assert OperationalPlan.objects.filter(pk=copy.pk).exists()
    return list(error.value.reasons)


def test_a_line_with_an_outcome_is_not_deleted(plan, copy):
    line = plan.budget.lines.all()[0]
    Outcome.objects.create(
        line=line, report="interim", as_of=datetime.date(2017, 6, 30), amount=Decimal(1), comment="Så."
    )
    line.copies.get().delete()

    assert refused(copy) == [
        f"Budgetraden ”{line}” har ett utfall. Ta bort utfallet först, eller lägg tillbaka raden."
    ]


def test_a_heading_with_meetings_is_not_deleted(plan, copy):
    section = plan.sections.filter(events__isnull=False).distinct()[0]
    number = section.events.count()
    section.copies.get().delete()

    assert refused(copy) == [
        f"Under rubriken ”{section}” står {number} möten. Flytta dem till en annan rubrik först."
    ]


def test_a_published_budget_is_not_left_without_balance(copy):
    line = copy.budget.lines.filter(side="cost")[0]
    line.amount += 1
    line.save()

    (reason, *others) = refused(copy)
    assert reason == "Budget ”Budget 2017”: Budgeten kan inte vara publicerad."
    assert others


def test_a_budget_does_not_vanish(copy):
    copy.budget.delete()

    assert refused(copy) == ["Arbetsversionen har ingen budget. Budget 2017 kan inte tas bort på det sättet."]


def test_a_row_that_breaks_a_rule_stops_everything(copy):
    copy.sections.filter(slug="inledning").update(heading="")

    (reason,) = refused(copy)
    assert reason.startswith("Avsnitt ")
    assert "får inte vara tomt" in reason


def test_a_copy_that_is_published_already_is_told_of(copy):
    publish_working_copy(OperationalPlan.objects.get(pk=copy.pk))

    with pytest.raises(WorkingCopyRefusedError) as error:
        publish_working_copy(copy)
    assert error.value.reasons == ("Arbetsversionen finns inte längre. Den kan redan vara publicerad.",)


# --- Thrown away, and the loader ----------------------------------------------------------------------------


def test_a_discarded_copy_leaves_the_plan_and_its_meetings_as_they_were(plan, copy):
    before = keys(plan)
    section = copy.sections.filter(content="events")[0]
    event = factories.make_event(datetime.date(2017, 11, 1), plan_section=section)

    discard_working_copy(copy)

    event.refresh_from_db()
    assert event.plan_section_id == section.origin_id
    assert keys(plan) == before
    assert not OperationalPlan.objects.filter(working_copy_of=plan).exists()


def test_the_loader_leaves_a_working_copy_alone(copy):
    copy.sections.update(text="Ändrat.")
    before = {part.model: list(part.rows(copy).order_by("pk").values()) for part in PARTS}

    call_command("load_plan", verbosity=0)

    assert {part.model: list(part.rows(copy).order_by("pk").values()) for part in PARTS} == before


def test_the_loader_takes_what_a_published_copy_changed_as_staffs_work(plan, copy, capsys):
    section = copy.sections.get(slug="inledning")
    section.text = "En ny inledning."
    section.save()
    gone = copy.principles.all()[0]
    origin = gone.origin_id
    gone.delete()
    publish_working_copy(copy)

    call_command("load_plan")

    assert plan.sections.get(slug="inledning").text == "En ny inledning."
    assert not Principle.objects.filter(pk=origin).exists()
    printed = capsys.readouterr().out
    assert "ändrad i administrationen (text)" in printed
    assert "borttagen i administrationen" in printed
