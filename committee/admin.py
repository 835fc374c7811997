"""The back office for who we are and what we want, in the order of the paper document."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator

from committee.models import (
    Body,
    CooperationArea,
    DevelopmentIssue,
    Direction,
    GoverningDocument,
    Municipality,
    OperationalPlan,
    PartnerOrganisation,
    PlanSection,
    Population,
    Principle,
    Seat,
    SourceNote,
    TargetArea,
)
from committee.plan_lock import LockedWhileCopied
from committee.tables import (
    AreaTable,
    BodyTable,
    DirectionTable,
    GoverningDocumentTable,
    IssueTable,
    MunicipalityTable,
    PartnerTable,
    PopulationTable,
    PrincipleTable,
    SeatTable,
    SectionTable,
    SourceNoteTable,
    TargetAreaTable,
)
from sodertorn.back_office import ORDER_HINT, PortalAdmin, PortalInline, widths
from sodertorn.dates import time_span
from sodertorn.money import number
from sodertorn.round_trip import RoundTripAdmin
from sodertorn.sign_in import FreshSignInToDelete

ADDRESS_HINT = "Adressdelen är slutet av sidans webbadress. Ändras den slutar gamla länkar att fungera."


class PopulationInline(PortalInline):
    model = Population
    formfield_overrides = widths(text=50)


@admin.register(Municipality)
class MunicipalityAdmin(RoundTripAdmin):
    resource_class = MunicipalityTable
    list_display = ["name", "code", "inhabitants", "population_date", "website", "position"]
    list_editable = ["position"]
    search_fields = ["name", "formal_name", "code"]
    search_help_text = "Sök på namn eller kommunkod."
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "formal_name", "code", "website"]}),
        (
            "Plats på webbplatsen",
            {"fields": ["slug", "position"], "description": f"{ORDER_HINT} {ADDRESS_HINT}"},
        ),
    ]
    inlines = [PopulationInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Municipality]:
        queryset: Any = super().get_queryset(request)  # of the model's own manager
        return queryset.with_latest_population()

    @admin.display(description="invånare", ordering="inhabitants")
    def inhabitants(self, municipality: Any) -> str:
        return "" if municipality.inhabitants is None else number(municipality.inhabitants)

    @admin.display(description="folkmängd per", ordering="population_date")
    def population_date(self, municipality: Any) -> Any:
        return municipality.population_date


@admin.register(Population)
class PopulationAdmin(RoundTripAdmin):
    resource_class = PopulationTable
    list_display = ["reference_date", "municipality", "number_of_inhabitants", "source"]
    list_display_links = ["reference_date", "municipality"]
    list_filter = ["reference_date", "municipality"]
    list_select_related = ["municipality"]
    search_fields = ["municipality__name", "source"]
    search_help_text = "Sök på kommun eller källa."
    autocomplete_fields = ["municipality"]
    fields = ["municipality", "reference_date", "inhabitants", "source"]

    @admin.display(description="antal invånare", ordering="inhabitants")
    def number_of_inhabitants(self, population: Population) -> str:
        return number(population.inhabitants)


class SeatForm(forms.ModelForm):
    """A seat whose kind of holder follows from the table that it is written in, and must be named."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"municipality", "partner"} & set(self.fields):
            self.fields[name].required = True


class SeatInline(PortalInline):
    model = Seat
    form = SeatForm
    formfield_overrides = widths(text=20)
    holder: str

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seat]:
        return super().get_queryset(request).exclude(**{self.holder: None})

    def get_formset(self, request: HttpRequest, obj: Body | None = None, **kwargs: Any) -> Any:
        """With a heading that is no wider than its column."""
        return super().get_formset(request, obj, labels={"person_name": "Person"}, **kwargs)


class MunicipalitySeatInline(SeatInline):
    holder = "municipality"
    fields = ["position", "municipality", "role", "participation", "person_name"]
    autocomplete_fields = ["municipality"]
    verbose_name_plural = "kommunernas platser"


class PartnerSeatInline(SeatInline):
    holder = "partner"
    fields = ["position", "partner", "role", "participation", "person_name"]
    autocomplete_fields = ["partner"]
    verbose_name_plural = "samverkansparternas platser"


