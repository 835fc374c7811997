"""The accessibility statement: what it may say, what its page always says, and how it is edited."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from committee.accessibility import Conformance, Ground, contradiction
from committee.models import AccessibilityStatement, Body, InaccessibleContent
from sodertorn.publishing import Publication
from tests import factories
from tests.constraints import assert_breaks
from tests.reading import Element, assert_well_made, parse, read
from tests.signing_in import sign_in
from tests.test_admin import add_line, form_of

pytestmark = pytest.mark.django_db

PAGE = "/tillganglighet/"
LIST = "/admin/committee/accessibilitystatement/"
DIGG = "https://www.digg.se/tdosanmalan"
DAY = datetime.date(2017, 3, 23)


@pytest.fixture
def clerk(client: Client) -> Client:
    user = User.objects.create_user("anna", is_staff=True)
    user.groups.add(Group.objects.get(name="sekretariat"))
    sign_in(client, user)
    return client


def facts(page: Element) -> dict[str, str]:
    row = page.all("dl", "facts")[0]
    return dict(zip(row.texts("dt"), row.texts("dd"), strict=True))


def sections(page: Element) -> dict[str, str]:
    return {section.one("h2").text: section.text for section in page.one("main").all("section")}


# --- What it may say ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conformance", "grounds", "is_finished", "begins"),
    [
        (Conformance.FULL, [], True, ""),
        (Conformance.FULL, [Ground.BURDEN, Ground.OUTSIDE], True, ""),
        (Conformance.FULL, [Ground.OUTSIDE, Ground.DEFECT], True, "En webbplats med brister"),
        (Conformance.FULL, [Ground.DEFECT], False, "En webbplats med brister"),
        (Conformance.PARTIAL, [Ground.DEFECT], True, ""),
        (Conformance.PARTIAL, [Ground.BURDEN], True, ""),
        (Conformance.NONE, [Ground.DEFECT], True, ""),
        (Conformance.PARTIAL, [], True, "Skriv vad som inte är tillgängligt."),
        (Conformance.NONE, [Ground.OUTSIDE], True, "Skriv vad som inte är tillgängligt."),
        (Conformance.PARTIAL, [], False, ""),
    ],
)
def test_conformance_and_what_is_listed_may_not_contradict_each_other(
    conformance: str, grounds: list[str], is_finished: bool, begins: str
) -> None:
    said = contradiction(conformance, grounds, is_finished=is_finished)

    assert said.startswith(begins)
    assert bool(said) == bool(begins)


def test_stored_shortcomings_keep_a_statement_from_full_conformance() -> None:
    statement = factories.make_statement(conformance="partial")
    factories.make_inaccessible(statement)
    statement.conformance = Conformance.FULL

    with pytest.raises(ValidationError) as caught:
        statement.full_clean()
    assert list(caught.value.message_dict) == ["conformance"]


def test_shortcoming_is_refused_where_there_are_said_to_be_none() -> None:
    statement = factories.make_statement(conformance="full")

    with pytest.raises(ValidationError) as caught:
        factories.make_inaccessible(statement)
    assert list(caught.value.message_dict) == ["ground"]
    factories.make_inaccessible(statement, ground="outside", requirement="")


def test_statement_is_not_updated_before_the_assessment_that_it_tells_of() -> None:
    statement = factories.make_statement(publication=Publication.DRAFT)
    statement.pk, statement.updated_on = None, DAY - datetime.timedelta(1)

    assert_breaks(
        statement,
        "statement_updated_after_assessment",
        "Redogörelsen kan inte vara uppdaterad före dagen då webbplatsen bedömdes.",
    )


def test_one_statement_is_in_force() -> None:
    statement = factories.make_statement()
    for _ in range(2):
        factories.make_statement(publication=Publication.DRAFT)
    statement.pk = None

    assert_breaks(
        statement,
        "one_accessibility_statement_in_force",
        "En annan redogörelse gäller redan. Spara den här som utkast, och välj ”Låt den valda gälla” "
        "i listan.",
    )


WITHOUT_REASON = "Skriv vad som inte är tillgängligt, och varför."
WITHOUT_REQUIREMENT = "Skriv vilket krav som inte är uppfyllt."


@pytest.mark.parametrize(
    ("rule", "message", "values"),
    [
        ("inaccessible_content_has_reason", WITHOUT_REASON, {"why": ""}),
        ("inaccessible_content_has_reason", WITHOUT_REASON, {"what": ""}),
        ("inaccessible_content_has_requirement", WITHOUT_REQUIREMENT, {"requirement": ""}),
        (
            "inaccessible_content_has_requirement",
            WITHOUT_REQUIREMENT,
            {"requirement": "", "ground": "burden"},
        ),
        (
            "only_defects_are_mended",
            "Bara en brist har en dag då den är åtgärdad.",
            {"ground": "burden", "mended_by": DAY},
        ),
    ],
)
def test_content_that_lacks_what_the_law_asks_for_is_refused(
    rule: str, message: str, values: dict[str, Any]
) -> None:
    statement = factories.make_statement(conformance="partial")
    said = {"what": "En karta.", "requirement": "WCAG 1.1.1", "why": "Text saknas.", **values}

    assert_breaks(InaccessibleContent(statement=statement, **said), rule, message)


def test_statement_that_comes_into_force_makes_a_draft_of_the_former() -> None:
    former = factories.make_statement()
    new = factories.make_statement(publication=Publication.DRAFT, service="Nya portalen")
    new.come_into_force()

    assert list(AccessibilityStatement.objects.public()) == [new]
    former.refresh_from_db()
    assert former.is_draft
    assert [version.publication for version in former.history.all()] == ["draft", "published"]


def test_statement_that_is_not_finished_leaves_the_former_in_force() -> None:
    former = factories.make_statement()
    new = factories.make_statement(publication=Publication.DRAFT, conformance="partial")

    with pytest.raises(ValidationError):
        new.come_into_force()
    assert list(AccessibilityStatement.objects.public()) == [former]


# --- The public page ----------------------------------------------------------------------------------------


def test_page_has_all_eleven_items(client: Client) -> None:
    """Digg's list: "Skapa en tillgänglighetsredogörelse"."""
    factories.make_body("sekretariatet", kind=Body.Kind.SECRETARIAT, email="kansli@example.se")
    statement = factories.make_statement(conformance="partial", updated_on="2017-04-01")
    factories.make_inaccessible(statement, mended_by="2017-12-31")
    factories.make_inaccessible(statement, ground="burden", what="Film.", why="Det kostar mer än allt annat.")
    factories.make_inaccessible(
        statement, ground="outside", what="Arkivet.", why="Äldre än lagen.", requirement=""
    )
    page = read(client, PAGE)
    text = sections(page)

    assert facts(page) == {
        "Offentlig aktör": "Kommittén",  # 1
        "Webbplats": "Portalen",  # 2
        "Webbplatsen är": "delvis förenlig med lagen",  # 3
        "Bedömdes": "23 mars 2017",  # 5
        "Redogörelsen uppdaterades": "1 april 2017",  # 6
    }
    defects = text["Innehåll som inte är tillgängligt"]  # 4
    for part in ("En karta.", "Krav WCAG 1.1.1", "Varför Texten saknas.", "Senast den 31 december 2017"):
        assert part in defects
    assert "Vi har provat." in text["Så har vi bedömt webbplatsen"]  # 7
    links = page.one("main").links()
    assert "/tillganglighet/anmal-brist/" in links  # 8
    assert "mailto:kansli@example.se" in links
    assert DIGG in links  # 9
    assert "enligt 12 §" in text["Oskäligt betungande anpassning"]  # 10
    assert "Det kostar mer än allt annat." in text["Oskäligt betungande anpassning"]
    assert "(9 §)" in text["Innehåll som inte omfattas av lagen"]  # 11
    assert "Äldre än lagen." in text["Innehåll som inte omfattas av lagen"]
    assert_well_made(page)


