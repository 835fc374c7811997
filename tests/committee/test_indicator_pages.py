"""The pages of key figures: what is drawn is what the tables say, and the files have every value."""

import csv
import datetime
import io
import json
import re
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client

from committee.models import Body, Indicator, Municipality
from sodertorn.publishing import Publication
from tests import factories
from tests.reading import Element, folded, read

pytestmark = pytest.mark.django_db

PLACES = {"Botkyrka": "0127", "Salem": "0128", "Tyresö": "0138"}
VALUES: dict[int, tuple[Any, ...]] = {2023: (20, 30, 41), 2024: (21, 30, 40), 2025: (None, 30.5, 44.25)}


@pytest.fixture
def municipalities() -> list[Municipality]:
    rows = [
        factories.make_municipality(name, code, position=place)
        for place, (name, code) in enumerate(PLACES.items())
    ]
    for row, inhabitants in zip(rows, (3000, 1000, 1000), strict=True):
        for year in (2023, 2024):
            factories.make_population(row, year, inhabitants)
    return rows


@pytest.fixture
def indicator(municipalities: list[Municipality]) -> Indicator:
    row = factories.make_indicator("Utbildning", kolada_id="N01982")
    for year, values in VALUES.items():
        for municipality, value in zip(municipalities, values, strict=True):
            missing = "saknas i Kolada" if value is None else ""
            known = None if value is None else str(value)
            factories.make_indicator_value(row, municipality, year, known, missing=missing, source="Kolada")
    factories.make_indicator_target(row, 2030, 40, source="Vision 2030")
    factories.make_indicator_target(row, 2030, "30.5", municipality=municipalities[1])
    return row


def table(page: Element, caption: str) -> list[list[str]]:
    """The cells of the table's body."""
    found = next(each for each in page.all("table") if each.one("caption").text.startswith(caption))
    return [
        [cell.text for cell in row.elements() if cell.tag in ("th", "td")]
        for row in found.one("tbody").all("tr")
    ]


def test_list_tells_the_newest_value_of_each_indicator(client: Client, indicator: Indicator) -> None:
    page = read(client, "/nyckeltal/")

    assert table(page, "Utbildning") == [
        ["Utbildning", "procent", "2025", "uppgift saknas", "44,3 (Tyresö)", "30,5 (Salem)"]
    ]
    assert table(read(client, "/nyckeltal/?ar=2024"), "Utbildning") == [
        ["Utbildning", "procent", "2024", "26,6", "40,0 (Tyresö)", "21,0 (Botkyrka)"]
    ]
    drawing = page.one("svg", "chart__small")
    assert drawing.one("desc").text == "År 2025: högst 44,3 (Tyresö), lägst 30,5 (Salem)."
    assert [len(drawing.all("path", name)) for name in ("chart__line--other", "chart__line--mean")] == [3, 1]


def test_detail_ranks_the_municipalities_of_a_year(client: Client, indicator: Indicator) -> None:
    page = read(client, "/nyckeltal/utbildning/?ar=2024")

    assert table(page, "Utbildning 2024") == [
        ["Tyresö", "1", "40,0", "−1,0", "Kolada"],
        ["Salem", "2", "30,0", "0,0", "Kolada"],
        ["Botkyrka", "3", "21,0", "+1,0", "Kolada"],
        ["Vägt medelvärde", "–", "26,6", "–", "räknat här"],
    ]
    assert "2024: vägt medelvärde 26,6, högst Tyresö med 40,0 och lägst Botkyrka med 21,0" in page.text


def test_what_is_not_known_is_said_and_has_no_rank(client: Client, indicator: Indicator) -> None:
    page = read(client, "/nyckeltal/utbildning/")

    assert table(page, "Utbildning 2025")[2] == ["Botkyrka", "–", "saknas i Kolada", "–", "Kolada"]
    assert (
        "Vägt medelvärde 2025 kan inte räknas: uppgift saknas för Botkyrka; "
        "folkmängd saknas för Botkyrka, Salem, Tyresö." in page.text
    )
    assert "uppgift saknas: Botkyrka" in page.one("ul", "shades").text


def test_numbers_in_the_drawings_are_those_of_the_tables(client: Client, indicator: Indicator) -> None:
    page = read(client, "/nyckeltal/utbildning/?ar=2024")
    rows = table(page, "Utbildning 2024")

    bars = page.one("svg", "chart__drawing", aria_labelledby="diagram-rang-titel")
    labels = [text.text for text in bars.all("text", "chart__label")]
    values = [text.text for text in bars.all("text", "chart__value")]
    assert [f"{row[1]}. {row[0]}" if row[1] != "–" else row[0] for row in rows] == labels
    assert [row[2] for row in rows] == values
    names = [folded(text.text) for text in page.one("svg", "map__drawing").all("text", "map__name")]
    assert names == ["Botkyrka 21,0", "Salem 30,0", "Tyresö 40,0"]
    steps = [entry.text for entry in page.one("ul", "shades").all("li")]
    assert steps == [*("20–30: Botkyrka", "30–40: Salem", "40–50: Tyresö")]


