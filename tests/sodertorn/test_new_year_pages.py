"""The wizard's pages, used as clerks use them: begun, left, resumed by another, done twice, and refused."""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from budget.models import Budget, BudgetLine, FeeRate
from calendar_app.models import Event, HostRotation, HostTurn, RotationPlace
from committee.models import Body, DevelopmentIssue, Direction, OperationalPlan, Population
from sodertorn import roles
from tests import factories
from tests.budget.test_publication import plain
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

START = "/admin/nytt-verksamhetsar/"
YEAR = f"{START}2018/"
STEPS = ("plan", "vardskap", "kalender", "budget")


def client_of(role: str) -> Client:
    """A browser in which someone with the role has signed in."""
    roles.update()
    user = User.objects.create_user(f"{role}-{User.objects.count()}", password="hemligt", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    sign_in(client, user)
    return client


@pytest.fixture
def clerk(db: None) -> Client:
    return client_of("sekretariat")


def text_of(response: Any) -> str:
    """What the page says, without tags and with ordinary spaces."""
    body = response.content.decode().split('id="content-main"', 1)[-1]
    return " ".join(re.sub(r"<[^>]*>", " ", body).replace("\xa0", " ").split())


def told(response: Any) -> list[str]:
    return plain([str(message) for message in response.context["messages"]])


def all_directions() -> list[int]:
    return [row.pk for row in Direction.objects.filter(origin=None).in_document_order()]


def make_plan(client: Client, **fields: Any) -> Any:
    return client.post(f"{YEAR}plan/", {"wanted": all_directions(), **fields}, follow=True)


def counts() -> list[int]:
    models: list[Any] = [OperationalPlan, Direction, Event, HostTurn, Budget, BudgetLine]
    return [model.objects.count() for model in models]


# --- Which year ---------------------------------------------------------------------------------------------


def test_year_after_the_newest_plan_is_suggested(clerk):
    page = clerk.get(START)

    assert 'value="2018"' in page.content.decode()
    assert "Den senaste planen är för 2017." in text_of(page)
    assert clerk.get(START, {"year": "2018"}).url == YEAR


def test_year_under_way_is_led_to(clerk):
    make_plan(clerk)

    assert f'<a href="{YEAR}">Verksamhetsplan 2018</a>, utkast' in clerk.get(START).content.decode()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Skriv vilket år det gäller."),
        ("nästa", "Skriv året med fyra siffror."),
        ("1999", "Skriv ett år mellan 2000 och 2100."),
        ("2101", "Skriv ett år mellan 2000 och 2100."),
    ],
)
def test_year_that_makes_no_sense_is_answered(clerk, typed, told):
    page = clerk.get(START, {"year": typed})

    assert page.status_code == 200
    assert told in text_of(page)


@pytest.mark.parametrize("address", ["", *(f"{step}/" for step in STEPS)])
def test_year_that_no_plan_can_have_is_not_found(clerk, address):
    assert clerk.get(f"{START}1999/{address}").status_code == 404
    assert clerk.get(f"{START}99999/{address}").status_code == 404


def test_without_an_earlier_plan_there_is_nothing_to_start_from(clerk):
    for address in (START, f"{START}2016/", f"{START}2016/plan/"):
        if address == START:
            OperationalPlan.objects.all().delete()
        page = clerk.get(address)
        assert "Det finns ingen plan att utgå från" in text_of(page)
    assert clerk.post(f"{START}2016/plan/").status_code == 200
    assert not OperationalPlan.objects.exists()


# --- Who ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("sekretariat", {"", *STEPS}),
        ("ekonom", {"", "budget"}),
        ("redaktör", set()),
        ("läsare", set()),
    ],
)
def test_each_role_comes_to_its_own_steps(role, allowed):
    client = client_of(role)

    answers = {step: client.get(f"{YEAR}{step}/" if step else YEAR).status_code for step in ("", *STEPS)}
    assert {step for step, status in answers.items() if status == 200} == allowed
    assert {status for step, status in answers.items() if step not in allowed} <= {403}
    refused = [client.post(f"{YEAR}{step}/").status_code for step in STEPS if step not in allowed]
    assert set(refused) <= {403}
    assert counts() == [1, 18, 20, 18, 1, 4]


def test_visitors_are_asked_to_sign_in(client):
    for address in (START, YEAR, *(f"{YEAR}{step}/" for step in STEPS)):
        assert client.get(address).url == f"/admin/login/?next={address}"


def test_economist_is_told_who_makes_the_plan_and_can_make_the_budget(clerk):
    economist = client_of("ekonom")
    assert "Be sekretariatet göra steget Planen först." in text_of(economist.get(f"{YEAR}budget/"))
    assert "görs av någon med rollen sekretariat" in text_of(economist.get(YEAR))
    make_plan(clerk)

    page = economist.post(f"{YEAR}budget/", {"folkmangd": "2016-12-31"}, follow=True)

    assert told(page) == ["Budget 2018 finns nu som utkast."]
    assert Budget.objects.get(plan__year=2018).population_date == date(2016, 12, 31)


