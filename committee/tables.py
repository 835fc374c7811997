"""Who we are and what we want, as tables that can be edited and taken in again."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from import_export.fields import Field

from committee.models import (
    Body,
    CooperationArea,
    DevelopmentIssue,
    Direction,
    Document,
    GoverningDocument,
    Municipality,
    NewsItem,
    OperationalPlan,
    Page,
    PartnerOrganisation,
    PlanSection,
    Population,
    Principle,
    Seat,
    SourceNote,
    TargetArea,
)
from sodertorn.publishing import Publication
from sodertorn.round_trip_cells import (
    ChoiceCell,
    DateCell,
    RelatedCell,
    SeveralField,
    SeveralTitlesCell,
    SlugCell,
    TextCell,
    TimeCell,
    WholeCell,
    yes_or_no,
)
from sodertorn.round_trip_tables import TableOptions, TableResource, number_column
from sodertorn.table_files import Cell


def position_column() -> Field:
    return Field("position", "ordning", widget=WholeCell(0, may_be_empty=True))


def publication_column() -> Field:
    return Field("publication", "publicering", widget=ChoiceCell(dict(Publication.choices)))


def body_cell(*, may_be_empty: bool = False) -> RelatedCell[Body]:
    """A body by its short name, or by its whole name or address where two are called the same."""
    return RelatedCell(Body.objects.all, "short_name", "name", "slug", may_be_empty=may_be_empty)


def municipality_cell(*, may_be_empty: bool = False) -> RelatedCell[Municipality]:
    return RelatedCell(Municipality.objects.all, "name", "slug", "code", may_be_empty=may_be_empty)


# --- Who we are ---------------------------------------------------------------------------------------------


class CodeCell(TextCell):
    """A municipality's code; a spreadsheet may have taken its first digit away."""

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> str:
        return super().clean(value).rjust(4, "0")


class MunicipalityTable(TableResource):
    """By code."""

    code = Field("code", "kommunkod", widget=CodeCell())
    name = Field("name", "namn", widget=TextCell())
    formal_name = Field("formal_name", "formellt namn", widget=TextCell())
    slug = Field("slug", "adressdel", widget=SlugCell())
    website = Field("website", "webbplats", widget=TextCell())
    position = position_column()

    key = ("code",)
    slug_from = "name"

    class Meta(TableOptions):
        model = Municipality
        fields = ("code", "name", "formal_name", "slug", "website", "position")


class PopulationTable(TableResource):
    """By municipality code and reference date."""

    code = Field("municipality__code", "kommunkod", readonly=True, widget=CodeCell())
    name = Field("municipality__name", "kommun", readonly=True, widget=TextCell())
    reference_date = Field("reference_date", "avser datum", widget=DateCell())
    inhabitants = Field("inhabitants", "antal invånare", widget=WholeCell())
    source = Field("source", "källa", widget=TextCell())

    joined = ("municipality",)

    class Meta(TableOptions):
        model = Population
        fields = ("code", "name", "reference_date", "inhabitants", "source")

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


class BodyTable(TableResource):
    """By number, or for a body without a number by name."""

    number = number_column()
    kind = Field("kind", "slag", widget=ChoiceCell(dict(Body.Kind.choices)))
    name = Field("name", "namn", widget=TextCell())
    short_name = Field("short_name", "kort namn", widget=TextCell())
    slug = Field("slug", "adressdel", widget=SlugCell())
    purpose = Field("purpose", "uppgift", widget=TextCell())
    min_meetings_per_year = Field(
        "min_meetings_per_year", "minsta antal möten per år", widget=WholeCell(may_be_empty=True)
    )
    usual_weekday = Field(
        "usual_weekday", "vanlig veckodag", widget=ChoiceCell({**dict(Body.Weekday.choices), None: ""})
    )
    usual_start = Field("usual_start", "vanlig starttid", widget=TimeCell())
    usual_end = Field("usual_end", "vanlig sluttid", widget=TimeCell())
    located_at = Field("located_at", "placerad hos", widget=municipality_cell(may_be_empty=True))
    prepares = Field("prepares", "förbereder möten i", widget=body_cell(may_be_empty=True))
    email = Field("email", "e-post", widget=TextCell())
    phone = Field("phone", "telefon", widget=TextCell())
    position = position_column()

    key = ("name",)
    slug_from = "name"
    joined = ("located_at", "prepares")

    class Meta(TableOptions):
        model = Body
        fields = (
            *("number", "kind", "name", "short_name", "slug", "purpose", "min_meetings_per_year"),
            *("usual_weekday", "usual_start", "usual_end", "located_at", "prepares"),
            *("email", "phone", "position"),
        )


