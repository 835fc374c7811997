"""The acceptance test: "Verksamhetsplan och Budget 2017", loaded by the real commands and read as a visitor.

The tests stand in the document's own order, under its own headings. The document itself, word for word, is in
`tests/data`; `tests/plan_source.py` takes it apart, so that no statement of it can be forgotten here.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.plan_source import SOURCE, Statement, statements
from tests.reading import Element, read

pytestmark = pytest.mark.django_db

PLAN = "/verksamhetsplan/2017/"
BUDGET = "/budget/2017/"
HOSTS = "/vardskap/"

MUNICIPALITIES = ["Botkyrka", "Haninge", "Huddinge", "Nykvarn", "Nynäshamn", "Salem", "Södertälje", "Tyresö"]

COMMITTEE = "Samarbetskommitténs sammanträde"
MANAGEMENT = "Ledningsgruppens sammanträde"
NOON, MORNING, NO_TIME, NO_DAY = "kl. 12.00–15.00", "kl. 08.30–13.00", "ej angiven", "dag ej fastställd"
NO_HOST = "ej angiven"

# The calendar, line by line: as the document has it, and the row that the plan's page has instead. The page
# adds the weekday, and the year and time that stand in the document's headings, and writes spans with an en
# dash.
CALENDAR = {
    "2 februari (Haninge)": ["torsdag 2 februari 2017", COMMITTEE, NOON, "Haninge"],
    "23 mars (Nykvarn)": ["torsdag 23 mars 2017", COMMITTEE, NOON, "Nykvarn"],
    "1 juni (Salem)": ["torsdag 1 juni 2017", COMMITTEE, NOON, "Salem"],
    "14 september (Botkyrka)": ["torsdag 14 september 2017", COMMITTEE, NOON, "Botkyrka"],
    "26 oktober (Tyresö)": ["torsdag 26 oktober 2017", COMMITTEE, NOON, "Tyresö"],
    "7 december (Södertälje)": ["torsdag 7 december 2017", COMMITTEE, NOON, "Södertälje"],
    "Januari 2018 (Huddinge)": ["januari 2018", COMMITTEE, NO_DAY, "Huddinge"],
    "Mars 2018 (Haninge)": ["mars 2018", COMMITTEE, NO_DAY, "Haninge"],
    "April 2018 (Nykvarn)": ["april 2018", COMMITTEE, NO_DAY, "Nykvarn"],
    "16-17 augusti 2017 (Nynäshamn)": [
        "onsdag–torsdag 16–17 augusti 2017",
        "Samarbetskommitténs planeringskonferens",
        NO_TIME,
        "Nynäshamn",
    ],
    "20 januari": ["fredag 20 januari 2017", MANAGEMENT, MORNING, NO_HOST],
    "24 februari": ["fredag 24 februari 2017", MANAGEMENT, MORNING, NO_HOST],
    "6-7 april (planeringskonferens)": [
        "torsdag–fredag 6–7 april 2017",
        "Ledningsgruppens planeringskonferens",
        NO_TIME,
        NO_HOST,
    ],
    "12 maj": ["fredag 12 maj 2017", MANAGEMENT, MORNING, NO_HOST],
    "1 september": ["fredag 1 september 2017", MANAGEMENT, MORNING, NO_HOST],
    "6 oktober": ["fredag 6 oktober 2017", MANAGEMENT, MORNING, NO_HOST],
    "17 november": ["fredag 17 november 2017", MANAGEMENT, MORNING, NO_HOST],
    "7 september 2017 (Södertälje och Nykvarn)": [
        "torsdag 7 september 2017",
        "Södertörnskonferensen",
        NO_TIME,
        "Södertälje och Nykvarn",
    ],
    "30 mars 2017 (Nykvarn)": ["torsdag 30 mars 2017", "Södertörns rådslag", NO_TIME, "Nykvarn"],
    "Nyckeltalsdag 26 oktober 2017": ["torsdag 26 oktober 2017", "Nyckeltalsdag", NO_TIME, NO_HOST],
}

# What a page says in other words than the document; everything else stands word for word.
REWRITTEN = {
    "Beslutad 2017-02-02": "Beslutad 2 februari 2017",  # dates are written out
    "Samverkansområden Syfte Styrdokument": "Samverkansområde Syfte Styrdokument",  # a column's head
    **{line: " ".join(row) for line, row in CALENDAR.items()},
}

SOURCE_NOTES = [
    "Beslutad 2017-02-02",
    "ca 480 000 invånare",
    "klimategenrikt",
    "Förhållningsätt",
    "fem konkreta utvecklingsfrågor",
    "Höj utbildningsnivån på Södertörn",
    "KSL",
    "jfr sid 4",
    "Södertörns samarbetskommitté",
    "Världkommun",
    "Januari 2018",
    "30 mars 2017 (Nykvarn)",
]

# Where a chapter's text is read besides on the plan's page. Chapter 7 is the calendar, tested line by line.
TOPIC_PAGES = {
    1: ["/om/"],
    2: ["/om/"],
    3: ["/om/"],
    4: ["/om/"],
    5: [
        "/samverkan/",
        "/samverkan/2017/naringsliv-och-hogskola/",
        "/samverkan/2017/olikhet-och-mangfald/",
        "/samverkan/2017/klimat/",
        "/samverkan/2017/infrastruktur/",
    ],
    6: [
        "/organisation/",
        "/organisation/samarbetskommitten/",
        "/organisation/ledningsgruppen/",
        "/organisation/sodertornskonferensen/",
        "/organisation/sodertorns-radslag/",
        "/organisation/sodertorns-nyckeltal/",
    ],
    8: [BUDGET],
}

Visit = Callable[[str], Element]


@pytest.fixture(scope="module")
def loads(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """What the loading commands said: the plan, the plan once more, the population figures.

    The data stays for the whole module and is then undone.
    """
    population = str(settings.BASE_DIR / "sodertorn" / "data" / "population.csv")
    with django_db_blocker.unblock(), transaction.atomic():
        said = []
        for command in (["load_plan"], ["load_plan"], ["load_population", population]):
            output = StringIO()
            call_command(*command, stdout=output)
            said.append(output.getvalue())
        yield said
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def visit(loads: list[str]) -> Visit:
    """Read a page of the portal; a page is asked for once and then remembered."""
    client, pages = Client(), dict[str, Element]()

    def visit(address: str) -> Element:
        if address not in pages:
            pages[address] = read(client, address)
        return pages[address]

    return visit


@pytest.fixture
def plan(visit: Visit) -> Element:
    return visit(PLAN)


def chapter(plan: Element, number: int) -> Element:
    """A chapter of the plan's page."""
    return plan.all("section", "chapter")[number - 1]


