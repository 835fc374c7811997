"""What the budget's pages draw. Each chart is made of the values that the table beside it shows."""

from collections.abc import Sequence
from typing import Any

from budget.fee_history import FeeYear
from budget.models import BudgetLine
from budget.statement import FeeTable
from budget.what_if import Effect
from budget.years import YearRow
from committee.models import Municipality
from sodertorn.charts import Chart, Datum, Group, Series, bar_chart, shade_of, shades
from sodertorn.money import kronor, number
from sodertorn.municipality_map import municipality_map

REVENUE, COST = Series("Intäkter", "chart__bar--first"), Series("Kostnader", "chart__bar--second")
TODAY, PROPOSED = Series("I dag", "chart__bar--first"), Series("Med kalkylen", "chart__bar--second")


def _kronor(value: Any) -> Datum:
    return Datum(value, "uppgift saknas" if value is None else kronor(value))


def lines_chart(key: str, title: str, lines: Sequence[BudgetLine]) -> Chart | None:
    """The lines of one side; none for a single line, which has nothing to be compared with."""
    groups = [Group(line.title, (_kronor(line.amount),)) for line in lines]
    return bar_chart(key, title, groups) if len(groups) > 1 else None


def fees_chart(title: str, table: FeeTable) -> Chart | None:
    """What each municipality pays in the year by the rule."""
    groups = [Group(row.municipality.name, (_kronor(row.amount),)) for row in table.rows]
    return bar_chart("diagram-avgifter", title, groups)


def years_chart(rows: Sequence[YearRow], *, is_all: bool) -> Chart | None:
    """Revenue and cost year by year; which years is said if there are others."""
    groups = [
        Group(str(row.budget.plan.year), (_kronor(row.balance.revenue), _kronor(row.balance.cost)))
        for row in rows
    ]
    when = "per år" if is_all else f"{rows[0].budget.plan.year}–{rows[-1].budget.plan.year}"
    return bar_chart("diagram-ar", f"Intäkter och kostnader {when}", groups, (REVENUE, COST))


def history_chart(name: str, years: Sequence[FeeYear], *, is_all: bool) -> Chart | None:
    """What one municipality pays year by year; which years is said if there are others."""
    groups = [
        Group(f"{year.year}{'*' if year.without_budget else ''}", (_kronor(year.amount),)) for year in years
    ]
    when = "per år" if is_all else f"{years[0].year}–{years[-1].year}"
    return bar_chart("diagram-avgift", f"Avgift för {name} {when}", groups)


def effects_chart(
    title: str, municipalities: Sequence[Municipality], effects: dict[str, Effect]
) -> Chart | None:
    """Each municipality's fee today and with the what-if."""
    groups = [
        Group(row.name, (_kronor(effects[row.code].today), _kronor(effects[row.code].proposed)))
        for row in municipalities
    ]
    return bar_chart("diagram-kalkyl", title, groups, (TODAY, PROPOSED))


def fee_map(table: FeeTable) -> dict[str, Any] | None:
    """The map shaded by what each pays, with the figure under its name; None when no amount is known."""
    amounts = {row.municipality.code: row.amount for row in table.rows if row.amount is not None}
    if not amounts:
        return None
    scale = shades(list(amounts.values()))
    steps = {code: shade_of(amount, scale) for code, amount in amounts.items()}
    drawing = municipality_map(
        [row.municipality for row in table.rows],
        notes={code: kronor(amount) for code, amount in amounts.items()},
        class_names={code: f"map__land--{shade.number}" for code, shade in steps.items()},
    )
    legend = [
        {
            "number": shade.number,
            "label": f"{number(shade.low)}–{kronor(shade.high)}",
            "names": [
                row.municipality.name for row in table.rows if steps.get(row.municipality.code) == shade
            ],
        }
        for shade in scale
    ]
    return {**drawing, "legend": legend}