def test_lines_go_through_the_tables_values(client: Client, indicator: Indicator) -> None:
    """Read backwards from the drawing: each point's height, on the scale that is written beside it."""
    page = read(client, "/nyckeltal/utbildning/")
    rows = table(page, "Utbildning per år")
    assert rows == [
        ["2025", "saknas i Kolada", "30,5", "44,3", "uppgift saknas"],
        ["2024", "21,0", "30,0", "40,0", "26,6"],
        ["2023", "20,0", "30,0", "41,0", "26,2"],
    ]

    drawing = page.one("svg", "chart__drawing", aria_labelledby="diagram-ar-titel")
    marks = [mark for mark in drawing.all("text", "chart__scale") if "text-anchor" not in mark.attributes]
    scale = [float(mark.text.replace(",", ".")) for mark in marks]
    low, high = min(scale), max(scale)
    for column, class_name in enumerate(("1", "2", "3", "mean"), start=1):
        drawn = "".join(path.attributes["d"] for path in drawing.all("path", f"chart__line--{class_name}"))
        heights = [float(y) for _, y in re.findall(r"[ML]([0-9.]+) ([0-9.]+)", drawn)]
        written = [row[column].replace(",", ".") for row in reversed(rows)]
        known = [float(text) for text in written if text[0].isdigit()]
        assert [round(high - y / 1000 * (high - low), 1) for y in heights] == pytest.approx(known, abs=0.11)
    assert [text.text for text in drawing.all("text", "chart__name")] == [
        *("Botkyrka", "Salem", "Tyresö", "Mål", "Medelvärde")
    ]


def test_targets_stand_beside_what_they_are_about(client: Client, indicator: Indicator) -> None:
    assert table(read(client, "/nyckeltal/utbildning/"), "Mål") == [
        ["Alla tillsammans", "2030", "40,0", "uppgift saknas", "–", "Vision 2030"],
        ["Salem", "2030", "30,5", "30,5", "Nått", "Vision"],
    ]


def test_municipality_has_its_value_and_rank_of_each(client: Client, indicator: Indicator) -> None:
    page = read(client, "/kommuner/tyreso/nyckeltal/?ar=2024")

    assert table(page, "Utbildning") == [["Utbildning", "procent", "2024", "40,0", "1 av 3", "−1,0", "26,6"]]
    assert page.one("svg", "chart__small").one("desc").text == (
        "Tyresö: 41,0 år 2023, 44,3 år 2025. Medelvärde: 26,2 år 2023, 26,6 år 2024."
    )
    assert client.get("/kommuner/finns-inte/nyckeltal/").status_code == 404


def test_lowest_is_first_where_lower_is_better(client: Client, indicator: Indicator) -> None:
    Indicator.objects.update(better="lower")

    rows = table(read(client, "/nyckeltal/utbildning/?ar=2024"), "Utbildning 2024")
    assert [row[0] for row in rows] == ["Botkyrka", "Salem", "Tyresö", "Vägt medelvärde"]


@pytest.mark.parametrize("year", ["1999", "hej", "٢٠٢٤", "2024 ", "9" * 99])
def test_year_without_values_is_told_and_the_newest_is_shown(
    client: Client, indicator: Indicator, year: str
) -> None:
    page = read(client, f"/nyckeltal/utbildning/?ar={year}")

    assert "Det året finns inga värden från. Här visas det nyaste i stället." in page.text
    assert page.all("h2", id="ett-ar")[0].text == "Kommunerna 2025"


def test_the_population_is_shown_from_its_own_rows(
    client: Client, municipalities: list[Municipality]
) -> None:
    call_command("load_indicators", verbosity=0, stdout=io.StringIO())
    rows = table(read(client, "/nyckeltal/invanare/"), "Invånare 2024")

    assert rows[0] == ["Botkyrka", "1", "3 000", "0", "SCB"]
    assert rows[-1][:3] == ["Alla tillsammans", "–", "5 000"]
    municipalities[0].populations.filter(reference_date=datetime.date(2024, 12, 31)).update(inhabitants=7000)
    assert table(read(client, "/nyckeltal/invanare/"), "Invånare 2024")[0][2] == "7 000"


