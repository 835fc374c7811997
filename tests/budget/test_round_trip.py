"""Tables out of the back office, edited, and in again."""

import csv
import datetime
import io
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from budget.models import Budget, BudgetLine, FeeRate, Outcome
from committee.models import OperationalPlan, Population
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

TABLES: list[type[Model]] = [FeeRate, BudgetLine, Outcome, Population]
NAMES = [model.__name__ for model in TABLES]


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("anna", password="hemligt"))
    return client


@pytest.fixture(autouse=True)
def outcome(db: None) -> Outcome:
    """An outcome, of which the plan has none."""
    line = BudgetLine.objects.get(title="Personal")
    return Outcome.objects.create(
        line=line,
        report="annual",
        as_of="2017-12-31",
        amount=700_000,
        comment="Vikarie.\nÖvertid; ”extra”, m.m.",
    )


def address(model: type[Model], page: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


def exported(clerk: Client, model: type[Model], suffix: str = "csv", query: str = "") -> bytes:
    response: Any = clerk.get(address(model, suffix) + query)
    assert response.status_code == 200
    return b"".join(response.streaming_content) if suffix == "csv" else response.content


def rows(clerk: Client, model: type[Model], query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported(clerk, model, query=query).decode())))


def csv_of(lines: list[dict[str, Any]], delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(lines[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


def upload(clerk: Client, model: type[Model], content: bytes, **form: Any) -> Any:
    """What the page says of a file, for the budget or the plan of 2017 where one has to be chosen."""
    label = admin.site.get_model_admin(model).target_label  # type: ignore[attr-defined]
    if label == "Budget":
        form.setdefault("target", Budget.objects.get(plan__year=2017).pk)
    elif label:
        form.setdefault("target", OperationalPlan.objects.get(year=2017).pk)
    return clerk.post(address(model, "import"), {"file": SimpleUploadedFile("tabell.csv", content), **form})


def totals(response: Any) -> dict[str, int]:
    assert response.context.get("faults", []) == []
    return response.context["preview"].totals


def faults(response: Any) -> list[tuple[int | None, str, str]]:
    assert response.status_code == 400
    assert "preview" not in response.context
    return [(fault.row, fault.column, fault.reason) for fault in response.context["faults"]]


def confirm(clerk: Client, model: type[Model], response: Any) -> Any:
    return clerk.post(address(model, "import"), {"token": response.context["token"]}, follow=True)


def stored() -> dict[str, list[Any]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in TABLES}


# --- Out and in ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("model", TABLES, ids=NAMES)
def test_what_is_exported_and_imported_changes_nothing(
    clerk: Client, model: type[Model], suffix: str
) -> None:
    before = stored()
    response = upload(clerk, model, exported(clerk, model, suffix))

    number = model._default_manager.count()
    assert number > 0
    assert totals(response) == {"new": 0, "changed": 0, "unchanged": number}
    assert "0 nya, 0 ändrade" in response.content.decode()
    assert "Det finns inget att läsa in." in response.content.decode()
    assert stored() == before


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "text", ["=1+1", "+46", "-5", "@x", "'=1+1", "'", " = ", "a\r\nb", "a\nb", "”;,\t", "0126", "1.280", "Ö"]
)
def test_any_text_survives(clerk: Client, suffix: str, text: str) -> None:
    FeeRate.objects.update(note=text)

    assert totals(upload(clerk, FeeRate, exported(clerk, FeeRate, suffix)))["changed"] == 0


def test_formulas_are_neutralised_on_their_way_out(clerk: Client) -> None:
    FeeRate.objects.update(note='=HYPERLINK("http://127.0.0.1")')

    assert {row["anmärkning"] for row in rows(clerk, FeeRate)} == {'\'=HYPERLINK("http://127.0.0.1")'}
    sheet = openpyxl.load_workbook(io.BytesIO(exported(clerk, FeeRate, "xlsx"))).worksheets[0]
    assert [cell.data_type for cell in sheet["C"]] == ["s", "s", "s"]


def test_proposed_rate_says_in_which_budget(clerk: Client) -> None:
    draft = factories.make_budget(factories.make_plan(2018, is_draft=True))
    FeeRate.objects.create(amount_per_inhabitant=5, valid_from="2018-01-01", proposed_in=draft)

    assert [row["föreslås i"] for row in rows(clerk, FeeRate)] == ["Budget 2018", "", ""]


def test_columns_are_in_swedish_and_hold_plain_values(clerk: Client) -> None:
    assert rows(clerk, BudgetLine, "?side__exact=revenue") == [
        {
            "år": "2017",
            "radnummer": str(BudgetLine.objects.get(side="revenue").pk),
            "sida": "intäkt",
            "benämning": BudgetLine.objects.get(side="revenue").title,
            "belopp i kronor": "1280000.00",
            "avgifter från kommunerna": "ja",
            "ordning": str(BudgetLine.objects.get(side="revenue").position),
        }
    ]
    assert rows(clerk, Population)[0]["kommunkod"] == "0127"


def test_export_follows_the_filters_of_the_list(clerk: Client) -> None:
    assert {row["kommun"] for row in rows(clerk, Population, "?q=tyresö")} == {"Tyresö"}
    assert clerk.get(address(Population, "csv") + "?nonsens=1").status_code == 302
    page = clerk.get(address(Population, "changelist") + "?q=tyresö").content.decode()
    assert f'{address(Population, "xlsx")}?q=tyres%C3%B6"' in page


def test_change_is_shown_confirmed_logged_and_told(clerk: Client) -> None:
    lines = rows(clerk, FeeRate)
    lines[0] |= {"kronor per invånare och år": "1 280,5", "anmärkning": "Höjd"}
    lines.append(
        {
            "gäller från": "2019-01-01",
            "kronor per invånare och år": "4,20",
            "anmärkning": "",
            "föreslås i": "",
        }
    )
    before = stored()
    response = upload(clerk, FeeRate, csv_of(lines))

    assert totals(response) == {"new": 1, "changed": 1, "unchanged": 1}
    [(first_row, changed), (second_row, new)] = response.context["preview"].changed
    assert (first_row, second_row) == (2, 4)
    assert [(change.column, change.before, change.after) for change in changed.diff] == [
        ("kronor per invånare och år", "4,00", "1\xa0280,50"),
        ("anmärkning", changed.diff[1].before, "Höjd"),
    ]
    assert new.diff[0].after == "2019-01-01"
    assert stored() == before
    answer = confirm(clerk, FeeRate, response)

    assert "Inläst: 1 nya, 1 ändrade, 1 oförändrade." in answer.content.decode()
    assert FeeRate.objects.get(note="Höjd").amount_per_inhabitant == Decimal("1280.50")
    assert FeeRate.objects.get(valid_from="2019-01-01").amount_per_inhabitant == Decimal("4.20")
    assert sorted(LogEntry.objects.values_list("action_flag", "change_message")) == [
        (1, "Inläst ur en fil: gäller från, kronor per invånare och år."),
        (2, "Inläst ur en fil: kronor per invånare och år, anmärkning."),
    ]


def test_semicolons_and_byte_order_mark_are_read(clerk: Client) -> None:
    content = b"\xef\xbb\xbf" + csv_of(rows(clerk, Population), ";")

    assert totals(upload(clerk, Population, content))["changed"] == 0


def test_file_of_an_older_spreadsheet_is_read(clerk: Client) -> None:
    """Semicolons and Windows-1252: what a Swedish Excel calls "CSV (semikolonavgränsad)"."""
    lines = rows(clerk, Population)
    lines[0]["källa"] = "Räknat för hand i Södertälje"
    content = csv_of(lines, ";").decode().encode("windows-1252")
    confirm(clerk, Population, upload(clerk, Population, content))

    assert Population.objects.filter(source="Räknat för hand i Södertälje").count() == 1


def test_code_without_its_first_digit_is_understood(clerk: Client) -> None:
    lines = [{**row, "kommunkod": row["kommunkod"].lstrip("0")} for row in rows(clerk, Population)]

    assert totals(upload(clerk, Population, csv_of(lines)))["changed"] == 0


def test_rows_that_the_file_leaves_out_stay(clerk: Client) -> None:
    lines = rows(clerk, Population)
    lines[0]["antal invånare"] = "96\u202f751"
    confirm(clerk, Population, upload(clerk, Population, csv_of(lines[:1])))

    assert Population.objects.count() == len(lines)
    assert Population.objects.filter(inhabitants=96_751).count() == 1


def test_spreadsheet_with_numbers_and_dates_is_read(clerk: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(clerk, FeeRate, "xlsx")))
    sheet = book.worksheets[0]
    sheet["B2"] = 2.5
    sheet["A4"], sheet["B4"] = datetime.datetime(2020, 1, 1), 5  # noqa: DTZ001
    content = io.BytesIO()
    book.save(content)
    confirm(clerk, FeeRate, upload(clerk, FeeRate, content.getvalue()))

    assert FeeRate.objects.get(valid_from="2020-01-01").amount_per_inhabitant == 5
    assert FeeRate.objects.filter(amount_per_inhabitant="2.50").count() == 1


# --- A budget's own year ------------------------------------------------------------------------------------


def test_import_of_lines_touches_only_its_own_year(clerk: Client) -> None:
    other = factories.make_budget(factories.make_plan(2018))
    number = other.lines.get(side="cost").pk
    plan = Budget.objects.get(plan__year=2017).plan_id
    lines = rows(clerk, BudgetLine, f"?budget__plan__id__exact={plan}")
    before = stored()
    foreign = {**lines[0], "år": "2018"}
    borrowed = {**lines[0], "radnummer": str(number)}

    assert faults(upload(clerk, BudgetLine, csv_of([foreign, borrowed]))) == [
        (2, "år", "Raden hör till 2018, men du läser in 2017."),
        (3, "radnummer", f"Budgeten för 2017 har ingen rad {number}."),
    ]
    assert stored() == before


def test_lines_are_renamed_by_number_and_found_by_title_without(clerk: Client) -> None:
    Budget.objects.update(status=Budget.Status.DRAFT)
    lines = [row for row in rows(clerk, BudgetLine) if row["sida"] == "kostnad"]
    lines[0]["benämning"] = "Löner"
    lines[1] |= {"radnummer": "", "belopp i kronor": "71 000"}
    added = {**lines[0], "radnummer": "", "benämning": "Resor", "ordning": ""}
    response = upload(clerk, BudgetLine, csv_of([*lines, added]))
    confirm(clerk, BudgetLine, response)

    assert totals(response) == {"new": 1, "changed": 2, "unchanged": 1}
    assert BudgetLine.objects.filter(title__in=["Löner", "Resor"]).count() == 2
    assert BudgetLine.objects.filter(amount=71_000).count() == 1


def test_published_budget_is_judged_with_all_lines_together(clerk: Client) -> None:
    Budget.objects.update(status=Budget.Status.PUBLISHED, reconciliation_comment="Höjningen kommer senare.")
    lines = rows(clerk, BudgetLine)
    for row in lines:
        row["belopp i kronor"] = {"1280000.00": "1281000", "70000.00": "71000"}.get(
            row["belopp i kronor"], row["belopp i kronor"]
        )
    lopsided = upload(clerk, BudgetLine, csv_of(lines[:1]))

    if lines[0]["sida"] == "intäkt":
        assert faults(lopsided)[0] == (None, "", "Budgeten kan inte vara publicerad.")
    assert totals(upload(clerk, BudgetLine, csv_of(lines))) == {"new": 0, "changed": 2, "unchanged": 2}


def test_outcome_without_its_comment_is_refused(clerk: Client) -> None:
    [line] = rows(clerk, Outcome)

    [(row, column, reason)] = faults(upload(clerk, Outcome, csv_of([{**line, "kommentar": ""}])))
    assert (row, column) == (2, "kommentar")
    assert "kommentar" in reason


def test_outcome_of_a_line_that_is_not_there_is_refused(clerk: Client) -> None:
    [line] = rows(clerk, Outcome)
    unknown = {**line, "radnummer": "", "benämning": "Båtar"}

    assert faults(upload(clerk, Outcome, csv_of([unknown]))) == [
        (2, "benämning", "Budgeten har ingen sådan rad.")
    ]


# --- What is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"antal invånare": "2,83"}, "antal invånare", "”2,83” är inte ett heltal"),
        ({"antal invånare": "1.280"}, "antal invånare", "”1.280” kan läsas på två sätt"),
        ({"antal invånare": "1 28 000"}, "antal invånare", "”1 28 000” är inte ett tal"),
        ({"antal invånare": "\u22125"}, "antal invånare", "större än eller lika med 1"),
        ({"antal invånare": ""}, "antal invånare", "talet saknas"),
        ({"antal invånare": "9" * 20}, "antal invånare", ""),
        ({"avser datum": "31/12 2016"}, "avser datum", "”31/12 2016” är inte ett datum"),
        ({"avser datum": ""}, "avser datum", "är inte ett datum"),
        ({"kommunkod": "9999"}, "kommunkod", "Kommunkoden ”9999” är okänd."),
        ({"kommun": "Åre"}, "kommun", "inte Åre."),
        ({"källa": ""}, "källa", ""),
        ({"källa": "x" * 251}, "källa", "250"),
        ({"källa": "a\0b"}, "källa", "ett tecken som inte kan lagras"),
    ],
)
def test_fault_is_told_with_row_column_and_reason(
    clerk: Client, change: dict[str, str], column: str, reason: str
) -> None:
    lines = rows(clerk, Population)
    good = {**lines[0], "antal invånare": "5"}
    before = stored()
    found = faults(upload(clerk, Population, csv_of([good, {**lines[1], **change}])))

    assert [(row, name) for row, name, _ in found] == [(3, column)]
    assert reason in found[0][2]
    assert stored() == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Filen är tom."),
        (b"\n\n", "Filen är tom."),
        (b"\x89PNG\r\n\x1a\n\0\0", "Filen är varken XLSX eller CSV. Spara den som ”CSV UTF-8”."),
        ("gäller från".encode("utf-16"), "Filen är varken XLSX eller CSV. Spara den som ”CSV UTF-8”."),
        (b"PK\x03\x04 trasig", "Filen kan inte läsas som XLSX. Är den hel?"),
        (b'a,b\n"x"y,1\n', "Filen är inte giltig CSV"),
        (b"a,b\n1,2,3\n", "Rad 2 har fler celler än det finns kolumnnamn."),
        (b"x" * 1_000_001, "Filen är för stor: högst en megabyte kan läsas in."),
        (b"a\n" + b"1\n" * 5_001, "Filen har fler än 5000 rader. Dela upp den i flera filer."),
        (b"\0", "okänd"),
    ],
)
def test_file_of_another_kind_is_refused(clerk: Client, content: bytes, reason: str) -> None:
    response = upload(clerk, FeeRate, content)

    if content:
        assert reason in faults(response)[0][2]
    else:
        assert reason in response.content.decode()


