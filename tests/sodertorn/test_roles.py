"""The roles in the database, and the commands that make them and the people who have them."""

import builtins
import io
import sys
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from simple_history.models import HistoricalChanges

from sodertorn import roles
from sodertorn.management.commands import create_staff
from sodertorn.models import ContentGeneration

pytestmark = pytest.mark.django_db

PASSWORD = "sammanträde-i-huddinge"


def may(role: str, permission: str) -> bool:
    label, _, codename = permission.partition(".")
    found = Group.objects.get(name=role).permissions
    return found.filter(content_type__app_label=label, codename=codename).exists()


# --- The table ----------------------------------------------------------------------------------------------


def test_every_model_has_its_line_in_the_table() -> None:
    models = {
        model._meta.label_lower
        for label in roles.APPS
        for model in apps.get_app_config(label).get_models()
        if not issubclass(model, HistoricalChanges)
        and model is not ContentGeneration  # a counter that nobody edits
    }

    assert set(roles.TABLE) == models


def test_every_right_is_a_permission_that_exists() -> None:
    stored = set(Permission.objects.values_list("content_type__app_label", "codename"))

    missing = {role: roles.rights_of(role) - stored for role in roles.ROLES}
    assert [role for role in missing if missing[role]] == []


@pytest.mark.parametrize("role", roles.ROLES)
def test_every_role_sees_drafts_and_every_model_but_what_visitors_write(role: str) -> None:
    hidden = [name for name in roles.TABLE if not may(role, name.replace(".", ".view_"))]

    assert may(role, "sodertorn.view_drafts")
    assert hidden == (["committee.problemreport"] if role in ("ekonom", "läsare") else [])


def test_reader_only_sees() -> None:
    others = Group.objects.get(name="läsare").permissions.exclude(codename__startswith="view_")

    assert list(others) == []


@pytest.mark.parametrize("role", roles.ROLES)
def test_no_role_concerns_accounts_or_changes_earlier_versions(role: str) -> None:
    given = Group.objects.get(name=role).permissions.all()

    assert {permission.content_type.app_label for permission in given} == set(roles.APPS)
    changing = [each.codename for each in given if not each.codename.startswith("view_")]
    assert [codename for codename in changing if "historical" in codename] == []


# --- update_roles -------------------------------------------------------------------------------------------


def test_migrate_has_made_the_roles() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.ROLES)
    assert roles.update() == []


def test_update_gives_what_is_missing_takes_what_is_too_much_and_tells(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reader = Group.objects.get(name="läsare")
    reader.permissions.add(Permission.objects.get(codename="delete_municipality"))
    Group.objects.get(name="ekonom").permissions.remove(
        Permission.objects.get(codename="add_budget"), Permission.objects.get(codename="view_event")
    )
    call_command("update_roles")

    assert capsys.readouterr().out == (
        "ekonom: 2 rättigheter tillagda, 0 borttagna.\nläsare: 0 rättigheter tillagda, 1 borttagna.\n"
    )
    assert not may("läsare", "committee.delete_municipality")
    assert may("ekonom", "budget.add_budget")
    call_command("update_roles")
    assert capsys.readouterr().out == "Rollerna stämmer redan.\n"


def test_update_leaves_people_and_other_groups_alone() -> None:
    anna = User.objects.create_user("anna")
    anna.groups.add(Group.objects.get(name="redaktör"))
    own = Group.objects.create(name="praktikanter")
    own.permissions.add(Permission.objects.get(codename="delete_municipality"))
    roles.update()

    assert [group.name for group in anna.groups.all()] == ["redaktör"]
    assert own.permissions.count() == 1


# --- create_staff -------------------------------------------------------------------------------------------


def create(**given: Any) -> None:
    call_command("create_staff", **given)


def pipe(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


@pytest.mark.parametrize("role", create_staff.CHOICES)
def test_account_is_made_with_its_role(
    role: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe(monkeypatch, f"{PASSWORD}\n")
    create(username="anna", email="Anna@Example.se", role=role, password_stdin=True)

    anna = User.objects.get()
    assert (anna.email, anna.is_staff, anna.is_superuser) == (
        "anna@example.se",
        True,
        role == "administratör",
    )
    assert [group.name for group in anna.groups.all()] == ([] if anna.is_superuser else [role])
    assert anna.check_password(PASSWORD)
    told = f"Kontot anna är skapat, med rollen {role}. Logga in på /konto/logga-in/.\n"
    assert capsys.readouterr().out == told


@pytest.mark.parametrize(
    ("given", "password", "problem"),
    [
        ({"username": "BO"}, PASSWORD, "Användarnamnet BO är upptaget. Välj ett annat."),
        ({"email": "BO@example.se"}, PASSWORD, "Det finns redan ett konto med adressen BO@example.se."),
        ({"email": "anna"}, PASSWORD, "Fyll i en giltig e-postadress."),
        ({"username": "an na"}, PASSWORD, "Fyll i ett giltigt användarnamn."),
        ({}, "kort", "Det här lösenordet är för kort."),
        ({}, "", "Det här lösenordet är för kort."),
    ],
)
def test_account_that_will_not_do_is_refused_with_a_reason(
    given: dict[str, str], password: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.create_user("bo", "bo@example.se")
    pipe(monkeypatch, f"{password}\n")
    account = {"username": "anna", "email": "anna@example.se", "role": "läsare", **given}
    with pytest.raises(CommandError) as told:
        create(**account, password_stdin=True)

    assert str(told.value).startswith(problem)
    assert User.objects.count() == 1


def test_questions_are_asked_until_the_answers_will_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(["", "anna", "anna", "anna@example.se", "9", "2"])
    passwords = iter(["kort", PASSWORD, "ett annat", PASSWORD, PASSWORD])
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr(builtins, "input", answer)
    monkeypatch.setattr(create_staff, "getpass", lambda question: next(passwords))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    create()

    anna = User.objects.get()
    assert (anna.username, [group.name for group in anna.groups.all()]) == ("anna", ["sekretariat"])
    assert asked[0] == "Användarnamn: "
    assert asked[-1].startswith("Roll:\n  1. administratör: allt, också konton\n  2. sekretariat: ")
    refusals = capsys.readouterr().err
    assert "Lösenorden är inte lika. Försök igen." in refusals
    assert "Välj en av rollerna i listan." in refusals


def test_interrupted_questions_leave_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(question: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(builtins, "input", interrupt)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    with pytest.raises(CommandError, match="Inget konto skapades"):
        create()
    assert not User.objects.exists()
