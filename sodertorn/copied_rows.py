"""Rows copied from others of their kind: into next year's plan, or into a working copy. A leaf."""

from typing import Any, TypeVar

from django.db import models

C = TypeVar("C", bound="Copied")


class Copied(models.Model):
    """A row that remembers what it was copied from: last year's row, or the published row it may replace."""

    origin = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="copies",
        verbose_name="kopierad från",
        null=True,
        blank=True,
        editable=False,
    )

    class Meta:
        abstract = True


def copy_of(row: C, **changes: Any) -> C:
    """Store a copy of the row, as `unsaved_copy` makes it. Many-to-many values are the caller's to copy."""
    copy = unsaved_copy(row, **changes)
    copy.save()
    return copy


def unsaved_copy(row: C, **changes: Any) -> C:
    """A copy of every value that a form can edit, but for the changes, and of where it is from."""
    fields = [field for field in row._meta.concrete_fields if field.editable and not field.primary_key]
    values = {field.attname: getattr(row, field.attname) for field in fields if field.name not in changes}
    return type(row)(**values, **changes, origin=row)
