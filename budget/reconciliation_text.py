"""The reconciliation of the budgeted fees with the rule for them, in sentences, for page and print."""

from dataclasses import dataclass

from budget.balance import Reconciliation
from sodertorn.dates import date_text
from sodertorn.money import kronor, number


@dataclass(frozen=True)
class ReconciliationText:
    """`ways_to_agree` are what would make the two agree, each the end of "… skulle stämma om"."""

    comparison: str
    ways_to_agree: list[str]
    full_years: str


def reconciliation_text(reconciliation: Reconciliation) -> ReconciliationText:
    """What there is to say of a reconciliation. Of one that agrees there is only the comparison."""
    by_rule, inhabitants = kronor(reconciliation.by_rule), number(reconciliation.inhabitants)
    if reconciliation.agrees:
        comparison = f"Avgiften gånger {inhabitants} invånare är {by_rule}, lika mycket som budgeten tar upp."
        return ReconciliationText(comparison, [], "")
    exact = f" (exakt {reconciliation.rate} kr)" if reconciliation.rate.denominator != 1 else ""
    return ReconciliationText(
        comparison=(
            f"Avgiften {kronor(reconciliation.rate)}{exact} gånger {inhabitants} invånare är {by_rule}. "
            f"Budgeten tar upp {kronor(reconciliation.budgeted)} i avgifter. "
            f"Skillnaden är {kronor(reconciliation.difference)}."
        ),
        ways_to_agree=[
            way for way in (_another_day(reconciliation), _other_inhabitants(reconciliation)) if way
        ],
        full_years=_full_years(reconciliation),
    )


def _another_day(reconciliation: Reconciliation) -> str:
    if reconciliation.change_on is None:
        return ""
    way = f"avgiften hade ändrats den {date_text(reconciliation.change_on)}"
    months = reconciliation.months_of_change
    if months == 1:
        return f"{way}: skillnaden är precis vad en månad av ändringen är värd"
    if months is not None and months.denominator == 1:
        return f"{way}: skillnaden är vad {number(months)} månader av ändringen är värda"
    return way


def _other_inhabitants(reconciliation: Reconciliation) -> str:
    needed = reconciliation.inhabitants_needed
    return f"invånarna hade varit {number(needed)}" if needed else ""


def _full_years(reconciliation: Reconciliation) -> str:
    before, after = reconciliation.full_year_before, reconciliation.full_year_after
    if before == after:
        return "Avgiften är densamma hela året."
    return f"Ett helt år ger den gamla avgiften {kronor(before)} och den nya {kronor(after)}."