def part(page: Element, heading: str) -> Element:
    """The smallest part of a page that has this heading."""
    found = [
        section
        for section in page.all("section")
        if any(element.tag in HEADINGS and element.text == heading for element in section.elements())
    ]
    assert found, f"no part is headed {heading}"
    return min(found, key=lambda section: len(list(section.elements())))


HEADINGS = ("h2", "h3", "h4", "h5", "h6")


def document_text(plan: Element) -> str:
    """What the plan's page prints of the document itself, without the portal's notes and labels."""
    return plan.one("div", "document__body").text_without("source-note", "issue__kicker", "priority")


def in_page_words(statement: Statement) -> str:
    return REWRITTEN.get(statement.text, statement.text)


def event_page(visit: Visit, day: str, slug: str) -> Element:
    return visit(f"/kalender/{day}/{slug}/")


def facts(page: Element) -> dict[str, str]:
    """The terms and descriptions of a page's list of facts."""
    return {row.one("dt").text: row.one("dd").text for row in page.one("dl", "facts").all("div")}


# --- Inläsningen --------------------------------------------------------------------------------------------


def test_load_plan_makes_all_rows_the_first_time(loads):
    title, new, changed, unchanged, left = re.split(r"[:,] ", loads[0].strip())

    assert title == "Verksamhetsplan 2017"
    assert int(new.split()[0]) > 200
    assert [changed, unchanged, left] == ["0 ändrade", "0 oförändrade", "0 lämnade."]


def test_load_plan_changes_nothing_the_second_time(loads):
    new = re.search(r"(\d+) nya", loads[0])

    assert new is not None
    assert loads[1] == (f"Verksamhetsplan 2017: 0 nya, 0 ändrade, {new[1]} oförändrade, 0 lämnade.\n")


def test_load_population_takes_the_years_that_are_complete(loads):
    lines = loads[2].splitlines()

    # 2015–2018 and 2024–2025, eight municipalities each.
    assert lines[0] == "Folkmängd: 48 nya, 0 ändrade, 0 oförändrade, 0 lämnade."


# --- Hela dokumentet ----------------------------------------------------------------------------------------


def test_source_is_taken_apart_without_losing_a_line():
    lines = [line for line in SOURCE.read_text("utf-8").splitlines() if line.strip()]

    # One line only draws the rule under a table's head.
    assert len(lines) == len(statements()) + 1 == 131


def test_source_has_eight_chapters_in_order():
    assert sorted({statement.chapter for statement in statements()}) == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert [statement.chapter for statement in statements()] == sorted(
        statement.chapter for statement in statements()
    )


def test_calendar_lines_and_rewritten_statements_are_those_of_the_source():
    texts = [statement.text for statement in statements()]

    assert [text for text in texts if text in CALENDAR] == list(CALENDAR)
    assert [text for text in REWRITTEN if text not in texts] == []


def test_plan_page_has_every_statement_in_document_order(plan):
    text, position, missing = document_text(plan), 0, []
    for statement in statements():
        if statement.chapter == 0:
            continue
        found = text.find(in_page_words(statement), position)
        if found < 0:
            missing.append(f"line {statement.line}: {in_page_words(statement)}")
        else:
            position = found + len(in_page_words(statement))

    assert missing == []


def test_plan_page_says_first_in_a_few_words_what_it_is_about(plan):
    assert " ".join(plan.one("p", "lede").text.split()) == (
        "Det här vill kommunerna göra tillsammans 2017. Planen handlar om näringsliv och högskola, "
        "olikhet och mångfald, klimat och infrastruktur. Samarbetet kostar 1 280 000 kr."
    )


def test_plan_page_adds_no_prose_to_what_was_adopted(plan):
    adopted = {in_page_words(statement) for statement in statements()}
    printed = [
        text
        for number in range(1, 8)
        for prose in chapter(plan, number).all("div", "prose")
        for text in prose.texts("p")
    ]

    assert len(printed) == 23
    assert [text for text in printed if text not in adopted] == []


def test_plan_page_has_every_heading_of_the_source_as_a_heading(plan):
    headings = [element.text for element in plan.elements() if element.tag in HEADINGS]
    # Incomes and costs are tables, so their names are captions.
    captions = [caption.text.removesuffix(" kronor") for caption in plan.all("caption")]
    expected = [statement.text for statement in statements() if statement.is_heading and statement.chapter]

    assert len(expected) == 31
    assert [text for text in expected if text not in headings + captions] == []


