"""What is taken in as a document and what is refused, by content and never by name."""

import hashlib
import tracemalloc

import pytest

from committee import documents, documents_packed
from committee.documents import checked_file
from committee.documents_formats import Refused, size_text
from tests import document_files as files

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
OLD_DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
MACRO_LIST = "application/vnd.ms-word.document.macroEnabled.main+xml"
ENCRYPTED = '<m:manifest xmlns:m="urn:m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
HUGE_LIST = files.DOCX_LIST.format(type=files.TEXT) + " " * 3_000_000
DOCTYPE = '<!DOCTYPE t [<!ENTITY a "aaaa">]>' + files.DOCX_LIST.format(type=files.TEXT).partition("?>")[2]


@pytest.mark.parametrize(
    ("content", "name", "file_name", "media_type"),
    [
        (files.pdf(), "Protokoll.pdf", "Protokoll.pdf", "application/pdf"),
        (files.pdf(), "Protokoll.exe", "Protokoll.pdf", "application/pdf"),
        (files.pdf(), "Protokoll", "Protokoll.pdf", "application/pdf"),
        (files.locked_pdf(owner_only=True), "Avtal.pdf", "Avtal.pdf", "application/pdf"),
        (
            files.docx(),
            "Kallelse.pdf",
            "Kallelse.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            files.xlsx(),
            "Budget.xlsx",
            "Budget.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            files.pptx(),
            "Bilder.pptx",
            "Bilder.pptx",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        (files.odt(), "A.odt", "A.odt", "application/vnd.oasis.opendocument.text"),
        (files.odt("spreadsheet"), "A.ods", "A.ods", "application/vnd.oasis.opendocument.spreadsheet"),
        (files.odt("presentation"), "A.odp", "A.odp", "application/vnd.oasis.opendocument.presentation"),
        (files.PNG, "Karta.png", "Karta.png", "image/png"),
        (files.JPEG, "Foto.jpeg", "Foto.jpg", "image/jpeg"),
    ],
)
def test_file_is_known_by_its_content(content: bytes, name: str, file_name: str, media_type: str) -> None:
    checked = checked_file(files.uploaded(content, name))

    assert (checked.file_name, checked.format.media_type) == (file_name, media_type)
    assert (checked.size, checked.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert checked.content.read() == content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", documents.EMPTY, id="empty"),
        pytest.param(b"Hej!", documents.UNKNOWN, id="text"),
        pytest.param(HTML, documents.UNKNOWN, id="html"),
        pytest.param(HTML + files.pdf(), documents.UNKNOWN, id="html before a pdf"),
        pytest.param(EICAR, documents.UNKNOWN, id="eicar"),
        pytest.param(SVG, documents.UNKNOWN, id="svg with a script"),
        pytest.param(b"MZ" + bytes(200), documents.UNKNOWN, id="program"),
        pytest.param(OLD_DOC, documents.OLD_OFFICE, id="old Office"),
        pytest.param(b"%PDF-1.7\n" + HTML, documents.BROKEN_PDF, id="not a pdf"),
        pytest.param(files.pdf()[:200], documents.BROKEN_PDF, id="half a pdf"),
        pytest.param(files.empty_pdf(), documents.BROKEN_PDF, id="pdf without pages"),
        pytest.param(files.locked_pdf(), documents.LOCKED_PDF, id="pdf with a password"),
        pytest.param(files.pdf() + files.docx(), documents.TWO_IN_ONE, id="pdf and zip in one"),
        pytest.param(
            files.PNG + files.zipped({"a.js": "1"}), documents.BROKEN_IMAGE, id="png and zip in one"
        ),
        pytest.param(files.PNG[:-4], documents.BROKEN_IMAGE, id="half a png"),
        pytest.param(files.JPEG[:-2] + HTML, documents.BROKEN_IMAGE, id="jpeg and html in one"),
        pytest.param(files.zipped({"a.txt": "hej"}), documents_packed.OTHER_ZIP, id="zip"),
        pytest.param(
            files.zipped({"[Content_Types].xml": files.DOCX_LIST.format(type=files.TEXT)}),
            documents_packed.OTHER_ZIP,
            id="docx without its main part",
        ),
        pytest.param(files.odt("graphics"), documents_packed.OTHER_ZIP, id="drawing"),
        pytest.param(files.docx()[:-30], documents_packed.BROKEN, id="half a docx"),
        pytest.param(files.docx(word__vbaProject=b"x"), None, id="a part that is only called so"),
        pytest.param(files.docx(**{"word__vbaProject.bin": b"x"}), documents_packed.MACROS, id="docm"),
        pytest.param(files.docx(MACRO_LIST), documents_packed.MACROS, id="docm by its list"),
        pytest.param(files.docx(**{"word__activeX__a.xml": "x"}), documents_packed.MACROS, id="controls"),
        pytest.param(
            files.odt(**{"Basic__Standard.xml": "x"}), documents_packed.MACROS, id="odt with macros"
        ),
        pytest.param(files.odt(manifest=ENCRYPTED), documents_packed.LOCKED, id="odt with a password"),
        pytest.param(files.docx(**{"..__..__a": "x"}), documents_packed.BROKEN, id="part outside"),
        pytest.param(files.docx(__etc__passwd="x"), documents_packed.BROKEN, id="part with a root"),
        pytest.param(files.bomb(), documents_packed.BOMB, id="zip bomb"),
        pytest.param(
            files.lying(files.bomb(), b"word/comments", 1000), documents_packed.BOMB, id="zip bomb that lies"
        ),
        pytest.param(
            files.lying(files.docx(), b"word/document.xml", 4), documents_packed.BROKEN, id="part that lies"
        ),
        pytest.param(
            files.zipped({"[Content_Types].xml": HUGE_LIST}), documents_packed.BOMB, id="huge list of parts"
        ),
        pytest.param(
            files.zipped({"[Content_Types].xml": DOCTYPE}), documents_packed.BROKEN, id="list with entities"
        ),
        pytest.param(
            files.zipped({f"word/{number}": "" for number in range(10_001)}),
            documents_packed.BOMB,
            id="too many parts",
        ),
    ],
)
def test_file_is_refused_with_what_to_do(content: bytes, reason: str | None) -> None:
    if reason is None:
        assert checked_file(files.uploaded(content)).format.suffix == "docx"
        return
    with pytest.raises(Refused) as refusal:
        checked_file(files.uploaded(content))

    assert str(refusal.value) == reason


def test_file_that_is_too_large_is_told_how_large(settings) -> None:
    settings.MAX_UPLOAD_SIZE = 1_000_000

    with pytest.raises(Refused) as refusal:
        checked_file(files.uploaded(bytes(1_234_567)))

    assert str(refusal.value) == (
        "Filen är 1,2\u00a0MB och får vara högst 1\u00a0MB. "
        "Gör den mindre, till exempel med lägre upplösning på bilderna, eller dela upp den."
    )


def test_zip_bomb_is_not_unpacked_to_memory() -> None:
    upload = files.uploaded(files.lying(files.bomb(megabytes=100), b"word/comments", 1000))

    tracemalloc.start()
    with pytest.raises(Refused):
        checked_file(upload)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 5_000_000


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (512, "512 byte"),
        (1000, "1 kB"),
        (455_500, "456 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (1_250_000, "1,3 MB"),
        (50_000_000, "50 MB"),
    ],
)
def test_size_is_written_in_swedish(size: int, text: str) -> None:
    assert size_text(size) == text.replace(" ", "\u00a0")
