"""Population figures straight from Statistics Sweden, or from a CSV file that staff have made.

All or nothing. Rows that staff have edited are left alone, as by the other loaders. What is imported here
takes over from `population_loader`, which then leaves those rows alone.
"""

import csv
import datetime
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from committee.models import Municipality, Population
from sodertorn.file_entry import FileError
from sodertorn.json_stat import Dimension, MalformedTableError, Table, read_table
from sodertorn.loaded_rows import LoadFailed, LoadReport, RowWriter
from sodertorn.models import LoadedRow
from sodertorn.money import MINUS, number
from sodertorn.population_loader import imported_key, loaded_key
from sodertorn.statistics_sweden import Client
from sodertorn.written_numbers import written_whole_number

TABLES = ("TAB638", "TAB5557")
"""Statistics Sweden's BefolkningNy (1968–2024) and BefolkningCKM (from 2025). A year in both is taken from
the first, whose figures are not perturbed."""

FIRST_YEAR = 2015
"""Without years asked for, all from here on."""
CONTENT = "folkmängd"
"""The table's content that is wanted, by its name."""
TOTALS = {"tot", "totsa", "sc"}
"""Codes that have stood for "all of them" where a dimension has no name that says so."""
LARGEST = 10_000_000
"""Inhabitants. No municipality comes near it."""
COLUMNS = ["code", "name", "year", "population", "source"]


@dataclass(frozen=True)
class Figure:
    """Inhabitants of a municipality on 31 December of a year; `where` is its place in the table or file."""

    code: str
    year: int
    inhabitants: int
    source: str
    where: str


@dataclass
class Missing:
    """A figure that the source has not got, and what the source says of it."""

    code: str
    year: int
    why: str = ""


@dataclass
class ImportReport:
    """What an import did, or would have done: changes by municipality, and why years were passed over."""

    rows: LoadReport
    changes: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


# --- From Statistics Sweden ---------------------------------------------------------------------------------


def fetch_figures(
    client: Client, codes: list[str], years: list[int], tables: Iterable[str] = TABLES
) -> tuple[list[Figure], list[Missing]]:
    """Ask for each municipality's inhabitants, table by table; without `years`, all from `FIRST_YEAR` on.

    Raises StatisticsError when the service can't be asked, and LoadFailed when its answer can't be right.
    """
    figures: list[Figure] = []
    missing: list[Missing] = []
    found: set[int] = set()
    spans = []
    for name in tables:
        if years and found.issuperset(years):
            break
        client.tell(f"Läser vad tabellen {name} innehåller …")
        try:
            metadata = read_table(client.metadata(name), with_values=False)
            time = metadata.with_role("time")
            available = {int(code): code for code in time.codes if code.isascii() and code.isdigit()}
            spans.append(f"{name} har {min(available)}–{max(available)}" if available else f"{name} är tom")
            wanted = [
                year for year in (years or sorted(available)) if year in available and year not in found
            ]
            wanted = [year for year in wanted if years or year >= FIRST_YEAR]
            if not wanted:
                continue
            client.tell(f"Hämtar {len(wanted)} år ur {name}: {_span(wanted)} …")
            selection = _selection(metadata, codes, [available[year] for year in wanted])
            answer = read_table(client.data(name, selection))
            got, lacking = _figures(
                name, answer, selection, codes, {year: available[year] for year in wanted}
            )
        except MalformedTableError as error:
            raise LoadFailed([f"{name}: {error}"]) from error
        figures += got
        missing += lacking
        found |= set(wanted)
    unknown = [str(year) for year in years if year not in found]
    if unknown:
        raise LoadFailed([f"Folkmängd för {', '.join(unknown)} finns inte: {'; '.join(spans)}."])
    return figures, missing


def _selection(metadata: Table, codes: list[str], years: list[str]) -> dict[str, list[str]]:
    """What to choose in each dimension, found in the table's own description of itself."""
    time, content = metadata.with_role("time"), metadata.with_role("metric")
    region = _region(metadata)
    unknown = [code for code in codes if code not in region.labels]
    if unknown:
        raise MalformedTableError(f"Tabellen saknar {region.label} {', '.join(unknown)}.")
    selection = {region.code: codes, content.code: [_content(content)], time.code: years}
    for dimension in metadata.dimensions:
        if dimension.code not in selection:
            total = _total(dimension)
            if total:
                selection[dimension.code] = [total]
    return selection


def _region(table: Table) -> Dimension:
    if table.roles.get("geo"):
        return table.with_role("geo")
    for dimension in table.dimensions:
        if "region" in (dimension.code.casefold(), dimension.label.casefold()):
            return dimension
    raise MalformedTableError("Tabellen är inte uppdelad på region.")


