"""A model as a table that goes out, is edited in a spreadsheet, and comes in again. A leaf.

Rows are found by their number, else by what they are about (a date, a code, a name), never by their place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import tablib
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils.text import slugify
from import_export.fields import Field
from import_export.resources import ModelResource

from sodertorn.money import number
from sodertorn.opendata import Column, Dataset, text_cell
from sodertorn.round_trip_cells import SeveralField, WholeCell
from sodertorn.spreadsheets import cell_value
from sodertorn.table_files import Cell

LARGEST_KEY = 2**63


class TableOptions:
    """The library's options that every table has. A table's own `Meta` names its model and columns."""

    skip_unchanged = report_skipped = clean_model_instances = use_transactions = True


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


def number_column() -> Field:
    """The column that rows are found by first. It is empty for a new row."""
    return Field("pk", "nummer", readonly=True, widget=WholeCell(may_be_empty=True))


class TableResource(ModelResource):
    """A model as a table. Subclasses declare the columns.

    `target` is what the whole import is limited to, such as a budget, when the back office asks for it.
    """

    key: ClassVar[tuple[str, ...]] = ()
    """The columns that a row without a number is found by, the first the one to blame if that fails."""
    slug_from: ClassVar[str] = ""
    """The field that the address is made of where the file has none."""
    exchanged: ClassVar[tuple[str, ...]] = ()
    """Unique whole numbers or single related rows that rows may take over from each other in one file."""
    joined: ClassVar[tuple[str, ...]] = ()
    prefetched: ClassVar[tuple[Any, ...]] = ()

    def __init__(self, target: Any = None) -> None:
        super().__init__()
        self.target = target
        self._seen: dict[Any, int] = {}
        self._exchanged: dict[Any, dict[str, Any]] = {}

    @classmethod
    def get_diff_class(cls) -> type[Changes]:
        return Changes

    @classmethod
    def fetched(cls, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with all that the columns show."""
        return rows.select_related(*cls.joined).prefetch_related(*cls.prefetched)

    def rows(self) -> QuerySet[Any]:
        """The rows that a line of the file can be about."""
        return self._meta.model._default_manager.all()

    def check_line(self, row: Mapping[str, Cell]) -> None:
        """Raises ValidationError if the line isn't of what the import is limited to."""

    def find(self, row: Mapping[str, Cell]) -> models.Model | None:
        """The row that a line is about, or None for a new one.

        Raises ValidationError if there is no row with the line's number, or if several could be meant.
        """
        self.check_line(row)
        rows = self.fetched(self.rows())
        if "number" in self.fields and (wanted := self.cell(row, "number")) is not None:
            found = rows.filter(pk=wanted).first() if 0 < wanted < LARGEST_KEY else None
            if found is None:
                raise ValidationError(
                    {"number": f"Det finns ingen rad {wanted} här. Lämna numret tomt för en ny rad."}
                )
            return found
        about = {str(self.fields[name].attribute): self.cell(row, name) for name in self.key}
        candidates = list(rows.filter(**about)[:2])
        if len(candidates) > 1:
            raise ValidationError({self.key[0]: "Flera rader heter så. Skriv radens nummer."})
        return candidates[0] if candidates else None

    def cell(self, row: Mapping[str, Cell], name: str) -> Any:
        """The value of the field's column. Raises ValidationError that names the column."""
        field = self.fields[name]
        try:
            return field.widget.clean(row[field.column_name])
        except ValueError as error:
            raise ValidationError({name: f"{error}."}) from error

    def get_instance(self, instance_loader: Any, row: Mapping[str, Cell]) -> models.Model | None:
        instance = self.find(row)
        for name, value in self._exchanged.get(instance.pk if instance else None, {}).items():
            setattr(instance, name, value)
        return instance

    # --- What the library calls, in its order ---------------------------------------------------------------

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        wanted = [field.column_name for field in self.get_import_fields()]
        names = list(dataset.headers or [])
        unknown = [name for name in names if name not in wanted]
        missing = [name for name in wanted if name not in names]
        if unknown or missing or len(set(names)) < len(names):
            faults = [f"Kolumnen ”{name}” är okänd." for name in unknown]
            faults += [f"Kolumnen ”{name}” saknas." for name in missing]
            faults += [
                f"Kolumnen ”{name}” förekommer flera gånger."
                for name in dict.fromkeys(names)
                if names.count(name) > 1
            ]
            raise ValidationError(faults)
        if self.exchanged:
            self._make_room(dataset)

    def _make_room(self, dataset: tablib.Dataset) -> None:
        """Take the rows that are to change places out of each other's way.

        What they had is set back on each when it is found again, so that it is compared with that. All of it
        is undone with the rest if the file can't be taken in.
        """
        for line in dataset.dict:
            try:
                row = self.find(line)
                changing = {
                    name: getattr(row, name)
                    for name in self.exchanged
                    if row is not None and self.cell(line, name) != getattr(row, name)
                }
            except ValidationError:
                continue  # told when the line itself is read
            if row is not None and changing:
                self._exchanged[row.pk] = changing
        model = self._meta.model
        for name in self.exchanged:
            field = model._meta.get_field(name)
            highest = 0 if field.null else model._default_manager.aggregate(top=models.Max(name))["top"] or 0
            for place, pk in enumerate((pk for pk, had in self._exchanged.items() if name in had), start=1):
                free = None if field.null else highest + place
                model._default_manager.filter(pk=pk).update(**{name: free})

    def before_import_row(self, row: Mapping[str, Cell], **kwargs: Any) -> None:
        if all(value in (None, "") for value in row.values()):
            raise ValidationError("Raden är tom.")

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:  # noqa: FBT001
        if new:
            return
        first = self._seen.setdefault(instance.pk, kwargs["row_number"])
        if first != kwargs["row_number"]:
            raise ValidationError(f"Samma uppgifter står redan på rad {first + 1}.")

    def import_field(self, field: Field, instance: Any, row: Any, *args: Any, **kwargs: Any) -> None:
        """Take the cell over, unless it is what an export would write for the value as it is."""
        if instance.pk is not None and _is_same(row[field.column_name], field.export(instance)):
            return
        super().import_field(field, instance, row, *args, **kwargs)

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        if self.slug_from and not instance.slug:
            longest = instance._meta.get_field("slug").max_length
            instance.slug = slugify(getattr(instance, self.slug_from))[:longest].strip("-")

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        """A new row isn't unchanged, however empty it is."""
        return instance.pk is not None and super().skip_row(instance, original, row, import_validation_errors)

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        for name, field in self.fields.items():
            if isinstance(field, SeveralField) and (said := field.said(instance)) is not None:
                self.store_several(instance, name, said)

    def store_several(self, instance: Any, name: str, said: list[Any]) -> None:
        """Store what a column of several rows says."""
        getattr(instance, name).set(said)

    def after_import_row(self, row: Any, row_result: Any, **kwargs: Any) -> None:
        """A row that the file makes may not be meant by a later line either."""
        if row_result.object_id is not None:
            self._seen.setdefault(row_result.object_id, kwargs["row_number"])


def _is_same(cell: Cell, value: Any) -> bool:
    """Whether the cell says what an export writes for the value, in either kind of file.

    Spreadsheets have a way of their own to end lines.
    """
    written = "" if cell is None else text_cell(cell) if not isinstance(cell, str) else cell
    exported = (text_cell(value), str(cell_value(value) or ""))
    return _unix_lines(written) in map(_unix_lines, exported)


def _unix_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def dataset_of(resource: TableResource, rows: Any, slug: str, title: str) -> Dataset:
    """The rows as a table to send out, cell by cell as an import would read them."""
    fields = resource.get_import_fields()
    columns = tuple(Column(field.column_name, field.column_name) for field in fields)
    found = resource.fetched(rows)
    return Dataset(slug, title, columns, [tuple(field.export(row) for field in fields) for row in found])
