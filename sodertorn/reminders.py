"""The weekly letter to the secretariat about what is left to do. A top."""

from datetime import date

from django.core.mail import EmailMessage

from committee.secretariat import secretariat
from sodertorn.dates import date_text
from sodertorn.todo import Todo, todo

NO_ADDRESS = "Sekretariatet har ingen e-postadress. Skriv in en i administrationen, under Organ."


class NobodyToRemind(Exception):
    """There is no address to write to; the text says what to do."""


def remind(on: date) -> int:
    """Write to the secretariat of what is left to do on the day, and return how many things that is.

    No letter is sent when nothing is left. Raises NobodyToRemind, and OSError when the letter can't be sent.
    """
    things = todo(on)
    if not things:
        return 0
    office = secretariat()
    if office is None or not office.email:
        raise NobodyToRemind(NO_ADDRESS)
    number = "en sak" if len(things) == 1 else f"{len(things)} saker"
    EmailMessage(
        subject=f"Kvar att göra {date_text(on)}: {number}", body=letter(things, on), to=[office.email]
    ).send()
    return len(things)


def letter(things: list[Todo], on: date) -> str:
    """What is late first, and then the rest, each in the order that they are due."""
    late = [thing for thing in things if thing.is_late(on)]
    parts = [
        ("Försenat", late),
        ("På gång", [thing for thing in things if thing not in late]),
    ]
    lines = ["Hej!", "", f"Det här är kvar att göra i portalen {date_text(on)}."]
    for heading, part in parts:
        if part:
            lines += ["", heading, *(_line(thing, on) for thing in part)]
    lines += ["", "Länkar till allt finns överst i administrationen, under ”Kvar att göra”.", ""]
    return "\n".join(lines)


def _line(thing: Todo, on: date) -> str:
    when = thing.when(on)
    return f"- {thing.sentence}{f' ({when})' if when else ''}"
