"""What has happened to a row and to the rows that belong to it, newest first. A leaf.

However many changes are shown, the number of queries is set by how many kinds of rows they concern.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, cast

from django.apps import apps
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value

from sodertorn.row_changes import FieldChange, Values, row_changes, told_fields
from sodertorn.tracking import Tracked

ONE_GO = timedelta(seconds=3)
"""Changes by the same person so close to one another are shown as one."""

Part = tuple[type[Tracked], str]
"""A kind of row that belongs to another, and the foreign key by which it does."""


def versions_of(model: type[Tracked]) -> type[Any]:
    """The model that holds the versions of a model's rows."""
    return cast("type[Any]", model.history.model)


def tracked_models() -> list[type[Tracked]]:
    return [model for model in apps.get_models() if issubclass(model, Tracked)]


def is_named_in_history(user: AbstractUser) -> bool:
    """Whether any version is the person's work. Were the person deleted, it would be nobody's."""
    return any(versions_of(model).objects.filter(history_user=user).exists() for model in tracked_models())


@cache
def parts_of(model: type[models.Model]) -> tuple[Part, ...]:
    """The kinds of rows that belong straight to the model's."""
    return tuple(
        (part, name)
        for part in tracked_models()
        for name in part.belongs_to
        if part._meta.get_field(name).related_model is model
    )


class Entry(NamedTuple):
    """A version to show: of which model, and the version of the same row that it came after, if any."""

    history_date: datetime
    history_id: int
    label: str
    before: int | None


def entries(model: type[Tracked], pk: Any, parts: Iterable[Part] | None = None) -> QuerySet[Any, Any]:
    """The versions of a row and of those that belong to it, newest first, each as an `Entry`.

    `parts` limits the rows that belong to it to some kinds; otherwise they are all there, with theirs. A row
    that has moved to another owner is there up to and with its move.
    """
    wanted: dict[type[Tracked], Q] = {model: Q(id=pk)}
    if parts is None:
        _gather(model, [pk], wanted)
    else:
        for part, name in parts:
            wanted[part] = wanted.get(part, Q()) | Q(**{f"{name}__in": [pk]})
    first, *others = (_entries_of(kind, condition) for kind, condition in wanted.items())
    return first.union(*others, all=True).order_by("-history_date", "-history_id", "label")


def _gather(model: type[Tracked], keys: Any, wanted: dict[type[Tracked], Q]) -> None:
    for part, name in parts_of(model):
        condition = Q(**{f"{name}__in": keys})
        wanted[part] = wanted.get(part, Q()) | condition
        _gather(part, versions_of(part).objects.filter(condition).order_by().values("id"), wanted)


def _listed(model: type[Tracked]) -> QuerySet[Any, Any]:
    rows = versions_of(model).objects.order_by()
    earlier = rows.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    before = Subquery(earlier.values("history_id")[:1])
    listed = rows.annotate(label=Value(model._meta.label_lower), before=before)
    return listed.values_list("history_date", "history_id", "label", "before")


def _entries_of(model: type[Tracked], condition: Q) -> QuerySet[Any, Any]:
    left = versions_of(model).objects.order_by().filter(condition).values("history_id")
    return _listed(model).filter(condition | Q(before__in=left))


def entries_of_all(model: type[Tracked]) -> QuerySet[Any, Any]:
    """The versions of all rows of the model, newest first, each as an `Entry`."""
    return _listed(model).order_by("-history_date", "-history_id")


