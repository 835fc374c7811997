"""The budget's pages: every figure that is drawn stands in the table, and files say the same."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from budget.models import Budget, BudgetLine, FeeRate, Outcome
from committee.models import Population
from tests import factories
from tests.reading import Element, assert_well_made, read
from tests.sodertorn.test_spreadsheets import sheet_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]


def csv_rows(client, address: str) -> list[list[str]]:
    response = client.get(address)
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))


def drawn(chart: Element) -> list[str]:
    """The figures beside the bars, in order, without their unit."""
    return [text.removesuffix(" kr") for text in chart.texts("text", "chart__value")]


def chart(page: Element, title: str) -> Element:
    return next(svg for svg in page.all("svg", role="img") if svg.one("title").text == title)


def column(table: Element, *numbers: int, without: Sequence[str] = ("Summa",)) -> list[str]:
    return [row[number] for row in table.rows() if row[0] not in without for number in numbers]


def add_budget(year: int, **amounts: int) -> Budget:
    """A published budget of an adopted plan, with a fee line that balances the costs."""
    budget = factories.make_budget(factories.make_plan(year), lines=0)
    for position, (title, amount) in enumerate(amounts.items()):
        budget.lines.create(side="cost", title=title.capitalize(), amount=amount, position=position)
    total = sum(amounts.values())
    budget.lines.create(side="revenue", title="Avgifter från kommunerna", amount=total, is_fee=True)
    return budget


def report(budget: Budget, kind: str, as_of: date, *amounts: int | str, comment: str = "") -> None:
    for line, amount in zip(budget.lines.order_by("-side", "position"), amounts, strict=False):
        row = Outcome(line=line, report=kind, as_of=as_of, amount=Decimal(amount), comment=comment)
        row.full_clean()
        row.save()


# --- Drawn and in the table ---------------------------------------------------------------------------------


def test_charts_of_a_budget_have_the_tables_figures(client):
    page = read(client, "/budget/2017/")

    assert drawn(chart(page, "Kostnader 2017")) == column(page.table("Kostnader"), 1)
    fees = page.table("Avgift per kommun enligt regeln")
    assert drawn(chart(page, "Avgift per kommun 2017")) == column(fees, 2)


def test_chart_of_the_years_has_the_tables_figures(client):
    add_budget(2018, personal=700_000, resor=50_000)
    page = read(client, "/budget/")

    assert drawn(chart(page, "Intäkter och kostnader per år")) == column(page.table("Budgetar per år"), 1, 2)


def test_chart_of_a_municipality_has_the_tables_figures(client):
    page = read(client, "/kommuner/nykvarn/avgift/")

    assert drawn(chart(page, "Avgift för Nykvarn per år")) == column(page.table("Avgift per år"), 1)


def test_chart_of_a_what_if_has_the_tables_figures(client):
    page = read(client, "/budget/kalkyl/?belopp=1500000&ar=2018&folkmangd=2016-12-31")

    assert drawn(chart(page, "Avgift 2018 i dag och med kalkylen")) == column(
        page.table("Avgift per kommun"), 2, 3
    )


def test_charts_are_read_out_with_the_same_figures(client):
    described = chart(read(client, "/budget/2017/"), "Kostnader 2017").one("desc").text

    assert described == (
        "Personal: 605 000 kr. Ersättning till Huddinge kommun för kontorsservice, arbetsrum mm: 70 000 kr. "
        "Utredningar, konsultstöd mm: 605 000 kr."
    )


def test_map_is_shaded_by_fee_and_says_how(client):
    page = read(client, "/budget/2017/")
    fees = {row[0]: row[2] for row in page.table("Avgift per kommun enligt regeln").rows()}
    link = {link.one("text").text: link.attributes["href"] for link in page.all("a", "map__link")}

    assert link.keys() == {f"{name} {fee} kr" for name, fee in fees.items() if name != "Summa"}
    assert page.one("ul", "shades").texts("li") == [
        "0–100 000 kr: Nykvarn, Nynäshamn och Salem",
        "100 000–200 000 kr: Tyresö",
        "200 000–300 000 kr: Botkyrka, Haninge och Södertälje",
        "300 000–400 000 kr: Huddinge",
    ]
    shades = [use.classes[-1] for use in page.all("use", "map__land")]
    assert sorted(shades) == [f"map__land--{number}" for number in (1, 1, 1, 2, 3, 3, 3, 4)]


def test_missing_population_is_said_in_its_row_and_nothing_is_invented(client):
    Population.objects.filter(reference_date=date(2016, 12, 31), municipality__slug="salem").delete()
    page = read(client, "/budget/2017/")
    rows = {row[0]: row[1:] for row in page.table("Avgift per kommun enligt regeln").rows()}

    assert rows["Salem"] == ["folkmängd saknas"]
    assert rows["Nykvarn"][:2] == ["10 424", "29 535"]
    assert "Summa" not in rows
    assert "Salem: uppgift saknas." in chart(page, "Avgift per kommun 2017").one("desc").text
    assert_well_made(page)
    page = read(client, "/kommuner/salem/avgift/")
    assert page.table("Avgift per år").rows()[0] == ["2017", "–", "2,83 kr", "folkmängd saknas"]
    assert page.all("svg", role="img") == []
    assert_well_made(page)


# --- The reconciliation -------------------------------------------------------------------------------------


def test_reconciliation_has_the_secretariats_comment(client):
    Budget.objects.update(reconciliation_comment="Avgiften togs ut en månad senare.\n\nSe protokollet.")
    note = read(client, "/budget/2017/").one("aside", "source-note")

    assert "Skillnaden är −80 000 kr. Avgiften togs ut en månad senare. Se protokollet." in note.text
    assert "skillnaden är precis vad en månad av ändringen är värd" in note.text


def test_reconciliation_that_agrees_is_told_in_a_sentence(client):
    BudgetLine.objects.filter(is_fee=True).update(amount=1_360_000)
    page = read(client, "/budget/2017/")

    assert page.all("aside", "source-note") == []
    assert "Avgiften gånger 480 000 invånare är 1 360 000 kr, lika mycket som budgeten tar upp." in page.text


# --- Outcomes -----------------------------------------------------------------------------------------------


def test_interim_report_is_held_against_its_part_of_the_year(client):
    budget = Budget.objects.get()
    report(
        budget, "interim", date(2017, 8, 31), 853_333, 400_000, 46_667, 300_000, comment="Färre utredningar."
    )
    page = read(client, "/budget/2017/")

    assert page.table("Delårsrapport till och med 31 augusti 2017").rows() == [
        ["Avgifter från kommunerna", "1 280 000", "853 333", "853 333", "0", "0,0 %", "Färre utredningar."],
        ["Summa intäkter", "1 280 000", "853 333", "853 333", "0", "0,0 %", "–"],
        ["Personal", "605 000", "403 333", "400 000", "−3 333", "−0,8 %", "Färre utredningar."],
        [
            "Ersättning till Huddinge kommun för kontorsservice, arbetsrum mm",
            "70 000",
            "46 667",
            "46 667",
            "0",
            "0,0 %",
            "Färre utredningar.",
        ],
        [
            "Utredningar, konsultstöd mm",
            "605 000",
            "403 333",
            "300 000",
            "−103 333",
            "−25,6 %",
            "Färre utredningar.",
        ],
        ["Summa kostnader", "1 280 000", "853 333", "746 667", "−106 666", "−12,5 %", "–"],
    ]
    assert_well_made(page)


def test_report_that_is_not_complete_is_not_summed(client):
    report(Budget.objects.get(), "annual", date(2017, 12, 31), 1_280_000, 610_000)
    page = read(client, "/budget/2017/")
    rows = page.table("Bokslut till och med 31 december 2017").rows()

    assert [row[1:] for row in rows] == [
        ["1 280 000", "1 280 000", "0", "0,0 %", "–"],
        ["1 280 000", "1 280 000", "0", "0,0 %", "–"],
        ["605 000", "610 000", "5 000", "0,8 %", "–"],
        ["70 000", "inte redovisat"],
        ["605 000", "inte redovisat"],
        ["1 280 000", "summeras när alla poster är redovisade"],
    ]
    assert read(client, "/budget/").table("Budgetar per år").rows()[0][5] == "–"
    assert_well_made(page)


def test_forecast_and_annual_report_are_on_the_list_of_years(client):
    budget = Budget.objects.get()
    report(budget, "forecast", date(2017, 12, 31), 1_280_000, 605_000, 70_000, 600_000)
    report(budget, "annual", date(2017, 12, 31), 1_280_000, 605_000, 70_000, "590000.50")

    assert read(client, "/budget/").table("Budgetar per år").rows() == [
        ["Budget 2017", "1 280 000", "1 280 000", "–", "1 275 000", "1 265 000,50"]
    ]
    rows = csv_rows(client, "/budget/2017.csv")
    assert rows[0][3:] == ["amount", "is_fee", "interim", "forecast", "annual"]
    assert rows[-1][3:] == ["605000.00", "false", "", "600000.00", "590000.50"]


# --- Years --------------------------------------------------------------------------------------------------


def test_years_stand_side_by_side_with_their_change(client):
    add_budget(2018, personal=700_000, resor=50_000)
    page = read(client, "/budget/")

    assert [row[:4] for row in page.table("Budgetar per år").rows()] == [
        ["Budget 2017", "1 280 000", "1 280 000", "–"],
        ["Budget 2018", "750 000", "750 000", "−530 000 (−41,4 %)"],
    ]
    assert page.table("Budget 2017 och 2018 sida vid sida").rows() == [
        ["Avgifter från kommunerna", "1 280 000", "750 000", "−530 000", "−41,4 %"],
        ["Personal", "605 000", "700 000", "95 000", "15,7 %"],
        ["Resor", "–", "50 000", "50 000", "–"],
        [
            "Ersättning till Huddinge kommun för kontorsservice, arbetsrum mm",
            "70 000",
            "–",
            "−70 000",
            "−100,0 %",
        ],
        ["Utredningar, konsultstöd mm", "605 000", "–", "−605 000", "−100,0 %"],
    ]
    assert csv_rows(client, "/budget.csv")[2] == [
        "2018",
        "750000.00",
        "750000.00",
        "-530000.00",
        "-41.4",
        "",
        "",
    ]
    assert_well_made(page)


def test_municipality_has_a_year_for_each_budget_and_the_one_after(client):
    add_budget(2018, personal=1_900_000)
    page = read(client, "/kommuner/nykvarn/avgift/")

    assert [row[:6] for row in page.table("Avgift per år").rows()] == [
        ["2017", "29 535", "2,83 kr", "10 424", "2,2 %", "27 772"],
        ["2018", "42 640", "4 kr", "10 660", "2,2 %", "41 442"],
        ["2019*", "42 640", "4 kr", "10 660", "2,2 %", "–"],
    ]
    assert page.one("main").links()[:2] == ["/", "/kommuner/"]
    rows = csv_rows(client, "/kommuner/nykvarn/avgift.csv")
    assert rows[1][3:] == [
        "10424",
        "2016-12-31",
        "statistik.stockholm.se b200 2016 (SCB/SWECO)",
        "2.83",
        "17",
        "6",
        "29535",
        "27772",
        "2.2",
        "true",
    ]


# --- More years than a page has room for --------------------------------------------------------------------


def add_years(*years: int) -> None:
    """A budget of a thousand kronor more each year, for the same population as in 2017."""
    for year in years:
        add_budget(year, personal=1_280_000 + 1000 * (year - 2017))
    Budget.objects.update(population_date=date(2016, 12, 31))


def test_ten_years_stand_on_one_page(client):
    add_years(*range(2018, 2027))
    page = read(client, "/budget/")

    years = page.table("Budgetar per år")
    assert column(years, 0) == [f"Budget {year}" for year in range(2017, 2027)]
    assert drawn(chart(page, "Intäkter och kostnader per år")) == column(years, 1, 2)
    assert page.all("nav", "pager") == []
    assert "tio år i taget" not in page.text
    assert client.get("/budget/?sida=2").status_code == 404


def test_eleventh_year_makes_a_second_page_of_the_earliest(client):
    add_years(*range(2018, 2029))
    page, earlier = read(client, "/budget/"), read(client, "/budget/?sida=2")

    years = page.table("Budgetar per år")
    assert [row[:4] for row in years.rows()] == [
        [f"Budget {year}", *2 * [f"1 {280 + year - 2017} 000"], "1 000 (0,1 %)"] for year in range(2019, 2029)
    ]
    assert drawn(chart(page, "Intäkter och kostnader 2019–2028")) == column(years, 1, 2)
    assert "Här visas tio år i taget, de senaste på första sidan." in page.text
    assert page.table("Budget 2027 och 2028 sida vid sida").rows()[0][1:4] == [
        "1 290 000",
        "1 291 000",
        "1 000",
    ]
    assert page.one("nav", "pager").links() == ["?sida=2"]
    assert [row[:4] for row in earlier.table("Budgetar per år").rows()] == [
        ["Budget 2017", "1 280 000", "1 280 000", "–"],
        ["Budget 2018", "1 281 000", "1 281 000", "1 000 (0,1 %)"],
    ]
    assert drawn(chart(earlier, "Intäkter och kostnader 2017–2018"))[-1] == "1 281 000"
    assert earlier.one("nav", "pager").links() == ["?sida=1"]
    assert earlier.one("head").one("title").text.startswith("Budget, sida 2")
    assert_well_made(earlier)
    assert len(csv_rows(client, "/budget.csv")) == 1 + 12
    for number in ("3", "0", "-1", "hej", "9" * 99):
        assert client.get(f"/budget/?sida={number}").status_code == 404


def test_municipality_has_ten_budgets_on_a_page_and_the_year_after_the_last_on_the_first(client):
    add_years(*range(2018, 2028))
    page, earlier = (
        read(client, "/kommuner/nykvarn/avgift/"),
        read(client, "/kommuner/nykvarn/avgift/?sida=2"),
    )

    years = page.table("Avgift per år")
    assert column(years, 0) == [*(str(year) for year in range(2018, 2028)), "2028*"]
    assert years.rows()[-1][1:6] == ["41 696", "4 kr", "10 424", "2,2 %", "–"]
    assert drawn(chart(page, "Avgift för Nykvarn 2018–2028")) == column(years, 1)
    assert "Här visas tio år i taget" in page.text
    assert "* Året har ingen budget än." in page.text
    assert "* Året har ingen budget än." not in earlier.text
    assert page.one("nav", "pager").links() == ["?sida=2"]
    assert [row[:6] for row in earlier.table("Avgift per år").rows()] == [
        ["2017", "29 535", "2,83 kr", "10 424", "2,2 %", "27 772"]
    ]
    assert earlier.one("nav", "pager").links() == ["?sida=1"]
    assert_well_made(earlier)
    assert len(csv_rows(client, "/kommuner/nykvarn/avgift.csv")) == 1 + 11 + 1
    assert client.get("/kommuner/nykvarn/avgift/?sida=3").status_code == 404


def test_municipality_has_no_year_before_the_first_fee(client):
    add_years(2010, 2018)

    years = read(client, "/kommuner/nykvarn/avgift/").table("Avgift per år")
    assert column(years, 0) == ["2017", "2018", "2019*"]


def test_municipality_without_any_fee_says_so(client):
    FeeRate.objects.all().delete()

    assert "Ingen budget med avgift är beslutad än." in read(client, "/kommuner/nykvarn/avgift/").text


# --- Files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/budget", "/budget/2017", "/budget/2017/avgifter", "/kommuner/salem/avgift"]
)
def test_csv_and_xlsx_have_the_same_rows(client, address):
    as_csv = csv_rows(client, f"{address}.csv")
    as_xlsx = sheet_rows(client.get(f"{address}.xlsx").content)

    assert list(as_xlsx[0]) == as_csv[0]
    for written, cells in zip(as_csv[1:], as_xlsx[1:], strict=True):
        for text, cell in zip(written, cells, strict=True):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                assert float(text) == cell
            elif cell is not None and not hasattr(cell, "isoformat"):
                assert text.lower() == str(cell).lower()


def test_file_of_fees_has_the_tables_rows(client):
    shown = read(client, "/budget/2017/").table("Avgift per kommun enligt regeln").rows()[:-1]
    rows = csv_rows(client, "/budget/2017/avgifter.csv")[1:]

    assert [[row[2], row[3], row[9], row[11], row[10]] for row in rows] == [
        [row[0], *(figure.replace(" ", "") for figure in row[1:5])] for row in shown
    ]


@pytest.mark.parametrize(
    "address",
    [
        "/budget.pdf",
        "/budget/2018.csv",
        "/budget/2018/avgifter.csv",
        "/budget/2017/avgifter.json",
        "/kommuner/finns-inte/avgift/",
        "/kommuner/finns-inte/avgift.csv",
    ],
)
def test_file_that_is_not_there_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_fees_of_a_budget_without_a_rate_are_not_found(client):
    add_budget(2010, personal=1)

    assert client.get("/budget/2010/").status_code == 200
    assert client.get("/budget/2010/avgifter.csv").status_code == 404


def test_pages_read_the_stored_budget_after_loading_again(client):
    before = read(client, "/budget/2017/").text
    call_command("load_plan", verbosity=0)

    assert read(client, "/budget/2017/").text == before