@pytest.mark.parametrize("number", TOPIC_PAGES)
def test_topic_pages_have_every_text_of_their_chapter(visit, number):
    pages = [visit(address).one("main").text for address in TOPIC_PAGES[number]]
    expected = [
        in_page_words(statement)
        for statement in statements()
        # A host's year is part of another sentence on the hosts' page; it is tested in section 6.
        if statement.chapter == number
        and not statement.is_heading
        and not re.match(r"20\d\d ", statement.text)
    ]

    assert expected
    assert [text for text in expected if not any(text in page for page in pages)] == []


def test_plan_page_notes_each_slip_of_the_source(plan):
    notes = [
        note.one("p", "source-note__title").text
        for note in plan.all("aside", "source-note")
        if note.all("p", "source-note__title")
    ]

    assert notes == [f"Anmärkning till källan: ”{quote}”" for quote in SOURCE_NOTES]


def test_source_notes_quote_what_the_source_says():
    # Read as the notes write it: the host after its day, without the table's tab.
    source = " ".join(statement.text for statement in statements())

    assert [quote for quote in SOURCE_NOTES if quote not in source] == []


def test_plan_page_explains_each_note(plan):
    notes = {
        note.texts("p")[0].removeprefix("Anmärkning till källan: ").strip("”"): note.texts("p")[1]
        for note in plan.all("aside", "source-note")
    }

    assert notes["klimategenrikt"] == "Skrivfel i dokumentet. I avsnitt 5 står ”klimateffektivt”."
    assert notes["Förhållningsätt"] == (
        "Så stavas rubriken i dokumentet. Vanlig stavning är ”Förhållningssätt”."
    )
    assert notes["Världkommun"] == "Skrivfel i dokumentet för ”Värdkommun”."
    assert notes["KSL"] == "Kommunförbundet Stockholms Län heter numera Storsthlm."
    assert notes["jfr sid 4"].startswith("Hänvisningen gäller en sida i det tryckta dokumentet.")
    assert notes["ca 480 000 invånare"] == (
        "Talet stämmer med folkmängden den 31 december 2016, "
        "som var 480 431 i de åtta kommunerna tillsammans."
    )
    assert notes["Beslutad 2017-02-02"].endswith(
        "Kalendariet tar ändå upp ledningsgruppens möte den 20 januari 2017, som då redan hade hållits."
    )
    assert "Näringsliv och Högskola har två" in notes["fem konkreta utvecklingsfrågor"]
    assert "Södertörnssamarbetet" in notes["Södertörns samarbetskommitté"]
    assert "bara månaden" in notes["Januari 2018"]


# --- Omslaget -----------------------------------------------------------------------------------------------


def test_cover_is_the_head_of_the_plan_page(plan):
    head = plan.one("header", "page-header")
    cover = [in_page_words(statement) for statement in statements() if statement.chapter == 0]

    assert cover == [
        "Beslutad 2 februari 2017",
        "Södertörnskommunernas Samarbetskommitté",
        "Verksamhetsplan 2017",
        "Budget 2017",
    ]
    assert head.text == (
        "Södertörnskommunernas Samarbetskommitté Verksamhetsplan 2017 Budget 2017 Beslutad 2 februari 2017"
    )
    assert head.one("time").attributes["datetime"] == "2017-02-02"


def test_plan_page_has_the_eight_chapters_in_order(plan):
    expected = [
        "1 Inledning",
        "2 Syfte",
        "3 Förhållningsätt",
        "4 Vision 2025",
        "5 Samverkansområden och inriktning 2017",
        "6 Arbetsformer",
        "7 Kalendarium",
        "8 Budget 2017",
    ]

    assert plan.texts("h2", "chapter__title") == expected
    assert plan.one("nav", "toc").texts("li") == expected


def test_contents_lead_to_the_chapters(plan):
    targets = [link.removeprefix("#") for link in plan.one("nav", "toc").links()]

    assert targets == [section.attributes["id"] for section in plan.all("section", "chapter")]


def test_start_page_leads_to_the_plan(visit):
    assert PLAN in visit("/").one("main").links()


# --- 1. Inledning -------------------------------------------------------------------------------------------


def test_inledning_has_four_paragraphs(plan):
    assert len(chapter(plan, 1).one("div", "prose").all("p")) == 4


def test_stated_inhabitants_are_shown_beside_the_known_ones(plan):
    text = chapter(plan, 1).text

    assert "ca 480 000 invånare" in text
    assert "480 431" in text


@pytest.mark.parametrize("name", MUNICIPALITIES)
def test_municipality_has_a_page_that_the_map_leads_to(visit, name):
    links = {link.text: link.attributes["href"] for link in visit("/").one("figure", "map").all("a")}

    assert list(links) == MUNICIPALITIES
    assert visit(links[name]).one("h1").text == name


# --- 2. Syfte -----------------------------------------------------------------------------------------------


def test_syfte_is_on_the_about_page(visit):
    assert part(visit("/om/"), "Syfte").texts("p") == [
        (
            "Vi samverkar för att stärka den kommunala och den regionala utvecklingen. "
            "Det gynnar Södertörn och därmed våra kommuner."
        ),
        (
            "Vår samverkan syftar till att kommunledningarna i politik och förvaltning ska nå sina mål i "
            "hemkommunen."
        ),
    ]


