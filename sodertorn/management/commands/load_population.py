from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from sodertorn.loaded_rows import LoadFailed
from sodertorn.management.load_output import command_error, write_report
from sodertorn.population_loader import load_population
from sodertorn.tracking import because


class Command(BaseCommand):
    help = "Läser in folkmängd per 31 december från en CSV-fil, för de år som är kompletta för alla kommuner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Filen, med kolumnerna code,name,year,population,source.")
        parser.add_argument(
            "--overwrite", action="store_true", help="Skriv över även det som ändrats i administrationen."
        )

    def handle(self, *, file: Path, overwrite: bool, **options: Any) -> None:
        try:
            with because(f"Inläst ur {file.name}"):
                report, incomplete = load_population(file, overwrite=overwrite)
        except LoadFailed as error:
            raise command_error(error) from error
        write_report(self.stdout, "Folkmängd", report)
        for year, missing in incomplete.items():
            self.stdout.write(f"  Hoppade över {year}: siffra saknas för {', '.join(missing)}.")
