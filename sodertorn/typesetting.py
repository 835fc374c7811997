"""Documents set by Typst: tagged PDF (PDF/UA-1), the same bytes for the same content. A leaf.

What a document says is handed to its template as data (JSON), never as a part of it, so nothing that staff
have written can be read as markup. Typst is imported when a document is set,
which a process may never be asked to do.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

_UNDISPLAYABLE = re.compile(r'the text `"(?P<text>.*)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{(?P<code>[0-9a-f]+)\}|\\(?P<plain>.)")
JOINERS = "\u200d\ufe0f"
"""What makes one sign of several characters: nothing to keep once these are written by their names."""

LAST_WESTERN_LETTER = 0x24F
"""The end of Unicode's Latin Extended-B."""

KEPT = 16
"""How many documents are kept, to be given again while they say the same."""

LONGEST_TRY = 500
"""How many characters without a glyph a document is searched for before it is given up."""


def typeset(template: Path, content: dict[str, Any], moment: datetime) -> bytes:
    """The document as PDF; `moment` is when it is said to be made.

    PDF/UA requires a glyph for each character. What none of Typst's own fonts has, such as an emoji, is
    written by its Unicode name in brackets: "[GRINNING FACE]". Raises typst.TypstError for what is wrong with
    the template.
    """
    said = json.dumps(_each_text(content, _without_controls), ensure_ascii=False)
    return _typeset(template, said, int(moment.timestamp()))


@lru_cache(maxsize=KEPT)
def _typeset(template: Path, content: str, timestamp: int) -> bytes:
    import typst

    source, said = template.read_bytes(), json.loads(content)
    for _ in range(LONGEST_TRY):
        try:
            document = typst.compile(
                source,
                sys_inputs={"content": json.dumps(said, ensure_ascii=False)},
                pdf_standards="ua-1",
                ignore_system_fonts=True,
                timestamp=timestamp,
            )
        except typst.TypstError as error:
            missing = _UNDISPLAYABLE.search(str(error))
            named = (
                _each_text(said, partial(_with_names, of=_unescaped(missing["text"]))) if missing else said
            )
            if named == said:
                raise
            said = named
        else:
            if not isinstance(document, bytes):
                raise TypeError("Typst made several files of one document")
            return document
    raise ValueError("För många tecken i dokumentet saknar motsvarighet i typsnitten.")


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The content with each text changed, wherever it stands."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each_text(each, change) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(each, change) for each in value]
    return value


def _without_controls(text: str) -> str:
    """The text without characters that no font has and that say nothing."""
    return "".join(each for each in text if unicodedata.category(each) not in ("Cc", "Cs", "Cn", "Co"))


def _unescaped(text: str) -> str:
    """What Typst means by a text in a message: it escapes quotation marks and what is invisible."""
    return _ESCAPED.sub(lambda found: chr(int(found["code"], 16)) if found["code"] else found["plain"], text)


def _with_names(text: str, of: str) -> str:
    """The text with the characters of `of`, which no font has, by their names and without what joins them."""
    # Western letters are in every font: they are only named along with what combines with them.
    names = {
        each: f"[{unicodedata.name(each)}]" if unicodedata.category(each)[0] in "LNSP" else ""
        for each in of
        if ord(each) > LAST_WESTERN_LETTER
    }
    if not names.keys() & set(text):
        return text
    return "".join(names.get(each, each) for each in text if each not in JOINERS)