def test_page_says_of_each_ground_that_there_is_nothing(client: Client) -> None:
    factories.make_statement()
    text = sections(read(client, PAGE))

    assert "Vi känner inte till några brister." in text["Innehåll som inte är tillgängligt"]
    assert "Vi undantar inget innehåll" in text["Oskäligt betungande anpassning"]
    assert "Allt innehåll på webbplatsen omfattas" in text["Innehåll som inte omfattas av lagen"]


def test_page_begins_with_the_plain_summary(client: Client) -> None:
    factories.make_statement()
    page = read(client, PAGE)

    assert page.one("main").texts("h2")[0] == "I korthet"
    assert page.one("section", "panel").texts("p") == ["Den går att använda.", "Anmäl en brist"]


@pytest.mark.parametrize("has_draft", [True, False])
def test_page_without_a_statement_says_what_is_known_and_whom_to_turn_to(
    client: Client, has_draft: bool
) -> None:
    if has_draft:
        factories.make_statement(publication=Publication.DRAFT)
    page = read(client, PAGE)

    assert "Redogörelsen är inte skriven än." in page.one("section", "panel").text
    assert list(sections(page)) == ["I korthet", "Lagen", "Om något inte fungerar för dig", "Tillsyn"]
    assert {"/tillganglighet/anmal-brist/", "/kontakt/", DIGG} <= set(page.one("main").links())
    assert_well_made(page)


