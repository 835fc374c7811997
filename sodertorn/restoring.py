"""Bringing back what a row was, or a row that was deleted together with what went with it. A leaf.

What is brought back must fulfil the rules as they are today. It is a change like any other, with a version
of its own.
"""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.timezone import localtime

from sodertorn.dates import moment_text
from sodertorn.row_changes import FieldChange, row_changes, told_fields
from sodertorn.row_history import RowNames, related_keys, tracked_models, version_values, versions_of
from sodertorn.tracking import Tracked, because

GOES_WITH = (models.CASCADE, models.RESTRICT)


def what_changes(row: Tracked, version: Any) -> list[FieldChange]:
    """How the row would change by being what it was then."""
    model = type(row)
    newest = versions_of(model).objects.filter(id=row.pk).latest()
    kept = related_keys(model, [newest.history_id, version.history_id])
    names = RowNames([newest, version])
    for keys in kept.values():
        names.want_related(model, keys)
    names.fetch()
    now = {each.name: each.value_from_object(row) for each in model._meta.concrete_fields}
    now |= kept.get(newest.history_id, {})
    then = version_values(version) | kept.get(version.history_id, {})
    fields = [each for each in told_fields(model) if each.name not in model.kept_when_restored]
    return row_changes(fields, now, then, names)


@transaction.atomic
def restore_version(row: Tracked, version: Any) -> None:
    """Make the row what it was in the version. Raises ValidationError with the reasons why it can't be."""
    model = type(row)
    for field in _restored_fields(model):
        setattr(row, field.attname, getattr(version, field.attname))
    _refuse(_missing(row, set()) or _faults(row))
    with because(f"Återställd till versionen från {moment_text(localtime(version.history_date))}"):
        row.save()
        for name, keys in related_keys(model, [version.history_id]).get(version.history_id, {}).items():
            getattr(row, name).set(_present(model, name, keys))


def _restored_fields(model: type[Tracked]) -> Iterator[Any]:
    """What a clerk can edit; what describes a file goes with the file."""
    fields = model._meta.concrete_fields
    has_file = any(isinstance(field, models.FileField) for field in fields)
    for field in fields:
        if field.primary_key or field.name in (*model.kept_when_restored, "edited_at"):
            continue
        if field.editable or (has_file and not field.is_relation):
            yield field


def deleted_with(version: Any) -> list[Any]:
    """The last versions of the rows that went because the version's row did, those referred to first."""
    candidates = [
        each
        for model in tracked_models()
        for each in versions_of(model)
        .objects.filter(history_type="-", history_date=version.history_date)
        .filter(history_user=version.history_user_id)
        .exclude(id__in=model._default_manager.values("pk"))
    ]
    found = {_key(version): version}
    while new := [each for each in candidates if _key(each) not in found and _leans_on(each, found)]:
        found |= {_key(each): each for each in new}
    del found[_key(version)]
    return _in_order(list(found.values()))


def _key(version: Any) -> tuple[type[models.Model], Any]:
    return version.instance_type, version.id


def _references(version: Any) -> Iterator[tuple[Any, tuple[type[models.Model], Any]]]:
    """The row's foreign keys that are set, each with the row it leads to."""
    for field in version.instance_type._meta.concrete_fields:
        if field.is_relation and (key := getattr(version, field.attname)) is not None:
            yield field, (field.related_model, key)


def _leans_on(version: Any, found: dict[Any, Any]) -> bool:
    return any(
        target in found and field.remote_field.on_delete in GOES_WITH
        for field, target in _references(version)
    )


def _in_order(versions: list[Any]) -> list[Any]:
    """So that each comes after those it refers to."""
    ordered: list[Any] = []
    waiting = {_key(version): version for version in versions}
    while waiting:
        ready = [
            key
            for key, version in waiting.items()
            if not any(target in waiting and target != key for _, target in _references(version))
        ]
        # Rows that refer to each other in a ring wait for nobody.
        ordered += [waiting.pop(key) for key in ready or list(waiting)]
    return ordered


@transaction.atomic
def restore_deleted(version: Any) -> Tracked:
    """Bring the version's row back with what went with it, and return it.

    Raises ValidationError with the reasons why it can't be; then nothing is brought back.
    """
    versions = [version, *deleted_with(version)]
    coming = {_key(each) for each in versions}
    rows = [cast("Tracked", each.history_object) for each in versions]
    _refuse(reason for row in rows for reason in _missing(row, coming))
    _refuse(reason for row in rows for reason in _collisions(row))
    with because(f"Återställd efter borttagningen {moment_text(localtime(version.history_date))}"):
        try:
            with transaction.atomic():
                rows[0].save(force_insert=True)
                for row in rows[1:]:
                    # As it was: what `save` does besides was done when the row was first saved.
                    row.save_base(force_insert=True)
        except IntegrityError as error:
            raise ValidationError("En annan rad har tagit dess plats.") from error
        _set_related(versions, rows)
    _refuse(reason for row in rows for reason in _faults(type(row)._default_manager.get(pk=row.pk)))
    return rows[0]


def _set_related(versions: list[Any], rows: list[Tracked]) -> None:
    for version, row in zip(versions, rows, strict=True):
        kept = related_keys(type(row), [version.history_id]).get(version.history_id, {})
        for name, keys in kept.items():
            if keys:
                getattr(row, name).set(_present(type(row), name, keys))


def _present(model: type[Tracked], name: str, keys: list[Any]) -> models.QuerySet[Any]:
    related: Any = model._meta.get_field(name).related_model
    return related._default_manager.filter(pk__in=keys)


def _refuse(reasons: Iterable[str]) -> None:
    if reasons := list(dict.fromkeys(reasons)):
        raise ValidationError(list(reasons))


def _missing(row: Tracked, coming: set[Any]) -> list[str]:
    """What the row refers to that is not there any more: other rows, and its file."""
    reasons = []
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.is_relation and value is not None and (field.related_model, value) not in coming:
            related: Any = field.related_model
            if not related._default_manager.filter(pk=value).exists():
                names = RowNames()
                name = names.name_of(related, value)
                reasons.append(f"{_label(field)} ”{name}” är borttagen. Återställ den först.")
        if isinstance(field, models.FileField) and value and not field.storage.exists(str(value)):
            reasons.append("Filen finns inte kvar. Ladda upp den igen i stället.")
    return reasons


def _collisions(row: Tracked) -> list[str]:
    """Rules of the table that the row would break by coming back."""
    found = []
    for check in (row.validate_unique, row.validate_constraints):
        try:
            check()
        except ValidationError as error:
            found += _messages(row, error)
    return found


def _faults(row: Tracked) -> list[str]:
    try:
        row.full_clean()
    except ValidationError as error:
        return _messages(row, error)
    return []


def _messages(row: Tracked, error: ValidationError) -> list[str]:
    """Each reason with the field it is about."""
    if not hasattr(error, "error_dict"):
        return error.messages
    return [
        text if name == NON_FIELD_ERRORS else f"{_label(row._meta.get_field(name))}: {text}"
        for name, texts in error.message_dict.items()
        for text in texts
    ]


def _label(field: Any) -> str:
    label = str(field.verbose_name)
    return f"{label[0].upper()}{label[1:]}"
