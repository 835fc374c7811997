"""Every list that the clerk works in goes out and in again: whatever is registered is tried."""

import datetime
import io
from typing import Any

import openpyxl
import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import CharField, Model, TextField
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.models import BudgetLine, FeeNotice, Outcome, Scenario
from calendar_app.models import (
    AgendaItem,
    Event,
    EventLink,
    HostTurn,
    NoGoPeriod,
    RotationPlace,
)
from committee.models import (
    CooperationArea,
    DevelopmentIssue,
    Document,
    Municipality,
    NewsItem,
    OperationalPlan,
    Page,
    PlanSection,
    ProgressOverride,
)
from sodertorn.back_office import LookOnlyAdmin, PortalAdmin
from sodertorn.round_trip import RoundTripAdmin
from tests import factories
from tests.budget.test_round_trip import address, confirm, csv_of, exported, faults, rows, totals, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

OUT = [model for model, options in admin.site._registry.items() if isinstance(options, RoundTripAdmin)]
IN = [model for model in OUT if not admin.site.get_model_admin(model).only_out]  # type: ignore[attr-defined]
NOT_A_TABLE: dict[str, str] = {
    "committee.operationalplan": "a year's plan is one row; its parts have tables",
    "budget.budget": "a year's budget is one row; its lines have a table",
    "calendar_app.eventhost": "hosts stand in the table of meetings",
    "calendar_app.eventdocument": "papers are uploaded to the meeting",
    "committee.accessibilitystatement": "one statement at a time; what is not accessible has a table",
    "committee.problemreport": "what visitors write is answered, not edited",
    "auth.user": "people and roles are the superusers' business",
    "sodertorn.adoption": "decisions are made on the checklist",
    "sodertorn.acceptedwarning": "comments are written on the checklist",
    "sodertorn.previewlink": "links are made one at a time and expire",
}
EXPORT_QUERIES = 12
"""More than any list costs to take out, session and user included."""


def named(model: type[Model]) -> str:
    return model._meta.label_lower


@pytest.fixture
def clerk(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("anna", password="hemligt"))
    return client


@pytest.fixture(autouse=True)
def rest(db: None) -> None:
    """Rows of what the plan has none of."""
    event = Event.objects.get(starts_on="2017-02-02")
    day = datetime.date(2018, 2, 26)
    AgendaItem.objects.create(event=event, title="Budget", note="Förslag;\n”först”, sedan")
    EventLink.objects.create(event=event, kind="notice", title="Kallelse", url="https://a.example/")
    NoGoPeriod.objects.create(first_day=day, last_day=day, reason="sportlov")
    turns = HostTurn.objects.filter(rotation__slug="samarbetskommitten")
    factories.record_swap(turns.get(number=8), turns.get(number=9), "ombyggnad", day)
    line = BudgetLine.objects.get(title="Personal")
    Outcome.objects.create(line=line, report="annual", as_of="2017-12-31", amount=700_000, comment="Vikarie.")
    Scenario.objects.create(name="Höjning", year=2018, total=1_000_000, population_date="2016-12-31")
    indicator = factories.make_indicator(kolada_id="N01982")
    for municipality, value in zip(Municipality.objects.all()[:2], ("31.25", None), strict=True):
        factories.make_indicator_value(indicator, municipality, 2025, value)
        factories.make_indicator_target(indicator, municipality=municipality)
    factories.make_indicator_target(indicator, value="33.3")
    NewsItem.objects.create(title="Ny plan", slug="ny-plan", lead="Kort.", text="<p>Lång.</p>")
    Page.objects.create(title="Provsida", slug="provsida", lead="Kort.", text="<p>Lång.</p>")
    Document.objects.create(kind="minutes", title="Protokoll", file_name="p.pdf", size=5, sha256="0" * 64)
    plan = OperationalPlan.objects.get(year=2017)
    issue = DevelopmentIssue.objects.filter(target_area__area__plan=plan).first()
    assert issue is not None
    activity = factories.make_activity(issue, direction=issue.directions.first())
    factories.make_follow_up(activity)
    factories.make_activity_cost(activity, line)
    factories.make_evaluation(plan)
    ProgressOverride.objects.create(target_area=issue.target_area, percent=40, reason="Nytt läge.")


def stored() -> dict[str, list[Any]]:
    return {named(model): list(model._default_manager.order_by("pk").values()) for model in OUT}


# --- Every table --------------------------------------------------------------------------------------------