def test_files_have_every_value_with_its_source(client: Client, indicator: Indicator) -> None:
    text = b"".join(client.get("/nyckeltal/utbildning.csv")).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 9
    assert rows[2] == {
        "indicator": "Utbildning",
        "kolada_id": "N01982",
        "unit": "procent",
        "municipality_code": "0127",
        "municipality": "Botkyrka",
        "year": "2025",
        "value": "",
        "missing": "saknas i Kolada",
        "source": "Kolada",
    }
    assert [row["value"] for row in rows] == ["20", "21", "", "30", "30", "30.5", "41", "40", "44.25"]
    document = json.loads(b"".join(client.get("/nyckeltal.json")))
    assert json.dumps(document).count("Botkyrka") == 3
    sheet = openpyxl.load_workbook(
        io.BytesIO(client.get("/kommuner/salem/nyckeltal.xlsx").content)
    ).worksheets[0]
    assert [row[6].value for row in sheet.iter_rows(min_row=2)] == [30, 30, 30.5]
    assert client.get("/nyckeltal/utbildning.pdf").status_code == 404


# --- More years than a page has room for --------------------------------------------------------------------


@pytest.fixture
def long_kept(municipalities: list[Municipality]) -> Indicator:
    """A key figure with values from 2010 to 2021 but for 2012, and the year after without one."""
    row = factories.make_indicator("Långt", whole=Indicator.Whole.SUM, decimals=0)
    for year in (2010, 2011, *range(2013, 2023)):
        for place, municipality in enumerate(municipalities):
            known, missing = (None, "läggs ned") if year == 2022 else (year - 2000 + place, "")
            factories.make_indicator_value(row, municipality, year, known, missing=missing)
    factories.make_indicator_target(row, 2030, 40)
    return row


def drawn_years(page: Element) -> list[str]:
    """The years named under the lines of the one small chart."""
    return page.one("div", "small-chart__span").texts("span")


def test_detail_shows_ten_years_at_a_time(client: Client, long_kept: Indicator) -> None:
    page = read(client, "/nyckeltal/langt/?ar=2011")
    earlier = read(client, "/nyckeltal/langt/?ar=2011&sida=2")

    assert [row[0] for row in table(page, "Långt per år")] == [str(year) for year in range(2022, 2012, -1)]
    assert table(page, "Långt per år")[:2] == [
        ["2022", "läggs ned", "läggs ned", "läggs ned", "uppgift saknas"],
        ["2021", "21", "22", "23", "66"],
    ]
    assert table(earlier, "Långt per år") == [
        ["2011", "11", "12", "13", "36"],
        ["2010", "10", "11", "12", "33"],
    ]
    for each in (page, earlier):
        assert table(each, "Långt 2011")[0] == ["Tyresö", "1", "13", "+1", "SCB"]
        assert table(each, "Mål")[0][2:4] == ["40", "66"]
        assert "Här visas tio år i taget" in each.text
        options = each.one("select", id="id_ar").texts("option")
        assert options == ["Det nyaste", *(str(year) for year in range(2022, 2012, -1)), "2011", "2010"]
    assert page.one("nav", "pager").links() == ["?ar=2011&sida=2"]
    assert earlier.one("nav", "pager").links() == ["?ar=2011&sida=1"]
    assert client.get("/nyckeltal/langt/?sida=3").status_code == 404
    file = b"".join(client.get("/nyckeltal/langt.csv")).decode()
    assert len(list(csv.reader(io.StringIO(file)))) == 1 + 12 * 3


@pytest.mark.parametrize(("sida", "title"), [(1, "Långt 2013–2022"), (2, "Långt 2010–2011")])
def test_lines_of_a_page_are_those_of_its_years(
    client: Client, long_kept: Indicator, sida: int, title: str
) -> None:
    page = read(client, f"/nyckeltal/langt/?sida={sida}")

    drawing = page.one("svg", "chart__drawing", aria_labelledby="diagram-ar-titel")
    assert drawing.one("title").text == title
    years = [text.text for text in drawing.all("text", "chart__scale") if "text-anchor" in text.attributes]
    assert (years[0], years[-1]) == {1: ("2013", "2021"), 2: ("2010", "2011")}[sida]


def test_common_target_is_drawn_with_the_years_it_is_after(client: Client, long_kept: Indicator) -> None:
    Indicator.objects.update(whole=Indicator.Whole.WEIGHTED_MEAN)

    def names(address: str) -> list[str]:
        drawing = read(client, address).one("svg", "chart__drawing", aria_labelledby="diagram-ar-titel")
        return drawing.texts("text", "chart__name")

    assert names("/nyckeltal/langt/") == [*PLACES, "Mål"]
    assert names("/nyckeltal/langt/?sida=2") == [*PLACES]


def test_ten_years_need_no_other_page(client: Client, long_kept: Indicator) -> None:
    long_kept.values.filter(year__lt=2013).delete()
    page = read(client, "/nyckeltal/langt/")

    assert page.all("nav", "pager") == []
    assert "tio år i taget" not in page.text
    assert page.one("svg", "chart__drawing", aria_labelledby="diagram-ar-titel").one("title").text == (
        "Långt per år"
    )
    assert client.get("/nyckeltal/langt/?sida=2").status_code == 404
    assert "de tio senaste åren" not in read(client, "/nyckeltal/").text