@admin.register(Body)
class BodyAdmin(RoundTripAdmin):
    resource_class = BodyTable
    list_display = ["name", "kind", "min_meetings_per_year", "usual_weekday", "usual_hours", "position"]
    list_editable = ["position"]
    list_filter = ["kind"]
    search_fields = ["name", "short_name", "purpose"]
    search_help_text = "Sök på namn eller uppgift."
    autocomplete_fields = ["located_at"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["kind", "name", "short_name", "purpose"]}),
        (
            "Möten",
            {
                "fields": ["min_meetings_per_year", "usual_weekday", ("usual_start", "usual_end")],
                "description": "Lämna tomt det som inte är bestämt. Mötena själva finns under Möten.",
            },
        ),
        ("Kontakt", {"fields": ["located_at", "email", "phone"]}),
        (
            "Plats på webbplatsen",
            {"fields": ["slug", "position"], "description": f"{ORDER_HINT} {ADDRESS_HINT}"},
        ),
    ]
    inlines = [MunicipalitySeatInline, PartnerSeatInline]

    @admin.display(description="vanlig tid")
    def usual_hours(self, body: Body) -> str:
        return time_span(body.usual_start, body.usual_end)


@admin.register(Seat)
class SeatAdmin(RoundTripAdmin):
    resource_class = SeatTable
    list_display = ["body", "role", "municipality", "partner", "participation", "person_name", "position"]
    list_display_links = ["body", "role"]
    list_filter = ["body", "participation", "municipality", "partner"]
    list_select_related = ["body", "municipality", "partner"]
    search_fields = ["role", "person_name", "body__name", "municipality__name", "partner__name"]
    search_help_text = "Sök på roll, person, organ, kommun eller samverkanspart."
    autocomplete_fields = ["body", "municipality", "partner"]
    view_on_site = False
    fieldsets = [
        (None, {"fields": ["body", "role", "participation"]}),
        (
            "Vem platsen tillhör",
            {
                "fields": ["municipality", "partner", "person_name"],
                "description": "Välj en kommun eller en samverkanspart, inte båda. Namnet är frivilligt.",
            },
        ),
        ("Plats på webbplatsen", {"fields": ["position"], "description": ORDER_HINT}),
    ]


@admin.register(PartnerOrganisation)
class PartnerOrganisationAdmin(RoundTripAdmin):
    resource_class = PartnerTable
    list_display = ["name", "kind", "note", "position"]
    list_editable = ["position"]
    list_filter = ["kind"]
    search_fields = ["name", "note"]
    search_help_text = "Sök på namn eller anmärkning."
    prepopulated_fields = {"slug": ["name"]}
    view_on_site = False
    fieldsets = [
        (None, {"fields": ["kind", "name", "note"]}),
        ("Plats på webbplatsen", {"fields": ["slug", "position"], "description": ORDER_HINT}),
    ]


class OfAPlanAdmin(LockedWhileCopied, RoundTripAdmin):
    """Rows of a plan, which are read in for one plan at a time."""

    target_label = "Verksamhetsplan"

    def import_targets(self) -> list[tuple[str, str]]:
        plans = OperationalPlan.objects.filter(working_copy=None)
        return [(str(plan.pk), str(plan)) for plan in plans]


class PlanSectionInline(PortalInline):
    """The headings at a glance. Texts are long, and edited on the section's own page."""

    model = PlanSection
    fields = ["position", "chapter", "level", "heading", "slug", "content"]
    formfield_overrides = widths(text=24, slug=11)
    prepopulated_fields = {"slug": ["heading"]}
    show_change_link = True
    verbose_name_plural = "Avsnitt (öppna ett avsnitt med ”Ändra” för att skriva dess text)"


class PrincipleInline(PortalInline):
    model = Principle
    fields = ["position", "text"]
    verbose_name_plural = "Förhållningssätt (kapitel 3)"


class CooperationAreaInline(PortalInline):
    model = CooperationArea
    fields = ["position", "name", "slug", "purpose"]
    formfield_overrides = widths(text=24, columns=34)
    prepopulated_fields = {"slug": ["name"]}
    show_change_link = True
    verbose_name_plural = "Samverkansområden (kapitel 5)"