@dataclass(frozen=True)
class RowChange:
    """What happened to one row. `version` is the one it led to; `what` is what the row was called then.

    With an unknown past, the row was there before versions were kept, and what changed can't be told.
    """

    model: type[Tracked]
    pk: Any
    version: int
    what: str
    kind: str
    is_own: bool
    fields: list[FieldChange]
    has_unknown_past: bool
    restore_address: str = ""

    @property
    def kind_of_row(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def is_from_or_to_nothing(self) -> bool:
        """Whether the fields only say what the row was, not how it changed."""
        return self.kind != "ändrad"


@dataclass(frozen=True)
class Occasion:
    """What someone did in one go. `reason` is why, where it is known."""

    at: datetime
    who: str
    reason: str
    changes: list[RowChange] = field(default_factory=list)


def occasions(listed: Iterable[Sequence[Any]], model: type[Tracked]) -> list[Occasion]:
    """The entries in words, those of one go together; changes that no clerk can see are left out."""
    story = _Story([Entry(*each) for each in listed])
    told = []
    for together in story.in_one_go():
        newest = story.version(together[0])
        changes = [change for each in _by_row(story, together) if (change := story.told(each, model))]
        changes.sort(key=lambda change: not change.is_own)
        if changes:
            reason = newest.history_change_reason or ""
            told.append(Occasion(newest.history_date, who_text(newest.history_user, reason), reason, changes))
    return told


def who_text(user: AbstractUser | None, reason: str) -> str:
    """The person's name; what the portal did itself is told by its reason."""
    if user is not None:
        return user.get_full_name() or user.get_username()
    return "Inläsning av dokumentet" if reason.startswith("Inläst") else "Kommando"


def _by_row(story: "_Story", together: list[Entry]) -> Iterator[list[Entry]]:
    """The entries of each row, newest first."""
    rows: dict[tuple[str, Any], list[Entry]] = {}
    for entry in together:
        rows.setdefault((entry.label, story.version(entry).id), []).append(entry)
    yield from rows.values()


class _Story:
    """Everything that is needed to tell of some entries."""

    def __init__(self, listed: list[Entry]) -> None:
        self._entries = listed
        wanted: dict[type[Tracked], set[int]] = defaultdict(set)
        for entry in listed:
            wanted[_model(entry.label)] |= {entry.history_id, *([entry.before] if entry.before else [])}
        self._versions: dict[tuple[str, int], Any] = {}
        self._related: dict[tuple[str, int], dict[str, list[Any]]] = {}
        for model, keys in wanted.items():
            label = model._meta.label_lower
            rows = versions_of(model).objects.select_related("history_user").in_bulk(keys)
            self._versions |= {(label, key): version for key, version in rows.items()}
            self._related |= {(label, key): kept for key, kept in related_keys(model, keys).items()}
        self.names = RowNames(self._versions.values())
        for (label, _), kept in self._related.items():
            self.names.want_related(_model(label), kept)
        self.names.fetch()

    def version(self, entry: Entry) -> Any:
        return self._versions[entry.label, entry.history_id]

    def in_one_go(self) -> Iterator[list[Entry]]:
        together: list[Entry] = []
        for entry in self._entries:
            if together and not self._is_one_go(together[-1], entry):
                yield together
                together = []
            together.append(entry)
        if together:
            yield together

    def _is_one_go(self, later: Entry, earlier: Entry) -> bool:
        newer, older = self.version(later), self.version(earlier)
        return (
            newer.history_user_id == older.history_user_id
            and newer.history_change_reason == older.history_change_reason
            and newer.history_date - older.history_date <= ONE_GO
        )

    def told(self, of_row: list[Entry], page_model: type[Tracked]) -> RowChange | None:
        """What a row's entries of one go come to; None if there is nothing to see."""
        newest, oldest = of_row[0], of_row[-1]
        model = _model(newest.label)
        version = self.version(newest)
        is_new = self.version(oldest).history_type == "+"
        before = None if is_new or not oldest.before else self._values(model, oldest.label, oldest.before)
        after = self._values(model, newest.label, newest.history_id)
        has_unknown_past = not is_new and not oldest.before
        is_back = is_new and oldest.before is not None
        is_own = model is page_model
        fields = told_fields(model)
        if version.history_type == "-":
            if is_new:
                return None
            kind, changes = "borttagen", row_changes(_without_owner(model, fields), after, None, self.names)
            has_unknown_past = False
        elif is_new:
            kind = "återställd" if is_back else "skapad"
            changes = row_changes(_without_owner(model, fields), None, after, self.names)
        elif has_unknown_past:
            kind, changes = "ändrad", []
        else:
            kind, changes = "ändrad", row_changes(fields, before, after, self.names)
            if not changes:
                return None
        name = self.names.name_of_version(version)
        return RowChange(model, version.id, version.history_id, name, kind, is_own, changes, has_unknown_past)

    def _values(self, model: type[Tracked], label: str, key: int) -> Values:
        return version_values(self._versions[label, key]) | self._related.get((label, key), {})


def _without_owner(model: type[Tracked], fields: list[Any]) -> list[Any]:
    return [each for each in fields if each.name not in model.belongs_to]


def _model(label: str) -> type[Tracked]:
    return cast("type[Tracked]", apps.get_model(label))


def version_values(version: Any) -> dict[str, Any]:
    """The version's values by field name, with keys for foreign keys; many-to-many fields are not there."""
    return {each.name: getattr(version, each.attname) for each in version.tracked_fields}


def related_keys(model: type[Tracked], keys: Iterable[int]) -> dict[int, dict[str, list[Any]]]:
    """By version: the keys that each many-to-many field which is kept had."""
    found: dict[int, dict[str, list[Any]]] = {}
    for name in getattr(model, "_history_m2m_fields", ()):
        many: Any = model._meta.get_field(name)
        column = f"{many.m2m_reverse_field_name()}_id"
        through = getattr(versions_of(model), name).model
        for key in keys:
            found.setdefault(key, {})[name] = []
        for key, related in through.objects.filter(history__in=keys).values_list("history", column):
            found[key][name].append(related)
    return found


class RowNames:
    """Names of rows as they are now or, once deleted, as they were last, fetched a kind at a time."""

    DEPTH = 2
    """A row's name may name the row it belongs to, and that one's name another."""

    def __init__(self, versions: Iterable[Any] = ()) -> None:
        self._rows: dict[type[models.Model], dict[Any, models.Model | None]] = defaultdict(dict)
        self._wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for version in versions:
            self._want_references(version.instance_type, version)

    def __call__(self, model: type[models.Model], key: Any) -> str:
        """Fits `row_changes.NameOf`."""
        row = self._rows[model].get(key)
        return f"{model._meta.verbose_name} nr {key}" if row is None else self._name(row)

    def name_of(self, model: type[models.Model], key: Any) -> str:
        """The name of one row, looked up there and then."""
        self._wanted[model].add(key)
        self.fetch()
        return self(model, key)

    def name_of_version(self, version: Any) -> str:
        """What the row was called then."""
        return self._name(version.instance)

    def want_related(self, model: type[models.Model], kept: dict[str, list[Any]]) -> None:
        """Fetch these rows too, which many-to-many fields refer to."""
        for name, keys in kept.items():
            related: Any = model._meta.get_field(name).related_model
            self._wanted[related] |= set(keys)

    def fetch(self) -> None:
        """Look up what the versions refer to, and what the names of those refer to."""
        for _ in range(self.DEPTH + 1):
            wanted, self._wanted = self._wanted, defaultdict(set)
            for model, keys in wanted.items():
                self._fetch_rows(model, keys - self._rows[model].keys())

    def _fetch_rows(self, model: type[models.Model], keys: set[Any]) -> None:
        if not keys:
            return
        known: dict[Any, models.Model | None] = dict(model._default_manager.in_bulk(keys))
        gone = keys - known.keys()
        if gone and issubclass(model, Tracked):
            last = versions_of(model).objects.filter(id__in=gone).order_by("history_id")
            known |= {version.id: version.instance for version in last}
        self._rows[model] |= dict.fromkeys(keys) | known
        for row in known.values():
            self._want_references(model, row)

    def _want_references(self, model: type[models.Model], row: Any) -> None:
        for each in _references(model):
            if (key := getattr(row, each.attname)) is not None:
                self._wanted[each.related_model].add(key)

    def _name(self, row: Any) -> str:
        """The row as it calls itself, with the rows it names put in place first."""
        self._put_in_place(row, self.DEPTH)
        try:
            return str(row)
        except (ObjectDoesNotExist, AttributeError):
            return f"{row._meta.verbose_name} nr {row.pk}"

    def _put_in_place(self, row: models.Model, depth: int) -> None:
        for each in _references(type(row)) if depth else ():
            if not each.is_cached(row) and (
                related := self._rows[each.related_model].get(getattr(row, each.attname))
            ):
                setattr(row, each.name, related)
                self._put_in_place(related, depth - 1)


@cache
def _references(model: type[models.Model]) -> tuple[Any, ...]:
    """The foreign keys that a clerk may read of."""
    return tuple(each for each in model._meta.fields if each.is_relation and each.editable)
