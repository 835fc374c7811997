"""Signing in: with a password and a second step, what is refused, and what asks again who one is."""

import re
import smtplib
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from committee.models import OperationalPlan
from tests import factories
from tests.reading import assert_well_made, parse
from tests.signing_in import app_code, sign_in

pytestmark = pytest.mark.django_db

LOGIN = "/konto/logga-in/"
SECOND_STEP = "/konto/logga-in/andra-steget/"
SET_UP = "/konto/tva-steg/"
PASSWORD = "sammanträde-i-huddinge"
SECRET = generate_totp_secret()
INSIDE = [SET_UP, "/konto/", "/konto/tva-steg/app/", "/konto/losenord/", "/konto/sessioner/"]


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """Attempts that other tests made don't count here."""
    cache.clear()


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", "anna@example.se", PASSWORD, is_staff=True, is_superuser=True)


@pytest.fixture
def app(anna: User) -> TOTP:
    """Anna's app with codes."""
    RecoveryCodes.activate(anna)
    return TOTP.activate(anna, SECRET)


def give_password(client: Client, name: str = "anna", password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": name, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# --- Password -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["anna", "ANNA", "anna@example.se", "Anna@Example.SE"])
def test_name_or_address_and_password_lead_to_the_back_office(client: Client, anna: User, name: str) -> None:
    response = give_password(client, name)

    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert is_signed_in(client)


@pytest.mark.parametrize("name", ["anna", "anna@example.se", "bertil", "bertil@example.se"])
def test_wrong_password_says_the_same_whoever_exists(client: Client, anna: User, name: str) -> None:
    response = give_password(client, name, "fel-lösenord")

    assert response.context["form"].non_field_errors() == ["Namnet eller lösenordet är fel. Försök igen."]
    assert not is_signed_in(client)


def test_closed_account_is_told(client: Client, anna: User) -> None:
    User.objects.update(is_active=False)

    assert give_password(client)["Location"] == "/konto/avstangt/"
    assert "Kontot är avstängt" in client.get("/konto/avstangt/").content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "target", ["https://ont.example/", "//ont.example/", "/\\ont.example", "javascript:alert(1)"]
)
def test_sign_in_leads_nowhere_else(client: Client, anna: User, target: str) -> None:
    assert give_password(client, next=target)["Location"] == "/admin/"
    assert client.get("/admin/login/", {"next": target})["Location"] == "/admin/"
    assert client.post("/konto/logga-ut/", {"next": target})["Location"] == "/"


def test_sign_in_leads_to_what_was_asked_for(client: Client, anna: User) -> None:
    asked = client.get("/admin/committee/municipality/?q=salem")
    entrance = client.get(asked["Location"])

    assert entrance["Location"] == "/konto/logga-in/?next=%2Fadmin%2Fcommittee%2Fmunicipality%2F%3Fq%3Dsalem"
    answer = give_password(client, next="/admin/committee/municipality/?q=salem")
    assert answer["Location"] == "/admin/committee/municipality/?q=salem"


def test_nobody_signs_up(client: Client) -> None:
    for address in ("/konto/registrera/", "/konto/signup/", "/konto/email/", "/accounts/signup/"):
        assert client.get(address).status_code == 404


def test_member_without_the_office_is_not_let_in(client: Client) -> None:
    client.force_login(User.objects.create_user("bo"))

    assert client.get("/admin/login/").status_code == 403


# --- Limits -------------------------------------------------------------------------------------------------


def test_fifth_wrong_password_locks_the_name_and_says_how_long(client: Client, anna: User) -> None:
    for _ in range(5):
        give_password(client, password="fel")
    response = give_password(client)

    message = "Det har blivit fel för många gånger. Vänta 5 minuter och försök igen."
    assert response.context["form"].non_field_errors() == [message]
    assert not is_signed_in(client)


def test_lock_concerns_one_name_and_ends(client: Client, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.create_user("bo", password=PASSWORD)
    for _ in range(5):
        give_password(client, password="fel")
    assert give_password(Client(), "bo").status_code == 302

    import time

    now = time.time()
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 301)
    assert give_password(client).status_code == 302


