from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sodertorn import search_backends, search_index


class Command(BaseCommand):
    help = (
        "Gör om det som sökningen letar i, från alla publicerade rader. "
        "Allt eller inget, och under tiden söker besökarna i det som fanns."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        total = search_index.rebuild(self._tell)
        self.stdout.write(f"Sökningen hittar nu {total} rader.")
        if not settings.SEARCH_URL:
            return
        try:
            search_backends.rebuild_opensearch()
        except search_backends.opensearch_failures() as error:
            raise CommandError(
                "OpenSearch kunde inte fyllas på. Kontrollera SEARCH_URL och att tjänsten är igång, "
                "och kör kommandot igen. Så länge söker portalen i databasen."
            ) from error
        self.stdout.write("OpenSearch har samma rader.")

    def _tell(self, name: str, number: int) -> None:
        self.stdout.write(f"{name}: {number}")
        self.stdout.flush()