@admin.register(OperationalPlan)
class OperationalPlanAdmin(FreshSignInToDelete, LockedWhileCopied, PortalAdmin):
    list_display = ["title", "status", "decided_on", "checklist"]
    list_filter = ["status"]
    list_select_related = ["working_copy"]
    search_fields = ["year", "issuer", "vision"]
    search_help_text = "Sök på år eller ord i visionen."
    readonly_fields = ["status", "decided_on"]
    fieldsets = [
        (
            "Omslaget",
            {
                "fields": ["year", "issuer", "status", "decided_on"],
                "description": "Ett utkast syns inte på webbplatsen. Planen beslutas och publiceras från sin "
                "checklista, tillsammans med budgeten och kalendern.",
            },
        ),
        ("Inledning (kapitel 1)", {"fields": ["stated_inhabitants"]}),
        ("Vision (kapitel 4)", {"fields": ["vision_year", "vision"]}),
    ]
    inlines = [PlanSectionInline, PrincipleInline, CooperationAreaInline]

    @admin.display(description="verksamhetsplan", ordering="year")
    def title(self, plan: OperationalPlan) -> str:
        return str(plan)

    @admin.display(description="att göra")
    def checklist(self, plan: OperationalPlan) -> str:
        """What the plan lacks has a page of its own, where it is adopted too."""
        address = reverse("admin:plan-checklist", args=[plan.pk])
        return format_html('<a href="{}" aria-label="Checklista för {}">Checklista</a>', address, plan)


class DirectionInline(PortalInline):
    model = Direction
    fields = ["position", "text", "is_priority"]


class SourceNoteInline(PortalInline):
    model = SourceNote
    fields = ["position", "quote", "explanation"]
    formfield_overrides = widths(text=24, columns=50)


@admin.register(PlanSection)
class PlanSectionAdmin(OfAPlanAdmin):
    resource_class = SectionTable
    list_display = ["heading", "chapter", "level", "content", "about_body", "plan", "position"]
    list_filter = ["plan", "chapter", "content"]
    list_select_related = ["plan", "about_body"]
    search_fields = ["heading", "text"]
    search_help_text = "Sök på rubrik eller ord i texten."
    autocomplete_fields = ["plan", "about_body"]
    prepopulated_fields = {"slug": ["heading"]}
    fieldsets = [
        (None, {"fields": ["plan", ("chapter", "level"), "heading", "text"]}),
        (
            "Efter texten",
            {
                "fields": ["content", "about_body"],
                "description": "Det som listas under avsnittet hämtas ur portalens egna uppgifter.",
            },
        ),
        (
            "Plats i planen",
            {"fields": ["position", "slug"], "description": f"{ORDER_HINT} {ADDRESS_HINT}"},
        ),
    ]
    inlines = [DirectionInline, SourceNoteInline]


@admin.register(Principle)
class PrincipleAdmin(OfAPlanAdmin):
    resource_class = PrincipleTable
    list_display = ["text", "plan", "position"]
    list_filter = ["plan"]
    list_select_related = ["plan"]
    search_fields = ["text"]
    autocomplete_fields = ["plan"]
    view_on_site = False
    fields = ["plan", "text", "position"]


@admin.register(GoverningDocument)
class GoverningDocumentAdmin(RoundTripAdmin):
    resource_class = GoverningDocumentTable
    list_display = ["title", "adopted", "url", "position"]
    list_editable = ["position"]
    search_fields = ["title", "adopted"]
    search_help_text = "Sök på titel."
    view_on_site = False
    fields = ["title", "adopted", "url", "position"]


