"""Reporting what is not accessible: nothing typed is lost, nobody is shut out, and nobody is remembered."""

import datetime
import io
import re
import time
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from committee import problem_reports
from committee.models import Body, ProblemReport
from committee.problem_form import SIGNER
from sodertorn.dates import moment_text
from tests import factories
from tests.constraints import assert_breaks
from tests.reading import Element, assert_well_made, parse, read
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

FORM = "/tillganglighet/anmal-brist/"
THANKS = "/tillganglighet/anmal-brist/tack/"
PROBLEM = "Knappen syns inte.\n\nJag letade länge."
FIELDS = ("problem", "address", "name", "email")


@pytest.fixture(autouse=True)
def uncounted(db: None) -> None:
    """Nobody has sent anything yet."""
    cache.clear()


@pytest.fixture
def office() -> Body:
    return factories.make_body("sekretariatet", kind=Body.Kind.SECRETARIAT, email="kansli@example.se")


def token(age: int = 60) -> str:
    """That of a form that was shown so many seconds ago."""
    with mock.patch("django.core.signing.time.time", return_value=time.time() - age):
        return SIGNER.sign(str(age))


def filled(**fields: str) -> dict[str, str]:
    return {
        "problem": PROBLEM,
        "address": "/kalender/",
        "name": "Kim Ek",
        "email": "kim@example.se",
        "subject": "",
        "token": token(),
        **fields,
    }


def send(client: Client, **fields: str) -> Any:
    return client.post(FORM, filled(**fields))


def page_of(response: Any) -> Element:
    return parse(response.content.decode())


def alert(response: Any) -> Element:
    return page_of(response).one("", role="alert")


def kept(response: Any) -> dict[str, str]:
    """What stands in the fields of the form that was shown again."""
    form = response.context["form"]
    return {name: form[name].value() for name in FIELDS}


def stored() -> list[tuple[str, ...]]:
    return list(ProblemReport.objects.values_list(*FIELDS))


# --- The form -----------------------------------------------------------------------------------------------


def test_form_is_stored_by_nobody_and_leaves_nothing_with_the_visitor(client: Client) -> None:
    response = client.get(FORM)

    assert response["Cache-Control"] == "no-store"
    assert response.cookies == {}
    assert "csrf" not in response.content.decode()
    assert_well_made(page_of(response))


def test_form_asks_for_what_helps_and_says_what_is_optional(client: Client) -> None:
    page = read(client, FORM)
    fields = {label.text: label.attributes["for"] for label in page.one("form").all("label")[:4]}
    by_id = {name: page.one("", id=name).attributes for name in fields.values()}

    assert list(fields) == [
        "Vad är problemet?",
        "Vilken sida gäller det? (frivilligt)",
        "Ditt namn (frivilligt)",
        "Din e-postadress (frivilligt)",
    ]
    assert by_id["id_name"]["autocomplete"] == "name"
    assert by_id["id_email"]["autocomplete"] == "email"
    assert by_id["id_problem"]["aria-describedby"] == "id_problem_helptext"
    assert [name for name in by_id if "maxlength" in by_id[name]] == []
    trap = page.one("input", name="subject").attributes
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("/kalender/", "/kalender/"),
        ("", ""),
        ("\0<b>&\n", "<b>&"),
        ("x" * 10_001, "x" * 500),
    ],
)
def test_page_that_was_asked_about_is_filled_in(client: Client, asked: str, shown: str) -> None:
    response = client.get(FORM, {"sida": asked})

    assert kept(response)["address"] == shown
    assert response.status_code == 200


def test_report_is_stored_and_thanked_for_without_a_word_of_it_in_the_address(
    client: Client, office: Body
) -> None:
    response = send(client)

    assert (response.status_code, response["Location"]) == (302, THANKS)
    assert response.cookies == {}
    assert stored() == [(PROBLEM, "/kalender/", "Kim Ek", "kim@example.se")]
    assert ProblemReport.objects.get().status == ProblemReport.Status.NEW
    assert_well_made(read(client, THANKS))


