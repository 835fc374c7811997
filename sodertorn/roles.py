"""Who may do what: the roles, as groups in the database that `update_roles` keeps in step with this table.

A leaf: models are named, not imported. Each model has its line; a test fails when one is missing. Every role
sees everything that the back office shows, drafts and earlier versions included, save what visitors have
written to us. Earlier versions are changed by nobody, and accounts and roles are the superusers' business
alone.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from simple_history.models import HistoricalChanges

SEE = ("view",)
ADD = ("view", "add")
EDIT = ("view", "add", "change", "delete")


class Rights(NamedTuple):
    """What those may do with a model who may do more than see it."""

    sekretariat: tuple[str, ...] = SEE
    ekonom: tuple[str, ...] = SEE
    redaktör: tuple[str, ...] = SEE
    läsare: tuple[str, ...] = SEE


OFFICE = Rights(sekretariat=EDIT)
MONEY = Rights(sekretariat=EDIT, ekonom=EDIT)
WORDS = Rights(sekretariat=EDIT, redaktör=EDIT)
# What visitors have written, and who they are, is read by those who answer and mend, and by nobody else.
LETTERS = Rights(sekretariat=("view", "change", "delete"), ekonom=(), redaktör=("view", "change"), läsare=())
KEPT_BY_THE_PORTAL = Rights()

ROLES = {
    "sekretariat": "allt innehåll: plan, kalender, budget, dokument och nyheter",
    "ekonom": "budget, avgifter och underlag; ser allt annat",
    "redaktör": "nyheter, sidor och dokument; ser allt annat",
    "läsare": "ser allt, också utkast, men ändrar inget",
}
"""What each role is for, as it is told to whoever gives it to someone."""

TABLE = {
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
    "calendar_app.formeraddress": OFFICE,
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
    # To add a notice is to issue or credit it. What is issued is neither changed nor deleted.
    "budget.feenotice": Rights(sekretariat=ADD, ekonom=ADD),
    "budget.numberseries": KEPT_BY_THE_PORTAL,
    "sodertorn.adoption": Rights(sekretariat=ADD),
    "sodertorn.acceptedwarning": OFFICE,
    "sodertorn.previewlink": Rights(sekretariat=EDIT, ekonom=EDIT, redaktör=EDIT),
    "sodertorn.loadedrow": KEPT_BY_THE_PORTAL,
    "sodertorn.searchentry": KEPT_BY_THE_PORTAL,
    "sodertorn.searchword": KEPT_BY_THE_PORTAL,
}

SPECIAL = {"sodertorn.view_drafts": tuple(ROLES)}
"""Permissions beyond seeing and editing a model, and the roles that have them."""

APPS = ("sodertorn", "committee", "calendar_app", "budget")


class Change(NamedTuple):
    """What `update` did to one role: how many permissions it got and lost."""

    role: str
    added: int
    removed: int


def rights_of(role: str) -> set[tuple[str, str]]:
    """The permissions of a role, as app label and codename."""
    rights = {
        (label, f"{action}_{model}")
        for (label, model), given in _models()
        for action in getattr(given, role, SEE)
    }
    for name, roles in SPECIAL.items():
        if role in roles:
            label, _, codename = name.partition(".")
            rights.add((label, codename))
    return rights


def _models() -> Iterator[tuple[tuple[str, str], Rights]]:
    """The table's models, and every model of earlier versions, which can only be seen."""
    for name, given in TABLE.items():
        label, _, model = name.partition(".")
        yield (label, model), given
    for label in APPS:
        for model_class in apps.get_app_config(label).get_models():
            if issubclass(model_class, HistoricalChanges):
                yield (label, str(model_class._meta.model_name)), KEPT_BY_THE_PORTAL


@transaction.atomic
def update(using: str = "default") -> list[Change]:
    """Make the roles' groups what the table says, and tell what changed. Other groups are left alone."""
    for label in APPS:
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    changes = [_update(role, using) for role in ROLES]
    return [change for change in changes if change.added or change.removed]


def _update(role: str, using: str) -> Change:
    group, _ = Group.objects.using(using).get_or_create(name=role)
    wanted = set(_permissions(rights_of(role), using))
    present = set(group.permissions.all())
    group.permissions.set(wanted)
    return Change(role, added=len(wanted - present), removed=len(present - wanted))


def _permissions(rights: Iterable[tuple[str, str]], using: str) -> list[Permission]:
    wanted = set(rights)
    found = Permission.objects.using(using).filter(
        Q(content_type__app_label__in=APPS), codename__in={codename for _, codename in wanted}
    )
    found = found.select_related("content_type")
    return [
        permission
        for permission in found
        if (permission.content_type.app_label, permission.codename) in wanted
    ]
