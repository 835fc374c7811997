"""What an uploaded file is, told by its content and never by its name.

Everything that is not one of the known formats, whole and without a password, is refused with a sentence
that a clerk can act on. What is taken in gets a name of its own kind (`documents_names`) and is stored and
served so that it can't run in the portal's origin (`documents_storage`, `documents_response`), so the checks
here are about telling early what readers could not open, and about what could harm them. The
two libraries are imported when a file comes: they take 6 MB.
"""

import hashlib
from dataclasses import dataclass
from typing import IO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from committee.documents_formats import ALLOWED, JPEG, PDF, PNG, Format, Refused, size_text
from committee.documents_names import file_name_for
from committee.documents_packed import packed_format

END_OF_ZIP = b"PK\x05\x06"
END_OF_ZIP_LENGTH = 22
LONGEST_ZIP_COMMENT = 0xFFFF

EMPTY = "Filen är tom. Välj en fil som har ett innehåll."
UNKNOWN = (
    f"Filens innehåll är inte i något av de format som tas emot, vad filen än heter. {ALLOWED} "
    "Spara dokumentet som PDF och försök igen."
)
OLD_OFFICE = (
    "Filen är i ett äldre Office-format (doc, xls, ppt) eller skyddad med lösenord. "
    "Spara den utan lösenord som docx, xlsx, pptx eller PDF."
)
TWO_IN_ONE = (
    "Filen är två filer i en, vilket kan användas för att dölja skadligt innehåll. "
    "Skriv ut dokumentet till en ny PDF och ladda upp den."
)
BROKEN_PDF = "Filen går inte att öppna som PDF. Spara eller skanna dokumentet på nytt som PDF."
LOCKED_PDF = "PDF-filen är skyddad med lösenord. Spara den utan lösenord och försök igen."
BROKEN_IMAGE = "Bilden är skadad eller inte hel. Öppna den i ett bildprogram och spara den på nytt."


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be stored. `file_name` is safe, and ends as its format does."""

    content: UploadedFile
    format: Format
    file_name: str
    size: int
    sha256: str


def checked_file(uploaded: UploadedFile) -> CheckedFile:
    """The file with what is known of it. Raises `Refused`."""
    size = uploaded.size or 0
    if not size:
        raise Refused(EMPTY)
    if size > settings.MAX_UPLOAD_SIZE:
        raise Refused(
            f"Filen är {size_text(size)} och får vara högst {size_text(settings.MAX_UPLOAD_SIZE)}. "
            "Gör den mindre, till exempel med lägre upplösning på bilderna, eller dela upp den."
        )
    stream = cast(IO[bytes], uploaded.file)
    found = _format_of(stream, size)
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    stream.seek(0)
    return CheckedFile(uploaded, found, file_name_for(uploaded.name or "", found), size, digest)


def _format_of(stream: IO[bytes], size: int) -> Format:
    import puremagic

    stream.seek(0)
    try:
        media_types = {match.mime_type for match in puremagic.magic_stream(stream)}
    except (puremagic.PureError, ValueError):
        raise Refused(UNKNOWN) from None
    stream.seek(0)
    beginning = stream.read(8)
    stream.seek(0)
    if beginning.startswith(b"PK\x03\x04"):
        return packed_format(stream, size)
    if PDF.media_type in media_types and beginning.startswith(b"%PDF-"):
        found = _checked_pdf(stream)
    elif PNG.media_type in media_types:
        found = _checked_image(stream, size, PNG, b"IEND\xaeB`\x82")
    elif JPEG.media_type in media_types:
        found = _checked_image(stream, size, JPEG, b"\xff\xd9")
    elif beginning == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refused(OLD_OFFICE)
    else:
        raise Refused(UNKNOWN)
    if _ends_as_zip(stream, size):
        raise Refused(TWO_IN_ONE)
    return found


def _checked_pdf(stream: IO[bytes]) -> Format:
    """Open it and turn to its first page."""
    import pypdf

    try:
        reader = pypdf.PdfReader(stream)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused(LOCKED_PDF)
        pages = len(reader.pages)
        if pages:
            reader.pages[0].mediabox  # noqa: B018 - read, to see that the page is there
    except Refused:
        raise
    except Exception:  # a broken file can break its reader in any way
        raise Refused(BROKEN_PDF) from None
    if not pages:
        raise Refused(BROKEN_PDF)
    return PDF


def _checked_image(stream: IO[bytes], size: int, found: Format, end: bytes) -> Format:
    """See that it ends as it should, with nothing after it."""
    stream.seek(max(0, size - len(end)))
    if stream.read() != end:
        raise Refused(BROKEN_IMAGE)
    return found


def _ends_as_zip(stream: IO[bytes], size: int) -> bool:
    """Whether a zip file ends where the file does. One that is attached inside a PDF does not."""
    stream.seek(max(0, size - END_OF_ZIP_LENGTH - LONGEST_ZIP_COMMENT))
    end = stream.read()
    place = end.find(END_OF_ZIP)
    while place != -1:
        comment = int.from_bytes(end[place + 20 : place + 22], "little")
        if place + END_OF_ZIP_LENGTH + comment == len(end):
            return True
        place = end.find(END_OF_ZIP, place + 1)
    return False
