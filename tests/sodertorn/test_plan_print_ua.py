"""The printed plan against what of PDF/UA-1 (ISO 14289-1) a machine can tell, clause by clause.

No validator is asked: the only whole one, veraPDF, is in none of the registries that the tests install from.
"""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject

from committee.models import OperationalPlan
from sodertorn.plan_document import plan_document
from sodertorn.plan_print import plan_pdf
from sodertorn.publishing import SEES_ALL
from tests import factories

pytestmark = pytest.mark.django_db

HEADINGS = ("/H1", "/H2", "/H3", "/H4", "/H5", "/H6")
SHOWS = {b"Tj", b"TJ", b"'", b'"', b"S", b"f", b"f*", b"B", b"Do", b"sh"}
"""Operators that put something on the page."""


def printed(plan: OperationalPlan) -> PdfReader:
    return PdfReader(io.BytesIO(plan_pdf(plan_document(plan, SEES_ALL))))


@pytest.fixture(params=["adopted", "draft"])
def reader(request: pytest.FixtureRequest, plan_2017: None, db: None) -> PdfReader:
    """The plan for 2017, and a draft with something in every place."""
    if request.param == "adopted":
        return printed(OperationalPlan.objects.get(year=2017))
    return printed(factories.make_full_draft(2019, "Ett utkast"))


