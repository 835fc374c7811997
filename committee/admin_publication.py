"""The back office for news and for pages that the secretariat writes."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from committee.models import NewsItem, Page
from committee.tables import NewsTable, PageTable
from sodertorn.back_office import ORDER_HINT
from sodertorn.publishing import Publication
from sodertorn.round_trip import RoundTripAdmin

SLUG_HINT = "Adressdelen är slutet av webbadressen. Ändras den leder den gamla adressen vidare till den nya."


class WrittenAdmin(RoundTripAdmin):
    """Texts of our own, published and taken back from their list."""

    actions = ["publish", "unpublish"]
    save_on_top = True

    def formfield_for_dbfield(self, db_field: Any, *args: Any, **kwargs: Any) -> forms.Field | None:
        """Room to see a whole title and a whole lead."""
        if db_field.name == "title":
            kwargs["widget"] = forms.TextInput(attrs={"class": "vLargeTextField"})
        elif db_field.name == "lead":
            kwargs["widget"] = forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3})
        return super().formfield_for_dbfield(db_field, *args, **kwargs)

    @admin.action(description="Publicera de valda", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = self._set_publication(queryset, Publication.PUBLISHED)
        self.message_user(request, f"Publicerade: {count}. Nu syns de på webbplatsen.")

    @admin.action(description="Gör de valda till utkast", permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = self._set_publication(queryset, Publication.DRAFT)
        self.message_user(request, f"Gjorda till utkast: {count}. Nu syns de bara för inloggad personal.")

    def _set_publication(self, queryset: QuerySet[Any], publication: Publication) -> int:
        """Save each row by itself, so that each gets its history."""
        changed = list(queryset.exclude(publication=publication))
        for row in changed:
            row.publication = publication
            row.save()
        return len(changed)


@admin.register(NewsItem)
class NewsItemAdmin(WrittenAdmin):
    resource_class = NewsTable
    list_display = ["title", "published_on", "publication", "edited_at"]
    list_filter = ["publication", "published_on"]
    date_hierarchy = "published_on"
    search_fields = ["title", "lead", "text"]
    search_help_text = "Sök på ord i rubriken, ingressen eller texten."
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (
            None,
            {
                "fields": ["title", "lead", "text", "published_on", "publication"],
                "description": "En publicerad nyhet syns genast, även om datumet inte har kommit än.",
            },
        ),
        ("Plats på webbplatsen", {"fields": ["slug"], "description": SLUG_HINT}),
    ]


@admin.register(Page)
class PageAdmin(WrittenAdmin):
    resource_class = PageTable
    list_display = ["title", "slug", "language", "publication", "edited_at", "position"]
    list_editable = ["position"]
    list_filter = ["publication", "language"]
    search_fields = ["title", "lead", "text", "slug"]
    search_help_text = "Sök på ord i rubriken, ingressen eller texten."
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (
            None,
            {
                "fields": ["title", "lead", "text", "language", "publication"],
                "description": "Publicerade sidor länkas längst ner på varje sida. Texterna till "
                "”Om samarbetet” och ”Kontakt” visas i stället på de sidorna, utan rubrik och ingress.",
            },
        ),
        (
            "Plats på webbplatsen",
            {"fields": ["slug", "position"], "description": f"{ORDER_HINT} {SLUG_HINT}"},
        ),
    ]