# --- The plan -----------------------------------------------------------------------------------------------


def test_all_directions_are_ticked_from_the_start(clerk):
    page = clerk.get(f"{YEAR}plan/")
    html = page.content.decode()

    assert len(re.findall(r'name="wanted"[^>]* checked', html)) == 18
    assert 'name="shown"' not in html
    assert "De 12 anmärkningarna till dokumentet för 2017 stannar där." in text_of(page)


def test_plan_is_made_and_its_texts_to_read_are_shown(clerk):
    page = make_plan(clerk, wanted=all_directions()[:10])

    assert told(page) == ["Verksamhetsplan 2018 finns nu som utkast, gjort av planen för 2017."]
    assert "10 av 18 inriktningar från 2017 är med." in text_of(page)
    assert "Läs igenom: texter som nämner 2017" in text_of(page)
    html = page.content.decode()
    assert len(re.findall(r'name="wanted"[^>]* checked', html)) == 10
    assert html.count('name="shown"') == 10


def test_choice_is_changed_later_by_another_clerk(clerk):
    first, second, third, *_ = all_directions()
    make_plan(clerk, wanted=[first, second])

    form = {"change": "1", "shown": [first, second], "wanted": [second, third]}
    page = client_of("sekretariat").post(f"{YEAR}plan/", form, follow=True)

    assert told(page) == ["En inriktning togs med. En inriktning togs bort."]
    assert "2 av 18 inriktningar" in text_of(page)


def test_plan_made_twice_is_made_once(clerk):
    make_plan(clerk)
    before = counts()

    page = make_plan(client_of("sekretariat"))

    assert told(page) == ["Planen för 2018 finns redan. Inget är ändrat: se här hur den ser ut."]
    assert counts() == before


@pytest.mark.parametrize("value", ["0", "hej", "9999999999999999999999"])
def test_direction_that_is_not_there_stops_everything(clerk, value):
    page = make_plan(clerk, wanted=[value])

    assert "Öppna sidan på nytt." in told(page)[0]
    assert OperationalPlan.objects.count() == 1


# --- The hosts and the calendar -----------------------------------------------------------------------------


def test_turns_are_shown_given_and_not_given_again(clerk):
    assert "11 Salem Läggs till" in text_of(clerk.get(f"{YEAR}vardskap/"))

    first = clerk.post(f"{YEAR}vardskap/", follow=True)
    second = client_of("sekretariat").post(f"{YEAR}vardskap/", follow=True)

    assert (told(first), told(second)) == (
        ["4 turer är tillagda för 2018."],
        ["Alla turer för 2018 fanns redan."],
    )
    assert "11 Salem Inget möte än" in text_of(second)
    assert HostTurn.objects.filter(year=2018).count() == 8


def test_rotation_without_an_order_is_told_with_where_to_mend_it(clerk):
    rotation = HostRotation.objects.get(slug="samarbetskommitten")
    RotationPlace.objects.filter(rotation=rotation).delete()

    page = clerk.get(f"{YEAR}vardskap/")

    assert "Ordningen har inga kommuner, så ingen kan få en tur." in text_of(page)
    assert f"/admin/calendar_app/hostrotation/{rotation.pk}/change/" in page.content.decode()


def test_calendar_leads_to_the_proposal_and_back(clerk):
    make_plan(clerk)
    page = clerk.get(f"{YEAR}kalender/")
    address = (
        "/admin/calendar_app/event/foresla/?year=2018&ater=%2Fadmin%2Fnytt-verksamhetsar%2F2018%2Fkalender%2F"
    )
    assert f'href="{address.replace("&", "&amp;")}"' in page.content.decode()

    proposal = clerk.get(address)
    table = proposal.context["draft"].table
    back = clerk.post(
        address, {**{name: "" if value is None else value for name, value in table.data.items()}, "save": "1"}
    )

    assert f'<a href="{YEAR}kalender/">Tillbaka utan att spara</a>' in proposal.content.decode()
    assert back.url == f"{YEAR}kalender/"
    assert "Portalen har inget mer att föreslå." in text_of(clerk.get(back.url))
    assert Event.objects.filter(publication="draft", plan_section__plan__year=2018).count() == 13


def test_proposal_leads_back_to_no_other_site(clerk):
    address = "/admin/calendar_app/event/foresla/?year=2018&ater=https%3A%2F%2Fexample.com%2F"

    assert "Tillbaka utan att spara" not in text_of(clerk.get(address))


def test_proposal_says_which_days_are_seen_at_once(clerk):
    page = clerk.get("/admin/calendar_app/event/foresla/?year=2018")

    assert text_of(page).count("Mötet är redan publicerat utan dag.") == 3


