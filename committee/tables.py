"""Population figures as a table that can be edited and taken in again."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from import_export.fields import Field

from committee.models import Municipality, Population
from sodertorn.round_trip import DateCell, TableResource, TextCell, WholeCell
from sodertorn.table_files import Cell


class CodeCell(TextCell):
    """A municipality's code; a spreadsheet may have taken its first digit away."""

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> str:
        return super().clean(value).rjust(4, "0")


class PopulationTable(TableResource):
    """By municipality code and reference date."""

    code = Field("municipality__code", "kommunkod", readonly=True, widget=CodeCell())
    name = Field("municipality__name", "kommun", readonly=True, widget=TextCell())
    reference_date = Field("reference_date", "avser datum", widget=DateCell())
    inhabitants = Field("inhabitants", "antal invånare", widget=WholeCell())
    source = Field("source", "källa", widget=TextCell())

    class Meta:
        model = Population
        fields = ("code", "name", "reference_date", "inhabitants", "source")
        skip_unchanged = report_skipped = clean_model_instances = use_transactions = True

    def find(self, row: Mapping[str, Cell]) -> Population | None:
        municipality = self._municipality(row)
        return Population.objects.filter(
            municipality=municipality, reference_date=self.cell(row, "reference_date")
        ).first()

    def init_instance(self, row: Any = None) -> Population:
        return Population(municipality=self._municipality(row))

    def _municipality(self, row: Mapping[str, Cell]) -> Municipality:
        code, name = self.cell(row, "code"), self.cell(row, "name")
        municipality = Municipality.objects.filter(code=code).first()
        if municipality is None:
            raise ValidationError({"code": f"Kommunkoden ”{code}” är okänd."})
        if name and name != municipality.name:
            raise ValidationError({"name": f"Koden {code} är {municipality.name}, inte {name}."})
        return municipality