def catalogue(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def kids(node: DictionaryObject) -> list[Any]:
    """What an element of the structure holds: elements, and marks of content by number."""
    held = node.get("/K", [])
    return [each.get_object() for each in (held if isinstance(held, ArrayObject) else [held])]


def elements(node: DictionaryObject) -> Iterator[DictionaryObject]:
    """Every element of the structure, in reading order."""
    if "/S" in node:
        yield node
    for each in kids(node):
        if isinstance(each, DictionaryObject) and ("/S" in each or "/K" in each):
            yield from elements(each)


def structure(reader: PdfReader) -> list[DictionaryObject]:
    return list(elements(catalogue(reader)["/StructTreeRoot"]))


def of_tag(reader: PdfReader, *tags: str) -> list[DictionaryObject]:
    return [element for element in structure(reader) if element["/S"] in tags]


def marks(page: PageObject, reader: PdfReader) -> Iterator[tuple[str, int | None]]:
    """What each thing shown on the page belongs to: the innermost tag, and its number in the structure.

    "" for what is marked as nothing at all.
    """
    opened: list[tuple[str, int | None]] = []
    content = page.get_contents()
    assert content is not None
    for operands, operator in ContentStream(content, reader).operations:
        if operator in (b"BDC", b"BMC"):
            properties = operands[1] if len(operands) > 1 else {}
            opened.append((str(operands[0]), properties.get("/MCID")))
        elif operator == b"EMC":
            opened.pop()
        elif operator in SHOWS:
            yield next(
                (mark for mark in reversed(opened) if mark[1] is not None),
                opened[-1] if opened else ("", None),
            )


def parent_tree(reader: PdfReader) -> dict[int, Any]:
    numbers = catalogue(reader)["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    return {int(numbers[place]): numbers[place + 1].get_object() for place in range(0, len(numbers), 2)}


def test_document_says_what_it_is(reader):
    """Clauses 5, 6.2, 7.1 and 7.2: identification, marks, title shown, language."""
    root = catalogue(reader)

    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert b"<dc:title>" in root["/Metadata"].get_object().get_data()
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/MarkInfo"]["/Suspects"].value is False
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert root["/Lang"] == "sv-SE"
    assert (
        reader.metadata.title
        == root["/Metadata"]
        .get_object()
        .get_data()
        .decode()
        .partition('<rdf:li xml:lang="x-default">')[2]
        .partition("<")[0]
    )


def test_all_that_is_shown_is_in_the_structure_or_an_artifact(reader):
    """Clause 7.1: and each number on a page leads by the parent tree to the element that holds it."""
    parents = parent_tree(reader)
    for page in reader.pages:
        shown = set(marks(page, reader))
        of_page = parents[page["/StructParents"]]
        numbers = {number for _, number in shown if number is not None}

        assert {tag for tag, number in shown if number is None} <= {"/Artifact"}
        assert all(of_page[number].get_object()["/S"] for number in numbers)
    assert len(reader.pages) > 1


def test_headings_start_at_one_and_skip_no_level(reader):
    """Clause 7.4.2."""
    levels = [HEADINGS.index(element["/S"]) + 1 for element in of_tag(reader, *HEADINGS)]

    assert levels[0] == 1
    assert [levels[place] for place in range(1, len(levels)) if levels[place] > levels[place - 1] + 1] == []


def test_head_cells_say_what_they_are_the_head_of(reader):
    """Clause 7.5: each table has heads with a scope, and rows of one length."""
    for table in of_tag(reader, "/Table"):
        rows = [element for element in elements(table) if element["/S"] == "/TR"]
        heads = [element for element in elements(table) if element["/S"] == "/TH"]

        assert heads
        assert {scope(head) for head in heads} <= {"/Column", "/Row", "/Both"}
        assert len({len(kids(row)) for row in rows}) == 1


def scope(head: Any) -> str | None:
    given = head["/A"].get_object()
    attributes = [each.get_object() for each in (given if isinstance(given, ArrayObject) else [given])]
    return next((str(each["/Scope"]) for each in attributes if "/Scope" in each), None)


def test_lists_hold_items_with_their_bodies(reader):
    """Clause 7.6."""
    for each in of_tag(reader, "/L"):
        assert {kid["/S"] for kid in kids(each)} <= {"/LI", "/Caption", "/L"}
    for item in of_tag(reader, "/LI"):
        assert {kid["/S"] for kid in kids(item)} <= {"/Lbl", "/LBody"}


def test_pictures_have_words(reader):
    """Clause 7.3: there are none so far, and none comes without."""
    assert [figure for figure in of_tag(reader, "/Figure") if not figure.get("/Alt")] == []


def test_links_are_described_and_in_the_structure(reader):
    """Clause 7.18: the contents lead to the chapters; the tab key goes in reading order."""
    parents = parent_tree(reader)
    pages: list[Any] = [page for page in reader.pages if "/Annots" in page]
    links = [note.get_object() for page in pages for note in page["/Annots"]]

    assert {page["/Tabs"] for page in pages} == {"/S"}
    assert {link["/Subtype"] for link in links} == {"/Link"}
    assert all(link["/Contents"] for link in links)
    assert {parents[link["/StructParent"]]["/S"] for link in links} <= {"/Link", "/Reference"}


def fonts(reader: PdfReader) -> list[Any]:
    found: dict[int, Any] = {}
    pages: Any = reader.pages
    for page in pages:
        for reference in page["/Resources"].get("/Font", {}).values():
            found[reference.idnum if isinstance(reference, IndirectObject) else id(reference)] = (
                reference.get_object()
            )
    return list(found.values())


def test_fonts_come_along_and_tell_their_letters(reader):
    """Clause 7.21: embedded, and with the way back to Unicode."""
    listed = fonts(reader)

    assert listed
    for font in listed:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
        assert "/ToUnicode" in font


def test_nothing_in_the_file_runs_or_is_attached(reader):
    """Clauses 7.11, 7.19 and 7.20: no scripts, files or forms."""
    root = catalogue(reader)

    assert not {"/AcroForm", "/OpenAction", "/AA"} & set(root)
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {}))


def test_bookmarks_lead_to_the_headings(reader):
    titles = [str(entry.title) for entry in flat(reader.outline)]
    headings = len(of_tag(reader, *HEADINGS))

    assert len(titles) in (headings, headings - 1)  # the contents' own heading has none


def flat(entries: list[Any]) -> Iterator[Any]:
    for entry in entries:
        if isinstance(entry, list):
            yield from flat(entry)
        else:
            yield entry