def _content(content: Dimension) -> str:
    matching = [code for code, label in content.labels.items() if label.casefold() == CONTENT]
    if len(matching) != 1:
        raise MalformedTableError(f"Tabellen ska ha innehållet {CONTENT}, men har {_listed(content)}.")
    return matching[0]


def _total(dimension: Dimension) -> str:
    """The category that stands for all; empty when the service sums over a dimension that is left out."""
    names = ("totalt", "samtliga", "total")
    by_name = [code for code, label in dimension.labels.items() if label.casefold().startswith(names)]
    by_code = [code for code in dimension.labels if code.casefold() in TOTALS]
    for matching in (by_name, by_code, [dimension.total] if dimension.total in dimension.labels else []):
        if len(matching) == 1:
            return matching[0]
    if dimension.may_be_left_out:
        return ""
    raise MalformedTableError(f"Det går inte att se vilken kategori som är summan av {_listed(dimension)}.")


def _listed(dimension: Dimension) -> str:
    names = [f"{code} {label}" for code, label in dimension.labels.items()]
    return f"{dimension.label} ({', '.join(names[:5])}{', …' if len(names) > 5 else ''})"


def _figures(
    name: str,
    answer: Table,
    selection: Mapping[str, list[str]],
    codes: list[str],
    years: Mapping[int, str],
) -> tuple[list[Figure], list[Missing]]:
    content = answer.with_role("metric")
    [content_code] = selection[content.code]
    source = (
        f"SCB, tabell {name}, {content_code} {content.labels.get(content_code, '')}, "
        f"uppdaterad {answer.updated[:10] or 'okänt när'}"
    )
    region, time = _region(answer), answer.with_role("time")
    fixed = {dimension: chosen[0] for dimension, chosen in selection.items() if len(chosen) == 1}
    figures, missing, faults = [], [], []
    for year, time_code in years.items():
        for code in codes:
            value, status = answer.value({**fixed, region.code: code, time.code: time_code})
            where = f"{name}, {region.labels[code]} {year}"
            if value is None:
                missing.append(Missing(code, year, f"SCB anger ”{status}”" if status else ""))
            elif not math.isfinite(value) or value != int(value) or not 0 < value <= LARGEST:
                faults.append(f"{where}: antalet invånare kan inte vara {value}.")
            else:
                figures.append(Figure(code, year, int(value), source[:250], where))
    if faults:
        raise LoadFailed(faults)
    return figures, missing


def _span(years: list[int]) -> str:
    """As in "2016", "2015–2024" or "2015, 2017"."""
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}–{years[-1]}"
    return ", ".join(map(str, years))


# --- From a file --------------------------------------------------------------------------------------------


def read_figures(path: Path, codes: list[str], years: list[int]) -> list[Figure]:
    """The file's figures, of the given years if any are given. Raises LoadFailed with every fault.

    Fields are separated by commas or, as Swedish spreadsheets do, by semicolons.
    """
    text = _text_of(path)
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    figures: list[Figure] = []
    faults: list[str] = []
    try:
        if [name.strip() for name in next(reader, [])] != COLUMNS:
            raise LoadFailed([f"{path}: första raden ska vara {','.join(COLUMNS)}."])
        for row in reader:
            try:
                if any(cell.strip() for cell in row):
                    figures.append(_figure(f"rad {reader.line_num}", row, codes))
            except FileError as error:
                faults.append(str(error))
    except csv.Error as error:
        raise LoadFailed([f"{path}: filen är inte giltig CSV: {error}"]) from error
    seen: dict[tuple[str, int], str] = {}
    for figure in figures:
        first = seen.setdefault((figure.code, figure.year), figure.where)
        if first != figure.where:
            faults.append(f"{figure.where}: kommunen {figure.code} står redan för {figure.year}, {first}.")
    if faults:
        raise LoadFailed(faults)
    return [figure for figure in figures if not years or figure.year in years]


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise LoadFailed([f"{path}: filen kan inte läsas ({error.strerror})."]) from error
    except UnicodeDecodeError as error:
        raise LoadFailed([f"{path}: filen är inte UTF-8 (byte {error.start})."]) from error


def _figure(where: str, row: list[str], codes: list[str]) -> Figure:
    if len(row) != len(COLUMNS):
        raise FileError(where, f"raden ska ha {len(COLUMNS)} kolumner men har {len(row)}.")
    cells = dict(zip(COLUMNS, (cell.strip() for cell in row), strict=True))
    # A spreadsheet takes 0126 for a number and drops its first digit.
    code = cells["code"].rjust(4, "0")
    if code not in codes:
        raise FileError(where, f"kolumnen code: kommunkoden ”{cells['code']}” är okänd.")
    if not cells["source"] or "\0" in cells["source"] or len(cells["source"]) > 250:
        raise FileError(where, "kolumnen source: ange källan, med högst 250 tecken.")
    return Figure(
        code,
        _whole(where, "year", cells["year"], 9999),
        _whole(where, "population", cells["population"], LARGEST),
        cells["source"],
        where,
    )


