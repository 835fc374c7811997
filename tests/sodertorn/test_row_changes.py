"""What differs between two versions of a row, in words. Asks the database for nothing."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import models

from budget.models import BudgetLine, FeeRate
from calendar_app.models import AgendaItem, Event, EventHost
from committee.models import CooperationArea, Document, Municipality, OperationalPlan, Page, Population
from sodertorn.row_changes import FieldChange, readable, row_changes, told_fields, value_text
from sodertorn.word_diff import Kind, Stretch


def named(model: type[models.Model], key: Any) -> str:
    return f"{model.__name__} {key}"


def shown(model: type[models.Model], name: str, value: Any) -> str:
    return value_text(model._meta.get_field(name), value, named)


@pytest.mark.parametrize(
    ("model", "name", "value", "text"),
    [
        (Event, "status", "cancelled", "Inställd"),
        (Event, "starts_on", datetime.date(2017, 2, 2), "2\N{NO-BREAK SPACE}februari 2017"),
        (Event, "start_time", datetime.time(8, 30), "kl.\N{NO-BREAK SPACE}08.30"),
        (Event, "body", 3, "Body 3"),
        (Event, "location", "", ""),
        (Event, "body", None, ""),
        (BudgetLine, "amount", Decimal("1280000.00"), "1 280 000 kr".replace(" ", "\N{NO-BREAK SPACE}")),
        (BudgetLine, "is_fee", True, "ja"),
        (BudgetLine, "is_fee", False, "nej"),
        (OperationalPlan, "year", 2017, "2017"),
        (Population, "inhabitants", 94606, "94\N{NO-BREAK SPACE}606"),
        (CooperationArea, "governing_documents", [2, 1], "GoverningDocument 1, GoverningDocument 2"),
        (
            Event,
            "changed_at",
            datetime.datetime(2017, 7, 1, 10, 5, tzinfo=datetime.UTC),
            "1 juli 2017 kl. 12.05".replace("1 j", "1\N{NO-BREAK SPACE}j").replace(
                ". ", ".\N{NO-BREAK SPACE}"
            ),
        ),
    ],
)
def test_value_is_written_as_in_the_portal(model: Any, name: str, value: Any, text: str) -> None:
    assert shown(model, name, value) == text


def test_told_fields_leave_out_what_means_nothing_to_a_clerk() -> None:
    names = {field.name for field in told_fields(Event)}

    assert {"title", "starts_on", "status", "body", "publication"} <= names
    assert not names & {"id", "uid", "sequence", "changed_at", "content_digest", "sorts_on", "edited_at"}


def test_told_fields_tell_of_a_replaced_file_by_its_name() -> None:
    names = {field.name for field in told_fields(Document)}

    assert {"file_name", "size", "title"} <= names
    assert not names & {"file", "sha256", "media_type"}


def test_told_fields_have_the_many_to_many_that_is_kept() -> None:
    assert "governing_documents" in [field.name for field in told_fields(CooperationArea)]
    assert "hosts" not in [field.name for field in told_fields(Event)]


def test_row_changes_name_field_and_both_values() -> None:
    before = {"municipality": 1, "position": 0, "event": 7}
    after = {"municipality": 2, "position": 0, "event": 7}

    assert row_changes(told_fields(EventHost), before, after, named) == [
        FieldChange("municipality", "Kommun", "Municipality 1", "Municipality 2")
    ]


def test_row_changes_of_a_new_row_are_what_it_says() -> None:
    after = {"valid_from": datetime.date(2018, 1, 1), "amount_per_inhabitant": Decimal("4.00"), "note": ""}

    assert row_changes(told_fields(FeeRate), None, after, named) == [
        FieldChange("valid_from", "Gäller från", "", "1\N{NO-BREAK SPACE}januari 2018"),
        FieldChange("amount_per_inhabitant", "Kronor per invånare och år", "", "4\N{NO-BREAK SPACE}kr"),
    ]


def test_row_changes_of_a_row_that_is_gone_are_what_it_said() -> None:
    before = {"name": "Salem", "code": "0128"}

    assert row_changes(told_fields(Municipality), before, None, named) == [
        FieldChange("code", "Kommunkod", "0128", ""),
        FieldChange("name", "Namn", "Salem", ""),
    ]


def test_long_text_is_compared_word_by_word() -> None:
    start = "Kommunerna redovisar hur arbetet går, och vad som ska göras härnäst,"
    before, after = {"note": f"{start} muntligt."}, {"note": f"{start} skriftligt."}

    (change,) = row_changes(told_fields(AgendaItem), before, after, named)

    assert change.words == (
        Stretch(Kind.SAME, f"{start} "),
        Stretch(Kind.TAKEN_AWAY, "muntligt."),
        Stretch(Kind.ADDED, "skriftligt."),
    )


def test_short_text_is_given_whole() -> None:
    (change,) = row_changes(told_fields(AgendaItem), {"title": "Budget"}, {"title": "Bokslut"}, named)

    assert (change.before, change.after, change.words) == ("Budget", "Bokslut", ())


def test_rich_text_is_read_without_its_tags() -> None:
    html = '<h2>Om oss</h2><p>Vi är <b>åtta</b> &amp; <a href="/kontakt/">svarar</a>.</p>'

    assert readable(f"{html}<ul><li>Salem</li></ul>") == "Om oss\nVi är åtta & svarar (/kontakt/).\n• Salem"
    assert readable("x < y och y > z") == "x < y och y > z"


def test_changed_formatting_alone_is_said_so() -> None:
    fields = told_fields(Page)

    (change,) = row_changes(fields, {"text": "<p>Hej</p>"}, {"text": "<p><em>Hej</em></p>"}, named)

    assert change.before == "Hej"
    assert change.after == "Hej (bara formatering eller mellanrum ändrade)"