def test_report_needs_nothing_but_a_problem(client: Client, office: Body) -> None:
    send(client, address="", name="", email="", problem="  Går inte.\r\nAlls. ")

    assert stored() == [("Går inte.\nAlls.", "", "", "")]


# --- Mail ---------------------------------------------------------------------------------------------------


def test_secretariat_gets_the_report_by_mail(client: Client, office: Body) -> None:
    send(client)
    report, [sent] = ProblemReport.objects.get(), mail.outbox

    assert (sent.to, sent.reply_to, sent.cc, sent.bcc) == (["kansli@example.se"], ["kim@example.se"], [], [])
    assert sent.subject == f"Anmäld brist på webbplatsen (nr {report.pk})"
    assert sent.body == (
        "Sida: /kalender/\n"
        f"Inkom: {moment_text(timezone.localtime(report.received_at))}\n"
        "Avsändare: Kim Ek, kim@example.se\n"
        "\n"
        "Så står det i anmälan:\n"
        "\n"
        "Knappen syns inte.\n\nJag letade länge.\n"
        "\n"
        "Skriv i administrationen vad ni har svarat och gjort:\n"
        f"http://testserver/admin/committee/problemreport/{report.pk}/change/\n"
    )
    assert report.is_mailed


def test_mail_says_so_when_nobody_is_named(client: Client, office: Body) -> None:
    send(client, address="", name="", email="")
    [sent] = mail.outbox

    assert sent.reply_to == []
    assert "Sida: inte angiven\n" in sent.body
    assert "Avsändare: har inte lämnat namn eller e-postadress\n" in sent.body


def test_line_breaks_reach_no_header(client: Client, office: Body) -> None:
    send(client, address="/\r\nBcc: alla@example.se", name="Kim\nBcc: alla@example.se")
    refused = send(client, email="kim@example.se\nBcc: alla@example.se", token=token(61))

    assert refused.status_code in (302, 400)
    for sent in mail.outbox:
        assert "alla@example.se" not in sent.recipients()
        assert not re.search(r"^Bcc:", sent.message().as_string().split("\n\n")[0], re.MULTILINE)


@pytest.mark.parametrize("reason", ["no mail", "no address", "no secretariat", "broken"])
def test_report_that_can_not_be_mailed_is_not_lost(
    client: Client, office: Body, settings: Any, monkeypatch: Any, reason: str
) -> None:
    if reason == "no mail":
        settings.CAN_SEND_EMAIL = False
    elif reason == "no address":
        Body.objects.update(email="")
    elif reason == "no secretariat":
        office.delete()
    else:
        monkeypatch.setattr(EmailBackend, "send_messages", mock.Mock(side_effect=OSError("tyst")))
    response = send(client)

    assert response["Location"] == THANKS
    assert ProblemReport.objects.get().is_mailed is False
    assert mail.outbox == []


# --- What is wrongly filled in ------------------------------------------------------------------------------

WRONG = [
    ({"problem": ""}, "Vad är problemet?: Skriv vad problemet är."),
    ({"problem": " \n "}, "Vad är problemet?: Skriv vad problemet är."),
    (
        {"problem": "x" * 10_001},
        "Vad är problemet?: Skriv högst 5 000 tecken. Texten har 10001.",
    ),
    (
        {"problem": "a\0b"},
        "Vad är problemet?: Texten innehåller ett tecken som inte går att spara. Skriv om texten.",
    ),
    ({"address": "x" * 501}, "Vilken sida gäller det? (frivilligt): Skriv högst 500 tecken."),
    ({"name": "x" * 101}, "Ditt namn (frivilligt): Skriv högst 100 tecken."),
    (
        {"email": "kim"},
        "Din e-postadress (frivilligt): Skriv en hel adress, som namn@example.se, eller lämna fältet tomt.",
    ),
    (
        {"email": f"{'x' * 250}@example.se"},
        "Din e-postadress (frivilligt): E-postadressen är för lång. Skriv en annan, eller lämna fältet tomt.",
    ),
]


