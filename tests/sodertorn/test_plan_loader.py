"""The plan's file and the database: loaded once, loaded again, corrected, and with faults in it.

Faults are put into the real file, so that each message names a place that is there.
"""

import copy
import datetime
import io
import json
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    Principle,
    Seat,
    SourceNote,
    TargetArea,
)
from sodertorn.file_entry import Entry
from sodertorn.loaded_rows import LoadFailed, RowWriter
from sodertorn.management.commands.load_plan import PLAN_2017
from sodertorn.models import LoadedRow
from sodertorn.plan_loader import _PlanLoader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

PLAN = PLAN_2017.read_text(encoding="utf-8")
OWN_APPS = ("committee", "budget", "calendar_app", "sodertorn")
# In the order they are emptied: what refers to others first.
MODELS = [
    model
    for label in reversed(OWN_APPS)
    for model in apps.get_app_config(label).get_models(include_auto_created=True)
]
COUNTS = {
    Municipality: 8,
    PartnerOrganisation: 7,
    GoverningDocument: 3,
    Body: 10,
    Seat: 52,
    OperationalPlan: 1,
    PlanSection: 29,
    Principle: 4,
    CooperationArea: 2,
    TargetArea: 4,
    DevelopmentIssue: 5,
    Direction: 18,
    SourceNote: 12,
    Event: 20,
    EventHost: 13,
    HostRotation: 2,
    RotationPlace: 16,
    HostTurn: 18,
    Budget: 1,
    FeeRate: 2,
    BudgetLine: 4,
}
MEETINGS = "avsnitt 7, Södertörns samarbetskommitté (torsdagar 12.00-15.00), möte"
MEETING = f"{MEETINGS} samarbetskommitten-2017-02-02"
TARGETS = "avsnitt 5, Målområden i Södertörns UtvecklingsProgram 2013:"
CLIMATE = (
    f"{TARGETS}, målområde Klimat, utvecklingsfråga Leda omställningen till ett klimateffektivt samhälle"
)
ROADS = f"{TARGETS}, målområde Infrastruktur, utvecklingsfråga Utnyttja den nya infrastrukturen"
HOSTS = "avsnitt 6, Världkommun för rådslaget, värdskapsordning"

PURPOSE = "Nätverk och arbetsgrupper inom miljöområdet."

Load = Callable[..., list[str]]


