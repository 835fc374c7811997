"""Static files as `collectstatic` leaves them."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from pytest_django import Settings

from sodertorn import settings as shipped

ROOT = Path(shipped.BASE_DIR)
PARTS = ("tokens", "typeface", "base", "layout", "components", "print")


@pytest.fixture
def collected(tmp_path: Path, settings: Settings) -> Path:
    """A copy of the portal's own static files, and where they are to be collected."""
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_DIRS = [tmp_path / "own"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": shipped.STORAGES["staticfiles"]}
    for path in (ROOT / "static").rglob("*.*"):
        copy = tmp_path / "own" / path.relative_to(ROOT / "static")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    return tmp_path / "collected"


def collect(folder: Path, name: str) -> str:
    """The text that a page gets under the name of a style sheet, collected anew."""
    call_command("collectstatic", interactive=False, verbosity=0)
    address = staticfiles_storage.url(name)
    assert re.fullmatch(rf"/static/{name.removesuffix('.css')}\.[0-9a-f]{{12}}\.css", address)
    return (folder / address.removeprefix("/static/")).read_text("utf-8")


def test_style_sheet_of_every_page_is_one_file_in_the_order_of_its_imports(collected: Path) -> None:
    text = collect(collected, "css/site.css")

    assert "@import" not in text
    found = [
        text.index(part) for part in ("@layer tokens, base", "@font-face", "*::before", ".wrap {", ".facts")
    ]
    assert found == sorted(found)
    assert text.index("@media print {\n@layer print {") > found[-1]
    assert "/*" not in text
    rules = re.sub(r"@import[^;]+;", "", (ROOT / "static/css/site.css").read_text("utf-8"))
    rules += "".join((ROOT / f"static/css/{part}.css").read_text("utf-8") for part in PARTS)
    assert text.count("{") == rules.count("{") + 1, "all rules, and one that says: print"


def test_typeface_is_named_by_its_content_wherever_it_is_asked_for(collected: Path) -> None:
    for sheet in ("css/site.css", "css/admin.css"):
        fonts = re.findall(r"url\(\"\.\./(fonts/[^\"]+)\"\)", collect(collected, sheet))
        assert [re.sub(r"\.[0-9a-f]{12}\.", ".", font) for font in fonts] == [
            "fonts/schibsted-grotesk-swedish.woff2",
            "fonts/schibsted-grotesk-latin.woff2",
        ]
        assert all((collected / font).is_file() for font in fonts)
    assert collect(collected, "css/admin.css").count("@import") == 0
    assert staticfiles_storage.url("fonts/schibsted-grotesk-swedish.woff2").endswith(Path(fonts[0]).name)


def test_style_sheet_has_a_new_name_when_a_part_of_it_changes(collected: Path, tmp_path: Path) -> None:
    collect(collected, "css/site.css")
    before = staticfiles_storage.url("css/site.css")
    collect(collected, "css/site.css")
    assert staticfiles_storage.url("css/site.css") == before

    part = tmp_path / "own" / "css" / "layout.css"
    part.write_text(part.read_text("utf-8") + ".new { color: red; }\n", "utf-8")

    assert ".new { color: red; }" in collect(collected, "css/site.css")
    assert staticfiles_storage.url("css/site.css") != before
    # What a page of errors asks for, which knows no manifest.
    assert ".new { color: red; }" in (collected / "css" / "site.css").read_text("utf-8")
    assert (collected / "css" / "site.css.br").is_file()
