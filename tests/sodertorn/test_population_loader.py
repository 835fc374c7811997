"""Population figures from a file: the complete years, loaded once and again, and faults by line."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from committee.models import Municipality, Population
from tests.factories import make_municipality

pytestmark = pytest.mark.django_db

HEAD = "code,name,year,population,source\n"
# Two years that both have, and one that only Botkyrka has.
LINES = [
    "0127,Botkyrka,2015,89425,SCB",
    "0136,Haninge,2015,83866,SCB",
    "0127,Botkyrka,2016,90675,SCB",
    "0136,Haninge,2016,85693,SCB",
    "0127,Botkyrka,2017,91925,SCB",
]
SKIPPED = "  Hoppade över 2017: siffra saknas för Haninge."

Load = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def municipalities() -> None:
    make_municipality("Botkyrka", "0127", position=1)
    make_municipality("Haninge", "0136", position=2)


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Run the command on a file with the lines after its head, and return what it says, line by line."""

    def run(lines: list[str] = LINES, head: str = HEAD, **options: Any) -> list[str]:
        file = tmp_path / "folkmangd.csv"
        file.write_text(head + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        output = io.StringIO()
        call_command("load_population", str(file), stdout=output, **options)
        return output.getvalue().splitlines()

    return run


def dump() -> str:
    output = io.StringIO()
    call_command("dumpdata", "committee", "sodertorn", stdout=output)
    return output.getvalue()


def said(new: int = 0, changed: int = 0, unchanged: int = 0, left: int = 0) -> str:
    return f"Folkmängd: {new} nya, {changed} ändrade, {unchanged} oförändrade, {left} lämnade."


def stored() -> list[tuple[str, str, int]]:
    rows = Population.objects.order_by("reference_date", "municipality__code").select_related("municipality")
    return [(row.municipality.code, str(row.reference_date), row.inhabitants) for row in rows]


def with_line(number: int, text: str) -> list[str]:
    return [text if index == number else line for index, line in enumerate(LINES)]


def assert_faults(load: Load, lines: list[str], *faults: str, **options: Any) -> None:
    """The command fails, tells exactly these faults, and leaves the database as it was, byte for byte."""
    before = dump()
    with pytest.raises(CommandError) as failure:
        load(lines, **options)

    assert str(failure.value).splitlines() == [
        "Inget lästes in. Rätta det här i filen och försök igen:",
        *(f"  {fault}" for fault in faults),
    ]
    assert dump() == before


def test_complete_years_are_loaded_and_the_others_told(load: Load) -> None:
    assert load() == [said(new=4), SKIPPED]
    assert stored() == [
        ("0127", "2015-12-31", 89425),
        ("0136", "2015-12-31", 83866),
        ("0127", "2016-12-31", 90675),
        ("0136", "2016-12-31", 85693),
    ]
    assert set(Population.objects.values_list("source", flat=True)) == {"SCB"}


def test_second_run_changes_nothing(load: Load) -> None:
    load()
    before = dump()

    assert load() == [said(unchanged=4), SKIPPED]
    assert dump() == before


def test_projects_own_file_has_six_complete_years() -> None:
    """Of all eight, and by the real plan's codes."""
    Municipality.objects.all().delete()
    call_command("load_plan", stdout=io.StringIO())
    output = io.StringIO()
    file = settings.BASE_DIR / "sodertorn" / "data" / "population.csv"
    call_command("load_population", str(file), stdout=output)

    assert output.getvalue().splitlines() == [
        said(new=48),
        "  Hoppade över 2019: siffra saknas för Nykvarn, Nynäshamn, Salem, Södertälje.",
        "  Hoppade över 2023: siffra saknas för Nykvarn, Nynäshamn, Salem, Södertälje, Tyresö.",
    ]
    years = [day.year for day in Population.objects.complete_dates()]
    assert years == [2025, 2024, 2018, 2017, 2016, 2015]


def test_year_that_is_completed_is_loaded_the_next_time(load: Load) -> None:
    load()

    assert load([*LINES, "0136,Haninge,2017,87559,SCB"]) == [said(new=2, unchanged=4)]


def test_corrected_figure_is_updated(load: Load) -> None:
    load()

    assert load(with_line(0, "0127,Botkyrka,2015,89426,SCB")) == [said(changed=1, unchanged=3), SKIPPED]
    assert stored()[0] == ("0127", "2015-12-31", 89426)


def test_edited_figure_is_left_and_named(load: Load) -> None:
    load()
    Population.objects.filter(inhabitants=89425).update(inhabitants=1)

    assert load() == [
        said(unchanged=3, left=1),
        "  Lämnad: rad 2: ändrad i administrationen (antal invånare).",
        SKIPPED,
    ]
    assert stored()[0] == ("0127", "2015-12-31", 1)
    assert load(overwrite=True) == [said(changed=1, unchanged=3), SKIPPED]
    assert stored()[0] == ("0127", "2015-12-31", 89425)


def test_deleted_figure_stays_deleted_and_is_named(load: Load) -> None:
    load()
    Population.objects.filter(inhabitants=83866).delete()

    assert load() == [
        said(unchanged=3, left=1),
        "  Lämnad: rad 3: borttagen i administrationen sedan filen lästes in.",
        SKIPPED,
    ]
    assert load(overwrite=True) == [said(new=1, unchanged=3), SKIPPED]


def test_figure_written_by_hand_is_taken_for_the_files_own(load: Load) -> None:
    botkyrka = Municipality.objects.get(code="0127")
    Population.objects.create(
        municipality=botkyrka, reference_date="2015-12-31", inhabitants=89425, source="SCB"
    )

    assert load() == [said(new=3, unchanged=1), SKIPPED]


def test_year_that_left_the_file_is_told_and_kept(load: Load) -> None:
    load()

    assert load(LINES[2:]) == [
        said(unchanged=2),
        "  Finns kvar i databasen men inte längre i filen: folkmangd/2015/0127",
        "  Finns kvar i databasen men inte längre i filen: folkmangd/2015/0136",
        SKIPPED,
    ]
    assert len(stored()) == 4


def test_year_that_a_new_municipality_makes_incomplete_is_kept(load: Load) -> None:
    load()
    make_municipality("Salem", "0128", position=3)

    assert load() == [
        said(),
        "  Hoppade över 2015: siffra saknas för Salem.",
        "  Hoppade över 2016: siffra saknas för Salem.",
        "  Hoppade över 2017: siffra saknas för Haninge, Salem.",
    ]
    assert len(stored()) == 4


@pytest.mark.parametrize("head", ["\ufeff" + HEAD, HEAD.replace("\n", "\r\n"), HEAD + "\n"])
def test_file_may_come_from_a_spreadsheet(load: Load, head: str) -> None:
    assert load(head=head) == [said(new=4), SKIPPED]


def test_quoted_source_may_hold_commas(load: Load) -> None:
    load(with_line(0, '0127,Botkyrka,2015,89425,"SCB, tabell ""BE0101"""'))

    assert Population.objects.filter(source='SCB, tabell "BE0101"').count() == 1


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("0114,Upplands Väsby,2015,1,SCB", "kommunkoden '0114' är okänd."),
        (",Botkyrka,2015,1,SCB", "kommunkoden '' är okänd."),
        ("0127,Botkyrka,2015,,SCB", "kolumnen population ska vara ett positivt heltal, inte ''."),
        ("0127,Botkyrka,2015,0,SCB", "kolumnen population ska vara ett positivt heltal, inte '0'."),
        ("0127,Botkyrka,2015,-5,SCB", "kolumnen population ska vara ett positivt heltal, inte '-5'."),
        ("0127,Botkyrka,2015,89 425,SCB", "kolumnen population ska vara ett positivt heltal, inte '89 425'."),
        ("0127,Botkyrka,2015,8.5,SCB", "kolumnen population ska vara ett positivt heltal, inte '8.5'."),
        ("0127,Botkyrka,2015,٣,SCB", "kolumnen population ska vara ett positivt heltal, inte '٣'."),
        (
            "0127,Botkyrka,2015,2147483648,SCB",
            "kolumnen population ska vara ett positivt heltal, inte '2147483648'.",
        ),
        ("0127,Botkyrka,tjugo,1,SCB", "kolumnen year ska vara ett positivt heltal, inte 'tjugo'."),
        ("0127,Botkyrka,10000,1,SCB", "kolumnen year ska vara ett positivt heltal, inte '10000'."),
        ("0127,Botkyrka,2015,89425, ", "källan saknas."),
        ("0127,Botkyrka,2015,89425,S\0B", "källan innehåller ett tecken som inte kan lagras."),
        ("0127,Botkyrka,2015,89425", "raden ska ha 5 kolumner."),
        ("0127,Botkyrka,2015,89425,SCB,extra", "raden ska ha 5 kolumner."),
        (
            f"0127,Botkyrka,2015,89425,{'x' * 251}",
            "källa: Säkerställ att detta värde har som mest 250 tecken (den har 251).",
        ),
    ],
)
def test_fault_is_named_by_its_line_and_nothing_is_changed(load: Load, line: str, fault: str) -> None:
    load()

    assert_faults(load, with_line(0, line), f"rad 2: {fault}")