def test_other_columns_are_refused_by_name(clerk: Client) -> None:
    content = "gäller från,belopp,anmärkning,anmärkning,föreslås i\n2019-01-01,4,,,\n".encode()

    assert faults(upload(clerk, FeeRate, content)) == [
        (None, "", "Kolumnen ”belopp” är okänd."),
        (None, "", "Kolumnen ”kronor per invånare och år” saknas."),
        (None, "", "Kolumnen ”anmärkning” förekommer flera gånger."),
    ]


def test_same_row_twice_and_empty_rows_are_refused(clerk: Client) -> None:
    lines = rows(clerk, FeeRate)
    new = {**dict.fromkeys(lines[0], ""), "gäller från": "2019-01-01", "kronor per invånare och år": "4"}
    empty = dict.fromkeys(lines[0], "")

    assert faults(upload(clerk, FeeRate, csv_of([lines[0], lines[0], new, new, empty, new]))) == [
        (3, "", "Samma uppgifter står redan på rad 2."),
        (5, "", "Samma uppgifter står redan på rad 4."),
        (6, "", "Raden är tom."),
        (7, "", "Samma uppgifter står redan på rad 4."),
    ]


def test_formula_that_was_never_worked_out_is_refused(clerk: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(clerk, FeeRate, "xlsx")))
    book.worksheets[0]["B2"] = "=1+1"
    content = io.BytesIO()
    book.save(content)

    assert faults(upload(clerk, FeeRate, content.getvalue())) == [
        (None, "", "Rad 2, kolumn 2: formeln har inget uträknat värde. Skriv värdet i stället.")
    ]


