from typing import Any

from django.core.management.base import BaseCommand

from sodertorn import roles


class Command(BaseCommand):
    help = "Ger rollerna de rättigheter som portalens tabell säger. Körs också av sig själv efter migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        changes = roles.update()
        for change in changes:
            self.stdout.write(
                f"{change.role}: {change.added} rättigheter tillagda, {change.removed} borttagna."
            )
        if not changes:
            self.stdout.write("Rollerna stämmer redan.")