def changed(*replacements: tuple[str, str]) -> str:
    """The plan's file with each text, which must be there once, replaced by another."""
    text = PLAN
    for old, new in replacements:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Run the command on a file with the text, and return what it says, line by line."""

    def run(text: str = PLAN, **options: Any) -> list[str]:
        file = tmp_path / "plan.toml"
        file.write_text(text, encoding="utf-8")
        output = io.StringIO()
        call_command("load_plan", str(file), stdout=output, **options)
        return output.getvalue().splitlines()

    return run


def dump() -> str:
    """All of the content, also when each row was written by the loader."""
    output = io.StringIO()
    call_command("dumpdata", *OWN_APPS, exclude=["sodertorn.ContentGeneration"], stdout=output)
    return output.getvalue()


@pytest.fixture
def nothing_loaded() -> None:
    for model in MODELS:
        models.QuerySet(model)._raw_delete("default")


def said(new: int = 0, changed: int = 0, unchanged: int = 0, left: int = 0) -> str:
    return f"Verksamhetsplan 2017: {new} nya, {changed} ändrade, {unchanged} oförändrade, {left} lämnade."


TOTAL = sum(COUNTS.values())


def assert_faults(load: Load, text: str, *faults: str, **options: Any) -> None:
    """The command fails, tells exactly these faults, and leaves the database as it was, byte for byte."""
    before = dump()
    with pytest.raises(CommandError) as failure:
        load(text, **options)

    assert str(failure.value).splitlines() == [
        "Inget lästes in. Rätta det här i filen och försök igen:",
        *(f"  {fault}" for fault in faults),
    ]
    assert failure.value.returncode == 1
    assert dump() == before


# --- Loading, and loading again -----------------------------------------------------------------------------


def test_every_row_of_the_file_is_loaded(load: Load, nothing_loaded: None) -> None:
    assert load() == [said(new=TOTAL)]
    assert {model: model._default_manager.count() for model in COUNTS} == COUNTS
    assert LoadedRow.objects.count() == TOTAL


def test_second_run_changes_nothing(load: Load) -> None:
    before = dump()

    assert load() == [said(unchanged=TOTAL)]
    assert load(overwrite=True) == [said(unchanged=TOTAL)]
    assert dump() == before


def test_loading_costs_no_more_queries_the_second_time(
    load: Load, nothing_loaded: None, django_assert_max_num_queries: Any
) -> None:
    load()
    with django_assert_max_num_queries(3 * TOTAL):
        load()


def test_file_may_be_saved_by_a_windows_editor(load: Load) -> None:
    assert load("\ufeff" + PLAN) == [said(unchanged=TOTAL)]


def test_file_of_an_entry_left_out_is_the_2017_plan() -> None:
    output = io.StringIO()
    call_command("load_plan", stdout=output)

    assert output.getvalue().splitlines() == [said(unchanged=TOTAL)]


def test_corrected_file_updates_the_rows(load: Load) -> None:
    text = changed(
        ('title = "Personal", amount = "605000"', 'title = "Personal", amount = "605000.50"'),
        ('konsultstöd mm", amount = "605000"', 'konsultstöd mm", amount = "604999.50"'),
        (f'purpose = "{PURPOSE}"', 'purpose = "Nätverk inom miljö."'),
    )

    assert load(text) == [said(changed=3, unchanged=TOTAL - 3)]
    assert BudgetLine.objects.get(title="Personal").amount == Decimal("605000.50")
    assert Body.objects.get(slug="miljo").purpose == "Nätverk inom miljö."
    assert load(text) == [said(unchanged=TOTAL)]


def test_corrected_name_keeps_the_row(load: Load) -> None:
    row = Direction.objects.get(text="Vi definierar tillväxthinder")

    assert load(changed(('"Vi definierar tillväxthinder"', '"Vi definierar tillväxthindren"'))) == [
        said(changed=1, unchanged=TOTAL - 1)
    ]
    row.refresh_from_db()
    assert row.text == "Vi definierar tillväxthindren"


def test_event_given_a_day_keeps_its_identity(load: Load) -> None:
    event = Event.objects.get(starts_on="2018-01-01")
    text = changed(
        ('month = "2018-01"', "on = 2018-01-25"), ('["Huddinge"], status = "preliminary"', '["Huddinge"]')
    )

    assert load(text) == [said(changed=1, unchanged=TOTAL - 1)]
    after = Event.objects.get(pk=event.pk)
    assert (after.uid, after.starts_on, after.ends_on) == (
        event.uid,
        datetime.date(2018, 1, 25),
        datetime.date(2018, 1, 25),
    )
    assert (after.start_time, after.status) == (datetime.time(12), Event.Status.CONFIRMED)


def test_new_entry_is_added(load: Load) -> None:
    text = changed(
        (
            '{ year = 2024, host = "Haninge" },\n',
            '{ year = 2024, host = "Haninge" },\n    { year = 2025, host = "Nykvarn" },\n',
        )
    )

    assert load(text) == [said(new=1, unchanged=TOTAL)]
    assert str(HostTurn.objects.get(year=2025).municipality) == "Nykvarn"


def test_entry_that_left_the_file_is_told_and_kept(load: Load) -> None:
    text = changed(('    { year = 2024, host = "Haninge" },\n', ""))

    assert load(text) == [
        said(unchanged=TOTAL - 1),
        "  Finns kvar i databasen men inte längre i filen: 2017/vardskap/radslaget/tur/8",
    ]
    assert HostTurn.objects.filter(year=2024).count() == 1


def test_entry_under_a_new_id_is_the_same_row(load: Load) -> None:
    """Its old name is no row of its own that would be left over."""
    assert load(changed(('id = "personal"', 'id = "loner"'))) == [said(unchanged=TOTAL)]


def test_hosts_change_places_in_the_file(load: Load) -> None:
    text = changed(('order = ["Nykvarn", "Huddinge", "Salem"', 'order = ["Salem", "Nykvarn", "Huddinge"'))

    assert load(text) == [said(changed=3, unchanged=TOTAL - 3)]
    places = RotationPlace.objects.filter(rotation__slug="radslaget")
    assert [str(place) for place in places][:4] == ["1. Salem", "2. Nykvarn", "3. Huddinge", "4. Nynäshamn"]


def test_turns_change_meetings_in_the_file(load: Load) -> None:
    first, second = "samarbetskommitten-2017-02-02", "samarbetskommitten-2017-03-23"
    text = changed(
        (f'host = "Haninge", event = "{first}"', f'host = "Haninge", event = "{second}"'),
        (f'host = "Nykvarn", event = "{second}"', f'host = "Nykvarn", event = "{first}"'),
    )

    assert load(text) == [said(changed=2, unchanged=TOTAL - 2)]
    turns = HostTurn.objects.filter(rotation__slug="samarbetskommitten")[:2]
    assert [str(turn.event.starts_on) for turn in turns if turn.event] == ["2017-03-23", "2017-02-02"]


def test_row_made_by_hand_is_taken_for_the_entrys_own(load: Load) -> None:
    LoadedRow.objects.filter(key="register/kommun/salem").delete()

    assert load() == [said(unchanged=TOTAL)]
    assert LoadedRow.objects.filter(key="register/kommun/salem").count() == 1


# --- What staff have edited or deleted ----------------------------------------------------------------------


def test_edited_row_is_left_and_named(load: Load) -> None:
    Event.objects.filter(starts_on="2017-02-02").update(status="cancelled", title="Inställt")
    before = dump()

    assert load() == [
        said(unchanged=TOTAL - 1, left=1),
        f"  Lämnad: {MEETING}: ändrad i administrationen (rubrik, status).",
    ]
    assert dump() == before


def test_edited_row_is_left_also_when_the_file_was_corrected(load: Load) -> None:
    Body.objects.filter(slug="miljo").update(purpose="Eget.")
    text = changed((f'purpose = "{PURPOSE}"', 'purpose = "Nätverk inom miljö."'))

    assert load(text) == [
        said(unchanged=TOTAL - 1, left=1),
        "  Lämnad: registret, organ miljo: ändrad i administrationen (uppgift).",
    ]
    assert Body.objects.get(slug="miljo").purpose == "Eget."


def test_row_edited_to_what_the_file_came_to_say_is_no_longer_edited(load: Load) -> None:
    Body.objects.filter(slug="miljo").update(purpose="Nätverk inom miljö.")
    text = changed((f'purpose = "{PURPOSE}"', 'purpose = "Nätverk inom miljö."'))

    assert load(text) == [said(unchanged=TOTAL)]
    assert load() == [said(changed=1, unchanged=TOTAL - 1)]


def test_edited_list_of_documents_is_left_and_named(load: Load) -> None:
    CooperationArea.objects.get(slug="verksamhetsfragor").governing_documents.clear()

    assert load() == [
        said(unchanged=TOTAL - 1, left=1),
        (
            "  Lämnad: avsnitt 5, Samverkansområden och inriktning 2017, samverkansområde Verksamhetsfrågor: "
            "ändrad i administrationen (styrdokument)."
        ),
    ]


def test_overwrite_overwrites_what_was_edited(load: Load) -> None:
    Event.objects.filter(starts_on="2017-02-02").update(title="Ändrat")
    CooperationArea.objects.get(slug="verksamhetsfragor").governing_documents.clear()

    assert load(overwrite=True) == [said(changed=2, unchanged=TOTAL - 2)]
    assert Event.objects.get(starts_on="2017-02-02").title == "Samarbetskommitténs sammanträde"
    assert CooperationArea.objects.get(slug="verksamhetsfragor").governing_documents.count() == 2
    assert load() == [said(unchanged=TOTAL)]


def test_row_made_by_hand_with_other_values_is_left(load: Load) -> None:
    LoadedRow.objects.filter(key="register/kommun/salem").delete()
    Municipality.objects.filter(name="Salem").update(website="https://eget.example")

    assert load() == [
        said(unchanged=TOTAL - 1, left=1),
        "  Lämnad: registret, kommun Salem: ändrad i administrationen (webbplats).",
    ]


def test_deleted_event_stays_deleted_with_its_hosts(load: Load) -> None:
    Event.objects.get(starts_on="2017-02-02").delete()
    before = dump()

    assert load() == [
        said(unchanged=TOTAL - 2, left=1),
        f"  Lämnad: {MEETING}: borttagen i administrationen sedan filen lästes in.",
    ]
    assert {row["model"] for row in _differences(before, dump())} == {"sodertorn.loadedrow"}
    assert HostTurn.objects.get(rotation__slug="samarbetskommitten", number=1).event is None


def _differences(before: str, after: str) -> list[dict[str, Any]]:
    old, new = json.loads(before), json.loads(after)
    return [row for row in new if row not in old]


def test_deleted_event_comes_back_when_overwritten(load: Load) -> None:
    identity = Event.objects.get(starts_on="2017-02-02").uid
    Event.objects.get(starts_on="2017-02-02").delete()

    assert load(overwrite=True) == [said(new=2, changed=1, unchanged=TOTAL - 3)]
    event = Event.objects.get(starts_on="2017-02-02")
    assert event.uid == identity
    assert [str(host) for host in event.host_list] == ["Haninge"]
    assert HostTurn.objects.get(rotation__slug="samarbetskommitten", number=1).event == event


def test_deleted_host_is_named_as_a_host(load: Load) -> None:
    EventHost.objects.get(event__starts_on="2017-02-02").delete()

    assert load() == [
        said(unchanged=TOTAL - 1, left=1),
        f"  Lämnad: {MEETING}, värd Haninge: borttagen i administrationen sedan filen lästes in.",
    ]
    assert not EventHost.objects.filter(event__starts_on="2017-02-02").exists()


def test_deleted_heading_leaves_what_stands_under_it(load: Load) -> None:
    """Meetings, rotations and the budget go on without it; only its notes and directions went with it."""
    PlanSection.objects.get(slug="kalendarium-samarbetskommitten").delete()
    PlanSection.objects.get(slug="omvarldsbevakning").delete()

    assert load() == [
        said(unchanged=TOTAL - 6, left=2),
        "  Lämnad: avsnitt 5, Omvärldsbevakning: borttagen i administrationen sedan filen lästes in.",
        (
            "  Lämnad: avsnitt 7, Södertörns samarbetskommitté (torsdagar 12.00-15.00): "
            "borttagen i administrationen sedan filen lästes in."
        ),
    ]
    assert Event.objects.filter(plan_section=None).count() == 9
    assert Direction.objects.count() == 15


def key_figures_body() -> Body:
    """A body that nothing protects any longer, though the file still names it in two places."""
    Event.objects.filter(kind="key_figures_day").update(body=None)
    return Body.objects.get(slug="sodertorns-nyckeltal")


AREAS = "avsnitt 5, Samverkansområden och inriktning 2017, samverkansområde"


@pytest.mark.parametrize(
    ("delete", "gone", "named"),
    [
        (lambda: GoverningDocument.objects.get(position=1), 1, "registret, styrdokument 1"),
        (
            lambda: PartnerOrganisation.objects.get(name="Företagarna"),
            1 + 1,
            "registret, samverkanspart Företagarna",
        ),
        (lambda: Body.objects.get(slug="miljo"), 1, "registret, organ miljo"),
        (key_figures_body, 1, "registret, organ sodertorns-nyckeltal"),
        (
            lambda: CooperationArea.objects.get(slug="regionala-utvecklingsfragor"),
            1 + 4 + 5 + 14,
            f"{AREAS} Regionala utvecklingsfrågor",
        ),
        (lambda: TargetArea.objects.get(slug="klimat"), 1 + 1 + 3, f"{TARGETS}, målområde Klimat"),
        (lambda: HostRotation.objects.get(slug="radslaget"), 1 + 8 + 8, HOSTS),
        (lambda: Budget.objects.get(), 1 + 4, "avsnitt 8, Budget 2017, budget"),
        (
            lambda: FeeRate.objects.get(valid_from="2017-01-01"),
            1,
            "avsnitt 8, Budget 2017, budget, avgift 2017-01-01",
        ),
    ],
)
def test_deleted_row_stays_deleted_with_all_that_went_along(
    load: Load, delete: Callable[[], models.Model], gone: int, named: str
) -> None:
    """Nor does what referred to it make the load fail: the portal loads the plan each time it starts."""
    delete().delete()
    before = {model: model._default_manager.count() for model in COUNTS}

    output = load()
    assert output[0] == said(unchanged=TOTAL - gone, left=len(output) - 1)
    assert output[1] == f"  Lämnad: {named}: borttagen i administrationen sedan filen lästes in."
    assert {model: model._default_manager.count() for model in COUNTS} == before


def test_deleted_plan_stays_deleted_and_what_is_not_its_own_is_kept(load: Load) -> None:
    OperationalPlan.objects.get().delete()
    register = sum(
        COUNTS[model] for model in (Municipality, PartnerOrganisation, GoverningDocument, Body, Seat)
    )

    assert load() == [
        said(unchanged=register, left=1),
        "  Lämnad: omslaget: borttagen i administrationen sedan filen lästes in.",
    ]
    assert not OperationalPlan.objects.exists()
    assert Event.objects.count() == 20
    assert load(overwrite=True)[0].startswith("Verksamhetsplan 2017: ")
    assert {model: model._default_manager.count() for model in COUNTS} == COUNTS
    assert load() == [said(unchanged=TOTAL)]


# --- Faults -------------------------------------------------------------------------------------------------

EVENT = 'on = 2017-02-02, hosts = ["Haninge"]'
GROUP_SEATS = 'seats = [{ role = "Kommundirektör", from = "municipalities" }]'
TURN = '{ year = 2018, host = "Huddinge" }'
BUDGET = "avsnitt 8, Budget 2017, budget"
LINE = f"{BUDGET}, budgetrad"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        # The cover
        (
            'issuer = "Södertörnskommunernas Samarbetskommitté"\n',
            "",
            "omslaget: fältet issuer saknas.",
        ),
        ("year = 2017\nissuer", "issuer", "omslaget: fältet year saknas."),
        (
            "year = 2017\nissuer",
            "year = true\nissuer",
            "omslaget: fältet year ska vara ett heltal, inte true.",
        ),
        (
            "year = 2017\nissuer",
            "year = 17\nissuer",
            "omslaget: år: Kontrollera att detta värde är större än eller lika med 2000.",
        ),
        (
            "decided_on = 2017-02-02",
            'decided_on = "2 februari"',
            "omslaget: fältet decided_on ska vara ett datum, till exempel 2017-02-02, inte '2 februari'.",
        ),
        (
            "decided_on = 2017-02-02",
            "decided_on = 2017-02-02T10:00:00",
            (
                "omslaget: fältet decided_on ska vara ett datum, till exempel 2017-02-02, "
                "inte 2017-02-02 10:00:00."
            ),
        ),
        ("# Omslaget\n", "[extra]\nx = 1\n", "filen: okänt fält: extra."),
        # The register
        (
            'code = "0127"',
            'code = "127"',
            "registret, kommun Botkyrka: kommunkod: Kommunkoden är fyra siffror, till exempel 0126.",
        ),
        ('code = "0127"', "code = 127", "registret, kommun Botkyrka: fältet code ska vara text, inte 127."),
        (
            'code = "0127"',
            'code = "\\u0000127"',
            "registret, kommun Botkyrka: fältet code innehåller ett tecken som inte kan lagras.",
        ),
        (
            'name = "KTH"\nkind = "higher_education"',
            'name = "KTH"\nkind = "skola"',
            "registret, samverkanspart KTH: slag: Värdet 'skola' är inget giltigt alternativ.",
        ),
        (
            "usual_start = 12:00:00",
            'usual_start = "12.00"',
            (
                "registret, organ samarbetskommitten: fältet usual_start ska vara ett klockslag, "
                "till exempel 12:00:00, inte '12.00'."
            ),
        ),
        (
            "usual_end = 15:00:00",
            "usual_end = 11:00:00",
            "registret, organ samarbetskommitten: Den vanliga sluttiden måste vara senare än starttiden.",
        ),
        (
            'located_at = "Huddinge"',
            'located_at = "Stockholm"',
            "registret, organ sekretariatet: Stockholm är okänd. Mest lik: Salem, Södertälje, Botkyrka.",
        ),
        (
            GROUP_SEATS,
            GROUP_SEATS.replace("municipalities", "kommunerna"),
            (
                'registret, organ ledningsgruppen, plats 1: fältet from ska vara "municipalities" '
                "eller en lista med samverkansparter."
            ),
        ),
        # Sections and what the plan wants
        (
            'chapter = 2\nheading = "Syfte"',
            'chapter = 0\nheading = "Syfte"',
            "avsnitt 0, Syfte: kapitel: Kontrollera att detta värde är större än eller lika med 1.",
        ),
        (
            'chapter = 2\nheading = "Syfte"',
            'chapter = 2\nheading = " "',
            "avsnitt  : fältet heading är tomt.",
        ),
        (
            'chapter = 2\nheading = "Syfte"',
            'chapter = 2\nheading = "Inledning"',
            "avsnitt 2, Inledning: nyckeln 2017/avsnitt/inledning förekommer två gånger i filen.",
        ),
        (
            'chapter = 2\nheading = "Syfte"',
            'chapter = 2\nrubrik = "Syfte"',
            "avsnitt 2: fältet heading saknas.",
        ),
        (
            'about_body = "ledningsgruppen"',
            'about_body = "ledningsgrupp"',
            (
                "avsnitt 6, Ledningsgrupp: ledningsgrupp är okänd. "
                "Mest lik: ledningsgruppen, naringsliv, infrastruktur."
            ),
        ),
        (
            'area = "Regionala utvecklingsfrågor"\nname = "Klimat"',
            'area = "Regionala frågor"\nname = "Klimat"',
            (
                f"{TARGETS}, målområde Klimat: Regionala frågor är okänd. "
                "Mest lik: Regionala utvecklingsfrågor, Verksamhetsfrågor."
            ),
        ),
        (
            '"drivmedel", text',
            '"varudistribution", text',
            (
                f"{CLIMATE}, inriktning varudistribution: "
                "nyckeln 2017/inriktning/varudistribution förekommer två gånger i filen."
            ),
        ),
        (
            '"Vi definierar tillväxthinder"',
            '"Vi beskriver Södertörn ur ett regionalt och nationellt sammanhang"',
            (
                f"{ROADS}, inriktning tillvaxthinder: "
                f"samma uppgifter står redan i {ROADS}, inriktning beskriver-sodertorn."
            ),
        ),
        (
            'quote = "Världkommun", explanation',
            'quote = "Världkommun", forklaring',
            "avsnitt 6, Världkommun för rådslaget, anmärkning Världkommun: fältet explanation saknas.",
        ),
        # Meetings
        (EVENT, 'om = 2017-02-02, hosts = ["Haninge"]', f"{MEETING}: fältet on saknas."),
        (
            EVENT,
            'on = 2017-02-02, host = "Haninge"',
            f"{MEETING}: okänt fält: host.",
        ),
        (
            EVENT,
            'on = 2017-02-02, hosts = ["Hanninge"]',
            f"{MEETING}: Hanninge är okänd. Mest lik: Haninge, Huddinge, Salem.",
        ),
        (
            EVENT,
            'on = 2017-02-02, hosts = "Haninge"',
            f"{MEETING}: fältet hosts ska vara en lista, inte 'Haninge'.",
        ),
        (
            EVENT,
            "on = 2017-02-02, hosts = [1]",
            f"{MEETING}: fältet hosts ska vara en lista med texter, men innehåller 1.",
        ),
        (
            EVENT,
            'on = 2017-02-02, hosts = ["Haninge", "Haninge"]',
            (
                f"{MEETING}, värd Haninge: nyckeln 2017/mote/samarbetskommitten-2017-02-02/vard/haninge "
                "förekommer två gånger i filen."
            ),
        ),
        (
            EVENT,
            'on = 0217-02-02, hosts = ["Haninge"]',
            f"{MEETING}: Mötets dagar måste ligga mellan år 2000 och 2100.",
        ),
        (
            "on = 2017-03-23",
            "on = 2017-02-02",
            (
                f"{MEETINGS} samarbetskommitten-2017-03-23: "
                "Det finns redan ett möte med samma dag och adressdel."
            ),
        ),
        (
            'month = "2018-01"',
            'month = "2018-13"',
            (
                f"{MEETINGS} samarbetskommitten-2018-01: fältet month ska vara år och månad, "
                "till exempel \"2018-01\", inte '2018-13'."
            ),
        ),
        (
            'month = "2018-01"',
            "month = 2018-01-01",
            f"{MEETINGS} samarbetskommitten-2018-01: fältet month ska vara text, inte 2018-01-01.",
        ),
        (
            "until = 2017-08-17",
            "until = 2017-08-15",
            (
                "avsnitt 7, Samarbetskommitténs planeringskonferens, möte "
                "samarbetskommitten-planeringskonferens-2017: Mötet kan inte sluta före sin första dag."
            ),
        ),
        (
            'body = "sodertornskonferensen", kind = "regional_conference"',
            'body = "konferensen", kind = "regional_conference"',
            (
                "avsnitt 7, Södertörnskonferensen, möte sodertornskonferensen-2017: konferensen är okänd. "
                "Mest lik: sodertornskonferensen, sodertorns-nyckeltal, naringsliv."
            ),
        ),
        (
            'events = [\n    { id = "nyckeltalsdag-2017"',
            'events = [\n    1, { id = "nyckeltalsdag-2017"',
            "avsnitt 7, Nyckeltal Södertörn, möte 1: här ska det stå en tabell med fält.",
        ),
        # Rotations
        (
            TURN,
            '{ year = 2018, host = "Uppsala" }',
            f"{HOSTS}, tur 2: Uppsala är okänd. Mest lik: Salem, Nynäshamn, Tyresö.",
        ),
        (
            TURN,
            '{ year = 2018, host = "Huddinge", event = "radslag-2017" }',
            f"{HOSTS}, tur 2: Mötet har redan en tur i ordningen.",
        ),
        (
            'order = ["Nykvarn", "Huddinge"',
            'order = ["Nykvarn", "Nykvarn"',
            (
                f"{HOSTS}, plats 2 Nykvarn: nyckeln 2017/vardskap/radslaget/plats/nykvarn "
                "förekommer två gånger i filen."
            ),
        ),
        # The budget
        (
            'amount = "70000"',
            'amount = "-70000"',
            (
                f"{LINE} ersattning-huddinge: belopp i kronor: "
                "Kontrollera att detta värde är större än eller lika med 0."
            ),
        ),
        (
            'amount = "70000"',
            'amount = "sjuttio tusen"',
            (
                f"{LINE} ersattning-huddinge: belopp i kronor: "
                "Värdet “sjuttio tusen” måste vara ett decimaltal."
            ),
        ),
        (
            'amount = "70000"',
            "amount = 70000",
            f"{LINE} ersattning-huddinge: fältet amount ska vara text, inte 70000.",
        ),
        (
            'id = "personal"',
            'id = "avgifter"',
            f"{LINE} avgifter: nyckeln 2017/budget/avgifter förekommer två gånger i filen.",
        ),
        (
            'title = "Personal", amount',
            'title = "Utredningar, konsultstöd mm", amount',
            f"{LINE} utredningar: samma uppgifter står redan i {LINE} personal.",
        ),
        (
            "valid_from = 2017-08-01, amount",
            "valid_from = 2017-01-01, amount",
            (
                "avsnitt 8, Budget 2017, budget, avgift 2017-01-01: "
                "nyckeln 2017/avgift/2017-01-01 förekommer två gånger i filen."
            ),
        ),
        (
            'proration = "months"',
            'proration = "weeks"',
            f"{BUDGET}: avgiften vägs efter: Värdet 'weeks' är inget giltigt alternativ.",
        ),
    ],
)
def test_fault_is_named_and_nothing_is_changed(load: Load, old: str, new: str, fault: str) -> None:
    assert_faults(load, changed((old, new)), fault)


def test_municipality_with_anothers_code_is_a_fault_of_both(load: Load) -> None:
    assert_faults(
        load,
        changed(('code = "0127"', 'code = "0136"')),
        "registret, kommun Botkyrka: kommunkod: Kommun med detta Kommunkod finns redan.",
        "registret, kommun Haninge: samma uppgifter står redan i registret, kommun Botkyrka.",
    )


@pytest.mark.parametrize("overwrite", [False, True])
def test_every_fault_is_told_at_once(load: Load, overwrite: bool) -> None:
    text = changed(
        ('code = "0127"', 'code = "127"'),
        ('chapter = 2\nheading = "Syfte"', 'chapter = 2\nheading = "Syfte"\nfarg = "grön"'),
        (EVENT, 'on = 2017-02-02, hosts = ["Hanninge"]'),
        ('amount = "70000"', 'amount = "-1"'),
    )

    assert_faults(
        load,
        text,
        "registret, kommun Botkyrka: kommunkod: Kommunkoden är fyra siffror, till exempel 0126.",
        "avsnitt 2, Syfte: okänt fält: farg.",
        f"{MEETING}: Hanninge är okänd. Mest lik: Haninge, Huddinge, Salem.",
        f"{LINE} ersattning-huddinge: belopp i kronor: "
        "Kontrollera att detta värde är större än eller lika med 0.",
        overwrite=overwrite,
    )


def test_fault_in_an_empty_database_leaves_it_empty(load: Load, nothing_loaded: None) -> None:
    assert_faults(
        load,
        changed(("valid_from = 2017-08-01, amount", "valid_from = 2017-01-01, amount")),
        "avsnitt 8, Budget 2017, budget, avgift 2017-01-01: "
        "nyckeln 2017/avgift/2017-01-01 förekommer två gånger i filen.",
    )
    assert dump() == "[]"


def test_name_too_long_to_be_remembered_is_a_fault(load: Load) -> None:
    text = changed(('id = "personal"', f'id = "{"p" * 400}"'))

    assert_faults(load, text, f"{LINE} {'p' * 400}: namnet är för långt.")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("[plan]\n", "[plan\n", "Expected ']' at the end of a table declaration (at line {line}, column 6)"),
        (
            "decided_on = 2017-02-02",
            "decided_on = 2017-02-30",
            "Invalid date or datetime (at line {line}, column 14)",
        ),
        (
            "year = 2017\nissuer",
            "year = 2017\nyear = 2018\nissuer",
            "Cannot overwrite a value (at line {line}, column 12)",
        ),
    ],
)
def test_file_that_is_no_toml_is_refused_with_the_line(
    load: Load, tmp_path: Path, old: str, new: str, what: str
) -> None:
    text = changed((old, new))
    line = text[: text.index(new)].count("\n") + new.rstrip("\n").count("\n") + 1
    if "issuer" in new:
        line -= 1
    fault = f"{tmp_path / 'plan.toml'}: filen är inte giltig TOML: {what.format(line=line)}"
    assert_faults(load, text, fault)


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as failure:
        call_command("load_plan", str(tmp_path / "ingen.toml"))

    assert str(failure.value).splitlines()[1:] == [
        f"  {tmp_path / 'ingen.toml'}: filen kan inte läsas (No such file or directory)."
    ]


def test_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_bytes("[plan]\nissuer = 'Kommittén'".encode("latin-1"))
    with pytest.raises(CommandError) as failure:
        call_command("load_plan", str(file))

    assert str(failure.value).splitlines()[1:] == [f"  {file}: filen är inte UTF-8 (tecken 24)."]


def test_empty_file_lacks_register_and_cover(load: Load) -> None:
    assert_faults(load, "", "filen: fältet register saknas.", "filen: fältet plan saknas.")


# --- Any change at all --------------------------------------------------------------------------------------


def _places(table: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every field and every item of a list, however deep."""
    items = table.items() if isinstance(table, dict) else enumerate(table) if isinstance(table, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from _places(value, (*path, key))


PARSED = tomllib.loads(PLAN)
PLACES = list(_places(PARSED))
NOTHING = object()
REPLACEMENTS = st.sampled_from(
    [
        NOTHING,
        "",
        "å" * 500,
        "\0",
        0,
        -1,
        10**30,
        True,
        1.5,
        [],
        {},
        [1],
        [[]],
        [{}],
        {"x": 1},
        datetime.date(1, 1, 1),
        datetime.time(0),
    ]
)


def _mutated(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    plan = copy.deepcopy(PARSED)
    table: Any = plan
    for key in path[:-1]:
        table = table[key]
    if value is NOTHING:
        del table[path[-1]]
    else:
        table[path[-1]] = value
    return plan


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(PLACES), value=REPLACEMENTS)
def test_any_field_lost_or_wrong_is_loaded_or_told(db: None, path: tuple[str | int, ...], value: Any) -> None:
    """Whatever becomes of one field, the load ends well or with faults that each say where and what."""
    with transaction.atomic():
        loader = _PlanLoader(RowWriter())
        try:
            loader.load(Entry(_mutated(path, value), ""))
            loader.writer.finish(("register/", "2017/"))
        except LoadFailed as failure:
            for fault in failure.faults:
                where, _, what = fault.partition(": ")
                assert where.startswith(("registret", "omslaget", "avsnitt", "filen"))
                assert what.endswith(".")
        transaction.set_rollback(True)
