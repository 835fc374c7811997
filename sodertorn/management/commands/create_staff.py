"""`manage.py create_staff`: an account for someone at the office, made by answering questions in Swedish."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from getpass import getpass
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from sodertorn import roles

ADMINISTRATOR = "administratör"
CHOICES = {ADMINISTRATOR: "allt, också konton", **roles.ROLES}


class Command(BaseCommand):
    help = "Skapar ett konto för personalen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", help="användarnamn")
        parser.add_argument("--email", help="e-postadress")
        parser.add_argument("--role", choices=CHOICES, help="roll")
        parser.add_argument(
            "--password-stdin", action="store_true", help="läs lösenordet från standard in, utan att fråga"
        )

    def handle(self, *args: Any, password_stdin: bool = False, **options: Any) -> None:
        if password_stdin and not all(options[name] for name in ("username", "email", "role")):
            raise CommandError("Med --password-stdin anges också --username, --email och --role.")
        if not password_stdin and not sys.stdin.isatty():
            raise CommandError("Kommandot ställer frågor. Kör det i en terminal, eller med --password-stdin.")
        try:
            user = User(
                username=self.answer(options["username"], "Användarnamn: ", check_username),
                email=self.answer(options["email"], "E-postadress: ", check_email).lower(),
                is_staff=True,
            )
            role = self.answer(options["role"], self.role_question(), check_role)
            user.is_superuser = role == ADMINISTRATOR
            user.set_password(self.given_password(user) if password_stdin else self.new_password(user))
        except (KeyboardInterrupt, EOFError):
            raise CommandError("Avbrutet. Inget konto skapades.") from None
        self.save(user, role)
        self.stdout.write(
            f"Kontot {user.username} är skapat, med rollen {role}. Logga in på /konto/logga-in/."
        )

    @transaction.atomic
    def save(self, user: User, role: str) -> None:
        user.save()
        if role != ADMINISTRATOR:
            user.groups.add(Group.objects.get(name=role))

    def answer(self, given: str | None, question: str, check: Callable[[str], str]) -> str:
        """What was given, or else what is answered; asked again until it holds."""
        if given is not None:
            try:
                return check(given.strip())
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from None
        while True:
            try:
                return check(input(question).strip())
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))

    def role_question(self) -> str:
        lines = [f"  {number}. {role}: {what}" for number, (role, what) in enumerate(CHOICES.items(), 1)]
        return "\n".join(["Roll:", *lines, "Skriv en siffra eller rollens namn: "])

    def given_password(self, user: User) -> str:
        password = sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password

    def new_password(self, user: User) -> str:
        while True:
            password = getpass("Lösenord: ")
            try:
                validate_password(password, user)
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))
                continue
            if password == getpass("Lösenordet en gång till: "):
                return password
            self.stderr.write("Lösenorden är inte lika. Försök igen.")


def check_username(name: str) -> str:
    User._meta.get_field("username").clean(name, None)
    if User.objects.filter(username__iexact=name).exists():
        raise ValidationError(f"Användarnamnet {name} är upptaget. Välj ett annat.")
    return name


def check_email(address: str) -> str:
    validate_email(address)
    if User.objects.filter(email__iexact=address).exists():
        raise ValidationError(f"Det finns redan ett konto med adressen {address}.")
    return address


def check_role(answer: str) -> str:
    """A role by its name or its number in the list."""
    names = list(CHOICES)
    if answer in names:
        return answer
    if answer.isdecimal() and 1 <= int(answer) <= len(names):
        return names[int(answer) - 1]
    raise ValidationError("Välj en av rollerna i listan.")
