"""Some of a data set's rows as the API sends them, with where the others are. A leaf."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sodertorn.api_parameters import LIMIT, OFFSET, Question
from sodertorn.opendata import PublishedDataset, counted, machine_value


@dataclass(frozen=True)
class RowsAnswer:
    """`links` are addresses of the rows before and after, by the names that the header Link has for them."""

    content: dict[str, Any]
    links: dict[str, str]
    changed_at: datetime | None


def rows_answer(dataset: PublishedDataset, asked: Question, address: str, base_url: str) -> RowsAnswer:
    """What is asked of the data set.

    `address` is the data set's own, without a question; `base_url` is put before the paths that rows have.
    After the last row there are none.
    """
    items = asked.applied_to(dataset.items())
    total = counted(items)
    links = _links(asked, total, address)
    changed_at = dataset.changed_at()
    table = dataset.table(base_url, items[asked.offset : asked.offset + asked.limit])
    content = {
        "dataset": dataset.slug,
        "title": dataset.title,
        "source": dataset.source,
        "licence": dataset.licence,
        "changed_at": changed_at and machine_value(changed_at),
        "total": total,
        "offset": asked.offset,
        "limit": asked.limit,
        "previous": links.get("prev"),
        "next": links.get("next"),
        "rows": [dict(zip(table.names, map(machine_value, row), strict=True)) for row in table.rows],
    }
    return RowsAnswer(content, links, changed_at)


def _links(asked: Question, total: int, address: str) -> dict[str, str]:
    last = max(total - 1, 0) // asked.limit * asked.limit
    offsets = {"first": 0, "last": last}
    if asked.offset > 0:
        offsets["prev"] = max(min(asked.offset - asked.limit, last), 0)
    if asked.offset + asked.limit < total:
        offsets["next"] = asked.offset + asked.limit
    chosen = [(each.name, text) for each, _, text in asked.chosen]
    return {
        name: f"{address}?{urlencode([*chosen, (OFFSET.name, offset), (LIMIT.name, asked.limit)])}"
        for name, offset in offsets.items()
    }
