"""What a plan lacks, in exact sentences, each with where in the administration it is mended."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from budget.models import Budget, BudgetLine, FeeRate
from calendar_app.models import Event
from committee.models import (
    CooperationArea,
    DevelopmentIssue,
    Direction,
    Document,
    Municipality,
    OperationalPlan,
    PlanSection,
    Population,
    Principle,
    TargetArea,
)
from sodertorn import roles
from sodertorn.checklist import checklist
from sodertorn.checklist_places import Place, admin_address
from sodertorn.new_year.old_years import mentions
from sodertorn.publishing import Publication
from sodertorn.working_copies import begin_working_copy
from tests import factories

pytestmark = pytest.mark.django_db

SUPERUSER = User(is_superuser=True, is_active=True)


def found(plan):
    """Topic, severity, sentence with plain spaces, and address of everything found of a plan."""
    plan = OperationalPlan.objects.get(pk=plan.pk)
    return [
        (
            finding.topic.value,
            finding.severity.value,
            finding.sentence.replace("\xa0", " "),
            admin_address(finding.place, SUPERUSER),
        )
        for finding in checklist(plan).findings
    ]


@pytest.fixture
def plan():
    return factories.make_ready_draft(2018)


def test_plan_that_lacks_nothing_is_all_clear(plan):
    assert found(plan) == []
    assert checklist(plan).summary == "Allt klart"


# --- The texts ----------------------------------------------------------------------------------------------


def change(model, **fields):
    row = model.objects.get()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row.pk


@pytest.mark.parametrize(
    ("model", "fields", "severity", "sentence", "address"),
    [
        (
            PlanSection,
            {"text": " \n"},
            "error",
            "Avsnittet ”Inledning” är tomt. Skriv en text eller ta bort avsnittet.",
            "/admin/committee/plansection/{}/change/#id_text",
        ),
        (
            PlanSection,
            {"text": "", "content": "directions"},
            "warning",
            "Avsnittet ”Inledning” ska visa inriktningar men har inga.",
            "/admin/committee/plansection/{}/change/#directions-group",
        ),
        (
            PlanSection,
            {"text": "Som under 2017."},
            "warning",
            "Avsnittet ”Inledning” nämner fjolåret, 2017.",
            "/admin/committee/plansection/{}/change/#id_text",
        ),
        (
            PlanSection,
            {"heading": "Budget 2017", "text": "Som under 2017."},
            "warning",
            "Avsnittet ”Budget 2017” nämner fjolåret, 2017.",
            "/admin/committee/plansection/{}/change/#id_heading",
        ),
        (
            OperationalPlan,
            {"vision": ""},
            "warning",
            "Planen har ingen vision.",
            "/admin/committee/operationalplan/{}/change/#id_vision",
        ),
        (
            OperationalPlan,
            {"vision": "Bättre än 2017"},
            "warning",
            "Visionen nämner fjolåret, 2017.",
            "/admin/committee/operationalplan/{}/change/#id_vision",
        ),
        (
            Principle,
            {"text": "Fokus på nyttan från 2017 och framåt i alla tider"},
            "warning",
            "Förhållningssättet ”Fokus på nyttan från 2017 och framåt i…” nämner fjolåret, 2017.",
            "/admin/committee/principle/{}/change/#id_text",
        ),
        (
            CooperationArea,
            {"purpose": "Att 2017 utveckla"},
            "warning",
            "Samverkansområdet ”Regionala frågor” nämner fjolåret, 2017.",
            "/admin/committee/cooperationarea/{}/change/#id_purpose",
        ),
        (
            DevelopmentIssue,
            {"priority_statement": "Under 2017 främst"},
            "warning",
            "Utvecklingsfrågan ”Ställa om Klimat” nämner fjolåret, 2017.",
            "/admin/committee/developmentissue/{}/change/#id_priority_statement",
        ),
        (
            Direction,
            {"text": "Vi ställde om 2017."},
            "warning",
            "Inriktningen ”Vi ställde om 2017.” nämner fjolåret, 2017.",
            "/admin/committee/direction/{}/change/#id_text",
        ),
    ],
)
def test_what_a_text_lacks_is_told_with_its_form(plan, model, fields, severity, sentence, address):
    pk = change(model, **fields)

    assert found(plan) == [("Plan", severity, sentence, address.format(pk))]


def test_section_with_a_list_or_a_heading_under_it_needs_no_text(plan):
    factories.make_section(plan, 2, "Budget", content="budget")
    factories.make_section(plan, 3, "Samarbete")
    factories.make_section(plan, 3, "Nätverk", level=2, text="De möts.")
    with_direction = factories.make_section(plan, 4, "Omvärld")
    factories.make_direction(with_direction)

    assert found(plan) == []


def test_last_heading_has_nothing_under_it(plan):
    factories.make_section(plan, 3, "Samarbete")
    last = factories.make_section(plan, 3, "Nätverk", level=2)

    assert found(plan) == [
        (
            "Plan",
            "error",
            "Avsnittet ”Nätverk” är tomt. Skriv en text eller ta bort avsnittet.",
            f"/admin/committee/plansection/{last.pk}/change/#id_text",
        )
    ]


def test_empty_areas_and_issues_are_told(plan):
    factories.make_target_area(plan, "Trafik")
    empty = TargetArea.objects.create(area=CooperationArea.objects.get(), name="Bostäder", slug="bostader")
    issue = DevelopmentIssue.objects.get(name="Ställa om Trafik")

    assert found(plan) == [
        (
            "Plan",
            "warning",
            "Målområdet ”Bostäder” har inga utvecklingsfrågor.",
            f"/admin/committee/targetarea/{empty.pk}/change/#issues-group",
        ),
        (
            "Plan",
            "warning",
            "Utvecklingsfrågan ”Ställa om Trafik” har inga inriktningar.",
            f"/admin/committee/developmentissue/{issue.pk}/change/#directions-group",
        ),
    ]


def test_plan_without_priority_is_told(plan):
    Direction.objects.update(is_priority=False)

    assert found(plan) == [
        (
            "Plan",
            "warning",
            "Ingen inriktning är prioriterad under 2018.",
            f"/admin/committee/developmentissue/?target_area__area__plan__id__exact={plan.pk}",
        )
    ]


def test_empty_plan_lacks_everything():
    plan = factories.make_plan(2018, is_draft=True, decided_on=None)

    assert [(severity, sentence) for _, severity, sentence, _ in found(plan)] == [
        ("error", "Planen har inga avsnitt."),
        ("warning", "Planen har ingen vision."),
        ("warning", "Planen har inga förhållningssätt."),
        ("warning", "Planen har inga målområden."),
        ("error", "Verksamhetsplan 2018 har ingen budget."),
    ]
    assert checklist(plan).summary == "2 fel, 3 varningar"


DIGITS = "0123456789"
WORDLESS = st.text(st.characters(exclude_categories=["N"]))


@given(before=WORDLESS, after=WORDLESS, digit=st.sampled_from(DIGITS))
def test_year_is_mentioned_when_no_digit_touches_it(before, after, digit):
    assert mentions(2017, [f"{before}2017{after}"])
    assert not mentions(2017, [f"{before}{digit}2017{after}"])
    assert not mentions(2017, [f"{before}2017{digit}{after}"])


# --- The calendar and the hosts -----------------------------------------------------------------------------


def month(number, **fields):
    return factories.make_event(
        datetime.date(2018, number, 1), date_precision="month", slug=f"mote-{number}", **fields
    )


def test_months_without_a_day_are_one_warning_that_names_them(plan):
    events = [month(1), month(3), month(4)]
    month(5, status=Event.Status.CANCELLED)

    assert found(plan) == [
        (
            "Kalender",
            "warning",
            "3 möten saknar dag: Möte januari 2018, Möte mars 2018 och Möte april 2018.",
            "/admin/calendar_app/event/?id__in=" + "%2C".join(str(event.pk) for event in events),
        )
    ]


def test_single_month_without_a_day_leads_to_its_meeting(plan):
    event = month(1)

    assert found(plan) == [
        (
            "Kalender",
            "warning",
            "Ett möte saknar dag: Möte januari 2018.",
            f"/admin/calendar_app/event/{event.pk}/change/",
        )
    ]


def test_drafts_of_the_plan_are_a_note_and_other_drafts_a_warning(plan):
    section = plan.sections.get()
    whole: dict[str, Any] = {
        "start_time": datetime.time(9),
        "location": "Rådsalen",
        "publication": Publication.DRAFT,
    }
    own = factories.make_event(datetime.date(2018, 2, 1), plan_section=section, **whole)
    other = factories.make_event(datetime.date(2018, 3, 1), **whole)
    factories.make_event(datetime.date(2019, 3, 1), **whole)

    assert found(plan) == [
        (
            "Kalender",
            "warning",
            (
                "Ett möte 2018 är utkast utan plats i planens kalendarium och publiceras inte med planen: "
                "Möte 1 mars 2018."
            ),
            f"/admin/calendar_app/event/{other.pk}/change/",
        ),
        (
            "Kalender",
            "info",
            "Ett möte i planens kalendarium är utkast och publiceras med planen: Möte 1 februari 2018.",
            f"/admin/calendar_app/event/{own.pk}/change/",
        ),
    ]
    assert checklist(plan).summary == "1 varning"

    OperationalPlan.objects.update(status="adopted", decided_on=datetime.date(2018, 2, 1))
    told = [sentence for topic, _, sentence, _ in found(plan) if topic == "Kalender"]
    assert told == [
        "Ett möte 2018 är utkast utan plats i planens kalendarium: Möte 1 mars 2018.",
        "Ett möte i planens kalendarium är utkast: Möte 1 februari 2018.",
    ]


def test_rules_of_the_calendar_lead_to_forms_and_not_to_pages(plan):
    body = factories.make_body(min_meetings_per_year=2, usual_weekday=4, usual_start=datetime.time(12))
    botkyrka = Municipality.objects.get()
    salem = factories.make_municipality("Salem", "0128")
    factories.make_population(salem, 2017)
    rotation = factories.make_rotation(body, [botkyrka, salem], turns=1, first_year=2018)
    wednesday = factories.make_event(
        datetime.date(2018, 2, 7), body=body, hosts=(salem,), start_time=datetime.time(9), location="Sal"
    )
    rotation.turns.update(event=wednesday)
    hostless = factories.make_event(
        datetime.date(2018, 2, 8), body=body, start_time=datetime.time(12), location="Sal", slug="b"
    )
    address = "/admin/calendar_app/event/{}/change/#{}"

    assert found(plan) == [
        (
            "Kalender",
            "warning",
            "Möte 7 februari 2018 hålls onsdag. Samarbetskommitten möts annars på torsdagar.",
            address.format(wednesday.pk, "id_starts_on"),
        ),
        (
            "Kalender",
            "warning",
            "Möte 7 februari 2018 hålls kl. 09.00. Samarbetskommitten möts annars kl. 12.00.",
            address.format(wednesday.pk, "id_start_time"),
        ),
        (
            "Kalender",
            "info",
            "Samarbetskommitten har 2 möten 2018, minst 2 krävs. Ställs ett in blir de för få.",
            "/admin/calendar_app/event/?starts_on__year=2018",
        ),
        (
            "Värdskap",
            "warning",
            "Värdkommun saknas för Möte 8 februari 2018.",
            address.format(hostless.pk, "event_hosts-group"),
        ),
        (
            "Värdskap",
            "warning",
            "Möte 7 februari 2018 hålls i Salem, men tur 1 är till Botkyrka.",
            address.format(wednesday.pk, "event_hosts-group"),
        ),
        (
            "Värdskap",
            "info",
            "Möte 8 februari 2018 har ingen tur i ordningen. Näst på tur är tur 2, Salem.",
            address.format(hostless.pk, "event_hosts-group"),
        ),
    ]


def test_too_few_meetings_are_an_error_also_without_any(plan):
    factories.make_body(min_meetings_per_year=2)

    assert found(plan) == [
        (
            "Kalender",
            "error",
            "Samarbetskommitten har inga möten 2018, minst 2 krävs.",
            "/admin/calendar_app/event/?starts_on__year=2018",
        )
    ]


# --- The budget ---------------------------------------------------------------------------------------------


def test_missing_budget_leads_to_a_form_for_it(plan):
    Budget.objects.all().delete()

    assert found(plan) == [
        (
            "Budget",
            "error",
            "Verksamhetsplan 2018 har ingen budget.",
            f"/admin/budget/budget/add/?plan={plan.pk}",
        )
    ]


def test_uneven_budget_is_an_error_also_as_a_draft(plan):
    BudgetLine.objects.filter(side="cost").update(amount=900)

    assert found(plan) == [
        (
            "Budget",
            "error",
            "Budget 2018: Intäkterna är 1 000 kr och kostnaderna 900 kr: 100 kr blir över.",
            f"/admin/budget/budget/{Budget.objects.get().pk}/change/",
        )
    ]


def test_explained_difference_from_the_rule_is_a_note(plan):
    BudgetLine.objects.filter(side="revenue").update(is_fee=True)
    Budget.objects.update(reconciliation_comment="Avrundat.")

    assert found(plan) == [
        (
            "Budget",
            "info",
            (
                "Budget 2018: avgiften gånger 1 000 invånare är 2 000 kr, men budgeten tar upp 1 000 kr. "
                "Skillnaden −1 000 kr är förklarad i en kommentar."
            ),
            f"/admin/budget/budget/{Budget.objects.get().pk}/change/#id_reconciliation_comment",
        )
    ]


@pytest.mark.parametrize("first_day", [None, datetime.date(2018, 1, 2)])
def test_year_without_a_fee_from_its_first_day_is_an_error(plan, first_day):
    FeeRate.objects.all().delete()
    if first_day:
        factories.make_rate(2, first_day)

    assert found(plan) == [
        (
            "Budget",
            "error",
            "Ingen avgift per invånare gäller den 1 januari 2018.",
            "/admin/budget/feerate/",
        )
    ]


def test_budget_without_a_day_for_its_population_is_a_warning(plan):
    Budget.objects.update(population_date=None)

    assert found(plan) == [
        (
            "Budget",
            "warning",
            "Budget 2018 anger inte vilket datums folkmängd som avgiften räknas på.",
            f"/admin/budget/budget/{Budget.objects.get().pk}/change/#id_population_date",
        )
    ]


def test_municipalities_without_population_are_named(plan):
    Population.objects.all().delete()
    factories.make_municipality("Salem", "0128", position=2)

    assert found(plan) == [
        (
            "Budget",
            "warning",
            "Folkmängd per 31 december 2017 saknas för Botkyrka och Salem.",
            "/admin/committee/population/?reference_date__exact=2017-12-31",
        )
    ]


# --- The documents ------------------------------------------------------------------------------------------


def test_decided_plan_must_be_there_as_a_document(plan):
    kinds = Document.Kind
    note = factories.make_document("Underlag", plan=plan, kind=kinds.PAPER)
    assert found(plan) == []
    OperationalPlan.objects.update(status="adopted", decided_on=datetime.date(2018, 2, 1))
    warning = (
        "Dokument",
        "warning",
        "Verksamhetsplan 2018 är beslutad men finns inte som dokument. Ladda upp den beslutade planen.",
        f"/admin/committee/document/add/?kind=plan&plan={plan.pk}",
    )
    assert found(plan) == [warning]

    signed = factories.make_document("Planen", plan=plan, kind=kinds.PLAN, publication=Publication.DRAFT)
    draft = (
        "Dokument",
        "info",
        "Ett dokument till planen är utkast och publiceras inte med den: Planen.",
        f"/admin/committee/document/{signed.pk}/change/",
    )
    assert found(plan) == [warning, draft]

    Document.objects.filter(pk=signed.pk).update(publication=Publication.PUBLISHED)
    Document.objects.filter(pk=note.pk).delete()
    assert found(plan) == []


# --- Working copies -----------------------------------------------------------------------------------------


def test_working_copy_is_checked_by_its_own_texts_and_budget_and_the_years_calendar(plan):
    OperationalPlan.objects.update(status="adopted", decided_on=datetime.date(2018, 2, 1))
    Budget.objects.update(status=Budget.Status.PUBLISHED)
    factories.make_document("Planen", plan=plan, kind=Document.Kind.PLAN)
    copy = begin_working_copy(OperationalPlan.objects.get(pk=plan.pk))
    month(1)
    dayless = found(plan)[0]
    assert [sentence for _, _, sentence, _ in found(plan)] == ["Ett möte saknar dag: Möte januari 2018."]
    assert found(copy) == [dayless]

    section, budget = copy.sections.get(), copy.budget
    section.text = ""
    section.save()
    budget.lines.filter(side="cost").update(amount=900)

    assert found(plan) == [dayless]
    assert found(copy) == [
        (
            "Plan",
            "error",
            "Avsnittet ”Inledning” är tomt. Skriv en text eller ta bort avsnittet.",
            f"/admin/committee/plansection/{section.pk}/change/#id_text",
        ),
        dayless,
        (
            "Budget",
            "error",
            "Budget 2018, arbetsversion: Intäkterna är 1 000 kr och kostnaderna 900 kr: 100 kr blir över.",
            f"/admin/budget/budget/{budget.pk}/change/",
        ),
    ]


# --- As a whole ---------------------------------------------------------------------------------------------


def add_one_of_each(plan, index):
    """One more of everything that can be found, so that all lists are longer."""
    section = factories.make_section(plan, 2, f"Del {index} 2017")
    factories.make_direction(section, "Vi mindes 2017.")
    issue = factories.make_target_area(plan, f"Område {index} 2017").issues.get()
    factories.make_direction(issue, "Vi mindes 2017.")
    day = datetime.date(2018, 5, 1) + datetime.timedelta(index)
    factories.make_event(day, plan_section=section, slug=f"a-{index}", publication=Publication.DRAFT)
    factories.make_event(day, slug=f"b-{index}", publication=Publication.DRAFT)
    month(1 + index, title=f"Månad {index}")
    factories.make_document(f"Papper {index}", plan=plan, publication=Publication.DRAFT)


def test_checklist_needs_the_same_queries_whatever_it_finds(plan):
    needed = []
    for indexes in (range(1), range(1, 10)):
        for index in indexes:
            add_one_of_each(plan, index)
        with CaptureQueriesContext(connection) as queries:
            checklist(OperationalPlan.objects.select_related("working_copy_of").get(pk=plan.pk))
        needed.append(len(queries))

    assert needed == [needed[0]] * 2


@pytest.mark.parametrize(
    ("role", "addresses"),
    [
        ("sekretariat", ["/admin/committee/plansection/7/change/", "/admin/budget/budget/add/"]),
        ("ekonom", ["/admin/committee/plansection/7/change/", "/admin/budget/budget/add/"]),
        ("läsare", ["/admin/committee/plansection/7/change/", ""]),
        (None, ["", ""]),
    ],
)
def test_address_is_for_those_who_may_go_there(role, addresses):
    user = User.objects.create_user("anna", is_staff=True)
    if role:
        roles.update()
        user.groups.add(Group.objects.get(name=role))

    places = [Place(PlanSection, 7), Place(Budget, adds=True)]
    assert [admin_address(place, user) for place in places] == addresses


# Last, as the plan stays for the rest of the module.


def test_plan_of_2017_has_two_warnings(plan_2017):
    plan = OperationalPlan.objects.get()

    assert checklist(plan).summary == "2 varningar"
    assert [(topic, sentence) for topic, severity, sentence, _ in found(plan) if severity == "warning"] == [
        (
            "Kalender",
            (
                "Samarbetskommitténs sammanträde i Tyresö och Nyckeltalsdag är samma dag, 26 oktober 2017. "
                "Det går inte att se om de krockar: Nyckeltalsdag har ingen tid."
            ),
        ),
        (
            "Dokument",
            "Verksamhetsplan 2017 är beslutad men finns inte som dokument. Ladda upp den beslutade planen.",
        ),
    ]
    assert all(address.startswith("/admin/") for _, _, _, address in found(plan))
