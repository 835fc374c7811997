"""The file of pages: loaded again without harm, staff's own edits left alone, faults told."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from committee.models import Page
from sodertorn.publishing import Publication
from tests import factories

pytestmark = pytest.mark.django_db


def load(path: Path, *options: str) -> str:
    output = StringIO()
    call_command("load_pages", str(path), *options, stdout=output)
    return output.getvalue()


ONE_PAGE = '[[page]]\nslug = "sida"\ntitle = "Sida"\ntext = "<p>{}</p>"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sidor.toml"
    path.write_text(ONE_PAGE.format("Ett"))
    return path


def test_pages_are_loaded_again_without_a_change(file):
    assert load(file) == "Sidor: 1 nya, 0 ändrade, 0 oförändrade, 0 lämnade.\n"
    assert load(file) == "Sidor: 0 nya, 0 ändrade, 1 oförändrade, 0 lämnade.\n"
    file.write_text(ONE_PAGE.format("Två"))
    assert load(file) == "Sidor: 0 nya, 1 ändrade, 0 oförändrade, 0 lämnade.\n"
    assert Page.objects.get().text == "<p>Två</p>"


def test_what_staff_have_edited_is_left_until_asked_for(file):
    load(file)
    page = Page.objects.get()
    page.text, page.publication = "<p>Vår</p>", Publication.DRAFT
    page.save()
    file.write_text(ONE_PAGE.format("Två"))

    assert load(file) == (
        "Sidor: 0 nya, 0 ändrade, 0 oförändrade, 1 lämnade.\n"
        "  Lämnad: sidan sida: ändrad i administrationen (text, publicering).\n"
    )
    assert Page.objects.get().text == "<p>Vår</p>"
    load(file, "--overwrite")
    assert (Page.objects.get().text, Page.objects.get().publication) == ("<p>Två</p>", "published")


def test_page_that_staff_have_deleted_stays_so(file):
    load(file)
    Page.objects.all().delete()

    assert "borttagen i administrationen" in load(file)
    assert Page.objects.count() == 0


def test_page_that_staff_have_written_at_the_address_is_theirs(file):
    factories.make_page(text="<p>Vår</p>")
    load(file)

    assert Page.objects.get().text == "<p>Vår</p>"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[page]]\nslug = ", "filen är inte giltig TOML"),
        ('[[page]]\ntitle = "A"', "fältet slug saknas"),
        ('[[page]]\nslug = "a"', "sidan a: fältet title saknas."),
        ('[[page]]\nslug = "admin"\ntitle = "A"', "Adressen /admin/ används redan av portalen."),
        ('[[page]]\nslug = "a"\ntitle = "A"\ncolour = "red"', "okänt fält: colour"),
        ('[[page]]\nslug = "a"\ntitle = "A"\nlanguage = "fi"', "sidan a: språk:"),
    ],
)
def test_fault_in_the_file_is_told_and_nothing_is_loaded(file, text, fault):
    file.write_text(ONE_PAGE.format("Ett") + text)

    with pytest.raises(CommandError) as error:
        load(file)
    assert fault in str(error.value)
    assert Page.objects.count() == 0


def test_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="filen kan inte läsas"):
        load(tmp_path / "ingen.toml")
