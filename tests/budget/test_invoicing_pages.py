"""Notices as staff meet them: issuing and crediting in the back office, pages, and files."""

import csv
import datetime
import io
import shutil
import subprocess
from typing import Any

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from budget.invoicing import credit_notices, issue_notices
from budget.models import Budget, FeeNotice, NumberSeries
from budget.notice_pdf import issue_pdf, notice_content, notice_pdf
from committee.models import Population
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

JAN, JUN, DEC = datetime.date(2017, 1, 1), datetime.date(2017, 6, 30), datetime.date(2017, 12, 31)
NOW = datetime.datetime(2017, 1, 10, 9, 0, tzinfo=datetime.UTC)
LIST = "/admin/budget/feenotice/"


@pytest.fixture
def budget() -> Budget:
    Budget.objects.update(status=Budget.Status.PUBLISHED, population_date=datetime.date(2016, 12, 31))
    return Budget.objects.select_related("plan").get(plan__year=2017)


@pytest.fixture
def issued(budget: Budget) -> list[FeeNotice]:
    return issue_notices(budget, JAN, DEC, None, NOW)


@pytest.fixture
def clerk(client: Client) -> Client:
    sign_in(client, User.objects.create_superuser("anna", password="hemligt"))
    return client


@pytest.fixture
def reader() -> Client:
    """Staff who may see notices and nothing more."""
    user = User.objects.create_user("bo", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_feenotice", "view_budget"]))
    client = Client()
    client.force_login(user)
    return client


def issue_page(budget: Budget, query: str = "period=helår") -> str:
    return f"{reverse('admin:budget_budget_issue', args=[budget.pk])}?{query}"


def text_of(response: Any) -> str:
    return response.content.decode().replace("\xa0", " ").replace("&nbsp;", " ")


# --- Issuing ------------------------------------------------------------------------------------------------


def test_budget_leads_to_issuing(clerk: Client, budget: Budget) -> None:
    page = clerk.get(reverse("admin:budget_budget_change", args=[budget.pk]))

    assert f'<a href="{issue_page(budget, "")[:-1]}">Utfärda underlag</a>' in text_of(page)


def test_periods_are_offered_before_anything_is_shown(clerk: Client, budget: Budget) -> None:
    page = clerk.get(issue_page(budget, ""))

    assert [label for _, label in page.context["form"].fields["period"].choices] == [
        "helår 2017",
        "halvår 1, 2017",
        "halvår 2, 2017",
        "kvartal 1, 2017",
        "kvartal 2, 2017",
        "kvartal 3, 2017",
        "kvartal 4, 2017",
        "egna datum",
    ]
    assert 'id="forhandsgranskning"' not in text_of(page)


def test_preview_shows_all_eight_with_the_derivation_and_issues_nothing(
    clerk: Client, budget: Budget
) -> None:
    text = text_of(clerk.get(issue_page(budget)))

    assert "7/12 × 2 kr + 5/12 × 4 kr = 17/6 ≈ 2,83 kr per invånare" in text
    assert "<td>Nynäshamns kommun</td>" in text
    assert "78 631 kr" in text
    assert "1 361 221 kr" in text
    assert FeeNotice.objects.count() == NumberSeries.objects.count() == 0


def test_confirmed_preview_is_issued_and_logged(clerk: Client, budget: Budget) -> None:
    page = issue_page(budget, "period=egna&first_day=2017-01-01&last_day=2017-06-30")
    fingerprint = clerk.get(page).context["draft"].fingerprint
    response = clerk.post(page, {"fingerprint": fingerprint}, follow=True)

    assert response.redirect_chain == [(LIST, 302)]
    assert "Utfärdade underlag nummer 1–8: 480 431 kr." in text_of(response)
    assert [str(notice.issued_by) for notice in FeeNotice.objects.all()] == ["anna"] * 8
    assert LogEntry.objects.get().change_message.replace("\xa0", " ") == (
        "Utfärdade underlag nummer 1–8, 480 431 kr."
    )


def test_second_press_is_told(clerk: Client, budget: Budget) -> None:
    fingerprint = clerk.get(issue_page(budget)).context["draft"].fingerprint
    clerk.post(issue_page(budget), {"fingerprint": fingerprint})
    response = clerk.post(issue_page(budget), {"fingerprint": fingerprint})

    assert response.status_code == 400
    assert "Underlag för 1 januari–31 december 2017 är redan utfärdade (nummer 1–8)." in text_of(response)
    assert FeeNotice.objects.count() == 8


@pytest.mark.parametrize("fingerprint", ["", "x", "\0"])
def test_confirmation_of_something_else_is_refused(clerk: Client, budget: Budget, fingerprint: str) -> None:
    response = clerk.post(issue_page(budget), {"fingerprint": fingerprint})

    assert response.status_code == 400
    assert "Uppgifterna har ändrats sedan du öppnade sidan." in text_of(response)
    assert FeeNotice.objects.count() == 0


def test_missing_population_is_named_in_the_preview(clerk: Client, budget: Budget) -> None:
    Population.objects.filter(municipality__name="Salem", reference_date="2016-12-31").delete()

    assert "Folkmängd per 31 december 2016 saknas för Salem." in text_of(clerk.get(issue_page(budget)))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("period=nonsens", "Välj ett giltigt alternativ"),
        ("period=egna", "Ange ett datum."),
        ("period=egna&first_day=x&last_day=2017-02-30", "Fyll i ett giltigt datum"),
        ("period=egna&first_day=2018-01-01&last_day=2018-06-30", "Perioden ska ligga inom 2017."),
        ("period=egna&first_day=2017-06-30&last_day=2017-01-01", "kan inte sluta före sin första dag"),
        ("period=egna&first_day=2017-01-02&last_day=2017-06-30", "Avgiften räknas efter hela månader"),
        ("period=egna&first_day=0001-01-01&last_day=9999-12-31", "Perioden ska ligga inom 2017."),
        ("period=helår&kommun=9999", "Det finns ingen kommun att utfärda underlag för."),
        ("period=helår&kommun=%00", "Det finns ingen kommun att utfärda underlag för."),
    ],
)
def test_nonsense_is_explained(clerk: Client, budget: Budget, query: str, message: str) -> None:
    for response in (clerk.get(issue_page(budget, query)), clerk.post(issue_page(budget, query))):
        assert response.status_code in (200, 400)
        assert message in text_of(response)
    assert FeeNotice.objects.count() == 0


