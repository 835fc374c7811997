"""Many small questions that the database answers in one query. A leaf."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from sodertorn.models import ContentGeneration


def counts(asked: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows there are of each."""
    if not asked:
        return {}
    questions = [
        rows.order_by().values(question=Value(name)).annotate(number=Count("pk"))
        for name, rows in asked.items()
    ]
    return dict(questions[0].union(*questions[1:], all=True).values_list("question", "number"))


def first_values(asked: Mapping[str, QuerySet[Any]]) -> dict[str, Any]:
    """The first value of each, or None; each is of one value, as `values("edited_at")` makes it."""
    names = {question: f"value_{number}" for number, question in enumerate(asked)}
    subqueries = {names[question]: Subquery(rows[:1]) for question, rows in asked.items()}
    # Beside the one row that the portal always has, since a query has to be of some table.
    found = ContentGeneration.objects.values(**subqueries).first() or {}
    return {question: found.get(name) for question, name in names.items()}


def rows_of_each(*asked: QuerySet[Any]) -> list[list[Any]]:
    """The rows of each, in no order: of models that hold numbers, texts, days, moments, and yes or no.

    Each row comes as JSON, so that one table can hold them all. JSON has no exact decimals: amounts of money
    are asked for by themselves.
    """
    fields = [{field.attname: field for field in each.model._meta.concrete_fields} for each in asked]
    questions = [
        each.order_by().values_list(Value(number), JSONObject(**{name: name for name in fields[number]}))
        for number, each in enumerate(asked)
    ]
    found: list[list[Any]] = [[] for _ in asked]
    for number, values in questions[0].union(*questions[1:], all=True):
        given = [_given(field, values[name]) for name, field in fields[number].items()]
        found[number].append(asked[number].model.from_db(asked[number].db, list(fields[number]), given))
    return found


def _given(field: Any, value: Any) -> Any:
    """As the field reads it from the database. Moments are stored in UTC, which SQLite does not write out."""
    value = field.to_python(value)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
