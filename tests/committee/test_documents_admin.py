"""Documents in the back office: one by one, several at once, and everything that goes wrong."""

import datetime
import errno
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import Client

from calendar_app.event_documents_admin import EventDocumentAdmin
from calendar_app.models import EventDocument
from committee.documents import BROKEN_PDF, EMPTY, UNKNOWN
from committee.documents_formats import DOCX
from committee.documents_forms import CHOOSE_AGAIN
from committee.models import Document
from sodertorn import roles
from sodertorn.publishing import Publication
from tests import document_files as files
from tests import factories
from tests.reading import parse, read
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/calendar_app/eventdocument/ladda-upp/"
LIST = "/admin/committee/document/"
DAY = datetime.date(2018, 3, 8)
TOO_LARGE = (
    "Filen är 250 kB och får vara högst 100 kB. "
    "Gör den mindre, till exempel med lägre upplösning på bilderna, eller dela upp den."
)
REMOVE_ONE = "Ta bort det ena om det inte är meningen."


@pytest.fixture(autouse=True)
def store(settings, tmp_path: Path) -> Path:
    """A folder of the test's own for the files."""
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    return tmp_path


def in_store(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def person(role: str) -> Client:
    roles.update()
    user = User.objects.create_user("anna", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    sign_in(client, user)
    return client


@pytest.fixture
def clerk(db: None) -> Client:
    return person("sekretariat")


def form(*uploads: SimpleUploadedFile, **fields: Any) -> dict[str, Any]:
    empty = {"event": "", "body": "", "plan": "", "kind": "", "publication": "draft"}
    return {**empty, **fields, "uploads": list(uploads)}


def messages_of(response) -> list[str]:
    return [message.text for message in parse(response.content.decode()).one("ul", "messagelist").all("li")]


def faults_of(response) -> list[str]:
    return [
        item.text
        for faults in parse(response.content.decode()).all("ul", "errorlist")
        for item in faults.all("li")
    ]


# --- Several at once ----------------------------------------------------------------------------------------


def test_files_are_stored_as_their_names_say(clerk: Client, store: Path) -> None:
    uploads = [
        files.uploaded(files.pdf(), "Protokoll_2018-03-08.pdf"),
        files.uploaded(files.docx(), "../../Avtal om lokaler.docx"),
    ]
    response = clerk.post(UPLOAD, form(*uploads), follow=True)

    rows = list(
        Document.objects.order_by("pk").values_list("title", "kind", "file_name", "publication", "size")
    )
    assert rows == [
        ("Protokoll 2018-03-08", "minutes", "Protokoll_2018-03-08.pdf", "draft", len(files.pdf())),
        ("Avtal om lokaler", "agreement", "Avtal om lokaler.docx", "draft", len(files.docx())),
    ]
    assert Document.objects.get(kind="minutes").dated_on == DAY
    names = [str(path.relative_to(store)) for path in in_store(store)]
    assert [re.sub("[0-9a-f]{32}", "…", name) for name in sorted(names, key=lambda name: name[-4:])] == [
        f"dokument/{datetime.date.today().year}/….pdf",  # noqa: DTZ011
        f"dokument/{datetime.date.today().year}/….docx",  # noqa: DTZ011
    ]
    assert messages_of(response) == [
        "2 dokument är uppladdade som utkast: ”Protokoll 2018-03-08” (protokoll), ”Avtal om lokaler” (avtal)."
    ]
    assert {row.text for row in parse(response.content.decode()).all("th", "field-title")} == {
        "Protokoll 2018-03-08",
        "Avtal om lokaler",
    }


def test_large_file_is_stored_from_disk(clerk: Client, store: Path, settings) -> None:
    settings.FILE_UPLOAD_HANDLERS = [
        "sodertorn.upload_limit.FileSizeLimit",
        "sodertorn.upload_limit.FileOnDisk",
    ]
    clerk.post(UPLOAD, form(files.uploaded(files.pdf())))

    assert [path.read_bytes() for path in in_store(store)] == [files.pdf()]


@pytest.mark.parametrize("address", [UPLOAD, f"{LIST}add/"])
def test_disk_that_gets_full_is_told_and_left_without_the_beginning_of_the_file(
    clerk: Client, store: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def chunks(self: InMemoryUploadedFile, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"%PDF-"
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(InMemoryUploadedFile, "chunks", chunks)
    clerk.raise_request_exception = False
    several, one = files.uploaded(files.pdf()), files.uploaded(files.pdf())
    fields = {"kind": "minutes", "title": "Protokoll", "dated_on": "2018-03-08", "file": one}

    response = clerk.post(address, {**form(several), **fields})

    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "Det du skickade sparades inte." in response.content.decode()
    assert in_store(store) == []
    assert not Document.objects.exists()


def test_papers_are_posted_to_the_meeting_and_lead_back_to_it(clerk: Client) -> None:
    body = factories.make_body()
    event = factories.make_event(DAY, body=body)
    page = read(clerk, f"/admin/calendar_app/event/{event.pk}/change/")
    button = next(link for link in page.all("a") if link.text == "Ladda upp handlingar")
    assert button.attributes["href"] == f"{UPLOAD}?event={event.pk}"
    chosen = [
        option.text
        for option in read(clerk, button.attributes["href"]).all("option")
        if "selected" in option.attributes
    ]
    assert chosen[0] == "Möte 2018-03-08"

    upload = form(files.uploaded(files.pdf(), "Lokaler.pdf"), event=event.pk, publication="published")
    response = clerk.post(UPLOAD, upload)

    assert response.headers["Location"] == f"/admin/calendar_app/event/{event.pk}/change/"
    document = EventDocument.objects.get(event=event).document
    assert (document.kind, document.body, document.dated_on) == ("paper", body, DAY)
    assert document.title in Client().get(event.get_absolute_url()).content.decode()


def test_what_is_chosen_goes_for_all(clerk: Client) -> None:
    body, plan = factories.make_body(), factories.make_plan(2018)
    uploads = [files.uploaded(files.pdf(), name) for name in ("Protokoll.pdf", "Karta.pdf")]
    clerk.post(UPLOAD, form(*uploads, body=body.pk, plan=plan.pk, kind="report", publication="published"))

    rows = Document.objects.values_list("kind", "body", "plan", "publication")
    assert list(rows) == [("report", body.pk, plan.pk, "published")] * 2


def test_each_fault_is_told_with_its_file_and_nothing_is_stored(clerk: Client, store: Path) -> None:
    body = factories.make_body()
    uploads = [
        files.uploaded(files.pdf(), "Bra.pdf"),
        files.uploaded(b"<html><script>alert(1)</script>", "Kallelse.pdf"),
        files.uploaded(b"", "Tom.pdf"),
        files.uploaded(b"%PDF-1.4 hej", "Halv.pdf"),
    ]
    response = clerk.post(UPLOAD, form(*uploads, body=body.pk, kind="minutes", publication="published"))

    assert faults_of(response) == [
        f"”Kallelse.pdf”: {UNKNOWN}",
        f"”Tom.pdf”: {EMPTY}",
        f"”Halv.pdf”: {BROKEN_PDF}",
    ]
    assert "Filerna måste väljas på nytt" in response.content.decode()
    assert [str(response.context["form"][name].value()) for name in ("body", "kind", "publication")] == [
        str(body.pk),
        "minutes",
        "published",
    ]
    assert (Document.objects.count(), in_store(store)) == (0, [])


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({}, ["Välj minst en fil."]),
        ({"event": "999"}, ["Mötet finns inte längre. Välj ett i listan.", CHOOSE_AGAIN]),
        (
            {"event": "1 OR 1=1"},
            ["Mötet finns inte längre. Välj ett i listan.", CHOOSE_AGAIN],
        ),
    ],
)
def test_fault_elsewhere_says_that_files_must_be_chosen_again(
    clerk: Client, store: Path, fields: dict[str, str], faults: list[str]
) -> None:
    uploads = [files.uploaded(files.pdf())] if fields else []

    assert faults_of(clerk.post(UPLOAD, form(*uploads, **fields))) == faults
    assert (Document.objects.count(), in_store(store)) == (0, [])


def test_file_that_grows_too_large_is_named_beside_the_others(clerk: Client, store: Path, settings) -> None:
    settings.MAX_UPLOAD_SIZE = 100_000
    settings.MAX_REQUEST_SIZE = 500_000
    uploads = [files.uploaded(bytes(250_000), "Stor.pdf"), files.uploaded(b"hej", "Liten.pdf")]
    response = clerk.post(UPLOAD, form(*uploads))

    assert faults_of(response) == [
        f"”Stor.pdf”: {TOO_LARGE}",
        f"”Liten.pdf”: {UNKNOWN}",
    ]
    assert in_store(store) == []


def test_request_that_is_too_large_is_answered_unread(clerk: Client, settings) -> None:
    settings.MAX_REQUEST_SIZE = 10_000
    response = clerk.post(UPLOAD, form(files.uploaded(bytes(20_000), "Stor.pdf")))

    assert response.status_code == 413
    page = parse(response.content.decode())
    assert page.one("h1").text == "Det du skickade är för stort"
    assert page.one("p", "lede").text.endswith("Inget har sparats.")


def test_files_are_gone_if_the_rows_are_not_saved(
    clerk: Client, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(EventDocumentAdmin, "log_addition", fail)
    with pytest.raises(RuntimeError):
        clerk.post(UPLOAD, form(files.uploaded(files.pdf())))

    assert (Document.objects.count(), in_store(store)) == (0, [])


def test_same_content_is_warned_of_and_stored(clerk: Client) -> None:
    factories.make_document("Protokoll mars", dated_on=DAY)
    response = clerk.post(UPLOAD, form(files.uploaded(files.pdf(), "Kopia.pdf")), follow=True)

    assert messages_of(response) == [
        "Dokumentet är uppladdat som utkast: ”Kopia” (övrigt).",
        f"”Kopia” har exakt samma innehåll som ”Protokoll mars” (2018-03-08). {REMOVE_ONE}",
    ]
    assert Document.objects.count() == 2


def test_script_is_told_where_to_go(clerk: Client) -> None:
    response = clerk.post(UPLOAD, form(files.uploaded(files.pdf())), headers={"accept": "application/json"})

    assert response.json() == {"address": f"{LIST}?pk__in={Document.objects.get().pk}"}


@pytest.mark.parametrize(
    ("role", "status"), [("sekretariat", 200), ("redaktör", 200), ("ekonom", 403), ("läsare", 403)]
)
def test_upload_is_for_those_who_write(role: str, status: int) -> None:
    client = person(role)

    assert client.get(UPLOAD).status_code == status
    assert ("Ladda upp dokument" in client.get(LIST).content.decode()) is (status == 200)


def test_upload_by_a_visitor_asks_to_sign_in(client: Client, store: Path) -> None:
    response = client.post(UPLOAD, form(files.uploaded(files.pdf())))

    assert (response.status_code, in_store(store)) == (302, [])


# --- One by one ---------------------------------------------------------------------------------------------


def fields(**changed: Any) -> dict[str, Any]:
    usual = {"kind": "minutes", "title": "Protokoll", "dated_on": "2018-03-08", "publication": "published"}
    return {**usual, "body": "", "plan": "", **changed}


def test_document_is_added_with_all_that_is_known_of_its_file(clerk: Client, store: Path) -> None:
    clerk.post(f"{LIST}add/", fields(file=files.uploaded(files.pdf(), "C:\\fakepath\\x.exe")))
    document = Document.objects.get()

    assert (document.file_name, document.media_type, document.size) == (
        "x.pdf",
        "application/pdf",
        len(files.pdf()),
    )
    assert document.file.read() == files.pdf()
    document.file.close()
    assert len(document.sha256) == 64
    assert len(in_store(store)) == 1


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({}, ["Välj en fil."]),
        ({"file": (b"", "a.pdf")}, ["Filen är tom. Välj en fil som har ett innehåll."]),
        ({"file": (b"<html>", "a.pdf")}, [UNKNOWN]),
        ({"file": (files.pdf(), "a.pdf"), "title": ""}, ["Detta fält måste fyllas i.", CHOOSE_AGAIN]),
    ],
)
def test_document_that_is_refused_leaves_nothing(
    clerk: Client, store: Path, changed: dict[str, Any], faults: list[str]
) -> None:
    given = {**changed, "file": files.uploaded(*changed["file"])} if "file" in changed else changed
    response = clerk.post(f"{LIST}add/", fields(**given))

    assert faults_of(response) == faults
    assert (Document.objects.count(), in_store(store)) == (0, [])


def test_new_version_of_the_file_keeps_the_old_one_in_history(clerk: Client, store: Path) -> None:
    document = factories.make_document("Protokoll", dated_on=DAY)
    before = str(document.file.name)
    page = f"{LIST}{document.pk}/change/"
    shown = parse(clerk.get(page).content.decode()).one("div", "field-shown_file").text
    opened = clerk.get(page).context.get("opened_version")
    given = fields(file=files.uploaded(files.docx(), "Ny.docx"), opened_version=opened or "")
    response = clerk.post(page, given)

    assert response.status_code == 302
    assert "Protokoll.pdf" in shown
    document = Document.objects.get()
    assert (document.file_name, document.media_type) == ("Ny.docx", DOCX.media_type)
    assert document.file.name != before
    assert [version.file for version in document.history.all()] == [document.file.name, before]
    assert (store / before).read_bytes() == files.pdf()


def test_change_without_a_file_keeps_it(clerk: Client, store: Path) -> None:
    document = factories.make_document("Protokoll", dated_on=DAY)
    page = f"{LIST}{document.pk}/change/"
    opened = clerk.get(page).context.get("opened_version")
    clerk.post(page, fields(title="Annat", opened_version=opened or ""))

    changed = Document.objects.get()
    assert (changed.title, changed.file.name, changed.sha256) == (
        "Annat",
        document.file.name,
        document.sha256,
    )
    assert len(in_store(store)) == 1


def test_refused_new_version_leaves_the_old_one(clerk: Client, store: Path) -> None:
    document = factories.make_document("Protokoll", dated_on=DAY)
    page = f"{LIST}{document.pk}/change/"
    opened = clerk.get(page).context.get("opened_version")
    bad = files.uploaded(files.bomb(), "Ny.docx")
    response = clerk.post(page, fields(file=bad, opened_version=opened or ""))

    assert len(faults_of(response)) == 1
    assert Document.objects.get().file.name == document.file.name
    assert len(in_store(store)) == 1


def test_deleted_document_keeps_its_file_for_its_history(clerk: Client, store: Path) -> None:
    document = factories.make_document()
    address = document.get_absolute_url()
    clerk.post(f"{LIST}{document.pk}/delete/", {"post": "yes"})

    assert Document.objects.count() == 0
    assert len(in_store(store)) == 1
    assert Client().get(address).status_code == 404


def test_documents_are_published_and_made_drafts_with_history(clerk: Client) -> None:
    documents = [factories.make_document(f"D{n}", publication=Publication.DRAFT) for n in range(2)]
    chosen = {"_selected_action": [document.pk for document in documents]}

    def act(action: str) -> list[str]:
        return messages_of(clerk.post(LIST, {**chosen, "action": action}, follow=True))

    assert act("publish") == ["2 dokument är nu publicerade."]
    assert act("publish") == ["De valda dokumenten är redan publicerade."]
    assert act("make_draft") == ["2 dokument är nu utkast."]
    assert set(Document.objects.values_list("publication", flat=True)) == {"draft"}
    assert documents[0].history.count() == 3


def test_list_names_what_each_document_belongs_to_at_the_same_cost(
    clerk: Client, django_assert_max_num_queries
) -> None:
    body, plan = factories.make_body(short_name="Kommittén"), factories.make_plan(2018)
    event = factories.make_event(DAY)
    for number in range(20):
        document = factories.make_document(f"D{number}", body=body, plan=plan)
        if number % 2:
            EventDocument.objects.create(event=event, document=document)
    with django_assert_max_num_queries(16):
        page = read(clerk, LIST)

    assert {cell.text for cell in page.all("td", "field-linked_to")} == {
        "Möte 2018-03-08, Verksamhetsplan 2018",
        "Kommittén, Verksamhetsplan 2018",
    }
