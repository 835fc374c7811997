"""The page "Föreslå kalender", used as a clerk uses it: asked, edited, checked again and saved."""

import datetime
import html
import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from calendar_app import admin_planning
from calendar_app.models import Event, EventHost, HostTurn, NoGoPeriod
from committee.models import Body, Municipality
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

PAGE = "/admin/calendar_app/event/foresla/"
LIST = "/admin/calendar_app/event/"
Form = dict[str, Any]


@pytest.fixture
def clerk(client: Client, db: None) -> Client:
    """A browser in which someone at the secretariat has signed in."""
    client.force_login(User.objects.create_superuser("anna", password="hemligt"))
    return client


def text_of(response: Any) -> str:
    return response.content.decode()


def form_of(response: Any) -> Form:
    """What the table would post if it were sent as it is, read from the page's own inputs."""
    page = text_of(response).split('<form method="post"', 1)[-1]
    form: Form = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        is_box = attributes.get("type") == "checkbox"
        if attributes.get("name", "").startswith("rad-") and (not is_box or " checked" in tag):
            form[attributes["name"]] = html.unescape(attributes.get("value", "on" if is_box else ""))
    for name, options in re.findall(r'<select name="(rad-[^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        form[name] = chosen[1] if chosen else ""
    return form


def draft(clerk: Client) -> Form:
    return form_of(clerk.get(PAGE, {"year": 2018}))


def post(clerk: Client, form: Form, button: str, **fields: Any) -> Any:
    return clerk.post(f"{PAGE}?year=2018", {**form, button: "1", **fields})


def row_on(form: Form, day: str) -> str:
    """The prefix of the row that begins on the day."""
    names = [name for name, value in form.items() if name.endswith("-starts_on") and value == day]
    return names[0].removesuffix("-starts_on")


def messages(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def stored() -> list[list[Any]]:
    models: list[Any] = [Event, EventHost, HostTurn]
    return [list(model.objects.order_by("pk").values()) for model in models]


# --- Asking -------------------------------------------------------------------------------------------------


def test_list_of_events_leads_to_the_page(clerk: Client) -> None:
    assert f'<a href="{PAGE}">Föreslå kalender</a>' in text_of(clerk.get(LIST))
    assert reverse("admin:calendar_app_event_propose") == PAGE


def test_page_asks_for_the_next_year_without_a_calendar(clerk: Client) -> None:
    response = clerk.get(PAGE)

    assert response.context["question"].initial == {"year": 2018, "weeks": "5, 12, 22, 37, 43, 49"}
    assert "draft" not in response.context
    assert "Gör ett förslag" in text_of(response)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"year": "0"}, "Kontrollera att detta värde är större än eller lika med 2000."),
        ({"year": "9999"}, "Kontrollera att detta värde är mindre än eller lika med 2100."),
        ({"year": ""}, "Detta fält måste fyllas i."),
        ({"year": "nästa"}, "Fyll i ett heltal."),
        ({"year": "2018", "weeks": "54"}, "Skriv veckonummer mellan 1 och 53 med komma emellan"),
        ({"year": "2018", "weeks": "0"}, "Skriv veckonummer mellan 1 och 53 med komma emellan"),
        ({"year": "2018", "weeks": "fem"}, "Skriv veckonummer mellan 1 och 53 med komma emellan"),
        ({"year": "2018", "weeks": "²"}, "Skriv veckonummer mellan 1 och 53 med komma emellan"),
        ({"year": "2018", "weeks": "5," * 60}, "har som mest 100 tecken"),
        (
            {"year": "2018", "weeks": ",".join(map(str, range(1, 14)))},
            "Högst 12 sammanträden kan planeras på en gång.",
        ),
    ],
)
def test_questions_that_make_no_sense_are_answered_in_swedish(
    clerk: Client, question: Form, message: str
) -> None:
    response = clerk.get(PAGE, question)

    assert response.status_code == 200
    assert message in text_of(response)
    assert "draft" not in response.context


@pytest.mark.parametrize("year", [2000, 2100])
def test_first_and_last_year_can_be_planned(clerk: Client, year: int) -> None:
    assert clerk.get(PAGE, {"year": year}).status_code == 200


def test_weeks_asked_for_are_the_committees(clerk: Client) -> None:
    form = form_of(clerk.get(PAGE, {"year": "2022", "weeks": "4 10 16 23 38 47"}))
    committee = [
        value
        for name, value in form.items()
        if name.endswith("-starts_on") and form[name.replace("starts_on", "title")].startswith("Samarbets")
    ]

    assert committee == [
        "2022-01-27",
        "2022-03-10",
        "2022-04-21",
        "2022-06-09",
        "2022-08-17",
        "2022-09-22",
        "2022-11-24",
    ]


