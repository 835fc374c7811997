"""The catalogue of data sets: everything is in it, described, and every value is what its column says."""

import csv
import datetime
import io
import json
import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from simple_history.models import HistoricalChanges

from budget.models import Budget, BudgetLine, FeeRate, Outcome
from calendar_app.models import AgendaItem, Event, EventDocument, EventLink
from committee.models import Body, Direction, Municipality, OperationalPlan, Population
from sodertorn.catalogue import DATASETS, TOPICS, dataset
from sodertorn.dataset_pages import FREQUENCIES, KINDS, LICENCES
from sodertorn.dataset_queries import newest_changes, row_counts
from sodertorn.opendata import PublishedDataset, Row, Value, counted, machine_value, text_cell
from sodertorn.publishing import Publication
from sodertorn.responses import csv_text, json_text
from sodertorn.spreadsheets import cell_value
from sodertorn.workbooks import xlsx_bytes
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

BASE_URL = "https://portal.example"
FILES = Path(__file__).parents[1] / "data" / "open_data"
CHANGED = datetime.datetime(2016, 12, 1, 9, 30, 15, tzinfo=datetime.UTC)
SLUGS = [each.slug for each in DATASETS]


def of(slug: str) -> PublishedDataset:
    found = dataset(slug)
    assert found is not None
    return found


def rows_of(slug: str) -> list[Row]:
    return list(of(slug).table(BASE_URL).rows)


def dicts_of(slug: str) -> list[dict[str, Any]]:
    return [dict(zip(of(slug).table(BASE_URL).names, row, strict=True)) for row in rows_of(slug)]


def fill() -> None:
    """Rows where the plan of 2017 has none, so that every data set has two rows at least."""
    plan = OperationalPlan.objects.get(year=2017)
    municipalities = list(Municipality.objects.all()[:2])
    events = list(Event.objects.filter(body__slug="samarbetskommitten")[:2])
    issues = [each.issue for each in Direction.objects.for_plan(plan).in_document_order()[:8:7] if each.issue]
    cost = plan.budget.lines.filter(side="cost")[0]
    for number, (event, municipality, issue) in enumerate(zip(events, municipalities, issues, strict=True)):
        AgendaItem.objects.create(event=event, title="Val av justerare", note="En väljs." if number else "")
        EventLink.objects.create(event=event, kind="paper", title="Underlag", url="https://www.example.se/")
        document = factories.make_document(f"Protokoll {number}", body=event.body, plan=plan)
        EventDocument.objects.create(event=event, document=document)
        indicator = factories.make_indicator(f"Nyckeltal {number}")
        factories.make_indicator_value(indicator, municipality, 2016, Decimal("31.25"))
        factories.make_indicator_value(indicator, municipality, 2017, None, missing="För få svar")
        factories.make_indicator_target(indicator, municipality=municipality if number else None)
        activity = factories.make_activity(issue, direction=issue.directions.all()[0] if number else None)
        factories.make_activity_cost(activity, cost)
        factories.make_follow_up(activity, "on_track", percent=40)
        factories.make_news(f"Nyhet {number}")
        earlier = factories.make_plan(2014 + number)
        factories.make_source_note(factories.make_section(earlier, 1, "Inledning", text="Hej."))
        factories.make_evaluation(earlier)
        factories.make_budget(earlier)
    factories.make_evaluation(plan, text="Bra.", lessons="Mer.")
    for line in plan.budget.lines.all():
        Outcome.objects.create(line=line, report="annual", as_of=datetime.date(2017, 12, 31), amount=1)


# --- What is in it ------------------------------------------------------------------------------------------

COVERED_BY_OTHERS = {
    "committee.Principle": "står i verksamhetsplanens text på dess sida",
    "committee.GoverningDocument": "nämns på samverkans sida; dokumenten i sig finns i dokument",
    "committee.CooperationArea": "kolumner i inriktningar",
    "committee.TargetArea": "kolumner i inriktningar",
    "committee.DevelopmentIssue": "kolumner i inriktningar",
    "committee.PartnerOrganisation": "kolumn i platser",
    "committee.ActionPlan": "dess aktiviteter finns i aktiviteter",
    "committee.ProgressOverride": "visas med skäl på uppföljningens sidor",
    "calendar_app.HostRotation": "kolumner i vardskapsturer",
    "calendar_app.RotationPlace": "turerna i vardskapsturer följer av den",
    "calendar_app.HostSwap": "vardskapsturer visar turen efter bytet",
    "sodertorn.Adoption": "beslutsdagen finns i verksamhetsplaner",
    "budget.Budget": "räknas samman i budgetar",
    "budget.FeeNotice": "underlag för fakturor visas bara för sekretariatet",
}
"""Public rows without a data set of their own, and why."""