def test_spreadsheet_that_unpacks_to_something_huge_is_refused(clerk: Client) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)

    assert faults(upload(clerk, FeeRate, content.getvalue())) == [
        (None, "", "Filen är för stor när den packas upp.")
    ]


# --- Confirming ---------------------------------------------------------------------------------------------


def change_of_rate(clerk: Client) -> Any:
    lines = rows(clerk, FeeRate)
    lines[0]["anmärkning"] = "Ny"
    return upload(clerk, FeeRate, csv_of(lines))


def test_unfinished_import_keeps_nothing(clerk: Client) -> None:
    before = stored()
    change_of_rate(clerk)

    assert stored() == before
    assert LogEntry.objects.count() == 0
    assert "token" not in clerk.session


@pytest.mark.parametrize("token", ["", "x", "a:b:c"])
def test_confirmation_without_a_preview_is_refused(clerk: Client, token: str) -> None:
    response = clerk.post(address(FeeRate, "import"), {"token": token})

    assert faults(response) == [(None, "", "Förhandsgranskningen är för gammal. Välj filen igen.")]


def test_preview_is_only_good_for_its_own_table_and_person(clerk: Client) -> None:
    token = change_of_rate(clerk).context["token"]
    other = Client()
    other.force_login(User.objects.create_superuser("bo", password="hemligt"))

    assert other.post(address(FeeRate, "import"), {"token": token}).status_code == 400
    assert clerk.post(address(Population, "import"), {"token": token}).status_code == 400


