"""Files for tests of documents: honest ones made by real programs, and the ones to beware of."""

import io
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter

MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
DOCX_LIST = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="{type}"/></Types>'
)
TEXT = MAIN.format("wordprocessingml.document")


@cache
def pdf(text: str = "Protokoll") -> bytes:
    """A real PDF of one page."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "a.typ"
        source.write_text(f'#set document(title: "{text}", date: none)\n= {text}', encoding="utf-8")
        return bytes(typst.compile(str(source)))


def locked_pdf(owner_only: bool = False) -> bytes:
    """A PDF with a password, to open it or only to change it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt("" if owner_only else "hemligt", "ägare", algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def empty_pdf() -> bytes:
    """A PDF without pages."""
    written = io.BytesIO()
    PdfWriter().write(written)
    return written.getvalue()


def zipped(parts: dict[str, bytes | str], **stored: str) -> bytes:
    """A zip file; parts in `stored` are put first and not packed."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in stored.items():
            packed.writestr(name, text, zipfile.ZIP_STORED)
        for name, content in parts.items():
            packed.writestr(name, content)
    return written.getvalue()


def docx(content_type: str = TEXT, /, **more: Any) -> bytes:
    """A Word document with the parts that make it one; `more` are further parts, with __ for /."""
    parts = {
        "[Content_Types].xml": DOCX_LIST.format(type=content_type),
        "_rels/.rels": "<Relationships/>",
        "word/document.xml": "<w:document/>",
    }
    return zipped({**parts, **{name.replace("__", "/"): content for name, content in more.items()}})


def pptx() -> bytes:
    listed = DOCX_LIST.format(type=MAIN.format("presentationml.presentation"))
    listed = listed.replace("/word/document.xml", "/ppt/presentation.xml")
    return zipped({"[Content_Types].xml": listed, "ppt/presentation.xml": "<p:presentation/>"})


def xlsx() -> bytes:
    """A real spreadsheet."""
    written = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "Kommun"
    book.save(written)
    return written.getvalue()


def odt(kind: str = "text", manifest: str = "<manifest/>", **more: str) -> bytes:
    parts = {"content.xml": "<office:document-content/>", "META-INF/manifest.xml": manifest}
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    return zipped(
        {**parts, **{name.replace("__", "/"): text for name, text in more.items()}}, mimetype=media_type
    )


def bomb(megabytes: int = 20) -> bytes:
    """A Word document whose text is millions of spaces, packed to next to nothing."""
    return docx(word__comments=b" " * (megabytes * 1_000_000) + b".xml")


def lying(content: bytes, name: bytes, said: int) -> bytes:
    """The zip file, where the part `name` says in both places that it is `said` bytes unpacked."""
    changed = bytearray(content)
    for mark, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        place = changed.find(mark)
        while changed[place + name_at : place + name_at + len(name)] != name:
            place = changed.find(mark, place + 1)
        changed[place + size_at : place + size_at + 4] = said.to_bytes(4, "little")
    return bytes(changed)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000000020001e221bc330000000049454e44ae426082"
)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


def uploaded(content: bytes, name: str = "Protokoll.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")
