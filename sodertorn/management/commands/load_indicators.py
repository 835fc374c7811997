from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from sodertorn.indicator_loader import load_indicators
from sodertorn.loaded_rows import LoadFailed
from sodertorn.management.load_output import command_error, write_report
from sodertorn.tracking import because

INDICATORS = Path(__file__).resolve().parents[2] / "data" / "nyckeltal.toml"


class Command(BaseCommand):
    help = "Läser in nyckeltal från en TOML-fil, utan att röra det som ändrats i administrationen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=INDICATORS, help="Filen med nyckeltalen.")
        parser.add_argument(
            "--overwrite", action="store_true", help="Skriv över även det som ändrats i administrationen."
        )

    def handle(self, *, file: Path, overwrite: bool, **options: Any) -> None:
        try:
            with because(f"Inläst ur {file.name}"):
                report = load_indicators(file, overwrite=overwrite)
        except LoadFailed as error:
            raise command_error(error) from error
        write_report(self.stdout, "Nyckeltal", report)