def test_many_attempts_from_one_place_are_asked_to_wait(client: Client, anna: User) -> None:
    answers = [give_password(client, f"namn{number}", "fel").status_code for number in range(31)]

    assert answers == [200] * 30 + [429]
    assert "Vänta en minut och försök igen." in give_password(client).content.decode()


def test_counts_are_shared_by_all_workers() -> None:
    """Memory would be each worker's own."""
    assert str(settings.CACHES["default"]["BACKEND"]).endswith("db.DatabaseCache")


@pytest.mark.parametrize(("https", "counted"), [(False, "127.0.0.1"), (True, "192.0.2.7")])
def test_address_from_a_proxy_counts_only_where_there_is_one(
    client: Client, anna: User, settings: Settings, https: bool, counted: str
) -> None:
    """The last address is what our own proxy saw; what stands before it anyone may have written."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1 if https else 0
    client.post(
        LOGIN, {"login": "anna", "password": PASSWORD}, headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.7"}
    )

    page = client.get("/konto/sessioner/").content.decode()
    assert f"från adressen {counted}" in page


# --- The second step ----------------------------------------------------------------------------------------


def test_code_is_the_second_step(client: Client, app: TOTP) -> None:
    assert give_password(client)["Location"] == SECOND_STEP
    assert not is_signed_in(client)
    assert client.get("/admin/").status_code == 302

    assert client.post(SECOND_STEP, {"code": app_code(SECRET)})["Location"] == "/admin/"
    assert is_signed_in(client)


def test_code_is_taken_once(client: Client, app: TOTP) -> None:
    code = app_code(SECRET)
    give_password(client)
    client.post(SECOND_STEP, {"code": code})
    other = Client()
    give_password(other)

    refused = other.post(SECOND_STEP, {"code": code})
    assert refused.context["form"].errors == {
        "code": ["Koden stämmer inte. Skriv den kod som visas i appen just nu."]
    }


def test_wrong_codes_lock_the_second_step(client: Client, app: TOTP) -> None:
    give_password(client)
    answers = [client.post(SECOND_STEP, {"code": "000000"}) for _ in range(6)]

    told = "Det har blivit fel för många gånger. Vänta fem minuter och försök igen."
    assert answers[-1].context["form"].errors == {"code": [told]}
    assert client.post(SECOND_STEP, {"code": app_code(SECRET)}).status_code == 200


def test_recovery_code_opens_once(client: Client, anna: User, app: TOTP) -> None:
    codes = RecoveryCodes(Authenticator.objects.get(user=anna, type="recovery_codes")).get_unused_codes()
    give_password(client)
    assert client.post(SECOND_STEP, {"code": codes[0]})["Location"] == "/admin/"

    other = Client()
    give_password(other)
    assert other.post(SECOND_STEP, {"code": codes[0]}).status_code == 200
    assert other.post(SECOND_STEP, {"code": codes[1]})["Location"] == "/admin/"


def test_second_step_is_set_up_and_gives_recovery_codes(client: Client, anna: User) -> None:
    give_password(client)
    page = client.get("/konto/tva-steg/app/").content.decode()
    found = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert found
    assert '<svg role="img" aria-label="QR-kod"' in page

    wrong = client.post("/konto/tva-steg/app/", {"code": "000000"})
    assert found[1] in wrong.content.decode()
    right = client.post("/konto/tva-steg/app/", {"code": app_code(found[1])})
    assert right["Location"] == "/konto/tva-steg/reservkoder/"
    codes = re.findall(r"<li>(\d{8})</li>", client.get("/konto/tva-steg/reservkoder/").content.decode())
    assert len(set(codes)) == 10
    file = client.get("/konto/tva-steg/reservkoder/reservkoder.txt")
    assert file.content.decode().split() == codes


@pytest.mark.parametrize("page", ["/", "/admin/", "/admin/committee/municipality/", "/kalender/"])
def test_staff_without_a_second_step_sets_it_up_first(
    client: Client, anna: User, settings: Settings, page: str
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    give_password(client)

    assert client.get(page)["Location"] == SET_UP
    assert client.post(page)["Location"] == SET_UP
    assert client.get(SET_UP).status_code == 200
    assert "Sätt upp ett andra steg innan du fortsätter" in client.get(SET_UP).content.decode()


def test_staff_with_a_second_step_comes_in(client: Client, app: TOTP, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    give_password(client)
    client.post(SECOND_STEP, {"code": app_code(SECRET)})

    assert client.get("/admin/committee/municipality/").status_code == 200


def test_recovery_codes_alone_are_no_second_step(client: Client, anna: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    RecoveryCodes.activate(anna)
    give_password(client)

    assert client.get("/admin/")["Location"] == SET_UP


def test_visitors_and_others_need_no_second_step(client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    assert client.get("/kontakt/").status_code == 200

    client.force_login(User.objects.create_user("bo"))
    assert client.get("/kontakt/").status_code == 200


# --- A lost second factor -----------------------------------------------------------------------------------


def test_sign_in_page_says_what_to_do_when_the_telephone_is_lost(client: Client) -> None:
    page = client.get(LOGIN).content.decode()

    assert "Har du tappat telefonen eller lösennyckeln?" in page
    assert "skriv en av dina reservkoder i andra steget" in page


def test_command_takes_the_second_factor_away(
    client: Client, app: TOTP, capsys: pytest.CaptureFixture[str]
) -> None:
    give_password(client)
    client.post(SECOND_STEP, {"code": app_code(SECRET)})
    call_command("reset_second_factor", "anna")

    assert capsys.readouterr().out == (
        "Tog bort reservkoderna och appen med koder för anna, som är utloggad överallt.\n"
        "Vid nästa inloggning räcker lösenordet, och sedan måste en ny andra faktor sättas upp.\n"
    )
    assert not Authenticator.objects.exists()
    assert client.get("/admin/").status_code == 302
    assert give_password(Client())["Location"] == "/admin/"
    assert LogEntry.objects.get().get_change_message() == (
        "Andra faktorn togs bort: reservkoderna, appen med koder. Gjordes med ett kommando på servern."
    )


def test_command_says_when_there_is_nothing_or_nobody(anna: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("reset_second_factor", "anna")
    assert capsys.readouterr().out == "anna hade ingen andra faktor. Personen är utloggad överallt.\n"
    assert not LogEntry.objects.exists()
    with pytest.raises(CommandError, match="Det finns inget konto med användarnamnet bertil"):
        call_command("reset_second_factor", "bertil")


def test_superuser_takes_a_second_factor_away_after_a_fresh_sign_in(client: Client, app: TOTP) -> None:
    chief = User.objects.create_superuser("chef", password=PASSWORD)
    page = reverse("admin:auth_user_second_factor", args=[app.instance.user.pk])
    sign_in(client, chief, seconds_ago=601)
    assert client.post(page)["Location"] == f"/konto/bekrafta/?next={page.replace('/', '%2F')}"
    assert Authenticator.objects.count() == 2

    sign_in(client, chief)
    assert "Ta bort andra faktorn för anna" in client.get(page).content.decode()
    assert Authenticator.objects.count() == 2
    client.post(page)
    assert Authenticator.objects.count() == 0
    assert [(entry.user, entry.get_change_message()) for entry in LogEntry.objects.all()] == [
        (chief, "Andra faktorn togs bort: reservkoderna, appen med koder.")
    ]


# --- A forgotten password -----------------------------------------------------------------------------------


def test_forgotten_password_is_replaced_by_mail(client: Client, anna: User) -> None:
    answer = client.post("/konto/losenord/glomt/", {"email": "Anna@example.se"})
    assert answer["Location"] == "/konto/losenord/glomt/skickat/"
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == (
        "Välj ett nytt lösenord i Södertörnskommunernas portal",
        ["anna@example.se"],
    )
    assert letter.body.startswith("Hej!\n\nDu, eller någon annan, har bett om ett nytt lösenord")
    assert "Ditt användarnamn är anna." in letter.body
    (link,) = re.findall(r"http://testserver(/\S+)", str(letter.body))

    form = client.get(link)["Location"]
    assert client.get(form).status_code == 200
    new = {"password1": "protokollet-är-justerat", "password2": "protokollet-är-justerat"}
    assert client.post(form, new)["Location"] == "/konto/losenord/glomt/klart/"
    assert give_password(client, password="protokollet-är-justerat")["Location"] == "/admin/"
    assert "Länken gäller inte längre" in Client().get(link).content.decode()


def test_forgotten_password_does_not_tell_who_exists(client: Client, anna: User) -> None:
    answer = client.post("/konto/losenord/glomt/", {"email": "bertil@example.se"})

    assert answer["Location"] == "/konto/losenord/glomt/skickat/"
    assert mail.outbox == []


def test_new_password_keeps_the_second_step(client: Client, app: TOTP) -> None:
    client.post("/konto/losenord/glomt/", {"email": "anna@example.se"})
    (link,) = re.findall(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    new = {"password1": "protokollet-är-justerat", "password2": "protokollet-är-justerat"}
    client.post(client.get(link)["Location"], new)

    assert give_password(client, password="protokollet-är-justerat")["Location"] == SECOND_STEP


def test_portal_without_mail_says_whom_to_ask(client: Client, anna: User, settings: Settings) -> None:
    settings.CAN_SEND_EMAIL = False
    page = client.post("/konto/losenord/glomt/", {"email": "anna@example.se"})

    assert "Be den som sköter portalen om ett nytt lösenord." in page.content.decode()
    assert mail.outbox == []


def test_mail_server_that_is_down_is_told(
    client: Client, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: Any, **kwargs: Any) -> None:
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", down)
    page = client.post("/konto/losenord/glomt/", {"email": "anna@example.se"})

    assert page.status_code == 503
    assert "Portalen kan inte skicka e-post just nu" in page.content.decode()


# --- Sessions -----------------------------------------------------------------------------------------------


def test_sessions_are_listed_and_the_others_ended(client: Client, anna: User) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
    other = Client(headers={"User-Agent": agent})
    give_password(other)
    give_password(client)
    page = client.get("/konto/sessioner/").content.decode()
    assert page.count("från adressen 127.0.0.1") == 2
    assert "<strong>Firefox i Windows</strong>" in page

    client.post("/konto/sessioner/")
    assert other.get("/admin/").status_code == 302
    assert client.get("/admin/committee/municipality/").status_code == 200


def test_one_session_is_ended_and_only_ones_own(client: Client, anna: User) -> None:
    lost, kept = Client(), Client()
    for each in (lost, kept, client):
        give_password(each)
    session = UserSession.objects.order_by("pk").first()
    assert session is not None
    page = client.get("/konto/sessioner/").content.decode()
    assert page.count("Logga ut där") == 2
    address = f"/konto/sessioner/{session.pk}/avsluta/"
    assert client.get(address).status_code == 405

    stranger = Client()
    stranger.force_login(User.objects.create_user("berit", is_staff=True))
    assert stranger.post(address).status_code == 404
    assert Client().post(address).status_code == 302
    assert lost.get("/admin/committee/municipality/").status_code == 200

    assert client.post(address).headers["Location"] == "/konto/sessioner/"
    assert lost.get("/admin/committee/municipality/").status_code == 302
    assert kept.get("/admin/committee/municipality/").status_code == 200


def test_new_password_ends_the_other_sessions(client: Client, anna: User) -> None:
    other = Client()
    give_password(other)
    give_password(client)
    new = {
        "oldpassword": PASSWORD,
        "password1": "protokollet-är-justerat",
        "password2": "protokollet-är-justerat",
    }
    client.post("/konto/losenord/", new)

    assert other.get("/admin/").status_code == 302
    assert client.get("/admin/committee/municipality/").status_code == 200


# --- Once more who one is -----------------------------------------------------------------------------------


def plan_to_delete() -> tuple[str, OperationalPlan]:
    plan = factories.make_plan(2019)
    return reverse("admin:committee_operationalplan_delete", args=[plan.pk]), plan


def test_old_sign_in_is_asked_again_and_what_was_posted_is_kept(client: Client, anna: User) -> None:
    page, plan = plan_to_delete()
    sign_in(client, anna, seconds_ago=601)
    asked = client.post(page, {"post": "yes"})
    assert asked["Location"].startswith("/konto/bekrafta/?next=")
    assert OperationalPlan.objects.filter(pk=plan.pk).exists()

    wrong = client.post(asked["Location"], {"password": "fel", "next": page})
    assert wrong.context["form"].errors == {"password": ["Lösenordet är fel. Försök igen."]}
    assert OperationalPlan.objects.filter(pk=plan.pk).exists()
    done = client.post(asked["Location"], {"password": PASSWORD, "next": page})
    assert done["Location"] == "/admin/committee/operationalplan/"
    assert not OperationalPlan.objects.filter(pk=plan.pk).exists()


def test_plans_are_not_deleted_together_by_an_old_sign_in(client: Client, anna: User) -> None:
    _, plan = plan_to_delete()
    sign_in(client, anna, seconds_ago=601)
    data = {"action": "delete_selected", "_selected_action": [plan.pk], "post": "yes"}

    assert client.post("/admin/committee/operationalplan/", data)["Location"].startswith("/konto/bekrafta/")
    assert OperationalPlan.objects.filter(pk=plan.pk).exists()


def test_code_shows_who_one_is_too(client: Client, anna: User, app: TOTP) -> None:
    page, _ = plan_to_delete()
    sign_in(client, anna, seconds_ago=601)
    client.get(page)
    done = client.post("/konto/bekrafta/kod/", {"code": app_code(SECRET), "next": page})

    assert done["Location"] == page
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("seconds_ago", [0, 590])
def test_sign_in_of_the_last_minutes_is_fresh(client: Client, anna: User, seconds_ago: int) -> None:
    page, _ = plan_to_delete()
    sign_in(client, anna, seconds_ago=seconds_ago)

    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", ["add", "change", "password_change", "delete"])
def test_accounts_are_changed_only_after_a_fresh_sign_in(client: Client, anna: User, page: str) -> None:
    address = reverse(f"admin:auth_user_{page}", args=[] if page == "add" else [anna.pk])
    sign_in(client, anna, seconds_ago=601)
    assert client.get(address)["Location"].startswith("/konto/bekrafta/")

    sign_in(client, anna)
    assert client.get(address).status_code == 200


# --- The pages ----------------------------------------------------------------------------------------------


def test_public_pages_give_visitors_no_cookie(client: Client) -> None:
    for page in ("/", "/kalender/", "/budget/", "/kontakt/"):
        response = client.get(page)
        assert response.cookies == {}
        assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("page", [LOGIN, "/konto/losenord/glomt/", *INSIDE])
def test_account_pages_keep_to_the_policy_and_are_not_stored(client: Client, anna: User, page: str) -> None:
    if page in INSIDE:
        give_password(client)
    response = client.get(page)
    text = response.content.decode()

    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    # In whatever order the directives happen to be written.
    assert "script-src 'self'" in policy.split("; ")
    assert "unsafe" not in policy
    assert (
        re.findall(
            r"<script(?![^>]*(?:\ssrc=|application/(?:ld\+)?json))|<style|\sstyle=|\son[a-z]+=\"", text
        )
        == []
    )
    assert '<meta name="robots" content="noindex">' in text
    assert_well_made(parse(text))


@pytest.mark.parametrize("page", INSIDE)
def test_own_pages_ask_who_one_is(client: Client, page: str) -> None:
    assert urlsplit(client.get(page)["Location"]).path == LOGIN


def test_administration_signs_in_and_out_on_the_account_pages(client: Client, anna: User) -> None:
    give_password(client)
    assert client.get("/admin/password_change/")["Location"] == "/konto/losenord/"
    assert client.get("/admin/login/?next=/admin/committee/")["Location"] == "/admin/committee/"

    assert client.post("/admin/logout/")["Location"] == "/"
    assert not is_signed_in(client)
