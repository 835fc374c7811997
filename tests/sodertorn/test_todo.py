"""What is left to do on a day, at the edges of when it is asked for, and who is told of it."""

import datetime

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from budget.invoicing import credit_notices, issue_notices
from budget.models import Budget, BudgetLine, Outcome
from calendar_app.models import AgendaItem, Event, EventDocument, EventLink, HostTurn
from committee.models import (
    AccessibilityStatement,
    Document,
    Municipality,
    OperationalPlan,
    ProblemReport,
)
from sodertorn import roles
from sodertorn.publishing import Publication
from sodertorn.todo import Todo, todo, todo_for
from sodertorn.working_copies import begin_working_copy
from tests import factories
from tests.reading import parse
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

SUPERUSER = User(is_superuser=True, is_active=True)
MEETING = datetime.date(2018, 3, 15)
NOW = datetime.datetime(2018, 1, 2, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def statement(db):
    """An accessibility statement that is newer than all else here."""
    return factories.make_statement(assessed_on=datetime.date(2026, 1, 1), updated_on="2026-01-01")


def days(number):
    return datetime.timedelta(number)


def left(on):
    """What is left to do: the sentence with plain spaces, when it is due, and where it is done."""
    return [
        (thing.sentence.replace("\xa0", " "), thing.when(on).replace("\xa0", " "), thing.address(SUPERUSER))
        for thing in todo(on)
    ]


def sentences(on):
    return [sentence for sentence, _, _ in left(on)]


def test_nothing_is_left_in_an_empty_portal():
    assert todo(MEETING) == []


# --- Meetings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead", "when"), [(31, None), (30, "om 30 dagar"), (1, "om en dag"), (0, "i dag"), (-1, None)]
)
def test_agenda_is_asked_for_from_30_days_before_until_the_day(ahead, when):
    event = factories.make_event(MEETING, title="Sammanträde")
    address = f"/admin/calendar_app/event/{event.pk}/change/#agenda-group"
    told = [("Sammanträde 15 mars 2018 har ingen dagordning.", when, address)]

    assert left(MEETING - days(ahead)) == (told if when else [])


def post(event, kind, publication=Publication.PUBLISHED):
    document = factories.make_document(kind, kind=kind, publication=publication)
    EventDocument.objects.create(event=event, document=document)


def test_agenda_is_points_a_document_or_a_link():
    events = [factories.make_event(MEETING, title=title, slug=title) for title in "abcde"]
    AgendaItem.objects.create(event=events[0], title="Val av justerare")
    post(events[1], Document.Kind.AGENDA)
    EventLink.objects.create(event=events[2], kind="agenda", title="Dagordning", url="https://a.example")
    post(events[3], Document.Kind.AGENDA, Publication.DRAFT)
    post(events[4], Document.Kind.PAPER)

    assert sentences(MEETING) == [
        "d 15 mars 2018 har en dagordning som är ett utkast.",
        "e 15 mars 2018 har ingen dagordning.",
    ]


@pytest.mark.parametrize(
    ("ago", "when"),
    [
        (13, None),
        (14, "i dag"),
        (15, "för en dag sedan"),
        (16, "för 2 dagar sedan"),
        (365, "sedan 29 mars 2018"),
    ],
)
def test_minutes_are_asked_for_from_14_days_after(ago, when):
    event = factories.make_event(MEETING, title="Sammanträde")
    address = f"/admin/calendar_app/event/{event.pk}/change/#event_documents-group"
    told = [("Sammanträde 15 mars 2018 har inget protokoll.", when, address)]

    assert left(MEETING + days(ago)) == (told if when else [])


def test_minutes_are_counted_from_the_last_day():
    factories.make_event(MEETING, ends_on=MEETING + days(1), title="Internat")

    assert sentences(MEETING + days(14)) == []
    assert sentences(MEETING + days(15)) == ["Internat 15–16 mars 2018 har inget protokoll."]


def test_minutes_are_a_public_document_or_a_link():
    events = [factories.make_event(MEETING, title=title, slug=title) for title in "abc"]
    post(events[0], Document.Kind.MINUTES)
    EventLink.objects.create(event=events[1], kind="minutes", title="Protokoll", url="https://a.example")
    post(events[2], Document.Kind.MINUTES, Publication.DRAFT)

    assert sentences(MEETING + days(14)) == ["c 15 mars 2018 har ett protokoll som är ett utkast."]


