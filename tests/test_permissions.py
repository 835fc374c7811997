"""Who may do what in the back office: every role on every address there is, told by two tables.

The addresses are read from the back office itself, so a new page fails here until it has its line. `ROWS`
says what each role may do with a model's rows, `PAGES` who may open each page beyond the usual ones.
"""

import datetime
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, reverse
from pytest_django import DjangoDbBlocker

from calendar_app.models import HostTurn
from committee.models import DevelopmentIssue, Direction, OperationalPlan
from sodertorn.roles import ROLES, TABLE
from tests import factories
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

SUPERUSER = "superuser"
OUTSIDERS = ("visitor", "member", "staff without a role")
PEOPLE = (*OUTSIDERS, *ROLES, SUPERUSER)

# v: see, a: add, c: change, d: delete. läsare may see what sekretariat may, unless a fifth says otherwise.
#                    superuser, sekretariat, ekonom, redaktör
OFFICE = ("vacd", "vacd", "v", "v")
MONEY = ("vacd", "vacd", "vacd", "v")
WORDS = ("vacd", "vacd", "v", "vacd")
LOOK_ONLY = ("v", "v", "v", "v")
# läsare may not see these.
LETTERS = ("vcd", "vcd", "", "vc", "")
SUPERUSERS_ONLY = ("vacd", "", "", "")

ROWS = {
    "committee.municipality": OFFICE,
    "committee.population": MONEY,
    "committee.body": OFFICE,
    "committee.seat": OFFICE,
    "committee.partnerorganisation": OFFICE,
    "committee.operationalplan": OFFICE,
    "committee.plansection": OFFICE,
    "committee.principle": OFFICE,
    "committee.governingdocument": OFFICE,
    "committee.cooperationarea": OFFICE,
    "committee.targetarea": OFFICE,
    "committee.developmentissue": OFFICE,
    "committee.direction": OFFICE,
    "committee.sourcenote": OFFICE,
    "committee.actionplan": OFFICE,
    "committee.activity": OFFICE,
    "committee.followup": OFFICE,
    "committee.progressoverride": OFFICE,
    "committee.evaluation": OFFICE,
    "committee.indicator": OFFICE,
    "committee.indicatorvalue": OFFICE,
    "committee.indicatortarget": OFFICE,
    "committee.document": WORDS,
    "committee.newsitem": WORDS,
    "committee.page": WORDS,
    "committee.accessibilitystatement": OFFICE,
    "committee.inaccessiblecontent": OFFICE,
    "committee.problemreport": LETTERS,
    "calendar_app.event": OFFICE,
    "calendar_app.eventhost": OFFICE,
    "calendar_app.agendaitem": OFFICE,
    "calendar_app.eventlink": OFFICE,
    "calendar_app.eventdocument": WORDS,
    "calendar_app.formeraddress": LOOK_ONLY,
    "calendar_app.hostrotation": OFFICE,
    "calendar_app.rotationplace": OFFICE,
    "calendar_app.hostturn": OFFICE,
    "calendar_app.hostswap": OFFICE,
    "calendar_app.nogoperiod": OFFICE,
    "budget.feerate": MONEY,
    "budget.budget": MONEY,
    "budget.budgetline": MONEY,
    "budget.outcome": MONEY,
    "budget.activitycost": MONEY,
    "budget.scenario": MONEY,
    "budget.feenotice": LOOK_ONLY,
    "budget.numberseries": LOOK_ONLY,
    "sodertorn.adoption": LOOK_ONLY,
    "sodertorn.acceptedwarning": LOOK_ONLY,
    "sodertorn.previewlink": LOOK_ONLY,
    "sodertorn.loadedrow": LOOK_ONLY,
    "sodertorn.searchentry": LOOK_ONLY,
    "sodertorn.searchword": LOOK_ONLY,
    "auth.user": SUPERUSERS_ONLY,
    "auth.group": ("v", "", "", ""),
}

