"""The rules of the house for a year, and the command that tells them."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from budget.models import Budget
from calendar_app.models import Event, NoGoPeriod
from sodertorn.rules import check_year, years_to_check
from tests import factories

pytestmark = pytest.mark.django_db


def sentences(year, *rules):
    return [
        (finding.severity, finding.sentence.replace("\xa0", " "))
        for finding in check_year(year)
        if finding.rule in rules
    ]


def run(*arguments):
    """What the command writes, with plain spaces, and its exit code."""
    out = StringIO()
    code: object = 0
    try:
        call_command("check_rules", *arguments, stdout=out)
    except SystemExit as stop:
        code = stop.code
    return out.getvalue().replace("\xa0", " ").splitlines(), code


# Without the plan, and so before it is loaded.


def test_draft_budget_is_only_warned_of():
    budget = factories.make_budget(factories.make_plan(2019))
    budget.lines.filter(side="cost").update(amount=900)
    Budget.objects.update(status=Budget.Status.DRAFT)

    assert [(finding.severity, finding.rule) for finding in check_year(2019)] == [("warning", "budget")]


def test_command_says_so_when_there_is_nothing_to_say():
    factories.make_event(datetime.date(2017, 5, 11), start_time=datetime.time(9), location="Rådsalen")
    assert run("2017") == (["2017: inget att anmärka"], 0)


def test_command_in_an_empty_portal_says_that_there_is_nothing():
    with pytest.raises(CommandError, match=r"Det har: inget år\."):
        run("2017")
    assert run() == ([], 0)


# --- The plan of 2017 ---------------------------------------------------------------------------------------


def test_year_2017_keeps_every_rule_and_explains_its_budget(plan_2017):
    assert [finding for finding in check_year(2017) if finding.severity == "error"] == []
    assert sentences(2017, "budget", "reconciliation") == [
        (
            "info",
            (
                "Budget 2017: avgiften gånger 480 000 invånare är 1 360 000 kr, men budgeten tar upp "
                "1 280 000 kr. Skillnaden −80 000 kr är förklarad i en kommentar."
            ),
        )
    ]


def test_meetings_of_2017_avoid_every_holiday_and_bridge_day(plan_2017):
    assert sentences(2017, "off-day") == []


def test_period_to_avoid_is_one_of_the_rules(plan_2017):
    first = datetime.date(2017, 10, 23)
    NoGoPeriod.objects.create(first_day=first, last_day=datetime.date(2017, 10, 27), reason="höstlov")

    assert sentences(2017, "off-day") == [
        (
            "warning",
            "Samarbetskommitténs sammanträde 26 oktober 2017 hålls på en dag att undvika: höstlov.",
        ),
        ("warning", "Nyckeltalsdag 26 oktober 2017 hålls på en dag att undvika: höstlov."),
    ]


def test_missing_comment_and_uneven_sums_are_errors_once_the_budget_is_published(plan_2017):
    Budget.objects.update(reconciliation_comment="", status=Budget.Status.PUBLISHED)
    found = sentences(2017, "budget", "reconciliation")

    assert {severity for severity, _ in found} == {"error"}
    assert any("måste förklaras i kommentaren till avstämningen" in sentence for _, sentence in found)


def test_years_to_check_have_events_or_a_budget(plan_2017):
    factories.make_budget(factories.make_plan(2020))
    assert years_to_check() == [2017, 2018, 2020]


def test_command_groups_what_it_finds_and_ends_well_without_errors(plan_2017):
    lines, code = run("2017")

    assert code == 0
    assert [line for line in lines if not line.startswith("    ")] == [
        "2017",
        "  Varningar",
        "  Upplysningar",
    ]
    assert lines[2] == (
        "    Samarbetskommitténs sammanträde i Tyresö och Nyckeltalsdag är samma dag, 26 oktober 2017. "
        "Det går inte att se om de krockar: Nyckeltalsdag har ingen tid. "
        "/kalender/2017/10/26/samarbetskommitten/"
    )


def test_command_ends_with_code_1_when_a_rule_is_broken(plan_2017):
    Event.objects.filter(body__slug="samarbetskommitten", starts_on__month__gte=8).update(
        status=Event.Status.CANCELLED
    )
    lines, code = run("2017")

    assert code == 1
    assert lines[:3] == [
        "2017",
        "  Fel",
        "    Samarbetskommittén har 3 möten 2017, minst 6 krävs. 4 inställda är inte räknade.",
    ]


def test_command_without_a_year_checks_them_all(plan_2017):
    """Of 2018 there are but three months yet."""
    lines, code = run()

    assert code == 1
    assert [line for line in lines if not line.startswith(" ")] == ["2017", "2018"]
    assert "    Ledningsgruppen har inga möten 2018, minst 6 krävs." in lines


@pytest.mark.parametrize("year", ["1999", "0", "9999"])
def test_command_names_the_years_there_are_when_asked_for_another(plan_2017, year):
    with pytest.raises(CommandError) as error:
        run(year)

    assert str(error.value) == f"{year} har ingen kalender eller budget. Det har: 2017, 2018."
    assert error.value.returncode == 2