def test_every_list_that_is_edited_goes_out_and_in() -> None:
    without = {
        named(model): NOT_A_TABLE.get(named(model))
        for model, options in admin.site._registry.items()
        if isinstance(options, PortalAdmin) and not isinstance(options, RoundTripAdmin | LookOnlyAdmin)
        if model is not FeeNotice
    }

    assert [name for name, reason in without.items() if reason is None] == []


def test_tables_that_are_only_taken_out_say_why(clerk: Client) -> None:
    only_out = [model for model in OUT if model not in IN]

    assert [named(model) for model in only_out] == ["budget.scenario", "calendar_app.hostswap"]
    for model in only_out:
        page = clerk.get(address(model, "changelist")).content.decode()
        assert admin.site.get_model_admin(model).only_out in page  # type: ignore[attr-defined]
        assert "Läs in tabell" not in page
        assert clerk.get(address(model, "import")).status_code == 403


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("model", IN, ids=named)
def test_what_is_exported_and_imported_changes_nothing(
    clerk: Client, model: type[Model], suffix: str
) -> None:
    before = stored()
    response = upload(clerk, model, exported(clerk, model, suffix))

    number = model._default_manager.count()
    assert number > 0
    assert totals(response) == {"new": 0, "changed": 0, "unchanged": number}
    assert stored() == before


@pytest.mark.parametrize("model", OUT, ids=named)
def test_export_costs_the_same_whatever_its_length(clerk: Client, model: type[Model]) -> None:
    keys = [str(row.pk) for row in model._default_manager.all()]
    exported(clerk, model)  # content types are remembered from now on
    counts = []
    for chosen in (keys[:1], keys):
        with CaptureQueriesContext(connection) as queries:
            exported(clerk, model, query=f"?id__in={','.join(chosen)}")
        counts.append(len(queries))

    assert counts[0] == counts[1] <= EXPORT_QUERIES


def text_of(model: type[Model]) -> Any:
    """A column that a clerk writes freely in, as the model's field; None where there is none."""
    resource = admin.site.get_model_admin(model).resource_class()  # type: ignore[attr-defined]
    columns = {field.attribute for field in resource.fields.values() if not field.readonly}
    texts = [
        field
        for field in model._meta.fields
        if isinstance(field, CharField | TextField) and field.name in columns and not field.choices
        if type(field) in (CharField, TextField)
    ]
    return max(texts, key=lambda field: field.max_length or 10_000, default=None)


@pytest.mark.parametrize("sign", ["=1+1", "+46 8", "-5", "@x", "\t=1", "\r=1"])
@pytest.mark.parametrize("model", [model for model in IN if text_of(model)], ids=named)
def test_formulas_are_neutralised_on_their_way_out_and_restored(
    clerk: Client, model: type[Model], sign: str
) -> None:
    field = text_of(model)
    row = model._default_manager.first()
    assert row is not None
    model._default_manager.filter(pk=row.pk).update(**{field.name: sign})
    column = str(field.verbose_name)
    query = f"?id__in={row.pk}"

    [line] = rows(clerk, model, query)
    assert f"'{sign}" in line.values()
    sheet = openpyxl.load_workbook(io.BytesIO(exported(clerk, model, "xlsx", query))).worksheets[0]
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n", "d", "b", "inlineStr"}, column
    for suffix in ("csv", "xlsx"):
        response = upload(clerk, model, exported(clerk, model, suffix, query))
        assert totals(response) == {"new": 0, "changed": 0, "unchanged": 1}


@pytest.mark.parametrize("model", IN, ids=named)
def test_preview_costs_so_many_queries_a_row(clerk: Client, model: type[Model]) -> None:
    lines = rows(clerk, model)
    upload(clerk, model, csv_of(lines[:1]))
    counts = []
    for number in (1, min(len(lines), 21)):
        with CaptureQueriesContext(connection) as queries:
            upload(clerk, model, csv_of(lines[:number]))
        counts.append((number, len(queries)))
    (_, one), (number, many) = counts

    assert many - one <= 7 * (number - 1)


@pytest.mark.parametrize("model", IN, ids=named)
def test_empty_cells_are_answered_in_swedish(clerk: Client, model: type[Model]) -> None:
    """A row with nothing but its plan, or a number that isn't there, is no reason to break down."""
    lines = rows(clerk, model)
    kept = {"verksamhetsplan", "år"}
    blank = {name: value if name in kept else "" for name, value in lines[0].items()}
    strange = {**blank, "nummer" if "nummer" in blank else next(iter(blank)): "999999"}
    found = faults(upload(clerk, model, csv_of([blank, strange])))

    assert {row for row, _, _ in found} >= {2}
    assert [reason for _, _, reason in found if "Kan inte läsas in" in reason] == []


