"""A plan is adopted and published with its budget and its calendar, or not at all; and taken back."""

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budget.invoicing import credit_notices, issue_notices
from budget.models import Budget, BudgetLine, FeeNotice
from calendar_app.models import Event
from committee.models import OperationalPlan, PlanSection
from sodertorn import roles
from sodertorn.adoption import (
    AdoptionRefusedError,
    adopt,
    deciding_meetings,
    decisions,
    keep_comments,
    likely_meeting,
    withdraw,
)
from sodertorn.checklist import checklist
from sodertorn.models import AcceptedWarning, Adoption
from sodertorn.publishing import SEES_ALL, VISITOR, Publication
from sodertorn.working_copies import begin_working_copy
from tests import factories
from tests.reading import parse
from tests.signing_in import sign_in
from tests.test_admin import form_of

pytestmark = pytest.mark.django_db

DAY = datetime.date(2018, 2, 1)
NOW = datetime.datetime(2018, 2, 5, 9, 30, tzinfo=datetime.UTC)
WARNING = "Planen har ingen vision."
WHOLE: dict[str, Any] = {"start_time": datetime.time(9), "location": "Rådsalen"}


@pytest.fixture
def plan():
    """A draft that lacks nothing, with one meeting that is a draft and one that everyone sees."""
    plan = factories.make_ready_draft(2018)
    section = plan.sections.get()
    for month, publication in ((3, Publication.DRAFT), (5, Publication.PUBLISHED)):
        day = datetime.date(2018, month, 15)
        factories.make_event(day, plan_section=section, publication=publication, **WHOLE)
    return plan


@pytest.fixture
def meeting():
    return factories.make_event(DAY, body=factories.make_body(), title="Sammanträde", **WHOLE)


def all_rows():
    """Every row of the portal's own models, their versions included."""
    configs = [apps.get_app_config(label) for label in ("committee", "budget", "calendar_app", "sodertorn")]
    models = [model for config in configs for model in config.get_models()]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


def refusal(function, *arguments):
    """Why it was refused, with plain spaces; nothing at all was changed by it."""
    before = all_rows()
    with pytest.raises(AdoptionRefusedError) as refused:
        function(*arguments)
    assert all_rows() == before
    return [reason.replace("\xa0", " ") for reason in refused.value.reasons]


# --- Adopting -----------------------------------------------------------------------------------------------


def test_plan_budget_and_meetings_are_published_together(plan, meeting):
    anna = User.objects.create_user("anna")
    adoption = adopt(plan, DAY, meeting, anna, NOW)

    plan.refresh_from_db()
    assert (plan.status, plan.decided_on) == ("adopted", DAY)
    assert Budget.objects.get().status == "published"
    assert not Event.objects.filter(publication=Publication.DRAFT).exists()
    assert Adoption.objects.get() == adoption
    assert (adoption.plan, adoption.decided_on, adoption.meeting) == (plan, DAY, meeting)
    assert (adoption.published_at, adoption.published_by) == (NOW, anna)
    assert OperationalPlan.objects.public().get() == plan
    assert Budget.objects.public().get().plan == plan


def test_meetings_with_a_day_are_confirmed_and_those_without_stay_preliminary(plan):
    """Also what the plan before promised of the year, which is public already."""
    section = plan.sections.get()
    before = factories.make_section(factories.make_plan(2017), 7, "Kalendarium")
    section.origin = before
    section.save()
    preliminary = {"status": Event.Status.PRELIMINARY, **WHOLE}
    drafted = factories.make_event(
        datetime.date(2018, 4, 5), plan_section=section, publication=Publication.DRAFT, **preliminary
    )
    promised = factories.make_event(datetime.date(2018, 1, 25), plan_section=before, **preliminary)
    dayless = factories.make_event(
        datetime.date(2018, 9, 1),
        plan_section=section,
        date_precision="month",
        status=Event.Status.PRELIMINARY,
    )
    last_year = factories.make_event(datetime.date(2017, 12, 7), plan_section=before, **preliminary)
    keep_comments(plan, [(found.rule, found.sentence, "Ja.") for found in checklist(plan).warnings])
    adopt(plan, DAY, None, None, NOW)

    for event in (drafted, promised, dayless, last_year):
        event.refresh_from_db()
    assert [event.status for event in (drafted, promised, dayless, last_year)] == [
        "confirmed",
        "confirmed",
        "preliminary",
        "preliminary",
    ]


