"""The back office as a whole, and what the loaders remember."""

from django.contrib import admin

from sodertorn import previews_admin, search_admin  # noqa: F401 - register what is theirs
from sodertorn.back_office import LookOnlyAdmin
from sodertorn.models import AcceptedWarning, Adoption, LoadedRow

admin.site.site_header = "Södertörnskommunerna"
admin.site.site_title = "Södertörnskommunerna"
admin.site.index_title = "Sekretariatets arbetsrum"


@admin.register(Adoption)
class AdoptionAdmin(LookOnlyAdmin):
    """Written when a plan is published from its checklist."""

    list_display = ["plan", "decided_on", "meeting", "published_at", "published_by"]
    list_filter = ["plan"]
    list_select_related = ["plan", "meeting", "published_by"]
    search_fields = ["plan__year", "decided_on", "meeting__title"]
    search_help_text = "Sök på år, beslutsdatum eller möte."
    view_on_site = False
    fields = ["plan", "decided_on", "meeting", "published_at", "published_by"]


@admin.register(AcceptedWarning)
class AcceptedWarningAdmin(LookOnlyAdmin):
    """Written on a plan's checklist."""

    list_display = ["text", "comment", "plan"]
    list_filter = ["plan"]
    list_select_related = ["plan"]
    search_fields = ["text", "comment", "plan__year"]
    search_help_text = "Sök på år eller ord i varningen eller kommentaren."
    view_on_site = False
    fields = ["plan", "text", "comment"]


@admin.register(LoadedRow)
class LoadedRowAdmin(LookOnlyAdmin):
    """For looking only: an edit here would mislead the loader about which rows staff have edited."""

    list_display = ["key", "content_type", "loaded_at"]
    list_filter = [("content_type", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["content_type"]
    search_fields = ["key"]
    search_help_text = "Sök på radens nyckel i filen."
    view_on_site = False
    fields = ["key", "content_type", "object_id", "values", "loaded_at"]
