"""Values of key figures from Kolada into the portal, one indicator at a time.

An indicator's values come in together or not at all. Values that staff have edited are left alone, as by the
loaders, and told. A value that is as it was keeps its source, with the day when it was first fetched.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from committee.models import Indicator, IndicatorValue, Municipality
from sodertorn.kolada import Client, KoladaValue
from sodertorn.loaded_rows import LoadFailed, LoadReport, RowWriter
from sodertorn.money import number, round_half_up

DECIMALS = 4
"""As many as a value can be stored with."""
NOT_THERE = "saknas i Kolada"


@dataclass
class IndicatorReport:
    """What an import of one indicator did, or would have done.

    `changes` tells of values that are others than before, `taken_back` of stored ones that Kolada no longer
    has, and `missing` counts those that it says it lacks.
    """

    rows: LoadReport
    changes: list[str] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)
    missing: int = 0


def indicators_to_import(kolada_ids: Sequence[str]) -> list[Indicator]:
    """The indicators by their numbers in Kolada; without numbers, all that have one.

    Raises LoadFailed for a number that no indicator here has, or whose values are the population.
    """
    indicators = {row.kolada_id: row for row in Indicator.objects.exclude(kolada_id=None)}
    if not kolada_ids:
        return [row for row in indicators.values() if not row.from_population]
    unknown = [each for each in kolada_ids if each not in indicators]
    faults = [
        f"Inget nyckeltal här har numret {each} i Kolada. Lägg upp det i administrationen först."
        for each in unknown
    ]
    faults += [
        f"{each} ({indicators[each]}) visar folkmängden. Hämta den med import_population i stället."
        for each in kolada_ids
        if each not in unknown and indicators[each].from_population
    ]
    if faults:
        raise LoadFailed(faults)
    return [indicators[each] for each in dict.fromkeys(kolada_ids)]


def import_indicator(
    client: Client,
    indicator: Indicator,
    years: Sequence[int],
    today: datetime.date,
    *,
    overwrite: bool = False,
    dry_run: bool = False,
) -> IndicatorReport:
    """Fetch the indicator's values, all of them first, and then store them in one go.

    With `dry_run` everything is done and then undone. Raises KoladaError when the service can't be asked or
    its answer can't be right, and LoadFailed when it has nothing, or when a value can't be stored.
    """
    kpi = str(indicator.kolada_id)
    client.tell(f"{kpi}: {client.title(kpi)}")
    municipalities = {row.code: row for row in Municipality.objects.all()}
    fetched = client.values(kpi, list(municipalities), years)
    if not fetched:
        asked = f" för {', '.join(map(str, years))}" if years else ""
        raise LoadFailed([f"{kpi}: Kolada har inga värden för kommunerna{asked}."])
    source = f"Kolada, {kpi}, hämtad {today:%Y-%m-%d}"
    with transaction.atomic():
        report = _store(indicator, fetched, municipalities, source, overwrite=overwrite, every_year=not years)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _store(
    indicator: Indicator,
    fetched: Sequence[KoladaValue],
    municipalities: dict[str, Municipality],
    source: str,
    *,
    overwrite: bool,
    every_year: bool,
) -> IndicatorReport:
    prefix = f"kolada/{indicator.kolada_id}/"
    before = {
        (row.municipality.code, row.year): row for row in indicator.values.select_related("municipality")
    }
    writer = RowWriter(overwrite=overwrite)
    changes = []
    for each in fetched:
        row = before.get((each.municipality, each.year))
        municipality = municipalities[each.municipality]
        value = None if each.value is None else round_half_up(each.value, DECIMALS)
        missing = "" if value is not None else _why(each.status)
        is_as_before = row is not None and (row.value, row.missing) == (value, missing)
        where = f"{indicator}, {municipality} {each.year}"
        with writer.collecting_faults():
            stored = writer.put(
                IndicatorValue,
                f"{prefix}{each.municipality}/{each.year}",
                where,
                {"indicator": indicator, "municipality": municipality, "year": each.year},
                value=value,
                missing=missing,
                source=row.source if row is not None and is_as_before else source,
            )
            if row is not None and (stored.value, stored.missing) != (row.value, row.missing):
                changes.append(f"{where}: {_written(row.value)} → {_written(value)}")
    rows = writer.finish((prefix,) if every_year else ())
    taken_back, rows.vanished = [key.removeprefix(prefix) for key in rows.vanished], []
    lacking = sum(each.value is None for each in fetched)
    return IndicatorReport(rows, changes, taken_back, lacking)


def _why(status: str) -> str:
    """Why there is no value, in Swedish where Kolada's own word for it is known."""
    return NOT_THERE if status.lower() in ("", "missing") else f"Kolada: {status}"[:100]


def _written(value: Decimal | None) -> str:
    return "uppgift saknas" if value is None else number(value.normalize(), _decimals(value))


def _decimals(value: Decimal) -> int:
    """As many as the value has."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -int(exponent))