def _whole(where: str, column: str, text: str, highest: int) -> int:
    try:
        whole = written_whole_number(text)
    except ValueError as error:
        raise FileError(where, f"kolumnen {column}: {error}.") from error
    if not 0 < whole <= highest:
        raise FileError(where, f"kolumnen {column}: {number(whole)} är orimligt.")
    return whole


# --- Into the portal ----------------------------------------------------------------------------------------


def import_figures(
    figures: list[Figure],
    missing: Iterable[Missing] = (),
    *,
    overwrite: bool = False,
    dry_run: bool = False,
) -> ImportReport:
    """Write the figures of the years that thereby become complete for all municipalities.

    With `dry_run` everything is done and then undone. Raises LoadFailed with every fault.
    """
    with transaction.atomic():
        municipalities = {municipality.code: municipality for municipality in Municipality.objects.all()}
        before = _stored()
        _take_over(figures)
        writer = RowWriter(overwrite=overwrite)
        passed_over = _passed_over(figures, missing, municipalities, before)
        for figure in sorted(figures, key=lambda figure: figure.year):
            if figure.year in passed_over:
                writer.mention(_key(figure))
                continue
            with writer.collecting_faults():
                writer.put(
                    Population,
                    _key(figure),
                    figure.where,
                    {
                        "municipality": municipalities[figure.code],
                        "reference_date": datetime.date(figure.year, 12, 31),
                    },
                    inhabitants=figure.inhabitants,
                    source=figure.source,
                )
        rows = writer.finish(())
        report = ImportReport(rows, _changes(before, _stored(), municipalities), list(passed_over.values()))
        if dry_run:
            transaction.set_rollback(True)
    return report


def _key(figure: Figure) -> str:
    return imported_key(figure.year, figure.code)


def _take_over(figures: Iterable[Figure]) -> None:
    """Let rows that `population_loader` wrote count as written here, so that only staff's edits stop us."""
    keys = {loaded_key(figure.year, figure.code): _key(figure) for figure in figures}
    taken = set(LoadedRow.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    for row in LoadedRow.objects.filter(key__in=keys):
        if keys[row.key] not in taken:
            LoadedRow.objects.create(
                key=keys[row.key],
                content_type=row.content_type,
                object_id=row.object_id,
                values=row.values,
            )


def _stored() -> dict[tuple[int, str], tuple[int, str]]:
    """Inhabitants and source, by year and municipality code."""
    rows = Population.objects.filter(reference_date__month=12, reference_date__day=31)
    return {
        (row.reference_date.year, row.municipality.code): (row.inhabitants, row.source)
        for row in rows.select_related("municipality")
    }


def _passed_over(
    figures: list[Figure],
    missing: Iterable[Missing],
    municipalities: Mapping[str, Municipality],
    stored: Mapping[tuple[int, str], object],
) -> dict[int, str]:
    """Why a year can't be imported, by year: not every municipality would have a figure."""
    reasons = {(each.year, each.code): each.why for each in missing}
    got = {(figure.year, figure.code) for figure in figures}
    result = {}
    for year in sorted({year for year, _ in got | set(reasons)}):
        lacking = [
            municipality.name + (f" ({reasons[year, code]})" if reasons.get((year, code)) else "")
            for code, municipality in municipalities.items()
            if (year, code) not in got and (year, code) not in stored
        ]
        if lacking:
            result[year] = f"{year}: siffra saknas för {', '.join(lacking)}."
    return result


def _changes(
    before: Mapping[tuple[int, str], tuple[int, str]],
    after: Mapping[tuple[int, str], tuple[int, str]],
    municipalities: Mapping[str, Municipality],
) -> list[str]:
    """A line for each figure that is new or another than before, by municipality and year."""
    lines = []
    for code, municipality in municipalities.items():
        for year in sorted(year for year, other in after if other == code):
            now, then = after[year, code], before.get((year, code))
            if then is None:
                lines.append(f"{municipality.name} {year}: ny, {number(now[0])}")
            elif then[0] != now[0]:
                sign = "+" if now[0] > then[0] else MINUS
                difference = f"{sign}{number(abs(now[0] - then[0]))}"
                lines.append(
                    f"{municipality.name} {year}: {number(then[0])} → {number(now[0])} ({difference})"
                )
            elif then[1] != now[1]:
                lines.append(f"{municipality.name} {year}: {number(now[0])}, ny källa")
    return lines
