from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from committee.problem_reports import forget


class Command(BaseCommand):
    help = "Tar bort namn och e-postadress ur anmälda brister som är äldre än ett år. Körs varje dygn."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Anmälda brister vars avsändare har tagits bort: {forget(timezone.now())}.")
