"""Two who edit the same thing: the second is told, and nothing is overwritten unseen. A leaf.

A form says which version it was opened with: how many versions there were of the rows it edits. Versions are
only ever added, so another number means that something has happened since.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, QueryDict

from sodertorn.row_history import (
    Occasion,
    Part,
    entries,
    entries_of_all,
    occasions,
    versions_of,
)
from sodertorn.tracking import Tracked

OPENED = "opened_version"
ANYWAY = "save_anyway"
REFUSED = (
    "Inget är sparat än, för uppgifterna har ändrats sedan du öppnade sidan. Det du har skrivit står kvar. "
    "Läs överst vad som har hänt, och bocka där för att spara ändå."
)
Shown = dict[type[Tracked], set[str]]
"""The fields that a form writes, by model."""


@dataclass(frozen=True)
class Conflict:
    """What others have done since the form was opened. `version` is what one has seen by confirming it."""

    occasions: list[Occasion]
    version: int
    is_confirmed: bool


def conflict_since(
    opened: str | None, listed: QuerySet[Any, Any], shown: Shown, model: type[Tracked], confirmed: str | None
) -> Conflict | None:
    """What has happened, of what the form writes, since it was opened; None for nothing.

    `listed` are the entries of all rows that the form writes. A form that doesn't say what it was opened with
    comes from no page of the portal, and has no one to ask.
    """
    if opened is None:
        return None
    now = listed.count()
    new = now - int(opened) if opened.isascii() and opened.isdigit() and len(opened) < 19 else now
    if new <= 0:
        return None
    happened = _concerning(occasions(listed[:new], model), shown)
    return Conflict(happened, now, confirmed == str(now)) if happened else None


def _concerning(told: Iterable[Occasion], shown: Shown) -> list[Occasion]:
    """The changes to what the form writes, and rows that have come or gone."""
    found = []
    for occasion in told:
        changes = [
            replace(change, fields=[each for each in change.fields if each.name in shown[change.model]])
            for change in occasion.changes
        ]
        changes = [
            change
            for change in changes
            if change.fields or change.has_unknown_past or change.kind != "ändrad"
        ]
        if changes:
            found.append(replace(occasion, changes=changes))
    return found


class ConflictGuard(ModelAdmin):
    """Forms and editable lists that say what they were opened with, and are refused when that is too old."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        given = dict(extra_context or {})
        if object_id is None or not issubclass(self.model, Tracked) or "_saveasnew" in request.POST:
            return super().changeform_view(request, object_id, form_url, given)
        if request.method != "POST":
            given[OPENED] = self._versions(request, object_id)
            return super().changeform_view(request, object_id, form_url, given)
        with transaction.atomic():
            conflict = self._conflict(request, object_id)
            request.edit_conflict = conflict  # type: ignore[attr-defined]
            given |= {OPENED: request.POST.get(OPENED), "conflict": conflict}
            return super().changeform_view(request, object_id, form_url, given)

    def _versions(self, request: HttpRequest, object_id: str) -> int | None:
        row = self.get_object(request, unquote(object_id))
        return None if row is None else entries(self.model, row.pk, self._parts(request, row)).count()

    def _conflict(self, request: HttpRequest, object_id: str) -> Conflict | None:
        """Lock what the form writes until it is written, and see whether it is as it was."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return None
        parts = self._parts(request, row)
        _lock(row, parts)
        shown = self._shown(request, row)
        confirmed = request.POST.get(ANYWAY)
        listed = entries(self.model, row.pk, parts)
        return conflict_since(request.POST.get(OPENED), listed, shown, self.model, confirmed)

    def _parts(self, request: HttpRequest, row: Any) -> list[Part]:
        inlines = [
            each for each in self.get_inline_instances(request, row) if issubclass(each.model, Tracked)
        ]
        return [
            (inline.model, _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name).name)
            for inline in inlines
        ]

    def _shown(self, request: HttpRequest, row: Any) -> Shown:
        shown: Shown = {self.model: _written(self, request, row)}
        for inline in self.get_inline_instances(request, row):
            shown.setdefault(inline.model, set()).update(_written(inline, request, row))
        return shown

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        form = super().get_form(request, obj, change=change, **kwargs)
        conflict = getattr(request, "edit_conflict", None)
        if not change or conflict is None or conflict.is_confirmed:
            return form

        class RefusedForm(form):  # type: ignore[misc, valid-type]
            def clean(self) -> Any:
                cleaned = super().clean()
                self.add_error(None, REFUSED)
                return cleaned

        return RefusedForm

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if getattr(request, "edit_conflict", None) and issubclass(inline.model, Tracked):
            table = inline.get_formset(request, obj)(instance=obj, prefix=prefix, queryset=kwargs["queryset"])
            kwargs["data"] = with_rows_there_are(kwargs["data"], table)
        return kwargs

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        given = dict(extra_context or {})
        if not self.list_editable or not issubclass(self.model, Tracked):
            return super().changelist_view(request, given)
        if request.method != "POST" or "_save" not in request.POST:
            given[OPENED] = entries_of_all(self.model).count()
            return super().changelist_view(request, given)
        with transaction.atomic():
            _lock_rows(self.model._default_manager.filter(pk__in=_posted_keys(request.POST)))
            shown: Shown = {self.model: set(self.list_editable)}
            opened, confirmed = request.POST.get(OPENED), request.POST.get(ANYWAY)
            listed = entries_of_all(self.model)
            conflict = conflict_since(opened, listed, shown, self.model, confirmed)
            request.edit_conflict = conflict  # type: ignore[attr-defined]
            given |= {OPENED: opened, "conflict": conflict}
            return super().changelist_view(request, given)

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        table = super().get_changelist_formset(request, **kwargs)
        conflict = getattr(request, "edit_conflict", None)
        if conflict is None or conflict.is_confirmed:
            return table

        class RefusedTable(table):  # type: ignore[misc, valid-type]
            def clean(self) -> None:
                super().clean()
                raise ValidationError(REFUSED)

        return RefusedTable


def _written(options: BaseModelAdmin, request: HttpRequest, row: Any) -> set[str]:
    """The fields that a form or a table of the back office writes."""
    return set(flatten_fieldsets(options.get_fieldsets(request, row))) - set(
        options.get_readonly_fields(request, row)
    )


def _lock(row: Tracked, parts: Iterable[Part]) -> None:
    """Keep others from the row, the one it belongs to and those that belong to it; always in that order."""
    owner = row.owner
    if owner is not None:
        _lock_rows(type(owner)._default_manager.filter(pk=owner.pk))
    _lock_rows(type(row)._default_manager.filter(pk=row.pk))
    for model, name in parts:
        _lock_rows(model._default_manager.filter(**{name: row.pk}))


def _lock_rows(rows: QuerySet[Any]) -> None:
    list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def _posted_keys(data: QueryDict) -> list[str]:
    keys = [value for name, value in data.items() if re.fullmatch(r"form-\d+-id", name)]
    return [key for key in keys if isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 19]


def with_rows_there_are(data: QueryDict, table: Any) -> QueryDict:
    """What was posted for a table of rows, with the rows that have come since and without those gone.

    `table` is the unbound formset, with the rows there are. A row that has gone is kept as a new one if
    something had been written in it.
    """
    prefix = table.prefix
    posted = [_fields_of(data, f"{prefix}-{number}-") for number in range(_number(data, prefix, "TOTAL"))]
    initial = _number(data, prefix, "INITIAL")
    by_key = {"".join(line.get("id", [])): line for line in posted[:initial]}
    there = {str(form.instance.pk): form for form in table.initial_forms}
    lines = [by_key[key] if key in by_key else _as_posted(form) for key, form in there.items()]
    gone = [line for key, line in by_key.items() if key not in there and "DELETE" not in line]
    written = [{**line, "id": [""]} for line in gone if _was_written(line, table)]
    merged = QueryDict(mutable=True)
    for name, values in data.lists():
        if not re.match(rf"{re.escape(prefix)}-(\d+-|TOTAL_FORMS|INITIAL_FORMS)", name):
            merged.setlist(name, values)
    everything = [*lines, *written, *posted[initial:]]
    merged[f"{prefix}-INITIAL_FORMS"] = str(len(lines))
    merged[f"{prefix}-TOTAL_FORMS"] = str(len(everything))
    for number, line in enumerate(everything):
        for name, values in line.items():
            merged.setlist(f"{prefix}-{number}-{name}", values)
    return merged


def _number(data: QueryDict, prefix: str, kind: str) -> int:
    text = str(data.get(f"{prefix}-{kind}_FORMS", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _fields_of(data: QueryDict, beginning: str) -> dict[str, list[Any]]:
    return {
        name.removeprefix(beginning): values for name, values in data.lists() if name.startswith(beginning)
    }


def _as_posted(form: Any) -> dict[str, list[Any]]:
    """What a browser would send for the row if nobody touched it."""
    line = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, bool):
            values = ["on"] if value else []
        else:
            widget = bound.field.widget
            formatted = getattr(widget, "widget", widget).format_value(value)
            values = formatted if isinstance(formatted, list) else ["" if formatted is None else formatted]
        if values:
            line[bound.name] = [str(each) for each in values]
    return line


def _was_written(line: dict[str, list[Any]], table: Any) -> bool:
    """Whether the line says something else than the row did when it went."""
    key = "".join(line.get("id", []))
    last = (
        versions_of(table.model).objects.filter(id=key).order_by("-history_id").first()
        if key.isdigit()
        else None
    )
    if last is None:
        return True
    data = QueryDict(mutable=True)
    for name, values in line.items():
        data.setlist(f"{table.prefix}-0-{name}", values)
    return bool(table.form(data, instance=last.history_object, prefix=f"{table.prefix}-0").has_changed())