def test_what_was_published_says_why_in_its_history(plan):
    adopt(plan, DAY, None, None, NOW)

    reason = "Verksamhetsplan 2018 beslutades 1\xa0februari 2018 och publicerades."
    assert plan.history.latest().history_change_reason == reason
    assert Budget.objects.get().history.latest().history_change_reason == reason
    changed, untouched = Event.objects.order_by("starts_on")
    assert changed.history.latest().history_change_reason == reason
    assert untouched.history.count() == 1


def test_draft_meetings_of_other_plans_and_of_none_stay_drafts(plan):
    other = factories.make_section(factories.make_plan(2019, is_draft=True), 7, "Kalendarium")
    for index, section in enumerate([other, None]):
        factories.make_event(
            datetime.date(2019, 1, 1 + index), plan_section=section, publication=Publication.DRAFT
        )
    adopt(plan, DAY, None, None, NOW)

    drafts = Event.objects.filter(publication=Publication.DRAFT)
    assert [event.starts_on.year for event in drafts] == [2019, 2019]


def test_errors_are_the_reasons_and_leave_everything_as_it_was(plan):
    PlanSection.objects.update(text="")
    BudgetLine.objects.filter(side="cost").update(amount=900)

    assert refusal(adopt, plan, DAY, None, None, NOW) == [
        "Avsnittet ”Inledning” är tomt. Skriv en text eller ta bort avsnittet.",
        "Budget 2018: Intäkterna är 1 000 kr och kostnaderna 900 kr: 100 kr blir över.",
    ]


def test_warning_needs_a_comment_which_is_kept(plan):
    OperationalPlan.objects.update(vision="")
    assert refusal(adopt, plan, DAY, None, None, NOW) == [f"Varningen saknar kommentar: {WARNING}"]

    keep_comments(plan, [("no-vision", WARNING, " Visionen kommer i juni. ")])
    adopt(plan, DAY, None, None, NOW)

    kept = AcceptedWarning.objects.get()
    assert (kept.plan, kept.rule, kept.text, kept.comment) == (
        plan,
        "no-vision",
        WARNING,
        "Visionen kommer i juni.",
    )


def test_comment_on_another_sentence_is_no_comment(plan):
    OperationalPlan.objects.update(vision="")
    keep_comments(plan, [("no-vision", "Något annat.", "Ja."), ("no-principles", WARNING, "Ja.")])

    assert refusal(adopt, plan, DAY, None, None, NOW) == [f"Varningen saknar kommentar: {WARNING}"]


def test_comment_is_changed_and_taken_back_until_the_plan_is_adopted(plan):
    keep_comments(plan, [("no-vision", WARNING, "Ett."), ("no-principles", "Två.", "Två.")])
    keep_comments(plan, [("no-vision", WARNING, "Ett igen."), ("no-principles", "Två.", " ")])
    assert [row.comment for row in AcceptedWarning.objects.all()] == ["Ett igen."]
    assert AcceptedWarning.objects.get().history.count() == 2
    keep_comments(plan, [("no-vision", WARNING, "Ett igen.")])
    assert AcceptedWarning.objects.get().history.count() == 2

    adopt(plan, DAY, None, None, NOW)
    keep_comments(OperationalPlan.objects.get(), [("no-vision", WARNING, "")])
    assert [row.comment for row in AcceptedWarning.objects.all()] == ["Ett igen."]