def test_issuing_and_crediting_need_the_right_to_it(reader: Client, issued: list[FeeNotice]) -> None:
    addresses = [issue_page(issued[0].budget), reverse("admin:budget_feenotice_credit", args=[1])]
    change_page = reader.get(reverse("admin:budget_budget_change", args=[issued[0].budget_id]))

    for address in addresses:
        assert reader.get(address).status_code == reader.post(address).status_code == 403
        assert Client().get(address).status_code == 302
    assert "Utfärda underlag" not in text_of(change_page)
    assert ">Kreditera<" not in text_of(reader.get("/budget/underlag/1/"))


# --- Crediting ----------------------------------------------------------------------------------------------


def test_notice_is_credited_with_a_reason_and_issued_again(clerk: Client, issued: list[FeeNotice]) -> None:
    salem = next(notice for notice in issued if notice.municipality.name == "Salem")
    page = reverse("admin:budget_feenotice_credit", args=[salem.number])
    response = clerk.post(page, {"reason": "Fel folkmängd"}, follow=True)

    assert "Utfärdade kreditunderlag nummer 9: −47 076 kr." in text_of(response)
    change_page = clerk.get(reverse("admin:budget_feenotice_change", args=[salem.pk]))
    again = change_page.context["again"]
    assert f'href="{again.replace("&", "&amp;")}">Utfärda på nytt' in text_of(change_page)
    assert change_page.context["may_credit"] is False
    preview = clerk.get(again)
    assert [row.municipality.name for row in preview.context["draft"].rows] == ["Salem"]
    clerk.post(again, {"fingerprint": preview.context["draft"].fingerprint})
    assert list(
        FeeNotice.objects.filter(number__gte=9).order_by("number").values_list("amount", flat=True)
    ) == [
        -47_076,
        47_076,
    ]
    assert "Utfärda på nytt" not in text_of(clerk.get(change_page.request["PATH_INFO"]))


def test_whole_issue_is_credited_but_for_what_is_already(clerk: Client, issued: list[FeeNotice]) -> None:
    credit_notices(issued[:1], "Fel", None, NOW)
    page = reverse("admin:budget_feenotice_credit", args=[2])
    assert "(6 till)" in text_of(clerk.get(page))
    clerk.post(page, {"reason": "Fel period", "whole_issue": "on"})

    assert FeeNotice.objects.valid().count() == 0
    assert sum(FeeNotice.objects.values_list("amount", flat=True)) == 0


