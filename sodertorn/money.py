"""Money and numbers: the field that stores kronor, the one rounding rule, and how figures are written.

Amounts are `Decimal` in kronor. Rates stay exact (`Fraction`) until they are written or invoiced, and are
then rounded once, here. Swedish writing: groups of three, decimal comma, a true minus sign.
"""

import math
from decimal import Decimal
from fractions import Fraction
from functools import partial

from django.db import models

from sodertorn.dates import NO_BREAK_SPACE

Exact = int | Decimal | Fraction

MINUS = "\N{MINUS SIGN}"

# A column of kronor and öre, up to 9 999 999 999,99. Migrations see a plain `DecimalField`.
MoneyField = partial(models.DecimalField, max_digits=12, decimal_places=2)


def round_half_up(amount: Exact, decimals: int = 0) -> Decimal:
    """The nearest decimal number with so many decimals; a half goes away from zero: 2,5 → 3."""
    nearest = math.floor(abs(Fraction(amount)) * 10**decimals + Fraction(1, 2))
    return Decimal(f"{-nearest if amount < 0 else nearest}E-{decimals}")


def number(amount: Exact, decimals: int | None = None) -> str:
    """480000 → "480 000" and Decimal("194.15") → "194,15", with no-break spaces between the groups.

    Without `decimals`, the amount is rounded to two and a whole number shows none.
    """
    rounded = round_half_up(amount, 2 if decimals is None else decimals)
    if decimals is None and rounded == rounded.to_integral_value():
        rounded = round_half_up(rounded)
    text = f"{abs(rounded):,f}".replace(",", NO_BREAK_SPACE).replace(".", ",")
    return MINUS + text if rounded < 0 else text


def kronor(amount: Exact, decimals: int | None = None) -> str:
    """1280000 → "1 280 000 kr", Fraction(17, 6) → "2,83 kr"; spaces do not break. Decimals as in `number`."""
    return number(amount, decimals) + NO_BREAK_SPACE + "kr"
