"""Tables that go out of the back office, are edited in a spreadsheet, and come in again. A leaf.

What would change is shown first, and nothing is kept until it is confirmed. Rows that the file leaves out
stay as they are. All or nothing.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar

import tablib
from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core import signing
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from import_export.results import Result

from sodertorn.back_office import PortalAdmin
from sodertorn.responses import CsvResponse
from sodertorn.round_trip_tables import TableResource, dataset_of
from sodertorn.spreadsheets import XlsxResponse
from sodertorn.table_files import TableFile, read_table_file
from sodertorn.tracking import because

HOUR = 3600
"""Seconds that a preview may be confirmed for."""


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
    target = forms.ChoiceField()
    file = forms.FileField(
        label="Fil",
        help_text="CSV eller XLSX med exportens kolumner. Rader som inte finns i filen lämnas orörda.",
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx"}),
        error_messages={"required": "Välj en fil.", "empty": "Filen är tom."},
    )

    def __init__(
        self, *args: Any, targets: list[tuple[str, str]] | None, target_label: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if targets is None:
            del self.fields["target"]
        else:
            self.fields["target"].label = target_label
            self.fields["target"].choices = targets  # type: ignore[attr-defined]


class RoundTripAdmin(PortalAdmin):
    """A model whose table can be taken out, edited and taken in again."""

    resource_class: ClassVar[type[TableResource]]
    only_out: ClassVar[str] = ""
    """Why the table is not taken in, as a sentence for the clerk; empty when it is."""
    target_label: ClassVar[str] = ""
    """What an import is limited to, if it is."""
    change_list_template = "admin/round_trip/change_list.html"

    def import_targets(self) -> list[tuple[str, str]] | None:
        """What an import can be limited to, as choices; None when it isn't limited."""
        return None

    def may_import(self, request: HttpRequest) -> bool:
        may_edit = self.has_add_permission(request) and self.has_change_permission(request)
        return may_edit and not self.only_out

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
            "only_out": self.only_out,
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
        dataset = dataset_of(self.resource_class(), rows, slugify(name), name.capitalize())
        return XlsxResponse(dataset) if suffix == "xlsx" else CsvResponse(dataset)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file, show what it would change, and change it once that is confirmed."""
        if not self.may_import(request):
            raise PermissionDenied
        context: dict[str, Any] = {}
        choice: Any = {"targets": self.import_targets(), "target_label": self.target_label}
        if "token" in request.POST:
            form = UploadForm(**choice)
            response = self._confirmed(request, context)
            if response:
                return response
        else:
            form = UploadForm(request.POST or None, request.FILES or None, **choice)
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
        if said["target"] is not None and said["target"] not in dict(self.import_targets() or ()):
            context["faults"] = [Fault(None, "", "Det går inte längre att läsa in dit. Välj filen igen.")]
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
            with because("Inläst ur en tabell"):
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
    # The library blames attributes, our own rules blame fields.
    columns = {field.attribute: field.column_name for field in resource.fields.values()}
    columns |= {name: field.column_name for name, field in resource.fields.items()}
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