class PartnerTable(TableResource):
    """By number, or for an organisation without a number by name."""

    number = number_column()
    kind = Field("kind", "slag", widget=ChoiceCell(dict(PartnerOrganisation.Kind.choices)))
    name = Field("name", "namn", widget=TextCell())
    slug = Field("slug", "adressdel", widget=SlugCell())
    note = Field("note", "anmärkning", widget=TextCell())
    position = position_column()

    key = ("name",)
    slug_from = "name"

    class Meta(TableOptions):
        model = PartnerOrganisation
        fields = ("number", "kind", "name", "slug", "note", "position")


class SeatTable(TableResource):
    """By number, or for a seat without a number by body, holder and role."""

    number = number_column()
    body = Field("body", "organ", widget=body_cell())
    municipality = Field("municipality", "kommun", widget=municipality_cell(may_be_empty=True))
    partner = Field(
        "partner",
        "samverkanspart",
        widget=RelatedCell(PartnerOrganisation.objects.all, "name", "slug", may_be_empty=True),
    )
    role = Field("role", "roll", widget=TextCell())
    participation = Field("participation", "deltagande", widget=ChoiceCell(dict(Seat.Participation.choices)))
    person_name = Field("person_name", "namn på den som innehar platsen", widget=TextCell())
    position = position_column()

    key = ("role", "body", "municipality", "partner")
    joined = ("body", "municipality", "partner")

    class Meta(TableOptions):
        model = Seat
        fields = (
            *("number", "body", "municipality", "partner", "role"),
            *("participation", "person_name", "position"),
        )


# --- What we want: the parts of a plan ----------------------------------------------------------------------


def called(plan: OperationalPlan) -> str:
    """A plan as its rows name it: "2017", "2017 arbetsversion"."""
    return f"{plan.year}{' arbetsversion' if plan.working_copy_of_id else ''}"


class PlanCell(TextCell):
    """Which plan a row is of; a way to tell rows apart, not to move them."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else called(value)


def plan_column(attribute: str = "plan") -> Field:
    return Field(attribute, "verksamhetsplan", readonly=True, widget=PlanCell())


class OfAPlan(TableResource):
    """Rows of one plan, which every line must name. `target` is the plan's primary key."""

    of_plan = "plan"
    """The way from a row to its plan."""

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self.chosen = OperationalPlan.objects.filter(pk=target).first() if target else None
        for name, way in self.places.items():
            widget: Any = self.fields[name].widget
            widget.rows = widget.rows().filter(**{way: self.chosen}).all

    places: Mapping[str, str] = {}
    """The columns that place a row in the plan, and the way from those places to the plan."""

    def rows(self) -> QuerySet[Any]:
        return super().rows().filter(**{self.of_plan: self.chosen})

    def check_line(self, row: Mapping[str, Cell]) -> None:
        if self.chosen is None:
            raise ValidationError("Välj en verksamhetsplan.")
        said, wanted = self.cell(row, "plan"), called(self.chosen)
        if said.lower() != wanted:
            raise ValidationError({"plan": f"Raden hör till ”{said}”, men du läser in {wanted}."})


class OfAPlanItself(OfAPlan):
    """Rows that stand straight under the plan."""

    joined: ClassVar[tuple[str, ...]] = ("plan",)

    def init_instance(self, row: Any = None) -> Any:
        return self._meta.model(plan=self.chosen)


class SectionTable(OfAPlanItself):
    """By number, or for a section without a number by its address."""

    number = number_column()
    plan = plan_column()
    chapter = Field("chapter", "kapitel", widget=WholeCell())
    level = Field("level", "rubriknivå", widget=WholeCell())
    heading = Field("heading", "rubrik", widget=TextCell())
    slug = Field("slug", "adressdel", widget=SlugCell())
    text = Field("text", "text", widget=TextCell())
    content = Field("content", "innehåll efter texten", widget=ChoiceCell(dict(PlanSection.Content.choices)))
    about_body = Field("about_body", "handlar om organet", widget=body_cell(may_be_empty=True))
    position = position_column()

    key = ("slug",)
    slug_from = "heading"
    joined = ("plan", "about_body")

    class Meta(TableOptions):
        model = PlanSection
        fields = (
            *("number", "plan", "chapter", "level", "heading", "slug", "text", "content"),
            *("about_body", "position"),
        )