# --- 3. Förhållningsätt -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [PLAN, "/om/"])
def test_the_four_principles_stand_in_order(visit, address):
    assert visit(address).one("ol", "principles").texts("li") == [
        "Fokus på den gemensamma nyttan",
        "Respekt för den demokratiska processen i den enskilda kommunen",
        "Gå före – ett gott regionalt ledarskap",
        "Regional samverkan som handlar om att både ge och få",
    ]


# --- 4. Vision 2025 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [PLAN, "/om/", "/"])
def test_vision_is_quoted_with_its_year(visit, address):
    vision = visit(address).one("figure", "vision")

    assert vision.one("blockquote").text == (
        "Södertörn är en attraktiv del av Stockholm-Mälarenregionen, med över en halv miljon invånare, som "
        "med tillväxt, mångfald och handlingskraft skapar livskvalitet och en långsiktig hållbar utveckling."
    )
    assert vision.one("figcaption").text == "Vision 2025"


# --- 5. Samverkansområden och inriktning 2017 ---------------------------------------------------------------


@pytest.mark.parametrize("address", [PLAN, "/samverkan/"])
def test_the_two_cooperation_areas_have_purpose_and_governing_documents(visit, address):
    assert visit(address).table("Samverkansområden").rows() == [
        [
            "Regionala utvecklingsfrågor",
            "Syftar till att utveckla Södertörn som region",
            "Södertörns UtvecklingsProgram 2013",
        ],
        [
            "Verksamhetsfrågor",
            (
                "Syftar till att effektivisera (ekonomi och kvalitet) den enskilda kommunen, "
                "genom samverkan med andra Södertörnskommuner"
            ),
            (
                "Respektive kommuns budget/verksamhetsplan samt "
                "Södertörnskommunernas Samarbetskommittés årliga verksamhetsplan"
            ),
        ],
    ]


def test_five_issues_stand_under_four_target_areas(plan):
    areas = {
        area.one("h5").text: area.texts("h6", "issue__title")
        for area in chapter(plan, 5).all("section", "area")
    }

    assert list(areas.items()) == [
        (
            "Näringsliv och Högskola",
            ["Höj utbildningsnivån på Södertörn", "Stödja ett kunskapsintensivt näringsliv"],
        ),
        ("Olikhet och Mångfald", ["Nyttja tillgänglig kompetens i tillväxtsyfte"]),
        ("Klimat", ["Leda omställningen till ett klimateffektivt samhälle"]),
        ("Infrastruktur", ["Utnyttja den nya infrastrukturen"]),
    ]


def test_cooperation_page_lists_the_target_areas_with_their_issues(visit):
    cards = part(visit("/samverkan/"), "Målområden i Södertörns UtvecklingsProgram 2013:").all("li", "card")

    assert [card.one("h4").text for card in cards] == [
        "Näringsliv och Högskola",
        "Olikhet och Mångfald",
        "Klimat",
        "Infrastruktur",
    ]
    assert [link for card in cards for link in card.links()] == TOPIC_PAGES[5][1:]


@pytest.mark.parametrize("address", [PLAN, TOPIC_PAGES[5][1]])
def test_priority_of_naringsliv_stands_after_its_directions(visit, address):
    issue = visit(address).all("div", "issue")[1]

    assert issue.one("", "issue__title").text == "Stödja ett kunskapsintensivt näringsliv"
    assert [element.text[:40] for element in issue.elements() if element.tag in ("li", "em")] == [
        "Vi verkar för att högskolornas roll i de",
        "Vi förbättrar näringslivsklimatet på Söd",
        "Vi arbetar för att Södertörn blir en reg",
        "Vi arbetar för att främja utvecklingen a",
        "Under 2017 genomförs aktiviteter främst ",
    ]
    assert issue.one("em").text == (
        "Under 2017 genomförs aktiviteter främst inom ramen för "
        "”Vi förbättrar näringslivsklimatet på Södertörn”"
    )
    assert issue.texts("li", "direction--priority") == [
        "Vi förbättrar näringslivsklimatet på Södertörn. Prioriterad 2017"
    ]


@pytest.mark.parametrize("address", [PLAN, TOPIC_PAGES[5][4]])
def test_priority_of_infrastruktur_stands_before_the_four_it_names(visit, address):
    issue = visit(address).all("div", "issue")[-1]

    assert [element.text for element in issue.elements() if element.tag in ("li", "em")] == [
        (
            "Vi arbetar för att förbättra möjligheterna för ökad arbets- och bostadsmarknad, ökad social "
            "hållbarhet och kompetensnivå, förbättrad sammanhållen struktur och förbättrade kommunikationer."
        ),
        "Under 2017 genomförs aktiviteter främst inom nedanstående satsningar:",
        "Vi beskriver Södertörn ur ett regionalt och nationellt sammanhang Prioriterad 2017",
        "Vi definierar tillväxthinder Prioriterad 2017",
        (
            "Utifrån ovanstående prioriterar vi i behovslistan över infrastrukturobjekt inför kommande "
            "länsplan Prioriterad 2017"
        ),
        "Vi positionerar Södertörn i RUFS 2050. Prioriterad 2017",
    ]
    assert len(issue.one("div", "prose").all("p")) == 2


def test_just_five_of_eighteen_directions_are_prioritised(plan):
    directions = chapter(plan, 5).all("li", "direction")

    # Fourteen under the issues, three on the world around us, one on ownership.
    assert [len(area.all("li", "direction")) for area in chapter(plan, 5).all("section", "area")] == [
        5,
        1,
        3,
        5,
    ]
    assert len(directions) == 18
    assert len([direction for direction in directions if "direction--priority" in direction.classes]) == 5


