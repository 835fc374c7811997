"""What became of amounts from one year to another, in kronor and per cent. A leaf."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sodertorn.money import kronor, number
from sodertorn.plan_comparison_rows import Entry, matches


@dataclass(frozen=True)
class Amount:
    """An amount in kronor of both years; None where it is not known, or there was none."""

    name: str
    before: Fraction | None
    after: Fraction | None

    @property
    def is_in_both(self) -> bool:
        return self.before is not None and self.after is not None

    @property
    def is_changed(self) -> bool:
        return self.before != self.after

    @property
    def difference(self) -> Fraction | None:
        """Later less earlier; None unless both are known."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def percent(self) -> Fraction | None:
        """The difference in per cent of the earlier; None of nothing or when either is not known."""
        if self.difference is None or not self.before:
            return None
        return self.difference * 100 / self.before

    @property
    def difference_text(self) -> str:
        """As in "+30 000 kr (+2,3 %)", "oförändrad"; empty unless both are known."""
        if self.difference is None:
            return ""
        if not self.difference:
            return "oförändrad"
        share = f" ({_signed(self.percent, 1)}\N{NO-BREAK SPACE}%)" if self.percent is not None else ""
        return f"{_signed(self.difference)}\N{NO-BREAK SPACE}kr{share}"


@dataclass(frozen=True)
class Line:
    """A budget line: its title, its amount in kronor and what it was first copied from."""

    title: str
    amount: Decimal
    lineage: int | None = None


def amount(
    name: str, before: Decimal | Fraction | int | None, after: Decimal | Fraction | int | None
) -> Amount:
    return Amount(
        name,
        None if before is None else Fraction(before),
        None if after is None else Fraction(after),
    )


def line_amounts(before: Iterable[Line], after: Iterable[Line]) -> list[Amount]:
    """Each line of either year once: those of the later year in its order, then those that were dropped."""
    old, new = list(before), list(after)
    matched = matches(_entries(old), _entries(new))
    of_later = {place: earlier for earlier, place in matched.items()}
    return [
        *(
            amount(line.title, old[of_later[place]].amount if place in of_later else None, line.amount)
            for place, line in enumerate(new)
        ),
        *(amount(line.title, line.amount, None) for place, line in enumerate(old) if place not in matched),
    ]


def went(change: Amount, up: str, down: str, same: str) -> str:
    """As in "höjs från 2,83 kr till 4 kr (+41,2 %)", or "är oförändrad, 4 kr", by the words for each way.

    Raises ValueError unless both amounts are known.
    """
    if change.before is None or change.after is None:
        raise ValueError(f"an amount of {change.name} is not known")
    if not change.is_changed:
        return f"{same}, {kronor(change.after)}"
    way = up if change.after > change.before else down
    share = f" ({_signed(change.percent, 1)}\N{NO-BREAK SPACE}%)" if change.percent is not None else ""
    return f"{way} från {kronor(change.before)} till {kronor(change.after)}{share}"


def _entries(lines: list[Line]) -> list[Entry]:
    return [Entry(line.title, lineage=line.lineage) for line in lines]


def _signed(figure: Fraction | None, decimals: int | None = None) -> str:
    text = number(figure or 0, decimals)
    return f"+{text}" if figure and figure > 0 else text
