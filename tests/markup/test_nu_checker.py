"""The Nu Html Checker finds no fault in any page, style sheet or drawing."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from tests.browser.pages import EMPTY, ENTRANCE, ERRORS, FURNISHED, PAGES
from tests.furnished import furnish
from tests.services.nu_checker import complaints

pytestmark = pytest.mark.django_db

CSS_THE_CHECKER_DOES_NOT_KNOW = (
    "Unrecognized at-rule “@container”",
    "“container-type”: Property “container-type” doesn't exist",
    "“vector-effect”: Property “vector-effect” doesn't exist",  # of SVG, as the next
    "“paint-order”: Property “paint-order” doesn't exist",
    "“max-height”: The types are incompatible",  # a length from a variable
)


def file_name(address: str) -> str:
    return re.sub(r"[^a-z0-9.=-]+", "_", address.removesuffix(".html").strip("/")) or "start"


def write(folder: Path, address: str, text: str) -> Path:
    path = folder / f"{file_name(address)}.html"
    path.write_text(text, encoding="utf-8")
    return path


def written(folder: Path, client: Client, addresses: list[str]) -> list[Path]:
    """The pages at the addresses as files."""
    return [
        write(folder, address, client.get(address, follow=True).content.decode()) for address in addresses
    ]


def test_pages_for_visitors_have_no_fault(plan_2017: None, client: Client, tmp_path: Path) -> None:
    furnish()
    files = written(tmp_path, client, [*PAGES, *FURNISHED, *ENTRANCE])
    request = RequestFactory().get("/")
    context = {"status": 413, "largest": {"file": 50, "request": 250}}
    files += [write(tmp_path, name, render_to_string(name, context, request=request)) for name in ERRORS]

    assert complaints(files) == []


def test_empty_pages_have_no_fault(client: Client, tmp_path: Path) -> None:
    assert complaints(written(tmp_path, client, EMPTY)) == []


def test_style_sheets_and_drawings_have_no_fault() -> None:
    static = settings.BASE_DIR / "static"
    found = complaints(static.glob("css/*.css"), "--css")

    assert [each for each in found if not any(known in each for known in CSS_THE_CHECKER_DOES_NOT_KNOW)] == []
    assert complaints(static.glob("images/*.svg"), "--svg") == []