def test_page_costs_the_same_however_much_is_listed(client: Client) -> None:
    statement = factories.make_statement(conformance="partial")
    counts = []
    for number in (1, 9):
        for index in range(number):
            factories.make_inaccessible(statement, what=f"Sak {number} {index}.")
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))

    assert counts == [4, 4]


def test_every_page_links_to_the_statement_and_to_the_form_with_its_own_address(client: Client) -> None:
    for address in ("/", "/kalender/tidigare/?sida=1", "/finns-inte/"):
        footer = parse(client.get(address).content.decode()).one("footer")
        assert PAGE in footer.links()
        path = address.partition("?")[0]
        assert f"/tillganglighet/anmal-brist/?sida={path}" in footer.links()


def test_draft_is_shown_to_staff_at_its_own_address(clerk: Client) -> None:
    draft = factories.make_statement(publication=Publication.DRAFT)
    address = f"{PAGE}utkast/{draft.pk}/"

    assert draft.get_absolute_url() == address
    page = read(clerk, address)
    assert "Sidan syns bara för inloggad personal." in page.one("p", "draft-banner--draft").text
    assert Client().get(address).status_code == 404
    draft.come_into_force()
    assert Client().get(address)["Location"] == PAGE


# --- The back office ----------------------------------------------------------------------------------------


def test_clerk_writes_a_statement_with_its_shortcomings_and_lets_it_be_in_force(clerk: Client) -> None:
    former = factories.make_statement()
    form = add_line(
        form_of(clerk, f"{LIST}add/"),
        "inaccessible",
        ground="defect",
        position=1,
        what="Kartan.",
        requirement="WCAG 1.1.1",
        why="Hann inte.",
    )
    said = {
        **form,
        "actor": "Vi",
        "service": "Portalen",
        "conformance": "partial",
        "summary": "Kort.",
        "method": "Prövad.",
        "assessed_on": "2017-05-01",
        "updated_on": "2017-05-02",
    }
    assert clerk.post(f"{LIST}add/", said).status_code == 302
    new = AccessibilityStatement.objects.exclude(pk=former.pk).get()
    assert new.is_draft
    chosen = {"action": "let_be_in_force", "_selected_action": [new.pk]}
    answer = parse(clerk.post(LIST, chosen, follow=True).content.decode())

    assert "Redogörelsen gäller nu, och visas på webbplatsen." in answer.text
    assert "Kartan." in read(Client(), PAGE).text


def test_action_asks_for_one_statement_that_is_finished(clerk: Client) -> None:
    rows = [factories.make_statement(publication="draft", conformance="none") for _ in range(2)]
    both = {"action": "let_be_in_force", "_selected_action": [row.pk for row in rows]}
    one = {**both, "_selected_action": [rows[0].pk]}

    assert "Välj en enda redogörelse" in clerk.post(LIST, both, follow=True).content.decode()
    assert "Skriv vad som inte är tillgängligt." in clerk.post(LIST, one, follow=True).content.decode()
    assert not AccessibilityStatement.objects.public().exists()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"conformance": "full"}, "En webbplats med brister som ska åtgärdas är inte helt förenlig"),
        ({"inaccessible-0-DELETE": "on"}, "Skriv vad som inte är tillgängligt."),
        ({"inaccessible-0-requirement": ""}, "Skriv vilket krav som inte är uppfyllt."),
        ({"assessed_on": "2099-01-01", "updated_on": "2099-01-01"}, "Dagen har inte varit än."),
        ({"updated_on": "2016-01-01"}, "Redogörelsen kan inte vara uppdaterad före"),
    ],
)
def test_form_refuses_what_contradicts_itself(clerk: Client, change: dict[str, str], error: str) -> None:
    statement = factories.make_statement(conformance="partial")
    factories.make_inaccessible(statement)
    address = f"{LIST}{statement.pk}/change/"
    response = clerk.post(address, {**form_of(clerk, address), **change})

    assert response.status_code == 200
    assert error in response.content.decode()
    assert statement.history.count() == 1


def test_last_shortcoming_is_mended_and_the_conformance_changed_in_one_go(clerk: Client) -> None:
    statement = factories.make_statement(conformance="partial")
    factories.make_inaccessible(statement)
    address = f"{LIST}{statement.pk}/change/"
    said = {**form_of(clerk, address), "conformance": "full", "inaccessible-0-DELETE": "on"}

    assert clerk.post(address, said).status_code == 302
    statement.refresh_from_db()
    assert (statement.conformance, statement.inaccessible.count()) == ("full", 0)