def test_start_page_names_the_five_priorities(visit):
    assert part(visit("/"), "Det gör vi främst 2017").texts("h3") == [
        "Vi förbättrar näringslivsklimatet på Södertörn.",
        "Vi beskriver Södertörn ur ett regionalt och nationellt sammanhang",
        "Vi definierar tillväxthinder",
        "Utifrån ovanstående prioriterar vi i behovslistan över infrastrukturobjekt inför kommande länsplan",
        "Vi positionerar Södertörn i RUFS 2050.",
    ]


@pytest.mark.parametrize("address", [PLAN, "/samverkan/"])
def test_omvarldsbevakning_and_agarstyrning_have_their_directions(visit, address):
    page = visit(address)

    assert [text[:44] for text in part(page, "Omvärldsbevakning").texts("li", "direction")] == [
        "Vi utvecklar kontaktnät mellan företrädare f",
        "Vi samordnar och strukturerar gemensamma ins",
        "Vi arbetar gemensamt och tillsammans med ext",
    ]
    assert part(page, "Gemensam ägarstyrning").texts("li", "direction") == [
        (
            "Vi agerar gemensamt i förhållande till de organisationer vi gemensamt äger genom en tydlig "
            "ägarstyrning i förbunds- och bolagsordningar, direktiv och ägardialoger."
        )
    ]


def test_networks_of_samarbetsformer_have_pages(visit):
    networks = part(visit("/organisation/"), "Nätverk och arbetsgrupper")

    assert networks.texts("li") == [
        "Nätverk inom infrastruktur",
        "Nätverk inom kommunikation",
        "Nätverk inom miljöområdet",
        "Nätverk inom näringslivsarbetet",
    ]
    assert [visit(link).one("h1").text for link in networks.links()] == networks.texts("li")


def test_regional_bodies_are_named_with_the_new_name_of_ksl(visit):
    partners = facts(part(visit("/organisation/"), "Parter utanför kommunerna"))

    assert partners == {
        "Högskola": "Södertörns högskola KTH",
        "Näringslivsorganisation": "Stockholms Handelskammare Företagarna",
        "Regionalt organ": "KSL (Heter numera Storsthlm.) Stockholms Business Alliance Mälardalsrådet",
    }


# --- 6. Arbetsformer ----------------------------------------------------------------------------------------


def seats(page: Element) -> dict[str, list[str]]:
    """Who has a seat in a body, by the role that they are listed under."""
    section = part(page, "Vilka som ingår")
    holders = [group.texts("li") for group in section.all("ul")]
    return dict(zip(section.texts("h3"), holders, strict=True))


def test_committee_has_eight_chairs_and_eight_directors_attending(visit):
    assert seats(visit("/organisation/samarbetskommitten/")) == {
        "Kommunstyrelsens ordförande ingår": MUNICIPALITIES,
        "Kommundirektör eller motsvarande deltar vid mötena": MUNICIPALITIES,
    }


def test_management_group_has_eight_directors(visit):
    assert seats(visit("/organisation/ledningsgruppen/")) == {"Kommundirektör ingår": MUNICIPALITIES}


@pytest.mark.parametrize(
    ("body", "usual"),
    [
        ("samarbetskommitten", "Torsdagar kl. 12.00–15.00"),
        ("ledningsgruppen", "Fredagar kl. 08.30–13.00"),
    ],
)
def test_body_meets_at_least_six_times_a_year_at_its_usual_time(visit, body, usual):
    shown = facts(visit(f"/organisation/{body}/"))

    assert shown["Möts"] == "Minst 6 gånger per år"
    assert shown["Vanlig tid"] == usual


@pytest.mark.parametrize(
    ("body", "regular", "all_in_2017"), [("samarbetskommitten", 6, 7), ("ledningsgruppen", 6, 7)]
)
def test_calendar_of_2017_holds_the_six_meetings_and_a_conference(visit, body, regular, all_in_2017):
    titles = visit(f"/kalender/2017/?organ={body}").texts("h3", "event__title")

    assert len(titles) == all_in_2017
    assert len([title for title in titles if title.endswith("sammanträde")]) == regular


@pytest.mark.parametrize("address", ["/organisation/sekretariatet/", "/kontakt/"])
def test_secretariat_is_at_huddinge(visit, address):
    assert "Huddinge kommun" in visit(address).one("main").text


def test_secretariat_is_named_by_huddinge_only(visit):
    pages = {name: visit(f"/kommuner/{slug}/") for name, slug in slugs().items()}
    sentence = "Sekretariatet är placerat hos kommunen"

    assert [name for name, page in pages.items() if sentence in page.text] == ["Huddinge"]


def test_conference_brings_politicians_and_officials_of_all_eight(visit):
    assert seats(visit("/organisation/sodertornskonferensen/")) == {
        "Företrädare från de politiska partierna i kommunstyrelsen ingår": MUNICIPALITIES,
        "Ledande tjänstemän ingår": MUNICIPALITIES,
    }


def test_consultation_brings_the_eight_and_four_partners(visit):
    assert seats(visit("/organisation/sodertorns-radslag/")) == {
        "Deltagare ingår": [
            *MUNICIPALITIES,
            "Södertörns högskola",
            "KTH",
            "Stockholms Handelskammare",
            "Företagarna",
        ]
    }


CONSULTATION_HOSTS = [
    ["2017", "Nykvarn"],
    ["2018", "Huddinge"],
    ["2019", "Salem"],
    ["2020", "Nynäshamn"],
    ["2021", "Botkyrka"],
    ["2022", "Tyresö"],
    ["2023", "Södertälje"],
    ["2024", "Haninge"],
]


