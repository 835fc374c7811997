"""Breaking a rule of the database, with and without the model's own checks before it."""

from typing import Any

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, connection, models, transaction


def rules_of(*listed: type[models.Model]) -> set[str]:
    """The names of the models' constraints."""
    return {rule.name for model in listed for rule in model._meta.constraints}


def assert_refused_with(row: models.Model, *messages: str, field: str = NON_FIELD_ERRORS) -> None:
    """Cleaning the row tells exactly this about the field, or about the row as a whole."""
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert refusal.value.message_dict[field] == list(messages)


def assert_breaks(row: models.Model, name: str, message: str, *, is_mended: bool = False) -> None:
    """The rule of that name refuses the row: in words when it is cleaned, and in the database in any case.

    With `is_mended`, cleaning puts the row right by itself, so that only the database ever refuses it.
    """
    rule = next(rule for rule in row._meta.constraints if rule.name == name)
    with pytest.raises(ValidationError) as refusal:
        rule.validate(type(row), row)
    assert refusal.value.messages == [message]
    rows: models.QuerySet[Any] = models.QuerySet(type(row))
    with pytest.raises(IntegrityError) as failure, transaction.atomic():
        rows.bulk_create([row])
    # SQLite names the columns of a unique rule instead.
    is_named = isinstance(rule, models.CheckConstraint) or connection.vendor == "postgresql"
    assert (name if is_named else "UNIQUE constraint failed") in str(failure.value)
    if is_mended:
        row.full_clean()
    else:
        with pytest.raises(ValidationError):
            row.full_clean()
