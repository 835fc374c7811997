"""What key figures come to together, who has most, and what has changed: exact arithmetic, no database.

- A weighted mean weighs each municipality's value by its inhabitants on 31 December of the same year. It is
  only told when every value and every weight is known, and `Whole.lacking` names what is not.
- A sum is likewise only told when every value is known.
- Equal values share a rank, and the next one comes after all of them: 1, 2, 2, 4.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sodertorn.money import Exact

CYCLE_YEARS = 2
"""Section 6: key figures are presented every second year."""


@dataclass(frozen=True)
class Whole:
    """What the parts come to together: None when the value or the weight of any of them is not known.

    `lacking` and `unweighted` are the keys of the parts without a value and without a weight, in order.
    """

    value: Fraction | None
    lacking: tuple[str, ...] = ()
    unweighted: tuple[str, ...] = ()


def weighted_mean(
    keys: Sequence[str], values: Mapping[str, Exact | None], weights: Mapping[str, int | None]
) -> Whole:
    """The mean of the parts' values, each weighing as much as its weight. No parts have no mean."""
    lacking = tuple(key for key in keys if values.get(key) is None)
    unweighted = tuple(key for key in keys if not weights.get(key))
    if lacking or unweighted or not keys:
        return Whole(None, lacking, unweighted)
    weighed = sum((Fraction(values[key] or 0) * (weights[key] or 0) for key in keys), Fraction(0))
    return Whole(weighed / sum(weights[key] or 0 for key in keys))


def total(keys: Sequence[str], values: Mapping[str, Exact | None]) -> Whole:
    """The sum of the parts' values. No parts have no sum."""
    lacking = tuple(key for key in keys if values.get(key) is None)
    if lacking or not keys:
        return Whole(None, lacking)
    return Whole(sum((Fraction(values[key] or 0) for key in keys), Fraction(0)))


def ranks(values: Mapping[str, Exact | None], *, lowest_first: bool) -> dict[str, int]:
    """The rank of each part that has a value, from 1."""
    known = {key: Fraction(value) for key, value in values.items() if value is not None}
    ordered = sorted(known.values(), reverse=not lowest_first)
    return {key: ordered.index(value) + 1 for key, value in known.items()}


def change(before: Exact | None, after: Exact | None) -> Fraction | None:
    """How much more it is than before; None when either is not known."""
    return None if before is None or after is None else Fraction(after) - Fraction(before)


def is_reached(value: Exact | None, target: Decimal, *, lower_is_better: bool) -> bool | None:
    """Whether the value is as good as the target; None when it is not known."""
    if value is None:
        return None
    return Fraction(value) <= target if lower_is_better else Fraction(value) >= target


def next_presentation(latest: datetime.date) -> int:
    """The year when key figures are to be presented again, if they were last presented on the day."""
    return latest.year + CYCLE_YEARS