@pytest.mark.parametrize(
    ("number", "form", "status", "message"),
    [
        (2, {"reason": " "}, 200, "Skriv varför underlaget krediteras."),
        (2, {"reason": "x" * 251}, 200, "Skälet får ha högst 250 tecken."),
        (1, {"reason": "En gång till"}, 400, "Underlag 1 är redan krediterat, av nummer 9."),
        (9, {"reason": "Tillbaka"}, 400, "Nummer 9 är ett kreditunderlag och kan inte krediteras."),
    ],
)
def test_credit_is_refused_with_the_reason(
    clerk: Client, issued: list[FeeNotice], number: int, form: dict[str, str], status: int, message: str
) -> None:
    credit_notices(issued[:1], "Fel", None, NOW)
    response = clerk.post(reverse("admin:budget_feenotice_credit", args=[number]), form)

    assert response.status_code == status
    assert message in text_of(response)
    assert FeeNotice.objects.count() == 9


def test_credit_of_what_is_not_there_is_not_found(clerk: Client, issued: list[FeeNotice]) -> None:
    for number in (0, 99, 10**30):
        assert clerk.get(f"{LIST}{number}/kreditera/").status_code == 404


# --- The list, and what cannot be done there ----------------------------------------------------------------


def test_list_tells_the_state_and_filters_by_it(clerk: Client, issued: list[FeeNotice]) -> None:
    credit_notices(issued[:1], "Fel", None, NOW)
    counts = {
        state: clerk.get(LIST, {"lage": state}).context["cl"].result_count
        for state in ("", "galler", "krediterat", "kredit", "nonsens")
    }

    assert counts == {"": 9, "galler": 7, "krediterat": 1, "kredit": 1, "nonsens": 9}
    text = text_of(clerk.get(LIST))
    assert "krediterar nummer 1" in text
    assert "krediterat av nummer 9" in text


def test_list_and_page_cost_the_same_whatever_the_number(
    clerk: Client, issued: list[FeeNotice], django_assert_num_queries: Any
) -> None:
    credit_notices(issued[:4], "Fel", None, NOW)
    clerk.get(LIST)
    for query, found in (({"number": 1}, 1), ({"number__gte": 1}, 12)):
        with django_assert_num_queries(7):
            assert clerk.get(LIST, query).context["cl"].result_count == found
    for number in (1, 9):
        with django_assert_num_queries(5):
            clerk.get(f"/budget/underlag/{number}/")


def test_back_office_offers_no_way_to_change_or_delete(clerk: Client, issued: list[FeeNotice]) -> None:
    pk = issued[0].pk
    for page in ("add/", f"{pk}/delete/"):
        assert clerk.get(LIST + page).status_code == clerk.post(LIST + page).status_code == 403
    assert clerk.post(f"{LIST}{pk}/change/", {"amount": 1}).status_code == 403
    clerk.post(LIST, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})

    assert FeeNotice.objects.count() == 8
    assert 'name="action"' not in text_of(clerk.get(LIST))
    assert '<div class="readonly">256 912 kr</div>' in text_of(clerk.get(f"{LIST}{pk}/change/"))


def test_new_pages_keep_to_the_content_security_policy(clerk: Client, issued: list[FeeNotice]) -> None:
    pages = [issue_page(issued[0].budget), f"{LIST}1/kreditera/", f"{LIST}{issued[0].pk}/change/", LIST]
    for page in [*pages, "/budget/underlag/1/"]:
        text = text_of(clerk.get(page))
        assert " style=" not in text
        assert "<style" not in text
        assert "onclick" not in text


# --- Pages and files ----------------------------------------------------------------------------------------

FILES = [f"/budget/underlag/1{rest}.{suffix}" for rest in ("", "/alla") for suffix in ("pdf", "csv", "xlsx")]


@pytest.mark.parametrize("address", ["/budget/underlag/1/", *FILES])
def test_notices_are_for_staff_with_the_right_to_see_them(
    reader: Client, issued: list[FeeNotice], address: str
) -> None:
    stranger = Client()
    stranger.force_login(User.objects.create_user("cia", is_staff=True))
    answer = reader.get(address)

    assert Client().get(address)["Location"] == f"/admin/login/?next={address}"
    assert stranger.get(address).status_code == 403
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert reader.post(address).status_code == 405


