"""The what-if page: right answers, plain words about nonsense, and nothing stored for visitors."""

import csv
import io
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budget.models import Budget, FeeRate, Scenario
from tests.reading import Element, assert_well_made, parse, read
from tests.sodertorn.test_spreadsheets import sheet_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

PAGE, SAVE = "/budget/kalkyl/", "/budget/kalkyl/spara/"
RAISE = {"avgift": "5,5", "fran": "2018-07-01", "ar": "2018", "folkmangd": "2016-12-31"}
TOTAL = {"belopp": "1280000", "ar": "2017", "folkmangd": "2016-12-31"}


def asked(client: Client, **asked: str) -> Element:
    return read(client, f"{PAGE}?{urlencode(asked)}")


def said(page: Element) -> list[str]:
    """What the page says is wrong."""
    return [*page.texts("span", "field__error"), *page.texts("p", "notice--warning")]


# --- Answers ------------------------------------------------------------------------------------------------


def test_question_has_no_answer_until_it_is_asked(client):
    page = read(client, PAGE)

    assert said(page) == []
    assert page.all("table") == []
    assert_well_made(page)


def test_examples_on_the_page_have_answers(client):
    links = read(client, PAGE).one("section", "prose").links()

    assert len(links) == 2
    for link in links:
        assert read(client, PAGE + link).table("Avgift per kommun").rows()


def test_raise_from_1_september_2017_explains_the_budget(client):
    page = asked(client, avgift="4", fran="2017-09-01", ar="2017", folkmangd="2016-12-31")

    assert page.texts("p", "key-figure__value") == ["1 281 149 kr", "−80 072 kr", "1 921 724 kr"]
    assert (
        "Räknat på de 480 000 invånare som verksamhetsplanen anger blir det 1 280 000 kr mot 1 360 000 kr "
        "med den beslutade avgiften, och 1 920 000 kr på ett helt år."
    ) in page.text


def test_raise_is_answered_for_each_municipality(client):
    page = asked(client, **RAISE)

    rows = page.table("Avgift per kommun 2018").rows()
    assert rows[3] == ["Nykvarn", "10 424", "41 696", "49 514", "7 818", "18,8 %", "57 332"]
    assert rows[-1] == ["Summa", "480 431", "1 921 724", "2 282 047", "360 323", "18,7 %", "2 642 371"]
    assert "6/12 × 4 kr + 6/12 × 5,50 kr = 4,75 kr per invånare" in page.text
    assert_well_made(page)


def test_total_is_shared_by_population(client):
    rows = asked(client, **TOTAL).table("Avgift per kommun 2017").rows()

    assert rows[3] == ["Nykvarn", "10 424", "29 535", "27 772", "−1 763", "−6,0 %", "27 772"]
    assert rows[-1][1:5] == ["480 431", "1 361 221", "1 280 000", "−81 221"]


def test_year_and_population_have_usual_values(client):
    page = asked(client, belopp="1000000")

    assert page.table("Avgift per kommun 2018")
    assert "Folkmängd den 31 december 2017" in page.text


@pytest.mark.parametrize(
    "written",
    ["1 280 000", "1\xa0280\xa0000", "1\u202f280\u202f000", "1280000,00", "1280000 kr", " 1280000 "],
)
def test_total_may_be_written_as_it_is_read(client, written):
    assert asked(client, **TOTAL | {"belopp": written}).texts("p", "key-figure__value")[0] == "1 280 000 kr"


@pytest.mark.parametrize("written", ["5,50", "5.50", "5,5", "5,50 kr"])
def test_rate_may_be_written_as_it_is_read(client, written):
    assert asked(client, **RAISE | {"avgift": written}).texts("p", "key-figure__value")[0] == "2 282 047 kr"


# --- Nonsense -----------------------------------------------------------------------------------------------

