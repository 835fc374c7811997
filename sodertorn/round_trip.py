"""Tables that go out of the back office, are edited in a spreadsheet, and come in again. A leaf.

What would change is shown first, and nothing is kept until it is confirmed. Rows are found by what they are
about (a date, a code, a year and a name), never by their place. Rows that the file leaves out stay as they
are. All or nothing.
"""

import base64
import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import tablib
from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core import signing
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import Result
from import_export.widgets import Widget

from sodertorn.back_office import PortalAdmin
from sodertorn.money import number
from sodertorn.opendata import FORMULA_SIGNS, Column, Dataset, text_cell
from sodertorn.responses import CsvResponse
from sodertorn.spreadsheets import XlsxResponse, cell_value
from sodertorn.table_files import Cell, TableFile, read_table_file
from sodertorn.written_numbers import shown, written_number, written_whole_number

HOUR = 3600
"""Seconds that a preview may be confirmed for."""


# --- Cells --------------------------------------------------------------------------------------------------


class CellWidget(Widget):
    """A cell that goes out as the value it is; what comes in is text, or the value that a spreadsheet has."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> Any:
        """The value. Raises ValueError with the reason in Swedish."""
        raise NotImplementedError


class TextCell(CellWidget):
    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> str:
        text = "" if value is None else str(value)
        if "\0" in text:
            raise ValueError("texten innehåller ett tecken som inte kan lagras")
        # The apostrophe that CSV files have before what a spreadsheet would take for a formula.
        if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS):
            text = text[1:]
        return text.replace("\r\n", "\n").strip()


class AmountCell(CellWidget):
    """An exact number: "1 280 000,50"."""

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> Decimal:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return Decimal(value)
        return written_number("" if value is None else str(value))


class WholeCell(CellWidget):
    """A whole number. An empty cell is `empty`, if that is given."""

    def __init__(self, empty: int | None = None, *, may_be_empty: bool = False) -> None:
        super().__init__()
        self.empty, self.may_be_empty = empty, may_be_empty

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> int | None:
        if value in (None, "") and self.may_be_empty:
            return self.empty
        return written_whole_number("" if value is None else str(value))


class DateCell(CellWidget):
    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> datetime.date:
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        try:
            return datetime.date.fromisoformat(str(value or "").strip())
        except ValueError:
            raise ValueError(f"{shown(str(value or ''))} är inte ett datum som 2017-08-01") from None


class ChoiceCell(CellWidget):
    """One of some values, by the words that people use for them."""

    def __init__(self, choices: Mapping[Any, str]) -> None:
        super().__init__()
        self.words = {value: word.lower() for value, word in choices.items()}

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return self.words.get(value, value)

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> Any:
        said = str("" if value is None else value).strip().lower()
        for each, word in self.words.items():
            if said == word:
                return each
        raise ValueError(f"{shown(said)} är inget av {', '.join(self.words.values())}")


def yes_or_no() -> ChoiceCell:
    return ChoiceCell({True: "ja", False: "nej"})


# --- Tables -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A cell that would be another than before."""

    column: str
    before: str
    after: str


def _shown(value: Any) -> str:
    return number(value, 2) if isinstance(value, Decimal) else text_cell(value)


class Changes:
    """What django-import-export asks for the difference between a row before and after."""

    def __init__(self, resource: "TableResource", instance: models.Model, new: bool) -> None:  # noqa: FBT001
        # What a row is found by is no change; a new row's number isn't known until it is stored.
        self.fields = [field for field in resource.get_import_fields() if not field.readonly]
        self.columns = [field.column_name for field in self.fields]
        self.before = [None] * len(self.columns) if new else self._values(instance)

    def compare_with(self, resource: "TableResource", instance: models.Model) -> None:
        self.after = self._values(instance)

    def as_html(self) -> list[Change]:
        """Not as HTML: the template writes it."""
        triples = zip(self.columns, self.before, self.after, strict=True)
        changes = [Change(name, _shown(old), _shown(new)) for name, old, new in triples if old != new]
        return [change for change in changes if change.before or change.after]

    def _values(self, instance: models.Model) -> list[Any]:
        return [field.export(instance) for field in self.fields]


