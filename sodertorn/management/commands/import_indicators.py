"""`manage.py import_indicators`: the newest values of the key figures, from Kolada."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from committee.models import Indicator
from sodertorn.indicator_import import IndicatorReport, import_indicator, indicators_to_import
from sodertorn.kolada import Client, KoladaError
from sodertorn.loaded_rows import LoadFailed
from sodertorn.management.load_output import write_report
from sodertorn.tracking import because

UNTOUCHED = "Inget ändrades."

# A test asks a server of its own, and does not wait between attempts.
make_client: Callable[..., Client] = Client


class Command(BaseCommand):
    help = "Hämtar nyckeltalens värden från Kolada. Det som ändrats i administrationen lämnas orört."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--indicator",
            action="append",
            default=[],
            dest="kolada_ids",
            help="Nummer i Kolada, som N01982; kan anges flera gånger. Annars alla nyckeltal som har ett.",
        )
        parser.add_argument(
            "--year",
            type=int,
            action="append",
            default=[],
            dest="years",
            help="År att hämta; kan anges flera gånger. Annars alla som finns.",
        )
        parser.add_argument(
            "--url",
            default=settings.KOLADA_URL,
            help=f"Tjänstens adress, {settings.KOLADA_URL} om inget anges.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Visa vad som skulle ändras, utan att ändra."
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="Skriv över även det som ändrats i administrationen."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done: list[Indicator] = []
        try:
            indicators = indicators_to_import(options["kolada_ids"])
            if not indicators:
                raise LoadFailed(["Inget nyckeltal har ett nummer i Kolada. Skriv det i administrationen."])
            client = make_client(options["url"], tell=self.tell)
            for place, indicator in enumerate(indicators, start=1):
                self.tell(f"Hämtar {place} av {len(indicators)}: {indicator} …")
                with because("Hämtat från Kolada"):
                    report = import_indicator(
                        client,
                        indicator,
                        sorted(set(options["years"])),
                        timezone.localdate(),
                        overwrite=options["overwrite"],
                        dry_run=options["dry_run"],
                    )
                self.write(indicator, report, dry_run=options["dry_run"])
                done.append(indicator)
        except (KoladaError, LoadFailed) as error:
            raise CommandError(self.failure(error, done, dry_run=options["dry_run"])) from error
        if options["dry_run"]:
            self.stdout.write("Provkörning: inget ändrades.")

    def write(self, indicator: Indicator, report: IndicatorReport, *, dry_run: bool) -> None:
        title = f"{indicator} (provkörning)" if dry_run else str(indicator)
        write_report(self.stdout, title, report.rows)
        if report.missing:
            self.stdout.write(f"  Kolada saknar uppgift för {report.missing} av dem.")
        for line in report.changes:
            self.stdout.write(f"  {line}")
        for line in report.taken_back:
            self.stdout.write(f"  Finns här men inte längre i Kolada (kommun och år): {line}")

    def failure(self, error: Exception, done: list[Indicator], *, dry_run: bool) -> str:
        """What went wrong, and what is kept: the indicators before it, whole."""
        if not done or dry_run:
            return f"{error} {UNTOUCHED}"
        names = ", ".join(str(row.kolada_id) for row in done)
        return f"{error} Det som hämtades före felet är sparat: {names}. Kör kommandot igen för resten."

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
