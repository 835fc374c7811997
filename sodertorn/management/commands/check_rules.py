from argparse import ArgumentParser
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calendar_app.rules import Severity
from sodertorn.rules import check_year, years_to_check

HEADINGS = {Severity.ERROR: "Fel", Severity.WARNING: "Varningar", Severity.INFO: "Upplysningar"}


class Command(BaseCommand):
    help = "Prövar reglerna för kalendern och budgeten, ett år eller alla. Slutar med felkod om något är fel."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", nargs="?", type=int, help="Året som prövas. Utelämnat: alla år.")

    def handle(self, *, year: int | None, **options: Any) -> None:
        years = years_to_check()
        if year is not None and year not in years:
            known = ", ".join(map(str, years)) or "inget år"
            raise CommandError(f"{year} har ingen kalender eller budget. Det har: {known}.", returncode=2)
        errors = [self._report(one) for one in ([year] if year is not None else years)]
        if any(errors):
            raise SystemExit(1)

    def _report(self, year: int) -> int:
        """Write what was found, the gravest first, and return the number of errors."""
        findings = check_year(year)
        self.stdout.write(str(year) if findings else f"{year}: inget att anmärka")
        for severity, group in groupby(findings, key=lambda finding: finding.severity):
            self.stdout.write(f"  {HEADINGS[severity]}")
            for finding in group:
                self.stdout.write(f"    {finding.sentence} {finding.url}".rstrip())
        return sum(finding.severity == Severity.ERROR for finding in findings)