EVERYONE = PEOPLE
STAFF = (*PEOPLE[2:],)
ROLES_AND_ABOVE = (*ROLES, SUPERUSER)
MONEY_PEOPLE = ("sekretariat", "ekonom", SUPERUSER)
OFFICE_PEOPLE = ("sekretariat", SUPERUSER)
WRITERS = ("sekretariat", "ekonom", "redaktör", SUPERUSER)

PAGES = {
    "index": STAFF,
    "app_list": ROLES_AND_ABOVE,
    "jsi18n": STAFF,
    "view_on_site": STAFF,
    "auth_user_password_change": (SUPERUSER,),
    "auth_user_second_factor": (SUPERUSER,),
    "budget_budget_issue": MONEY_PEOPLE,
    "budget_feenotice_credit": MONEY_PEOPLE,
    "calendar_app_event_propose": OFFICE_PEOPLE,
    "calendar_app_event_publicera": OFFICE_PEOPLE,
    "calendar_app_event_gor-till-utkast": OFFICE_PEOPLE,
    "calendar_app_event_stall-in": OFFICE_PEOPLE,
    "calendar_app_event_faststall": OFFICE_PEOPLE,
    "calendar_app_event_byt-lokal": OFFICE_PEOPLE,
    "calendar_app_event_byt-vard": OFFICE_PEOPLE,
    "calendar_app_event_flytta": OFFICE_PEOPLE,
    "calendar_app_eventdocument_upload": ("sekretariat", "redaktör", SUPERUSER),
    "new-year": MONEY_PEOPLE,
    "new-year-steps": MONEY_PEOPLE,
    "new-year-plan": OFFICE_PEOPLE,
    "new-year-hosts": OFFICE_PEOPLE,
    "new-year-calendar": OFFICE_PEOPLE,
    "new-year-budget": MONEY_PEOPLE,
    "plan-checklist": ROLES_AND_ABOVE,
    "plan-adopt": OFFICE_PEOPLE,
    "plan-withdraw": OFFICE_PEOPLE,
    "plan-working-copy": ROLES_AND_ABOVE,
    "plan-working-copy-discard": OFFICE_PEOPLE,
    "sodertorn_previewlink_share": WRITERS,
    "sodertorn_previewlink_revoke": WRITERS,
}

# Pages that only take what is posted to them.
POST_ONLY = {"sodertorn_previewlink_revoke", "plan-adopt", "plan-working-copy-discard"}
# Pages that anyone may ask for: they lead to the account pages, or check for themselves what is asked for.
OPEN = {"login", "logout", "password_change", "password_change_done", "autocomplete"}
# A swap is undone by itself, since the turns go back.
ONE_AT_A_TIME = {"calendar_app.hostswap"}
# Tables that only go out: a calculation is made where it is explained, and a swap has its own form.
OUT_ONLY = {"budget_scenario_import", "calendar_app_hostswap_import"}
NOBODY = ("-", "-")
# The pages that models have alike, and what it takes to ask for them and to post to them.
USUAL = {
    "changelist": ("v", None),
    "history": ("v", None),
    "csv": ("v", None),
    "xlsx": ("v", None),
    "deleted": ("v", None),
    "add": ("a", "a"),
    "change": ("v", "c"),
    "delete": ("d", "d"),
    "import": ("ac", "ac"),
    "restore": ("c", "c"),
}


class Address(NamedTuple):
    """A named address of the back office, and the model on whose pages it is."""

    name: str
    model: type[Model] | None
    parameters: tuple[str, ...]

    @property
    def is_usual(self) -> bool:
        if self.model is None:
            return False
        return self.name in {f"{label_of(self.model, '_')}_{page}" for page in USUAL}

    def url(self) -> str:
        return reverse(f"admin:{self.name}", args=[value_of(name, self) for name in self.parameters])


def label_of(model: type[Model], separator: str = ".") -> str:
    return f"{model._meta.app_label}{separator}{model._meta.model_name}"


def registered() -> list[type[Model]]:
    return sorted(admin.site._registry, key=label_of)


def addresses() -> Iterator[Address]:
    """Every address of the back office that has a name; those without only lead on to one that has."""
    own = admin.site.urls[0]
    for pattern in own:
        if isinstance(pattern, URLPattern) and pattern.name:
            yield _address(pattern, None)
    for model in registered():
        for pattern in admin.site.get_model_admin(model).get_urls():
            if pattern.name:
                yield _address(pattern, model)