NOT_PUBLIC = {
    "budget.NumberSeries",
    "budget.Scenario",
    "calendar_app.FormerAddress",
    "calendar_app.NoGoPeriod",
    "committee.AccessibilityStatement",
    "committee.InaccessibleContent",
    "committee.Page",
    "committee.ProblemReport",
    "sodertorn.AcceptedWarning",
    "sodertorn.ContentGeneration",
    "sodertorn.LoadedRow",
    "sodertorn.PreviewLink",
    "sodertorn.SearchEntry",
    "sodertorn.SearchWord",
}
"""What the portal needs for itself, what only staff see, and what is a page and nothing else."""


def models_of_the_portal() -> set[str]:
    return {
        model._meta.label
        for label in ("committee", "budget", "calendar_app", "sodertorn")
        for model in apps.get_app_config(label).get_models()
        if not issubclass(model, HistoricalChanges)
    }


def test_every_model_is_in_a_data_set_or_has_a_reason_not_to_be() -> None:
    items = [each.items() for each in DATASETS]
    in_data_sets = {each.model._meta.label for each in items if isinstance(each, QuerySet)}

    assert not in_data_sets & (set(COVERED_BY_OTHERS) | NOT_PUBLIC)
    assert models_of_the_portal() <= in_data_sets | set(COVERED_BY_OTHERS) | NOT_PUBLIC


def test_data_sets_have_addresses_of_their_own() -> None:
    assert len(set(SLUGS)) == len(SLUGS) == 28
    assert [slug for slug in SLUGS if not re.fullmatch(r"[a-z]+(-[a-z]+)*", slug)] == []
    assert [each for topic in TOPICS.values() for each in topic] == list(DATASETS)
    assert dataset("finns-inte") is None


@pytest.mark.parametrize("slug", SLUGS)
def test_data_set_is_described(slug: str) -> None:
    published = of(slug)

    assert published.description.endswith(".")
    assert published.source
    assert published.keywords
    assert published.licence in LICENCES
    assert published.frequency in FREQUENCIES
    assert published.formats == ("csv", "json", "xlsx")
    names = [column.name for column in published.columns]
    assert len(set(names)) == len(names)
    for column in published.columns:
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", column.name)
        assert column.title
        assert column.title[0].isupper()
        assert column.description
        assert column.kind in KINDS
        assert column.unit or not column.name.startswith(("amount", "inhabitants"))


@pytest.mark.parametrize("furnished", [False, True])
def test_rows_are_counted_as_many_as_they_are(furnished: bool) -> None:
    if furnished:
        fill()
    numbers = row_counts(DATASETS)

    assert numbers == {slug: len(rows_of(slug)) for slug in SLUGS}
    assert (0 in numbers.values()) != furnished


def test_stored_rows_are_counted_in_one_query(django_assert_num_queries) -> None:
    stored = [each for each in DATASETS if isinstance((each.counted_by or each.items)(), QuerySet)]

    assert [slug for slug in SLUGS if slug not in {each.slug for each in stored}] == ["avgifter"]
    with django_assert_num_queries(1):
        row_counts(stored)


@pytest.mark.parametrize("slug", SLUGS)
def test_coded_values_are_explained(slug: str) -> None:
    """Of a filter that takes one of a few values, each stands in the description of a column."""
    published = of(slug)
    described = " ".join(column.description for column in published.columns)
    coded = [value for each in published.filters for value in each.choices]

    assert [value for value in coded if f"{value} = " not in described] == []


# --- What the values are ------------------------------------------------------------------------------------


def is_of_kind(value: Value, kind: str) -> bool:
    """Whether the value is one that a column of the kind may hold."""
    match kind:
        case "string":
            return isinstance(value, str)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "decimal":
            return isinstance(value, Decimal)
        case "boolean":
            return isinstance(value, bool)
        case "date":
            return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
        case "month-or-date":
            return isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", value) is not None
        case "time":
            return isinstance(value, datetime.time)
        case "datetime":
            return isinstance(value, datetime.datetime) and value.tzinfo is not None
        case "list":
            return isinstance(value, tuple) and all(isinstance(each, str) for each in value)
    raise AssertionError(kind)