class TableResource(ModelResource):
    """A model as a table. Subclasses declare the columns, and say in `find` which row a line is about.

    `target` is what the whole import is limited to, such as a budget, when the back office asks for it.
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__()
        self.target = target
        self._seen: dict[Any, int] = {}

    @classmethod
    def get_diff_class(cls) -> type[Changes]:
        return Changes

    def find(self, row: Mapping[str, Cell]) -> models.Model | None:
        """The row that a line is about, or None for a new one."""
        raise NotImplementedError

    def cell(self, row: Mapping[str, Cell], name: str) -> Any:
        """The value of the field's column. Raises ValidationError that names the column."""
        field = self.fields[name]
        try:
            return field.widget.clean(row[field.column_name])
        except ValueError as error:
            raise ValidationError({name: f"{error}."}) from error

    def get_instance(self, instance_loader: Any, row: Mapping[str, Cell]) -> models.Model | None:
        return self.find(row)

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        wanted = [field.column_name for field in self.get_import_fields()]
        names = list(dataset.headers or [])
        unknown = [name for name in names if name not in wanted]
        missing = [name for name in wanted if name not in names]
        if unknown or missing or len(set(names)) < len(names):
            faults = [f"Kolumnen ”{name}” är okänd." for name in unknown]
            faults += [f"Kolumnen ”{name}” saknas." for name in missing]
            faults += [
                f"Kolumnen ”{name}” förekommer flera gånger." for name in {*names} if names.count(name) > 1
            ]
            raise ValidationError(faults)

    def before_import_row(self, row: Mapping[str, Cell], **kwargs: Any) -> None:
        if all(value in (None, "") for value in row.values()):
            raise ValidationError("Raden är tom.")

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:  # noqa: FBT001
        if new:
            return
        first = self._seen.setdefault(instance.pk, kwargs["row_number"])
        if first != kwargs["row_number"]:
            raise ValidationError(f"Samma uppgifter står redan på rad {first + 1}.")

    def after_import_row(self, row: Any, row_result: Any, **kwargs: Any) -> None:
        """A row that the file makes may not be meant by a later line either."""
        if row_result.object_id is not None:
            self._seen.setdefault(row_result.object_id, kwargs["row_number"])

    def import_field(self, field: Field, instance: Any, row: Any, *args: Any, **kwargs: Any) -> None:
        """Take the cell over, unless it is what an export would write for the value as it is."""
        if instance.pk is not None and _is_same(row[field.column_name], field.export(instance)):
            return
        super().import_field(field, instance, row, *args, **kwargs)


def _is_same(cell: Cell, value: Any) -> bool:
    written = "" if cell is None else text_cell(cell) if not isinstance(cell, str) else cell
    possible = (text_cell(value), text_cell(value).replace("\r\n", "\n"), str(cell_value(value) or ""))
    return written in possible or written.replace("\r\n", "\n") in possible


def dataset_of(resource: TableResource, rows: Any, slug: str, title: str) -> Dataset:
    """The rows as a table to send out, cell by cell as an import would read them."""
    fields = resource.get_import_fields()
    columns = tuple(Column(field.column_name, field.column_name) for field in fields)
    return Dataset(slug, title, columns, [tuple(field.export(row) for field in fields) for row in rows])


# --- In the back office -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """Why a line can't be taken in; `row` is its place in the file, None for the file as a whole."""

    row: int | None
    column: str
    reason: str


@dataclass(frozen=True)
class Preview:
    """What an import would do."""

    result: Result
    faults: list[Fault]

    @property
    def changed(self) -> list[Any]:
        """The rows that are new or would change, each with its number in the file."""
        numbered = enumerate(self.result.rows, start=2)
        return [(place, row) for place, row in numbered if row.is_new() or row.is_update()]

    @property
    def totals(self) -> dict[str, int]:
        totals = self.result.totals
        return {"new": totals["new"], "changed": totals["update"], "unchanged": totals["skip"]}

    @property
    def fingerprint(self) -> str:
        """The same as long as the import would do the same."""
        done = [(place, row.import_type, row.diff) for place, row in self.changed]
        return hashlib.sha256(repr((done, self.totals)).encode()).hexdigest()


