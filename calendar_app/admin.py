"""The back office for when and where we meet, and whose turn it is to host (sections 6 and 7 of the plan)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from calendar_app.admin_changes import actions_of, change_urls
from calendar_app.admin_filters import LackingFilter, YearFilter
from calendar_app.admin_forms import EventForm, EventHostForm, MemberHostFormSet, SwapForm
from calendar_app.admin_planning import may_propose, propose_view
from calendar_app.admin_told import Before, tell
from calendar_app.event_documents_admin import EventDocumentAdmin, EventDocumentInline
from calendar_app.models import (
    AgendaItem,
    Event,
    EventDocument,
    EventHost,
    EventLink,
    FormerAddress,
    HostRotation,
    HostSwap,
    HostTurn,
    NoGoPeriod,
    RotationPlace,
)
from calendar_app.tables import (
    AgendaTable,
    EventTable,
    LinkTable,
    NoGoTable,
    PlaceTable,
    RotationTable,
    SwapTable,
    TurnTable,
)
from sodertorn import dates
from sodertorn.back_office import (
    ORDER_HINT,
    ExchangingFormSet,
    LookOnlyAdmin,
    PortalAdmin,
    PortalInline,
    widths,
)
from sodertorn.round_trip import RoundTripAdmin


class EventHostInline(PortalInline):
    model = EventHost
    formset = MemberHostFormSet
    fields = ["position", "municipality"]
    autocomplete_fields = ["municipality"]
    verbose_name_plural = "värdkommuner (ingen, en eller flera)"


class AgendaItemInline(PortalInline):
    model = AgendaItem
    fields = ["position", "title", "note"]
    formfield_overrides = widths(text=40, columns=40)


class EventLinkInline(PortalInline):
    model = EventLink
    fields = ["position", "kind", "title", "url"]
    formfield_overrides = widths(text=30)


@admin.register(Event)
class EventAdmin(RoundTripAdmin):
    resource_class = EventTable
    form = EventForm
    list_display = ["title", "when", "body_name", "host_names", "shown_status"]
    list_filter = [YearFilter, LackingFilter, "status", "publication", "kind", "body", "hosts"]
    date_hierarchy = "starts_on"
    ordering = ["-sorts_on", "-date_precision", "-pk"]
    search_fields = ["title", "body__name", "location", "note", "starts_on"]
    search_help_text = "Sök på rubrik, organ, lokal, upplysning eller datum, till exempel 2017-10."
    autocomplete_fields = ["body", "plan_section"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["sequence", "changed_at", "uid"]
    fieldsets = [
        (None, {"fields": ["kind", "title", "body"]}),
        (
            "När",
            {
                "fields": ["date_precision", ("starts_on", "ends_on"), ("start_time", "end_time")],
                "description": "Är dagen inte bestämd: välj ”Månad”, skriv vilken dag som helst i månaden "
                "och lämna klockslagen tomma.",
            },
        ),
        (
            "Status och publicering",
            {
                "fields": ["status", "original_starts_on", "publication"],
                "description": "Ändras dagen för ett publicerat och fastställt möte märks det som flyttat, "
                "och den ursprungliga dagen fylls i. Ett inställt möte tas inte bort utan får status "
                "”Inställd”.",
            },
        ),
        ("Var och övrigt", {"fields": ["location", "note"]}),
        ("Plats på webbplatsen", {"fields": ["slug", "plan_section"], "classes": ["collapse"]}),
        (
            "I prenumeranternas kalendrar",
            {
                "fields": ["sequence", "changed_at", "uid"],
                "description": "Revisionen höjs av sig själv när något som syns i kalendrarna ändras.",
                "classes": ["collapse"],
            },
        ),
    ]
    inlines = [EventHostInline, AgendaItemInline, EventDocumentInline, EventLinkInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        queryset: Any = super().get_queryset(request)  # of the model's own manager
        return queryset.with_hosts()

    def get_urls(self) -> list[URLPattern]:
        propose = self.admin_site.admin_view(self.propose)
        return [
            path("foresla/", propose, name="calendar_app_event_propose"),
            *change_urls(self),
            *super().get_urls(),
        ]

    def propose(self, request: HttpRequest) -> HttpResponse:
        return propose_view(self, request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = may_propose(self, request)
        return super().changelist_view(request, {**(extra_context or {}), "may_propose": may})

    @admin.display(description="när", ordering="sorts_on")
    def when(self, event: Event) -> str:
        return dates.when(
            event.starts_on,
            event.ends_on,
            month_only=event.is_month_only,
            start_time=event.start_time,
            end_time=event.end_time,
        )

    @admin.display(description="organ", ordering="body__short_name")
    def body_name(self, event: Event) -> str:
        return event.body.short_name if event.body else ""

    @admin.display(description="värdkommun")
    def host_names(self, event: Event) -> str:
        return ", ".join(str(host) for host in event.host_list)

    @admin.display(description="status", ordering="status")
    def shown_status(self, event: Event) -> str:
        """The status, and whether the event is a draft: one column, for the list is wide."""
        return f"{event.get_status_display()}{', utkast' if event.is_draft else ''}"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        changes = actions_of(self) if self.has_change_permission(request) else {}
        return {**changes, **super().get_actions(request)}

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save, and remember what was wrong before, so that `save_related` can tell what has come of it."""
        stored = Event.objects.filter(pk=obj.pk).values_list("starts_on", "status").first()
        form.before = Before.of(obj, stored)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        tell(request, form.instance, form.before, read=form.warnings)