class TargetAreaInline(PortalInline):
    model = TargetArea
    fields = ["position", "name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    show_change_link = True


@admin.register(CooperationArea)
class CooperationAreaAdmin(OfAPlanAdmin):
    resource_class = AreaTable
    list_display = ["name", "purpose", "plan", "position"]
    list_filter = ["plan"]
    list_select_related = ["plan"]
    search_fields = ["name", "purpose"]
    search_help_text = "Sök på namn eller syfte."
    autocomplete_fields = ["plan", "governing_documents"]
    prepopulated_fields = {"slug": ["name"]}
    view_on_site = False
    fieldsets = [
        (None, {"fields": ["plan", "name", "purpose", "governing_documents"]}),
        ("Plats i planen", {"fields": ["position", "slug"], "description": ORDER_HINT}),
    ]
    inlines = [TargetAreaInline]


class DevelopmentIssueInline(PortalInline):
    model = DevelopmentIssue
    fields = ["position", "name", "priority_statement"]
    formfield_overrides = widths(text=35, columns=40)
    show_change_link = True


@admin.register(TargetArea)
class TargetAreaAdmin(OfAPlanAdmin):
    resource_class = TargetAreaTable
    list_display = ["name", "area", "plan", "position"]
    list_filter = ["area__plan", "area"]
    list_select_related = ["area__plan"]
    search_fields = ["name", "area__name"]
    search_help_text = "Sök på målområde eller samverkansområde."
    autocomplete_fields = ["area"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["area", "name"]}),
        (
            "Plats i planen",
            {"fields": ["position", "slug"], "description": f"{ORDER_HINT} {ADDRESS_HINT}"},
        ),
    ]
    inlines = [DevelopmentIssueInline]

    @admin.display(description="verksamhetsplan", ordering="area__plan__year")
    def plan(self, target_area: TargetArea) -> str:
        return str(target_area.area.plan)


@admin.register(DevelopmentIssue)
class DevelopmentIssueAdmin(OfAPlanAdmin):
    resource_class = IssueTable
    list_display = ["name", "target_area", "has_priority", "plan", "position"]
    list_filter = ["target_area__area__plan", "target_area"]
    list_select_related = ["target_area__area__plan"]
    search_fields = ["name", "priority_statement", "ambition", "target_area__name"]
    search_help_text = "Sök på utvecklingsfråga, målområde eller ord i texten."
    autocomplete_fields = ["target_area"]
    fieldsets = [
        (None, {"fields": ["target_area", "name"]}),
        (
            "Årets arbete",
            {
                "fields": ["priority_statement", "ambition"],
                "description": "Inriktningarna står längre ner. Bocka för dem som prioriteras under året.",
            },
        ),
        ("Plats i planen", {"fields": ["position"], "description": ORDER_HINT}),
    ]
    inlines = [DirectionInline]

    @admin.display(description="prioriteras i år", boolean=True)
    def has_priority(self, issue: DevelopmentIssue) -> bool:
        return bool(issue.priority_statement)

    @admin.display(description="verksamhetsplan", ordering="target_area__area__plan__year")
    def plan(self, issue: DevelopmentIssue) -> str:
        return str(issue.target_area.area.plan)


@admin.register(Direction)
class DirectionAdmin(OfAPlanAdmin):
    resource_class = DirectionTable
    list_display = ["beginning", "stands_under", "is_priority", "position"]
    list_filter = [
        "is_priority",
        ("issue", admin.RelatedOnlyFieldListFilter),
        ("section", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["issue", "section"]
    ordering = list(Direction.objects.in_document_order().query.order_by)
    search_fields = ["text", "issue__name", "section__heading"]
    search_help_text = "Sök på ord i inriktningen, utvecklingsfråga eller avsnitt."
    autocomplete_fields = ["issue", "section"]
    fieldsets = [
        (None, {"fields": ["text", "is_priority"]}),
        (
            "Plats i planen",
            {
                "fields": ["issue", "section", "position"],
                "description": f"Välj antingen en utvecklingsfråga eller ett avsnitt. {ORDER_HINT}",
            },
        ),
    ]

    @admin.display(description="inriktning", ordering="text")
    def beginning(self, direction: Direction) -> str:
        return Truncator(direction.text).words(12)

    @admin.display(description="står under")
    def stands_under(self, direction: Direction) -> str:
        return str(direction.issue or direction.section)


@admin.register(SourceNote)
class SourceNoteAdmin(OfAPlanAdmin):
    resource_class = SourceNoteTable
    list_display = ["quote", "section", "explanation"]
    list_filter = ["section__plan"]
    list_select_related = ["section"]
    search_fields = ["quote", "explanation", "section__heading"]
    search_help_text = "Sök på citat, anmärkning eller avsnitt."
    autocomplete_fields = ["section"]
    fields = ["section", "quote", "explanation", "position"]


# Registered after the plan, and so listed after it.
from committee import (  # noqa: E402, F401
    admin_follow_up,
    admin_indicators,
    admin_publication,
    documents_admin,
    statement_admin,
)
