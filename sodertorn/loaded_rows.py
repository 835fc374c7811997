"""Writing rows from a file without touching what staff have edited since."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models

from sodertorn.file_entry import FileError
from sodertorn.models import LoadedRow

M = TypeVar("M", bound=models.Model)


class LoadFailed(Exception):
    """The file has faults; nothing was changed. `faults` are sentences, in the order of the file."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


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

    def __init__(self, overwrite: bool = False) -> None:
        self.report = LoadReport()
        self._overwrite = overwrite
        self._faults: list[str] = []
        self._keys: set[str] = set()
        self._loaded = {row.key: row for row in LoadedRow.objects.all()}

    @contextmanager
    def collecting_faults(self) -> Iterator[None]:
        """Carry on after a faulty entry, or one that staff have deleted; what belongs to it is passed over."""
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
            key for key in self._loaded if key.startswith(key_prefixes) and key not in self._keys
        )
        return self.report

    def put(
        self, model: type[M], key: str, where: str, match: dict[str, Any], related: dict[str, list[Any]] | None = None,
        **values: Any,
    ) -> M:
        """Create the row, or bring it up to the file's values unless staff have edited it.

        `match` finds a row that is already there under another hand; its fields are values too. `related` sets
        many-to-many fields. Raises `FileError` naming `where` if the values break a rule of the model.
        """
        if key in self._keys:
            raise FileError(where, f"nyckeln {key} förekommer två gånger i filen.")
        self._keys.add(key)
        values = {**match, **values}
        related = related or {}
        loaded = self._loaded.get(key)
        found = self._find(model, loaded, match)
        if found is None and loaded is not None and not self._overwrite:
            self.report.left.append(f"{where}: borttagen i administrationen sedan filen lästes in.")
            raise LeftDeleted
        row = found if found is not None else model()
        before = _snapshot(row, values, related) if found is not None else None
        for name, value in values.items():
            setattr(row, name, value)
        self._validate(row, where, thorough=False)
        wanted = _snapshot(row, values, {}) | {name: [item.pk for item in items] for name, items in related.items()}

        if before == wanted:
            self.report.unchanged += 1
        elif before is not None and not self._overwrite and (loaded is None or _edited(before, loaded.values)):
            changed = ", ".join(_label(model, name) for name in before if before[name] != wanted[name])
            self.report.left.append(f"{where}: ändrad i administrationen ({changed}).")
            row.refresh_from_db()
            return row
        else:
            self._validate(row, where, thorough=True)
            row.save()
            for name, items in related.items():
                getattr(row, name).set(items)
            if before is None:
                self.report.created += 1
            else:
                self.report.changed += 1
        self._remember(key, loaded, row, wanted)
        return row

    def _find(self, model: type[M], loaded: LoadedRow | None, match: dict[str, Any]) -> M | None:
        if loaded is not None:
            row = model._default_manager.filter(pk=loaded.object_id).first()
            if row is not None:
                return row
        return model._default_manager.filter(**match).first() if match else None

    def _validate(self, row: models.Model, where: str, thorough: bool) -> None:
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

    def _remember(self, key: str, loaded: LoadedRow | None, row: models.Model, values: dict[str, Any]) -> None:
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
        value = model_field.value_from_object(row)
        if isinstance(model_field, models.DecimalField) and value is not None:
            value = f"{value:.{model_field.decimal_places}f}"
        snapshot[name] = value if value is None or isinstance(value, bool | int) else str(value)
    for name in related:
        snapshot[name] = list(getattr(row, name).values_list("pk", flat=True))
    return snapshot


def _edited(current: dict[str, Any], loaded: dict[str, Any]) -> bool:
    """Whether a value differs from the one that was loaded; a field new to the file has not been edited."""
    return any(current[name] != loaded[name] for name in current if name in loaded)


def _label(model: type[models.Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))