@pytest.mark.parametrize("days", [0, 1])
def test_decision_is_at_the_latest_of_the_same_day(plan, days):
    """By the day in Sweden: at half past eleven at night UTC it is the next day there."""
    now = datetime.datetime(2018, 2, 1, 23, 30, tzinfo=datetime.UTC)
    day = datetime.date(2018, 2, 2) + datetime.timedelta(days)
    if days:
        assert refusal(adopt, plan, day, None, None, now) == ["Beslutsdatumet kan inte ligga i framtiden."]
    else:
        assert adopt(plan, day, None, None, now).decided_on == day


@pytest.mark.parametrize("day", [15, 16, 17, 18])
def test_meeting_decides_on_its_own_days_only(plan, day):
    conference = factories.make_event(
        datetime.date(2018, 1, 16), ends_on=datetime.date(2018, 1, 17), title="Konferens", **WHOLE
    )
    decided_on = datetime.date(2018, 1, day)
    if day in (16, 17):
        assert adopt(plan, decided_on, conference, None, NOW).meeting == conference
    else:
        assert refusal(adopt, plan, decided_on, conference, None, NOW) == [
            (
                f"Konferens hålls 16–17 januari 2018 och kan inte ha beslutat {day} januari 2018. "
                "Ändra datumet eller välj ett annat möte."
            )
        ]


def test_second_of_two_clerks_is_told(plan):
    adopt(plan, DAY, None, None, NOW)

    assert refusal(adopt, plan, DAY, None, None, NOW) == [
        "Verksamhetsplan 2018 är redan beslutad och publicerad."
    ]


@pytest.mark.parametrize("broken", [Budget, Event, Adoption])
def test_failure_midway_leaves_everything_as_it_was(plan, monkeypatch, broken):
    def fail(self, *args, **kwargs):
        raise RuntimeError("the disk is full")

    before = all_rows()
    monkeypatch.setattr(broken, "save", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        adopt(plan, DAY, None, None, NOW)

    assert all_rows() == before


def test_clerks_wait_for_each_other(plan):
    """Whoever adopts holds the plan's row first of all; SQLite holds the whole database instead."""
    with CaptureQueriesContext(connection) as queries:
        adopt(plan, DAY, None, None, NOW)

    selects = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert '"committee_operationalplan"' in selects[0]
    assert ("FOR UPDATE" in selects[0]) is connection.features.has_select_for_update


# --- Working copies -----------------------------------------------------------------------------------------


@pytest.fixture
def adopted(plan):
    adopt(plan, DAY, None, None, NOW)
    return OperationalPlan.objects.get()


def test_working_copy_takes_the_plans_place(adopted):
    copy = begin_working_copy(adopted)
    section = copy.sections.get()
    section.text = "Vi samverkar mer."
    section.save()
    factories.make_event(
        datetime.date(2018, 5, 16),
        plan_section=adopted.sections.get(),
        publication=Publication.DRAFT,
        **WHOLE,
    )
    keep_comments(copy, [(each.rule, each.sentence, "Är på väg.") for each in checklist(copy).warnings])
    adoption = adopt(copy, datetime.date(2018, 6, 1), None, None, NOW.replace(month=6))

    plan = OperationalPlan.objects.get()
    assert adoption.plan == plan == adopted
    assert (plan.status, plan.decided_on, plan.sections.get().text) == ("adopted", DAY, "Vi samverkar mer.")
    assert not Event.objects.filter(publication=Publication.DRAFT).exists()
    assert [row.plan for row in AcceptedWarning.objects.all()] == [plan]
    assert [(each.decided_on, each.is_revision) for each in decisions(plan, VISITOR)] == [
        (DAY, False),
        (datetime.date(2018, 6, 1), True),
    ]


def test_working_copy_that_is_gone_is_told_of(adopted):
    copy = begin_working_copy(adopted)
    keep_comments(copy, [(each.rule, each.sentence, "Är på väg.") for each in checklist(copy).warnings])
    adopt(copy, DAY, None, None, NOW)

    assert refusal(adopt, copy, DAY, None, None, NOW) == [
        "Verksamhetsplan 2018, arbetsversion finns inte längre. Den kan redan vara publicerad."
    ]


# --- Taking back --------------------------------------------------------------------------------------------


def test_plan_and_budget_are_taken_back_with_the_reason(adopted):
    withdraw(adopted, " Fel version. ")

    plan, budget = OperationalPlan.objects.get(), Budget.objects.get()
    assert (plan.status, plan.decided_on, budget.status) == ("draft", None, "draft")
    assert plan.history.latest().history_change_reason == "Fel version."
    assert budget.history.latest().history_change_reason == "Fel version."
    assert not Event.objects.filter(publication=Publication.DRAFT).exists()
    assert decisions(plan, SEES_ALL) == []

    adopt(plan, datetime.date(2018, 2, 3), None, None, NOW)
    assert [each.decided_on for each in decisions(OperationalPlan.objects.get(), SEES_ALL)] == [
        datetime.date(2018, 2, 3)
    ]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("", ["Skriv varför planen återtas."]),
        (" \n", ["Skriv varför planen återtas."]),
        ("x" * 251, ["Skälet får ha högst 250 tecken."]),
        ("x" * 250, []),
    ],
)
def test_reason_is_needed_and_short(adopted, reason, told):
    if told:
        assert refusal(withdraw, adopted, reason) == told
    else:
        withdraw(adopted, reason)
        assert OperationalPlan.objects.get().is_draft