def test_draft_shows_every_event_with_why_and_what_failed(clerk: Client) -> None:
    response = clerk.get(PAGE, {"year": 2018})
    form, page = form_of(response), text_of(response)

    assert form["rad-TOTAL_FORMS"] == "16"
    row = row_on(form, "2018-01-25")
    assert {name: form[f"{row}-{name}"] for name in ("include", "ends_on", "start_time", "end_time")} == {
        "include": "on",
        "ends_on": "2018-01-25",
        "start_time": "12:00",
        "end_time": "15:00",
    }
    assert (form[f"{row}-host"], form[f"{row}-co_host"]) == ("huddinge", "")
    assert (
        "Torsdag i vecka\xa04, en vecka tidigare än vecka\xa05 som 2017, i januari 2018 som utlovat." in page
    )
    assert "Ingen turordning säger vem som är värd för Södertörnskonferensen" in page
    assert "torsdag, vecka\xa04" in page
    assert "Kalendern följer reglerna." in page
    assert "Att känna till: 12 upplysningar" in page


def test_draft_saves_nothing(clerk: Client) -> None:
    before = stored()
    form = draft(clerk)
    post(clerk, form, "check")

    assert stored() == before


def test_page_keeps_to_the_content_security_policy(clerk: Client) -> None:
    response = clerk.get(PAGE, {"year": 2018})

    assert "script-src 'self'" in response["Content-Security-Policy"]
    page = text_of(response)
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>\s*\S|<style|\sstyle=|\son[a-z]+=\"", page) == []


def test_periods_to_avoid_are_listed_with_links(clerk: Client) -> None:
    period = NoGoPeriod.objects.create(
        first_day="2018-02-26", last_day="2018-03-02", reason="sportlov i Tyresö"
    )
    NoGoPeriod.objects.create(first_day="2019-02-25", last_day="2019-03-01", reason="sportlov 2019")
    response = clerk.get(PAGE, {"year": 2018})

    assert f'<a href="/admin/calendar_app/nogoperiod/{period.pk}/change/">sportlov i Tyresö</a>' in text_of(
        response
    )
    assert "sportlov 2019" not in text_of(response)
    # 2 March was ledningsgruppen's.
    assert "2018-03-02" not in form_of(response).values()


def test_year_that_has_it_all_is_told_so(clerk: Client) -> None:
    post(clerk, draft(clerk), "save")
    response = clerk.get(PAGE, {"year": 2018})

    assert "Det finns inget att föreslå." in text_of(response)
    assert "Spara som preliminära möten" not in text_of(response)


# --- Checking -----------------------------------------------------------------------------------------------


def test_edited_values_are_checked_again_and_kept(clerk: Client) -> None:
    form = draft(clerk)
    row = row_on(form, "2018-03-02")
    response = post(
        clerk, form, "check", **{f"{row}-starts_on": "2018-03-05", f"{row}-ends_on": "2018-03-05"}
    )

    page = text_of(response)
    assert form_of(response)[f"{row}-starts_on"] == "2018-03-05"
    assert "måndag, vecka\xa010" in page
    assert "Ändrad. Förslaget var fredag 2\xa0mars 2018: 20 dagar före" in page
    assert "Ledningsgruppens sammanträde 5\xa0mars 2018 hålls måndag." in page


def test_faults_are_told_by_the_row_and_nothing_is_lost(clerk: Client) -> None:
    before, form = stored(), draft(clerk)
    row, other = row_on(form, "2018-01-25"), row_on(form, "2018-09-06")
    edited = {
        f"{row}-ends_on": "2018-01-24",
        f"{other}-host": "salem",
        f"{other}-co_host": "salem",
        "rad-0-start_time": "25:99",
        "rad-3-starts_on": "2019-03-22",
        "rad-3-ends_on": "2019-03-22",
    }
    response = post(clerk, form, "save", **edited)

    assert response.status_code == 200
    errors = {
        form.prefix: [text for texts in form.errors.values() for text in texts]
        for form in response.context["draft"].table.forms
        if form.errors
    }
    assert errors == {
        row: ["Mötet kan inte sluta före sin första dag."],
        other: ["Kommunen är redan värd för mötet."],
        "rad-0": ["Fyll i en giltig tid."],
        "rad-3": ["Dagen ligger inte i 2018."],
    }
    shown = form_of(response)
    assert {name: shown[name] for name in edited} == edited
    assert "Inget är sparat. Rätta felen nedan." in text_of(response)
    assert "<title>Fel:" in re.sub(r"\s+", " ", text_of(response)).replace("<title> ", "<title>")
    assert stored() == before