def _address(pattern: URLPattern, model: type[Model] | None) -> Address:
    parts: Any = pattern.pattern
    return Address(str(pattern.name), model, tuple(parts.converters or parts.regex.groupindex))


def value_of(parameter: str, address: Address) -> Any:
    """Something that exists for each part of an address that varies."""
    if parameter == "app_label":
        return "committee"
    if parameter == "year":
        return 2018
    if parameter == "content_type_id":
        return ContentType.objects.get_for_model(OperationalPlan).pk
    if parameter == "label":
        return "committee.operationalplan"
    if address.name == "sodertorn_previewlink_share":
        return OperationalPlan.objects.get(status=OperationalPlan.Status.DRAFT).pk
    if address.model is None:
        return first_row(OperationalPlan).pk
    row = first_row(address.model)
    if parameter == "notice_number":
        return row.number  # type: ignore[attr-defined]
    if parameter == "version":
        return version_of(row)
    return row.pk


def version_of(row: Any) -> int:
    """The key of an earlier version of the row."""
    versions = type(row).history
    if not row.history.exists():
        versions.bulk_history_create([row], default_date=datetime.datetime(2017, 1, 1, tzinfo=datetime.UTC))
    return row.history.first().pk


NEEDED: dict[str, Callable[[], dict[str, Any]]] = {
    "budget.scenario": lambda: {"total": 1000},
    "budget.feenotice": lambda: {"rate": "6.75"},
    "committee.actionplan": lambda: {"issue": first_row(DevelopmentIssue)},
    "committee.document": lambda: {"media_type": "application/pdf"},
    "committee.followup": lambda: {"direction": first_row(Direction)},
    "calendar_app.hostswap": lambda: {"second_turn": HostTurn.objects.order_by("pk")[1]},
}
"""What a made-up row must have beyond values of the right kind."""


def first_row(model: type[Model]) -> Model:
    """A row of the model, made up if the plan gives none: it need not be good, only be there."""
    row = model._default_manager.order_by("pk").first()
    if row is None:
        values: dict[str, Any] = {
            field.name: _some_value(field)
            for field in model._meta.concrete_fields
            if not (field.null or field.primary_key or field.has_default())
        }
        values |= NEEDED.get(label_of(model), dict)()
        row = model._base_manager.bulk_create([model(**values)])[0]
    return row


def _some_value(field: Any) -> Any:
    if isinstance(field, models.ForeignKey):
        return first_row(field.related_model)
    if field.choices:
        return field.flatchoices[0][0]
    if isinstance(field, models.DateTimeField):
        return datetime.datetime(2017, 3, 23, tzinfo=datetime.UTC)
    if isinstance(field, models.DateField):
        return factories.DAY
    if isinstance(field, models.IntegerField | models.DecimalField):
        return 1
    return "text"


