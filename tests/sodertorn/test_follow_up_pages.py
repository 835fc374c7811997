"""The pages about how a plan goes: what they say, to whom, with how many questions to the database."""

import csv
import datetime
import html
import io
import json
import re
from decimal import Decimal

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from budget.models import Budget
from calendar_app.models import Event
from committee.models import ActionPlan, Document, FollowUp, OperationalPlan, ProgressOverride
from sodertorn.models import Adoption
from sodertorn.publishing import Publication
from sodertorn.working_copies import begin_working_copy
from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db

OVERVIEW = "/verksamhetsplan/2017/uppfoljning/"
CLIMATE = f"{OVERVIEW}klimat/"
EMPTY = "Inget är rapporterat än"


def says(client: Client, address: str) -> str:
    """All the page's words and signs, with a plain space for each tag."""
    response = client.get(address)
    assert response.status_code == 200
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


@pytest.fixture
def plan() -> OperationalPlan:
    return factories.make_plan()


@pytest.fixture
def direction(plan):
    return factories.make_direction(factories.make_target_area(plan).issues.get(), "Vi ställer om.")


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("anna"))
    return client


# --- The overview -------------------------------------------------------------------------------------------


def test_overview_tells_how_far_each_part_has_come(client, plan, direction):
    resting = factories.make_direction(factories.make_section(plan, 5, "Omvärld"), "Vi ser oss om.")
    dropped = factories.make_direction(direction.issue, "Vi väntar.")
    factories.make_follow_up(direction, "on_track", percent=40)
    factories.make_follow_up(resting, "resting")
    factories.make_follow_up(dropped, "dropped")
    page = says(client, OVERVIEW)

    assert "Klimat → Pågår varav försenat: 1 40 % 1 av 1, 1 har utgått" in page
    assert "Omvärld = Vilande – 0 av 1, 1 vilande" in page
    assert "Försenat Vi ställer om. Inte rapporterad sedan 23 mars 2017." in page
    assert EMPTY not in page
    assert [bar.attributes["value"] for bar in read(client, OVERVIEW).all("progress")] == ["40"]


def test_plan_without_directions_has_nothing_to_follow_up(client, plan):
    assert "Planen har inga inriktningar att följa upp än." in says(client, OVERVIEW)
    assert client.get("/verksamhetsplan/2018/uppfoljning/").status_code == 404


def test_evaluation_stands_at_its_address_once_it_is_published(client, staff, plan):
    evaluation = factories.make_evaluation(plan, "Ett gott år.", text="Mer.", lessons="Börja tidigare.")
    page = says(client, OVERVIEW)

    assert evaluation.get_absolute_url() == f"{OVERVIEW}#utvardering"
    assert "1 februari 2018 Ett gott år. Mer. Lärdomar till nästa år Börja tidigare." in page
    evaluation.publication = Publication.DRAFT
    evaluation.save()
    assert "Planen för 2017 är inte utvärderad än." in says(client, OVERVIEW)
    assert "1 februari 2018 Utkast Ett gott år." in says(staff, OVERVIEW)


def test_years_are_beside_each_other(client, plan):
    factories.make_plan(2018)
    tabs = read(client, OVERVIEW).one("nav", "tabs")

    assert list(zip(tabs.texts("a"), tabs.links(), strict=True)) == [
        ("2017", OVERVIEW),
        ("2018", "/verksamhetsplan/2018/uppfoljning/"),
    ]
    assert tabs.texts("a", aria_current="page") == ["2017"]


# --- A target area ------------------------------------------------------------------------------------------


def test_reports_are_told_the_latest_first(client, direction):
    factories.make_follow_up(direction, "on_track", percent=10, assessment="Vi har börjat.")
    factories.make_follow_up(
        direction,
        "late",
        datetime.date(2017, 8, 1),
        percent=30,
        assessment="Det drar ut.",
        evidence="Protokoll 3",
        reporter_role="miljöstrateg",
    )
    page = says(client, CLIMATE)

    assert (
        "Vi ställer om. ! Försenad 30 % Rapporterad som försenad 1 augusti 2017. "
        "1 augusti 2017 : försenad, 30 % "
        "Det drar ut. Underlag: Protokoll 3 Rapporterat av miljöstrateg 23 mars 2017 : går enligt plan, 10 % "
        "Vi har börjat. Rapporterat av utvecklingsledare"
    ) in page