@pytest.mark.parametrize("model", OUT, ids=named)
def test_file_is_named_in_plain_letters(clerk: Client, model: type[Model]) -> None:
    for suffix in ("csv", "xlsx"):
        name = clerk.get(address(model, suffix))["Content-Disposition"]
        assert name.isascii()
        assert f'.{suffix}"' in name


# --- Events -------------------------------------------------------------------------------------------------


def read_in(clerk: Client, model: type[Model], *lines: dict[str, Any]) -> None:
    confirm(clerk, model, upload(clerk, model, csv_of(list(lines))))


def line_of(clerk: Client, day: str) -> dict[str, str]:
    [line] = [row for row in rows(clerk, Event) if row["första dag"] == day and row["organ"] != ""]
    return line


def test_event_is_moved_by_a_file_as_by_the_form(clerk: Client) -> None:
    line = line_of(clerk, "2017-06-01")
    response = upload(clerk, Event, csv_of([{**line, "första dag": "2017-06-08"}]))

    [(_, row)] = response.context["preview"].changed
    assert {change.column: (change.before, change.after) for change in row.diff} == {
        "första dag": ("2017-06-01", "2017-06-08"),
        "sista dag": ("2017-06-01", "2017-06-08"),
        "status": ("fastställd", "flyttad"),
        "ursprunglig dag": ("", "2017-06-01"),
    }
    confirm(clerk, Event, response)
    event = Event.objects.get(starts_on="2017-06-08")
    assert (event.status, event.original_starts_on) == ("moved", datetime.date(2017, 6, 1))
    assert event.former_addresses.get().starts_on == datetime.date(2017, 6, 1)
    assert event.history.latest().history_change_reason == "Inläst ur en tabell"


def test_hosts_are_named_with_commas_and_must_have_a_seat(clerk: Client) -> None:
    factories.make_municipality("Nyköping", "0480", slug="nykoping")
    line = line_of(clerk, "2017-02-02")
    assert line["värdkommuner"] == "Haninge"

    refused = {
        name: upload(clerk, Event, csv_of([{**line, "värdkommuner": name}])) for name in ("Nyköping", "Åre")
    }
    assert faults(refused["Nyköping"]) == [
        (2, "värdkommuner", "Nyköping har ingen plats i organet och kan inte vara värd.")
    ]
    assert faults(refused["Åre"])[0][2].startswith("”Åre” finns inte: skriv något av Nyköping, Botkyrka, ")
    read_in(clerk, Event, {**line, "värdkommuner": "botkyrka, 0128"})
    assert [str(host) for host in Event.objects.get(starts_on="2017-02-02").host_list] == [
        "Botkyrka",
        "Salem",
    ]


def test_new_event_is_found_again_by_its_address(clerk: Client) -> None:
    line = {**line_of(clerk, "2017-02-02"), "nummer": "", "rubrik": "Extra möte", "adressdel": ""}
    new = {**line, "första dag": "2019-02-07", "sista dag": "", "börjar kl.": "9.30", "slutar kl.": "11:00"}
    read_in(clerk, Event, new)

    event = Event.objects.get(title="Extra möte")
    assert (event.slug, str(event.ends_on), str(event.start_time)) == ("extra-mote", "2019-02-07", "09:30:00")
    assert totals(upload(clerk, Event, csv_of([{**new, "sista dag": "2019-02-07"}])))["new"] == 0


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"första dag": "igår"}, "första dag", "”igår” är inte ett datum som 2017-08-01."),
        ({"börjar kl.": "25:00"}, "börjar kl.", "”25:00” är inte ett klockslag som 12:30."),
        ({"status": "kanske"}, "status", "”kanske” är inget av preliminär, fastställd, flyttad, inställd."),
        ({"nummer": "999999"}, "nummer", "Det finns ingen rad 999999 här. Lämna numret tomt för en ny rad."),
        (
            {"adressdel": "å ö"},
            "adressdel",
            "”å ö” är ingen adressdel: skriv bara a–z, siffror och bindestreck.",
        ),
        ({"värdkommuner": "Salem, Salem"}, "värdkommuner", "samma står två gånger."),
        ({"slutar kl.": "08:00"}, "", "Sluttiden måste vara senare än starttiden."),
    ],
)
def test_fault_of_an_event_is_told_with_row_and_column(
    clerk: Client, change: dict[str, str], column: str, reason: str
) -> None:
    before = stored()
    line = {**line_of(clerk, "2017-02-02"), **change}

    assert faults(upload(clerk, Event, csv_of([line]))) == [(2, column, reason)]
    assert stored() == before


