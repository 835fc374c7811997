"""The printed plan: parsed as a PDF reader parses it, and set beside the adopted document."""

import datetime
import io
import re
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from calendar_app.models import Event
from committee.models import OperationalPlan, PlanSection, SourceNote
from sodertorn.models import Adoption
from sodertorn.plan_document import PlanDocument, plan_document
from sodertorn.plan_print import plan_content, plan_pdf
from sodertorn.publishing import SEES_ALL, VISITOR
from sodertorn.working_copies import begin_working_copy
from tests import factories
from tests.plan_source import statements
from tests.reading import folded
from tests.test_plan_2017 import CALENDAR

pytestmark = pytest.mark.django_db


def printed(plan: OperationalPlan) -> Any:
    return PdfReader(io.BytesIO(plan_pdf(plan_document(plan, SEES_ALL))))


def words(text: str) -> str:
    """Letters and digits only: where lines break and words are hyphenated is the typesetter's."""
    return "".join(re.findall(r"\w", text.casefold()))


def text_of(reader: PdfReader) -> str:
    """The text of the pages' bodies, without running heads and page numbers."""
    lines = [line for page in reader.pages for line in page.extract_text().splitlines()]
    return "\n".join(lines)


def bookmarks(reader: PdfReader, entries: list | None = None) -> list:
    return [
        bookmarks(reader, entry) if isinstance(entry, list) else str(entry.title)
        for entry in (reader.outline if entries is None else entries)
    ]


def structure(node: DictionaryObject) -> list[str]:
    """The tags of the document, in reading order."""
    kids = node.get("/K", [])
    tags = [str(node["/S"])] if "/S" in node else []
    for kid in kids if isinstance(kids, list) else [kids]:
        each = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(each, DictionaryObject) and "/S" in each:
            tags += structure(each)
    return tags


@pytest.fixture
def plan(plan_2017: None, db: None) -> OperationalPlan:
    return OperationalPlan.objects.get(year=2017)


def test_print_says_what_it_is_to_a_screen_reader(plan):
    reader = printed(plan)
    catalogue = reader.trailer["/Root"]

    assert reader.metadata.title == "Verksamhetsplan och budget 2017"
    assert catalogue["/Lang"] == "sv-SE"
    assert catalogue["/MarkInfo"]["/Marked"].value is True
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert "pdfuaid:part>1<" in catalogue["/Metadata"].get_object().get_data().decode()


def test_print_has_the_chapters_as_bookmarks_in_order(plan):
    chapters = [entry for entry in bookmarks(printed(plan)) if isinstance(entry, str)]

    assert chapters == [
        "1. Inledning",
        "2. Syfte",
        "3. Förhållningsätt",
        "4. Vision 2025",
        "5. Samverkansområden och inriktning 2017",
        "6. Arbetsformer",
        "7. Kalendarium",
        "8. Budget 2017",
    ]


def test_print_is_tagged_with_headings_lists_tables_and_quotes(plan):
    tags = structure(printed(plan).trailer["/Root"]["/StructTreeRoot"])

    assert tags.count("/Title") == 1
    assert tags.count("/H1") == 9
    assert tags.count("/Table") == 12
    assert {"/H2", "/H3", "/H4", "/L", "/LI", "/LBody", "/TH", "/TD", "/TOC", "/BlockQuote"} <= set(tags)


REWRITTEN = {
    "Beslutad 2017-02-02": ["Beslutad 2 februari 2017"],
    # Rows of a table, whose cells stand in columns beside each other.
    "Samverkansområden Syfte Styrdokument": ["Samverkansområde", "Syfte", "Styrdokument"],
}
"""Statements of the document that the print has in other words, or in parts; the calendar's lines besides."""


def test_print_has_every_statement_of_the_adopted_document(plan):
    found = words(text_of(printed(plan)))
    texts = [statement.text for statement in statements()]
    written = REWRITTEN | CALENDAR
    missing = [part for text in texts for part in written.get(text, [text]) if words(part) not in found]

    assert missing == []
    assert [text for text in written if text not in texts] == []


