"""The budget's tables as open data: what the pages show, as CSV and as spreadsheets."""

from collections.abc import Iterable, Mapping, Sequence

from budget.balance import Deviation
from budget.fee_history import FeeYear
from budget.models import BudgetLine, Outcome
from budget.outcomes import OutcomeReport
from budget.statement import FeeTable
from budget.what_if import Effect, WhatIf
from budget.years import YearRow
from committee.models import Municipality
from sodertorn.money import Exact, round_half_up
from sodertorn.opendata import Column, Dataset, Row, Value

YEAR = Column("year", "År")
CODE = Column("municipality_code", "Kommunkod", "SCB:s kod, fyra siffror.")
NAME = Column("municipality", "Kommun")
INHABITANTS = Column("inhabitants", "Invånare", "Tomt när folkmängden inte är känd.")
POPULATION_DATE = Column("population_date", "Folkmängd per")
SOURCE = Column("population_source", "Källa till folkmängden")
RATE = Column("rate", "Avgift per invånare", "Avrundad till ören.", "kronor")
EXACT_RATE = (
    Column("rate_numerator", "Avgift per invånare, täljare", "17 när avgiften är 17/6 kronor."),
    Column("rate_denominator", "Avgift per invånare, nämnare", "6 när avgiften är 17/6 kronor."),
)
"""In two columns: a spreadsheet takes "17/6" for a day in June."""


def kronor_column(name: str, title: str, description: str = "") -> Column:
    return Column(name, title, description, "kronor")


def percent_column(name: str, title: str) -> Column:
    return Column(name, title, "Avrundat till en decimal.", "procent")


def years_dataset(rows: Iterable[YearRow]) -> Dataset:
    """All budgets by year."""
    columns = (
        YEAR,
        kronor_column("revenue", "Intäkter"),
        kronor_column("cost", "Kostnader"),
        kronor_column("change", "Förändring av kostnaderna", "Sedan budgeten före."),
        percent_column("change_percent", "Förändring av kostnaderna"),
        kronor_column("forecast", "Kostnader enligt prognosen"),
        kronor_column("annual", "Kostnader enligt bokslutet"),
    )
    table: list[Row] = [
        (
            row.budget.plan.year,
            row.balance.revenue,
            row.balance.cost,
            *_deviation(row.change),
            row.forecast,
            row.annual,
        )
        for row in rows
    ]
    return Dataset("budget", "Budgetar per år", columns, table)


def lines_dataset(year: int, lines: Iterable[BudgetLine], reports: Sequence[OutcomeReport]) -> Dataset:
    """A year's lines with what each report says that they came to."""
    kinds = list(Outcome.Report)
    columns = (
        YEAR,
        Column("side", "Sida", "revenue = intäkt, cost = kostnad"),
        Column("title", "Post"),
        kronor_column("amount", "Budget"),
        Column("is_fee", "Avgifter från kommunerna"),
        *(kronor_column(kind.value, str(kind.label), "Tomt när inget är redovisat.") for kind in kinds),
    )
    told = {
        (report.kind, row.line.pk): row.outcome.amount
        for report in reports
        for side in report.sides
        for row in side.rows
        if row.outcome
    }
    table: list[Row] = [
        (
            year,
            line.side,
            line.title,
            line.amount,
            line.is_fee,
            *(told.get((kind, line.pk)) for kind in kinds),
        )
        for line in lines
    ]
    return Dataset(f"budget-{year}", f"Budget {year}", columns, table)


def fees_dataset(year: int, table: FeeTable) -> Dataset:
    """What each municipality pays in a year, by the rule and by the budget."""
    columns = (
        YEAR,
        CODE,
        NAME,
        INHABITANTS,
        POPULATION_DATE,
        SOURCE,
        RATE,
        *EXACT_RATE,
        kronor_column("amount", "Avgift enligt regeln"),
        kronor_column("amount_budgeted", "Del av budgeterade avgifter"),
        kronor_column("amount_next_year", "Avgift nästa år", "Med samma folkmängd."),
    )
    rows: list[Row] = [
        (
            year,
            row.municipality.code,
            row.municipality.name,
            row.population.inhabitants if row.population else None,
            row.population.reference_date if row.population else None,
            row.population.source if row.population else None,
            round_half_up(table.rate, 2),
            table.rate.numerator,
            table.rate.denominator,
            row.amount,
            row.budgeted,
            row.amount_next_year,
        )
        for row in table.rows
    ]
    return Dataset(f"avgifter-{year}", f"Avgift per kommun {year}", columns, rows)


def history_dataset(municipality: Municipality, years: Iterable[FeeYear]) -> Dataset:
    """One municipality's fee by year."""
    columns = (
        YEAR,
        CODE,
        NAME,
        INHABITANTS,
        POPULATION_DATE,
        SOURCE,
        RATE,
        *EXACT_RATE,
        kronor_column("amount", "Avgift enligt regeln"),
        kronor_column("amount_budgeted", "Del av budgeterade avgifter"),
        percent_column("share_percent", "Del av alla kommuners avgift"),
        Column("has_budget", "Året har en budget", "Annars är avgiften vad som är beslutat hittills."),
    )
    rows: list[Row] = [
        (
            year.year,
            municipality.code,
            municipality.name,
            year.population.inhabitants if year.population else None,
            year.population.reference_date if year.population else None,
            year.population.source if year.population else None,
            round_half_up(year.rate, 2),
            year.rate.numerator,
            year.rate.denominator,
            year.amount,
            year.budgeted,
            _percent(year.share_percent),
            not year.without_budget,
        )
        for year in years
    ]
    slug = f"avgift-{municipality.slug}"
    return Dataset(slug, f"Avgift för {municipality.formal_name} per år", columns, rows)


def what_if_dataset(municipalities: Iterable[Municipality], answer: WhatIf) -> Dataset:
    """What a fee would mean for each municipality."""
    columns = (
        YEAR,
        CODE,
        NAME,
        INHABITANTS,
        kronor_column("today", "Avgift i dag", "Enligt de avgifter som är beslutade."),
        kronor_column("proposed", "Avgift med kalkylen"),
        kronor_column("difference", "Skillnad"),
        percent_column("difference_percent", "Skillnad"),
        kronor_column("full_year", "Helårseffekt", "Vad årets sista avgift ger på ett helt år."),
    )
    effects: Mapping[str, Effect] = answer.effects
    rows: list[Row] = [
        (
            answer.year,
            row.code,
            row.name,
            effects[row.code].inhabitants,
            effects[row.code].today,
            effects[row.code].proposed,
            effects[row.code].difference,
            _percent(effects[row.code].percent),
            effects[row.code].full_year,
        )
        for row in municipalities
    ]
    title = f"Kalkyl för {answer.year}"
    return Dataset(f"kalkyl-{answer.year}", title, columns, rows, description=answer.derivation)


def _deviation(deviation: Deviation | None) -> tuple[Value, Value]:
    if deviation is None:
        return None, None
    return round_half_up(deviation.kronor, 2), _percent(deviation.percent)


def _percent(percent: Exact | None) -> Value:
    return None if percent is None else round_half_up(percent, 1)