NEITHER = "Fyll i en ny avgift och från vilken dag den gäller, eller ett belopp att fördela."
AMBIGUOUS = "Ny avgift: ”2,505” kan läsas på två sätt: skriv tusental med mellanslag och högst två decimaler."
BOTH = "Fyll i antingen en ny avgift och från vilken dag, eller ett belopp att fördela."


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({"avgift": "hej"}, ["Ny avgift: ”hej” är inte ett tal."]),
        ({"avgift": "\u22122"}, ["Ny avgift: beloppet kan inte vara negativt."]),
        ({"avgift": "-2"}, ["Ny avgift: beloppet kan inte vara negativt."]),
        (
            {"avgift": "2,505"},
            [AMBIGUOUS],
        ),
        ({"avgift": "2,5051"}, ["Ny avgift: ange högst två decimaler."]),
        ({"avgift": "1000,01"}, ["Ny avgift: högst 1 000 kronor."]),
        ({"avgift": "NaN"}, ["Ny avgift: ”NaN” är inte ett tal."]),
        ({"avgift": "1e9"}, ["Ny avgift: ”1e9” är inte ett tal."]),
        ({"avgift": ""}, [NEITHER]),
        ({"fran": ""}, [NEITHER]),
        ({"fran": "igår"}, ["Gäller från: skriv dagen som 2018-07-01."]),
        ({"fran": "2018-02-30"}, ["Gäller från: skriv dagen som 2018-07-01."]),
        ({"fran": "2019-01-01"}, ["Gäller från: dagen måste komma före slutet av 2018."]),
        ({"fran": "0001-01-01"}, ["Gäller från: dagen kan inte ligga före 2017."]),
        ({"fran": "9999-12-31"}, ["Gäller från: dagen måste komma före slutet av 2018."]),
        ({"ar": "1066"}, ["År: välj ett i listan."]),
        ({"ar": "99999999999999999999"}, ["År: välj ett i listan."]),
        ({"folkmangd": "2016-12-30"}, ["Folkmängd: välj en dag i listan."]),
        ({"folkmangd": "\x00"}, ["Folkmängd: välj en dag i listan."]),
        ({"belopp": "1"}, [BOTH]),
    ],
)
def test_nonsense_is_explained_where_it_is(client, changes, messages):
    page = asked(client, **RAISE | changes)

    assert said(page) == messages
    assert page.all("table") == []
    assert_well_made(page)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("1000000001", "Belopp att fördela: högst 1 000 000 000 kronor."),
        ("9" * 400, f"Belopp att fördela: ”{'9' * 30}…” är inte ett tal."),
        ("0,5", "Belopp att fördela: ange hela kronor."),
        ("1.280.000", "Belopp att fördela: ”1.280.000” är inte ett tal."),
    ],
)
def test_total_that_cannot_be_shared_is_explained(client, written, message):
    assert said(asked(client, **TOTAL | {"belopp": written})) == [message]


def test_new_rate_in_a_year_that_begins_without_one_is_explained(client):
    page = asked(client, avgift="4", fran="2017-07-01", ar="2017", folkmangd="2016-12-31")
    assert said(page) == []
    FeeRate.objects.filter(valid_from=date(2017, 1, 1)).delete()
    page = asked(client, avgift="4", fran="2017-09-01", ar="2017", folkmangd="2016-12-31")
    assert said(page) == ["Ingen avgift per invånare gäller den 1 januari 2017."]


def test_wrong_field_is_tied_to_its_explanation(client):
    field = asked(client, **RAISE | {"avgift": "hej"}).one("input", name="avgift")

    assert field.attributes["aria-invalid"] == "true"
    assert field.attributes["aria-describedby"].split() == ["avgift_helptext", "avgift_error"]
    assert field.attributes["value"] == "hej"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["avgift", "fran", "belopp", "ar", "folkmangd", "annat"]),
        st.one_of(
            st.text(max_size=40), st.sampled_from(["5", "2018-07-01", "2018", "2016-12-31", "1280000"])
        ),
    )
)
def test_anything_in_the_address_is_answered(client, values):
    assert client.get(PAGE, values).status_code == 200
    assert client.get("/budget/kalkyl.csv", values).status_code in (200, 400)


# --- Files --------------------------------------------------------------------------------------------------


def test_files_have_the_tables_figures(client):
    page = asked(client, **RAISE)
    links = [link for link in page.links() if link.startswith("/budget/kalkyl.")]
    as_csv = b"".join(client.get(links[0]).streaming_content).decode()
    as_xlsx = sheet_rows(client.get(links[1]).content)
    rows = list(csv.reader(io.StringIO(as_csv)))

    assert [link.split("?")[0] for link in links] == ["/budget/kalkyl.csv", "/budget/kalkyl.xlsx"]
    assert rows[4] == ["2018", "0140", "Nykvarn", "10424", "41696", "49514", "7818", "18.8", "57332"]
    assert as_xlsx[4] == (2018, "0140", "Nykvarn", 10424, 41696, 49514, 7818, 18.8, 57332)
    shown = [
        [text.replace("\xa0", "").replace(" ", "") for text in row] for row in page.all("table")[0].rows()
    ]
    assert [[row[0], *row[1:5], row[6]] for row in shown[:-1]] == [
        [row[2], *row[3:7], row[8]] for row in rows[1:]
    ]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_file_without_an_answer_says_why(client, suffix):
    response = client.get(f"/budget/kalkyl.{suffix}", RAISE | {"avgift": "hej"})

    assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert response.content.decode() == "Ny avgift: ”hej” är inte ett tal.\n"


