"""What search looks in, for looking: why something is found, or isn't. A leaf."""

from django.contrib import admin

from sodertorn.back_office import LookOnlyAdmin
from sodertorn.search_entry import SearchEntry, SearchWord


@admin.register(SearchEntry)
class SearchEntryAdmin(LookOnlyAdmin):
    """Written with the rows that the entries are about."""

    list_display = ["title", "kind", "place", "year"]
    list_filter = ["kind", "year"]
    search_fields = ["title", "place", "text"]
    view_on_site = False
    fields = ["kind", "title", "place", "address", "date", "year", "text", "heading_words", "text_words"]
    show_full_result_count = False


@admin.register(SearchWord)
class SearchWordAdmin(LookOnlyAdmin):
    """Written with the entries."""

    list_display = ["word"]
    search_fields = ["word"]
    view_on_site = False
    fields = ["word"]
    show_full_result_count = False