def strangers(slug: str) -> list[tuple[str, Value]]:
    """Values that are not of their columns' kinds. What is not known is of any kind; empty text is not."""
    columns = of(slug).columns
    return [
        (column.name, value)
        for row in rows_of(slug)
        for column, value in zip(columns, row, strict=True)
        if value == "" or (value is not None and not is_of_kind(value, column.kind))
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_values_of_the_plan_are_of_their_columns_kinds(slug: str) -> None:
    assert strangers(slug) == []


def test_values_of_other_rows_are_of_their_columns_kinds() -> None:
    fill()

    assert [slug for slug in SLUGS if len(rows_of(slug)) < 2] == []
    assert {slug: strangers(slug) for slug in SLUGS} == {slug: [] for slug in SLUGS}


def test_every_column_has_a_value_somewhere() -> None:
    """A column that is always empty is a mistake in its row, or one that nobody needs."""
    fill()
    Event.objects.filter(pk__in=list(Event.objects.values_list("pk", flat=True)[:1])).update(
        note="Ta med underlag.", location="Stadshuset", original_starts_on=datetime.date(2017, 1, 19)
    )
    empty = {
        (slug, column.name)
        for slug in SLUGS
        for index, column in enumerate(of(slug).columns)
        if all(row[index] in (None, ()) for row in rows_of(slug))
    }

    assert empty == {
        ("aktiviteter", "description"),
        ("aktiviteter", "responsible_body"),
        ("aktiviteter", "responsible_municipality"),
        ("aktiviteter", "starts_on"),
        ("aktiviteter", "ends_on"),
        ("aktivitetskostnader", "note"),
        ("budgetar", "forecast"),
        ("budgetposter", "interim"),
        ("budgetposter", "forecast"),
        ("nyckeltal", "source_url"),
        ("nyckeltalsvarden", "kolada_id"),
        ("utfall", "comment"),
        ("uppfoljning", "evidence"),
    }


# --- The same in every format -------------------------------------------------------------------------------


def test_csv_json_and_xlsx_say_the_same_cell_by_cell() -> None:
    fill()
    for slug in SLUGS:
        assert_files_agree(slug)


def assert_files_agree(slug: str) -> None:
    """The three files of a data set, read back, have the same columns and the rows that it has."""
    table, expected = of(slug).table(BASE_URL), rows_of(slug)
    [names, *cells] = csv.reader(io.StringIO("".join(csv_text(table)), newline=""))
    document = json.loads("".join(json_text(table)))
    sheet = load_workbook(io.BytesIO(xlsx_bytes(table))).worksheets[0]
    [head, *lines] = sheet.iter_rows(values_only=True)

    assert names == list(head) == table.names
    assert [column["kind"] for column in document["columns"]] == [each.kind for each in table.columns]
    assert cells == [[text_cell(value) for value in row] for row in expected]
    assert [list(row.values()) for row in document["rows"]] == [
        [machine_value(value) for value in row] for row in expected
    ]
    assert [list(line) for line in lines] == [[in_sheet(value) for value in row] for row in expected]


def in_sheet(value: Value) -> Any:
    """A cell as it is read back from a spreadsheet, which has no dates without a time and no empty text."""
    plain = cell_value(value)
    if isinstance(plain, Decimal):
        return float(plain)
    if isinstance(plain, datetime.date) and not isinstance(plain, datetime.datetime):
        return datetime.datetime.combine(plain, datetime.time())
    return None if plain == "" else plain


@pytest.mark.parametrize("slug", ["moten", "vardkommuner", "avgifter", "budgetposter"])
def test_whole_file_of_the_plan(slug: str) -> None:
    """The plan's own calendar, hosts, fees and budget, to the letter."""
    Event.objects.update(changed_at=CHANGED)
    expected = (FILES / f"{slug}.csv").read_bytes().decode()

    assert "".join(csv_text(of(slug).table(BASE_URL))) == expected


def test_text_that_a_spreadsheet_would_run_is_not_run() -> None:
    factories.make_news("=HYPERLINK(1)", slug="x", lead="@SUM(A1)")
    table = of("nyheter").table(BASE_URL)
    [row] = csv.DictReader(io.StringIO("".join(csv_text(table)), newline=""))
    cells = load_workbook(io.BytesIO(xlsx_bytes(table))).worksheets[0][2]

    assert (row["title"], row["lead"]) == ("'=HYPERLINK(1)", "'@SUM(A1)")
    assert [(cell.value, cell.data_type) for cell in cells[1:3]] == [
        ("=HYPERLINK(1)", "s"),
        ("@SUM(A1)", "s"),
    ]


# --- The values' truth --------------------------------------------------------------------------------------


def test_months_are_months_and_days_are_days() -> None:
    days = [row["starts_on"] for row in dicts_of("moten") if row["date_precision"] == "month"]

    assert days == ["2018-01", "2018-03", "2018-04"]
    assert {row["event_starts_on"] for row in dicts_of("vardkommuner")} >= {"2017-02-02", "2018-01"}


def test_fees_are_the_ones_of_the_budgets_page() -> None:
    rows = dicts_of("avgifter")

    assert sum(row["amount"] for row in rows) == 1_361_221
    assert sum(row["amount_budgeted"] for row in rows) == 1_280_000
    assert {(row["rate"], row["rate_numerator"], row["rate_denominator"]) for row in rows} == {
        (Decimal("2.83"), 17, 6)
    }
    assert {row["population_date"] for row in rows} == {datetime.date(2016, 12, 31)}


def test_the_budgets_contradiction_stays_visible() -> None:
    [row] = dicts_of("budgetar")

    assert (row["fees_budgeted"], row["fees_by_rule"], row["fees_by_rule_inhabitants"]) == (
        Decimal("1280000.00"),
        Decimal("1360000.00"),
        480_000,
    )
    assert "förklarar inte skillnaden" in str(row["comment"])


def test_what_is_not_known_is_nothing_and_never_zero() -> None:
    Population.objects.filter(municipality__code="0140", reference_date="2016-12-31").delete()
    [nykvarn] = [row for row in dicts_of("avgifter") if row["municipality_code"] == "0140"]

    assert (nykvarn["inhabitants"], nykvarn["population_source"], nykvarn["amount"]) == (None, None, None)
    assert {row["amount_budgeted"] for row in dicts_of("avgifter")} == {None}
    assert {row["annual"] for row in dicts_of("budgetposter")} == {None}


def test_budget_that_no_fee_applies_to_has_no_fees_but_its_sums() -> None:
    factories.make_budget(factories.make_plan(2010))

    assert {row["year"] for row in dicts_of("avgifter")} == {2017}
    assert [(row["year"], row["cost"], row["fees_by_rule"]) for row in dicts_of("budgetar")] == [
        (2017, Decimal("1280000.00"), Decimal("1360000.00")),
        (2010, Decimal("1000.00"), None),
    ]


def test_outcomes_stand_beside_their_lines() -> None:
    line = BudgetLine.objects.get(title="Utredningar, konsultstöd mm")
    Outcome.objects.create(
        line=line, report="annual", as_of="2017-12-31", amount="590000.50", comment="Lägre."
    )
    [told] = [row for row in dicts_of("budgetposter") if row["annual"] is not None]
    [outcome] = dicts_of("utfall")

    assert (told["title"], told["amount"], told["annual"]) == (
        line.title,
        Decimal("605000.00"),
        Decimal("590000.50"),
    )
    assert list(outcome.values()) == [
        2017,
        "annual",
        datetime.date(2017, 12, 31),
        "cost",
        line.title,
        Decimal("605000.00"),
        Decimal("590000.50"),
        "Lägre.",
    ]


def test_indicator_values_are_exact_and_say_why_they_are_missing() -> None:
    indicator = factories.make_indicator("Utbildning", kolada_id="N01982")
    host = Municipality.objects.get(code="0128")
    factories.make_indicator_value(indicator, host, 2016, Decimal("31.2500"))
    factories.make_indicator_value(indicator, host, 2017, Decimal(30))
    factories.make_indicator_value(indicator, host, 2018, None, missing="För få svar", source="Kolada")

    assert rows_of("nyckeltalsvarden") == [
        ("Utbildning", "N01982", "procent", "0128", "Salem", 2016, Decimal("31.25"), None, "SCB"),
        ("Utbildning", "N01982", "procent", "0128", "Salem", 2017, Decimal(30), None, "SCB"),
        ("Utbildning", "N01982", "procent", "0128", "Salem", 2018, None, "För få svar", "Kolada"),
    ]


def test_inhabitants_are_told_once() -> None:
    """They are an indicator too, but its values are the data set of the population."""
    assert [row["indicator"] for row in dicts_of("nyckeltal")] == ["Invånare"]
    assert rows_of("nyckeltalsvarden") == []
    assert len(rows_of("folkmangd")) == 48


# --- Only what anyone may read ------------------------------------------------------------------------------


def states() -> dict[str, object]:
    """All that can be told of each data set."""
    return {each.slug: (rows_of(each.slug), each.revision(), each.temporal()) for each in DATASETS}


def test_drafts_are_in_no_data_set_and_change_nothing_of_it() -> None:
    before = states()
    draft = factories.make_full_draft(2043, "Kvastfening")
    host = Municipality.objects.all()[0]
    hidden: dict[str, Any] = {"publication": Publication.DRAFT}
    Event.objects.filter(title="Öppet möte", starts_on__year=2043).update(**hidden)
    event = factories.make_event(datetime.date(2043, 1, 5), title="Kvastfening", hosts=(host,), **hidden)
    AgendaItem.objects.create(event=event, title="Kvastfening")
    factories.make_document("Kvastfening", **hidden)
    factories.make_news("Kvastfening", **hidden)
    indicator = factories.make_indicator("Kvastfening", **hidden)
    factories.make_indicator_value(indicator, host, 2043, 1)
    factories.make_indicator_target(indicator)
    direction = Direction.objects.for_plan(draft).exclude(issue=None)[0]
    assert direction.issue is not None
    activity = factories.make_activity(direction.issue, "Kvastfening")
    factories.make_follow_up(activity, assessment="Kvastfening")
    factories.make_follow_up(direction, assessment="Kvastfening")
    factories.make_follow_up(Direction.objects.for_plan(OperationalPlan.objects.get(year=2017))[0], **hidden)
    factories.make_evaluation(draft)
    FeeRate.objects.create(
        valid_from=datetime.date(2017, 5, 1),
        amount_per_inhabitant=77,
        proposed_in=Budget.objects.get(plan=draft),
    )

    assert states() == before


def test_reports_of_days_to_come_are_not_told_yet() -> None:
    plan = OperationalPlan.objects.get(year=2017)
    factories.make_follow_up(
        Direction.objects.for_plan(plan)[0],
        day=datetime.date.today() + datetime.timedelta(2),  # noqa: DTZ011
    )

    assert rows_of("uppfoljning") == []


def test_document_of_a_draft_plan_does_not_name_its_year() -> None:
    factories.make_document(plan=factories.make_plan(2043, is_draft=True))

    assert [row["plan_year"] for row in dicts_of("dokument")] == [None]


# --- When it changed ----------------------------------------------------------------------------------------


def change(model: type[models.Model], **values: Any) -> None:
    row: Any = model._default_manager.filter(**values.pop("of", {})).first()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


@pytest.mark.parametrize(
    ("slug", "model", "values"),
    [
        ("moten", Event, {"note": "Ändrad"}),
        ("moten", Body, {"name": "Annat", "of": {"slug": "samarbetskommitten"}}),
        ("moten", Municipality, {"name": "Annat"}),
        ("vardkommuner", Municipality, {"name": "Annat"}),
        ("avgifter", Population, {"inhabitants": 5, "of": {"reference_date": "2016-12-31"}}),
        ("avgifter", FeeRate, {"amount_per_inhabitant": 3}),
        ("avgifter", Budget, {"proration": "days"}),
        ("budgetposter", BudgetLine, {"title": "Annat"}),
        ("inriktningar", Direction, {"text": "Vi gör annat."}),
        ("verksamhetsplaner", OperationalPlan, {"vision": "En annan."}),
        ("folkmangd", Population, {"inhabitants": 5}),
    ],
)
def test_revision_moves_on_with_any_change_to_what_is_in_the_rows(
    slug: str, model: type[models.Model], values: dict[str, Any]
) -> None:
    published = of(slug)
    rows, before = rows_of(slug), published.revision()
    change(model, **values)
    after = published.revision()

    assert rows_of(slug) != rows
    assert after != before
    assert after.changed_at is not None
    assert before.changed_at is not None
    assert after.changed_at > before.changed_at
    assert published.changed_at() == after.changed_at


def test_revision_tells_of_a_row_that_is_gone_and_of_one_that_is_hidden() -> None:
    seen = [of("moten").revision()]
    Event.objects.all()[0].delete()
    seen.append(of("moten").revision())
    change(Event, publication=Publication.DRAFT)
    seen.append(of("moten").revision())

    assert len(set(seen)) == 3


def test_newest_changes_are_those_of_the_revisions_in_one_query(django_assert_num_queries: Any) -> None:
    change(Event, note="Ändrad", publication=Publication.DRAFT)
    factories.make_news("Kvastfening", publication=Publication.DRAFT)
    with django_assert_num_queries(1):
        newest = newest_changes(DATASETS)

    assert newest == {each.slug: each.revision().changed_at for each in DATASETS}
    assert newest["moten"]
    assert newest["nyheter"] is None


def test_revision_of_nothing_has_no_moment() -> None:
    assert of("nyheter").revision().versions == 0
    assert of("nyheter").changed_at() is None
    assert of("nyheter").temporal() is None


# --- Questions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "name", "value", "expected"),
    [
        ("moten", "year", 2018, 3),
        ("moten", "kind", "planning_conference", 2),
        ("moten", "status", "cancelled", 0),
        ("moten", "body", "ledningsgruppen", 7),
        ("moten", "host", "0140", 4),
        ("moten", "from", datetime.date(2017, 12, 7), 4),
        ("moten", "to", datetime.date(2017, 1, 31), 1),
        ("vardkommuner", "municipality", "0140", 4),
        ("vardskapsturer", "year", 2024, 1),
        ("avgifter", "year", 2017, 8),
        ("avgifter", "year", 2016, 0),
        ("avgifter", "municipality", "0140", 1),
        ("avgift-per-invanare", "from", datetime.date(2017, 2, 1), 1),
        ("budgetar", "year", 2017, 1),
        ("budgetposter", "side", "cost", 3),
        ("planavsnitt", "chapter", 8, 1),
        ("anmarkningar", "year", 2017, 12),
        ("inriktningar", "year", 2017, 18),
        ("inriktningar", "target_area", "klimat", 3),
        ("inriktningar", "priority", True, 5),
        ("nyckeltal", "area", "Befolkning", 1),
        ("folkmangd", "municipality", "0140", 6),
        ("folkmangd", "year", 2016, 8),
        ("organ", "kind", "network", 4),
        ("platser", "body", "ledningsgruppen", 8),
    ],
)
def test_filter_leaves_the_rows_that_were_asked_for(slug: str, name: str, value: Any, expected: int) -> None:
    published = of(slug)
    [asked] = [each for each in published.filters if each.name == name]
    items = asked.apply(published.items(), value)

    assert counted(items) == len(list(published.table(BASE_URL, items).rows)) == expected


