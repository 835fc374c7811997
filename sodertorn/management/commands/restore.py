"""`manage.py restore`: the portal as it was when a backup was made, or only whether that could be done."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sodertorn.backup.archive import Manifest
from sodertorn.backup.progress import Progress
from sodertorn.backup.rehearsal import rehearse
from sodertorn.backup.restore import checked, restore
from sodertorn.backup.sealed_file import BackupFailed, identity_in
from sodertorn.money import number


class Command(BaseCommand):
    help = "Återläser en säkerhetskopia, i samma sorts databas eller en annan. Stoppa portalen först."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path, help="Säkerhetskopian.")
        parser.add_argument(
            "--key-file",
            help="Filen med den hemliga nyckeln, om kopian är krypterad; - läser från standard in.",
        )
        parser.add_argument(
            "--check", action="store_true", help="Bara pröva: läs allt, och återläs det i en tom databas."
        )
        parser.add_argument(
            "--replace", action="store_true", help="Ersätt det som finns, efter en säkerhetskopia av det."
        )
        parser.add_argument("--only-rows", action="store_true", help="Låt dokumentens filer vara.")

    def handle(
        self,
        *args: Any,
        archive: Path,
        key_file: str | None,
        check: bool,
        replace: bool,
        only_rows: bool,
        **options: Any,
    ) -> None:
        progress = Progress(self.tell)
        try:
            identity = self.identity(key_file)
            if check:
                self.report(self.check_archive(archive, identity), "Säkerhetskopian håller")
                return
            manifest = restore(
                archive,
                identity=identity,
                replace=replace,
                only_rows=only_rows,
                safety_folder=settings.BACKUP_DIR,
                recipient=settings.BACKUP_RECIPIENT,
                progress=progress,
            )
        except BackupFailed as error:
            raise CommandError(f"{error} Inget i databasen ändrades.") from error
        except OSError as error:
            reason = error.strerror or error
            raise CommandError(
                f"Disken gick inte att skriva till ({reason}). Inget i databasen ändrades."
            ) from error
        self.report(manifest, "Återläst")
        if settings.SEARCH_URL:
            self.tell("Kör också manage.py update_search, så att OpenSearch får samma rader.")

    def check_archive(self, archive: Path, identity: pyrage.x25519.Identity | None) -> Manifest:
        manifest = checked(archive, identity)
        rehearse(archive, identity)
        return manifest

    def identity(self, key_file: str | None) -> pyrage.x25519.Identity | None:
        if key_file is None:
            return None
        if key_file == "-":
            return identity_in(sys.stdin.read())
        try:
            return identity_in(Path(key_file).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise BackupFailed(f"Nyckelfilen {key_file} går inte att läsa.") from error

    def report(self, manifest: Manifest, what: str) -> None:
        for name in manifest.missing_files:
            self.tell(f"Filen {name} saknades redan när kopian gjordes.")
        self.tell(
            f"{what}: {number(manifest.rows)} rader och {number(len(manifest.files))} dokument, "
            f"som de var {manifest.made_at}. Varje rad är jämförd."
        )

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
