"""What has changed in the calendar for those who read it, told from the rows' history.

A meeting that is a draft now is not told of at all, and of one that is public only what happened while it
was. What is done at once (a new day, and then the new hosts) is one announcement.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from calendar_app.models import Event, EventDocument, EventHost, EventLink
from committee.models import Document, Municipality
from sodertorn.dates import when
from sodertorn.prose import join_swedish
from sodertorn.publishing import Publication

EVENTS_READ = 100
"""So many of the meetings that were edited last are looked into."""

AT_ONCE = timedelta(minutes=2)
"""Changes to one meeting with no longer pauses than this are one announcement."""


@dataclass(frozen=True)
class Announcement:
    """`key` stays the same for ever. `sentences` say what has changed, `headline` the chief part of it."""

    key: str
    event: Event
    headline: str
    sentences: tuple[str, ...]
    first_at: datetime
    changed_at: datetime

    @property
    def title(self) -> str:
        return f"{self.headline}: {self.event.title}"


@dataclass(frozen=True)
class State:
    """What a reader sees of a meeting at a moment."""

    is_public: bool = False
    title: str = ""
    status: str = ""
    precision: str = ""
    starts_on: date = date.min
    ends_on: date = date.min
    start_time: time | None = None
    end_time: time | None = None
    location: str = ""
    hosts: tuple[str, ...] = ()

    @property
    def when(self) -> str:
        return when(
            self.starts_on,
            self.ends_on,
            month_only=self.precision == Event.DatePrecision.MONTH,
            start_time=self.start_time,
            end_time=self.end_time,
        )

    @property
    def where(self) -> str:
        return ", ".join(filter(None, [self.location, join_swedish(self.hosts)]))


@dataclass
class _Past:
    """A meeting's history: its versions, its hosts' by row, and when each paper came, oldest first."""

    versions: list[dict[str, Any]] = field(default_factory=list)
    hosts: list[dict[str, Any]] = field(default_factory=list)
    papers: list[tuple[datetime, str]] = field(default_factory=list)


def announcements(most: int) -> list[Announcement]:
    """The newest, newest first."""
    events = {event.pk: event for event in Event.objects.public().order_by("-edited_at", "-pk")[:EVENTS_READ]}
    pasts = _pasts(events)
    names = dict(Municipality.objects.values_list("pk", "name"))
    told = [each for pk, event in events.items() for each in _told(event, pasts[pk], names)]
    return sorted(told, key=lambda each: (each.changed_at, each.key), reverse=True)[:most]


def _pasts(events: Iterable[int]) -> dict[int, _Past]:
    """Everything that is needed of the histories, in five queries."""
    pasts: dict[int, _Past] = defaultdict(_Past)
    keys = list(events)
    for version in Event.history.filter(id__in=keys).order_by("history_date", "history_id").values():
        pasts[version["id"]].versions.append(version)
    hosts = EventHost.history.filter(event_id__in=keys).order_by("history_date", "history_id")
    for version in hosts.values():
        pasts[version["event_id"]].hosts.append(version)
    public = Document.objects.public().filter(event_documents__event__in=keys)
    published: dict[int, datetime] = {}
    versions = Document.history.filter(id__in=public.values("pk"), publication=Publication.PUBLISHED)
    for pk, moment in versions.order_by("history_date").values_list("id", "history_date"):
        published.setdefault(pk, moment)
    links = EventDocument.objects.filter(event__in=keys, document__in=public).select_related("document")
    posted = _first_moments(EventDocument, [link.pk for link in links])
    for link in links:
        moments = [moment for moment in (posted.get(link.pk), published.get(link.document_id)) if moment]
        if moments:
            label = f"{link.document.get_kind_display()}: {link.document.title}"
            pasts[link.event_id].papers.append((max(moments), label))
    elsewhere = list(EventLink.objects.filter(event__in=keys))
    posted = _first_moments(EventLink, [each.pk for each in elsewhere])
    for paper in elsewhere:
        if paper.pk in posted:
            label = f"{paper.get_kind_display()}: {paper.title}"
            pasts[paper.event_id].papers.append((posted[paper.pk], label))
    return pasts


def _first_moments(model: type[EventDocument] | type[EventLink], keys: list[int]) -> dict[int, datetime]:
    """When each row came."""
    versions = model.history.filter(id__in=keys).order_by("-history_date")
    return dict(versions.values_list("id", "history_date"))


def _told(event: Event, past: _Past, names: dict[int, str]) -> Iterator[Announcement]:
    """Stretch by stretch of changes made at once: what is seen after it that was not before."""
    moments = sorted(
        {each["history_date"] for each in [*past.versions, *past.hosts]}
        | {moment for moment, _ in past.papers}
    )
    before = State()
    for first, last in _stretches(moments):
        after = _state(past, last, names)
        papers = sorted(label for moment, label in past.papers if first <= moment <= last)
        said = _differences(before, after, papers) if after.is_public else []
        if said:
            sentences = tuple(sentence for _, sentence in said)
            key = f"{event.uid}/{first.isoformat()}"
            yield Announcement(key, event, said[0][0], sentences, first, last)
        before = after


def _stretches(moments: list[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """The first and the last moment of each stretch."""
    start = last = None
    for moment in moments:
        if start is None or last is None:
            start = moment
        elif moment - last > AT_ONCE:
            yield start, last
            start = moment
        last = moment
    if start is not None and last is not None:
        yield start, last


def _state(past: _Past, at: datetime, names: dict[int, str]) -> State:
    version = next((each for each in reversed(past.versions) if each["history_date"] <= at), None)
    if version is None or version["history_type"] == "-":
        return State()
    hosts = {each["id"]: each for each in past.hosts if each["history_date"] <= at}
    held = [each for each in hosts.values() if each["history_type"] != "-"]
    held.sort(key=lambda each: (each["position"], each["id"]))
    return State(
        is_public=version["publication"] == Publication.PUBLISHED,
        title=version["title"],
        status=version["status"],
        precision=version["date_precision"],
        starts_on=version["starts_on"],
        ends_on=version["ends_on"],
        start_time=version["start_time"],
        end_time=version["end_time"],
        location=version["location"],
        hosts=tuple(names[each["municipality_id"]] for each in held if each["municipality_id"] in names),
    )


def _differences(before: State, after: State, papers: list[str]) -> list[tuple[str, str]]:
    """What has changed, the most important first: each in a few words, and as a sentence."""
    if not before.is_public:
        where = f" Plats: {after.where}." if after.where else ""
        cancelled = " Mötet är inställt." if after.status == Event.Status.CANCELLED else ""
        return [("Nytt möte", f"{after.title}: {after.when}.{where}{cancelled}")]
    said = []
    if after.status != before.status:
        said += _new_status(before, after)
    if (before.starts_on, before.ends_on, before.precision) != (
        after.starts_on,
        after.ends_on,
        after.precision,
    ):
        said.append(("Ny dag", f"Ny dag: {after.when}. Tidigare: {before.when}."))
    elif (before.start_time, before.end_time) != (after.start_time, after.end_time):
        said.append(("Ny tid", f"Ny tid: {after.when}. Tidigare: {before.when}."))
    if before.hosts != after.hosts:
        said.append(("Ny värd", _exchanged("Värd", join_swedish(before.hosts), join_swedish(after.hosts))))
    if before.location != after.location:
        said.append(("Ny lokal", _exchanged("Lokal", before.location, after.location)))
    if before.title != after.title:
        said.append(("Nytt namn", f"Mötet hette tidigare {before.title}."))
    if papers:
        said.append(("Nya handlingar", f"Nya handlingar. {'. '.join(papers)}."))
    return said


def _new_status(before: State, after: State) -> list[tuple[str, str]]:
    if after.status == Event.Status.CANCELLED:
        return [("Inställt", f"Mötet {after.when} är inställt.")]
    if before.status == Event.Status.CANCELLED:
        return [("Blir av", f"Mötet {after.when} är inte längre inställt.")]
    if before.status == Event.Status.PRELIMINARY and after.status == Event.Status.CONFIRMED:
        return [("Fastställt", f"Mötet {after.when} är fastställt.")]
    return []


def _exchanged(what: str, before: str, after: str) -> str:
    return f"{what}: {after or 'inte angiven'}. Tidigare: {before or 'inte angiven'}."
