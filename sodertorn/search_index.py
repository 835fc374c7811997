"""Keeps what search looks in, in step with the rows: each edit changes the entries that it concerns, in its
own transaction.

Every save, deletion and change of hosts is heard by signals; `search_sources` says which entries it concerns.
A loader that writes many rows puts it off (`postponed`), so that each entry is written once. `rebuild` makes
all of them anew.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from calendar_app.models import Event, EventHost
from sodertorn.search_backends import tell_opensearch
from sodertorn.search_entry import SearchEntry, SearchWord, values_of
from sodertorn.search_sources import SOURCES, Named, Part, Source, with_file_text
from sodertorn.swedish_words import words_in
from sodertorn.tracking import Tracked

BATCH = 500
"""Rows that are read and written at a time."""
SHORTEST_WORD = 4
"""Letters of a word that one may have meant to type."""

Concerned = dict[str, set[tuple[str, Any]]]
"""By a source's label, which of its rows: the path that leads to a key, and the key."""

_BY_LABEL = {source.label: source for source in SOURCES}
_NAME_BEFORE, _LEFT = "_search_name_before", "_search_left"
_postponed: ContextVar[Concerned | None] = ContextVar("postponed", default=None)


def connect() -> None:
    """Hear of every change to a row that is shown in an entry."""
    for model in {model for source in SOURCES for model in (source.model, *source.parts, *source.named)}:
        pre_save.connect(_keep_before, sender=model)
        post_save.connect(_saved, sender=model)
        post_delete.connect(_removed, sender=model)
    m2m_changed.connect(_hosts_changed, sender=EventHost)


def _naming(model: type[models.Model]) -> list[tuple[Source, Named]]:
    return [(source, source.named[model]) for source in SOURCES if model in source.named]


def _with_part(model: type[models.Model]) -> list[tuple[Source, Part]]:
    return [(source, source.parts[model]) for source in SOURCES if model in source.parts]


# --- What a change concerns ---------------------------------------------------------------------------------


def _keep_before(instance: Tracked, **kwargs: Any) -> None:
    """Remember what the row belongs to, and what others call it by, as it is stored."""
    vars(instance)[_LEFT] = instance.stored_owner[1] if instance.stored_owner else None
    fields = sorted({name for _, named in _naming(type(instance)) for name in named.fields})
    if fields and instance.pk:
        stored = type(instance)._default_manager.filter(pk=instance.pk)
        vars(instance)[_NAME_BEFORE] = stored.values(*fields).first()


def _saved(instance: models.Model, *, raw: bool = False, **kwargs: Any) -> None:
    if raw:
        return
    concerned = _itself_and_wholes(instance)
    before = vars(instance).pop(_NAME_BEFORE, None)
    for source, named in _naming(type(instance)) if before else ():
        if any(getattr(instance, name) != before[name] for name in named.fields):
            concerned[source.label] |= {(path, instance.pk) for path in named.paths}
    _refresh_or_postpone(concerned)


def _removed(instance: models.Model, **kwargs: Any) -> None:
    _refresh_or_postpone(_itself_and_wholes(instance))


def _itself_and_wholes(instance: models.Model) -> Concerned:
    """The row, and those that it is, or was until now, a part of."""
    concerned: Concerned = defaultdict(set)
    if instance._meta.label_lower in _BY_LABEL:
        concerned[instance._meta.label_lower].add(("pk", instance.pk))
    for source, part in _with_part(type(instance)):
        wholes = {getattr(instance, part.column), vars(instance).get(_LEFT)}
        concerned[source.label] |= {(part.path, key) for key in wholes - {None}}
    vars(instance).pop(_LEFT, None)
    return concerned


def _hosts_changed(instance: Any, action: str, **kwargs: Any) -> None:
    """Hosts that are set together have no saves of their own."""
    if action.startswith("post_") and isinstance(instance, Event):
        _refresh_or_postpone({Event._meta.label_lower: {("pk", instance.pk)}})


