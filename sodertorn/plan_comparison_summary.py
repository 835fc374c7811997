"""A comparison of two plans in a few plain sentences, each with the part of the page that tells more."""

from dataclasses import dataclass

from sodertorn.plan_comparison import MoneyChanges, PlanComparison
from sodertorn.plan_comparison_calendar import HostGroup, SeriesChange
from sodertorn.plan_comparison_money import went
from sodertorn.plan_comparison_rows import Changes
from sodertorn.prose import join_swedish


@dataclass(frozen=True)
class Sentence:
    """A sentence, and the anchor of the part of the page that it sums up."""

    anchor: str
    text: str


def summary(comparison: PlanComparison) -> list[Sentence]:
    """What a reader in a hurry should know, in the page's order."""
    before, after = comparison.before.year, comparison.after.year
    texts = [counted(group.changes, group.one, group.many) for group in comparison.texts]
    directions = counted(comparison.directions, "inriktning", "inriktningar")
    told = [
        *(("texter", text) for text in [text for text in texts if text] or ["Texterna är oförändrade."]),
        ("inriktningar", directions or "Inriktningarna är oförändrade."),
        ("prioriteringar", _priorities(comparison.directions, before, after)),
        ("kalender", _calendar(comparison.series, before, after)),
        ("vardskap", _hosts(comparison.hosts)),
        ("avgift", _fee(comparison.money)),
        ("budget", _budget(comparison.money)),
    ]
    return [Sentence(anchor, text) for anchor, text in told if text]


def counted(changes: Changes, one: str, many: str) -> str:
    """As in "3 inriktningar har tillkommit, 2 har utgått och 1 har ny lydelse."; empty if nothing has."""
    counts = [
        (len(changes.added), "har tillkommit"),
        (len(changes.dropped), "har utgått"),
        (len(changes.changed), "har ny lydelse"),
    ]
    return _sentence([(number, what) for number, what in counts if number], one, many)


def _sentence(counts: list[tuple[int, str]], one: str, many: str) -> str:
    """What has become of how many, with the noun at the first number only."""
    if not counts:
        return ""
    number, what = counts[0]
    first = f"{number} {one if number == 1 else many} {what}"
    return f"{join_swedish([first, *(f'{number} {what}' for number, what in counts[1:])])}."


def _priorities(directions: Changes, before: int, after: int) -> str:
    counts = [
        (len(directions.now_priorities), f"prioriteras {after} men inte {before}"),
        (len(directions.no_longer_priorities), f"prioriteras {before} men inte {after}"),
    ]
    changed = [(number, what) for number, what in counts if number]
    if not changed and directions.kept_priorities:
        return "Samma inriktningar är prioriterade."
    return _sentence(changed, "inriktning", "inriktningar")


def _calendar(series: list[SeriesChange], before: int, after: int) -> str:
    old, new = (sum(getattr(each, side).number for each in series) for side in ("before", "after"))
    if not any(each.is_changed for each in series):
        return "Kalendern följer samma mönster." if series else ""
    return f"Kalendern har {_meetings(new)} {after}, mot {_meetings(old)} {before}."


def _meetings(number: int) -> str:
    return f"{number} möte" if number == 1 else f"{number or 'inga'} möten"


def _hosts(groups: list[HostGroup]) -> str:
    rows = [row for group in groups for row in group.rows]
    in_both = [row for row in rows if row.before and row.after]
    if not rows:
        return ""
    if not any(row.is_changed for row in rows):
        return "Värdkommunerna är desamma."
    if not in_both:
        return "Värdkommuner är inte utsedda för båda åren."
    changed = sum(row.is_changed for row in in_both)
    return f"Värdkommunen är en annan vid {changed} av {len(in_both)} tillfällen som finns båda åren."


def _fee(money: MoneyChanges) -> str:
    if money.rate is None:
        return " ".join(["Avgifterna kan inte jämföras.", *money.problems])
    return f"Avgiften per invånare {went(money.rate, 'höjs', 'sänks', 'är oförändrad')}."


def _budget(money: MoneyChanges) -> str:
    if not money.has_both_budgets:
        return "Budgetarna kan inte jämföras."
    if money.cost.is_changed:
        return f"Kostnaderna {went(money.cost, 'ökar', 'minskar', '')}."
    if money.lines_unchanged:
        return "Budgeten är oförändrad."
    return "Budgetens poster är ändrade, men kostnaderna är lika stora."