class PrincipleTable(OfAPlanItself):
    """By number, or for a principle without a number by its text."""

    number = number_column()
    plan = plan_column()
    text = Field("text", "förhållningssätt", widget=TextCell())
    position = position_column()

    key = ("text",)

    class Meta(TableOptions):
        model = Principle
        fields = ("number", "plan", "text", "position")


class GoverningDocumentTable(TableResource):
    """By number, or for a document without a number by title."""

    number = number_column()
    title = Field("title", "titel", widget=TextCell())
    adopted = Field("adopted", "fastställt", widget=TextCell())
    url = Field("url", "webbadress", widget=TextCell())
    position = position_column()

    key = ("title",)

    class Meta(TableOptions):
        model = GoverningDocument
        fields = ("number", "title", "adopted", "url", "position")


class AreaTable(OfAPlanItself):
    """By number, or for an area without a number by name."""

    number = number_column()
    plan = plan_column()
    name = Field("name", "namn", widget=TextCell())
    slug = Field("slug", "adressdel", widget=SlugCell())
    purpose = Field("purpose", "syfte", widget=TextCell())
    governing_documents = SeveralField(
        "governing_documents__all",
        "styrdokument",
        widget=SeveralTitlesCell(GoverningDocument.objects.all, "title"),
    )
    position = position_column()

    key = ("name",)
    slug_from = "name"
    prefetched = ("governing_documents",)

    class Meta(TableOptions):
        model = CooperationArea
        fields = ("number", "plan", "name", "slug", "purpose", "governing_documents", "position")


class TargetAreaTable(OfAPlan):
    """By number, or for a target area without a number by cooperation area and name."""

    number = number_column()
    plan = plan_column("area__plan")
    area = Field("area", "samverkansområde", widget=RelatedCell(CooperationArea.objects.all, "name"))
    name = Field("name", "namn", widget=TextCell())
    slug = Field("slug", "adressdel", widget=SlugCell())
    position = position_column()

    key = ("name", "area")
    slug_from = "name"
    joined = ("area__plan",)
    of_plan = "area__plan"
    places = {"area": "plan"}

    class Meta(TableOptions):
        model = TargetArea
        fields = ("number", "plan", "area", "name", "slug", "position")


class IssueTable(OfAPlan):
    """By number, or for an issue without a number by target area and name."""

    number = number_column()
    plan = plan_column("target_area__area__plan")
    target_area = Field("target_area", "målområde", widget=RelatedCell(TargetArea.objects.all, "name"))
    name = Field("name", "utvecklingsfråga", widget=TextCell())
    priority_statement = Field("priority_statement", "årets prioritering", widget=TextCell())
    ambition = Field("ambition", "årets satsning", widget=TextCell())
    position = position_column()

    key = ("name", "target_area")
    joined = ("target_area__area__plan",)
    of_plan = "target_area__area__plan"
    places = {"target_area": "area__plan"}

    class Meta(TableOptions):
        model = DevelopmentIssue
        fields = ("number", "plan", "target_area", "name", "priority_statement", "ambition", "position")


def section_cell(*, may_be_empty: bool = False) -> RelatedCell[PlanSection]:
    """A section of the plan by its address, which no other has; its heading is understood too."""
    return RelatedCell(PlanSection.objects.all, "slug", "heading", may_be_empty=may_be_empty)


class PlanOfDirection(Field):
    """The plan of the place that a direction stands under."""

    def get_value(self, instance: Direction) -> OperationalPlan | None:
        issue, section = instance.issue, instance.section
        if issue:
            return issue.target_area.area.plan
        return section.plan if section else None