def test_number_of_thousands_of_digits_is_a_fault(load: Load) -> None:
    digits = "9" * 5000

    assert_faults(
        load,
        with_line(0, f"0127,Botkyrka,2015,{digits},SCB"),
        f"rad 2: kolumnen population ska vara ett positivt heltal, inte '{digits}'.",
    )


def test_figure_given_twice_is_a_fault(load: Load) -> None:
    assert_faults(
        load,
        [*LINES, "0127,Botkyrka,2015,1,SCB"],
        "rad 7: kommunen 0127 förekommer två gånger för 2015.",
    )


def test_every_fault_is_told_at_once(load: Load) -> None:
    assert_faults(
        load,
        ["0114,Upplands Väsby,2015,1,SCB", LINES[1], "0127,Botkyrka,2015,ett,SCB", "0127,Botkyrka,2015,1,"],
        "rad 2: kommunkoden '0114' är okänd.",
        "rad 4: kolumnen population ska vara ett positivt heltal, inte 'ett'.",
        "rad 5: källan saknas.",
        overwrite=True,
    )


@pytest.mark.parametrize("head", ["", "kod,namn,år,folkmängd,källa\n", "code;name;year;population;source\n"])
def test_file_with_other_columns_is_refused(load: Load, tmp_path: Path, head: str) -> None:
    fault = f"{tmp_path / 'folkmangd.csv'}: första raden ska vara code,name,year,population,source."

    assert_faults(load, LINES, fault, head=head)