@pytest.mark.parametrize(("wrong", "said"), WRONG)
def test_what_is_wrong_is_told_beside_the_field_and_above_and_nothing_typed_is_lost(
    client: Client, wrong: dict[str, str], said: str
) -> None:
    response = send(client, **wrong)
    page, [name] = page_of(response), wrong

    assert response.status_code == 400
    assert page.one("head").one("title").text.startswith("Fel: Anmäl en brist")
    assert [link.replace("\xa0", " ") for link in alert(response).texts("a")] == [said]
    assert alert(response).links() == [f"#id_{name}"]
    field = page.one("", id=f"id_{name}").attributes
    assert field["aria-invalid"] == "true"
    assert f"id_{name}_error" in field["aria-describedby"].split()
    assert page.one("", id=f"id_{name}_error").text
    assert kept(response) == {name: filled(**wrong)[name] for name in FIELDS}
    assert stored() == []
    assert_well_made(page)


def test_fields_of_other_kinds_and_missing_ones_are_told_of(client: Client) -> None:
    for body in ({}, {"problem": ["a", ""], "token": ["", "x"]}, {"token": token()}):
        response = client.post(FORM, body)
        assert response.status_code == 400
        assert alert(response).texts("h2") == ["Anmälan är inte skickad än"]
    file = {"problem": io.BytesIO(b"x"), "token": token()}
    assert client.post(FORM, file).status_code == 400
    assert stored() == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"problem=" + b"x" * 3_000_000, "application/x-www-form-urlencoded", 400),
        (b"&".join(b"f%d=1" % n for n in range(2000)), "application/x-www-form-urlencoded", 400),
        (b'{"problem": "x"}', "application/json", 400),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 400),
        (b"problem=%FF%FE&token=%ED%A0%80", "application/x-www-form-urlencoded", 400),
    ],
)
def test_strange_posts_get_a_page_in_swedish(client: Client, body: bytes, kind: str, status: int) -> None:
    response = client.post(FORM, body, content_type=kind)

    assert response.status_code == status
    assert page_of(response).one("html").attributes["lang"] == "sv"
    assert stored() == []


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)(FORM).status_code == 405


# --- Programs, and those who are taken for one --------------------------------------------------------------


@pytest.mark.parametrize(
    ("doubtful", "begins"),
    [
        ({"subject": "Billiga klockor"}, "Ett dolt fält som ska vara tomt hade fyllts i"),
        ({"token": ""}, "Formuläret har legat öppet länge."),
        ({"token": "påhittad:x:y"}, "Formuläret har legat öppet länge."),
        ({"token": "\0" * 10_001}, "Formuläret har legat öppet länge."),
    ],
)
def test_whoever_is_taken_for_a_program_may_send_the_form_again(
    client: Client, doubtful: dict[str, str], begins: str
) -> None:
    response = send(client, **doubtful)

    assert response.status_code == 400
    assert alert(response).texts("p")[0].startswith(begins)
    assert stored() == []
    assert kept(response) == {name: filled()[name] for name in FIELDS}
    shown = page_of(response).one("form")
    assert "value" not in shown.one("input", name="subject").attributes
    again = shown.one("input", name="token").attributes["value"]
    with mock.patch("django.core.signing.time.time", return_value=time.time() + 10):
        assert send(client, token=again)["Location"] == THANKS
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("age", "begins"),
    [
        (0, "Formuläret kom tillbaka inom ett par sekunder"),
        (2, "Formuläret kom tillbaka inom ett par sekunder"),
        (5, None),
        (24 * 3600 - 60, None),
        (24 * 3600 + 60, "Formuläret har legat öppet länge."),
    ],
)
def test_form_is_asked_about_when_it_was_filled_in_at_once_or_is_a_day_old(
    client: Client, age: int, begins: str | None
) -> None:
    response = send(client, token=token(age))

    assert len(stored()) == (begins is None)
    if begins:
        assert alert(response).texts("p")[0].startswith(begins)


def test_form_that_was_sent_at_once_is_its_own_when_it_is_sent_again(client: Client) -> None:
    first = token(0)
    shown = page_of(send(client, token=first)).one("input", name="token").attributes["value"]

    assert shown == first


def test_form_that_is_sent_twice_is_stored_and_mailed_once(client: Client, office: Body) -> None:
    body = filled()
    answers = [client.post(FORM, body)["Location"] for _ in range(3)]

    assert answers == [THANKS] * 3
    assert len(stored()) == len(mail.outbox) == 1
    send(client, token=token(61))
    send(client, problem="Något annat.", token=body["token"])
    assert len(stored()) == 3