def test_conferences_and_cancelled_meetings_need_neither_agenda_nor_minutes():
    factories.make_event(MEETING, status=Event.Status.CANCELLED)
    factories.make_event(MEETING, kind=Event.Kind.PLANNING_CONFERENCE, slug="b")

    assert todo(MEETING) == todo(MEETING + days(14)) == []


def test_minutes_that_are_more_than_a_year_late_are_told_together():
    old = [factories.make_event(MEETING + days(number), slug=f"m-{number}") for number in (0, 30)]
    on = old[1].ends_on + days(366)
    keys = f"{old[0].pk}%2C{old[1].pk}"

    assert left(on) == [
        ("2 möten 2018 saknar protokoll.", "sedan 29 mars 2018", f"/admin/calendar_app/event/?id__in={keys}")
    ]
    assert sentences(on - days(1)) == [
        "Ett möte 2018 saknar protokoll.",
        "Möte 14 april 2018 har inget protokoll.",
    ]


def month(number, year=2018, **fields):
    day = datetime.date(year, number, 1)
    return factories.make_event(day, date_precision="month", title="Möte", **fields)


@pytest.mark.parametrize(
    ("on", "is_told"),
    [("2017-11-30", False), ("2017-12-01", True), ("2018-02-28", True), ("2018-03-31", True)],
)
def test_day_is_asked_for_from_three_months_before(on, is_told):
    event = month(3)
    told = [
        ("Möte mars 2018 har ingen dag ännu.", f"/admin/calendar_app/event/{event.pk}/change/#id_starts_on")
    ]

    found = [(sentence, address) for sentence, _, address in left(datetime.date.fromisoformat(on))]
    assert found == (told if is_told else [])


@pytest.mark.parametrize(("on", "last"), [("2017-09-30", 12), ("2017-10-01", 1), ("2017-12-31", 3)])
def test_three_months_reach_over_the_turn_of_the_year(on, last):
    for year, number in ((2017, 12), (2018, 1), (2018, 2), (2018, 3), (2018, 4)):
        month(number, year)
    months = {12: "december 2017", 1: "januari 2018", 2: "februari 2018", 3: "mars 2018"}
    told = list(months.values())[: list(months).index(last) + 1]

    assert sentences(datetime.date.fromisoformat(on)) == [f"Möte {each} har ingen dag ännu." for each in told]


def test_month_that_is_over_without_a_day_must_be_settled():
    month(3)
    month(4, status=Event.Status.CANCELLED)
    assert sentences(datetime.date(2018, 4, 1)) == [
        "Möte mars 2018 fick aldrig någon dag. Skriv in den eller ställ in mötet."
    ]
    month(2)
    assert sentences(datetime.date(2019, 4, 1)) == [
        "2 möten 2018 fick aldrig någon dag. Skriv in den eller ställ in mötet."
    ]


# --- Hosts, fees and reports --------------------------------------------------------------------------------


def test_turns_of_this_year_and_the_next_need_a_meeting():
    order = [factories.make_municipality(), factories.make_municipality("Salem", "0128")]
    rotation = factories.make_rotation(factories.make_body(), order, turns=4, first_year=2016)
    first = rotation.turns.get(year=2017)
    assert left(datetime.date(2017, 12, 31)) == [
        (
            "Värdskap för Samarbetskommitten: en tur 2017 har inget möte (Salem).",
            "sedan 1 januari 2017",
            f"/admin/calendar_app/hostturn/{first.pk}/change/",
        ),
        (
            "Värdskap för Samarbetskommitten: en tur 2018 har inget möte (Botkyrka).",
            "om en dag",
            f"/admin/calendar_app/hostturn/{rotation.turns.get(year=2018).pk}/change/",
        ),
    ]

    event = factories.make_event(datetime.date(2017, 3, 23), kind=Event.Kind.CONSULTATION)
    HostTurn.objects.filter(pk=first.pk).update(event=event)
    HostTurn.objects.filter(year__gte=2018).update(year=2018)
    assert sentences(datetime.date(2017, 12, 31)) == [
        "Värdskap för Samarbetskommitten: 2 turer 2018 har inget möte (Botkyrka och Salem)."
    ]


@pytest.fixture
def budget():
    """The published budget of 2018, which two municipalities pay for."""
    for name, code in (("Botkyrka", "0127"), ("Salem", "0128")):
        factories.make_population(factories.make_municipality(name, code, position=int(code)), 2017)
    factories.make_rate(2, datetime.date(2018, 1, 1))
    return factories.make_budget(factories.make_plan(2018))


def issue(budget, first_month, last_day):
    return issue_notices(budget, datetime.date(2018, first_month, 1), last_day, None, NOW)