def test_empty_file_is_refused(load: Load, tmp_path: Path) -> None:
    fault = f"{tmp_path / 'folkmangd.csv'}: första raden ska vara code,name,year,population,source."

    assert_faults(load, [], fault, head="")


def test_file_that_is_no_csv_is_refused(load: Load, tmp_path: Path) -> None:
    fault = f"{tmp_path / 'folkmangd.csv'}: filen är inte giltig CSV: unexpected end of data"

    assert_faults(load, [*LINES, '0127,"Botkyrka'], fault)


def test_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "folkmangd.csv"
    file.write_bytes((HEAD + "0138,Tyresö,2015,1,SCB").encode("latin-1"))
    with pytest.raises(CommandError) as failure:
        call_command("load_population", str(file))

    assert str(failure.value).splitlines()[1:] == [f"  {file}: filen är inte UTF-8 (tecken 43)."]


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as failure:
        call_command("load_population", str(tmp_path / "ingen.csv"))

    assert str(failure.value).splitlines()[1:] == [
        f"  {tmp_path / 'ingen.csv'}: filen kan inte läsas (No such file or directory)."
    ]


def test_figures_need_municipalities(load: Load) -> None:
    Municipality.objects.all().delete()

    assert_faults(load, LINES, "Inga kommuner är inlästa. Kör load_plan först.")