def test_events_that_were_there_are_put_under_headings(clerk):
    make_plan(clerk)
    factories.make_event(factories.DAY.replace(year=2018), body=Body.objects.get(slug="ledningsgruppen"))
    assert "Möten som inte står i någon plan" in text_of(clerk.get(f"{YEAR}kalender/"))

    page = clerk.post(f"{YEAR}kalender/", follow=True)

    assert told(page) == ["Ett möte står nu under en rubrik i planens kalendarium."]
    assert "Möten som inte står i någon plan" not in text_of(page)


# --- The budget ---------------------------------------------------------------------------------------------


def test_budget_is_shown_made_and_not_made_again(clerk):
    make_plan(clerk)
    page = clerk.get(f"{YEAR}budget/")
    assert "488 735 invånare den 31 december 2017 blir det 1 954 940 kr" in text_of(page)
    assert "674 940 kr" in text_of(page)

    first = clerk.post(f"{YEAR}budget/", {"folkmangd": "2017-12-31"}, follow=True)
    second = clerk.post(f"{YEAR}budget/", {"folkmangd": "2017-12-31"}, follow=True)

    assert told(first) == ["Budget 2018 finns nu som utkast."]
    assert told(second) == ["Inget utkast är gjort. Det finns redan en budget för 2018."]
    assert "674 940 kr blir över" in text_of(second)
    assert (Budget.objects.count(), BudgetLine.objects.count()) == (2, 8)


def test_fee_on_another_day_is_reckoned_anew(clerk):
    page = clerk.get(f"{YEAR}budget/", {"folkmangd": "2016-12-31"})

    total = Population.objects.on(date(2016, 12, 31)).total()
    assert f"{total * 4:,} kr".replace(",", " ") in text_of(page)


def test_day_without_figures_is_refused(clerk):
    make_plan(clerk)

    page = clerk.post(f"{YEAR}budget/", {"folkmangd": "2016-06-30"})

    assert "Folkmängden är inte känd för alla kommuner den dagen. Välj en annan." in text_of(page)
    assert Budget.objects.count() == 1


def test_missing_rate_and_population_are_told_with_where_to_mend_it(clerk):
    make_plan(clerk)
    FeeRate.objects.all().delete()
    assert "Ingen avgift per invånare gäller den 1 januari 2018." in text_of(clerk.get(f"{YEAR}budget/"))
    Population.objects.all().delete()

    page = clerk.get(f"{YEAR}budget/")

    assert "Det finns ingen dag med folkmängd för alla kommuner." in text_of(page)
    assert "/admin/committee/population/" in page.content.decode()
    assert clerk.post(f"{YEAR}budget/", {"folkmangd": "2017-12-31"}).status_code == 200
    assert Budget.objects.count() == 1


def test_budget_waits_for_the_plan(clerk):
    page = clerk.post(f"{YEAR}budget/", {"folkmangd": "2017-12-31"}, follow=True)

    assert told(page) == ["Det finns ingen plan för 2018 än. Gör steget Planen först."]


# --- The whole year -----------------------------------------------------------------------------------------


def test_last_step_leads_to_the_checklist(clerk):
    make_plan(clerk)
    plan = OperationalPlan.objects.get(year=2018)

    assert f'href="/admin/verksamhetsplan/{plan.pk}/checklista/"' in clerk.get(YEAR).content.decode()


def test_adopted_year_is_left_alone(clerk):
    address = f"{START}2017/"
    before = counts()
    factories.make_plan(2016)

    told_of = [
        told(
            clerk.post(
                f"{address}{step}/", {"wanted": [], "shown": [], "folkmangd": "2016-12-31"}, follow=True
            )
        )
        for step in STEPS
    ]

    assert told_of == [
        ["Planen för 2017 finns redan. Inget är ändrat: se här hur den ser ut."],
        ["Planen för 2017 är beslutad. Inga turer är tillagda."],
        ["Det finns inget utkast till plan för 2017. Inget är ändrat."],
        ["Inget utkast är gjort. Verksamhetsplan 2017 är beslutad och kan inte få en ny budget."],
    ]
    assert counts() == [before[0] + 1, *before[1:]]
    assert "Guiden ändrar inget i ett beslutat år." in text_of(clerk.get(address))


def test_step_pages_cost_the_same_for_more_directions(clerk, django_assert_max_num_queries):
    make_plan(clerk)
    clerk.get(f"{YEAR}plan/")
    with django_assert_max_num_queries(60) as few:
        clerk.get(f"{YEAR}plan/")
    issue = DevelopmentIssue.objects.get(name__startswith="Höj", origin=None)
    for number in range(10):
        factories.make_direction(issue, f"Vi gör {number}.")
    with django_assert_max_num_queries(len(few)):
        clerk.get(f"{YEAR}plan/")