def fees(on):
    return [each for each in sentences(on) if "Underlag" in each]


def test_fees_are_to_be_invoiced_from_the_years_first_day(budget):
    told = "Underlag för avgiften 2018 är inte utfärdade."
    assert fees(datetime.date(2017, 12, 31)) == []
    assert left(datetime.date(2018, 1, 1))[0] == (
        told,
        "i dag",
        f"/admin/budget/budget/{budget.pk}/underlag/",
    )

    issue(budget, 1, datetime.date(2018, 12, 31))
    assert fees(datetime.date(2019, 6, 1)) == []


def test_fees_of_a_draft_are_not_invoiced(budget):
    Budget.objects.update(status=Budget.Status.DRAFT)
    assert fees(datetime.date(2018, 6, 1)) == []


def test_fees_of_the_rest_of_the_year_are_asked_for_once_it_has_come(budget):
    issue(budget, 1, datetime.date(2018, 3, 31))

    assert fees(datetime.date(2018, 3, 31)) == []
    assert fees(datetime.date(2018, 4, 1)) == [
        "Underlag för avgiften 2018 är utfärdade till och med 31 mars 2018."
    ]


def test_fee_that_was_credited_must_be_issued_again(budget):
    notices = issue(budget, 1, datetime.date(2018, 12, 31))
    credit_notices(notices[1:], "Fel.", None, NOW)

    assert fees(datetime.date(2018, 2, 1)) == ["Underlag för avgiften 2018 saknas för Salem."]


def reports(on):
    return [each for each in sentences(datetime.date.fromisoformat(on)) if each.startswith("Budget")]


def test_reports_are_asked_for_in_their_time(budget):
    assert reports("2018-09-30") == []
    assert reports("2018-10-01") == reports("2019-02-28") == ["Budget 2018 har ingen delårsrapport."]
    assert reports("2019-03-01") == ["Budget 2018 har inget bokslut."]

    for report, month_and_day in (("interim", (8, 31)), ("annual", (12, 31))):
        line = BudgetLine.objects.filter(side="cost").get()
        day = datetime.date(2018, *month_and_day)
        Outcome.objects.create(line=line, report=report, as_of=day, amount=1000, comment="Bra.")
        assert reports("2018-12-01") == []
    assert reports("2019-03-01") == []


def test_report_leads_to_the_budgets_outcomes(budget):
    told = [each for each in left(datetime.date(2019, 3, 1)) if each[0].startswith("Budget")]
    query = f"line__budget__plan__id__exact={budget.plan.pk}"
    assert told == [("Budget 2018 har inget bokslut.", "i dag", f"/admin/budget/outcome/?{query}")]


# --- Plans --------------------------------------------------------------------------------------------------


def test_plans_under_way_and_working_copies_wait():
    draft = factories.make_plan(2018, is_draft=True)
    copy = begin_working_copy(factories.make_plan(2017))
    checklist = "/admin/verksamhetsplan/{}/checklista/"

    assert left(datetime.date(2017, 12, 22)) == [
        ("Verksamhetsplan 2018 är ett utkast.", "om 10 dagar", checklist.format(draft.pk)),
        ("Verksamhetsplan 2017 har opublicerade ändringar.", "", checklist.format(copy.pk)),
    ]


@pytest.mark.parametrize(
    ("on", "is_told"), [("2017-08-31", False), ("2017-09-01", True), ("2018-02-01", True)]
)
def test_new_year_is_begun_from_the_first_of_september(on, is_told):
    factories.make_plan(2017)
    told = ["Börja med verksamhetsåret 2018."]

    assert sentences(datetime.date.fromisoformat(on)) == (told if is_told else [])
    factories.make_plan(2018)
    assert told[0] not in sentences(datetime.date.fromisoformat(on))


# --- As a whole ---------------------------------------------------------------------------------------------


@given(st.integers(-400, 400))
def test_when_tells_the_day_as_it_is_seen(number):
    due = datetime.date(2018, 6, 1)
    thing = Todo("Något.", due, "/", "x")
    on = due - days(number)

    assert thing.is_late(on) is (number < 0)
    assert ("sedan" in thing.when(on)) is (number < 0)
    assert ("2018" in thing.when(on)) is (abs(number) > 60)


def test_what_is_due_first_comes_first_and_what_has_no_day_last():
    begin_working_copy(factories.make_plan(2017))
    factories.make_event(MEETING)
    month(4)

    things = todo(MEETING)
    assert [thing.due for thing in things] == [
        datetime.date(2018, 1, 1),
        MEETING,
        datetime.date(2018, 4, 1),
        None,
    ]


