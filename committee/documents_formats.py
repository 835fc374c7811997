"""The formats that a document may have, how big files are told, and how a file is refused."""

from dataclasses import dataclass
from fractions import Fraction

from sodertorn.dates import NO_BREAK_SPACE
from sodertorn.money import number

KILO, MEGA = 1000, 1_000_000
"""Bytes, by the metric prefixes that Swedish readers know: 1 kB is 1000 bytes."""


@dataclass(frozen=True)
class Format:
    """A kind of file. `is_shown` when browsers show it themselves instead of keeping it."""

    suffix: str
    name: str
    media_type: str
    is_shown: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

PDF = Format("pdf", "PDF", "application/pdf", is_shown=True)
DOCX = Format("docx", "Word", f"{_OFFICE}wordprocessingml.document")
XLSX = Format("xlsx", "Excel", f"{_OFFICE}spreadsheetml.sheet")
PPTX = Format("pptx", "PowerPoint", f"{_OFFICE}presentationml.presentation")
ODT = Format("odt", "OpenDocument-text", f"{_OPEN}text")
ODS = Format("ods", "OpenDocument-kalkyl", f"{_OPEN}spreadsheet")
ODP = Format("odp", "OpenDocument-presentation", f"{_OPEN}presentation")
PNG = Format("png", "PNG-bild", "image/png", is_shown=True)
JPEG = Format("jpg", "JPEG-bild", "image/jpeg", is_shown=True)

FORMATS = {each.media_type: each for each in (PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, PNG, JPEG)}

ALLOWED = (
    "Tillåtna format är PDF, Word (docx), Excel (xlsx), PowerPoint (pptx), OpenDocument (odt, ods, odp) "
    "och bilder (png, jpg)."
)


class Refused(Exception):
    """A file that is not taken in: what is wrong with it and what to do, as sentences in Swedish."""


def size_text(size: int) -> str:
    """Bytes as people say them: "512 byte", "456 kB", "1,2 MB"."""
    if size < KILO:
        return f"{size}{NO_BREAK_SPACE}byte"
    if size < MEGA - KILO // 2:
        return f"{number(Fraction(size, KILO), 0)}{NO_BREAK_SPACE}kB"
    return f"{number(Fraction(size, MEGA), 1).removesuffix(',0')}{NO_BREAK_SPACE}MB"
