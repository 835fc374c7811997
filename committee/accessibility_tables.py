"""What is not accessible, as a table that can be edited and taken in again."""

from import_export.fields import Field

from committee.accessibility import Ground
from committee.models import AccessibilityStatement, InaccessibleContent
from committee.tables import position_column
from sodertorn.round_trip_cells import ChoiceCell, DateCell, RelatedCell, TextCell
from sodertorn.round_trip_tables import TableOptions, TableResource, number_column


class InaccessibleTable(TableResource):
    """By number, or for content without a number by statement and what it is."""

    number = number_column()
    statement = Field("statement", "redogörelse", widget=RelatedCell(AccessibilityStatement.objects.all, str))
    ground = Field("ground", "grund", widget=ChoiceCell(dict(Ground.choices)))
    what = Field("what", "vad som inte är tillgängligt", widget=TextCell())
    requirement = Field("requirement", "krav", widget=TextCell())
    why = Field("why", "varför", widget=TextCell())
    mended_by = Field("mended_by", "åtgärdas senast", widget=DateCell(may_be_empty=True))
    position = position_column()

    key = ("what", "statement")
    joined = ("statement",)

    class Meta(TableOptions):
        model = InaccessibleContent
        fields = ("number", "statement", "ground", "what", "requirement", "why", "mended_by", "position")
