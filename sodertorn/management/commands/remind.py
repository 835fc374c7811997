"""`manage.py remind`: the weekly letter to the secretariat."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sodertorn.reminders import NobodyToRemind, remind

NO_MAIL = "Portalen kan inte skicka e-post. Skriv EMAIL_URL i miljön eller .env."


class Command(BaseCommand):
    help = "Skickar det som är kvar att göra till sekretariatets e-postadress. Körs varje vecka."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CAN_SEND_EMAIL:
            raise CommandError(NO_MAIL)
        try:
            number = remind(timezone.localdate())
        except NobodyToRemind as problem:
            raise CommandError(str(problem)) from problem
        except OSError as error:
            raise CommandError(f"E-brevet kunde inte skickas: {error}. Kontrollera EMAIL_URL.") from error
        self.stdout.write(
            f"Kvar att göra: {number}." if number else "Inget är kvar att göra; inget skickades."
        )
