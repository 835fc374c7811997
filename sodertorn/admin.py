"""The back office as a whole, and what the loaders remember."""

from django.contrib import admin

from sodertorn import previews_admin  # noqa: F401 - registers the links to drafts
from sodertorn.back_office import LookOnlyAdmin
from sodertorn.models import LoadedRow

admin.site.site_header = "Södertörnskommunerna"
admin.site.site_title = "Södertörnskommunerna"
admin.site.index_title = "Sekretariatets arbetsrum"


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
