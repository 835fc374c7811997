"""Key figures as tables that can be edited and taken in again."""

from decimal import Decimal
from typing import Any

from import_export.fields import Field

from committee.models import Indicator, IndicatorTarget, IndicatorValue
from committee.tables import municipality_cell, position_column, publication_column
from sodertorn.round_trip_cells import (
    AmountCell,
    ChoiceCell,
    RelatedCell,
    SlugCell,
    TextCell,
    WholeCell,
    yes_or_no,
)
from sodertorn.round_trip_tables import TableOptions, TableResource, number_column
from sodertorn.table_files import Cell


class KnownOrNotCell(AmountCell):
    """An exact number, or nothing where there is none."""

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> Decimal | None:  # type: ignore[override]
        return None if value in (None, "") else super().clean(value)


def indicator_column() -> Field:
    return Field("indicator", "nyckeltal", widget=RelatedCell(Indicator.objects.all, "name", "slug"))


class IndicatorTable(TableResource):
    """By number, or for a key figure without a number by name."""

    number = number_column()
    name = Field("name", "namn", widget=TextCell())
    slug = Field("slug", "adressdel", widget=SlugCell())
    area = Field("area", "område", widget=TextCell())
    definition = Field("definition", "definition", widget=TextCell())
    unit = Field("unit", "enhet", widget=TextCell())
    decimals = Field("decimals", "decimaler", widget=WholeCell(0, may_be_empty=True))
    better = Field("better", "vad som är bättre", widget=ChoiceCell(dict(Indicator.Better.choices)))
    whole = Field("whole", "för alla kommuner", widget=ChoiceCell(dict(Indicator.Whole.choices)))
    source = Field("source", "källa", widget=TextCell())
    source_url = Field("source_url", "källans webbadress", widget=TextCell())
    kolada_id = Field("kolada_id", "nummer i Kolada", widget=TextCell())
    from_population = Field("from_population", "värdena är folkmängden", widget=yes_or_no())
    position = position_column()
    publication = publication_column()

    key = ("name",)
    slug_from = "name"

    class Meta(TableOptions):
        model = Indicator
        fields = (
            *("number", "name", "slug", "area", "definition", "unit", "decimals", "better", "whole"),
            *("source", "source_url", "kolada_id", "from_population", "position", "publication"),
        )


class IndicatorValueTable(TableResource):
    """By number, or for a value without a number by key figure, municipality and year."""

    number = number_column()
    indicator = indicator_column()
    municipality = Field("municipality", "kommun", widget=municipality_cell())
    year = Field("year", "år", widget=WholeCell())
    value = Field("value", "värde", widget=KnownOrNotCell())
    missing = Field("missing", "varför värdet saknas", widget=TextCell())
    source = Field("source", "källa", widget=TextCell())

    key = ("indicator", "municipality", "year")
    joined = ("indicator", "municipality")

    class Meta(TableOptions):
        model = IndicatorValue
        fields = ("number", "indicator", "municipality", "year", "value", "missing", "source")


class IndicatorTargetTable(TableResource):
    """By number, or for a target without a number by key figure, municipality and year."""

    number = number_column()
    indicator = indicator_column()
    municipality = Field("municipality", "kommun", widget=municipality_cell(may_be_empty=True))
    year = Field("year", "år", widget=WholeCell())
    value = Field("value", "mål", widget=AmountCell())
    source = Field("source", "beslutat i", widget=TextCell())

    key = ("indicator", "municipality", "year")
    joined = ("indicator", "municipality")

    class Meta(TableOptions):
        model = IndicatorTarget
        fields = ("number", "indicator", "municipality", "year", "value", "source")