def test_plan_with_notices_issued_stays(adopted):
    notices = issue_notices(
        Budget.objects.get(), datetime.date(2018, 1, 1), datetime.date(2018, 12, 31), None, NOW
    )
    assert refusal(withdraw, adopted, "Fel version.") == [
        "Underlag för avgiften är utfärdade (nummer 1). Kreditera dem innan du återtar planen."
    ]

    credit_notices(notices, "Fel version.", None, NOW)
    withdraw(adopted, "Fel version.")
    assert FeeNotice.objects.count() == 2


def test_plan_with_a_working_copy_stays(adopted):
    begin_working_copy(adopted)

    assert refusal(withdraw, adopted, "Fel version.") == [
        "Verksamhetsplan 2018 har en arbetsversion. Publicera den eller ta bort den först."
    ]


def test_draft_is_not_taken_back(plan):
    assert refusal(withdraw, plan, "Fel version.") == ["Verksamhetsplan 2018 är redan ett utkast."]


# --- The meeting that decides -------------------------------------------------------------------------------


def test_meetings_that_may_decide_are_the_committees_around_the_year():
    body, other = factories.make_body(), factories.make_body("gruppen", kind="management_group")
    for text in ("2017-06-30", "2017-07-01", "2018-12-31", "2019-01-01"):
        factories.make_event(datetime.date.fromisoformat(text), body=body)
    day = datetime.date(2018, 2, 1)
    factories.make_event(day, body=other)
    factories.make_event(day, body=body, slug="installt", status=Event.Status.CANCELLED)
    factories.make_event(day, body=body, slug="manad", date_precision="month")

    assert [str(event.starts_on) for event in deciding_meetings(2018)] == ["2018-12-31", "2017-07-01"]


@pytest.mark.parametrize(("day", "likely"), [(1, None), (2, 2), (3, 2), (9, 9)])
def test_meeting_that_has_most_likely_decided_is_the_latest_held(day, likely):
    body = factories.make_body()
    for each in (2, 9):
        factories.make_event(datetime.date(2018, 2, each), body=body)

    found = likely_meeting(2018, datetime.date(2018, 2, day))
    assert (found.starts_on.day if found else None) == likely


def meta(client):
    page = parse(client.get("/verksamhetsplan/2018/").content.decode())
    line = page.one("header", "page-header").one("p", "meta")
    return line.text, line.links()


