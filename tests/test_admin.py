"""The back office, used as a clerk uses it: pages are fetched, filled in and posted.

The test client raises what a view raises, so an answer of any kind means that nothing broke down.
"""

import datetime
import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.forms import BaseForm, BoundField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from budget.models import Budget, BudgetLine, FeeRate
from calendar_app.models import Event, EventHost, HostRotation, HostTurn, RotationPlace
from committee.models import (
    Body,
    CooperationArea,
    DevelopmentIssue,
    Direction,
    GoverningDocument,
    Municipality,
    OperationalPlan,
    PartnerOrganisation,
    PlanSection,
    Population,
    Principle,
    Seat,
    SourceNote,
    TargetArea,
)
from sodertorn.models import LoadedRow
from tests import factories
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

# The models that the plan has rows of, with what a list of them costs, session and user included. That every
# model is in the admin is `test_architecture`'s matter.
LIST_QUERIES: dict[type[Model], int] = {
    Municipality: 7,
    Population: 7,
    Body: 7,
    PartnerOrganisation: 7,
    Seat: 9,
    OperationalPlan: 6,
    PlanSection: 8,
    Principle: 7,
    GoverningDocument: 7,
    CooperationArea: 7,
    TargetArea: 8,
    DevelopmentIssue: 8,
    Direction: 8,
    SourceNote: 7,
    FeeRate: 8,
    Budget: 6,
    BudgetLine: 7,
    Event: 12,
    EventHost: 9,
    HostRotation: 6,
    RotationPlace: 7,
    HostTurn: 9,
    LoadedRow: 6,
}
MODELS = list(LIST_QUERIES)
EDITABLE = [model for model in MODELS if model is not LoadedRow]
NAMES = [model.__name__ for model in MODELS]
EDITABLE_NAMES = [model.__name__ for model in EDITABLE]

Form = dict[str, Any]


@pytest.fixture
def clerk(client: Client, db: None) -> Client:
    """A browser in which someone at the secretariat has signed in."""
    sign_in(client, User.objects.create_superuser("anna", password="hemligt"))
    return client


def address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def _posted(field: BoundField) -> Any:
    """What a browser sends for a field that nobody touches; None for nothing at all."""
    value = field.value()
    if field.widget_type == "checkbox":
        return "on" if value else None
    widget: Any = getattr(field.field.widget, "widget", field.field.widget)
    formatted = widget.format_value(value)
    if isinstance(formatted, list):
        return [item for item in formatted if item] or None
    return "" if formatted is None else formatted


def _fields(form: BaseForm) -> Form:
    fields = {field.html_name: _posted(field) for field in form}
    return {name: value for name, value in fields.items() if value is not None}


