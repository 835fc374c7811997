from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from sodertorn.accessibility_loader import load_accessibility
from sodertorn.loaded_rows import LoadFailed
from sodertorn.management.load_output import command_error, write_report
from sodertorn.tracking import because

STATEMENT = Path(__file__).resolve().parents[2] / "data" / "tillganglighet.toml"


class Command(BaseCommand):
    help = "Läser in tillgänglighetsredogörelsen från en TOML-fil, utan att röra en som är ändrad."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=STATEMENT, help="Filen med redogörelsen.")
        parser.add_argument(
            "--overwrite", action="store_true", help="Skriv över även det som ändrats i administrationen."
        )

    def handle(self, *, file: Path, overwrite: bool, **options: Any) -> None:
        try:
            with because(f"Inläst ur {file.name}"):
                report = load_accessibility(file, overwrite=overwrite)
        except LoadFailed as error:
            raise command_error(error) from error
        write_report(self.stdout, "Tillgänglighet", report)