@admin.register(EventHost)
class EventHostAdmin(PortalAdmin):
    form = EventHostForm
    list_display = ["event", "municipality", "position"]
    list_filter = ["municipality"]
    list_select_related = ["event", "municipality"]
    date_hierarchy = "event__starts_on"
    ordering = ["-event__sorts_on", "position"]
    search_fields = ["event__title", "event__starts_on", "municipality__name"]
    search_help_text = "Sök på möte, kommun eller datum, till exempel 2017-10."
    autocomplete_fields = ["event", "municipality"]
    view_on_site = False
    fields = ["event", "municipality", "position"]


@admin.register(AgendaItem)
class AgendaItemAdmin(RoundTripAdmin):
    resource_class = AgendaTable
    list_display = ["title", "event", "position"]
    list_select_related = ["event"]
    search_fields = ["title", "note", "event__title", "event__starts_on"]
    search_help_text = "Sök på punkt, möte eller datum, till exempel 2017-10."
    autocomplete_fields = ["event"]
    view_on_site = False
    fields = ["event", "title", "note", "position"]


@admin.register(EventLink)
class EventLinkAdmin(RoundTripAdmin):
    resource_class = LinkTable
    list_display = ["title", "kind", "event", "url"]
    list_filter = ["kind"]
    list_select_related = ["event"]
    search_fields = ["title", "url", "event__title", "event__starts_on"]
    search_help_text = "Sök på titel, webbadress, möte eller datum, till exempel 2017-10."
    autocomplete_fields = ["event"]
    view_on_site = False
    fields = ["event", "kind", "title", "url", "position"]


admin.site.register(EventDocument, EventDocumentAdmin)


@admin.register(FormerAddress)
class FormerAddressAdmin(LookOnlyAdmin):
    """Kept by the events themselves."""

    list_display = ["event", "starts_on", "date_precision", "slug"]
    list_select_related = ["event"]
    search_fields = ["slug", "event__title"]
    search_help_text = "Sök på adressdel eller möte."
    view_on_site = False
    fields = ["event", "starts_on", "date_precision", "slug"]


@admin.register(NoGoPeriod)
class NoGoPeriodAdmin(RoundTripAdmin):
    resource_class = NoGoTable
    list_display = ["reason", "first_day", "last_day"]
    date_hierarchy = "first_day"
    ordering = ["-first_day"]
    search_fields = ["reason", "first_day"]
    search_help_text = "Sök på skäl eller datum, till exempel 2027-02."
    view_on_site = False
    fields = ["reason", ("first_day", "last_day")]


class PlaceFormSet(ExchangingFormSet):
    exchanged = ("position",)


class TurnFormSet(ExchangingFormSet):
    exchanged = ("number", "event")


class RotationPlaceInline(PortalInline):
    model = RotationPlace
    formset = PlaceFormSet
    fields = ["position", "municipality"]
    autocomplete_fields = ["municipality"]
    verbose_name_plural = "ordningen (ändra numren för att byta plats)"