# --- Plans, places and documents ----------------------------------------------------------------------------


def test_rows_of_another_plan_are_refused(clerk: Client) -> None:
    other = factories.make_plan(2018, is_draft=True)
    lines = rows(clerk, PlanSection)[:2]
    foreign = {**lines[0], "verksamhetsplan": "2018"}

    assert faults(upload(clerk, PlanSection, csv_of([foreign, lines[1]]))) == [
        (2, "verksamhetsplan", "Raden hör till ”2018”, men du läser in 2017.")
    ]
    response = upload(clerk, PlanSection, csv_of([foreign]), target=other.pk)
    assert faults(response)[0][:2] == (2, "nummer")


def test_rows_are_taken_into_a_new_plan_without_their_numbers(clerk: Client) -> None:
    other = factories.make_plan(2018, is_draft=True)
    lines = [{**row, "nummer": "", "verksamhetsplan": "2018"} for row in rows(clerk, PlanSection)]
    confirm(clerk, PlanSection, upload(clerk, PlanSection, csv_of(lines), target=other.pk))
    areas = [{**row, "nummer": "", "verksamhetsplan": "2018"} for row in rows(clerk, CooperationArea)]
    confirm(clerk, CooperationArea, upload(clerk, CooperationArea, csv_of(areas), target=other.pk))

    assert other.sections.count() == OperationalPlan.objects.get(year=2017).sections.count() == len(lines)
    assert [area.governing_documents.count() for area in other.areas.all()] == [
        area.governing_documents.count() for area in CooperationArea.objects.filter(plan__year=2017)
    ]


def test_municipalities_change_places_in_one_file(clerk: Client) -> None:
    lines = [row for row in rows(clerk, RotationPlace) if row["värdskapsordning"].endswith("kommittén")]
    first, second = lines[0], lines[1]
    places = first["plats i ordningen"], second["plats i ordningen"]
    changed = [
        {**first, "plats i ordningen": places[1]},
        {**second, "plats i ordningen": places[0]},
    ]
    response = upload(clerk, RotationPlace, csv_of(changed))
    assert totals(response) == {"new": 0, "changed": 2, "unchanged": 0}
    confirm(clerk, RotationPlace, response)

    order = RotationPlace.objects.filter(rotation__name=first["värdskapsordning"]).order_by("position")
    names = [str(place.municipality) for place in order]
    assert names.index(second["kommun"]) < names.index(first["kommun"])
    taken = {**first, "plats i ordningen": "3"}
    assert faults(upload(clerk, RotationPlace, csv_of([taken]))) == [
        (2, "", "Två kommuner kan inte ha samma plats i ordningen.")
    ]


def test_document_is_not_added_without_its_file(clerk: Client) -> None:
    [line] = rows(clerk, Document, "?q=Protokoll")

    assert faults(upload(clerk, Document, csv_of([{**line, "nummer": ""}]))) == [
        (2, "nummer", "Skriv dokumentets nummer. Nya dokument läggs till genom att filen laddas upp.")
    ]


def test_html_that_is_read_in_is_sanitised(clerk: Client) -> None:
    line = next(row for row in rows(clerk, NewsItem) if row["rubrik"] == "Ny plan")
    read_in(clerk, NewsItem, {**line, "text": "<p>Hej<script>alert(1)</script></p>"})

    assert NewsItem.objects.get(slug="ny-plan").text == "<p>Hej</p>"
    assert Municipality.objects.count() == 8


def test_import_to_a_plan_that_has_been_locked_meanwhile_is_refused(clerk: Client) -> None:
    lines = rows(clerk, PlanSection)
    lines[0]["rubrik"] = "Ny rubrik"
    response = upload(clerk, PlanSection, csv_of(lines[:1]))
    plan = OperationalPlan.objects.get(year=2017)
    OperationalPlan.objects.create(year=2017, issuer="K", working_copy_of=plan)
    again = clerk.post(address(PlanSection, "import"), {"token": response.context["token"]})

    assert faults(again) == [(None, "", "Det går inte längre att läsa in dit. Välj filen igen.")]
