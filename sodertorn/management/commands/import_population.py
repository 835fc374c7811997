"""`manage.py import_population`: the newest population figures, from Statistics Sweden or from a file."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from committee.models import Municipality
from sodertorn.loaded_rows import LoadFailed
from sodertorn.management.load_output import write_report
from sodertorn.population_import import TABLES, Missing, fetch_figures, import_figures, read_figures
from sodertorn.statistics_sweden import ADDRESS, Client, StatisticsError
from sodertorn.tracking import because

UNTOUCHED = "Inget ändrades."

# A test asks a server of its own, and does not wait between attempts.
make_client: Callable[..., Client] = Client


class Command(BaseCommand):
    help = "Hämtar kommunernas folkmängd den 31 december från SCB, eller läser den från en CSV-fil."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--year",
            type=int,
            action="append",
            default=[],
            dest="years",
            help="År att hämta; kan anges flera gånger. Annars alla från 2015.",
        )
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--csv", type=Path, help="Läs en fil: code,name,year,population,source.")
        source.add_argument("--url", default=ADDRESS, help=f"Tjänstens adress, {ADDRESS} om inget anges.")
        parser.add_argument(
            "--table", action="append", dest="tables", help=f"Tabell hos SCB, annars {' och '.join(TABLES)}."
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Visa vad som skulle ändras, utan att ändra."
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="Skriv över även det som ändrats i administrationen."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        codes = list(Municipality.objects.values_list("code", flat=True))
        if not codes:
            raise CommandError(f"Inga kommuner är inlästa. Kör load_plan först. {UNTOUCHED}")
        years = sorted(set(options["years"]))
        try:
            if options["csv"]:
                figures = read_figures(options["csv"], codes, years)
                missing: list[Missing] = []
            else:
                client = make_client(options["url"], tell=self.tell)
                figures, missing = fetch_figures(client, codes, years, options["tables"] or TABLES)
            origin = f"ur {options['csv'].name}" if options["csv"] else "från Statistiska centralbyrån"
            with because(f"Inläst {origin}"):
                report = import_figures(
                    figures, missing, overwrite=options["overwrite"], dry_run=options["dry_run"]
                )
        except StatisticsError as error:
            raise CommandError(f"{error} {UNTOUCHED}") from error
        except LoadFailed as error:
            faults = "\n".join(f"  {fault}" for fault in error.faults)
            raise CommandError(f"{UNTOUCHED} Det här går inte att läsa in:\n{faults}") from error
        write_report(
            self.stdout, "Folkmängd (provkörning)" if options["dry_run"] else "Folkmängd", report.rows
        )
        for line in report.passed_over:
            self.stdout.write(f"  Hoppade över {line}")
        for line in report.changes:
            self.stdout.write(f"  {line}")
        if options["dry_run"]:
            self.stdout.write(f"Provkörning: {UNTOUCHED[0].lower()}{UNTOUCHED[1:]}")

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
