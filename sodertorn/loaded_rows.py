"""Writing rows from a file without touching what staff have edited since."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models

from sodertorn.file_entry import Entry, FileError
from sodertorn.models import LoadedRow

M = TypeVar("M", bound=models.Model)


class LoadFailed(Exception):
    """The file has faults; nothing was changed. `faults` are sentences, in the order of the file."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def read_toml(path: Path) -> Entry:
    """The file as an entry. Raises LoadFailed if it can't be read; Windows editors' mark is no fault."""
    try:
        return Entry(tomllib.loads(path.read_text(encoding="utf-8-sig")), "")
    except OSError as error:
        raise LoadFailed([f"{path}: filen kan inte läsas ({error.strerror})."]) from error
    except UnicodeDecodeError as error:
        raise LoadFailed([f"{path}: filen är inte UTF-8 (tecken {error.start})."]) from error
    except tomllib.TOMLDecodeError as error:
        raise LoadFailed([f"{path}: filen är inte giltig TOML: {error}"]) from error


class LeftDeleted(Exception):
    """The row, or the row it belongs to, was deleted by staff after it was loaded, and stays so."""


@dataclass
class LoadReport:
    """What a run did. `left` and `vanished` are lines that name rows the loader did not touch, and why."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)


class RowWriter:
    """Creates and updates rows by their key in the file, and collects faults so that all are told at once.

    Use inside a transaction and call `finish` last: it raises `LoadFailed` if there was any fault.
    """

    def __init__(self, *, overwrite: bool = False) -> None:
        self.report = LoadReport()
        self._overwrite = overwrite
        self._faults: list[str] = []
        self._keys: set[str] = set()
        self._matches: dict[tuple[Any, ...], str] = {}
        self._loaded = {row.key: row for row in LoadedRow.objects.select_related("content_type")}
        # By model and primary key: the entry that stands for the row, and what it had before `_make_room`.
        self._entries: dict[tuple[type[models.Model], int], str] = {}
        self._moved_aside: dict[tuple[type[models.Model], int], dict[str, Any]] = {}

    @contextmanager
    def collecting_faults(self) -> Iterator[None]:
        """Carry on after a faulty entry, or one that staff have deleted, without what belongs to it."""
        try:
            yield
        except FileError as error:
            self._faults.append(str(error))
        except LeftDeleted:
            pass

    def finish(self, key_prefixes: tuple[str, ...]) -> LoadReport:
        """Raise if there were faults; else report rows under the prefixes that the file no longer has."""
        if self._faults:
            raise LoadFailed(self._faults)
        self.report.vanished = sorted(
            key
            for key, loaded in self._loaded.items()
            if key.startswith(key_prefixes) and key not in self._keys and self._has_no_entry(loaded)
        )
        return self.report

    def mention(self, key: str) -> None:
        """The file has the row though this run does not write it, so it has not vanished."""
        self._keys.add(key)

    def put(
        self,
        model: type[M],
        key: str,
        where: str,
        match: dict[str, Any],
        related: dict[str, list[Any]] | None = None,
        exchanged: str = "",
        **values: Any,
    ) -> M:
        """Create the row, or bring it up to the file's values unless staff have edited it.

        `match` finds a row that is already there under another hand; its fields are values too. `related`
        sets many-to-many fields. `exchanged` names a unique field whose values rows may pass on to one
        another. Raises `FileError` naming `where` if the values break a rule of the model.
        """
        self._claim(key, where, model, match)
        values = {**match, **values}
        related = related or {}
        loaded = self._loaded.get(key)
        found = self._find(model, loaded, match)
        if found is None and loaded is not None and not self._overwrite:
            self.report.left.append(f"{where}: borttagen i administrationen sedan filen lästes in.")
            raise LeftDeleted
        row = found if found is not None else model()
        before = self._before(row, where, values, related) if found is not None else None
        for name, value in values.items():
            setattr(row, name, value)
        self._validate(row, where, thorough=False)
        wanted = _snapshot(row, values, {}) | {
            name: sorted(item.pk for item in items) for name, items in related.items()
        }

        if before == wanted and (model, row.pk) not in self._moved_aside:
            self.report.unchanged += 1
        elif (
            before is not None and not self._overwrite and (loaded is None or _edited(before, loaded.values))
        ):
            changed = ", ".join(_label(model, name) for name in before if before[name] != wanted[name])
            self.report.left.append(f"{where}: ändrad i administrationen ({changed}).")
            row.refresh_from_db()
            return row
        else:
            if exchanged:
                self._make_room(row, exchanged)
            self._validate(row, where, thorough=True)
            row.save()
            for name, items in related.items():
                getattr(row, name).set(items)
            if before is None:
                self.report.created += 1
            else:
                self.report.changed += 1
        self._entries[model, row.pk] = where
        self._remember(key, loaded, row, wanted)
        return row

    def _claim(self, key: str, where: str, model: type[models.Model], match: dict[str, Any]) -> None:
        """Take the key, and the values that tell the row from others, for one entry of the file."""
        if key in self._keys:
            raise FileError(where, f"nyckeln {key} förekommer två gånger i filen.")
        if len(key) > (LoadedRow._meta.get_field("key").max_length or 0):
            raise FileError(where, "namnet är för långt.")
        same = (model, *((name, getattr(value, "pk", value)) for name, value in match.items()))
        if same in self._matches:
            raise FileError(where, f"samma uppgifter står redan i {self._matches[same]}.")
        self._keys.add(key)
        self._matches[same] = where

    def _find(self, model: type[M], loaded: LoadedRow | None, match: dict[str, Any]) -> M | None:
        if loaded is not None:
            row = model._default_manager.filter(pk=loaded.object_id).first()
            if row is not None:
                return row
        return model._default_manager.filter(**match).first() if match else None

    def _before(
        self, row: models.Model, where: str, values: dict[str, Any], related: dict[str, list[Any]]
    ) -> dict[str, Any]:
        """The values of a row that is already there; two entries of the file can't stand for the same row."""
        identity = (type(row), row.pk)
        if identity in self._entries:
            raise FileError(where, f"samma uppgifter står redan i {self._entries[identity]}.")
        self._entries[identity] = where
        return _snapshot(row, values, related) | self._moved_aside.get(identity, {})

    def _make_room(self, row: models.Model, field: str) -> None:
        """Move aside an unedited row that holds the value, if the file has yet to say what it shall have.

        Otherwise two rows could never change places, since each would find the other one there.
        """
        model = type(row)
        unique = next(
            rule.fields
            for rule in model._meta.constraints
            if isinstance(rule, models.UniqueConstraint) and field in rule.fields
        )
        group = {name: getattr(row, name) for name in unique if name != field}
        rows = model._default_manager.filter(**group)
        other = rows.filter(**{field: getattr(row, field)}).exclude(pk=row.pk).first()
        if other is None or (model, other.pk) in self._entries:
            return
        loaded = [kept for kept in self._loaded.values() if _is_for(kept, other)]
        if loaded and (
            self._overwrite or not _edited(_snapshot(other, loaded[0].values, {}), loaded[0].values)
        ):
            self._moved_aside[model, other.pk] = _snapshot(other, {field: None}, {})
            is_optional = model._meta.get_field(field).null
            free = None if is_optional else rows.aggregate(last=models.Max(field))["last"] + 1
            # A version of its own: the file may turn out to say nothing of the row.
            setattr(other, field, free)
            other.save(update_fields=[field])

    def _has_no_entry(self, loaded: LoadedRow) -> bool:
        """Whether the row is still in the database though nothing in the file stands for it."""
        model = loaded.content_type.model_class()
        return (
            model is not None
            and (model, loaded.object_id) not in self._entries
            and model._default_manager.filter(pk=loaded.object_id).exists()
        )

    def _validate(self, row: models.Model, where: str, *, thorough: bool) -> None:
        """Check the row's fields; thoroughly also what needs the database (uniqueness and constraints)."""
        try:
            if thorough:
                row.full_clean()
            else:
                row.clean_fields(exclude={"slug"})
                row.clean()
        except ValidationError as error:
            messages = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
            raise FileError(
                where,
                " ".join(
                    f"{_label(type(row), name)}: {message}" if name != "__all__" else message
                    for name, texts in messages.items()
                    for message in texts
                ),
            ) from error

    def _remember(
        self, key: str, loaded: LoadedRow | None, row: models.Model, values: dict[str, Any]
    ) -> None:
        if loaded is not None and loaded.values == values and loaded.object_id == row.pk:
            return
        content_type = ContentType.objects.get_for_model(row)
        self._loaded[key], _ = LoadedRow.objects.update_or_create(
            key=key, defaults={"content_type": content_type, "object_id": row.pk, "values": values}
        )


def _snapshot(row: models.Model, values: dict[str, Any], related: dict[str, list[Any]]) -> dict[str, Any]:
    """The row's values for the named fields, in a form that is the same before and after the database."""
    snapshot: dict[str, Any] = {}
    for name in values:
        model_field = row._meta.get_field(name)
        value = cast("models.Field[Any, Any]", model_field).value_from_object(row)
        if isinstance(model_field, models.DecimalField) and value is not None:
            value = f"{value:.{model_field.decimal_places}f}"
        snapshot[name] = value if value is None or isinstance(value, bool | int) else str(value)
    for name in related:
        snapshot[name] = sorted(getattr(row, name).values_list("pk", flat=True))
    return snapshot


def _edited(current: dict[str, Any], loaded: dict[str, Any]) -> bool:
    """Whether a value differs from the one that was loaded; a field new to the file has not been edited."""
    return any(current[name] != loaded[name] for name in current if name in loaded)


def _is_for(loaded: LoadedRow, row: models.Model) -> bool:
    return loaded.object_id == row.pk and loaded.content_type.model_class() is type(row)


def _label(model: type[models.Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))
