"""Documents as visitors and staff get them: the file with its headers, the list, and pages with documents."""

import datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from calendar_app.models import EventDocument, EventLink
from committee.models import Document
from sodertorn.publishing import Publication
from tests import document_files as files
from tests import factories
from tests.reading import read
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

QUERIES = 5
"""What the list costs: years, bodies, number, documents, and the pages named at the foot."""
ISOLATED = "default-src 'none'; frame-ancestors 'none'; sandbox"
DAY = datetime.date(2018, 3, 8)
HEADERS = (
    "Content-Type",
    "Content-Length",
    "Content-Disposition",
    "Content-Security-Policy",
    "Cross-Origin-Resource-Policy",
    "X-Content-Type-Options",
    "Cache-Control",
    "ETag",
)


@pytest.fixture(autouse=True)
def store(settings, tmp_path: Path) -> Path:
    """A folder of the test's own for the files."""
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    return tmp_path


@pytest.fixture
def staff(db: None) -> Client:
    """Someone who may see drafts."""
    user = User.objects.create_user("lars", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_drafts"))
    client = Client()
    sign_in(client, user)
    return client


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


# --- The file -----------------------------------------------------------------------------------------------


def test_file_is_sent_whole_with_what_a_browser_must_know(client: Client) -> None:
    document = factories.make_document("Protokoll 8 mars")
    response = client.get(f"/dokument/{document.pk}/Protokoll%208%20mars.pdf")

    assert body_of(response) == files.pdf()
    assert {name: response[name] for name in HEADERS} == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(files.pdf())),
        "Content-Disposition": 'inline; filename="Protokoll 8 mars.pdf"',
        "Content-Security-Policy": ISOLATED,
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
        "ETag": f'"{document.sha256}"',
    }
    assert response["Last-Modified"].endswith(" GMT")
    assert "Set-Cookie" not in response


def test_file_that_browsers_cannot_show_is_kept(client: Client) -> None:
    document = factories.make_document("Överenskommelse", content=files.docx())
    response = client.get(document.get_absolute_url())

    assert response["Content-Type"] == document.media_type
    assert response["Content-Disposition"] == ("attachment; filename*=utf-8''%C3%96verenskommelse.docx")
    assert body_of(response) == files.docx()


def test_image_is_shown(client: Client) -> None:
    document = factories.make_document("Karta", content=files.PNG)
    response = client.get(document.get_absolute_url())

    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "image/png",
        'inline; filename="Karta.png"',
    )
    response.close()


def test_file_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    document = factories.make_document()
    response = client.get(document.get_absolute_url(), headers={"if-none-match": f'"{document.sha256}"'})

    assert (response.status_code, response.content) == (304, b"")
    assert response["Content-Security-Policy"] == ISOLATED


def test_head_has_the_length_and_no_file(client: Client) -> None:
    response = client.head(factories.make_document().get_absolute_url())

    assert (response.status_code, response["Content-Length"]) == (200, str(len(files.pdf())))
    response.close()


def test_wrong_name_leads_to_the_right_one(client: Client) -> None:
    document = factories.make_document("Protokoll")

    assert client.get(f"/dokument/{document.pk}/annat.pdf").headers["Location"] == (
        f"/dokument/{document.pk}/Protokoll.pdf"
    )


@pytest.mark.parametrize("address", ["/dokument/0/x.pdf", f"/dokument/{10**30}/x.pdf", "/dokument/1/a/b.pdf"])
def test_unknown_address_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_file_is_not_served_where_it_lies(client: Client) -> None:
    document = factories.make_document()

    assert str(document.file.name).startswith("dokument/20")
    for root in ("/", "/media/", "/static/"):
        assert client.get(f"{root}{document.file.name}").status_code == 404


def test_file_that_is_gone_is_not_found_and_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    document = factories.make_document()
    document.file.storage.delete(str(document.file.name))

    assert client.get(document.get_absolute_url()).status_code == 404
    assert f"The file of document {document.pk} is missing" in caplog.text


def test_draft_is_not_found_by_visitors(client: Client) -> None:
    document = factories.make_document("Hemligt", publication=Publication.DRAFT)

    assert client.get(document.get_absolute_url()).status_code == 404
    assert client.get(f"/dokument/{document.pk}/fel-namn.pdf").status_code == 404


def test_draft_is_sent_to_staff_and_stored_by_nobody(staff: Client) -> None:
    document = factories.make_document("Hemligt", publication=Publication.DRAFT)
    response = staff.get(document.get_absolute_url())

    assert body_of(response) == files.pdf()
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


def test_unpublished_document_is_gone_although_the_browser_has_it(client: Client) -> None:
    document = factories.make_document()
    Document.objects.update(publication=Publication.DRAFT)
    response = client.get(document.get_absolute_url(), headers={"if-none-match": f'"{document.sha256}"'})

    assert response.status_code == 404


# --- The list -----------------------------------------------------------------------------------------------


def titles(client: Client, address: str = "/dokument/") -> list[str]:
    page = read(client, address)
    return [item.one("a").text for item in page.all("li", "document-item")]


def test_list_has_the_newest_first_by_year_with_format_and_size(client: Client) -> None:
    body = factories.make_body("sekretariatet", short_name="Sekretariatet")
    factories.make_document("Protokoll", dated_on=DAY, body=body)
    factories.make_document(
        "Avtal", kind="agreement", content=files.docx(), dated_on=datetime.date(2017, 1, 2)
    )
    page = read(client, "/dokument/")

    assert [heading.text for heading in page.all("h2")] == ["2018", "2017"]
    assert [item.text for item in page.all("li", "document-item")] == [
        f"Protokoll (PDF, {round(len(files.pdf()) / 1000)} kB) Protokoll · Sekretariatet · 8 mars 2018",
        f"Avtal (Word, {len(files.docx())} byte) Avtal · 2 januari 2017",
    ]


