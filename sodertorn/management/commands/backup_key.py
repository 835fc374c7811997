"""`manage.py backup_key`: a pair of keys for backups."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pyrage
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Gör en ny nyckel för säkerhetskopior: den hemliga i en fil, den publika på skärmen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Filen för den hemliga nyckeln. Den får inte finnas.")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        identity = pyrage.x25519.Identity.generate()
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as target:
                target.write(f"# public key: {identity.to_public()}\n{identity}\n")
        except FileExistsError:
            raise CommandError(f"{file} finns redan och skrivs inte över.") from None
        except OSError as error:
            raise CommandError(f"{file} gick inte att skriva ({error.strerror}).") from error
        self.stdout.write(
            f"Den hemliga nyckeln ligger i {file}. Förvara den på ett annat ställe än servern: utan den går "
            "ingen säkerhetskopia att återläsa.\n"
            f"Skriv i .env: BACKUP_RECIPIENT={identity.to_public()}"
        )