def test_activities_are_told_with_who_when_and_how_it_goes(client, direction):
    body, host = factories.make_body(), factories.make_municipality()
    activity = factories.make_activity(
        direction.issue,
        "Klimatdag",
        direction=direction,
        responsible_body=body,
        responsible_municipality=host,
        starts_on=datetime.date(2017, 3, 1),
        ends_on=datetime.date(2017, 5, 1),
        description="För alla.",
    )
    factories.make_follow_up(activity, "on_track", percent=50)
    factories.make_activity(direction.issue, "Utan vidare")
    ActionPlan.objects.update(text="Så gör vi.", decided_on=datetime.date(2017, 2, 3))
    page = says(client, CLIMATE)

    assert "Vi ställer om. → Pågår 50 % enligt aktiviteterna Handlingsplan Beslutad 3 februari 2017" in page
    assert (
        "Så gör vi. Klimatdag → Går enligt plan 50 % Ansvarig Samarbetskommitten, Botkyrka Tid Från 1 mars "
        "2017 till 1 maj 2017 För alla. Skulle ha varit klar 1 maj 2017."
    ) in page
    assert "Utan vidare ? Ej rapporterad Ansvarig Ingen är utsedd Tid Inte bestämd" in page
    assert activity.action_plan.get_absolute_url() == CLIMATE
    assert activity.follow_ups.get().get_absolute_url() == f"{CLIMATE}#aktivitet-{activity.pk}"
    assert read(client, CLIMATE).one("article", id=f"aktivitet-{activity.pk}").texts("h4") == ["Klimatdag"]


def test_money_is_traced_from_the_decision(client, plan, direction):
    meeting = factories.make_event(datetime.date(2017, 2, 2), title="Sammanträde")
    Adoption.objects.create(plan=plan, decided_on=plan.decided_on, meeting=meeting)
    activity = factories.make_activity(direction.issue, "Klimatdag", direction=direction)
    lines = factories.make_budget(plan, lines=2).lines.filter(side="cost")
    for line, amount in zip(lines, (500, 250), strict=True):
        factories.make_activity_cost(activity, line, amount)
    page = says(client, CLIMATE)

    assert (
        "Från beslut till pengar Beslut Beslutad 2 februari 2017 vid Sammanträde Plan Klimat i "
        "verksamhetsplanen 2017 Aktiviteter 1 i handlingsplan Pengar 750 kr av budgeten"
    ) in page
    assert "Klimatdag Rad 0 500 kr Klimatdag Rad 1 250 kr Summa 750 kr" in page
    assert client.get(CLIMATE).context["total"] == Decimal(750)

    Budget.objects.update(status=Budget.Status.DRAFT)
    Event.objects.update(publication=Publication.DRAFT)
    page = says(client, CLIMATE)
    assert "Pengar Inga pengar är knutna till aktiviteterna" in page
    assert "Sammanträde" not in page


def test_decided_figure_is_told_with_its_reason_and_the_derived_one(client, direction):
    factories.make_follow_up(direction, "on_track", percent=20)
    target_area = direction.issue.target_area
    day = datetime.date(2017, 11, 1)
    ProgressOverride.objects.create(target_area=target_area, percent=70, reason="Nytt läge.", decided_on=day)
    page = says(client, CLIMATE)

    assert (
        "Sekretariatet har bestämt siffran 70 % den 1 november 2017. Av rapporterna följer 20 %. Nytt läge."
    ) in page
    assert "bestämt av sekretariatet" in says(client, OVERVIEW)
    FollowUp.objects.all().delete()
    assert "Av rapporterna följer ingen siffra." in says(client, CLIMATE)


def test_what_has_been_dropped_is_named_in_a_footnote(client, direction):
    factories.make_follow_up(direction, "dropped")

    assert "Räknas inte Det här har utgått och ingår inte i siffrorna: Vi ställer om." in says(
        client, CLIMATE
    )


def test_sections_with_directions_have_pages_too(client, plan):
    section = factories.make_section(plan, 5, "Omvärld")
    report = factories.make_follow_up(factories.make_direction(section, "Vi ser."), "done")
    address = f"{OVERVIEW}avsnitt/omvarld/"

    assert "Omvärld ✓ Klar 100 %" in says(client, address)
    assert report.get_absolute_url() == f"{address}#inriktning-{report.direction_id}"
    factories.make_section(plan, 1, "Inledning")
    for missing in (f"{OVERVIEW}avsnitt/inledning/", f"{OVERVIEW}omvarld/", f"{OVERVIEW}finns-inte/"):
        assert client.get(missing).status_code == 404


def test_draft_document_is_for_staff_alone(client, staff, direction):
    document = factories.make_document("Rapport", publication=Publication.DRAFT)
    factories.make_follow_up(direction, "done", document=document)

    assert "Rapport (PDF" not in says(client, CLIMATE)
    assert "Rapport (PDF" in says(staff, CLIMATE)
    Document.objects.update(publication=Publication.PUBLISHED)
    assert "Rapport (PDF" in says(client, CLIMATE)


# --- Staff --------------------------------------------------------------------------------------------------


def test_staff_report_from_the_directions_own_place(client, staff, direction):
    activity = factories.make_activity(direction.issue)
    page = read(staff, CLIMATE)
    links = [link.attributes["href"] for link in page.all("a") if link.text.startswith("Rapportera läget")]

    assert links == [
        f"/admin/committee/followup/add/?direction={direction.pk}",
        f"/admin/committee/followup/add/?activity={activity.pk}",
    ]
    assert "Rapportera läget" not in says(client, CLIMATE)
    form = staff.get(links[0]).context["adminform"].form
    assert str(form["direction"].value()) == str(direction.pk)


def report_of(about, **given):
    today = timezone.localdate().isoformat()
    values = {"direction": about.pk, "status": "late", "percent": "40", "reported_on": today}
    told = {"assessment": "Trögt.", "reporter_role": "sekretariatet", "publication": "published"}
    return {**values, **told, **given}