def test_plan_says_when_and_where_it_was_decided(client, plan, meeting):
    adopt(plan, DAY, meeting, None, NOW)
    assert meta(client) == ("Beslutad 1 februari 2018 vid Sammanträde", [meeting.get_absolute_url()])

    Event.objects.filter(pk=meeting.pk).update(publication=Publication.DRAFT)
    assert meta(client) == ("Beslutad 1 februari 2018", [])

    adoption = Adoption.objects.create(plan=plan, decided_on=datetime.date(2018, 6, 1))
    assert meta(client) == ("Beslutad 1 februari 2018. Ändrad genom beslut 1 juni 2018", [])

    Adoption.objects.exclude(pk=adoption.pk).delete()
    assert meta(client) == ("Beslutad 1 februari 2018. Ändrad genom beslut 1 juni 2018", [])


# --- In the administration ----------------------------------------------------------------------------------


def person(role):
    user = User.objects.create_user(role, password="hemligt", is_staff=True)
    roles.update()
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def clerk(client):
    sign_in(client, person("sekretariat"))
    return client


def address(page, plan):
    return reverse(f"admin:plan-{page}", args=[plan.pk])


def posted(client, plan, **fields):
    """What the checklist's form would send as it is, but for the fields given."""
    context = client.get(address("checklist", plan)).context
    form = {field.html_name: field.value() for field in context["formset"].management_form}
    for bound in context["formset"]:
        form |= {field.html_name: field.value() for field in bound}
    form |= {field.html_name: field.value() or "" for field in context["form"]}
    return {**form, **fields}


def text_of(response):
    return parse(response.content.decode()).one("main").text


def test_checklist_proposes_the_decision_and_tells_what_becomes_public(clerk, plan, meeting):
    page = text_of(clerk.get(address("checklist", plan)))

    assert "Allt klart." in page
    assert "Det här blir synligt för alla: Verksamhetsplan 2018 Budget 2018: intäkter 1 000 kr" in page
    assert "1 möte i kalendern: Möte, torsdag 15 mars 2018" in page
    form = posted(clerk, plan)
    assert (form["decided_on"], form["meeting"]) == (DAY, meeting.pk)


def test_adopting_from_the_page_leads_to_the_public_pages(clerk, plan, meeting):
    response = clerk.post(address("adopt", plan), posted(clerk, plan), follow=True)

    assert response.redirect_chain == [(address("checklist", plan), 302)]
    page = parse(response.content.decode())
    assert "Verksamhetsplan 2018 är beslutad och publicerad." in page.one("main").text
    assert "Beslutad 1 februari 2018 vid Sammanträde" in page.one("main").text
    assert {"/verksamhetsplan/2018/", "/budget/2018/", "/kalender/2018/"} <= set(page.links())
    assert str(Adoption.objects.get().published_by) == "sekretariat"
    assert clerk.get("/verksamhetsplan/2018/").status_code == 200


def test_pressing_twice_adopts_once(clerk, plan, meeting):
    form = posted(clerk, plan)
    clerk.post(address("adopt", plan), form)
    again = clerk.post(address("adopt", plan), form)

    assert "Verksamhetsplan 2018 är redan beslutad och publicerad." in text_of(again)
    assert Adoption.objects.count() == 1


def test_comments_are_kept_and_what_was_typed_stays_when_adopting_is_refused(clerk, plan, meeting):
    OperationalPlan.objects.update(vision="")
    PlanSection.objects.update(text="")
    form = posted(clerk, plan, decided_on="2018-01-31", **{"varning-0-comment": "Kommer i juni."})
    response = clerk.post(address("adopt", plan), form)

    assert "Inget är publicerat. Det du har skrivit är kvar." in text_of(response)
    assert list(response.context["reasons"]) == [
        (
            "Sammanträde hålls 1\xa0februari 2018 och kan inte ha beslutat 31\xa0januari 2018. "
            "Ändra datumet eller välj ett annat möte."
        ),
        "Avsnittet ”Inledning” är tomt. Skriv en text eller ta bort avsnittet.",
    ]
    assert response.context["form"]["decided_on"].value() == "2018-01-31"
    assert response.context["formset"][0]["comment"].value() == "Kommer i juni."
    assert AcceptedWarning.objects.get().comment == "Kommer i juni."
    assert OperationalPlan.objects.get().is_draft


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"decided_on": ""}, "Ange vilken dag planen beslutades."),
        ({"decided_on": "i går"}, "Skriv datumet med siffror, som 2018-02-01."),
        ({"meeting": "99999"}, "Välj ett av mötena i listan."),
        ({"meeting": "x"}, "Välj ett av mötena i listan."),
        ({"meeting": "9" * 40}, "Välj ett av mötena i listan."),
    ],
)
def test_decision_that_makes_no_sense_is_refused_and_the_comments_kept(clerk, plan, meeting, fields, error):
    OperationalPlan.objects.update(vision="")
    form = posted(clerk, plan, **{"varning-0-comment": "Kommer i juni."}, **fields)
    response = clerk.post(address("adopt", plan), form)

    assert error in text_of(response)
    assert AcceptedWarning.objects.get().comment == "Kommer i juni."
    assert OperationalPlan.objects.get().is_draft


