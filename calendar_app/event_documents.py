"""The papers of an event: documents of the portal's own and links to others, in the order they are read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from calendar_app.models import Event, EventLink
from committee.models import Document
from sodertorn.publishing import Audience

READING_ORDER = [Document.Kind.NOTICE, Document.Kind.AGENDA, Document.Kind.MINUTES]
"""What most look for; the other kinds follow in the order of the list of kinds."""


@dataclass(frozen=True)
class Paper:
    """One paper. `format_and_size` is known of the portal's own, and so is whether it is a draft
    and when it was last changed.
    """

    kind: str
    title: str
    address: str
    format_and_size: str = ""
    is_draft: bool = False
    edited_at: datetime | None = None


def papers_of(event: Event, audience: Audience) -> list[Paper]:
    """What the audience may read."""
    return [paper for _, paper in sorted(_papers(event, audience), key=lambda pair: pair[0])]


def _papers(event: Event, audience: Audience) -> Iterator[tuple[int, Paper]]:
    """Each with its place, in the order that those of the same kind keep."""
    documents = Document.objects.visible_to(audience).filter(event_documents__event=event)
    for document in documents.order_by("title", "pk"):
        own = (document.title, document.get_absolute_url(), document.format_and_size, document.is_draft)
        yield _place(document.kind), Paper(document.get_kind_display(), *own, document.edited_at)
    for link in event.links.all():
        yield _place(link.kind), Paper(EventLink.Kind(link.kind).label, link.title, link.url)


def _place(kind: str) -> int:
    first = [*READING_ORDER, *(each for each in Document.Kind if each not in READING_ORDER)]
    return first.index(Document.Kind(kind))
