"""The accessibility statement that comes with the portal: true, loaded again without harm, left to staff."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from committee.models import AccessibilityStatement, InaccessibleContent
from sodertorn.models import LoadedRow
from tests import factories
from tests.reading import assert_well_made, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]


def test_shipped_statement_is_in_force_and_says_what_has_not_been_tested(client: Client) -> None:
    page = read(client, "/tillganglighet/")
    said = page.one("main").all("dl", "facts")[0].texts("dd")
    text = page.one("section", **{"aria-labelledby": "metod"}).text

    assert said[2:] == ["delvis förenlig med lagen", "23 november 2026", "23 november 2026"]
    assert "ingen med funktionsnedsättning har provat webbplatsen" in text
    assert "inte provat den med skärmläsare" in text
    assert InaccessibleContent.objects.count() == 3
    assert_well_made(page)


def test_shipped_statement_is_loaded_again_without_a_change(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_accessibility")

    assert capsys.readouterr().out == "Tillgänglighet: 0 nya, 0 ändrade, 4 oförändrade, 0 lämnade.\n"


def test_statement_that_staff_have_edited_is_theirs_with_all_its_rows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    InaccessibleContent.objects.all().delete()
    statement = AccessibilityStatement.objects.get()
    statement.conformance, statement.summary = "full", "Allt går."
    statement.save()
    call_command("load_accessibility")

    assert capsys.readouterr().out == (
        "Tillgänglighet: 0 nya, 0 ändrade, 0 oförändrade, 1 lämnade.\n"
        "  Lämnad: redogörelsen: ändrad i administrationen (webbplatsen är, i korthet).\n"
    )
    assert InaccessibleContent.objects.count() == 0


def test_statement_that_staff_wrote_first_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    AccessibilityStatement.objects.all().delete()
    LoadedRow.objects.filter(key__startswith="tillganglighet/").delete()
    own = factories.make_statement()
    call_command("load_accessibility")

    assert "1 lämnade" in capsys.readouterr().out
    assert list(AccessibilityStatement.objects.all()) == [own]
    assert InaccessibleContent.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "filen: fältet statement saknas."),
        ("[statement]\nactor = 1", "redogörelsen: fältet actor ska vara text, inte 1."),
        ("[statement]\ninaccessible = 1", "redogörelsen: fältet inaccessible ska vara en lista"),
    ],
)
def test_faults_in_the_file_are_told_and_nothing_is_changed(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "fel.toml"
    path.write_text(text)

    with pytest.raises(CommandError) as caught:
        call_command("load_accessibility", str(path))
    assert fault in str(caught.value)
    assert AccessibilityStatement.objects.count() == 1