# --- Staff --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", f"?{urlencode(RAISE)}", "?avgift=hej"])
def test_visitor_gets_no_cookie_and_no_form_that_stores(client, query):
    Scenario.objects.create(name="Hemlig", year=2018, total=1, population_date=date(2016, 12, 31))
    response = client.get(PAGE + query)

    assert response.cookies == {}
    page = parse(response.content.decode())
    assert [form.attributes["method"] for form in page.all("form")] == ["get"]
    assert "Hemlig" not in page.text


def test_visitor_can_neither_save_nor_draft(client):
    scenario = Scenario.objects.create(name="A", year=2018, total=1, population_date=date(2016, 12, 31))

    assert client.post(SAVE, RAISE | {"name": "B"}).status_code == 403
    assert client.post(f"{PAGE}{scenario.pk}/utkast/").status_code == 403
    assert (Scenario.objects.count(), Budget.objects.count()) == (1, 1)


@pytest.mark.parametrize("address", [SAVE, f"{PAGE}1/utkast/"])
def test_what_stores_is_never_done_by_a_link(admin_client, address):
    assert admin_client.get(address).status_code == 405


def test_what_stores_needs_its_token(admin_user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)

    assert client.post(SAVE, RAISE | {"name": "A"}).status_code == 403
    assert not Scenario.objects.exists()


@pytest.mark.parametrize("question", [RAISE, TOTAL])
def test_staff_save_a_question_and_find_it_again(admin_client, admin_user, question):
    form = asked(admin_client, **question).one("form", method="post", action=SAVE)
    fields = {field.attributes["name"]: field.attributes.get("value", "") for field in form.all("input")}
    response = admin_client.post(SAVE, fields | {"name": "Höjning"}, follow=True)
    page = parse(response.content.decode())

    scenario = Scenario.objects.get()
    assert (scenario.created_by, scenario.get_absolute_url()) == (admin_user, f"{PAGE}?{urlencode(question)}")
    assert page.texts("li", "message") == ["Kalkylen ”Höjning” är sparad."]
    assert f"{PAGE}?{urlencode(question)}" in page.one("section", "section").links()
    assert page.table("Avgift per kommun").rows() == asked(Client(), **question).all("table")[0].rows()
    assert_well_made(page)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (RAISE | {"name": ""}, "Kalkylen kunde inte sparas: Detta fält måste fyllas i."),
        (RAISE | {"name": "Tagen"}, "Kalkylen kunde inte sparas: Kalkyl med detta Namn finns redan."),
        (RAISE | {"name": "A", "avgift": "hej"}, "Kalkylen kunde inte sparas: frågan är inte giltig."),
        ({"name": "A"}, "Kalkylen kunde inte sparas: frågan är inte giltig."),
    ],
)
def test_what_cannot_be_saved_is_explained(admin_client, fields, message):
    Scenario.objects.create(name="Tagen", year=2018, total=1, population_date=date(2016, 12, 31))
    response = admin_client.post(SAVE, fields, follow=True)

    assert parse(response.content.decode()).texts("li", "message") == [message]
    assert Scenario.objects.count() == 1


def test_staff_without_the_right_to_draft_see_no_button_for_it(client):
    user = User.objects.create_user("anna", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="add_scenario"))
    client.force_login(user)
    client.post(SAVE, RAISE | {"name": "Höjning"})
    page = asked(client, **RAISE)

    assert "Höjning" in page.one("section", "section").text
    assert page.one("section", "section").all("button") == []
    assert client.post(f"{PAGE}{Scenario.objects.get().pk}/utkast/").status_code == 403


def test_saved_question_becomes_a_draft_by_a_button(admin_client):
    admin_client.post(SAVE, RAISE | {"name": "Höjning"})
    button = asked(admin_client, **RAISE).one("section", "section").one("form", method="post")
    response = admin_client.post(button.attributes["action"])
    budget = Budget.objects.get(plan__year=2018)

    assert response["Location"] == f"/admin/budget/budget/{budget.pk}/change/"
    assert budget.status == Budget.Status.DRAFT
    assert budget.proposed_rates.get().amount_per_inhabitant == Decimal("5.50")
    again = admin_client.post(button.attributes["action"], follow=True)
    assert parse(again.content.decode()).texts("li", "message")[-2:] == [
        "Inget utkast gjordes. Det finns redan en budget för 2018.",
        "Inget utkast gjordes. Det finns redan en avgift från den 1 juli 2018: 5,50 kr per invånare.",
    ]