@pytest.fixture(scope="module")
def world(plan_2017: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A row of every model, and a person of every kind."""
    with django_db_blocker.unblock(), transaction.atomic():
        for model in registered():
            first_row(model)
        factories.make_plan(2018, is_draft=True)
        make_people()
        yield
        transaction.set_rollback(True)


def make_people() -> None:
    User.objects.create_user("member")
    User.objects.create_user("staff without a role", is_staff=True)
    User.objects.create_superuser(SUPERUSER)
    for role in ROLES:
        User.objects.create_user(role, is_staff=True).groups.add(Group.objects.get(name=role))


def client_of(person: str) -> Client:
    client = Client()
    if person != "visitor":
        sign_in(client, User.objects.get(username=person))
    return client


def outcome(client: Client, method: str, url: str, data: dict[str, Any] | None = None) -> str:
    """Whether it is "in", "no" or "sign in"; whatever the request does is undone."""
    with transaction.atomic():
        response = getattr(client, method)(url, data or {})
        transaction.set_rollback(True)
    if response.status_code == 302 and response["Location"].startswith("/admin/login/"):
        return "sign in"
    return "no" if response.status_code in (403, 404, 405) else "in"


def letters(person: str, model: type[Model]) -> str:
    """What the table lets the person do with the model's rows."""
    columns = (SUPERUSER, "sekretariat", "ekonom", "redaktör")
    given = ROWS[label_of(model)]
    if person in columns:
        return given[columns.index(person)]
    if person == "läsare":
        return given[4] if len(given) > len(columns) else given[1][:1]
    return ""


def expected(person: str, *, may: bool) -> str:
    if person in ("visitor", "member"):
        return "sign in"
    return "in" if may else "no"


def usual_requests() -> Iterator[tuple[type[Model], str, str, str]]:
    """What is asked of the usual pages: the model, the letters that it takes, the method and the address."""
    for address in addresses():
        if address.model is None or not address.is_usual:
            continue
        url = address.url()
        to_get, to_post = NOBODY if address.name in OUT_ONLY else USUAL[address.name.rpartition("_")[2]]
        yield address.model, to_get, "get", url
        if to_post:
            yield address.model, to_post, "post", url


def test_every_address_has_its_line() -> None:
    named = {address.name for address in addresses() if not address.is_usual}

    assert named - OPEN == set(PAGES)
    assert {label_of(model) for model in registered()} == set(ROWS)


@pytest.mark.parametrize("person", PEOPLE)
def test_usual_pages_open_for_whom_the_table_says(person: str) -> None:
    client = client_of(person)
    told, found = {}, {}
    for model, needed, method, url in usual_requests():
        told[method, url] = expected(person, may=set(needed) <= set(letters(person, model)))
        found[method, url] = outcome(client, method, url)

    assert {place: found[place] for place in told if found[place] != told[place]} == {}


@pytest.mark.parametrize("person", PEOPLE)
def test_other_pages_open_for_whom_the_table_says(person: str) -> None:
    client = client_of(person)
    told, found = {}, {}
    for address in addresses():
        if address.name in PAGES:
            may = person in PAGES[address.name]
            told[address.name] = expected(person, may=may)
            method = "post" if address.name in POST_ONLY else "get"
            found[address.name] = outcome(client, method, address.url())
            if not may and method == "get":
                told[f"post {address.name}"] = expected(person, may=False)
                found[f"post {address.name}"] = outcome(client, "post", address.url())

    assert {name: found[name] for name in told if found[name] != told[name]} == {}


@pytest.mark.parametrize("person", [*ROLES, SUPERUSER])
def test_rows_are_deleted_together_only_by_those_who_may_delete_them(person: str) -> None:
    client = client_of(person)
    told, found = {}, {}
    for model in registered():
        may = letters(person, model)
        if may:
            page = client.get(reverse(f"admin:{label_of(model, '_')}_changelist"))
            form = page.context["action_form"]
            offered = {name for name, _ in form.fields["action"].choices} if form else set()
            told[label_of(model)] = "d" in may and label_of(model) not in ONE_AT_A_TIME
            found[label_of(model)] = "delete_selected" in offered

    assert found == told


@pytest.mark.parametrize("person", ["ekonom", "redaktör", "läsare"])
def test_action_that_is_not_offered_deletes_nothing(person: str) -> None:
    client = client_of(person)
    for model in registered():
        may = letters(person, model)
        if may and "d" not in may:
            key = first_row(model).pk
            data = {"action": "delete_selected", "_selected_action": [key], "post": "yes"}
            client.post(reverse(f"admin:{label_of(model, '_')}_changelist"), data)
            assert model._base_manager.filter(pk=key).exists(), model


def test_nobody_can_change_earlier_versions() -> None:
    """No role has a permission to, and no page of the back office edits one."""
    changing = [
        f"{group}: {permission.codename}"
        for group in Group.objects.all()
        for permission in group.permissions.filter(codename__contains="historical")
        if not permission.codename.startswith("view_")
    ]

    assert changing == []
    assert [model for model in registered() if "Historical" in model.__name__] == []


def test_table_of_the_roles_grants_nothing_to_models_that_are_not_here() -> None:
    assert set(TABLE) == set(ROWS) - {"auth.user", "auth.group"}