def test_report_is_stored_by_its_form(client, staff, direction):
    response = staff.post("/admin/committee/followup/add/", report_of(direction))

    assert response.status_code == 302
    assert "! Försenad 40 %" in says(client, CLIMATE)


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"percent": ""}, "percent", "Ange hur långt det har kommit, i procent."),
        ({"status": "done"}, "percent", "Lämna tomt: ingen procent anges för läget ”Klar”."),
        (
            {"reported_on": "2999-01-01"},
            "reported_on",
            "Dagen har inte varit än. En rapport säger hur det går i dag eller gick förut.",
        ),
        ({"direction": ""}, "__all__", "En uppföljning gäller en inriktning eller en aktivitet."),
    ],
)
def test_report_that_will_not_do_is_refused_with_a_reason(staff, direction, given, field, message):
    response = staff.post("/admin/committee/followup/add/", report_of(direction, **given))

    assert response.context["adminform"].form.errors[field] == [message]
    assert "Trögt." in response.content.decode()
    assert not FollowUp.objects.exists()


def test_drafts_are_published_from_the_list(staff, direction):
    drafts = [
        factories.make_follow_up(direction, "done", publication=Publication.DRAFT, reporter_role=role)
        for role in ("a", "b")
    ]
    chosen = {"action": "publish", "_selected_action": [row.pk for row in drafts]}
    response = staff.post("/admin/committee/followup/", chosen, follow=True)

    assert "Publicerade: 2. Nu syns de på webbplatsen." in response.content.decode()
    assert FollowUp.objects.public().count() == 2
    assert drafts[0].history.count() == 2


def test_follow_up_of_a_working_copy_is_that_of_its_plan(staff, plan, direction):
    factories.make_follow_up(direction, "done")
    begin_working_copy(plan)

    assert "✓ Klar 100 %" in says(staff, f"{CLIMATE}?version=arbetsversion")
    assert "Så går det" not in says(staff, "/samverkan/2017/klimat/?version=arbetsversion")


# --- Links, files and queries -------------------------------------------------------------------------------


def test_pages_of_the_plan_lead_to_its_follow_up(client, direction):
    assert "Så går det ? Ej rapporterad Inget är rapporterat än." in says(client, "/samverkan/2017/klimat/")
    factories.make_follow_up(direction, "late", percent=30)

    for address, target in [("/samverkan/2017/klimat/", CLIMATE), ("/verksamhetsplan/2017/", OVERVIEW)]:
        assert target in read(client, address).links()
    page = says(client, "/samverkan/2017/klimat/")
    assert "Så går det → Pågår 30 % 1 av 1 inriktningar har en siffra. Försenat: 1." in page


def test_reports_are_files_too(client, direction):
    factories.make_follow_up(direction, "late", percent=30, assessment="=1+1")
    factories.make_follow_up(direction, "done", publication=Publication.DRAFT)
    base = OVERVIEW.rstrip("/")
    lines = list(csv.reader(io.StringIO(client.get(f"{base}.csv").getvalue().decode())))
    assert lines[1] == [
        *("2017", "Klimat", "Ställa om Klimat", "direction", "Vi ställer om.", "2017-03-23", "late", "30"),
        *("'=1+1", "", "utvecklingsledare"),
    ]
    assert len(lines) == 2

    table = json.loads(client.get(f"{base}.json").getvalue())
    assert [(row["status"], row["percent"], row["evidence"]) for row in table["rows"]] == [("late", 30, None)]
    assert [column["name"] for column in table["columns"]] == lines[0]
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{base}.xlsx").content)).worksheets[0]
    assert "late" in [cell.value for cell in sheet[sheet.max_row]]
    factories.make_plan(2018, is_draft=True)
    assert client.get("/verksamhetsplan/2018/uppfoljning.csv").status_code == 404


@pytest.mark.parametrize("number", [1, 10])
def test_pages_need_the_same_queries_whatever_they_list(client, plan, number):
    budget = factories.make_budget(plan, lines=number)
    document = factories.make_document("Rapport")
    for index in range(number):
        issue = factories.make_target_area(plan, f"Klimat{index or ''}").issues.get()
        section = factories.make_section(plan, 5, f"Omvärld {index}")
        factories.make_follow_up(factories.make_direction(section), "done")
        for line in budget.lines.filter(side="cost"):
            one = factories.make_direction(issue)
            activity = factories.make_activity(issue, direction=one, ends_on=datetime.date(2017, 5, 1))
            factories.make_activity_cost(activity, line)
            for about in (one, activity):
                factories.make_follow_up(about, "late", percent=index, document=document)
    needed = {}
    for address in (
        OVERVIEW,
        CLIMATE,
        f"{OVERVIEW}avsnitt/omvarld-0/",
        "/verksamhetsplan/2017/uppfoljning.csv",
    ):
        with CaptureQueriesContext(connection) as queries:
            b"".join(client.get(address))
        needed[address] = len(queries)

    assert list(needed.values()) == [9, 8, 7, 2]