@pytest.mark.usefixtures("clock")
def test_eleventh_report_in_an_hour_waits_in_the_form(client: Client) -> None:
    for number in range(10):
        assert send(client, problem=f"Nummer {number}.").status_code == 302
    response = send(client, problem="Nummer elva.")

    assert (response.status_code, response["Retry-After"]) == (429, "3585")
    assert "Vänta en timme" in alert(response).text
    assert kept(response)["problem"] == "Nummer elva."
    assert len(stored()) == 10
    # What is stored already is thanked for, and someone else may write.
    again = filled(problem="Nummer tolv.")
    assert client.post(FORM, again, REMOTE_ADDR="192.0.2.7").status_code == 302
    assert client.post(FORM, again).status_code == 302
    assert len(stored()) == 11


# --- Forgetting ---------------------------------------------------------------------------------------------


def test_names_and_addresses_are_forgotten_after_a_year() -> None:
    now = timezone.now()
    for days in (366, 365, 364):
        factories.make_problem_report(received_at=now - datetime.timedelta(days))
    factories.make_problem_report(received_at=now - datetime.timedelta(400), name="", email="")
    output = io.StringIO()
    call_command("forget_reports", stdout=output)

    assert output.getvalue() == "Anmälda brister vars avsändare har tagits bort: 2.\n"
    assert sorted(ProblemReport.objects.values_list("name", "email")) == [
        *[("", "")] * 3,
        ("Kim Ek", "kim@example.se"),
    ]
    assert ProblemReport.objects.filter(problem="Knappen syns inte.").count() == 4
    assert problem_reports.forget(now) == 0


def test_no_version_of_a_report_is_kept() -> None:
    assert not hasattr(ProblemReport, "history")


def test_report_says_something() -> None:
    assert_breaks(ProblemReport(submission="x"), "problem_report_says_something", "Skriv vad som är fel.")


# --- The back office ----------------------------------------------------------------------------------------

LIST = "/admin/committee/problemreport/"


@pytest.fixture
def clerk(client: Client) -> Client:
    user = User.objects.create_user("anna", is_staff=True)
    user.groups.add(Group.objects.get(name="sekretariat"))
    sign_in(client, user)
    return client


def test_clerk_writes_what_was_answered_and_changes_nothing_that_was_said(clerk: Client) -> None:
    report = factories.make_problem_report()
    said = {"status": "answered", "note": "Rättat i dag.", "problem": "Annat", "email": "a@example.se"}
    clerk.post(f"{LIST}{report.pk}/change/", said)
    report.refresh_from_db()

    assert (report.status, report.note) == ("answered", "Rättat i dag.")
    assert (report.problem, report.email) == ("Knappen syns inte.", "kim@example.se")
    assert clerk.get(f"{LIST}add/").status_code == 403


@pytest.mark.parametrize(
    ("action", "said", "after"),
    [
        ("mark_answered", "Märkta som besvarade: 2.", ("answered", "Kim Ek")),
        ("mark_mended", "Märkta som åtgärdade: 2.", ("mended", "Kim Ek")),
        ("forget", "Anmälningar utan avsändare nu: 2.", ("new", "")),
    ],
)
def test_clerk_does_the_same_to_several(
    clerk: Client, action: str, said: str, after: tuple[str, str]
) -> None:
    rows = [factories.make_problem_report() for _ in range(2)]
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    page = parse(clerk.post(LIST, chosen, follow=True).content.decode())

    assert said in page.text
    assert set(ProblemReport.objects.values_list("status", "name")) == {after}


def test_list_is_filtered_and_searched(clerk: Client) -> None:
    factories.make_problem_report("Ökad kontrast behövs.")
    factories.make_problem_report(status="mended", is_mailed=False)

    for query, found in (("?q=ökad", 1), ("?status__exact=mended", 1), ("?is_mailed__exact=1", 1), ("", 2)):
        assert clerk.get(LIST + query).context["cl"].result_count == found, query
