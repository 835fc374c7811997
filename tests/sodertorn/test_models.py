"""Decisions to publish, accepted warnings and preview links: the rules of the database."""

import datetime

import pytest
from django.apps import apps
from django.utils import timezone

from sodertorn.models import AcceptedWarning, PreviewLink
from sodertorn.search_entry import SearchEntry
from tests import factories
from tests.constraints import assert_breaks, rules_of

pytestmark = pytest.mark.django_db


def warning_again() -> AcceptedWarning:
    fields = {"plan": factories.make_plan(), "rule": "clash", "text": "Två möten.", "comment": "Samma lokal."}
    AcceptedWarning.objects.create(**fields)
    return AcceptedWarning(**fields)


def warning_without_comment() -> AcceptedWarning:
    return AcceptedWarning(plan=factories.make_plan(), rule="clash", text="Två möten.", comment="")


def entry_again() -> SearchEntry:
    fields = {"model": "committee.body", "key": 1, "kind": SearchEntry.Kind.BODY, "title": "K"}
    SearchEntry.objects.create(**fields)
    return SearchEntry(**fields)


BROKEN = [
    ("search_entry_once_per_row", "Sökpost med samma Modell och Rad finns redan.", entry_again),
    ("warning_accepted_once", "Varningen har redan en kommentar.", warning_again),
    ("accepted_warning_has_comment", "Skriv varför varningen kan godtas.", warning_without_comment),
]


@pytest.mark.parametrize(("name", "message", "make"), BROKEN, ids=[case[0] for case in BROKEN])
def test_rule_refuses(name, message, make):
    assert_breaks(make(), name, message)


def test_every_rule_is_tested():
    models = apps.get_app_config("sodertorn").get_models()

    assert {name for name, _, _ in BROKEN} == rules_of(*models)


def test_preview_link_is_valid_until_it_expires_or_is_revoked():
    now = timezone.now()
    plan = factories.make_plan(is_draft=True)
    day = datetime.timedelta(days=1)
    valid, expired, revoked = (
        PreviewLink.objects.create(shown=plan, expires_at=now + days, revoked_at=at)
        for days, at in ((day, None), (-day, None), (day, now))
    )

    assert list(PreviewLink.objects.valid_at(now)) == [valid]
    assert len({valid.token, expired.token, revoked.token}) == 3
    assert len(valid.token) == 32
