from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from sodertorn.second_factor import reset_second_factor


class Command(BaseCommand):
    help = "Tar bort en persons andra faktor och reservkoder, när de är förlorade, och loggar ut personen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="ANVÄNDARE", help="användarnamnet")

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        try:
            person = User.objects.get(username=user)
        except User.DoesNotExist:
            raise CommandError(f"Det finns inget konto med användarnamnet {user}.") from None
        taken = reset_second_factor(person, by=None)
        if not taken:
            self.stdout.write(f"{user} hade ingen andra faktor. Personen är utloggad överallt.")
            return
        self.stdout.write(
            f"Tog bort {' och '.join(taken)} för {user}, som är utloggad överallt.\n"
            "Vid nästa inloggning räcker lösenordet, och sedan måste en ny andra faktor sättas upp."
        )
