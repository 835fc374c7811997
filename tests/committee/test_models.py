"""Who we are and what we want: the rules of the database, and what the querysets find."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import ProtectedError
from django.forms import model_to_dict

from committee.models import (
    Body,
    CooperationArea,
    DevelopmentIssue,
    Direction,
    Municipality,
    NewsItem,
    OperationalPlan,
    PartnerOrganisation,
    PlanSection,
    Population,
    Principle,
    Seat,
    TargetArea,
)
from tests.committee import test_follow_up_models, test_indicator_models
from tests.constraints import assert_breaks, assert_refused_with, rules_of
from tests.factories import (
    make_body,
    make_direction,
    make_event,
    make_municipality,
    make_plan,
    make_population,
    make_seat,
    make_section,
    make_target_area,
)

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime.date(2016, 12, 31)


def make_partner(name: str = "KTH") -> PartnerOrganisation:
    return PartnerOrganisation.objects.create(name=name, slug=name.lower(), kind="higher_education")


def second_population() -> Population:
    return Population(
        municipality=make_population(make_municipality()).municipality,
        reference_date=NEW_YEAR,
        inhabitants=2,
        source="SCB",
    )


def population(**fields: object) -> Population:
    return Population(
        **{
            "municipality": make_municipality(),
            "reference_date": NEW_YEAR,
            "inhabitants": 1,
            "source": "SCB",
            **fields,
        }
    )


def body(**fields: object) -> Body:
    return Body(
        **{"kind": "network", "name": "Miljö", "short_name": "M", "slug": "m", "purpose": "x", **fields}
    )


def seat_again() -> Seat:
    seat = make_seat(make_body(), make_municipality())
    return Seat(body=seat.body, municipality=seat.municipality, role=seat.role)


def partner_seat_again() -> Seat:
    seat = Seat.objects.create(body=make_body(), partner=make_partner(), role="Deltagare")
    return Seat(body=seat.body, partner=seat.partner, role="Gäst")


def section(**fields: object) -> PlanSection:
    return PlanSection(**{"plan": make_plan(), "chapter": 1, "heading": "Syfte", "slug": "syfte", **fields})


def section_again() -> PlanSection:
    there = make_section(make_plan(), 1, "Inledning", slug="inledning")
    return PlanSection(plan=there.plan, chapter=2, heading="Annat", slug="inledning")


def area_again() -> CooperationArea:
    there = make_target_area(make_plan()).area
    return CooperationArea(plan=there.plan, name="Andra frågor", slug=there.slug, purpose="x")


def target_area_again() -> TargetArea:
    there = make_target_area(make_plan())
    return TargetArea(area=there.area, name="Annat", slug=there.slug)


def direction_in_two_places() -> Direction:
    plan = make_plan()
    return Direction(
        issue=make_target_area(plan).issues.get(), section=make_section(plan, 5, "Omvärld"), text="Vi ser."
    )


SEAT_HOLDER = "En plats hör till antingen en kommun eller en samverkanspart."
USUAL_END = "Den vanliga sluttiden måste vara senare än starttiden."
WEEKDAY = "Veckodagen måste vara måndag till söndag."
LEVEL = "Rubriknivån måste vara 1, 2, 3 eller 4."
PLACE = "En inriktning hör till en utvecklingsfråga eller ett avsnitt."
NOON, THREE = datetime.time(12), datetime.time(15)


def plan_again() -> OperationalPlan:
    return OperationalPlan(year=make_plan().year, issuer="x")


def adopted_working_copy() -> OperationalPlan:
    plan = make_plan()
    return OperationalPlan(
        year=plan.year, issuer="x", working_copy_of=plan, status="adopted", decided_on=plan.decided_on
    )


def news_again() -> NewsItem:
    day = datetime.date(2017, 2, 15)
    NewsItem.objects.create(title="Ny plan", slug="ny-plan", lead="Beslutad.", published_on=day)
    return NewsItem(title="Ny plan", slug="ny-plan", lead="Beslutad igen.", published_on=day)


BROKEN: list[tuple[str, str, Callable[[], models.Model]]] = [
    ("population_once_per_date", "Kommunen har redan en folkmängd för det datumet.", second_population),
    (
        "population_positive",
        "Antalet invånare måste vara större än noll.",
        lambda: population(inhabitants=0),
    ),
    ("population_has_source", "Ange varifrån siffran kommer.", lambda: population(source="")),
    ("body_weekday_exists", WEEKDAY, lambda: body(usual_weekday=0)),
    ("body_weekday_exists", WEEKDAY, lambda: body(usual_weekday=8)),
    ("body_usual_end_after_start", USUAL_END, lambda: body(usual_start=THREE, usual_end=NOON)),
    ("body_usual_end_after_start", USUAL_END, lambda: body(usual_start=NOON, usual_end=NOON)),
    ("body_usual_end_after_start", USUAL_END, lambda: body(usual_end=NOON)),
    ("seat_for_one_organisation", SEAT_HOLDER, lambda: Seat(body=make_body(), role="Gäst")),
    (
        "seat_for_one_organisation",
        SEAT_HOLDER,
        lambda: Seat(body=make_body(), municipality=make_municipality(), partner=make_partner(), role="Gäst"),
    ),
    ("seat_once_per_role", "Kommunen har redan en sådan plats i organet.", seat_again),
    ("seat_once_per_partner", "Samverkansparten har redan en plats i organet.", partner_seat_again),
    (
        "adopted_plan_has_decision_date",
        "En beslutad verksamhetsplan måste ha ett beslutsdatum.",
        lambda: OperationalPlan(year=2017, issuer="x", status="adopted"),
    ),
    (
        "section_slug_once_per_plan",
        "Planen har redan ett avsnitt med den adressdelen.",
        section_again,
    ),
    ("section_level_1_to_4", LEVEL, lambda: section(level=0)),
    ("section_level_1_to_4", LEVEL, lambda: section(level=5)),
    (
        "area_slug_once_per_plan",
        "Planen har redan ett samverkansområde med den adressdelen.",
        area_again,
    ),
    (
        "target_area_slug_once_per_area",
        "Samverkansområdet har redan ett målområde med den adressdelen.",
        target_area_again,
    ),
    ("direction_in_one_place", PLACE, lambda: Direction(text="Vi ser.")),
    ("direction_in_one_place", PLACE, direction_in_two_places),
    ("plan_once_per_year", "Det finns redan en verksamhetsplan för det året.", plan_again),
    ("working_copy_is_draft", "En arbetsversion är alltid ett utkast.", adopted_working_copy),
    ("news_address_unique", "Det finns redan en nyhet med samma datum och adressdel.", news_again),
]

BROKEN += test_follow_up_models.BROKEN
BROKEN += test_indicator_models.BROKEN


@pytest.mark.parametrize(("name", "message", "make"), BROKEN, ids=[case[0] for case in BROKEN])
def test_rule_refuses(name: str, message: str, make: Callable[[], models.Model]) -> None:
    assert_breaks(make(), name, message)


RULES_OF_ACCESSIBILITY = {
    "inaccessible_content_has_reason",
    "inaccessible_content_has_requirement",
    "one_accessibility_statement_in_force",
    "only_defects_are_mended",
    "problem_report_says_something",
    "statement_updated_after_assessment",
}
"""Broken in tests/committee/test_accessibility.py and test_problem_reports.py."""


def test_every_rule_is_tested() -> None:
    assert {name for name, _, _ in BROKEN} | RULES_OF_ACCESSIBILITY == rules_of(
        *apps.get_app_config("committee").get_models()
    )


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        (
            lambda: population(inhabitants=0),
            "inhabitants",
            "Kontrollera att detta värde är större än eller lika med 1.",
        ),
        (lambda: population(source=""), "source", "Detta fält får inte vara tomt."),
        (
            lambda: Municipality(name="x", code="126", formal_name="x", slug="x", website="https://x.se"),
            "code",
            "Kommunkoden är fyra siffror, till exempel 0126.",
        ),
        (
            lambda: Municipality(name="x", code="012\n", formal_name="x", slug="x", website="https://x.se"),
            "code",
            "Kommunkoden är fyra siffror, till exempel 0126.",
        ),
        (
            lambda: OperationalPlan(year=1999, issuer="x"),
            "year",
            "Kontrollera att detta värde är större än eller lika med 2000.",
        ),
        (
            lambda: OperationalPlan(year=2101, issuer="x"),
            "year",
            "Kontrollera att detta värde är mindre än eller lika med 2100.",
        ),
        (lambda: section(chapter=0), "chapter", "Kontrollera att detta värde är större än eller lika med 1."),
    ],
)
def test_field_refuses(row: Callable[[], models.Model], field: str, message: str) -> None:
    assert_refused_with(row(), message, field=field)


def test_municipality_code_is_unique() -> None:
    make_municipality("Botkyrka", "0127")
    with pytest.raises(ValidationError) as refusal:
        make_municipality("Haninge", "0127")

    assert refusal.value.message_dict == {"code": ["Kommun med detta Kommunkod finns redan."]}


def test_municipality_with_meetings_stays() -> None:
    salem = make_municipality("Salem", "0128")
    make_event(datetime.date(2017, 6, 1), hosts=(salem,))

    with pytest.raises(ProtectedError):
        salem.delete()


def test_with_latest_population_takes_the_newest_figure() -> None:
    botkyrka, haninge = make_municipality("Botkyrka", "0127"), make_municipality("Haninge", "0136")
    make_population(botkyrka, 2015, 100)
    make_population(botkyrka, 2017, 300)
    make_population(botkyrka, 2016, 200)

    rows: Any = Municipality.objects.with_latest_population()
    assert set(rows.values_list("pk", "inhabitants", "population_date")) == {
        (botkyrka.pk, 300, datetime.date(2017, 12, 31)),
        (haninge.pk, None, None),
    }


def test_population_on_a_date_and_its_total() -> None:
    botkyrka, haninge = make_municipality("Botkyrka", "0127"), make_municipality("Haninge", "0136")
    make_population(botkyrka, 2016, 100)
    make_population(haninge, 2016, 30)
    make_population(haninge, 2017, 40)

    assert Population.objects.on(NEW_YEAR).total() == 130
    assert Population.objects.on(datetime.date(2014, 12, 31)).total() == 0


def test_municipalities_are_read_with_their_populations_of_a_day(django_assert_num_queries: Any) -> None:
    botkyrka, haninge = make_municipality("Botkyrka", "0127"), make_municipality("Haninge", "0136")
    known = make_population(haninge, 2016, 40)
    make_population(botkyrka, 2017, 100)
    with django_assert_num_queries(1):
        municipalities, populations = Municipality.objects.with_populations_on(NEW_YEAR)

    assert municipalities == [botkyrka, haninge]
    assert [model_to_dict(each) for each in populations] == [model_to_dict(known)]
    assert Municipality.objects.with_populations_on(None) == ([botkyrka, haninge], [])


def test_complete_dates_have_a_figure_for_every_municipality() -> None:
    botkyrka, haninge = make_municipality("Botkyrka", "0127"), make_municipality("Haninge", "0136")
    for year in (2015, 2016, 2018):
        make_population(botkyrka, year)
    for year in (2018, 2015, 2017):
        make_population(haninge, year)
    assert Population.objects.complete_dates() == [datetime.date(2018, 12, 31), datetime.date(2015, 12, 31)]

    common: Any = Municipality.objects.with_common_population()
    told = [(each.inhabitants, each.population_date) for each in common]
    assert told == [(1000, datetime.date(2018, 12, 31))] * 2

    make_municipality("Salem", "0128")
    assert Population.objects.complete_dates() == []
    assert {(each.inhabitants, each.population_date) for each in common.all()} == {(None, None)}


def test_plans_of_the_public_are_the_adopted_ones_newest_first() -> None:
    for year in (2017, 2019, 2018):
        make_plan(year)
    make_plan(2020, is_draft=True)

    assert [plan.year for plan in OperationalPlan.objects.public()] == [2019, 2018, 2017]


def test_sections_of_the_public_and_of_the_latest_plan() -> None:
    for year in (2017, 2018):
        make_section(make_plan(year), 1, f"Inledning {year}", slug="inledning")
        make_section(OperationalPlan.objects.get(year=year), 5, f"Områden {year}", slug="omraden")
    make_section(make_plan(2019, is_draft=True), 1, "Inledning 2019", slug="inledning")

    assert {str(row) for row in PlanSection.objects.public()} == {
        "1. Inledning 2017",
        "1. Inledning 2018",
        "5. Områden 2017",
        "5. Områden 2018",
    }
    latest = PlanSection.objects.of_latest_plan()
    assert [str(row) for row in latest] == ["1. Inledning 2018", "5. Områden 2018"]
    assert [str(row) for row in latest.in_chapters(1, 2)] == ["1. Inledning 2018"]


def test_directions_of_a_plan_stand_under_issues_and_sections() -> None:
    plan, other = make_plan(2017), make_plan(2018)
    under_issue = make_direction(make_target_area(plan).issues.get(), "Vi ställer om.")
    under_section = make_direction(make_section(plan, 5, "Omvärldsbevakning"), "Vi bevakar.")
    make_direction(make_target_area(other).issues.get(), "Vi väntar.")
    make_direction(make_section(other, 5, "Omvärldsbevakning"), "Vi vilar.")

    assert set(Direction.objects.for_plan(plan)) == {under_issue, under_section}
    assert [row.heading for row in Direction.objects.for_plan(plan).in_document_order()] == [
        "Klimat",
        "Omvärldsbevakning",
    ]


def test_priorities_are_the_marked_directions() -> None:
    issue = make_target_area(make_plan()).issues.get()
    make_direction(issue, "Vi väntar.")
    marked = make_direction(issue, "Vi börjar.")
    Direction.objects.filter(pk=marked.pk).update(is_priority=True)

    assert list(Direction.objects.priorities()) == [marked]


@pytest.mark.parametrize(
    ("priorities", "before", "after"),
    [
        ("", "", ""),
        ("a", "a", ""),
        ("ab", "ab", ""),
        ("aB", "a", "B"),
        ("aBC", "a", "BC"),
        ("aBc", "aBc", ""),
        ("AbC", "Ab", "C"),
        ("AB", "", "AB"),
    ],
)
def test_directions_around_priority_statement(priorities: str, before: str, after: str) -> None:
    """Capitals are prioritised: those that close the list come after the statement that introduces them."""
    issue: DevelopmentIssue = make_target_area(make_plan()).issues.get()
    for position, text in enumerate(priorities):
        Direction.objects.create(issue=issue, text=text, is_priority=text.isupper(), position=position)

    first, last = issue.directions_around_priority_statement()
    assert ("".join(row.text for row in first), "".join(row.text for row in last)) == (before, after)


def test_seat_is_named_by_its_holder_even_while_it_has_none() -> None:
    salem, kth, there = make_municipality("Salem", "0128"), make_partner(), make_body()

    assert str(Seat(body=there, municipality=salem, role="Ordförande")) == "Salem, Ordförande"
    assert str(Seat(body=there, partner=kth, role="Deltagare")) == "KTH, Deltagare"
    assert str(Seat(body=there, role="Gäst")) == "Ingen, Gäst"


def test_body_deleted_leaves_the_plans_text() -> None:
    there = make_body()
    text = make_section(make_plan(), 6, "Ledningsgrupp", about_body=there)
    there.delete()

    text.refresh_from_db()
    assert text.about_body is None


def test_working_copy_shares_the_year_of_its_plan_and_goes_with_it() -> None:
    plan = make_plan()
    copy = OperationalPlan(year=plan.year, issuer="x", working_copy_of=plan)
    copy.full_clean()
    copy.save()

    assert list(OperationalPlan.objects.original()) == [plan]
    plan.delete()
    assert not OperationalPlan.objects.exists()


def test_plan_deleted_takes_its_parts_along() -> None:
    plan = make_plan()
    make_direction(make_target_area(plan).issues.get())
    make_direction(make_section(plan, 5, "Omvärldsbevakning"))
    Principle.objects.create(plan=plan, text="Öppenhet")
    plan.delete()

    kept = [
        model
        for model in (PlanSection, Principle, CooperationArea, TargetArea, Direction)
        if model.objects.exists()
    ]
    assert kept == []


def test_target_area_slug_is_refused_when_another_area_of_the_plan_has_it() -> None:
    """The page's address holds the year and the slug, not the cooperation area."""
    plan = OperationalPlan.objects.create(year=2030, issuer="Kommittén")
    first, second = (
        CooperationArea.objects.create(plan=plan, name=name, slug=name, purpose="Syfte")
        for name in ("regionalt", "verksamhet")
    )
    TargetArea.objects.create(area=first, name="Klimat", slug="klimat")

    with pytest.raises(ValidationError) as error:
        TargetArea(area=second, name="Klimat", slug="klimat").full_clean()

    assert error.value.message_dict == {"slug": ["Planen har redan ett målområde med den adressdelen."]}