def test_rows_that_are_not_ticked_are_not_looked_at(clerk: Client) -> None:
    form = draft(clerk)
    row = row_on(form, "2018-09-06")
    del form[f"{row}-include"]
    response = post(clerk, form, "save", **{f"{row}-starts_on": "nonsens"})

    assert response.status_code == 302
    assert not Event.objects.filter(kind="regional_conference", starts_on__year=2018).exists()
    assert Event.objects.filter(starts_on__year=2018).count() == 15


def test_host_that_is_no_member_is_refused(clerk: Client) -> None:
    factories.make_municipality("Nyköping", "0480", slug="nykoping")
    form = draft(clerk)
    row = row_on(form, "2018-01-25")
    response = post(clerk, form, "save", **{f"{row}-host": "nykoping"})

    assert "Nyköping har ingen plats i organet och kan inte vara värd." in text_of(response)
    assert form_of(response)[f"{row}-host"] == "nykoping"


def test_two_rows_of_one_kind_on_one_day_are_refused(clerk: Client) -> None:
    form = draft(clerk)
    row = row_on(form, "2018-03-22")
    response = post(clerk, form, "save", **{f"{row}-starts_on": "2018-01-25", f"{row}-ends_on": "2018-01-25"})

    assert "En annan rad har redan ett sådant möte den dagen." in text_of(response)


@pytest.mark.parametrize("garbage", ["", "-1", "9" * 40, "\0", "<script>'\"&", "å" * 3000, "2017-13-45"])
def test_garbage_everywhere_is_an_answer_in_swedish(clerk: Client, garbage: str) -> None:
    before, form = stored(), draft(clerk)
    kept = ("rad-TOTAL_FORMS", "rad-INITIAL_FORMS")
    for data in (
        {name: form[name] if name in kept else garbage for name in form},
        dict.fromkeys(form, garbage),
    ):
        assert post(clerk, data, "save").status_code == 200
    assert stored() == before


def test_tables_that_are_none_are_refused(clerk: Client) -> None:
    before, form = stored(), draft(clerk)
    for data in ({}, {**form, "rad-TOTAL_FORMS": "1000"}, {"rad-TOTAL_FORMS": "1", "rad-INITIAL_FORMS": "0"}):
        assert post(clerk, data, "save").status_code == 200
    assert clerk.post(PAGE, {**form, "save": "1"}).status_code == 200
    assert stored() == before


# --- Saving -------------------------------------------------------------------------------------------------


def test_saved_draft_is_preliminary_with_hosts_and_turns_and_lands_in_the_list(clerk: Client) -> None:
    months = dict(Event.objects.filter(date_precision="month").values_list("pk", "uid"))
    response = clerk.post(f"{PAGE}?year=2018", {**draft(clerk), "save": "1"}, follow=True)

    assert response.redirect_chain == [(f"{LIST}?starts_on__year=2018&status__exact=preliminary", 302)]
    assert messages(response) == [
        "13 nya möten är sparade som preliminära och 3 möten har fått en dag i kalendern för 2018."
    ]
    assert response.context["cl"].result_count == 16
    saved = Event.objects.filter(starts_on__year=2018)
    assert set(saved.values_list("status", "date_precision")) == {("preliminary", "day")}
    assert dict(saved.filter(pk__in=months).values_list("pk", "uid")) == months
    assert saved.get(starts_on="2018-04-26").host_list == [Municipality.objects.get(name="Nykvarn")]
    assert saved.get(starts_on="2018-09-13").slug == "samarbetskommitten"
    assert str(HostTurn.objects.get(event__starts_on="2018-08-15")) == (
        "Värdskap för samarbetskommittén 2018: Salem"
    )
    log = LogEntry.objects.values_list("change_message", flat=True)
    assert sorted(set(log)) == [
        "Fick en dag från ett kalenderförslag.",
        "Lades till från ett kalenderförslag.",
    ]
    assert len(log) == 16


def test_form_sent_twice_makes_no_doubles(clerk: Client) -> None:
    form = draft(clerk)
    post(clerk, form, "save")
    before = stored()
    response = clerk.post(f"{PAGE}?year=2018", {**form, "save": "1"}, follow=True)

    assert messages(response)[-1] == "Kalendern för 2018 är redan sparad."
    assert stored() == before


def test_form_sent_again_with_one_more_row_saves_that_row(clerk: Client) -> None:
    form = draft(clerk)
    row = row_on(form, "2018-09-06")
    post(clerk, {name: value for name, value in form.items() if name != f"{row}-include"}, "save")
    response = clerk.post(f"{PAGE}?year=2018", {**form, "save": "1"}, follow=True)

    assert messages(response)[-1] == "Ett nytt möte är sparat som preliminärt i kalendern för 2018."
    assert Event.objects.filter(starts_on__year=2018).count() == 16


