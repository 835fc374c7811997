"""Key figures: the rules of the rows, and what they are called."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import models

from committee.models import Indicator, IndicatorTarget, IndicatorValue, Municipality
from sodertorn.publishing import SEES_ALL, VISITOR, Publication
from tests.constraints import assert_refused_with
from tests.factories import (
    make_indicator,
    make_indicator_target,
    make_indicator_value,
    make_municipality,
)

pytestmark = pytest.mark.django_db


def indicator(**fields: Any) -> Indicator:
    texts = dict.fromkeys(("name", "slug", "area", "definition", "unit", "source"), "x")
    return Indicator(**{**texts, **fields})


def value(**fields: Any) -> IndicatorValue:
    indicator = fields.pop("indicator", None) or make_indicator()
    defaults = {"municipality": make_municipality(), "year": 2025, "value": 1, "source": "SCB"}
    return IndicatorValue(indicator=indicator, **{**defaults, **fields})


def value_again() -> IndicatorValue:
    there = make_indicator_value(make_indicator(), make_municipality(), 2025, 1)
    return IndicatorValue(
        indicator=there.indicator, municipality=there.municipality, year=2025, value=2, source="SCB"
    )


def target_again(*, of_all: bool) -> IndicatorTarget:
    municipality = None if of_all else make_municipality()
    there = make_indicator_target(make_indicator(), municipality=municipality)
    return IndicatorTarget(
        indicator=there.indicator, municipality=municipality, year=there.year, value=1, source="Vision"
    )


def second_from_population() -> Indicator:
    make_indicator("Invånare", from_population=True)
    return indicator(from_population=True)


BROKEN: list[tuple[str, str, Callable[[], models.Model]]] = [
    (
        "indicator_shows_at_most_four_decimals",
        "Högst fyra decimaler kan visas.",
        lambda: indicator(decimals=5),
    ),
    (
        "indicator_one_from_population",
        "Ett annat nyckeltal visar redan folkmängden.",
        second_from_population,
    ),
    ("indicator_value_once_a_year", "Kommunen har redan ett värde för det året.", value_again),
    ("indicator_value_has_source", "Ange varifrån värdet kommer.", lambda: value(source="")),
    (
        "indicator_value_known_or_missing",
        "Ett värde som finns kan inte också saknas: töm det ena fältet.",
        lambda: value(missing="Missing"),
    ),
    (
        "indicator_target_once_for_a_municipality",
        "Kommunen har redan ett mål för det året.",
        lambda: target_again(of_all=False),
    ),
    (
        "indicator_target_once_for_all",
        "Det finns redan ett gemensamt mål för det året.",
        lambda: target_again(of_all=True),
    ),
    (
        "indicator_target_has_source",
        "Ange var målet är bestämt.",
        lambda: IndicatorTarget(indicator=make_indicator(), year=2030, value=1, source=""),
    ),
]
"""Broken rules, tried together with those of the other models in `test_models`."""


@pytest.mark.parametrize("number", ["N1951", "X01951", "N0195A", "n01951"])
def test_number_in_kolada_has_a_letter_and_five_digits(number: str) -> None:
    told = "Ett nyckeltal i Kolada skrivs som N01951."
    assert_refused_with(indicator(kolada_id=number), told, field="kolada_id")


def test_several_indicators_may_be_without_a_number_in_kolada() -> None:
    first, second = make_indicator("Ett", kolada_id=""), make_indicator("Två", kolada_id="")

    assert (first.kolada_id, second.kolada_id) == (None, None)


def test_the_number_of_inhabitants_has_no_values_of_its_own() -> None:
    row = make_indicator("Invånare", from_population=True)
    told = "Det nyckeltalet visar folkmängden. Ändra den under Folkmängd i stället."
    assert_refused_with(value(indicator=row), told, field="indicator")

    Municipality.objects.all().delete()
    other = value()
    other.save()
    other.indicator.from_population = True
    Indicator.objects.filter(pk=row.pk).delete()
    told = "Nyckeltalet har egna värden. Ta bort dem först, så visas folkmängden."
    assert_refused_with(other.indicator, told, field="from_population")


def test_visitors_see_published_indicators() -> None:
    shown = make_indicator()
    make_indicator("Hemligt", publication=Publication.DRAFT)

    assert list(Indicator.objects.visible_to(VISITOR)) == [shown]
    assert Indicator.objects.visible_to(SEES_ALL).count() == 2


def test_rows_are_called() -> None:
    row = make_indicator()

    assert str(make_indicator_value(row, make_municipality(), 2025, Decimal("1.5"))) == (
        "Eftergymnasial utbildning, Botkyrka 2025"
    )
    assert str(make_indicator_target(row)) == "Eftergymnasial utbildning: mål 2030"
    assert row.get_absolute_url() == "/nyckeltal/eftergymnasial-utbildning/"


def test_indicator_is_dated_by_its_values() -> None:
    row = make_indicator()
    before = Indicator.objects.get().edited_at
    make_indicator_value(row, make_municipality(), 2025, 1)

    assert Indicator.objects.get().edited_at > before