def test_queries_are_the_same_however_much_is_left(budget):
    needed = []
    for years in (range(2016, 2017), range(2007, 2016)):
        for year in years:
            slug = f"m-{year}"
            for day in (MEETING, MEETING - days(30), MEETING - days(500)):
                factories.make_event(day, slug=slug)
            month(5, slug=slug)
            HostTurn.objects.create(
                rotation=factories.make_rotation(factories.make_body(slug), []),
                number=1,
                year=2018,
                municipality=Municipality.objects.get(name="Salem"),
            )
            plan = factories.make_plan(year)
            factories.make_budget(plan)
            begin_working_copy(plan)
        with CaptureQueriesContext(connection) as queries:
            todo(MEETING)
        needed.append(len(queries))

    assert needed == [19, 19]


def test_each_is_told_of_what_they_may_do(budget):
    factories.make_event(MEETING)
    roles.update()
    told = {}
    for role in roles.ROLES:
        user = User.objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        told[role] = [thing.sentence for thing in todo_for(User.objects.get(pk=user.pk), MEETING)]

    fee = "Underlag för avgiften 2018 är inte utfärdade."
    assert told == {
        "sekretariat": [fee, "Möte 15\xa0mars 2018 har ingen dagordning."],
        "ekonom": [fee],
        "redaktör": [],
        "läsare": [],
    }


# --- The start page -----------------------------------------------------------------------------------------


def start_page(client, role):
    roles.update()
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    sign_in(client, user)
    return parse(client.get("/admin/").content.decode())


def test_start_page_says_what_is_left_with_links_and_shortcuts(client):
    plan = OperationalPlan.objects.get(pk=factories.make_plan(2018, is_draft=True).pk)
    page = start_page(client, "sekretariat")

    assert page.one("h1").text == "Sekretariatets arbetsrum"
    assert page.one(id="kvar-att-gora").text.startswith("Kvar att göra (")
    links = {link.text: link.attributes["href"] for link in page.one("section", "todo").all("a")}
    assert links["Verksamhetsplan 2018 är ett utkast."] == f"/admin/verksamhetsplan/{plan.pk}/checklista/"
    assert page.one("ul", "shortcuts").texts("a") == [
        "Nytt möte",
        "Ladda upp dokument",
        "Ny nyhet",
        "Nytt verksamhetsår",
    ]


@pytest.mark.parametrize(
    ("role", "shortcuts"), [("ekonom", []), ("läsare", []), ("redaktör", ["Ladda upp dokument", "Ny nyhet"])]
)
def test_start_page_has_for_each_what_they_may_do(client, role, shortcuts):
    factories.make_plan(2018, is_draft=True)
    page = start_page(client, role)

    assert page.one("section", "todo").text == "Kvar att göra Inget just nu."
    assert [link.text for each in page.all("ul", "shortcuts") for link in each.all("a")] == shortcuts


# --- How it goes --------------------------------------------------------------------------------------------


@pytest.fixture
def direction():
    return factories.make_direction(factories.make_target_area(factories.make_plan(2018)).issues.get())


def told_of_follow_up(on):
    return [thing for thing in left(on) if "/uppfoljning/" in thing[2]]


def test_direction_is_to_be_reported_when_half_a_year_of_the_plan_has_gone(direction):
    told = ("En inriktning i verksamhetsplan 2018 har inte rapporterats på ett halvår.", "i dag")
    address = "/verksamhetsplan/2018/uppfoljning/"

    assert told_of_follow_up(datetime.date(2018, 6, 30)) == []
    assert told_of_follow_up(datetime.date(2018, 7, 1)) == [(*told, address)]
    factories.make_direction(direction.issue)
    assert told_of_follow_up(datetime.date(2018, 12, 31))[0][0].startswith("2 inriktningar i ")
    assert told_of_follow_up(datetime.date(2019, 1, 1)) == []


def test_report_is_asked_for_again_half_a_year_after_the_last_that_is_published(direction):
    factories.make_follow_up(direction, "on_track", datetime.date(2018, 3, 1), percent=20)
    factories.make_follow_up(direction, "done", datetime.date(2018, 5, 1), publication=Publication.DRAFT)

    assert told_of_follow_up(datetime.date(2018, 8, 31)) == []
    assert len(told_of_follow_up(datetime.date(2018, 9, 1))) == 1
    factories.make_follow_up(direction, "done", datetime.date(2018, 9, 1))
    assert told_of_follow_up(datetime.date(2018, 12, 31)) == []