def test_list_is_filtered_by_kind_year_and_body(client: Client) -> None:
    body = factories.make_body("sekretariatet")
    factories.make_document("A", dated_on=DAY, body=body)
    factories.make_document("B", dated_on=DAY, kind="notice")
    factories.make_document("C", dated_on=datetime.date(2017, 3, 8), body=body)

    assert titles(client, "/dokument/?slag=minutes") == ["A", "C"]
    assert titles(client, "/dokument/?ar=2018") == ["A", "B"]
    assert titles(client, "/dokument/?organ=sekretariatet&ar=2017") == ["C"]
    assert titles(client, "/dokument/?slag=&ar=&organ=") == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("slag=finns-inte", "Slaget i adressen finns inte. Välj ett i listan."),
        ("ar=1999", "Det året finns inga dokument från. Välj ett i listan."),
        ("organ=finns-inte", "Organet i adressen finns inte. Välj ett i listan."),
        ("organ=%00", "Null-tecken är inte tillåtna."),
    ],
)
def test_unknown_filter_is_told(client: Client, query: str, problem: str) -> None:
    factories.make_document()
    page = read(client, f"/dokument/?{query}")

    assert [notice.text for notice in page.all("p", "notice")] == [problem]
    assert page.one("p", "empty__title").text == "Inga dokument stämmer med valet"


def test_long_list_has_pages_and_costs_the_same(client: Client, django_assert_num_queries) -> None:
    body = factories.make_body()
    for number in range(60):
        factories.make_document(f"D{number}", body=body)
    with django_assert_num_queries(QUERIES):
        page = read(client, "/dokument/?slag=minutes")

    assert page.one("a", "pager__next").attributes["href"] == "?slag=minutes&sida=2"
    assert len(titles(client, "/dokument/?slag=minutes&sida=2")) == 10
    assert client.get("/dokument/?sida=3").status_code == 404
    assert client.get("/dokument/?sida=x").status_code == 404


def test_list_has_drafts_for_staff_only_and_marked(client: Client, staff: Client) -> None:
    factories.make_document("Öppet")
    factories.make_document("Hemligt", publication=Publication.DRAFT, dated_on=datetime.date(1999, 1, 1))

    assert titles(client) == ["Öppet"]
    assert "1999" not in client.get("/dokument/").content.decode()
    drafts = [item for item in read(staff, "/dokument/").all("li", "document-item") if "Hemligt" in item.text]
    assert [item.one("span", "badge--draft").text for item in drafts] == ["Utkast"]


def test_list_without_documents_says_so(client: Client) -> None:
    assert read(client, "/dokument/").one("p", "empty__title").text == "Inga dokument är publicerade än"


# --- Pages that documents belong to -------------------------------------------------------------------------


def test_meeting_has_its_papers_in_reading_order(client: Client) -> None:
    event = factories.make_event(DAY)
    for kind, title in (("paper", "Underlag A"), ("minutes", "Protokollet"), ("notice", "Kallelsen")):
        document = factories.make_document(title, kind=kind)
        EventDocument.objects.create(event=event, document=document)
    EventLink.objects.create(event=event, kind="agenda", title="Dagordningen", url="https://haninge.example/")
    draft = factories.make_document("Hemligt", publication=Publication.DRAFT)
    EventDocument.objects.create(event=event, document=draft)
    page = read(client, event.get_absolute_url())

    section = next(each for each in page.all("section") if each.attributes["aria-labelledby"] == "handlingar")
    assert [item.one("a").text for item in section.all("li")] == [
        "Kallelsen",
        "Dagordningen",
        "Protokollet",
        "Underlag A",
    ]


def test_meeting_has_draft_papers_for_staff_marked(staff: Client) -> None:
    event = factories.make_event(DAY)
    draft = factories.make_document("Hemligt", publication=Publication.DRAFT)
    EventDocument.objects.create(event=event, document=draft)
    page = read(staff, event.get_absolute_url())

    section = next(each for each in page.all("section") if each.attributes["aria-labelledby"] == "handlingar")
    assert [item.one("span", "badge--draft").text for item in section.all("li")] == ["Utkast"]


def test_plan_and_budget_have_the_plans_documents(client: Client) -> None:
    plan = factories.make_plan(2018)
    factories.make_budget(plan)
    factories.make_document("Verksamhetsplan 2018", kind="plan", plan=plan)
    factories.make_document("Annat")
    factories.make_document("Hemligt", plan=plan, publication=Publication.DRAFT)

    assert titles(client, "/verksamhetsplan/2018/") == ["Verksamhetsplan 2018"]
    assert titles(client, "/budget/2018/") == ["Verksamhetsplan 2018"]


def test_body_has_its_newest_documents_and_leads_to_all(client: Client) -> None:
    body = factories.make_body("sekretariatet", short_name="Sekretariatet")
    for number in range(12):
        factories.make_document(f"D{number}", body=body, dated_on=DAY + datetime.timedelta(number))
    page = read(client, "/organisation/sekretariatet/")

    assert [item.one("a").text for item in page.all("li", "document-item")] == [
        f"D{11 - n}" for n in range(10)
    ]
    section = next(each for each in page.all("section") if each.attributes["aria-labelledby"] == "dokument")
    assert section.one("a", "more").attributes["href"] == "/dokument/?organ=sekretariatet"