class DirectionTable(OfAPlan):
    """By number, or for a direction without a number by its place and text."""

    number = number_column()
    plan = PlanOfDirection("place", "verksamhetsplan", readonly=True, widget=PlanCell())
    issue = Field(
        "issue",
        "utvecklingsfråga",
        widget=RelatedCell(DevelopmentIssue.objects.all, "name", may_be_empty=True),
    )
    section = Field("section", "avsnitt", widget=section_cell(may_be_empty=True))
    text = Field("text", "inriktning", widget=TextCell())
    is_priority = Field("is_priority", "prioriterad under året", widget=yes_or_no())
    position = position_column()

    key = ("text", "issue", "section")
    joined = ("issue__target_area__area__plan", "section__plan")
    places = {"issue": "target_area__area__plan", "section": "plan"}

    class Meta(TableOptions):
        model = Direction
        fields = ("number", "plan", "issue", "section", "text", "is_priority", "position")

    def rows(self) -> QuerySet[Direction]:
        return Direction.objects.for_plan(self.chosen) if self.chosen else Direction.objects.none()


class SourceNoteTable(OfAPlan):
    """By number, or for a note without a number by section and quote."""

    number = number_column()
    plan = plan_column("section__plan")
    section = Field("section", "avsnitt", widget=section_cell())
    quote = Field("quote", "så står det", widget=TextCell())
    explanation = Field("explanation", "anmärkning", widget=TextCell())
    position = position_column()

    key = ("quote", "section")
    joined = ("section__plan",)
    of_plan = "section__plan"
    places = {"section": "plan"}

    class Meta(TableOptions):
        model = SourceNote
        fields = ("number", "plan", "section", "quote", "explanation", "position")


# --- What we publish ----------------------------------------------------------------------------------------


def plan_cell() -> RelatedCell[OperationalPlan]:
    return RelatedCell(OperationalPlan.objects.all, called, may_be_empty=True)


class DocumentTable(TableResource):
    """By number only: a document is added with its file. What the file is stands beside it."""

    number = number_column()
    kind = Field("kind", "slag", widget=ChoiceCell(dict(Document.Kind.choices)))
    title = Field("title", "titel", widget=TextCell())
    dated_on = Field("dated_on", "dokumentets datum", widget=DateCell())
    body = Field("body", "organ", widget=body_cell(may_be_empty=True))
    plan = Field("plan", "verksamhetsplan", widget=plan_cell())
    publication = publication_column()
    file_name = Field("file_name", "filnamn", readonly=True, widget=TextCell())
    size = Field("size", "storlek i byte", readonly=True, widget=WholeCell())
    sha256 = Field("sha256", "kontrollsumma", readonly=True, widget=TextCell())

    joined = ("body", "plan")

    class Meta(TableOptions):
        model = Document
        fields = (
            *("number", "kind", "title", "dated_on", "body", "plan", "publication"),
            *("file_name", "size", "sha256"),
        )

    def find(self, row: Mapping[str, Cell]) -> Any:
        if self.cell(row, "number") is None:
            raise ValidationError(
                {"number": "Skriv dokumentets nummer. Nya dokument läggs till genom att filen laddas upp."}
            )
        return super().find(row)


class NewsTable(TableResource):
    """By number, or for news without a number by date and address. The text is HTML."""

    number = number_column()
    published_on = Field("published_on", "datum", widget=DateCell())
    title = Field("title", "rubrik", widget=TextCell())
    slug = Field("slug", "adressdel", widget=SlugCell())
    lead = Field("lead", "ingress", widget=TextCell())
    text = Field("text", "text", widget=TextCell())
    publication = publication_column()

    key = ("slug", "published_on")
    slug_from = "title"

    class Meta(TableOptions):
        model = NewsItem
        fields = ("number", "published_on", "title", "slug", "lead", "text", "publication")


class PageTable(TableResource):
    """By number, or for a page without a number by its address. The text is HTML."""

    number = number_column()
    title = Field("title", "rubrik", widget=TextCell())
    slug = Field("slug", "adressdel", widget=SlugCell())
    language = Field("language", "språk", widget=ChoiceCell(dict(Page.Language.choices)))
    lead = Field("lead", "ingress", widget=TextCell())
    text = Field("text", "text", widget=TextCell())
    position = position_column()
    publication = publication_column()

    key = ("slug",)
    slug_from = "title"

    class Meta(TableOptions):
        model = Page
        fields = ("number", "title", "slug", "language", "lead", "text", "position", "publication")
