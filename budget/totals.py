"""Sums of amounts by what the rows have in common, which the database adds up."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from sodertorn.money import round_half_up


@dataclass(frozen=True)
class Total:
    """What so many amounts come to together, in kronor."""

    amount: Decimal
    number: int


NOTHING = Total(Decimal(0), 0)


def totals(rows: QuerySet[Any], *by: str) -> dict[tuple[Any, ...], Total]:
    """The total of the rows by what is in the columns. SQLite adds in floats, so öre are rounded here."""
    grouped = rows.order_by().values_list(*by).annotate(Sum("amount"), Count("pk"))
    return {tuple(key): Total(round_half_up(amount, 2), number) for *key, amount, number in grouped}