def test_plan_page_has_the_hosts_of_the_consultation(plan):
    assert plan.table("Värdkommun per år").rows() == CONSULTATION_HOSTS


def test_hosts_page_has_the_turns_of_the_consultation(visit):
    decided, following = part(visit(HOSTS), "Värdskap för rådslaget").all("ol", "rotation")

    # The turn of 2017 has a meeting, and is shown by its day.
    assert [turn.text_without("turn__note") for turn in decided.all("li")] == [
        "30 mars 2017 Nykvarn",
        "2018 Huddinge",
        "2019 Salem",
        "2020 Nynäshamn",
        "2021 Botkyrka",
        "2022 Tyresö",
        "2023 Södertälje",
        "2024 Haninge",
    ]
    assert following.texts("li")[:2] == [
        "2025 Nykvarn på tur enligt ordningen",
        "2026 Huddinge enligt ordningen",
    ]


def test_consultation_keeps_to_its_order_and_starts_again_with_nykvarn(visit):
    rotation = part(visit(HOSTS), "Värdskap för rådslaget")

    assert "bryter ordningen" not in rotation.text
    assert rotation.all("p")[-1].text == (
        "Efter de beslutade turerna följer, enligt ordningen: "
        "Nykvarn, Huddinge, Salem, Nynäshamn, Botkyrka, Tyresö, Södertälje och Haninge."
    )


def test_hosts_page_has_the_turns_of_the_committee_with_the_conference(visit):
    rotation = part(visit(HOSTS), "Värdskap för samarbetskommittén")

    assert [len(row.all("li")) for row in rotation.all("ol", "rotation")] == [8, 8]
    assert [turn.text_without("turn__note") for turn in rotation.all("li", "turn")[:11]] == [
        "2 februari 2017 Haninge",
        "23 mars 2017 Nykvarn",
        "1 juni 2017 Salem",
        "16–17 augusti 2017 Nynäshamn",
        "14 september 2017 Botkyrka",
        "26 oktober 2017 Tyresö",
        "7 december 2017 Södertälje",
        "januari 2018 Huddinge",
        "mars 2018 Haninge",
        "april 2018 Nykvarn",
        "tur 11 Salem",
    ]


def test_salem_is_next_after_april_2018(visit):
    rotation = part(visit(HOSTS), "Värdskap för samarbetskommittén")

    assert "bryter ordningen" not in rotation.text
    assert rotation.all("p")[-1].text == (
        "Efter de beslutade turerna följer, enligt ordningen: "
        "Salem, Nynäshamn, Botkyrka, Tyresö, Södertälje, Huddinge, Haninge och Nykvarn."
    )


def test_hosts_page_says_that_the_committees_order_is_derived(visit):
    assert "Ordningen står inte uttryckligen i dokumentet utan är härledd ur kalendariet" in visit(HOSTS).text


def test_key_figures_are_presented_every_second_year(visit):
    text = visit("/organisation/sodertorns-nyckeltal/").text

    assert "presenteras vartannat år. Nästa presentation av resultaten sker 26 oktober 2017." in text


# --- 7. Kalendarium -----------------------------------------------------------------------------------------


def slugs() -> dict[str, str]:
    plain = str.maketrans("åäö", "aao")
    return {name: name.lower().translate(plain) for name in MUNICIPALITIES}


def tables_of_chapter_7(plan: Element) -> dict[str, Element]:
    return {table.one("caption").text: table for table in chapter(plan, 7).all("table")}


def test_calendar_has_six_headings_with_all_rows(plan):
    tables = tables_of_chapter_7(plan)
    rows = list(CALENDAR.values())

    assert {heading: table.rows() for heading, table in tables.items()} == {
        "Södertörns samarbetskommitté (torsdagar 12.00-15.00)": rows[:9],
        "Samarbetskommitténs planeringskonferens": rows[9:10],
        "Ledningsgruppen (fredagar 08.30-13.00)": rows[10:17],
        "Södertörnskonferensen": rows[17:18],
        "Södertörns rådslag": rows[18:19],
        "Nyckeltal Södertörn": rows[19:],
    }
    assert sum(len(table.rows()) for table in tables.values()) == 20


@pytest.mark.parametrize("line", CALENDAR)
def test_calendar_row_leads_to_a_page_with_the_same_facts(visit, plan, line):
    day, title, time, hosts = CALENDAR[line]
    row = next(
        row
        for table in tables_of_chapter_7(plan).values()
        for row in table.all("tr")
        if [cell.text for cell in row.children if isinstance(cell, Element)] == CALENDAR[line]
    )
    page = visit(row.links()[0])
    when = {
        NO_TIME: f"{day}. Tid är inte angiven",
        NO_DAY: f"{day}, dag ej fastställd",
    }.get(time, f"{day} {time}")

    assert page.one("h1").text == title
    assert facts(page)["När"] == when[0].upper() + when[1:]
    assert facts(page)["Värd"] == ("Ingen värdkommun är angiven" if hosts == NO_HOST else hosts)
    assert facts(page)["Står i"] == "Verksamhetsplan 2017, kapitel 7"


def regular_days(plan: Element, heading: str) -> list[datetime.date]:
    """The days of a body's meetings, from the addresses in its table; those without a day left out."""
    addresses = [
        link for link in tables_of_chapter_7(plan)[heading].links() if "planeringskonferens" not in link
    ]
    found = [re.fullmatch(r"/kalender/(\d{4})/(\d\d)/(\d\d)/[a-z]+/", address) for address in addresses]
    return [datetime.date(int(match[1]), int(match[2]), int(match[3])) for match in found if match]