def form_of(client: Client, page: str) -> Form:
    """Everything that the form on the page would post if it were sent as it is."""
    context = client.get(page).context
    data = _fields(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        data |= _fields(inline.formset.management_form)
        for form in inline.formset.forms:
            data |= _fields(form)
    return data


def add_line(form: Form, prefix: str, **fields: Any) -> Form:
    """The form with one more line in an inline table."""
    number = int(form[f"{prefix}-TOTAL_FORMS"])
    line = {f"{prefix}-{number}-{name}": value for name, value in fields.items()}
    return {**form, f"{prefix}-TOTAL_FORMS": number + 1, **line}


def errors(response: Any) -> list[str]:
    """Every message of a refused form, in the order of the page."""
    assert response.status_code == 200
    context = response.context
    found = [message for messages in context["adminform"].form.errors.values() for message in messages]
    for inline in context["inline_admin_formsets"]:
        found += inline.formset.non_form_errors()
        for form in inline.formset.forms:
            found += [message for messages in form.errors.values() for message in messages]
    return found


def stored(model: type[Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("pk").values())


def assert_refused(clerk: Client, model: type[Model], page: str, form: Form, *messages: str) -> None:
    """The form comes back with exactly these messages, shown on the page, and nothing is stored."""
    before = {model: stored(model) for model in MODELS}
    response = clerk.post(page, form)

    assert errors(response) == list(messages)
    page_text = response.content.decode()
    assert [message for message in messages if escape(message) not in page_text] == []
    assert {model: stored(model) for model in MODELS} == before


def save(clerk: Client, model: type[Model], page: str, form: Form) -> None:
    """The form is accepted, and leads back to the list."""
    response = clerk.post(page, form)

    assert response.status_code == 302, errors(response)
    assert response["Location"] == address(model, "changelist")


def first(model: type[Model]) -> Model:
    row = model._default_manager.first()
    assert row is not None
    return row


# --- Every model --------------------------------------------------------------------------------------------


def test_index_is_the_secretariats_own(clerk: Client) -> None:
    page = clerk.get("/admin/").content.decode()

    assert "<h1>Sekretariatets arbetsrum</h1>" in page
    assert '<html lang="sv"' in page
    for model in MODELS:
        assert f'href="{address(model, "changelist")}"' in page


def test_admin_asks_who_one_is(client: Client) -> None:
    page = address(Event, "changelist")

    assert client.get(page)["Location"] == f"/admin/login/?next={page}"


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_pages_of_every_model_open(clerk: Client, model: type[Model]) -> None:
    pages = [address(model, "changelist"), address(model, "change", first(model).pk)]
    if model is not LoadedRow:
        pages += [address(model, "add"), address(model, "delete", first(model).pk)]
    pages.append(address(model, "history", first(model).pk))

    assert [clerk.get(page).status_code for page in pages] == [200] * len(pages)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_pages_keep_to_the_content_security_policy(clerk: Client, model: type[Model]) -> None:
    for page in (address(model, "changelist"), address(model, "change", first(model).pk)):
        response = clerk.get(page)
        text = response.content.decode()

        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert "style-src 'self'" in response["Content-Security-Policy"]
        assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>\s*\S|<style|\sstyle=|\son[a-z]+=\"", text) == []


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_list_costs_the_same_whatever_its_length(clerk: Client, model: type[Model]) -> None:
    factories.make_budget(factories.make_plan(2018))
    page = address(model, "changelist")
    keys = [str(row.pk) for row in model._default_manager.all()[:50]]
    clerk.get(page)  # content types are remembered from now on
    counts = []
    for chosen in (keys[:1], keys):
        with CaptureQueriesContext(connection) as queries:
            response = clerk.get(page, {"id__in": ",".join(chosen)})
        assert response.context["cl"].result_count == len(chosen)
        counts.append(len(queries))

    assert len(keys) > 1
    assert counts == [LIST_QUERIES[model]] * 2


def test_new_budgets_cost_the_list_of_budget_lines_nothing(clerk: Client) -> None:
    page = address(BudgetLine, "changelist")
    clerk.get(page)
    with CaptureQueriesContext(connection) as before:
        clerk.get(page)
    for year in (2018, 2019, 2020):
        factories.make_budget(factories.make_plan(year))
    with CaptureQueriesContext(connection) as after:
        clerk.get(page)

    assert len(after) == len(before)


# --- Lists and search ---------------------------------------------------------------------------------------


def column(response: Any, name: str) -> list[str]:
    """A computed column of a list, as text, from the top."""
    changelist = response.context["cl"]
    return [str(getattr(changelist.model_admin, name)(row)) for row in changelist.result_list]


def found(clerk: Client, model: type[Model], words: str) -> list[str]:
    response = clerk.get(address(model, "changelist"), {"q": words})
    return [str(row) for row in response.context["cl"].result_list]


@pytest.mark.parametrize("words", ["södertälje", "SÖDERTÄLJE", "Södert", "ÄLJE", " södertälje ", "0181"])
def test_search_folds_swedish_letters(clerk: Client, words: str) -> None:
    assert found(clerk, Municipality, words) == ["Södertälje"]


def test_search_finds_rows_with_every_word(clerk: Client) -> None:
    assert found(clerk, Direction, "ÖKAR utbildning") == [
        "Vi ökar möjligheten till gymnasial- och eftergymnasial utbildning med fokus på YH-utbildningar."
    ]
    assert found(clerk, Direction, "ökar fossila") == []


@pytest.mark.parametrize(
    ("model", "words", "result"),
    [
        (Event, "rådslaget", []),
        (Event, "rådslag 2017-03", ["Södertörns rådslag 2017-03-30"]),
        (OperationalPlan, "2017", ["Verksamhetsplan 2017"]),
        (Budget, "2017", ["Budget 2017"]),
        (FeeRate, "2017-08", ["4\N{NO-BREAK SPACE}kr från 2017-08-01"]),
        (PlanSection, "(torsdagar", ["Södertörns samarbetskommitté (torsdagar 12.00-15.00)"]),
        (PlanSection, "12.00-15.00)", ["Södertörns samarbetskommitté (torsdagar 12.00-15.00)"]),
        (HostTurn, "tyresö 2022", ["Värdskap för rådslaget 2022: Tyresö"]),
        (LoadedRow, "2017/budget/personal", ["2017/budget/personal"]),
    ],
)
def test_search_finds(clerk: Client, model: type[Model], words: str, result: list[str]) -> None:
    assert found(clerk, model, words) == result


@pytest.mark.parametrize("words", ["(", "a{99999}", "\\", "\0"])
@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_search_takes_any_words_literally(clerk: Client, model: type[Model], words: str) -> None:
    response = clerk.get(address(model, "changelist"), {"q": words})

    assert response.status_code == 200


@pytest.mark.parametrize(
    "query",
    ["o=99.x", "p=x", "p=9999", "status__exact=nonsens", "nonsens=1", "starts_on__year=x", "id__exact=x"],
)
def test_list_addresses_with_nonsense_are_no_error(clerk: Client, query: str) -> None:
    assert clerk.get(f"{address(Event, 'changelist')}?{query}").status_code in (200, 302)


@pytest.mark.parametrize("page", ["change", "delete"])
def test_page_with_a_parameter_of_django_left_empty_opens(clerk: Client, page: str) -> None:
    event = Event.objects.all()[0]
    address = reverse(f"admin:calendar_app_event_{page}", args=[event.pk])

    assert clerk.get(f"{address}?_to_field=").status_code == 200


def test_choosing_a_related_row_folds_swedish_letters(clerk: Client) -> None:
    wanted = {"app_label": "calendar_app", "model_name": "eventhost", "field_name": "municipality"}
    response = clerk.get("/admin/autocomplete/", {"term": "TYRESÖ", **wanted})

    tyreso = Municipality.objects.get(name="Tyresö")
    assert response.json()["results"] == [{"id": str(tyreso.pk), "text": "Tyresö"}]


def test_list_of_events_says_when_and_where(clerk: Client) -> None:
    response = clerk.get(address(Event, "changelist"))

    assert column(response, "when")[:3] == [
        "april 2018, dag ej fastställd",
        "mars 2018, dag ej fastställd",
        "januari 2018, dag ej fastställd",
    ]
    assert column(response, "when")[3] == "torsdag 7\xa0december 2017 kl.\xa012.00–15.00"
    conference = [str(row) for row in response.context["cl"].result_list].index(
        "Södertörnskonferensen 2017-09-07"
    )
    assert column(response, "host_names")[conference] == "Södertälje, Nykvarn"
    assert column(response, "body_name")[-1] == "Ledningsgruppen"
    assert len(column(response, "when")) == 20


def test_list_of_municipalities_has_the_latest_population(clerk: Client) -> None:
    factories.make_municipality("Nyköping", "0480", position=9)
    response = clerk.get(address(Municipality, "changelist"))

    newest = Population.objects.filter(municipality__name="Botkyrka").latest("reference_date")
    assert column(response, "inhabitants")[0].replace("\xa0", "") == str(newest.inhabitants)
    assert column(response, "population_date")[0] == str(newest.reference_date)
    assert column(response, "inhabitants")[-1] == ""


def test_list_of_budgets_has_sums(clerk: Client) -> None:
    BudgetLine.objects.filter(title="Personal").update(amount="605000.50")
    response = clerk.get(address(Budget, "changelist"))

    assert column(response, "revenue") == ["1\xa0280\xa0000\xa0kr"]
    assert column(response, "cost") == ["1\xa0280\xa0000,50\xa0kr"]
    assert column(response, "difference") == ["−0,50\xa0kr"]


def test_list_of_directions_follows_the_document(clerk: Client) -> None:
    response = clerk.get(address(Direction, "changelist"))

    assert column(response, "stands_under")[:3] == [
        "Höj utbildningsnivån på Södertörn",
        "Stödja ett kunskapsintensivt näringsliv",
        "Stödja ett kunskapsintensivt näringsliv",
    ]
    assert column(response, "stands_under")[-1] == "Gemensam ägarstyrning"


def test_lists_write_years_without_a_gap(clerk: Client) -> None:
    assert "Verksamhetsplan 2017" in clerk.get(address(OperationalPlan, "changelist")).content.decode()
    assert column(clerk.get(address(HostTurn, "changelist")), "shown_year")[0] == "2017"


def test_order_is_changed_in_the_list(clerk: Client) -> None:
    page = address(PartnerOrganisation, "changelist")
    formset = clerk.get(page).context["cl"].formset
    form = _fields(formset.management_form)
    for line in formset.forms:
        form |= _fields(line)
    response = clerk.post(page, {**form, "form-0-position": "99", "_save": "Spara"})

    assert response.status_code == 302
    assert str(PartnerOrganisation.objects.last()) == "Södertörns högskola"


# --- A clerk's work: create, edit, delete -------------------------------------------------------------------


def test_event_is_created_with_hosts(clerk: Client) -> None:
    form = form_of(clerk, address(Event, "add"))
    salem, tyreso = (Municipality.objects.get(name=name) for name in ("Salem", "Tyresö"))
    form |= {"title": "Ökad samverkan", "starts_on": "2027-02-04", "start_time": "12:00", "end_time": "15.00"}
    form = add_line(form, "event_hosts", position="1", municipality=salem.pk)
    form = add_line(form, "event_hosts", position="2", municipality=tyreso.pk)
    form["end_time"] = "15:00"
    save(clerk, Event, address(Event, "add"), form)

    event = Event.objects.get(title="Ökad samverkan")
    assert event.slug == "okad-samverkan"
    assert event.ends_on == datetime.date(2027, 2, 4)
    assert event.status == Event.Status.CONFIRMED
    assert [str(host) for host in event.host_list] == ["Salem", "Tyresö"]
    assert clerk.get(event.get_absolute_url()).status_code == 200


def test_event_without_a_day_is_created_from_any_day_in_the_month(clerk: Client) -> None:
    form = form_of(clerk, address(Event, "add"))
    form |= {"title": "Vårmöte", "date_precision": "month", "starts_on": "2028-02-17"}
    save(clerk, Event, address(Event, "add"), form)

    event = Event.objects.get(title="Vårmöte")
    assert (event.starts_on, event.ends_on) == (datetime.date(2028, 2, 1), datetime.date(2028, 2, 29))


def test_event_form_says_how_to_leave_the_day_open(clerk: Client) -> None:
    page = clerk.get(address(Event, "add")).content.decode()

    assert "välj ”Månad”, skriv vilken dag som helst i månaden och lämna klockslagen tomma" in page


def test_event_is_moved_and_keeps_its_first_day(clerk: Client) -> None:
    event = Event.objects.get(starts_on="2017-06-01")
    page = address(Event, "change", event.pk)
    form = {**form_of(clerk, page), "status": "moved", "starts_on": "2017-06-08", "ends_on": ""}
    save(clerk, Event, page, {**form, "original_starts_on": "2017-06-01"})

    event.refresh_from_db()
    assert event.starts_on == event.ends_on == datetime.date(2017, 6, 8)
    assert event.original_starts_on == datetime.date(2017, 6, 1)


def test_event_is_cancelled_without_further_questions(clerk: Client) -> None:
    event = Event.objects.get(starts_on="2017-06-01")
    page = address(Event, "change", event.pk)
    save(clerk, Event, page, {**form_of(clerk, page), "status": "cancelled"})

    event.refresh_from_db()
    assert event.is_cancelled


def test_event_is_deleted_with_its_hosts_and_the_turn_goes_on_without_it(clerk: Client) -> None:
    event = Event.objects.get(slug="sodertorns-radslag")
    response = clerk.post(address(Event, "delete", event.pk), {"post": "yes"})

    assert response.status_code == 302
    assert not Event.objects.filter(pk=event.pk).exists()
    assert not EventHost.objects.filter(event_id=event.pk).exists()
    assert HostTurn.objects.get(rotation__slug="radslaget", number=1).event is None


def test_municipality_gets_next_years_population(clerk: Client) -> None:
    page = address(Municipality, "change", Municipality.objects.get(name="Salem").pk)
    form = form_of(clerk, page)
    line = {"reference_date": "2026-12-31", "inhabitants": "17500", "source": "SCB"}
    save(clerk, Municipality, page, add_line(form, "populations", **line))

    assert Population.objects.get(reference_date="2026-12-31").inhabitants == 17500


def test_municipality_with_meetings_is_not_deleted(clerk: Client) -> None:
    page = address(Municipality, "delete", Municipality.objects.get(name="Salem").pk)
    response = clerk.post(page, {"post": "yes"})

    assert response.status_code == 200
    assert response.context["protected"]
    assert Municipality.objects.count() == 8


def test_plan_is_created_with_its_parts(clerk: Client) -> None:
    page = address(OperationalPlan, "add")
    form = {**form_of(clerk, page), "year": "2018", "issuer": "Kommittén", "status": "draft"}
    section = {"position": "1", "chapter": "1", "level": "1", "heading": "Inledning", "slug": "inledning"}
    form = add_line(form, "sections", **section)
    form = add_line(form, "principles", position="1", text="Öppenhet")
    form = add_line(form, "areas", position="1", name="Regionala", slug="regionala", purpose="Utveckla")
    save(clerk, OperationalPlan, page, form)

    plan = OperationalPlan.objects.get(year=2018)
    assert [str(row) for row in plan.sections.all()] == ["1. Inledning"]
    assert [str(row) for row in plan.principles.all()] == ["Öppenhet"]
    assert [str(row) for row in plan.areas.all()] == ["Regionala"]


def test_section_text_is_edited_and_seen_on_the_site(clerk: Client) -> None:
    section = PlanSection.objects.get(slug="syfte")
    page = address(PlanSection, "change", section.pk)
    save(clerk, PlanSection, page, {**form_of(clerk, page), "text": "Vi samverkar för att öka tryggheten."})

    assert "Vi samverkar för att öka tryggheten." in clerk.get("/verksamhetsplan/2017/").content.decode()


def test_budget_lines_are_written_as_they_are_read(clerk: Client) -> None:
    budget = Budget.objects.get()
    page = address(Budget, "change", budget.pk)
    form = form_of(clerk, page)
    assert form["lines-0-amount"] == "1\xa0280\xa0000"
    form["lines-0-amount"] = "1\xa0300 000,50"
    form = add_line(form, "lines-2", position="4", title="Resor", amount="20 000,50")
    save(clerk, Budget, page, form)

    line = BudgetLine.objects.get(title="Resor")
    assert (line.side, line.amount) == (BudgetLine.Side.COST, Decimal("20000.50"))
    assert BudgetLine.objects.get(is_fee=True).amount == Decimal("1300000.50")
    assert BudgetLine.objects.filter(side=BudgetLine.Side.REVENUE).count() == 1
    shown = clerk.get(page).context["adminform"].model_admin
    assert shown.revenue(shown.get_queryset(None).get()) == "1\xa0300\xa0000,50\xa0kr"
    assert form_of(clerk, page)["lines-2-3-amount"] == "20\xa0000,50"


def test_seat_tables_hold_their_own_kind_of_holder(clerk: Client) -> None:
    body = Body.objects.get(slug="sodertorns-radslag")
    page = address(Body, "change", body.pk)
    form = form_of(clerk, page)
    assert (form["seats-TOTAL_FORMS"], form["seats-2-TOTAL_FORMS"]) == ("8", "4")
    partner = PartnerOrganisation.objects.get(name="KSL")
    form = add_line(form, "seats-2", position="20", partner=partner.pk, role="Gäst", participation="attends")
    save(clerk, Body, page, {**form, "seats-0-person_name": "Åsa Öberg"})

    assert body.seats.get(partner=partner).municipality is None
    assert body.seats.get(person_name="Åsa Öberg").municipality == Municipality.objects.get(name="Botkyrka")


def test_rate_is_added_and_deleted(clerk: Client) -> None:
    form = {**form_of(clerk, address(FeeRate, "add")), "valid_from": "2028-01-01"}
    save(clerk, FeeRate, address(FeeRate, "add"), {**form, "amount_per_inhabitant": "4,50"})
    rate = FeeRate.objects.get(valid_from="2028-01-01")
    assert rate.amount_per_inhabitant == Decimal("4.50")

    clerk.post(address(FeeRate, "delete", rate.pk), {"post": "yes"})
    assert FeeRate.objects.count() == 2


def test_website_without_a_scheme_is_taken_to_be_secure(clerk: Client) -> None:
    document = GoverningDocument.objects.get(title="Södertörns UtvecklingsProgram 2013")
    page = address(GoverningDocument, "change", document.pk)
    save(clerk, GoverningDocument, page, {**form_of(clerk, page), "url": "sodertorn.example/program"})

    document.refresh_from_db()
    assert document.url == "https://sodertorn.example/program"


@pytest.mark.parametrize("model", EDITABLE, ids=EDITABLE_NAMES)
def test_form_saved_as_it_is_changes_nothing(clerk: Client, model: type[Model]) -> None:
    page = address(model, "change", first(model).pk)
    before = {model: stored(model) for model in MODELS}
    save(clerk, model, page, form_of(clerk, page))

    assert {model: stored(model) for model in MODELS} == before


# --- Host rotations: rows that change places ----------------------------------------------------------------


@pytest.fixture
def rotation(db: None) -> HostRotation:
    return HostRotation.objects.get(slug="samarbetskommitten")


def order(rotation: HostRotation) -> list[str]:
    return [str(place) for place in rotation.places.select_related("municipality")]


def test_hosts_change_places(clerk: Client, rotation: HostRotation) -> None:
    page = address(HostRotation, "change", rotation.pk)
    form = form_of(clerk, page)
    save(clerk, HostRotation, page, {**form, "places-0-position": "2", "places-1-position": "1"})

    assert order(rotation)[:3] == ["1. Nykvarn", "2. Haninge", "3. Salem"]


def test_host_leaves_and_the_others_move_up(clerk: Client, rotation: HostRotation) -> None:
    page = address(HostRotation, "change", rotation.pk)
    form = form_of(clerk, page)
    form |= {f"places-{number}-position": str(number) for number in range(1, 8)}
    save(clerk, HostRotation, page, {**form, "places-0-DELETE": "on"})

    assert order(rotation)[0] == "1. Nykvarn"
    assert order(rotation)[-1] == "7. Huddinge"


def test_new_host_takes_the_place_of_one_who_leaves(clerk: Client, rotation: HostRotation) -> None:
    newcomer = factories.make_municipality("Nyköping", "0480", slug="nykoping")
    page = address(HostRotation, "change", rotation.pk)
    form = add_line(form_of(clerk, page), "places", position="1", municipality=newcomer.pk)
    save(clerk, HostRotation, page, {**form, "places-0-DELETE": "on"})

    assert order(rotation)[:2] == ["1. Nyköping", "2. Nykvarn"]


def test_turns_exchange_meetings_and_numbers(clerk: Client, rotation: HostRotation) -> None:
    page = address(HostRotation, "change", rotation.pk)
    form = form_of(clerk, page)
    swapped = {"turns-0-event": form["turns-1-event"], "turns-1-event": form["turns-0-event"]}
    save(clerk, HostRotation, page, {**form, **swapped, "turns-2-number": "4", "turns-3-number": "3"})

    turns = [(turn.number, str(turn.municipality), str(turn.event)) for turn in rotation.turns.all()]
    assert turns[:4] == [
        (1, "Haninge", "Samarbetskommitténs sammanträde 2017-03-23"),
        (2, "Nykvarn", "Samarbetskommitténs sammanträde 2017-02-02"),
        (3, "Nynäshamn", "Samarbetskommitténs planeringskonferens 2017-08-16"),
        (4, "Salem", "Samarbetskommitténs sammanträde 2017-06-01"),
    ]


def test_highest_place_there_is_can_be_given_up(clerk: Client, rotation: HostRotation) -> None:
    RotationPlace.objects.filter(rotation=rotation, position=8).update(position=32767)
    page = address(HostRotation, "change", rotation.pk)
    save(clerk, HostRotation, page, {**form_of(clerk, page), "places-7-position": "9"})

    assert order(rotation)[-1] == "9. Huddinge"


def test_two_hosts_in_one_place_are_refused(clerk: Client, rotation: HostRotation) -> None:
    page = address(HostRotation, "change", rotation.pk)
    form = {**form_of(clerk, page), "places-0-position": "2"}
    assert_refused(
        clerk,
        HostRotation,
        page,
        form,
        "Två kommuner kan inte ha samma plats i ordningen.",
        "Korrigera duplikatvärdena nedan.",
    )


# --- View on site -------------------------------------------------------------------------------------------

WITH_PAGE = [
    Municipality,
    Population,
    Body,
    OperationalPlan,
    PlanSection,
    TargetArea,
    DevelopmentIssue,
    Direction,
    SourceNote,
    Budget,
    Event,
    HostRotation,
]


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_view_on_site_leads_to_the_page_if_there_is_one(clerk: Client, model: type[Model]) -> None:
    link = clerk.get(address(model, "change", first(model).pk)).context["absolute_url"]

    assert (link is not None) == (model in WITH_PAGE)
    if link:
        assert clerk.get(link, follow=True).status_code == 200


def test_view_on_site_shows_staff_a_draft_in_its_place(clerk: Client) -> None:
    plan = factories.make_plan(2018, is_draft=True)
    issue = factories.make_target_area(plan).issues.get()
    section = factories.make_section(plan, 1, "Inledning")
    rows = [
        plan,
        section,
        issue,
        issue.target_area,
        factories.make_direction(issue),
        factories.make_direction(section),
        factories.make_source_note(section),
        factories.make_budget(plan),
    ]

    for row in rows:
        link = clerk.get(address(type(row), "change", row.pk)).context["absolute_url"]
        assert clerk.get(link, follow=True).status_code == 200, row


# --- What the loaders remember is for looking only ----------------------------------------------------------


def test_loaded_rows_are_read_only(clerk: Client) -> None:
    row = first(LoadedRow)
    before = stored(LoadedRow)

    assert clerk.get(address(LoadedRow, "add")).status_code == 403
    assert clerk.post(address(LoadedRow, "add"), {"key": "x"}).status_code == 403
    assert clerk.post(address(LoadedRow, "change", row.pk), {"key": "x"}).status_code == 403
    assert clerk.post(address(LoadedRow, "delete", row.pk), {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    clerk.post(address(LoadedRow, "changelist"), data)
    assert stored(LoadedRow) == before


# --- Garbage ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({"title": ""}, ["Detta fält måste fyllas i."]),
        ({"starts_on": ""}, ["Detta fält måste fyllas i."]),
        ({"starts_on": "2017-02-30"}, ["Fyll i ett giltigt datum."]),
        ({"starts_on": "0217-02-02"}, ["Mötets dagar måste ligga mellan år 2000 och 2100."]),
        ({"starts_on": "9999-12-31"}, ["Mötets dagar måste ligga mellan år 2000 och 2100."]),
        ({"ends_on": "2027-02-03"}, ["Mötet kan inte sluta före sin första dag."]),
        ({"start_time": "25:00"}, ["Fyll i en giltig tid."]),
        ({"end_time": "15:00"}, ["Ange också när mötet börjar."]),
        ({"start_time": "15:00", "end_time": "12:00"}, ["Sluttiden måste vara senare än starttiden."]),
        (
            {"date_precision": "month", "start_time": "12:00"},
            ["Ett möte utan bestämd dag kan inte ha någon tid."],
        ),
        ({"status": "moved"}, ["Ange vilken dag mötet flyttades från."]),
        (
            {"status": "moved", "original_starts_on": "2027-02-04"},
            ["Ett flyttat möte måste ha en annan dag än den ursprungliga."],
        ),
        (
            {"slug": "samarbetskommitten", "date_precision": "month", "starts_on": "2018-01-17"},
            ["Det finns redan ett möte med samma dag och adressdel."],
        ),
        (
            {"slug": "å/ä"},
            ["Skriv bara bokstäverna a–z, siffror och bindestreck."],
        ),
        (
            {"body": "99999"},
            ["Välj ett giltigt alternativ. Det valet finns inte bland tillgängliga alternativ."],
        ),
        ({"body": "x"}, ["Välj ett giltigt alternativ. Det valet finns inte bland tillgängliga alternativ."]),
        ({"kind": "fest"}, ["Välj ett giltigt alternativ. fest finns inte bland tillgängliga alternativ."]),
        ({"title": "x\0y"}, ["Null-tecken är inte tillåtna."]),
    ],
)
def test_event_garbage_is_refused(clerk: Client, changes: Form, messages: list[str]) -> None:
    page = address(Event, "add")
    form = {**form_of(clerk, page), "title": "Möte", "starts_on": "2027-02-04", **changes}
    assert_refused(clerk, Event, page, form, *messages)


def test_event_titled_without_letters_gets_an_address_all_the_same(clerk: Client) -> None:
    page = address(Event, "add")
    save(clerk, Event, page, {**form_of(clerk, page), "title": "???", "starts_on": "2027-02-04"})

    event = Event.objects.get(title="???")
    assert event.slug == "sammantrade"
    assert clerk.get(event.get_absolute_url()).status_code == 200


NOT_A_CHOICE = "Välj ett giltigt alternativ. Det valet finns inte bland tillgängliga alternativ."
NO_NUMBER = "Fyll i ett tal."
ADDED = "Någon annan har lagt till eller tagit bort rader sedan du öppnade sidan."
NOT_NEGATIVE = "Kontrollera att detta värde är större än eller lika med 0."


@pytest.mark.parametrize(
    ("model", "changes", "messages"),
    [
        (Municipality, {"code": "126"}, ["Kommunkoden är fyra siffror, till exempel 0126."]),
        (Municipality, {"code": "0136"}, ["Kommun med detta Kommunkod finns redan."]),
        (Municipality, {"website": "javascript:alert(1)"}, ["Fyll i en giltig URL."]),
        (Municipality, {"position": "-1"}, [NOT_NEGATIVE]),
        (Population, {"inhabitants": "0"}, ["Kontrollera att detta värde är större än eller lika med 1."]),
        (Population, {"inhabitants": "-5"}, [NOT_NEGATIVE]),
        (Population, {"inhabitants": "många"}, ["Fyll i ett heltal."]),
        (Population, {"source": "   "}, ["Detta fält måste fyllas i."]),
        (Population, {"reference_date": "2016-12-31"}, ["Kommunen har redan en folkmängd för det datumet."]),
        (
            Body,
            {"usual_start": "15:00", "usual_end": "12:00"},
            ["Den vanliga sluttiden måste vara senare än starttiden."],
        ),
        (
            Body,
            {"usual_start": "", "usual_end": "12:00"},
            ["Den vanliga sluttiden måste vara senare än starttiden."],
        ),
        (
            Body,
            {"usual_weekday": "8"},
            ["Välj ett giltigt alternativ. 8 finns inte bland tillgängliga alternativ."],
        ),
        (Body, {"email": "ingen"}, ["Fyll i en giltig e-postadress."]),
        (Seat, {"municipality": ""}, ["En plats hör till antingen en kommun eller en samverkanspart."]),
        (Seat, {"partner": "KSL"}, ["En plats hör till antingen en kommun eller en samverkanspart."]),
        (OperationalPlan, {"year": "1"}, ["Kontrollera att detta värde är större än eller lika med 2000."]),
        (PlanSection, {"level": "5"}, ["Rubriknivån måste vara 1, 2, 3 eller 4."]),
        (PlanSection, {"slug": "syfte"}, ["Planen har redan ett avsnitt med den adressdelen."]),
        (
            CooperationArea,
            {"slug": "verksamhetsfragor"},
            ["Planen har redan ett samverkansområde med den adressdelen."],
        ),
        (CooperationArea, {"governing_documents": ["x"]}, ["“x” är inte ett giltigt värde."]),
        (
            TargetArea,
            {"slug": "klimat"},
            ["Samverkansområdet har redan ett målområde med den adressdelen."],
        ),
        (
            Direction,
            {"issue": "", "section": ""},
            ["En inriktning hör till en utvecklingsfråga eller ett avsnitt."],
        ),
        (SourceNote, {"section": "9" * 30}, [NOT_A_CHOICE]),
        (FeeRate, {"amount_per_inhabitant": "-4"}, [NOT_NEGATIVE]),
        (FeeRate, {"amount_per_inhabitant": "fyra"}, [NO_NUMBER]),
        (FeeRate, {"amount_per_inhabitant": "NaN"}, [NO_NUMBER]),
        (
            FeeRate,
            {"amount_per_inhabitant": "1e500"},
            ["Säkerställ att det inte är mer än 12 siffror totalt."],
        ),
        (FeeRate, {"amount_per_inhabitant": "2,005"}, ["Säkerställ att det inte är mer än 2 decimaler."]),
        (FeeRate, {"valid_from": "2017-08-01"}, ["Det finns redan en avgift från det datumet."]),
        (Budget, {"plan": ""}, ["Detta fält måste fyllas i."]),
        (BudgetLine, {"side": ""}, ["Detta fält måste fyllas i."]),
        (
            BudgetLine,
            {"side": "båda"},
            ["Välj ett giltigt alternativ. båda finns inte bland tillgängliga alternativ."],
        ),
        (BudgetLine, {"amount": "-1"}, [NOT_NEGATIVE]),
        (BudgetLine, {"side": "cost", "is_fee": "on"}, ["Avgifter från kommunerna är en intäkt."]),
        (EventHost, {"municipality": "x"}, [NOT_A_CHOICE]),
        (HostTurn, {"year": "20177"}, ["Kontrollera att detta värde är mindre än eller lika med 2100."]),
        (HostTurn, {"number": "2"}, ["Turen med det numret finns redan."]),
        (RotationPlace, {"position": "2"}, ["Två kommuner kan inte ha samma plats i ordningen."]),
    ],
)
def test_garbage_is_refused(clerk: Client, model: type[Model], changes: Form, messages: list[str]) -> None:
    if changes.get("partner") == "KSL":
        changes = {"partner": PartnerOrganisation.objects.get(name="KSL").pk}
    if model is Population:
        row: Model = Population.objects.get(municipality__name="Salem", reference_date="2017-12-31")
    elif model is FeeRate:
        row = FeeRate.objects.get(valid_from="2017-01-01")
    else:
        row = first(model)
    page = address(model, "change", row.pk)
    assert_refused(clerk, model, page, {**form_of(clerk, page), **changes}, *messages)


def test_second_host_twice_is_refused(clerk: Client) -> None:
    """In the table, where the database's own rule would otherwise be the first to notice."""
    event = Event.objects.get(slug="sodertornskonferensen")
    page = address(Event, "change", event.pk)
    form = add_line(form_of(clerk, page), "event_hosts", position="3", municipality=event.host_list[0].pk)
    assert_refused(
        clerk, Event, page, form, "Kommunen är redan värd för mötet.", "Korrigera duplikatvärdena nedan."
    )


def test_same_host_twice_on_a_new_event_is_refused(clerk: Client) -> None:
    page, salem = address(Event, "add"), Municipality.objects.get(name="Salem").pk
    form = {**form_of(clerk, page), "title": "Möte", "starts_on": "2027-02-04"}
    for position in ("1", "2"):
        form = add_line(form, "event_hosts", position=position, municipality=salem)
    assert_refused(
        clerk, Event, page, form, "Kommunen är redan värd för mötet.", "Korrigera duplikatvärdena nedan."
    )


@pytest.mark.parametrize(
    ("model", "prefix", "line", "messages"),
    [
        (
            Municipality,
            "populations",
            {"reference_date": "2016-12-31", "inhabitants": "1", "source": "SCB"},
            ["Kommunen har redan en folkmängd för det datumet.", "Korrigera duplikatvärdena nedan."],
        ),
        (
            Municipality,
            "populations",
            {"reference_date": "2026-12-31", "inhabitants": "-1", "source": ""},
            [NOT_NEGATIVE, "Detta fält måste fyllas i."],
        ),
        (
            Body,
            "seats",
            {"position": "1", "role": "Gäst", "participation": "member", "municipality": ""},
            ["Detta fält måste fyllas i."],
        ),
        (
            Body,
            "seats-2",
            {"position": "1", "role": "Gäst", "participation": "member", "partner": "x"},
            [NOT_A_CHOICE],
        ),
        (
            OperationalPlan,
            "sections",
            {"position": "1", "chapter": "1", "level": "9", "heading": "Nytt", "slug": "nytt"},
            ["Rubriknivån måste vara 1, 2, 3 eller 4."],
        ),
        (
            OperationalPlan,
            "sections",
            {"position": "1", "chapter": "1", "level": "1", "heading": "Syfte", "slug": "syfte"},
            ["Planen har redan ett avsnitt med den adressdelen.", "Korrigera duplikatvärdena nedan."],
        ),
        (
            OperationalPlan,
            "areas",
            {"position": "1", "name": "Verksamhet", "slug": "verksamhetsfragor", "purpose": "x"},
            [
                "Planen har redan ett samverkansområde med den adressdelen.",
                "Korrigera duplikatvärdena nedan.",
            ],
        ),
        (
            CooperationArea,
            "target_areas",
            {"position": "1", "name": "Hav", "slug": ""},
            ["Detta fält måste fyllas i."],
        ),
        (
            DevelopmentIssue,
            "directions",
            {"position": "x", "text": ""},
            ["Fyll i ett heltal.", "Detta fält måste fyllas i."],
        ),
        (Budget, "lines", {"position": "1", "title": "Bidrag", "amount": "-1"}, [NOT_NEGATIVE]),
        (
            Budget,
            "lines-2",
            {"position": "1", "title": "", "amount": "gratis"},
            ["Detta fält måste fyllas i.", NO_NUMBER],
        ),
        (
            HostRotation,
            "turns",
            {"number": "1", "year": "2030", "municipality": ""},
            ["Detta fält måste fyllas i."],
        ),
    ],
)
def test_garbage_in_a_table_is_refused(
    clerk: Client, model: type[Model], prefix: str, line: Form, messages: list[str]
) -> None:
    page = address(model, "change", first(model).pk)
    assert_refused(clerk, model, page, add_line(form_of(clerk, page), prefix, **line), *messages)


def test_row_added_meanwhile_is_not_run_over(clerk: Client) -> None:
    """Two at the secretariat have the same page open; the second to save is told, and nothing breaks."""
    event = Event.objects.get(slug="sodertornskonferensen")
    page = address(Event, "change", event.pk)
    salem = Municipality.objects.get(name="Salem")
    form = add_line(form_of(clerk, page), "event_hosts", position="3", municipality=salem.pk)
    EventHost.objects.create(event=event, municipality=salem, position=3)
    assert_refused(
        clerk,
        Event,
        page,
        form,
        f"{ADDED} Öppna sidan på nytt och gör ändringen igen.",
    )


GARBAGE = ["", "-1", "9" * 40, "\0", "<script>" + "å" * 3000]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
@pytest.mark.parametrize("model", EDITABLE, ids=EDITABLE_NAMES)
def test_garbage_in_every_field_is_an_answer_in_swedish(
    clerk: Client, model: type[Model], garbage: str
) -> None:
    """On a new row and on one that exists, whose name the page has to write while it is being refused."""
    before = {model: stored(model) for model in MODELS}
    for page in (address(model, "add"), address(model, "change", first(model).pk)):
        form = form_of(clerk, page)
        kept = {name for name in form if name.endswith(("_FORMS", "-id"))}
        response = clerk.post(page, {name: form[name] if name in kept else garbage for name in form})

        assert response.status_code == 200
        assert "<title>Fel: " in response.content.decode()
        assert "<script>å" not in response.content.decode()
    assert {model: stored(model) for model in MODELS} == before


@pytest.mark.parametrize("garbage", ["", "x", "-1", "\0"])
@pytest.mark.parametrize("model", [Event, HostRotation, Budget])
def test_garbage_about_the_tables_themselves_is_refused(
    clerk: Client, model: type[Model], garbage: str
) -> None:
    page = address(model, "change", first(model).pk)
    form = form_of(clerk, page)
    response = clerk.post(page, {**form, **{name: garbage for name in form if "_FORMS" in name}})

    assert len(errors(response)) == len(response.context["inline_admin_formsets"])
    assert all(message.startswith(("ManagementForm-data saknas", ADDED)) for message in errors(response))


def test_start_page_is_in_the_offices_order(clerk: Client) -> None:
    apps = clerk.get("/admin/").context["app_list"]

    assert [app["app_label"] for app in apps] == ["calendar_app", "committee", "budget", "auth", "sodertorn"]
    assert [model["object_name"] for model in apps[1]["models"]][:3] == ["Municipality", "Population", "Body"]
