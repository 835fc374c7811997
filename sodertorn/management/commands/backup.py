"""`manage.py backup`: everything the portal holds, in one file."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sodertorn.backup.archive import Manifest
from sodertorn.backup.making import archive_name, make_backup, prepare_folder, remove_old
from sodertorn.backup.progress import Progress
from sodertorn.backup.sealed_file import BackupFailed
from sodertorn.money import number

NOTHING_LEFT = "Ingen säkerhetskopia blev kvar."


def how_many(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("skriv ett antal, minst 1")
    return int(text)


class Command(BaseCommand):
    help = "Säkerhetskopierar databasen och alla dokument till en fil, medan portalen är igång."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=settings.BACKUP_DIR,
            help=f"Mappen som filen läggs i, {settings.BACKUP_DIR} om ingen anges.",
        )
        parser.add_argument("--keep", type=how_many, help="Ta sedan bort alla utom så många av de nyaste.")
        parser.add_argument(
            "--verify", action="store_true", help="Prova också att återläsa filen, och jämför varje rad."
        )

    def handle(self, *args: Any, folder: Path, keep: int | None, verify: bool, **options: Any) -> None:
        recipient = settings.BACKUP_RECIPIENT
        path = folder / archive_name(datetime.now(UTC), is_encrypted=bool(recipient))
        progress = Progress(self.tell)
        try:
            prepare_folder(folder)
            manifest = make_backup(path, recipient=recipient, with_rehearsal=verify, progress=progress)
        except BackupFailed as error:
            raise CommandError(f"{error} {NOTHING_LEFT}") from error
        except OSError as error:
            reason = error.strerror or error
            raise CommandError(f"{path} kunde inte skrivas ({reason}). {NOTHING_LEFT}") from error
        self.report(path, manifest, verify=verify)
        if manifest.missing_files:
            # The older archives may hold what is missing now, so they are left.
            raise CommandError(
                "Säkerhetskopian är gjord, men de här dokumentens filer saknas i lagret och därmed i den: "
                f"{', '.join(manifest.missing_files)}. Hämta dem ur en äldre säkerhetskopia."
            )
        if keep:
            for old in remove_old(folder, keep):
                self.tell(f"Tog bort den äldre säkerhetskopian {old.name}.")

    def report(self, path: Path, manifest: Manifest, *, verify: bool) -> None:
        for name in manifest.erased_files:
            self.tell(f"En äldre version av ett dokument hade filen {name}, som inte finns längre.")
        if not settings.BACKUP_RECIPIENT:
            self.tell("Säkerhetskopian är inte krypterad. Med en nyckel i BACKUP_RECIPIENT blir den det.")
        done = "provåterläst och jämförd rad för rad" if verify else "läst tillbaka och jämförd"
        size = number(max(1, path.stat().st_size // 1000))
        self.tell(
            f"{path}: {number(manifest.rows)} rader i {len(manifest.tables)} tabeller, "
            f"{number(len(manifest.files))} dokument, {size} kB, {done}."
        )

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
