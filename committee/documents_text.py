"""What a document says: the text of its file, as far as search needs it.

Files are read as they were checked when they were taken in, so a part that can't be read is left out and
nothing is said of it: a scanned or odd document is still found by its title. pypdf is imported
when a PDF is read: it takes 5 MB.
"""

import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any
from xml.etree import ElementTree as ET

from committee.documents_formats import DOCX, MEGA, ODP, ODS, ODT, PDF, PPTX, XLSX
from committee.models import Document

LONGEST_TEXT = 300_000
"""Characters that are kept: some hundred pages, which is what an index can weigh."""
MOST_PAGES = 200
"""Pages of a PDF that are read, which may take a twentieth of a second each."""
LARGEST_PART = 20 * MEGA
"""Bytes, unpacked, of a part of a packed document that is read."""

TEXT_PARTS = {
    DOCX.media_type: ("word/document.xml",),
    XLSX.media_type: ("xl/sharedStrings.xml", "xl/worksheets/sheet"),
    PPTX.media_type: ("ppt/slides/slide",),
    **dict.fromkeys((ODT.media_type, ODS.media_type, ODP.media_type), ("content.xml",)),
}
"""Where the text stands in a packed document: the beginnings of the names of its parts."""

ENDS_PARAGRAPH = ("}p", "}h", "}si", "}is")
"""In Word, PowerPoint and OpenDocument, and a text of Excel's cells."""


def text_of(document: Document) -> str:
    """The text of the document's file; empty when it has none, can't be read or is not there."""
    try:
        with document.file.open("rb") as stream:
            return _cut(_pieces(stream.file, document.media_type))
    except (OSError, ValueError):
        return ""


def _cut(pieces: Iterator[str]) -> str:
    """The beginning of all that there is, with single spaces."""
    found: list[str] = []
    length = 0
    for piece in pieces:
        words = " ".join(piece.split())
        if words:
            found.append(words)
            length += len(words) + 1
        if length > LONGEST_TEXT:
            break
    return "\n".join(found)[:LONGEST_TEXT]


def _pieces(stream: IO[bytes], media_type: str) -> Iterator[str]:
    if media_type == PDF.media_type:
        yield from _pages(stream)
    elif media_type in TEXT_PARTS:
        yield from _parts(stream, TEXT_PARTS[media_type])


def _pages(stream: IO[bytes]) -> Iterator[str]:
    """pypdf promises nothing of what it raises for a page that is not as it should be."""
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        pages = pypdf.PdfReader(stream).pages
        number = min(len(pages), MOST_PAGES)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return
    for index in range(number):
        try:
            yield pages[index].extract_text()
        except Exception:  # noqa: S112 - see above
            continue


def _parts(stream: IO[bytes], beginnings: tuple[str, ...]) -> Iterator[str]:
    try:
        with zipfile.ZipFile(stream) as packed:
            for part in packed.infolist():
                if part.filename.startswith(beginnings) and part.filename.endswith(".xml"):
                    with packed.open(part) as opened:
                        yield from _paragraphs(opened.read(LARGEST_PART))
    except (zipfile.BadZipFile, zlib.error, ET.ParseError, NotImplementedError, RuntimeError, EOFError):
        return


def _paragraphs(content: bytes) -> Iterator[str]:
    """The text between the marks, a paragraph or cell at a time."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # what makes XML grow when it is read
        return
    reader: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(["end"])
    reader.feed(content)
    for event in reader.read_events():
        element: Any = event[1]  # type: ignore[misc]
        if element.tag.endswith(ENDS_PARAGRAPH):
            yield "".join(element.itertext())
            element.clear()
