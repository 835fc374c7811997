"""The adopted document as it stands in `tests/data`, taken apart into the statements it is made of.

The file is a copy of what the committee adopted, as it came out of a text recognition program. It is never
edited. What has to be undone before it can be compared with a page is listed here, each with its reason.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.reading import folded

SOURCE = Path(__file__).parent / "data" / "verksamhetsplan-och-budget-2017.md"

HYPHENATED = {
    # Words that the paper broke at the end of a line. The hyphen in "Södertörns-samarbetet" stands in the
    # middle of one, so it is the document's own and stays.
    "Samarbets- kommitté": "Samarbetskommitté",
    "Utvecklings-Program": "UtvecklingsProgram",
}


@dataclass(frozen=True)
class Statement:
    """A heading, paragraph, list item or table row of the document; `chapter` is 0 on the cover."""

    line: int
    chapter: int
    text: str
    is_heading: bool


def statements() -> list[Statement]:
    """Every statement of the document, in order.

    A line of the file is a statement: no paragraph goes over several lines.
    """
    found = []
    chapter = 0
    for number, line in enumerate(SOURCE.read_text("utf-8").splitlines(), start=1):
        text = _plain(line)
        if not text:
            continue
        is_heading = line.startswith("#")
        if is_heading and (opening := re.match(r"([1-8]) ", text)):
            chapter = int(opening[1])
        found.append(Statement(number, chapter, text, is_heading))
    return found


def _plain(line: str) -> str:
    """The line's words, without how they were set."""
    text = re.sub(r"</?(?:p|b)>", "", line)  # the paragraphs and bold type of a table cell
    text = re.sub(r"^#+\s*", "", text)  # the mark of a heading; recognised levels are no part of the words
    text = re.sub(r"^- (?=\S)", "", text)  # the mark of a list item
    text = text.replace("**", "")  # bold type
    text = re.sub(r"^\*(.*)\*$", r"\1", text)  # italics, always a whole line
    text = re.sub(r"^([1-8])\. ", r"\1 ", text)  # a chapter's number: on a page it has no full stop
    if re.fullmatch(r"[-\t]+", text):  # the line that Markdown draws under a table's head
        return ""
    text = folded(text)  # cells are parted by tabs; a heading's two lines end in spaces
    for broken, whole in HYPHENATED.items():
        text = text.replace(broken, whole)
    return text