def test_print_has_each_line_of_the_calendar_with_day_month_and_host(plan):
    content = plan_content(plan_document(plan, VISITOR))
    calendars = [
        block["rows"]
        for block in content["blocks"]
        if block["kind"] == "figures" and "Dag" in block["columns"]
    ]

    assert [len(rows) for rows in calendars] == [9, 1, 7, 1, 1, 1]
    assert [[folded(cell) for cell in row] for rows in calendars for row in rows] == list(CALENDAR.values())


def test_print_shows_both_sides_of_the_contradiction(plan):
    found = text_of(printed(plan)).replace("\xa0", " ").replace("\u202f", " ")

    for sentence in ("1 360 000 kr", "1 280 000 kr", "−80 000 kr", "Regeln och budgeten ger olika belopp"):
        assert sentence in found


def test_print_is_the_same_bytes_until_the_plan_says_something_else(plan):
    first = plan_pdf(plan_document(plan, VISITOR))
    assert plan_pdf(plan_document(plan, VISITOR)) == first

    plan.sections.filter(slug="syfte").update(text="Vi samverkar.")
    assert plan_pdf(plan_document(plan, VISITOR)) != first


def test_cover_says_when_and_where_the_plan_was_decided_and_of_which_day_it_is(plan):
    meeting = Event.objects.filter(body__slug="samarbetskommitten", starts_on=plan.decided_on).get()
    Adoption.objects.create(plan=plan, decided_on=plan.decided_on, meeting=meeting)
    Adoption.objects.create(plan=plan, decided_on=datetime.date(2017, 6, 1))
    day = datetime.datetime(2037, 3, 2, 23, 30, tzinfo=datetime.UTC)
    Event.objects.filter(pk=meeting.pk).update(edited_at=day)
    cover = folded(printed(plan).pages[0].extract_text())

    assert "Beslutad 2 februari 2017 vid Samarbetskommitténs sammanträde" in cover
    assert "Ändrad genom beslut 1 juni 2017" in cover
    assert "Uppgifterna ändrades senast den 3 mars 2037." in cover


def test_working_copy_is_marked_as_a_draft_and_says_what_it_changes(plan):
    copy = begin_working_copy(plan)
    copy.sections.filter(slug="syfte").update(text="Arbetsversionens syfte.")
    document = plan_document(copy, replace(SEES_ALL, sees_working_copies=True))
    reader = PdfReader(io.BytesIO(plan_pdf(document)))

    assert all("UTKAST" in page.extract_text() for page in reader.pages)
    assert "Arbetsversionens syfte." in text_of(reader)
    assert "Beslutad" not in reader.pages[0].extract_text()
    assert tables(document) == tables(plan_document(plan, VISITOR))


def tables(document: PlanDocument) -> list[list[list[str]]]:
    return [block["rows"] for block in plan_content(document)["blocks"] if "rows" in block]


def test_chapter_stands_at_the_head_of_its_pages_and_the_number_at_the_foot(plan):
    pages = [folded(page.extract_text()) for page in printed(plan).pages]

    assert [
        number for number, page in enumerate(pages, start=1) if f"Sida {number} av {len(pages)}" in page
    ] == [*range(2, len(pages) + 1)]
    assert pages[-1].startswith("Södertörnskommunernas Samarbetskommitté 8. Budget 2017")


def test_contents_lead_to_the_chapters(plan):
    reader = printed(plan)
    links = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]

    assert len(links) >= 8
    assert {link["/Subtype"] for link in links} == {"/Link"}


def test_draft_is_marked_on_every_page_and_says_no_decision():
    plan = factories.make_plan(2018, is_draft=True)
    factories.make_section(plan, 1, "Inledning", text="Ett utkast.")
    reader = printed(plan)

    assert all("UTKAST" in page.extract_text() for page in reader.pages)
    assert "Beslutad" not in text_of(reader)


