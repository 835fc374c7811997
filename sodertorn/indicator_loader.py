"""The key figures that come with the portal, from their file to rows that staff can then edit."""

from pathlib import Path

from django.db import transaction

from committee.models import Indicator
from sodertorn.loaded_rows import LoadReport, RowWriter, read_toml
from sodertorn.publishing import Publication


@transaction.atomic
def load_indicators(path: Path, *, overwrite: bool = False) -> LoadReport:
    """Load the file, all or nothing; a key figure that staff have edited or deleted is left alone.

    Raises `LoadFailed` with every fault, each naming its key figure.
    """
    writer = RowWriter(overwrite=overwrite)
    with read_toml(path) as file:
        for position, entry in enumerate(file.entries("indicator", "nyckeltalet"), start=1):
            with writer.collecting_faults(), entry:
                slug = entry.text("slug")
                writer.put(
                    Indicator,
                    f"nyckeltal/{slug}",
                    entry.where,
                    {"slug": slug},
                    name=entry.text("name"),
                    area=entry.text("area"),
                    definition=entry.text("definition"),
                    unit=entry.text("unit"),
                    decimals=entry.number("decimals", 0),
                    better=entry.text("better", Indicator.Better.NEITHER),
                    whole=entry.text("whole", Indicator.Whole.NONE),
                    source=entry.text("source"),
                    kolada_id=entry.text("kolada_id", "") or None,
                    from_population=entry.flag("from_population"),
                    position=position,
                    publication=Publication.PUBLISHED,
                )
    return writer.finish(("nyckeltal/",))
