"""The weekly letter to the secretariat: word for word, and what happens when it can't be sent."""

import datetime
import smtplib

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.utils import timezone

from calendar_app.models import Event
from committee.models import Body
from sodertorn.management.commands.remind import NO_MAIL
from sodertorn.reminders import NO_ADDRESS, NobodyToRemind, remind
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.date(2018, 3, 1)

LETTER = """Hej!

Det här är kvar att göra i portalen 1 mars 2018.

Försenat
- Ledningsgruppen 1 februari 2018 har inget protokoll. (för 14 dagar sedan)

På gång
- Ledningsgruppen 15 mars 2018 har ingen dagordning. (om 14 dagar)

Länkar till allt finns överst i administrationen, under ”Kvar att göra”.
"""


@pytest.fixture(autouse=True)
def statement(db):
    """An accessibility statement, which would otherwise be left to do too."""
    factories.make_statement(assessed_on=datetime.date(2026, 1, 1), updated_on="2026-01-01")


@pytest.fixture
def office():
    return factories.make_body(
        name="Sekretariatet",
        slug="sekretariatet",
        kind=Body.Kind.SECRETARIAT,
        email="sekretariatet@example.se",
    )


def make_two_meetings() -> None:
    body = factories.make_body("ledningsgruppen")
    for day in (datetime.date(2018, 2, 1), datetime.date(2018, 3, 15)):
        factories.make_event(day, body=body, title="Ledningsgruppen", kind=Event.Kind.MEETING)


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def test_letter_tells_what_is_late_and_what_is_near(office, mailoutbox):
    make_two_meetings()
    assert remind(DAY) == 2
    (sent,) = mailoutbox
    assert (plain(sent.subject), sent.to) == (
        "Kvar att göra 1 mars 2018: 2 saker",
        ["sekretariatet@example.se"],
    )
    assert plain(sent.body) == LETTER


def test_no_letter_is_sent_when_nothing_is_left(office, mailoutbox):
    assert remind(DAY) == 0
    assert mailoutbox == []


def test_secretariat_without_an_address_can_not_be_reminded(mailoutbox):
    make_two_meetings()
    with pytest.raises(NobodyToRemind, match="Sekretariatet har ingen e-postadress"):
        remind(DAY)
    assert mailoutbox == []


def test_command_says_how_much_is_left(office, mailoutbox, settings, monkeypatch, capsys):
    settings.CAN_SEND_EMAIL = True
    monkeypatch.setattr(timezone, "localdate", lambda: DAY)
    make_two_meetings()
    call_command("remind")
    assert (capsys.readouterr().out, len(mailoutbox)) == ("Kvar att göra: 2.\n", 1)


def test_command_says_that_nothing_is_left(office, settings, monkeypatch, capsys):
    settings.CAN_SEND_EMAIL = True
    monkeypatch.setattr(timezone, "localdate", lambda: DAY)
    call_command("remind")
    assert capsys.readouterr().out == "Inget är kvar att göra; inget skickades.\n"


def test_command_needs_somewhere_to_send_mail(settings):
    settings.CAN_SEND_EMAIL = False
    with pytest.raises(CommandError) as refused:
        call_command("remind")
    assert str(refused.value) == NO_MAIL


def test_command_tells_of_an_address_that_is_missing(settings, monkeypatch):
    settings.CAN_SEND_EMAIL = True
    monkeypatch.setattr(timezone, "localdate", lambda: DAY)
    make_two_meetings()
    with pytest.raises(CommandError) as refused:
        call_command("remind")
    assert str(refused.value) == NO_ADDRESS


def test_command_tells_of_mail_that_does_not_go_away(office, settings, monkeypatch):
    def fail(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")

    settings.CAN_SEND_EMAIL = True
    monkeypatch.setattr(timezone, "localdate", lambda: DAY)
    monkeypatch.setattr(EmailMessage, "send", fail)
    make_two_meetings()
    with pytest.raises(CommandError) as refused:
        call_command("remind")
    assert str(refused.value) == (
        "E-brevet kunde inte skickas: Connection unexpectedly closed. Kontrollera EMAIL_URL."
    )
