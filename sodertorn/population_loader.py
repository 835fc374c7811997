"""Population figures from a CSV file, for the years that are complete for every municipality."""

import csv
import datetime
import io
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from committee.models import Municipality, Population
from sodertorn.file_entry import FileError
from sodertorn.loaded_rows import LoadFailed, LoadReport, RowWriter
from sodertorn.models import LoadedRow

LOADED, IMPORTED = "folkmangd", "importerad-folkmangd"
COLUMNS = ["code", "name", "year", "population", "source"]


@dataclass(frozen=True)
class Figure:
    """One line of the file: inhabitants on 31 December of the year."""

    line: int
    code: str
    year: int
    inhabitants: int
    source: str


def loaded_key(year: int, code: str) -> str:
    """What a figure from the file is remembered by."""
    return f"{LOADED}/{year}/{code}"


def imported_key(year: int, code: str) -> str:
    """What a figure that `population_import` wrote is remembered by."""
    return f"{IMPORTED}/{year}/{code}"


@transaction.atomic
def load_population(path: Path, *, overwrite: bool = False) -> tuple[LoadReport, dict[int, list[str]]]:
    """Load the file, all or nothing, and tell which years were passed over and whose figures they lack.

    Staff's own edits are left alone as in the plan loader, and so are figures imported since. Raises
    `LoadFailed` with every fault, by line.
    """
    municipalities = {municipality.code: municipality for municipality in Municipality.objects.all()}
    if not municipalities:
        raise LoadFailed(["Inga kommuner är inlästa. Kör load_plan först."])
    by_year: dict[int, dict[str, Figure]] = {}
    for figure in _read(path, set(municipalities)):
        by_year.setdefault(figure.year, {})[figure.code] = figure
    incomplete = {
        year: [municipality.name for code, municipality in municipalities.items() if code not in figures]
        for year, figures in sorted(by_year.items())
        if len(figures) < len(municipalities)
    }
    writer = RowWriter(overwrite=overwrite)
    imported = set(LoadedRow.objects.filter(key__startswith=f"{IMPORTED}/").values_list("key", flat=True))
    for year, figures in sorted(by_year.items()):
        if year in incomplete:
            for code in figures:
                writer.mention(loaded_key(year, code))
            continue
        for figure in figures.values():
            if imported_key(year, figure.code) in imported and not overwrite:
                writer.mention(loaded_key(year, figure.code))
                continue
            with writer.collecting_faults():
                writer.put(
                    Population,
                    loaded_key(year, figure.code),
                    f"rad {figure.line}",
                    {
                        "municipality": municipalities[figure.code],
                        "reference_date": datetime.date(year, 12, 31),
                    },
                    inhabitants=figure.inhabitants,
                    source=figure.source,
                )
    return writer.finish((f"{LOADED}/",)), incomplete


def _read(path: Path, codes: set[str]) -> list[Figure]:
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), strict=True)
        rows = [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise LoadFailed([f"{path}: filen kan inte läsas ({error.strerror})."]) from error
    except UnicodeDecodeError as error:
        raise LoadFailed([f"{path}: filen är inte UTF-8 (tecken {error.start})."]) from error
    except csv.Error as error:
        raise LoadFailed([f"{path}: filen är inte giltig CSV: {error}"]) from error
    if reader.fieldnames != COLUMNS:
        raise LoadFailed([f"{path}: första raden ska vara {','.join(COLUMNS)}."])
    figures: list[Figure] = []
    faults: list[str] = []
    seen: set[tuple[str, int]] = set()
    for line, row in rows:
        try:
            figure = _figure(line, row, codes)
            if (figure.code, figure.year) in seen:
                raise FileError(
                    f"rad {line}", f"kommunen {figure.code} förekommer två gånger för {figure.year}."
                )
        except FileError as error:
            faults.append(str(error))
        else:
            seen.add((figure.code, figure.year))
            figures.append(figure)
    if faults:
        raise LoadFailed(faults)
    return figures


def _figure(line: int, row: dict[str, str], codes: set[str]) -> Figure:
    where = f"rad {line}"
    if None in row or None in row.values():
        raise FileError(where, f"raden ska ha {len(COLUMNS)} kolumner.")
    if row["code"] not in codes:
        raise FileError(where, f"kommunkoden {row['code']!r} är okänd.")
    if not row["source"].strip():
        raise FileError(where, "källan saknas.")
    if "\0" in row["source"]:
        raise FileError(where, "källan innehåller ett tecken som inte kan lagras.")
    return Figure(
        line,
        row["code"],
        _whole(where, "year", row["year"], 9999),
        _whole(where, "population", row["population"], 2**31 - 1),
        row["source"].strip(),
    )


def _whole(where: str, column: str, text: str, highest: int) -> int:
    is_short_number = text.isascii() and text.isdigit() and len(text) <= 10
    if not is_short_number or not 0 < int(text) <= highest:
        raise FileError(where, f"kolumnen {column} ska vara ett positivt heltal, inte {text!r}.")
    return int(text)
