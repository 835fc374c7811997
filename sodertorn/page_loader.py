"""The pages that come with the portal, from their file to rows that staff can then edit."""

from pathlib import Path

from django.db import transaction

from committee.models import Page
from sodertorn.loaded_rows import LoadReport, RowWriter, read_toml
from sodertorn.publishing import Publication


@transaction.atomic
def load_pages(path: Path, *, overwrite: bool = False) -> LoadReport:
    """Load the file, all or nothing; a page that staff have edited or deleted is left alone.

    Raises `LoadFailed` with every fault, each naming its page.
    """
    writer = RowWriter(overwrite=overwrite)
    with read_toml(path) as file:
        for position, entry in enumerate(file.entries("page", "sidan"), start=1):
            with writer.collecting_faults(), entry:
                slug = entry.text("slug")
                writer.put(
                    Page,
                    f"sidor/{slug}",
                    entry.where,
                    {"slug": slug},
                    title=entry.text("title"),
                    language=entry.text("language", Page.Language.SWEDISH),
                    lead=entry.text("lead", ""),
                    text=entry.text("text", ""),
                    position=position,
                    publication=Publication.PUBLISHED,
                )
    return writer.finish(("sidor/",))
