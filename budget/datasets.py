"""The budget's tables: what the pages show, as CSV and as spreadsheets.

Columns and cells are shared with what the catalogue of open data has (`fee_datasets`, `budget_datasets`).
"""

from collections.abc import Iterable, Mapping, Sequence

from budget.balance import Deviation
from budget.fee_history import FeeYear
from budget.models import BudgetLine, Outcome
from budget.outcomes import OutcomeReport
from budget.statement import FeeRow, FeeTable
from budget.what_if import Effect, WhatIf
from budget.years import YearRow
from committee.datasets import CODE, NAME, YEAR
from committee.models import Municipality
from sodertorn.money import Exact, round_half_up
from sodertorn.opendata import Column, Dataset, Row, Value

INHABITANTS = Column("inhabitants", "Invånare", "Tomt när folkmängden inte är känd.", "personer", "integer")
POPULATION_DATE = Column("population_date", "Folkmängd per", "Dagen som folkmängden avser.", kind="date")
SOURCE = Column("population_source", "Källa till folkmängden", "Varifrån folkmängden kommer.")
RATE = Column("rate", "Avgift per invånare", "För året, avrundad till ören.", "kronor", "decimal")
EXACT_RATE = (
    Column(
        "rate_numerator",
        "Avgift per invånare, täljare",
        "Exakt: 17 när avgiften är 17/6 kronor.",
        kind="integer",
    ),
    Column(
        "rate_denominator",
        "Avgift per invånare, nämnare",
        "Exakt: 6 när avgiften är 17/6 kronor.",
        kind="integer",
    ),
)
"""In two columns: a spreadsheet takes "17/6" for a day in June."""


def kronor_column(name: str, title: str, description: str) -> Column:
    """An amount in kronor and öre."""
    return Column(name, title, description, "kronor", "decimal")


def whole_kronor_column(name: str, title: str, description: str) -> Column:
    return Column(name, title, description, "kronor", "integer")


def percent_column(name: str, title: str) -> Column:
    return Column(name, title, "Avrundat till en decimal.", "procent", "decimal")


YEAR_COLUMNS = (
    YEAR,
    kronor_column("revenue", "Intäkter", "Summan av årets intäkter."),
    kronor_column("cost", "Kostnader", "Summan av årets kostnader."),
    kronor_column("change", "Förändring av kostnaderna", "Sedan budgeten före. Tomt för den första."),
    percent_column("change_percent", "Förändring av kostnaderna"),
    kronor_column("forecast", "Kostnader enligt prognosen", "Tomt tills alla kostnader är redovisade."),
    kronor_column("annual", "Kostnader enligt bokslutet", "Tomt tills alla kostnader är redovisade."),
)


def year_cells(row: YearRow) -> Row:
    return (
        row.budget.plan.year,
        row.balance.revenue,
        row.balance.cost,
        *_deviation(row.change),
        row.forecast,
        row.annual,
    )


def years_dataset(rows: Iterable[YearRow]) -> Dataset:
    """All budgets by year."""
    return Dataset("budget", "Budgetar per år", YEAR_COLUMNS, [year_cells(row) for row in rows])


LINE_COLUMNS = (
    YEAR,
    Column("side", "Sida", "revenue = intäkt, cost = kostnad"),
    Column("title", "Post", "Som den står i budgeten."),
    kronor_column("amount", "Budget", "Vad budgeten tar upp."),
    Column("is_fee", "Avgifter från kommunerna", "Om posten är kommunernas avgifter.", kind="boolean"),
    *(
        kronor_column(
            kind.value, str(kind.label), "Vad posten blev, eller väntas bli. Tomt när inget är redovisat."
        )
        for kind in Outcome.Report
    ),
)


def line_cells(year: int, line: BudgetLine, told: Mapping[str, Outcome]) -> Row:
    """A line with its outcome in each report that has one."""
    outcomes = [told.get(kind.value) for kind in Outcome.Report]
    amounts = [outcome.amount if outcome else None for outcome in outcomes]
    return year, line.side, line.title, line.amount, line.is_fee, *amounts


def lines_dataset(year: int, lines: Iterable[BudgetLine], reports: Sequence[OutcomeReport]) -> Dataset:
    """A year's lines with what each report says that they came to."""
    told: dict[int, dict[str, Outcome]] = {}
    for report in reports:
        for row in (row for side in report.sides for row in side.rows):
            if row.outcome:
                told.setdefault(row.line.pk, {})[report.kind.value] = row.outcome
    table = [line_cells(year, line, told.get(line.pk, {})) for line in lines]
    return Dataset(f"budget-{year}", f"Budget {year}", LINE_COLUMNS, table)


FEE_COLUMNS = (
    YEAR,
    CODE,
    NAME,
    INHABITANTS,
    POPULATION_DATE,
    SOURCE,
    RATE,
    *EXACT_RATE,
    whole_kronor_column("amount", "Avgift enligt regeln", "Avgiften per invånare gånger kommunens invånare."),
    whole_kronor_column(
        "amount_budgeted",
        "Del av budgeterade avgifter",
        "Kommunens del av de avgifter som budgeten tar upp, som kan vara andra än regeln ger.",
    ),
    whole_kronor_column("amount_next_year", "Avgift nästa år", "Enligt regeln, med samma folkmängd."),
)


def fee_cells(year: int, table: FeeTable, row: FeeRow) -> Row:
    return (
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


def fees_dataset(year: int, table: FeeTable) -> Dataset:
    """What each municipality pays in a year, by the rule and by the budget."""
    rows = [fee_cells(year, table, row) for row in table.rows]
    return Dataset(f"avgifter-{year}", f"Avgift per kommun {year}", FEE_COLUMNS, rows)


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
        *FEE_COLUMNS[9:11],
        percent_column("share_percent", "Del av alla kommuners avgift"),
        Column(
            "has_budget",
            "Året har en budget",
            "Annars är avgiften vad som är beslutat hittills.",
            kind="boolean",
        ),
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
        whole_kronor_column("today", "Avgift i dag", "Enligt de avgifter som är beslutade."),
        whole_kronor_column("proposed", "Avgift med kalkylen", "Enligt det som kalkylen prövar."),
        whole_kronor_column("difference", "Skillnad", "Kalkylen minus i dag."),
        percent_column("difference_percent", "Skillnad"),
        whole_kronor_column("full_year", "Helårseffekt", "Vad årets sista avgift ger på ett helt år."),
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