@pytest.mark.parametrize("slug", SLUGS)
def test_every_filter_answers(slug: str) -> None:
    """Also where it has nothing to leave."""
    examples: dict[str, Any] = {"integer": 2017, "date": datetime.date(2017, 1, 1), "boolean": True}
    published = of(slug)
    names = [each.name for each in published.filters]

    assert len(set(names)) == len(names)
    for each in published.filters:
        assert each.title
        for value in each.choices or [examples.get(each.kind, "x")]:
            items = each.apply(published.items(), value)
            assert counted(items) == len(list(published.table(BASE_URL, items).rows))


# --- However many rows --------------------------------------------------------------------------------------


def queries_for(run: Iterable[Row]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        list(run)
    return len(queries)


def test_rows_take_the_same_queries_however_many_they_are() -> None:
    fill()
    for published in DATASETS:
        one, all_of_them = (
            published.table(BASE_URL, items) for items in (published.items()[:1], published.items())
        )

        assert queries_for(one.rows) == queries_for(all_of_them.rows) <= 2, published.slug


@pytest.mark.parametrize(("slug", "expected"), [("avgifter", 5), ("budgetar", 8)])
def test_what_is_worked_out_takes_the_same_queries_whatever_the_years(slug: str, expected: int) -> None:
    with CaptureQueriesContext(connection) as for_one:
        rows_of(slug)
    for year in (2018, 2019, 2020):
        factories.make_budget(factories.make_plan(year))
    with CaptureQueriesContext(connection) as for_four:
        rows_of(slug)

    assert (len(for_one), len(for_four)) == (expected, expected)


@pytest.mark.parametrize("write", [csv_text, json_text, xlsx_bytes])
def test_rows_are_read_a_batch_at_a_time(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that have been written are not kept: the answer to the question holds none of them."""
    monkeypatch.setattr("sodertorn.opendata.BATCH", 3)
    items = of("moten").items()
    assert isinstance(items, QuerySet)
    with CaptureQueriesContext(connection) as queries:
        list(write(of("moten").table(BASE_URL, items)))

    assert items._result_cache is None
    assert len(queries) == 1 + 7  # the events, and the hosts of twenty of them three at a time