@pytest.mark.parametrize(
    "address", ["/budget/underlag/99/", "/budget/underlag/99.pdf", f"/budget/underlag/{10**9 * 9}/alla.csv",
                f"/budget/underlag/{10**30}/", "/budget/underlag/1.exe", "/budget/underlag/-1/"]
)  # fmt: skip
def test_notice_that_is_not_there_is_not_found(clerk: Client, issued: list[FeeNotice], address: str) -> None:
    assert clerk.get(address).status_code == 404


def test_page_says_what_the_notice_says_and_that_it_is_internal(
    clerk: Client, issued: list[FeeNotice]
) -> None:
    text = text_of(clerk.get("/budget/underlag/1/"))

    assert "Internt arbetsmaterial: syns bara för inloggad personal tills det har skickats" in text
    assert '<meta name="robots" content="noindex">' in text
    assert "Botkyrka kommun: 256 912 kr" in text
    assert "90 675, 31 december 2016" in text
    assert "1 361 221" in text


def test_public_pages_do_not_lead_to_notices(issued: list[FeeNotice]) -> None:
    for page in ("/budget/", "/budget/2017/", "/kommuner/botkyrka/"):
        assert "underlag/" not in text_of(Client().get(page))


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def test_csv_of_one_and_of_all(clerk: Client, issued: list[FeeNotice]) -> None:
    credit_notices(issued[:1], "=Fel", None, NOW + datetime.timedelta(hours=1))
    [row] = rows_of(clerk.get("/budget/underlag/1.csv"))

    assert {**row, "population_source": "", "derivation": row["derivation"].replace("\xa0", " ")} == {
        "number": "1",
        "kind": "underlag",
        "municipality_code": "0127",
        "municipality": "Botkyrka",
        "first_day": "2017-01-01",
        "last_day": "2017-12-31",
        "amount": "256912",
        "rate": "17/6 kr",
        "derivation": "7/12 × 2 kr + 5/12 × 4 kr = 17/6 ≈ 2,83 kr per invånare",
        "inhabitants": "90675",
        "population_date": "2016-12-31",
        "population_source": "",
        "credits": "",
        "credited_by": "9",
        "reason": "",
        "issued_at": "2017-01-10T09:00:00+00:00",
    }
    everyone = rows_of(clerk.get("/budget/underlag/5/alla.csv"))
    assert [row["number"] for row in everyone] == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert sum(int(row["amount"]) for row in everyone) == 1_361_221
    [credit] = rows_of(clerk.get("/budget/underlag/9.csv"))
    assert (credit["amount"], credit["credits"], credit["reason"]) == ("-256912", "1", "'=Fel")


def test_xlsx_has_numbers_and_dates(clerk: Client, issued: list[FeeNotice]) -> None:
    response = clerk.get("/budget/underlag/1/alla.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))

    assert response["Content-Disposition"] == 'attachment; filename="underlag-1-8.xlsx"'
    assert sum(row[6] for row in rows[1:]) == 1_361_221
    assert rows[1][2:5] == ("0127", "Botkyrka", datetime.datetime(2017, 1, 1))  # noqa: DTZ001


def test_pdf_is_tagged_swedish_and_the_same_each_time(clerk: Client, issued: list[FeeNotice]) -> None:
    response = clerk.get("/budget/underlag/1.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part" in response.content
    assert b"/Lang" in response.content
    assert b"/StructTreeRoot" in response.content
    assert response.content == clerk.get("/budget/underlag/1.pdf").content
    assert issue_pdf(issued) == issue_pdf(issued)


HOSTILE = '#panic("x") $x$ *fet* _kursiv_ `kod` @ref <b> \\ ] [ // /* #read("/etc/passwd") #sys.inputs "}'


def test_pdf_takes_what_staff_have_written_as_text(budget: Budget) -> None:
    Population.objects.filter(reference_date="2016-12-31").update(source=HOSTILE)
    budget.plan.issuer = HOSTILE
    budget.plan.save()
    notices = issue_notices(budget, JAN, DEC, None, NOW)
    [credit] = credit_notices(notices[:1], HOSTILE, None, NOW)
    credit = FeeNotice.objects.with_relations().get(pk=credit.pk)

    assert (notice_content(credit)["issuer"], notice_content(credit)["facts"][-1]) == (
        HOSTILE,
        ("Skäl", HOSTILE),
    )
    assert notice_pdf(credit).startswith(b"%PDF")
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-layout", "-", "-"], input=notice_pdf(credit), capture_output=True, check=True
        ).stdout.decode()
        assert '#panic("x") $x$ *fet* _kursiv_ `kod` @ref <b>' in text