class HostTurnInline(PortalInline):
    model = HostTurn
    formset = TurnFormSet
    fields = ["number", "year", "municipality", "event"]
    autocomplete_fields = ["municipality", "event"]
    verbose_name_plural = "turer, hållna och utlovade"


@admin.register(HostRotation)
class HostRotationAdmin(RoundTripAdmin):
    resource_class = RotationTable
    list_display = ["name", "body", "description"]
    list_select_related = ["body"]
    search_fields = ["name", "description", "body__name"]
    search_help_text = "Sök på namn, organ eller ord i beskrivningen."
    autocomplete_fields = ["body"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "body", "description"]}),
        ("Ordningen", {"fields": ["counts_planning_conferences", "first_turn"]}),
        ("Plats på webbplatsen", {"fields": ["slug"], "classes": ["collapse"]}),
    ]
    inlines = [RotationPlaceInline, HostTurnInline]


@admin.register(RotationPlace)
class RotationPlaceAdmin(RoundTripAdmin):
    resource_class = PlaceTable
    list_display = ["municipality", "position", "rotation"]
    list_filter = ["rotation"]
    list_select_related = ["rotation", "municipality"]
    search_fields = ["municipality__name", "rotation__name"]
    search_help_text = "Sök på kommun eller värdskapsordning."
    autocomplete_fields = ["rotation", "municipality"]
    view_on_site = False
    fieldsets = [(None, {"fields": ["rotation", "municipality", "position"], "description": ORDER_HINT})]


@admin.register(HostTurn)
class HostTurnAdmin(RoundTripAdmin):
    resource_class = TurnTable
    list_display = ["municipality", "shown_year", "number", "rotation", "event"]
    list_filter = ["rotation", "municipality", "year"]
    list_select_related = ["rotation", "municipality", "event"]
    search_fields = ["municipality__name", "rotation__name", "event__title", "year"]
    search_help_text = "Sök på kommun, värdskapsordning, möte eller år."
    autocomplete_fields = ["rotation", "municipality", "event"]
    view_on_site = False
    fieldsets = [
        (
            None,
            {
                "fields": ["rotation", "number", "year", "municipality", "event"],
                "description": "Turen är löftet. Mötet fylls i när det är utsatt; vem som sedan var värd "
                "står på mötet.",
            },
        )
    ]

    @admin.display(description="år", ordering="year")
    def shown_year(self, turn: HostTurn) -> str:
        return str(turn.year)


@admin.register(HostSwap)
class HostSwapAdmin(RoundTripAdmin):
    """A new swap exchanges the turns and their meetings' hosts; taking it away changes them back."""

    resource_class = SwapTable
    only_out = (
        "Byten kan hämtas men inte läsas in: varje byte ändrar turer och möten, och antecknas därför ett i "
        "taget."
    )

    form = SwapForm
    list_display = ["rotation", "first_turn", "second_turn", "reason", "decided_on"]
    list_filter = ["rotation"]
    list_select_related = [
        "rotation",
        *(
            f"{turn}__{part}"
            for turn in ("first_turn", "second_turn")
            for part in ("rotation", "municipality")
        ),
    ]
    search_fields = ["reason", "rotation__name"]
    search_help_text = "Sök på skäl eller värdskapsordning."
    view_on_site = False
    fieldsets = [
        (
            None,
            {
                "fields": ["rotation", "first_turn", "second_turn", "reason", "decided_on"],
                "description": "När du sparar byter de två turerna kommun, och mötena som inte är över byter "
                "värd. Ordningen går sedan vidare som förut. Tas bytet bort byter de tillbaka.",
            },
        )
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: HostSwap | None = None) -> list[str]:
        return ["rotation", "first_turn", "second_turn"] if obj else []

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One at a time, on its own page, which knows whether it can be undone."""
        return {}

    def has_delete_permission(self, request: HttpRequest, obj: HostSwap | None = None) -> bool:
        """A swap whose turns have been swapped again can't be undone before the later one is."""
        later = obj and HostSwap.objects.touching(obj.first_turn, obj.second_turn).filter(pk__gt=obj.pk)
        return super().has_delete_permission(request, obj) and not (later and later.exists())
