"""Documents in an object store: one that runs, one that is emptied, and one that does not answer."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from committee.models import Document
from sodertorn import environment
from sodertorn.object_storage import ObjectStorage
from sodertorn.publishing import Publication
from sodertorn.unavailable import DocumentsAway
from tests import document_files as files
from tests import factories
from tests.services.object_store import ObjectStore, running_object_store

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running() -> Iterator[ObjectStore]:
    with running_object_store() as store:
        yield store


@pytest.fixture
def store(running: ObjectStore, settings, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """The store, as the one that documents are kept in."""
    monkeypatch.setenv("OBJECT_STORAGE_URL", running.url)
    options = environment.object_storage("OBJECT_STORAGE_URL")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "sodertorn.object_storage.ObjectStorage", "OPTIONS": options},
    }
    return running


@pytest.fixture
def store_away(store: ObjectStore) -> Iterator[None]:
    store.stop()
    yield
    store.start()


def test_document_is_stored_and_sent_whole(store: ObjectStore) -> None:
    content = files.pdf("Protokoll i objektlagringen")
    document = factories.make_document("Protokoll i objektlagringen", content=content)
    assert isinstance(document.file.storage._wrapped, ObjectStorage)  # type: ignore[attr-defined]
    assert document.file.size == len(content)
    response = Client().get(document.get_absolute_url())
    assert b"".join(response.streaming_content) == content  # type: ignore[attr-defined]
    assert response["Content-Length"] == str(len(content))
    assert response["Content-Type"] == "application/pdf"


def test_draft_is_sent_to_nobody_and_nothing_has_an_address_in_the_store(store: ObjectStore) -> None:
    draft = factories.make_document("Utkast", publication=Publication.DRAFT)
    assert Client().get(draft.get_absolute_url()).status_code == 404
    with default_storage.open(str(draft.file)) as stored:
        assert stored.read().startswith(b"%PDF")
    assert store.address not in Client().get("/dokument/").content.decode()


def test_file_that_is_gone_from_the_store_is_not_found(store: ObjectStore) -> None:
    document = factories.make_document()
    default_storage.delete(str(document.file))
    assert not default_storage.exists(str(document.file))
    assert Client().get(document.get_absolute_url()).status_code == 404


def test_two_files_of_one_name_are_two_files(store: ObjectStore) -> None:
    first = default_storage.save("dokument/a.pdf", ContentFile(b"1"))
    second = default_storage.save("dokument/a.pdf", ContentFile(b"2"))
    assert first != second
    with default_storage.open(first) as one, default_storage.open(second) as two:
        assert (one.read(), two.read()) == (b"1", b"2")


def test_store_that_does_not_answer_is_503_for_readers(
    store: ObjectStore, request: pytest.FixtureRequest
) -> None:
    document = factories.make_document()
    request.getfixturevalue("store_away")
    response = Client(raise_request_exception=False).get(document.get_absolute_url())
    assert (response.status_code, response["Retry-After"]) == (503, "30")


def test_upload_to_a_store_that_does_not_answer_is_503_and_leaves_no_row(store_away: None) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("kansliet"))
    upload = files.uploaded(files.pdf(), "protokoll.pdf")
    data = {"kind": "minutes", "title": "Protokoll", "dated_on": "2018-03-08", "publication": "published"}
    response = client.post("/admin/committee/document/add/", {**data, "body": "", "plan": "", "file": upload})
    assert response.status_code == 503
    assert not Document.objects.exists()


def test_every_question_to_a_store_that_does_not_answer_is_told_alike(store_away: None) -> None:
    for ask in (default_storage.exists, default_storage.size, default_storage.delete, default_storage.open):
        with pytest.raises(DocumentsAway):
            ask("dokument/a.pdf")
    with pytest.raises(DocumentsAway):
        default_storage.save("dokument/a.pdf", ContentFile(b"1"))