@pytest.mark.parametrize(
    ("heading", "weekday", "name"),
    [
        ("Södertörns samarbetskommitté (torsdagar 12.00-15.00)", 4, "torsdag"),
        ("Ledningsgruppen (fredagar 08.30-13.00)", 5, "fredag"),
    ],
)
def test_regular_meetings_are_on_the_weekday_of_their_heading(plan, heading, weekday, name):
    days = regular_days(plan, heading)
    shown = [row[0] for row in tables_of_chapter_7(plan)[heading].rows() if row[2] not in (NO_TIME, NO_DAY)]

    assert [day.isoweekday() for day in days] == [weekday] * 6
    assert [text.split()[0] for text in shown] == [name] * 6


def test_just_the_two_planning_conferences_break_the_pattern(visit):
    pages = {
        link: visit(link)
        for year in (2017, 2018)
        for title in visit(f"/kalender/{year}/").all("h3", "event__title")
        for link in title.links()
    }
    exceptions = {
        address: notice
        for address, page in pages.items()
        for notice in page.texts("p", "notice")
        if "möts annars" in notice
    }

    assert len(pages) == 20
    assert exceptions == {
        "/kalender/2017/04/06/ledningsgruppens-planeringskonferens/": (
            "Hålls torsdag och fredag. Ledningsgruppen möts annars på fredagar."
        ),
        "/kalender/2017/08/16/planeringskonferens/": (
            "Hålls onsdag och torsdag. Samarbetskommittén möts annars på torsdagar."
        ),
    }


def test_october_26_holds_two_events_that_name_each_other(visit):
    committee = event_page(visit, "2017/10/26", "samarbetskommitten")
    key_figures = event_page(visit, "2017/10/26", "nyckeltalsdag")

    assert part(committee, "Samma dag").texts("h3") == ["Nyckeltalsdag"]
    assert part(committee, "Samma dag").links() == ["/kalender/2017/10/26/nyckeltalsdag/"]
    assert part(key_figures, "Samma dag").texts("h3") == ["Samarbetskommitténs sammanträde"]
    assert part(key_figures, "Samma dag").links() == ["/kalender/2017/10/26/samarbetskommitten/"]


def test_no_other_days_hold_two_events(visit):
    links = [link for title in visit("/kalender/2017/").all("h3", "event__title") for link in title.links()]
    pages = [visit(link) for link in links]

    assert [link for link, page in zip(links, pages, strict=True) if page.all("h2", id="samma-dag")] == [
        "/kalender/2017/10/26/nyckeltalsdag/",
        "/kalender/2017/10/26/samarbetskommitten/",
    ]


def test_calendar_of_2017_has_all_seventeen_events_in_order(visit):
    lists = visit("/kalender/2017/").all("ol", "events")
    days = [time.attributes["datetime"] for each in lists for time in each.all("time")]

    assert days == [
        "2017-01-20",
        "2017-02-02",
        "2017-02-24",
        "2017-03-23",
        "2017-03-30",
        "2017-04-06",
        "2017-05-12",
        "2017-06-01",
        "2017-08-16",
        "2017-09-01",
        "2017-09-07",
        "2017-09-14",
        "2017-10-06",
        "2017-10-26",
        "2017-10-26",
        "2017-11-17",
        "2017-12-07",
    ]
    assert "17 möten" in visit("/kalender/2017/").one("header", "page-header").text


def test_calendar_of_2018_has_three_months_without_a_day(visit):
    items = visit("/kalender/2018/").all("li", "event")

    assert [item.text for item in items] == [
        f"{month} 2018 Samarbetskommitténs sammanträde Dag ej fastställd · Värd: {host} Preliminär"
        for month, host in (("januari", "Huddinge"), ("mars", "Haninge"), ("april", "Nykvarn"))
    ]
    assert [item.one("time").attributes["datetime"] for item in items] == ["2018-01", "2018-03", "2018-04"]


@pytest.mark.parametrize(
    ("month", "shown"), [("01", "Januari 2018"), ("03", "Mars 2018"), ("04", "April 2018")]
)
def test_month_only_meeting_says_that_the_day_is_not_decided(visit, month, shown):
    page = visit(f"/kalender/2018/{month}/samarbetskommitten/")

    assert page.one("p", "lede").text == f"{shown}, dag ej fastställd"
    assert page.one("span", "badge").text == "Preliminär"


@pytest.mark.parametrize(
    ("name", "hosted"),
    [
        ("Botkyrka", ["Samarbetskommitténs sammanträde"]),
        ("Haninge", ["Samarbetskommitténs sammanträde"] * 2),
        ("Huddinge", ["Samarbetskommitténs sammanträde"]),
        (
            "Nykvarn",
            [
                "Samarbetskommitténs sammanträde",
                "Södertörnskonferensen",
                "Södertörns rådslag",
                "Samarbetskommitténs sammanträde",
            ],
        ),
        ("Nynäshamn", ["Samarbetskommitténs planeringskonferens"]),
        ("Salem", ["Samarbetskommitténs sammanträde"]),
        ("Södertälje", ["Samarbetskommitténs sammanträde", "Södertörnskonferensen"]),
        ("Tyresö", ["Samarbetskommitténs sammanträde"]),
    ],
)
def test_municipality_page_has_what_it_hosts_newest_first(visit, name, hosted):
    assert visit(f"/kommuner/{slugs()[name]}/").texts("h3", "event__title") == hosted


