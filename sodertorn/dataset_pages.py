"""The pages about open data, and the data as files. A top.

A file's ETag tells the state of the rows in it, by the versions that are kept of them: whoever has the file
already is answered 304 without a row being read. It is weak, since the same rows may be written otherwise by
another release of the portal. Last-Modified is given for information: it knows nothing of a row that is gone.
"""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from calendar_app.feeds import base_url
from sodertorn.catalogue import DATASETS, TOPICS, dataset
from sodertorn.dataset_queries import row_counts
from sodertorn.jsonld import dataset_jsonld
from sodertorn.opendata import (
    CC0,
    CC_BY,
    Column,
    Items,
    Kind,
    PublishedDataset,
    Revision,
    Value,
    counted,
    text_cell,
)
from sodertorn.responses import CsvResponse, DatasetJsonResponse
from sodertorn.spreadsheets import XlsxResponse

PREVIEWED = 10
"""How many rows a data set's page shows."""
LONGEST_CELL = 120
"""How much of a text is shown there."""

FORMATS: dict[str, tuple[str, str, type[Any]]] = {
    "csv": ("CSV", "för de flesta program", CsvResponse),
    "xlsx": ("Excel", "för den som räknar vidare i ett kalkylprogram", XlsxResponse),
    "json": ("JSON", "för den som programmerar", DatasetJsonResponse),
}
"""What each format is called, whom it is for, and how it is sent."""

MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}

LICENCES = {
    CC0: (
        "CC0 1.0",
        "https://creativecommons.org/publicdomain/zero/1.0/deed.sv",
        "Du får använda uppgifterna till vad du vill, utan att fråga och utan att ange källa.",
    ),
    CC_BY: (
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/deed.sv",
        "Du får använda uppgifterna till vad du vill, om du anger källan.",
    ),
}
"""What each licence is called, where it can be read, and what it means."""

FREQUENCIES = {
    "IRREG": "När något ändras, ibland flera gånger i veckan och ibland inte på länge.",
    "ANNUAL": "Ungefär en gång om året, och när något rättas.",
}
"""How often rows change, by the codes of the EU's list of frequencies."""

KINDS: dict[Kind, str] = {
    "string": "text",
    "integer": "heltal",
    "decimal": "tal med decimalpunkt",
    "boolean": "true eller false",
    "date": "datum, ÅÅÅÅ-MM-DD",
    "month-or-date": "datum eller månad",
    "time": "klockslag, TT:MM",
    "datetime": "tidpunkt med tidszon",
    "list": "texter med semikolon mellan",
}
"""What a column holds, in words."""


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """Every data set, by what it is about."""
    rows = row_counts(DATASETS)
    topics = {name: [(each, rows[each.slug]) for each in published] for name, published in TOPICS.items()}
    return render(request, "open_data.html", {"topics": topics, "formats": FORMATS})


@require_safe
def dataset_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What there is to know of a data set, and its first rows."""
    published = _dataset_or_404(slug)
    items = published.items()
    revision = published.revision()
    context = {
        "dataset": published,
        "dataset_jsonld": _for_search_engines(published, revision, base_url(request)),
        "count": counted(items),
        "columns": [_described(column) for column in published.columns],
        "preview": _preview(published, items, base_url(request)),
        "revision": revision,
        "span": published.temporal(),
        "page": published.page(),
        "licence": LICENCES[published.licence],
        "frequency": FREQUENCIES[published.frequency],
        "formats": {suffix: FORMATS[suffix] for suffix in FORMATS if suffix in published.formats},
    }
    return render(request, "open_data_dataset.html", context)


@require_safe
def dataset_file(request: HttpRequest, slug: str, suffix: str) -> HttpResponseBase:
    """All the rows that anyone may read. Other people's pages may fetch them too."""
    published = _dataset_or_404(slug)
    if suffix not in published.formats:
        raise Http404("Datamängden finns inte i det formatet.")
    revision = published.revision()
    etag = _etag(published, suffix, base_url(request), revision)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = FORMATS[suffix][2](published.table(base_url(request)))
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    if revision.changed_at:
        response["Last-Modified"] = http_date(revision.changed_at.timestamp())
    return response


def _for_search_engines(published: PublishedDataset, revision: Revision, address: str) -> SafeString:
    files = [
        (MEDIA_TYPES[suffix], address + reverse("dataset-file", args=[published.slug, suffix]))
        for suffix in FORMATS
        if suffix in published.formats
    ]
    return dataset_jsonld(
        name=published.title,
        description=published.description,
        url=address + reverse("dataset-detail", args=[published.slug]),
        licence=published.licence,
        files=files,
        changed_on=f"{localtime(revision.changed_at):%Y-%m-%d}" if revision.changed_at else "",
    )


def _dataset_or_404(slug: str) -> PublishedDataset:
    published = dataset(slug)
    if published is None:
        raise Http404("Datamängden finns inte.")
    return published


def _described(column: Column) -> dict[str, str]:
    kind = KINDS[column.kind]
    holds = f"{kind} ({column.unit})" if column.unit else kind
    return {"name": column.name, "title": column.title, "description": column.description, "holds": holds}


def _etag(published: PublishedDataset, suffix: str, address: str, revision: Revision) -> str:
    about = (published.title, published.description, published.columns, published.source, published.licence)
    state = repr((about, suffix, address, revision))
    return f'W/"{hashlib.sha256(state.encode()).hexdigest()[:32]}"'


def _preview(published: PublishedDataset, items: Items, address: str) -> list[list[str]]:
    rows = (published.as_row(item, address) for item in items[:PREVIEWED])
    return [[_short(value) for value in row] for row in rows]


def _short(value: Value) -> str:
    """A cell as the CSV file has it, cut where it is long."""
    text = text_cell(value)
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL].rstrip()} …"