def test_saving_comments_keeps_the_date_that_was_typed(clerk, plan, meeting):
    OperationalPlan.objects.update(vision="")
    form = posted(clerk, plan, decided_on="2018-01-31", **{"varning-0-comment": "Kommer i juni."})
    response = clerk.post(address("checklist", plan), form)

    assert "Kommentarerna är sparade." in text_of(response)
    assert response.context["form"]["decided_on"].value() == "2018-01-31"
    assert AcceptedWarning.objects.get().comment == "Kommer i juni."
    assert OperationalPlan.objects.get().is_draft


def test_kept_comments_are_shown_afterwards(clerk, plan, meeting):
    OperationalPlan.objects.update(vision="")
    clerk.post(address("adopt", plan), posted(clerk, plan, **{"varning-0-comment": "Kommer i juni."}))
    assert f"{WARNING} Öppna där det ändras: {WARNING} Godtagen: Kommer i juni." in text_of(
        clerk.get(address("checklist", plan))
    )

    OperationalPlan.objects.update(vision="Vi vill.")
    assert f"Varningar som godtogs tidigare {WARNING} Godtagen: Kommer i juni." in text_of(
        clerk.get(address("checklist", plan))
    )


def test_warnings_that_say_the_same_have_one_comment(clerk, plan, meeting):
    for slug in ("a", "b"):
        factories.make_section(plan, 2, "Arbetsformer", slug=slug, text="Som 2017.")
    form = posted(clerk, plan, **{"varning-0-comment": "Så ska det stå."})
    assert form["varning-TOTAL_FORMS"] == 1
    clerk.post(address("adopt", plan), form)

    assert not OperationalPlan.objects.get().is_draft
    assert AcceptedWarning.objects.get().comment == "Så ska det stå."


def test_adopting_asks_for_a_fresh_sign_in_and_keeps_the_comments(client, plan, meeting):
    user = person("sekretariat")
    sign_in(client, user)
    OperationalPlan.objects.update(vision="")
    form = posted(client, plan, **{"varning-0-comment": "Kommer i juni."})
    sign_in(client, user, seconds_ago=3600)
    response = client.post(address("adopt", plan), form)

    assert response.status_code == 302
    assert response["Location"].startswith("/konto/")
    assert AcceptedWarning.objects.get().comment == "Kommer i juni."
    assert OperationalPlan.objects.get().is_draft


def test_taking_back_asks_for_a_fresh_sign_in(client, adopted):
    sign_in(client, person("sekretariat"), seconds_ago=3600)

    response = client.post(address("withdraw", adopted), {"reason": "Fel version."})
    assert response["Location"].startswith("/konto/")
    assert not OperationalPlan.objects.get().is_draft


def test_taking_back_from_the_page(clerk, adopted):
    refused = clerk.post(address("withdraw", adopted), {"reason": ""})
    assert "Skriv varför planen återtas." in text_of(refused)
    response = clerk.post(address("withdraw", adopted), {"reason": "Fel version."}, follow=True)

    told = "Verksamhetsplan 2018 och dess budget är utkast igen och syns inte på webbplatsen."
    assert told in text_of(response)
    assert clerk.get("/verksamhetsplan/2018/?visa=besokare").status_code == 404