@contextmanager
def postponed() -> Iterator[None]:
    """Bring the index in step at the end of the block instead of at each save in it.

    The block is part of a transaction, or the index would be behind if the computer stopped.
    """
    if _postponed.get() is not None:
        yield
        return
    concerned: Concerned = defaultdict(set)
    token = _postponed.set(concerned)
    try:
        yield
    finally:
        _postponed.reset(token)
    _refresh(concerned)


def _refresh_or_postpone(concerned: Concerned) -> None:
    waiting = _postponed.get()
    if waiting is None:
        _refresh(concerned)
        return
    for label, rows in concerned.items():
        waiting[label] |= rows


def _refresh(concerned: Concerned) -> None:
    for label, rows in concerned.items():
        source = _BY_LABEL[label]
        for keys in _batches(sorted(_keys_of(source, rows)), BATCH):
            refresh(source, keys)


def _keys_of(source: Source, rows: set[tuple[str, Any]]) -> set[Any]:
    by_path: dict[str, set[Any]] = defaultdict(set)
    for path, key in rows:
        by_path[path].add(key)
    keys = by_path.pop("pk", set())
    for path, wanted in by_path.items():
        found = source.model._default_manager.filter(**{f"{path}__in": wanted})
        keys |= set(found.order_by().values_list("pk", flat=True))
    return keys


# --- Entries ------------------------------------------------------------------------------------------------


def refresh(source: Source, keys: Iterable[Any]) -> None:
    """Make the entries of these rows what the rows say now; a row that is not public has none."""
    keys = list(keys)
    old = {entry.key: entry for entry in SearchEntry.objects.filter(model=source.label, key__in=keys)}
    new = {row.pk: _entry(source, row, old.get(row.pk)) for row in source.rows().filter(pk__in=keys)}
    gone = [entry for key, entry in old.items() if key not in new]
    changed = [
        entry for key, entry in new.items() if key not in old or values_of(entry) != values_of(old[key])
    ]
    with transaction.atomic():
        if gone:
            SearchEntry.objects.filter(pk__in=[entry.pk for entry in gone]).delete()
        _write(changed)
    if gone or changed:
        tell_opensearch(changed, gone)


def _entry(source: Source, row: Any, known: SearchEntry | None) -> SearchEntry:
    entry = source.entry(row)
    return with_file_text(entry, row, known) if source.has_files else entry


def _write(entries: list[SearchEntry]) -> None:
    columns = [field.name for field in SearchEntry._meta.concrete_fields if not field.primary_key]
    written = [name for name in columns if name not in ("model", "key")]
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["model", "key"], update_fields=written
    )
    _remember(word for entry in entries for word in _vocabulary(entry))


def _vocabulary(entry: SearchEntry) -> set[str]:
    words = {word.lower() for text in (entry.title, entry.place, entry.text) for word in words_in(text)}
    longest = SearchWord._meta.get_field("word").max_length or 0
    return {word for word in words if word.isalpha() and SHORTEST_WORD <= len(word) <= longest}


def _remember(words: Iterable[str]) -> None:
    """In alphabetical order, so that two who write the same words at once wait for each other, not both."""
    rows = [SearchWord(word=word) for word in sorted(set(words))]
    SearchWord.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def rebuild(tell: Callable[[str, int], None]) -> int:
    """Make every entry anew, and tell how many there are of each model. Returns how many there are in all.

    Until the transaction ends, everybody else searches what was there before.
    """
    for model in (SearchWord, SearchEntry):
        model._default_manager.all()._raw_delete(DEFAULT_DB_ALIAS)  # noqa: SLF001 - by one statement, unread
    total = 0
    for source in SOURCES:
        rows = source.rows().order_by("pk").iterator(chunk_size=BATCH)
        number = 0
        for batch in _batches(rows, BATCH):
            _write([_entry(source, row, None) for row in batch])
            number += len(batch)
        tell(str(source.model._meta.verbose_name_plural), number)
        total += number
    return total


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