def test_month_confirmed_meanwhile_is_left_alone(clerk: Client) -> None:
    form = draft(clerk)
    Event.objects.filter(starts_on="2018-01-01").update(status="confirmed")
    post(clerk, form, "save")

    january = Event.objects.get(starts_on="2018-01-01")
    assert (january.status, january.date_precision) == ("confirmed", "month")


def test_shared_day_and_day_off_must_be_confirmed(clerk: Client) -> None:
    before, form = stored(), draft(clerk)
    row = row_on(form, "2018-03-02")
    edited = {f"{row}-starts_on": "2018-03-30", f"{row}-ends_on": "2018-03-30"}
    response = post(clerk, form, "save", **edited)

    assert (
        "Ledningsgruppens sammanträde 30\xa0mars 2018 hålls på en dag att undvika: långfredagen."
        in text_of(response)
    )
    assert "Inget är sparat än. Läs varningarna vid raderna" in text_of(response)
    assert stored() == before

    confirm = response.context["draft"].confirmation
    assert f'name="confirm" id="id_confirm" value="{confirm}"' in text_of(response)
    # What was confirmed was this warning, not another.
    other = {f"{row}-starts_on": "2018-03-22", f"{row}-ends_on": "2018-03-22", "confirm": confirm}
    response = post(clerk, form, "save", **other)
    assert "krockar 22\xa0mars 2018 kl.\xa012.00–13.00" in text_of(response)
    assert stored() == before

    assert post(clerk, form, "save", **edited, confirm=confirm).status_code == 302
    assert Event.objects.filter(starts_on="2018-03-30").count() == 1


def test_hosts_chosen_by_the_clerk_are_saved_in_order(clerk: Client) -> None:
    form = draft(clerk)
    row = row_on(form, "2018-09-06")
    post(clerk, form, "save", **{f"{row}-host": "tyreso", f"{row}-co_host": "haninge"})

    conference = Event.objects.with_hosts().get(starts_on="2018-09-06")
    assert [str(host) for host in conference.host_list] == ["Tyresö", "Haninge"]


def test_further_hosts_of_a_month_are_kept(clerk: Client) -> None:
    january = Event.objects.get(starts_on="2018-01-01")
    for position, name in enumerate(["Salem", "Tyresö"], start=2):
        host = Municipality.objects.get(name=name)
        EventHost.objects.create(event=january, municipality=host, position=position)
    post(clerk, draft(clerk), "save")

    january = Event.objects.with_hosts().get(pk=january.pk)
    assert [str(host) for host in january.host_list] == ["Huddinge", "Salem", "Tyresö"]


def test_nothing_ticked_is_not_saved(clerk: Client) -> None:
    form = {name: value for name, value in draft(clerk).items() if not name.endswith("-include")}
    response = post(clerk, form, "save")

    assert "Inget är sparat: bocka för minst ett möte." in text_of(response)


def test_change_by_someone_else_in_the_same_moment_is_told(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def collide(accepted: object) -> None:
        raise IntegrityError

    form = draft(clerk)
    monkeypatch.setattr(admin_planning, "save_accepted", collide)
    response = post(clerk, form, "save")

    assert "Inget är sparat, för någon annan ändrade kalendern i samma stund." in text_of(response)
    assert form_of(response) == form


def test_existing_meeting_moved_to_the_day_meanwhile_is_warned_of(clerk: Client) -> None:
    form = draft(clerk)
    factories.make_event(
        datetime.date(2018, 3, 22), title="Nätverksträff", body=Body.objects.get(slug="miljo")
    )
    response = post(clerk, form, "save")

    assert "Samarbetskommitténs sammanträde i Haninge och Nätverksträff är samma dag" in text_of(response)


# --- Who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("permissions", "status"),
    [
        (["view_event"], 403),
        (["add_event"], 403),
        (["change_event"], 403),
        (["add_event", "change_event"], 200),
    ],
)
def test_only_those_who_may_add_and_change_events(
    client: Client, permissions: list[str], status: int
) -> None:
    user = User.objects.create_user("bo", password="hemligt", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)

    assert client.get(PAGE).status_code == status
    assert client.post(f"{PAGE}?year=2018", {"save": "1"}).status_code == status
    if "add_event" not in permissions:
        assert "Föreslå kalender" not in text_of(client.get(LIST))


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    assert client.get(PAGE)["Location"] == f"/admin/login/?next={PAGE}"
