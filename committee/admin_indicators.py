"""The back office for key figures: what they are, what they have been, and what they are to be."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from committee.indicator_tables import IndicatorTable, IndicatorTargetTable, IndicatorValueTable
from committee.models import Indicator, IndicatorTarget, IndicatorValue
from sodertorn.back_office import ORDER_HINT, PortalInline, widths
from sodertorn.publishing import Publication
from sodertorn.round_trip import RoundTripAdmin

HOW_TO_IMPORT = (
    "Värden skrivs in under Nyckeltalsvärden eller läses in där ur en tabell. Nyckeltal med nummer i Kolada "
    "kan den som sköter servern också hämta därifrån, med kommandot manage.py import_indicators."
)


class TargetInline(PortalInline):
    model = IndicatorTarget
    fields = ["municipality", "year", "value", "source"]
    autocomplete_fields = ["municipality"]
    formfield_overrides = widths(text=40)


@admin.register(Indicator)
class IndicatorAdmin(RoundTripAdmin):
    resource_class = IndicatorTable
    list_display = ["name", "area", "unit", "kolada_id", "publication", "position"]
    list_editable = ["position"]
    list_filter = ["publication", "area", "better"]
    search_fields = ["name", "area", "definition", "kolada_id"]
    search_help_text = "Sök på namn, område, ord i definitionen eller nummer i Kolada."
    prepopulated_fields = {"slug": ["name"]}
    actions = ["publish", "unpublish"]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "area", "definition", "publication"],
                "description": HOW_TO_IMPORT,
            },
        ),
        ("Hur det visas", {"fields": ["unit", "decimals", "better", "whole"]}),
        ("Varifrån värdena kommer", {"fields": ["source", "source_url", "kolada_id", "from_population"]}),
        ("Plats på webbplatsen", {"fields": ["slug", "position"], "description": ORDER_HINT}),
    ]
    inlines = [TargetInline]

    @admin.action(description="Publicera de valda", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Indicator]) -> None:
        count = self._set_publication(queryset, Publication.PUBLISHED)
        self.message_user(request, f"Publicerade: {count}. Nu syns de på webbplatsen.")

    @admin.action(description="Gör de valda till utkast", permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Indicator]) -> None:
        count = self._set_publication(queryset, Publication.DRAFT)
        self.message_user(request, f"Gjorda till utkast: {count}. Nu syns de bara för inloggad personal.")

    def _set_publication(self, queryset: QuerySet[Any], publication: Publication) -> int:
        """Save each row by itself, so that each gets its history."""
        changed = list(queryset.exclude(publication=publication))
        for row in changed:
            row.publication = publication
            row.save()
        return len(changed)


@admin.register(IndicatorValue)
class IndicatorValueAdmin(RoundTripAdmin):
    resource_class = IndicatorValueTable
    list_display = ["indicator", "municipality", "year", "value", "missing", "source"]
    list_filter = ["indicator", "municipality", "year"]
    list_select_related = ["indicator", "municipality"]
    search_fields = ["indicator__name", "municipality__name", "source"]
    search_help_text = "Sök på nyckeltal, kommun eller källa."
    autocomplete_fields = ["indicator", "municipality"]
    fieldsets = [
        (
            None,
            {
                "fields": ["indicator", "municipality", "year", "value", "missing", "source"],
                "description": "Lämna värdet tomt om källan saknar uppgift, och skriv varför i så fall.",
            },
        ),
    ]


@admin.register(IndicatorTarget)
class IndicatorTargetAdmin(RoundTripAdmin):
    resource_class = IndicatorTargetTable
    list_display = ["indicator", "whom", "year", "value", "source"]
    list_filter = ["indicator", "year"]
    list_select_related = ["indicator", "municipality"]
    search_fields = ["indicator__name", "municipality__name", "source"]
    search_help_text = "Sök på nyckeltal, kommun eller beslut."
    autocomplete_fields = ["indicator", "municipality"]
    fields = ["indicator", "municipality", "year", "value", "source"]

    @admin.display(description="gäller", ordering="municipality")
    def whom(self, target: IndicatorTarget) -> str:
        return str(target.municipality or "alla tillsammans")