def test_taking_back_is_refused_with_the_reasons(clerk, adopted):
    begin_working_copy(adopted)
    response = clerk.post(address("withdraw", adopted), {"reason": "Fel version."})

    page = text_of(response)
    assert "Planen är inte återtagen." in page
    assert "Verksamhetsplan 2018 har en arbetsversion. Publicera den eller ta bort den först." in page
    assert response.context["form"]["reason"].value() == "Fel version."


@pytest.mark.parametrize("role", ["ekonom", "redaktör", "läsare"])
def test_others_see_the_checklist_but_can_do_nothing(client, plan, role):
    sign_in(client, person(role))
    page = client.get(address("checklist", plan))

    assert page.status_code == 200
    assert "Anta och publicera" not in text_of(page)
    for name in ("checklist", "adopt", "withdraw"):
        assert client.post(address(name, plan), {"reason": "x"}).status_code == 403
    assert OperationalPlan.objects.get().is_draft


def test_visitors_are_asked_who_they_are(client, plan):
    for name in ("checklist", "adopt", "withdraw"):
        response = client.get(address(name, plan))
        assert response["Location"] == f"/admin/login/?next={address(name, plan)}"


def test_staff_without_a_role_may_not_see_the_checklist(client, plan):
    sign_in(client, User.objects.create_user("anna", is_staff=True))
    assert client.get(address("checklist", plan)).status_code == 403


def test_adopting_a_copy_that_is_gone_leads_to_the_list(clerk):
    response = clerk.post(reverse("admin:plan-adopt", args=[99]), {}, follow=True)

    assert "Planen finns inte längre. Den kan redan vara publicerad." in text_of(response)


@pytest.mark.parametrize("page", ["checklist", "withdraw"])
def test_plan_that_does_not_exist_has_no_checklist(clerk, page):
    for key in (99, int("9" * 30)):
        assert clerk.get(reverse(f"admin:plan-{page}", args=[key])).status_code == 404


# --- The ordinary forms -------------------------------------------------------------------------------------


def test_plans_form_shows_its_status_without_changing_it(clerk, plan):
    page = reverse("admin:committee_operationalplan_change", args=[plan.pk])
    context = clerk.get(page).context
    assert {"status", "decided_on"} & set(context["adminform"].form.fields) == set()
    assert address("checklist", plan) in clerk.get(page).content.decode()


def test_plan_is_not_adopted_by_its_form(clerk, plan):
    page = reverse("admin:committee_operationalplan_change", args=[plan.pk])
    form = {**form_of(clerk, page), "vision": "Vi kan.", "status": "adopted", "decided_on": "2018-02-01"}
    assert clerk.post(page, form).status_code == 302

    plan.refresh_from_db()
    assert (plan.vision, plan.status, plan.decided_on) == ("Vi kan.", "draft", None)


def test_list_of_plans_leads_to_the_checklists(clerk, plan):
    page = parse(clerk.get(reverse("admin:committee_operationalplan_changelist")).content.decode())
    link = page.one("a", aria_label="Checklista för Verksamhetsplan 2018")
    assert link.attributes["href"] == address("checklist", plan)


@pytest.mark.parametrize("is_adopted", [False, True])
def test_budget_is_published_by_itself_only_when_its_plan_is_adopted(clerk, plan, is_adopted):
    if is_adopted:
        OperationalPlan.objects.update(status="adopted", decided_on=DAY)
    budget = Budget.objects.get()
    page = reverse("admin:budget_budget_change", args=[budget.pk])
    assert "Är planen redan beslutad kan budgeten publiceras för sig, här." in text_of(clerk.get(page))
    response = clerk.post(page, {**form_of(clerk, page), "status": "published"})

    budget.refresh_from_db()
    assert (budget.status == "published") is is_adopted
    if not is_adopted:
        assert (
            "Verksamhetsplan 2018 är inte beslutad än. Budgeten publiceras med den, från planens checklista."
        ) in text_of(response)