def test_change_meanwhile_is_shown_anew_before_anything_is_done(clerk: Client) -> None:
    response = change_of_rate(clerk)
    FeeRate.objects.update(amount_per_inhabitant=9)
    before = stored()
    again = clerk.post(address(FeeRate, "import"), {"token": response.context["token"]})

    assert "Någon har ändrat uppgifterna sedan förhandsgranskningen." in again.content.decode()
    assert totals(again)["changed"] == 2
    assert stored() == before
    confirm(clerk, FeeRate, again)
    assert FeeRate.objects.filter(note="Ny").count() == 1


def test_import_needs_the_right_to_add_and_change(clerk: Client) -> None:
    user = User.objects.create_user("bo", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_feerate"))
    reader = Client()
    reader.force_login(user)

    assert reader.get(address(FeeRate, "import")).status_code == 403
    assert reader.get(address(FeeRate, "csv")).status_code == 200
    assert reader.get(address(Population, "csv")).status_code == 403
    assert "Läs in tabell" not in reader.get(address(FeeRate, "changelist")).content.decode()
    assert Client().get(address(FeeRate, "csv")).status_code == 302


@pytest.mark.parametrize("model", TABLES, ids=NAMES)
def test_pages_keep_to_the_content_security_policy(clerk: Client, model: type[Model]) -> None:
    pages = [clerk.get(address(model, page)) for page in ("import", "changelist")]
    pages.append(upload(clerk, model, exported(clerk, model)))
    pages.append(upload(clerk, model, b"x"))
    for page in pages:
        text = page.content.decode()
        assert "script-src 'self'" in page["Content-Security-Policy"]
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text


def test_budget_that_is_not_there_is_refused(clerk: Client) -> None:
    response = upload(clerk, BudgetLine, exported(clerk, BudgetLine), target="999")

    assert "preview" not in response.context
    assert "Välj ett giltigt alternativ" in response.content.decode()