def test_activity_is_asked_after_from_the_day_after_its_last(direction):
    activity = factories.make_activity(direction.issue, "Klimatdag", ends_on=MEETING)
    address = f"/verksamhetsplan/2018/uppfoljning/klimat/#aktivitet-{activity.pk}"

    assert told_of_follow_up(MEETING) == []
    assert told_of_follow_up(MEETING + days(1)) == [
        ("”Klimatdag” skulle ha varit klar. Rapportera läget.", "för en dag sedan", address)
    ]
    factories.make_follow_up(activity, "late", MEETING, percent=90)
    assert len(told_of_follow_up(MEETING + days(1))) == 1
    factories.make_follow_up(activity, "done", MEETING)
    assert told_of_follow_up(MEETING + days(1)) == []


def test_activities_of_long_ago_are_told_together(direction):
    for title in "ab":
        factories.make_activity(direction.issue, title, ends_on=MEETING)

    assert told_of_follow_up(MEETING + days(366)) == [
        (
            "2 aktiviteter i verksamhetsplan 2018 skulle ha varit klara.",
            "sedan 15 mars 2018",
            "/verksamhetsplan/2018/uppfoljning/",
        )
    ]
    assert len(told_of_follow_up(MEETING + days(365))) == 2


# --- Open to everyone ---------------------------------------------------------------------------------------


def told_of_accessibility(on):
    return [told for told in left(on) if "accessibility" in told[2] or "problemreport" in told[2]]


def test_portal_without_a_statement_in_force_is_told_of(statement):
    AccessibilityStatement.objects.update(publication=Publication.DRAFT)
    address = "/admin/committee/accessibilitystatement/"
    told = ("Webbplatsen har ingen tillgänglighetsredogörelse. Lagen kräver en.", "", address)

    assert left(MEETING) == [told]
    statement.delete()
    assert left(MEETING) == [told]


def test_accessibility_is_assessed_each_year(statement):
    a_year_later = datetime.date(2027, 1, 1)
    address = f"/admin/committee/accessibilitystatement/{statement.pk}/change/#id_assessed_on"
    sentence = "Webbplatsens tillgänglighet bedömdes 1 januari 2026. Bedöm den på nytt."

    assert left(a_year_later - days(1)) == []
    assert left(a_year_later) == [(sentence, "i dag", address)]
    assert left(a_year_later + days(100))[0][1] == "sedan 1 januari 2027"


def test_shortcoming_is_told_of_from_the_day_after_it_should_have_been_mended(statement):
    AccessibilityStatement.objects.update(conformance="partial")
    statement.refresh_from_db()
    factories.make_inaccessible(statement, what="En karta. " * 10, mended_by=MEETING)
    factories.make_inaccessible(statement, what="Odaterad.")
    draft = factories.make_statement(publication=Publication.DRAFT, conformance="none")
    factories.make_inaccessible(draft, mended_by=MEETING)
    address = f"/admin/committee/accessibilitystatement/{statement.pk}/change/#inaccessible-group"
    what = "En karta. En karta. En karta. En karta. En karta. En karta.…"

    assert left(MEETING) == []
    assert left(MEETING + days(1)) == [
        (f"Det här skulle ha gjorts tillgängligt: ”{what}”", "för en dag sedan", address)
    ]


def test_reports_wait_for_an_answer_and_those_that_were_not_mailed_are_told_apart():
    noon = datetime.datetime(2018, 3, 1, 12, tzinfo=datetime.UTC)
    for moment in (noon, noon + days(1)):
        factories.make_problem_report(received_at=moment)
    factories.make_problem_report(received_at=noon - days(9), status="answered")
    lost = factories.make_problem_report(received_at=noon + days(2), is_mailed=False)
    address = "/admin/committee/problemreport/?status__exact=new&is_mailed__exact="

    assert left(MEETING) == [
        ("2 anmälda brister väntar på svar.", "i dag", f"{address}1"),
        (
            "En anmäld brist väntar på svar och kunde inte mejlas till sekretariatet.",
            "om 2 dagar",
            f"{address}0",
        ),
    ]
    ProblemReport.objects.filter(pk=lost.pk).update(status="mended")
    assert len(left(MEETING)) == 1
    assert left(datetime.date(2018, 2, 28)) == []


@pytest.mark.parametrize("role", ["ekonom", "läsare"])
def test_reports_are_told_to_those_who_may_answer_them(role):
    factories.make_problem_report(received_at=NOW)
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))

    assert todo_for(user, MEETING) == []
    assert len(todo_for(SUPERUSER, MEETING)) == 1
