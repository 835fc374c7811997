"""`manage.py serve`: from a fresh clone, or from yesterday's data, to a portal that answers.

The port is claimed first, and kept: a taken one is told at once, before anything is changed, and two starts
can't both go on to migrate the same database. The socket is then handed to gunicorn as it is.
"""

import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from committee.models import OperationalPlan
from sodertorn import environment, start_checks

HOST = "127.0.0.1"


def claim(host: str, port: int) -> socket.socket:
    """The listening socket of the portal; a port that can't be had ends the program with one line."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except PermissionError:
        listener.close()
        raise SystemExit(
            f"Port {port} får inte användas av ditt konto. Välj en högre: make run PORT=8000"
        ) from None
    except OSError:
        listener.close()
        other = port + 1 if port < 65535 else 8000
        raise SystemExit(
            f"Port {port} är upptagen; kanske är portalen redan igång. "
            f"Välj en annan port: make run PORT={other}"
        ) from None
    return listener


class Command(BaseCommand):
    help = "Gör i ordning databasen och de statiska filerna och startar portalen (--dev: utvecklingsservern)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dev", action="store_true", help="starta Djangos utvecklingsserver med omladdning"
        )

    def handle(self, *args: Any, dev: bool = False, **options: Any) -> None:
        if settings.DEBUG and not dev:
            raise SystemExit(
                "DEBUG är på, men portalen serveras bara skarpt. Ta bort DEBUG ur .env, eller kör make dev."
            )
        port = environment.port()
        listener = claim(HOST, port)
        self.prepare()
        if dev:
            listener.close()
            self.become([sys.argv[0], "runserver", f"{HOST}:{port}"])
        call_command("collectstatic", interactive=False, verbosity=0)
        self.announce(port)
        listener.set_inheritable(True)
        self.become(["-m", "gunicorn", "--bind", f"fd://{listener.fileno()}"])

    def prepare(self) -> None:
        """Bring the database up to the code, with the plan in it; whatever is there already is kept."""
        start_checks.stop_without_database()
        call_command("migrate", interactive=False, verbosity=0)
        self.load("load_plan")
        self.load("load_pages")
        self.load("load_indicators")
        self.load("load_accessibility")
        self.load("load_population", str(settings.BASE_DIR / "sodertorn" / "data" / "population.csv"))

    def load(self, command: str, *arguments: str) -> None:
        """Run a loader. A file that no longer fits what staff have written must not keep the portal down."""
        try:
            call_command(command, *arguments)
        except CommandError as error:
            if not OperationalPlan.objects.exists():
                raise
            self.stderr.write(f"{error}\nPortalen startar ändå, med de uppgifter som redan finns.")

    def announce(self, port: int) -> None:
        self.stdout.write(
            f"\nPortalen är igång: öppna http://{HOST}:{port} i webbläsaren.\n"
            f"Logga in som personal på http://{HOST}:{port}/admin/; skapa först ett konto med: make admin\n"
            "Stoppa portalen med Ctrl-C.\n"
        )
        self.stdout.flush()

    def become(self, arguments: list[str]) -> None:
        """Replace this process, so that Ctrl-C and a service manager reach the server itself."""
        start_checks.close_connections()
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - fixed arguments, no shell