HARD = {
    "markup": "#set page(fill: red) #panic() $x^2$ *fet* _kursiv_ `kod` <ord> @referens \\ // not = Rubrik",
    "emoji": "Klart 😀 och 👩‍💻, flagga 🇸🇪, kinesiska 汉字.",
    "right to left": "Hebreiska שלום och arabiska مرحبا.",
    "control": "Vagnretur\x0b och vänd\u202e text\u200b.",
    "long": "Ord och åter ord. " * 600,
    "one word": "a" * 10_000,
}


@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
def test_hard_text_is_still_a_valid_document(text):
    plan = factories.make_plan(2019)
    section = factories.make_section(plan, 1, "Inledning", text=text, content=PlanSection.Content.DIRECTIONS)
    factories.make_section(
        plan, 2, text[:100].replace("\0", ""), slug="andra", content=PlanSection.Content.DIRECTIONS
    )
    factories.make_direction(section, text)
    SourceNote.objects.create(section=section, quote=text[:150], explanation=text)

    assert len(printed(plan).pages) >= 3


def test_markup_is_printed_as_it_was_written():
    plan = factories.make_plan(2019)
    factories.make_section(plan, 1, "Inledning", text=HARD["markup"])

    assert words(HARD["markup"]) in words(text_of(printed(plan)))


def test_character_without_a_glyph_is_written_by_its_name():
    plan = factories.make_plan(2019)
    factories.make_section(plan, 1, "Inledning", text="Klart 😀!")

    assert "Klart [GRINNING FACE]!" in text_of(printed(plan))


def test_plan_of_empty_chapters_and_of_none_is_a_document():
    plan = factories.make_plan(2019)
    assert len(printed(plan).pages) == 1
    for chapter in range(1, 9):
        factories.make_section(plan, chapter, f"Kapitel {chapter}")

    assert [entry for entry in bookmarks(printed(plan)) if isinstance(entry, str)] == [
        f"{chapter}. Kapitel {chapter}" for chapter in range(1, 9)
    ]


def test_headings_that_skip_levels_are_set_one_level_at_a_time():
    plan = factories.make_plan(2019)
    for level in (1, 4, 2, 4):
        factories.make_section(plan, 1, f"Rubrik {plan.sections.count()}", level=level)
    blocks = plan_content(plan_document(plan, VISITOR))["blocks"]

    assert [block["level"] for block in blocks] == [1, 2, 2, 3]


def test_three_hundred_meetings_are_all_printed():
    plan = factories.make_plan(2019)
    section = factories.make_section(plan, 7, "Kalendarium", content=PlanSection.Content.EVENTS)
    for number in range(300):
        factories.make_event(
            factories.DAY, title=f"Möte {number:03}", slug=f"m-{number}", plan_section=section
        )
    found = text_of(printed(plan))

    assert sorted(set(re.findall(r"Möte \d{3}", found))) == [f"Möte {number:03}" for number in range(300)]


# --- The file -----------------------------------------------------------------------------------------------


def test_file_is_the_print_of_the_page(client, plan):
    response = client.get("/verksamhetsplan/2017.pdf")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="verksamhetsplan-2017.pdf"'
    assert response.content == plan_pdf(plan_document(plan, VISITOR))
    assert (
        client.get("/verksamhetsplan/2017.pdf", headers={"If-None-Match": response["ETag"]}).status_code
        == 304
    )


def test_file_of_a_draft_is_for_staff(client, admin_client):
    factories.make_section(factories.make_plan(2019, is_draft=True), 1, "Inledning")

    assert client.get("/verksamhetsplan/2019.pdf").status_code == 404
    response = admin_client.get("/verksamhetsplan/2019.pdf")
    assert "UTKAST" in PdfReader(io.BytesIO(response.content)).pages[0].extract_text()
    assert "no-store" in response["Cache-Control"]
