"""Names of files: a safe one to give readers, and what a name tells of the document."""

import datetime
import re
import unicodedata
from typing import NamedTuple

from committee.documents_formats import Format
from committee.models import Document

LONGEST_STEM = 100
NAMELESS = "dokument"
SUFFIX = re.compile(r"\.(?=[^.]*[A-Za-z])[A-Za-z0-9]{2,5}$")
FORBIDDEN = re.compile(r'[<>:"|?*]')
"""What Windows takes in no name."""
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""What Windows takes for a device, with or without a suffix."""

KINDS = {
    "kallelse": Document.Kind.NOTICE,
    "dagordning": Document.Kind.AGENDA,
    "föredragningslista": Document.Kind.AGENDA,
    "protokoll": Document.Kind.MINUTES,
    "minnesanteckning": Document.Kind.MINUTES,
    "underlag": Document.Kind.PAPER,
    "bilaga": Document.Kind.PAPER,
    "tjänsteskrivelse": Document.Kind.PAPER,
    "presentation": Document.Kind.PRESENTATION,
    "bildspel": Document.Kind.PRESENTATION,
    "verksamhetsplan": Document.Kind.PLAN,
    "årsredovisning": Document.Kind.ANNUAL_REPORT,
    "årsbokslut": Document.Kind.ANNUAL_REPORT,
    "avtal": Document.Kind.AGREEMENT,
    "överenskommelse": Document.Kind.AGREEMENT,
    "styrdokument": Document.Kind.GOVERNING,
    "reglemente": Document.Kind.GOVERNING,
    "policy": Document.Kind.GOVERNING,
    "riktlinje": Document.Kind.GOVERNING,
    "arbetsordning": Document.Kind.GOVERNING,
    "utvecklingsprogram": Document.Kind.GOVERNING,
    "rapport": Document.Kind.REPORT,
    "utvärdering": Document.Kind.REPORT,
}
"""Words, also within others, that say what a document is. The first counts: "Bilaga till protokoll"."""

KIND_WORD = re.compile("|".join(KINDS))
DATE = re.compile(r"(?<!\d)(20\d\d|\d\d)([-_.]?)([01]\d)\2([0-3]\d)(?!\d)")


class Suggestion(NamedTuple):
    """What the name of a file says about the document, if it does."""

    title: str
    kind: Document.Kind | None
    dated_on: datetime.date | None


def file_name_for(name: str, file_format: Format) -> str:
    """The name without folders, controls and what other systems take in no name, with the format's suffix."""
    return f"{_stem(name)}.{file_format.suffix}"


def suggestion(name: str) -> Suggestion:
    """As in "Protokoll_2018-03-08.pdf" → Protokoll 2018-03-08, minutes, 8 March 2018."""
    title = re.sub(r"[\s_]+", " ", _stem(name))
    word = KIND_WORD.search(title.lower())
    days = (_day(*match.group(1, 3, 4)) for match in DATE.finditer(title))
    return Suggestion(title, KINDS[word[0]] if word else None, next((day for day in days if day), None))


def _stem(name: str) -> str:
    name = unicodedata.normalize("NFKC", name).replace("\\", "/").rpartition("/")[2]
    # Category C: controls, marks that turn the writing's direction, and what is no character.
    name = "".join(" " if char.isspace() else char for char in name if char.isspace() or _is_visible(char))
    stem = FORBIDDEN.sub("-", SUFFIX.sub("", name.strip()))
    stem = re.sub(r"\s+", " ", stem).strip(" .")[:LONGEST_STEM].rstrip(" .")
    if RESERVED.fullmatch(stem):
        return f"{NAMELESS} {stem}"
    return stem or NAMELESS


def _is_visible(char: str) -> bool:
    return not unicodedata.category(char).startswith("C")


def _day(year: str, month: str, day: str) -> datetime.date | None:
    try:
        return datetime.date(int(year) if len(year) == 4 else 2000 + int(year), int(month), int(day))
    except ValueError:
        return None
