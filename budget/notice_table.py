"""Fee notices as a table, for files that go on to an accounting system."""

from collections.abc import Sequence

from budget.models import FeeNotice
from sodertorn.opendata import Column, Dataset, Row, Rows

COLUMNS = (
    Column("number", "Nummer", "Underlagets nummer. Numren följer på varandra utan luckor."),
    Column("kind", "Slag", "underlag eller kreditunderlag"),
    Column("municipality_code", "Kommunkod", "SCB:s kommunkod, fyra siffror."),
    Column("municipality", "Kommun"),
    Column("first_day", "Från och med"),
    Column("last_day", "Till och med", "Ingår i perioden."),
    Column("amount", "Belopp", "Negativt för ett kreditunderlag.", "kronor"),
    Column("rate", "Avgift per invånare", "För perioden, exakt: ett heltal eller ett bråk.", "kronor"),
    Column("derivation", "Så är avgiften uträknad"),
    Column("inhabitants", "Invånare", "", "antal personer"),
    Column("population_date", "Folkmängd per"),
    Column("population_source", "Källa till folkmängden"),
    Column("credits", "Krediterar", "Numret på underlaget som tas tillbaka."),
    Column("credited_by", "Krediterat av", "Numret på kreditunderlaget, om det finns ett."),
    Column("reason", "Skäl", "Varför underlaget krediterades."),
    Column("issued_at", "Utfärdat"),
)


def notices_dataset(notices: Sequence[FeeNotice], slug: str, title: str) -> Dataset:
    """The notices in the order given; their relations have been read (`with_relations`)."""
    return Dataset(slug, title, COLUMNS, Rows(notices, _row))


def _row(notice: FeeNotice) -> Row:
    return (
        notice.number,
        "kreditunderlag" if notice.credits_id else "underlag",
        notice.municipality.code,
        notice.municipality.name,
        notice.first_day,
        notice.last_day,
        notice.amount,
        # A spreadsheet would take 7/12 for the seventh of December.
        f"{notice.rate} kr",
        notice.derivation,
        notice.inhabitants,
        notice.population_date,
        notice.population_source,
        notice.credits.number if notice.credits else None,
        notice.credit.number if notice.credit else None,
        notice.reason,
        notice.issued_at,
    )
