"""What is inside a packed document: Word, Excel, PowerPoint and OpenDocument files are all zip files.

Nothing is unpacked to disk, and never more than a small piece to memory. How much there is inside is counted
twice: as the file says it, and as it turns out, since a file made to fill a computer may say anything.
"""

import re
import zipfile
import zlib
from typing import IO
from xml.etree import ElementTree as ET

from committee.documents_formats import DOCX, FORMATS, MEGA, ODP, ODS, ODT, PPTX, XLSX, Format, Refused

MOST_PARTS = 10_000
LARGEST_CONTENT = 300 * MEGA
"""Bytes, unpacked. Photographs hardly pack at all, so an honest file of 50 MB does not come near."""
LARGEST_RATIO = 200
"""Unpacked size by packed. Word's own text parts are packed about ten times, and large empty tables fifty."""
RATIO_MATTERS_FROM = 10 * MEGA
PIECE = 64 * 1024
LARGEST_LIST = 2 * MEGA
"""Bytes of the part that lists the others."""

MAIN_PART = "application/vnd.openxmlformats-officedocument.{}.main+xml"
OFFICE_MAIN_PARTS = {
    MAIN_PART.format("wordprocessingml.document"): DOCX,
    MAIN_PART.format("spreadsheetml.sheet"): XLSX,
    MAIN_PART.format("presentationml.presentation"): PPTX,
}
OPEN_FORMATS = (ODT, ODS, ODP)

MACRO_PART = re.compile(
    r"(^|/)(vbaProject[^/]*\.bin|vbaData\.xml|macrosheets/.*|activeX/.*)$|^(Basic|Scripts)/.+", re.IGNORECASE
)

BROKEN = "Filen är skadad och går inte att läsa. Öppna den i programmet som gjorde den och spara på nytt."
BOMB = (
    "Filen är packad så att den skulle bli orimligt stor när den öppnas. "
    "Öppna den i programmet som gjorde den och spara på nytt, helst som PDF."
)
MACROS = (
    "Filen innehåller makron, som kan skada datorn hos den som öppnar den. "
    "Spara den utan makron (docx, xlsx eller pptx) eller som PDF."
)
LOCKED = "Filen är skyddad med lösenord. Spara den utan lösenord och försök igen."
OTHER_ZIP = (
    "Filen är ett paket (zip) men inget dokument i Word, Excel, PowerPoint eller OpenDocument. "
    "Packa upp det och ladda upp dokumenten var för sig."
)


def packed_format(stream: IO[bytes], size: int) -> Format:
    """Which kind of document the zip file of `size` bytes is. Raises `Refused`."""
    try:
        with zipfile.ZipFile(stream) as packed:
            return _format_of(packed, size)
    except (zipfile.BadZipFile, zlib.error, ET.ParseError, NotImplementedError, EOFError, ValueError):
        raise Refused(BROKEN) from None


def _format_of(packed: zipfile.ZipFile, size: int) -> Format:
    parts = packed.infolist()
    names = [part.filename for part in parts]
    if len(names) > MOST_PARTS:
        raise Refused(BOMB)
    _refuse_if_vast(sum(part.file_size for part in parts), size)
    if len(set(names)) < len(names) or any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise Refused(BROKEN)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(LOCKED)
    if any(MACRO_PART.search(name) for name in names):
        raise Refused(MACROS)
    found = _office_format(packed, names) if "[Content_Types].xml" in names else _open_format(packed, names)
    _read_through(packed, size)
    return found


def _refuse_if_vast(content: int, size: int) -> None:
    if content > LARGEST_CONTENT or (content > RATIO_MATTERS_FROM and content > LARGEST_RATIO * size):
        raise Refused(BOMB)


def _office_format(packed: zipfile.ZipFile, names: list[str]) -> Format:
    """By the part that the list of contents names as the main one."""
    listed = {
        entry.get("ContentType", ""): entry.get("PartName", "").lstrip("/")
        for entry in _small_xml(packed, "[Content_Types].xml").iter()
    }
    if any("macroenabled" in content_type.lower() for content_type in listed):
        raise Refused(MACROS)
    for content_type, found in OFFICE_MAIN_PARTS.items():
        if listed.get(content_type) in names:
            return found
    raise Refused(OTHER_ZIP)


def _open_format(packed: zipfile.ZipFile, names: list[str]) -> Format:
    """By the part that is there to tell it."""
    if not {"mimetype", "content.xml", "META-INF/manifest.xml"} <= set(names):
        raise Refused(OTHER_ZIP)
    found = FORMATS.get(_small(packed, "mimetype").decode("ascii", "replace").strip())
    if found not in OPEN_FORMATS:
        raise Refused(OTHER_ZIP)
    if any(
        entry.tag.endswith("}encryption-data") for entry in _small_xml(packed, "META-INF/manifest.xml").iter()
    ):
        raise Refused(LOCKED)
    return found


def _small(packed: zipfile.ZipFile, name: str) -> bytes:
    with packed.open(name) as part:
        content = part.read(LARGEST_LIST + 1)
    if len(content) > LARGEST_LIST:
        raise Refused(BOMB)
    return content


def _small_xml(packed: zipfile.ZipFile, name: str) -> ET.Element:
    content = _small(packed, name)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # what makes XML grow when it is read
        raise Refused(BROKEN)
    return ET.fromstring(content)  # noqa: S314 - small, and without what grows


def _read_through(packed: zipfile.ZipFile, size: int) -> None:
    """Unpack every part piece by piece, keeping nothing, to see that it is whole and as large as it says."""
    content = 0
    for part in packed.infolist():
        said = part.file_size
        part.file_size = (
            LARGEST_CONTENT + 1
        )  # zipfile stops at this size, and would not notice that there is more
        begun = content
        with packed.open(part) as stream:
            while piece := stream.read(PIECE):
                content += len(piece)
                _refuse_if_vast(content, size)
        if content - begun != said:
            raise Refused(BROKEN)
