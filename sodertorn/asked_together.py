"""Many small questions that the database answers in one query. A leaf."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value

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