# --- 8. Budget 2017 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [PLAN, BUDGET])
def test_budget_has_its_lines_and_sums(visit, address):
    page = visit(address)

    assert page.table("Intäkter").rows() == [
        ["Avgifter från kommunerna", "1 280 000"],
        ["Summa", "1 280 000"],
    ]
    assert page.table("Kostnader").rows() == [
        ["Personal", "605 000"],
        ["Ersättning till Huddinge kommun för kontorsservice, arbetsrum mm", "70 000"],
        ["Utredningar, konsultstöd mm", "605 000"],
        ["Summa", "1 280 000"],
    ]


def test_budget_page_says_that_it_balances(visit):
    assert visit(BUDGET).one("p", "lede").text == (
        "Samarbetet kostar 1 280 000 kr 2017. Intäkterna är lika stora."
    )


@pytest.mark.parametrize("address", [PLAN, BUDGET])
def test_fee_rises_from_2_to_4_kronor_and_is_283_for_the_year(visit, address):
    page = visit(address)

    assert page.table("Avgift per invånare och år").rows() == [
        ["1 januari 2017–31 juli 2017", "2 kr", "7/12"],
        ["1 augusti 2017–31 december 2017", "4 kr", "5/12"],
        ["Avgift 2017", "2,83 kr", ""],
    ]
    assert "7/12 × 2 kr + 5/12 × 4 kr = 17/6 ≈ 2,83 kr per invånare." in page.text
    assert "Från och med 2018 är avgiften 4 kr per invånare och år." in page.text


def test_budget_list_has_both_rates_and_the_sums(visit):
    page = visit("/budget/")

    assert page.table("Budgetar per år").rows() == [["Budget 2017", "1 280 000", "1 280 000", "–", "–", "–"]]
    assert [row[:2] for row in page.table("Avgift per invånare och år").rows()] == [
        ["1 januari 2017", "2 kr"],
        ["1 augusti 2017", "4 kr"],
    ]


@pytest.mark.parametrize("address", [PLAN, BUDGET])
def test_rule_and_budget_are_both_shown_with_what_would_explain_the_difference(visit, address):
    page = visit(address)
    title = next(
        element for element in page.elements() if element.text == "Regeln och budgeten ger olika belopp"
    )
    note = next(aside for aside in page.all("aside", "source-note") if title in list(aside.elements()))

    for figure in (
        "480 000 invånare",
        "1 360 000 kr",
        "1 280 000 kr",
        "−80 000 kr",
        "1 september 2017",
        "451 765",
        "960 000 kr",
        "1 920 000 kr",
    ):
        assert figure in note.text


# By largest remainder, with the fee 17/6 kr and the inhabitants of 31 December 2016:
#
#               inhabitants      × 17/6    whole kronor   remainder
#   Botkyrka         90 675   256 912 1/2       256 912      3/6
#   Haninge          85 693   242 796 5/6       242 796      5/6   +1
#   Huddinge        107 538   304 691           304 691      0
#   Nykvarn          10 424    29 534 2/3        29 534      4/6   +1
#   Nynäshamn        27 752    78 630 2/3        78 630      4/6   +1
#   Salem            16 615    47 075 5/6        47 075      5/6   +1
#   Södertälje       94 631   268 121 1/6       268 121      1/6
#   Tyresö           47 103   133 458 1/2       133 458      3/6
#   Sum             480 431 1 361 221 1/6     1 361 217
#
# The rounded total is 1 361 221, so four kronor are left, and four remainders are larger than a half:
# Botkyrka pays 256 912 kr and not 256 913.
FEES = [
    ["Botkyrka", "90 675", "256 912", "362 700"],
    ["Haninge", "85 693", "242 797", "342 772"],
    ["Huddinge", "107 538", "304 691", "430 152"],
    ["Nykvarn", "10 424", "29 535", "41 696"],
    ["Nynäshamn", "27 752", "78 631", "111 008"],
    ["Salem", "16 615", "47 076", "66 460"],
    ["Södertälje", "94 631", "268 121", "378 524"],
    ["Tyresö", "47 103", "133 458", "188 412"],
    ["Summa", "480 431", "1 361 221", "1 921 724"],
]


@pytest.mark.parametrize("address", [PLAN, BUDGET])
def test_fee_per_municipality_is_shown_for_both_years(visit, address):
    table = visit(address).table("Avgift per kommun enligt regeln")

    assert [row[:4] for row in table.rows()] == FEES
    assert table.one("thead").texts("th") == [
        "Kommun",
        "Invånare",
        "2017",
        "2018",
        "Del av budgeten 2017",
        "Folkmängden",
    ]
    assert {row[5] for row in table.rows()[:-1]} == {
        "2016-12-31, statistik.stockholm.se b200 2016 (SCB/SWECO)"
    }


def test_fees_sum_to_the_totals():
    figures = [[int(figure.replace(" ", "")) for figure in row[1:]] for row in FEES]

    assert [sum(column) for column in zip(*figures[:-1], strict=True)] == figures[-1]
    assert [row[2] for row in figures] == [4 * row[0] for row in figures]


def test_fee_table_names_the_day_and_source_of_its_figures(visit):
    text = visit(BUDGET).one("main").text

    assert "Folkmängd den 31 december 2016." in text
    assert "Källa: statistik.stockholm.se b200 2016 (SCB/SWECO)." in text
    assert "Dokumentet anger inte vilken dags folkmängd som avgiften räknas på." in text


def test_start_page_has_cost_and_fee(visit):
    figures = visit("/").one("ul", "key-figures").texts("p", "key-figure__value")

    assert figures[1:] == ["1 280 000 kr", "2,83 kr"]