@pytest.mark.parametrize("address", ["/nyckeltal/", "/kommuner/salem/nyckeltal/"])
def test_lists_draw_the_ten_latest_years_that_have_values(
    client: Client, long_kept: Indicator, address: str
) -> None:
    page, old = read(client, address), read(client, f"{address}?ar=2011")

    assert drawn_years(page) == drawn_years(old) == ["2011", "2021"]
    assert "Linjerna visar de tio senaste åren. Alla år finns på varje nyckeltals sida." in page.text
    (row,), (old_row,) = table(page, "Utbildning"), table(old, "Utbildning")
    assert (row[2], old_row[2]) == ("2021", "2011")
    if address == "/nyckeltal/":
        assert old_row[3:] == ["36", "13 (Tyresö)", "11 (Botkyrka)"]
    else:
        assert old_row[3:] == ["12", "2 av 3", "+1", "36"]


def test_indicator_that_is_no_longer_kept_is_drawn_beside_a_newer_one(
    client: Client, long_kept: Indicator, municipalities: list[Municipality]
) -> None:
    newer = factories.make_indicator("Nytt", decimals=0)
    for year in (2098, 2099):
        factories.make_indicator_value(newer, municipalities[0], year, 1)

    page = read(client, "/nyckeltal/")
    assert [row[:3:2] for row in table(page, "Utbildning")] == [["Långt", "2021"], ["Nytt", "2099"]]
    spans = [span.texts("span") for span in page.all("div", "small-chart__span")]
    assert spans == [["2011", "2021"], ["2098", "2099"]]


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/nyckeltal/", 8),
        ("/nyckeltal/langt/", 8),
        ("/nyckeltal/invanare/", 7),
        ("/kommuner/salem/nyckeltal/", 7),
    ],
)
def test_pages_with_every_kind_of_key_figure_need_eight_queries_at_most(
    client: Client,
    indicator: Indicator,
    long_kept: Indicator,
    django_assert_num_queries: Any,
    address: str,
    queries: int,
) -> None:
    call_command("load_indicators", verbosity=0, stdout=io.StringIO())
    Indicator.objects.filter(pk=long_kept.pk).update(whole=Indicator.Whole.WEIGHTED_MEAN)
    body = factories.make_body("nyckeltal", kind=Body.Kind.KEY_FIGURES)
    for year in (2015, 2017, 2099):
        factories.make_event(datetime.date(year, 10, 26), body=body, kind="key_figures_day")

    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


def test_draft_is_shown_to_nobody_else(client: Client, indicator: Indicator) -> None:
    Indicator.objects.update(publication=Publication.DRAFT)

    assert client.get("/nyckeltal/utbildning/").status_code == 404
    assert client.get("/nyckeltal/utbildning.csv").status_code == 404
    assert "Inga nyckeltal är publicerade än" in read(client, "/nyckeltal/").text


def test_indicator_without_values_says_so(client: Client) -> None:
    factories.make_municipality()
    factories.make_indicator("Tomt")

    assert "Inga värden är inlagda än" in read(client, "/nyckeltal/tomt/").text
    assert table(read(client, "/nyckeltal/"), "Utbildning") == [
        ["Tomt", "procent", "Inga värden är inlagda än."]
    ]
    assert client.get("/kommuner/botkyrka/nyckeltal/").status_code == 200


def test_presentation_is_due_two_years_after_the_last(client: Client, indicator: Indicator) -> None:
    body = factories.make_body("nyckeltal", kind=Body.Kind.KEY_FIGURES)

    def told() -> str:
        return read(client, "/nyckeltal/").one("header", "page-header").one("p", "meta").text

    assert told() == "Nyckeltalen presenteras vartannat år."
    day: dict[str, Any] = {"body": body, "kind": "key_figures_day", "title": "Nyckeltalsdag"}
    factories.make_event(datetime.date(2017, 10, 26), **day)
    factories.make_event(datetime.date(2018, 10, 26), **day, status="cancelled")
    factories.make_event(datetime.date(2019, 10, 24), **day, publication=Publication.DRAFT)
    factories.make_event(datetime.date(2019, 10, 25), body=body)
    assert told() == (
        "Nyckeltalen presenteras vartannat år. Senast: Nyckeltalsdag, torsdag 26 oktober 2017. "
        "Nästa gång enligt den ordningen: 2019. Ingen sådan dag finns i kalendern."
    )
    factories.make_event(datetime.date(2099, 10, 24), **day)
    assert told().endswith("Nästa gång: Nyckeltalsdag, lördag 24 oktober 2099.")
