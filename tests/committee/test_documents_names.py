"""Names that are safe to give readers, and what a name tells."""

import datetime

import pytest

from committee.documents_formats import PDF
from committee.documents_names import file_name_for, suggestion
from committee.models import Document

Kind = Document.Kind


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("Protokoll 2018-03-08.pdf", "Protokoll 2018-03-08.pdf"),
        ("Protokoll 2018.03.08", "Protokoll 2018.03.08.pdf"),
        ("../../x.pdf", "x.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("C:\\x.pdf", "x.pdf"),
        ("C:x.pdf", "C-x.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("kallelse\u202efdp.exe", "kallelsefdp.pdf"),
        ("rad\r\nSet-Cookie: a=b.pdf", "rad Set-Cookie- a=b.pdf"),
        ("o\u0308verenskommelse.pdf", "överenskommelse.pdf"),
        ("\uff0e\uff0e\uff0fx.pdf", "x.pdf"),
        ('<b>"hej"|?*.pdf', "-b--hej----.pdf"),
        ("NUL.pdf", "dokument NUL.pdf"),
        ("com1.tar.pdf", "dokument com1.tar.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("...", "dokument.pdf"),
        ("", "dokument.pdf"),
        ("x" * 400 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_file_name_is_safe_and_ends_as_its_format(given: str, safe: str) -> None:
    assert file_name_for(given, PDF) == safe


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Protokoll 2018-03-08.pdf", ("Protokoll 2018-03-08", Kind.MINUTES, datetime.date(2018, 3, 8))),
        ("kallelse_180308.docx", ("kallelse 180308", Kind.NOTICE, datetime.date(2018, 3, 8))),
        ("20180308 Dagordning.pdf", ("20180308 Dagordning", Kind.AGENDA, datetime.date(2018, 3, 8))),
        ("Bilaga 1 till protokoll.pdf", ("Bilaga 1 till protokoll", Kind.PAPER, None)),
        ("Årsredovisning 2017.pdf", ("Årsredovisning 2017", Kind.ANNUAL_REPORT, None)),
        ("Samarbetsavtal 2018-13-45.pdf", ("Samarbetsavtal 2018-13-45", Kind.AGREEMENT, None)),
        ("Karta.png", ("Karta", None, None)),
    ],
)
def test_name_suggests_title_kind_and_day(name: str, expected: tuple[object, ...]) -> None:
    assert suggestion(name) == expected