class UploadForm(forms.Form):
    target = forms.ChoiceField(label="Budget")
    file = forms.FileField(
        label="Fil",
        help_text="CSV eller XLSX med exportens kolumner. Rader som inte finns i filen lämnas orörda.",
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx"}),
        error_messages={"required": "Välj en fil.", "empty": "Filen är tom."},
    )

    def __init__(self, *args: Any, targets: list[tuple[str, str]] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if targets is None:
            del self.fields["target"]
        else:
            self.fields["target"].choices = targets  # type: ignore[attr-defined]


class RoundTripAdmin(PortalAdmin):
    """A model whose table can be taken out, edited and taken in again."""

    resource_class: ClassVar[type[TableResource]]
    change_list_template = "admin/round_trip/change_list.html"

    def import_targets(self) -> list[tuple[str, str]] | None:
        """What an import can be limited to, as choices; None when it isn't limited."""
        return None

    def may_import(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("las-in/", view(self.import_view), name=f"{name}_import"),
            path("tabell.csv", view(self.export_view), {"suffix": "csv"}, name=f"{name}_csv"),
            path("tabell.xlsx", view(self.export_view), {"suffix": "xlsx"}, name=f"{name}_xlsx"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        addresses = {
            "import_address": self._address("import") if self.may_import(request) else "",
            "csv_address": self._address("csv"),
            "xlsx_address": self._address("xlsx"),
        }
        return super().changelist_view(request, {**(extra_context or {}), **addresses})

    def export_view(self, request: HttpRequest, suffix: str) -> HttpResponseBase:
        """The rows of the list, with its filters and its search, all pages of it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(request.path)
        name = str(self.opts.verbose_name_plural)
        dataset = dataset_of(self.resource_class(), rows, name.replace(" ", "-"), name.capitalize())
        return XlsxResponse(dataset) if suffix == "xlsx" else CsvResponse(dataset)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file, show what it would change, and change it once that is confirmed."""
        if not self.may_import(request):
            raise PermissionDenied
        context: dict[str, Any] = {}
        targets = self.import_targets()
        if "token" in request.POST:
            form = UploadForm(targets=targets)
            response = self._confirmed(request, context)
            if response:
                return response
        else:
            form = UploadForm(request.POST or None, request.FILES or None, targets=targets)
            if request.method == "POST" and form.is_valid():
                content = form.cleaned_data["file"].read()
                self._preview(request, context, content, form.cleaned_data.get("target"))
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": f"Läs in {self.opts.verbose_name_plural}",
            "list_address": self._address("changelist"),
            "columns": [field.column_name for field in self.resource_class().get_import_fields()],
        }
        return render(request, "admin/round_trip/import.html", context, status=_status(context))

    def _preview(
        self, request: HttpRequest, context: dict[str, Any], content: bytes, target: str | None
    ) -> None:
        """Try the file out, and put what it would do in the context, with a token to confirm it by."""
        try:
            table = read_table_file(content)
        except ValueError as error:
            context["faults"] = [Fault(None, "", str(error))]
            return
        preview = self._run(table, target, dry_run=True)
        context["faults"] = preview.faults
        if not preview.faults:
            context["preview"] = preview
            packed = base64.b85encode(content).decode()
            said = {"content": packed, "target": target, "fingerprint": preview.fingerprint}
            context["token"] = signing.dumps(said, salt=self._salt(request), compress=True)

    def _confirmed(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse | None:
        """Do what the preview said. None if that can't be done any more; the context then says why."""
        try:
            said = signing.loads(request.POST["token"], salt=self._salt(request), max_age=HOUR)
        except signing.BadSignature:
            context["faults"] = [Fault(None, "", "Förhandsgranskningen är för gammal. Välj filen igen.")]
            return None
        content = base64.b85decode(said["content"])
        with transaction.atomic():
            if (
                self._run(read_table_file(content), said["target"], dry_run=True).fingerprint
                != said["fingerprint"]
            ):
                self._preview(request, context, content, said["target"])
                context["has_changed"] = True
                return None
            preview = self._run(read_table_file(content), said["target"], dry_run=False)
            for _, row in preview.changed:
                said_of = f"Inläst ur en fil: {', '.join(change.column for change in row.diff)}."
                log = self.log_addition if row.is_new() else self.log_change
                log(request, row.instance, said_of)
        totals = preview.totals
        messages.success(
            request,
            f"Inläst: {totals['new']} nya, {totals['changed']} ändrade, {totals['unchanged']} oförändrade.",
        )
        return HttpResponseRedirect(self._address("changelist"))

    def _run(self, table: TableFile, target: str | None, *, dry_run: bool) -> Preview:
        resource = self.resource_class(target)
        dataset = tablib.Dataset(*table.rows, headers=table.names)
        result = resource.import_data(
            dataset, dry_run=dry_run, rollback_on_validation_errors=True, retain_instance_in_row_result=True
        )
        return Preview(result, _faults(resource, result))

    def _address(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")

    def _salt(self, request: HttpRequest) -> str:
        return f"import-{self.opts.label_lower}-{request.user.pk}"


def _status(context: dict[str, Any]) -> int:
    return 400 if context.get("faults") else 200


def _faults(resource: TableResource, result: Result) -> list[Fault]:
    """Everything that stops the import, in the order of the file."""
    faults = []
    if result.base_errors:
        for each in result.base_errors:
            reasons = (
                each.error.messages if isinstance(each.error, ValidationError) else [_unforeseen(each.error)]
            )
            faults += [Fault(None, "", reason) for reason in reasons]
    columns = {name: field.column_name for name, field in resource.fields.items()}
    for invalid in result.invalid_rows:
        for name, reasons in invalid.error_dict.items():
            column = "" if name == NON_FIELD_ERRORS else columns.get(name, name)
            faults += [Fault(invalid.number + 1, column, reason.rstrip(".") + ".") for reason in reasons]
    for place, errors in result.row_errors():
        faults += [Fault(place + 1, "", _unforeseen(error.error)) for error in errors]
    if any(
        fault.column == "" and fault.row is None and fault.reason.startswith("Kolumnen") for fault in faults
    ):
        return [fault for fault in faults if fault.row is None]
    return sorted(faults, key=lambda fault: fault.row or 0)


def _unforeseen(error: Exception) -> str:
    return f"Kan inte läsas in ({type(error).__name__}: {error})."
