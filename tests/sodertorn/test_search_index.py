"""What search looks in follows the rows: whatever is edited, and however, in the same transaction."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from calendar_app.models import AgendaItem, Event, EventHost
from committee.models import Body, OperationalPlan, PlanSection
from sodertorn import search_index, search_tables
from sodertorn.search import Answer, Question
from sodertorn.search_entry import SearchEntry, values_of
from sodertorn.working_copies import begin_working_copy, publish_working_copy
from tests import document_files, factories

pytestmark = pytest.mark.django_db

DAY = datetime.date(2017, 3, 23)
DRAFT = "draft"


def number(text: str) -> int:
    """How many hits there are."""
    return Answer(Question(text)).total


def entries() -> list[dict[str, Any]]:
    """All that search knows, whenever it was written."""
    return [values_of(entry) for entry in SearchEntry.objects.order_by("model", "key")]


def test_a_row_is_found_when_it_is_made_and_gone_when_it_is_deleted() -> None:
    item = factories.make_news("Flemingsberg växer")
    assert number("flemingsberg") == 1

    item.delete()
    assert number("flemingsberg") == 0


def test_an_edit_changes_what_a_row_is_found_by() -> None:
    item = factories.make_news("Flemingsberg växer")
    item.title = item.lead = "Kungens kurva växer"
    item.save()

    assert (number("flemingsberg"), number("kungens kurva")) == (0, 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: factories.make_news("Kvastfening"),
        lambda: factories.make_page("Kvastfening"),
        lambda: factories.make_document("Kvastfening"),
        lambda: factories.make_event(DAY, title="Kvastfening"),
        lambda: factories.make_indicator("Kvastfening"),
    ],
    ids=["news", "page", "document", "event", "indicator"],
)
def test_only_what_is_published_is_found(make: Callable[[], Any]) -> None:
    row = make()
    assert number("kvastfening") == 1

    row.publication = DRAFT
    row.save()
    assert number("kvastfening") == 0
    assert not SearchEntry.objects.filter(model=row._meta.label_lower).exists()

    row.publication = "published"
    row.save()
    assert number("kvastfening") == 1


def test_all_of_a_plan_is_found_when_it_is_adopted_and_not_before() -> None:
    plan = factories.make_full_draft(2018, "Kvastfening")
    assert number("kvastfening") == 0
    assert not SearchEntry.objects.filter(kind="plan").exists()

    plan.status = OperationalPlan.Status.ADOPTED
    plan.decided_on = DAY
    plan.save()
    kinds = set(SearchEntry.objects.filter(year=2018).values_list("model", flat=True))
    assert {"committee.plansection", "committee.targetarea", "committee.developmentissue"} <= kinds
    assert "committee.direction" in kinds

    plan.status = OperationalPlan.Status.DRAFT
    plan.save()
    assert not SearchEntry.objects.filter(kind="plan").exists()


def test_a_working_copy_is_found_when_it_is_published() -> None:
    plan = factories.make_plan(2017)
    factories.make_section(plan, 1, "Inledning", text="Gammal lydelse")
    copy = begin_working_copy(plan)
    section = PlanSection.objects.get(plan=copy)
    section.text = "Kvastfening"
    section.save()
    assert (number("kvastfening"), number("lydelse")) == (0, 1)

    publish_working_copy(copy)
    assert (number("kvastfening"), number("lydelse")) == (1, 0)


def test_a_budget_is_found_when_it_is_published() -> None:
    budget = factories.make_budget(factories.make_plan(2017), lines=2)
    line = budget.lines.all()[0]
    is_public = not budget.is_draft

    assert SearchEntry.objects.filter(model="budget.budgetline", key=line.pk).exists() is is_public

    type(budget).objects.get(pk=budget.pk)
    budget.status = "draft"
    budget.save()
    assert not SearchEntry.objects.filter(kind="budget").exists()


def test_a_renamed_municipality_is_found_by_its_new_name_wherever_it_is_shown() -> None:
    salem = factories.make_municipality("Salem", "0128")
    factories.make_seat(factories.make_body(), salem)
    factories.make_event(DAY, hosts=(salem,))
    assert Answer(Question("salem")).counts == {"kommuner": 1, "organ": 1, "moten": 1}

    salem.name = "Rönninge"
    salem.formal_name = "Rönninge kommun"
    salem.save()
    assert number("salem") == 0
    assert Answer(Question("rönninge")).counts == {"kommuner": 1, "organ": 1, "moten": 1}


def test_a_renamed_body_is_found_by_its_new_name_with_its_meetings() -> None:
    body = factories.make_body("natverket")
    factories.make_event(DAY, body=body)
    body.name = "Samrådsgruppen"
    body.short_name = "Samrådsgruppen"
    body.save()

    assert Answer(Question("samrådsgruppen")).counts == {"organ": 1, "moten": 1}


def test_another_change_of_a_body_leaves_its_meetings_entries_alone(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    body = factories.make_body("natverket")
    for day in range(1, 20):
        factories.make_event(DAY.replace(day=day), body=body)
    body = Body.objects.get()
    body.phone = "08-535 300 00"

    with django_assert_max_num_queries(100) as captured:
        body.save()
    asked = [query["sql"] for query in captured.captured_queries if "searchentry" in query["sql"]]
    assert asked
    assert not any("calendar_app.event" in sql for sql in asked)


def test_parts_are_found_with_their_whole_and_move_with_it() -> None:
    first = factories.make_event(DAY, title="Första")
    second = factories.make_event(DAY.replace(day=24), title="Andra")
    item = AgendaItem.objects.create(event=first, title="Kvastfening")

    def holder() -> list[int]:
        words = SearchEntry.objects.filter(text_words__contains="kvastfening")
        return list(words.values_list("key", flat=True))

    assert holder() == [first.pk]

    item = AgendaItem.objects.get()
    item.event = second
    item.save()
    assert holder() == [second.pk]

    item.delete()
    assert holder() == []


def test_hosts_that_are_set_together_are_found() -> None:
    salem = factories.make_municipality("Salem", "0128")
    event = factories.make_event(DAY)
    event.hosts.set([salem])
    assert Answer(Question("salem")).counts == {"kommuner": 1, "moten": 1}

    EventHost.objects.all().delete()
    assert Answer(Question("salem")).counts == {"kommuner": 1}


def test_a_moved_meeting_is_found_at_its_new_address() -> None:
    event = factories.make_event(DAY, title="Rådslag")
    event.starts_on = event.ends_on = DAY.replace(year=2018)
    event.save()

    entry = SearchEntry.objects.get(model="calendar_app.event")
    assert (entry.address, entry.year) == (event.get_absolute_url(), 2018)


def test_a_change_that_is_undone_is_undone_in_search() -> None:
    with transaction.atomic():
        factories.make_news("Kvastfening")
        assert number("kvastfening") == 1
        transaction.set_rollback(True)

    assert number("kvastfening") == 0


def test_what_is_postponed_comes_at_the_end_and_not_after_a_fault() -> None:
    with search_index.postponed():
        item = factories.make_news("Kvastfening")
        assert number("kvastfening") == 0
    assert number("kvastfening") == 1

    def change_and_fail() -> None:
        with transaction.atomic(), search_index.postponed():
            item.title = item.lead = "Annat"
            item.save()
            raise ValueError("fel")

    with pytest.raises(ValueError, match="fel"):
        change_and_fail()
    assert number("kvastfening") == 1


def test_a_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    document = factories.make_document("Protokoll", content=document_files.pdf("Kvastfening"))
    monkeypatch.setattr("sodertorn.search_sources.text_of", lambda document: "läst igen")
    document.title = "Nytt namn"
    document.save()

    assert number("kvastfening") == number("nytt namn") == 1


def test_a_file_that_is_gone_or_broken_is_found_by_its_title() -> None:
    document = factories.make_document("Kvastfening")
    document.file.storage.delete(str(document.file.name))
    call_command("update_search", verbosity=0)

    assert number("kvastfening") == 1
    assert SearchEntry.objects.get().text == ""


def test_a_save_costs_the_same_however_much_there_is(django_assert_max_num_queries: Any) -> None:
    event = factories.make_event(DAY, title="Första")

    def cost() -> int:
        event.title += "a"
        with django_assert_max_num_queries(40) as captured:
            Event.objects.get(pk=event.pk)
            event.save()
        return len(captured)

    few = cost()
    for day in range(1, 25):
        factories.make_event(datetime.date(2018, 5, day))
    assert cost() == few


def test_the_command_mends_what_has_been_lost_and_tells_how_much(capsys: pytest.CaptureFixture[str]) -> None:
    factories.make_news("Kvastfening")
    SearchEntry.objects.all().delete()

    call_command("update_search")

    assert number("kvastfening") == 1
    out = capsys.readouterr().out
    assert "nyheter: 1\n" in out
    assert out.endswith("Sökningen hittar nu 1 rader.\n")


def test_an_index_that_a_migration_has_lost_is_made_again() -> None:
    factories.make_news("Kvastfening")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER search_entry_changed")
        else:
            cursor.execute(f"ALTER TABLE {search_tables.TABLE} DROP COLUMN words")
    assert not search_tables.is_prepared("default")

    search_tables.prepare(using="default")

    assert search_tables.is_prepared("default")
    assert number("kvastfening") == 1


def test_everything_made_anew_is_what_the_edits_had_made(plan_2017: None) -> None:
    factories.make_document("Protokoll", content=document_files.pdf("Spårväg"))
    factories.make_news("Ökad samverkan")
    before = entries()

    call_command("update_search", verbosity=0)

    assert len(before) > 100
    assert entries() == before
