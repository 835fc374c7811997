"""The accessibility statement that comes with the portal, from its file to rows that staff can then edit."""

from pathlib import Path

from django.db import transaction

from committee.accessibility import Ground
from committee.models import AccessibilityStatement, InaccessibleContent
from sodertorn.file_entry import Entry
from sodertorn.loaded_rows import LoadReport, RowWriter, read_toml
from sodertorn.publishing import Publication

KEYS, STATEMENT = "tillganglighet/", "redogörelsen"


@transaction.atomic
def load_accessibility(path: Path, *, overwrite: bool = False) -> LoadReport:
    """Load the file, all or nothing. Once staff have edited the statement it is theirs, with all its rows.

    Raises `LoadFailed` with every fault, each naming what it is about.
    """
    writer = RowWriter(overwrite=overwrite)
    with read_toml(path) as file, writer.collecting_faults(), file.entry("statement", STATEMENT) as entry:
        _load(writer, entry)
    return writer.finish((KEYS,))


def _load(writer: RowWriter, entry: Entry) -> None:
    contents = list(entry.entries("inaccessible", "innehållet"))
    statement = _put_statement(writer, entry)
    is_theirs = bool(writer.report.left)
    for position, each in enumerate(contents, start=1):
        with writer.collecting_faults():
            key = f"{KEYS}{each.text('id')}"
            if is_theirs:
                writer.mention(key)
                continue
            with each:
                _put_content(writer, statement, key, position, each)


def _put_statement(writer: RowWriter, entry: Entry) -> AccessibilityStatement:
    """The one in force, whoever wrote it."""
    return writer.put(
        AccessibilityStatement,
        f"{KEYS}redogorelse",
        entry.where,
        {"publication": Publication.PUBLISHED},
        actor=entry.text("actor"),
        service=entry.text("service"),
        conformance=entry.text("conformance"),
        summary=entry.text("summary"),
        method=entry.text("method"),
        assessed_on=entry.date("assessed_on"),
        updated_on=entry.date("updated_on"),
    )


def _put_content(
    writer: RowWriter, statement: AccessibilityStatement, key: str, position: int, entry: Entry
) -> None:
    writer.put(
        InaccessibleContent,
        key,
        entry.where,
        {"statement": statement, "what": entry.text("what")},
        ground=entry.text("ground", Ground.DEFECT),
        requirement=entry.text("requirement", ""),
        why=entry.text("why"),
        mended_by=entry.date("mended_by") if "mended_by" in entry else None,
        position=position,
    )
