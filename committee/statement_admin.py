"""The back office for the accessibility statement, and for what visitors report."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator

from committee.accessibility import contradiction
from committee.accessibility_tables import InaccessibleTable
from committee.models import AccessibilityStatement, InaccessibleContent, ProblemReport
from committee.models.accessibility import ProblemReportQuerySet
from sodertorn.back_office import ORDER_HINT, InlineFormSet, PortalAdmin, PortalInline, widths
from sodertorn.round_trip import RoundTripAdmin


class StatementForm(forms.ModelForm):
    """A statement together with what is not accessible, which is checked as it stands on the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.rows_are_checked_apart = True

    def clean_assessed_on(self) -> Any:
        day = self.cleaned_data["assessed_on"]
        if day > timezone.localdate():
            raise ValidationError("Dagen har inte varit än. Skriv dagen då webbplatsen bedömdes.")
        return day


class InaccessibleFormSet(InlineFormSet):
    def clean(self) -> None:
        super().clean()
        statement: AccessibilityStatement = self.instance
        kept = [form for form in self.forms if form not in self.deleted_forms]
        grounds = [form.cleaned_data["ground"] for form in kept if form.cleaned_data.get("ground")]
        problem = contradiction(statement.conformance, grounds, is_finished=not statement.is_draft)
        if problem:
            raise ValidationError(problem)


class InaccessibleInline(PortalInline):
    """One below the other, since each has more to say than a line of a table holds."""

    model = InaccessibleContent
    formset = InaccessibleFormSet
    template = "admin/edit_inline/stacked.html"
    fields = [("position", "ground"), "what", "requirement", "why", "mended_by"]
    formfield_overrides = widths(text=80, columns=80)


@admin.register(AccessibilityStatement)
class AccessibilityStatementAdmin(PortalAdmin):
    form = StatementForm
    list_display = ["service", "conformance", "assessed_on", "updated_on", "publication", "edited_at"]
    list_filter = ["publication", "conformance"]
    search_fields = ["service", "actor", "summary", "method"]
    search_help_text = "Sök på ord i redogörelsen."
    actions = ["let_be_in_force"]
    save_on_top = True
    fieldsets = [
        (
            None,
            {
                "fields": ["actor", "service", "conformance", "summary"],
                "description": "Så som sidan blir visas den med ”Visa på webbplats”, också när redogörelsen "
                "är ett utkast. Länkarna till anmälan och till Digg står alltid på sidan.",
            },
        ),
        ("Bedömningen", {"fields": ["method", ("assessed_on", "updated_on")]}),
        (
            "På webbplatsen",
            {
                "fields": ["publication"],
                "description": "En redogörelse i taget är publicerad. Välj ”Låt den valda gälla” i listan "
                "för att byta: då blir den förra ett utkast.",
            },
        ),
    ]
    inlines = [InaccessibleInline]

    @admin.action(description="Låt den valda gälla", permissions=["change"])
    def let_be_in_force(self, request: HttpRequest, queryset: QuerySet[AccessibilityStatement]) -> None:
        if queryset.count() != 1:
            self.message_user(request, "Välj en enda redogörelse: bara en kan gälla.", messages.ERROR)
            return
        try:
            queryset.get().come_into_force()
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.message_user(request, "Redogörelsen gäller nu, och visas på webbplatsen.")


@admin.register(InaccessibleContent)
class InaccessibleContentAdmin(RoundTripAdmin):
    resource_class = InaccessibleTable
    list_display = ["title", "ground", "requirement", "mended_by", "statement", "position"]
    list_filter = ["ground", "statement"]
    list_select_related = ["statement"]
    search_fields = ["what", "requirement", "why"]
    search_help_text = "Sök på vad det gäller, kravet eller skälet."
    view_on_site = False
    fieldsets = [
        (None, {"fields": ["statement", "ground", "what", "requirement", "why", "mended_by"]}),
        ("Plats i redogörelsen", {"fields": ["position"], "description": ORDER_HINT}),
    ]

    @admin.display(description="vad som inte är tillgängligt", ordering="what")
    def title(self, content: InaccessibleContent) -> str:
        return Truncator(content.what).chars(80)


@admin.register(ProblemReport)
class ProblemReportAdmin(PortalAdmin):
    """What visitors have written is read and answered, not changed."""

    list_display = ["about", "address", "received_at", "status", "is_mailed"]
    list_filter = ["status", "is_mailed", "received_at"]
    date_hierarchy = "received_at"
    search_fields = ["problem", "address", "name", "email", "note"]
    search_help_text = "Sök på ord i anmälan, sidan, avsändaren eller er anteckning."
    actions = ["mark_answered", "mark_mended", "forget"]
    readonly_fields = ["received_at", "problem", "address", "name", "email", "is_mailed"]
    fieldsets = [
        ("Anmälan", {"fields": ["received_at", "address", "problem", "name", "email", "is_mailed"]}),
        (
            "Vad ni har gjort",
            {
                "fields": ["status", "note"],
                "description": "Svara med vanlig e-post, till adressen ovan. Namn och e-postadress tas bort "
                "ett år efter att anmälan kom in, eller tidigare med ”Ta bort namn och e-post” i listan.",
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="vad som är fel", ordering="problem")
    def about(self, report: ProblemReport) -> str:
        return Truncator(report.problem).chars(80)

    @admin.action(description="Märk de valda som besvarade", permissions=["change"])
    def mark_answered(self, request: HttpRequest, queryset: QuerySet[ProblemReport]) -> None:
        number = queryset.update(status=ProblemReport.Status.ANSWERED)
        self.message_user(request, f"Märkta som besvarade: {number}.")

    @admin.action(description="Märk de valda som åtgärdade", permissions=["change"])
    def mark_mended(self, request: HttpRequest, queryset: QuerySet[ProblemReport]) -> None:
        number = queryset.update(status=ProblemReport.Status.MENDED)
        self.message_user(request, f"Märkta som åtgärdade: {number}.")

    @admin.action(description="Ta bort namn och e-post", permissions=["change"])
    def forget(self, request: HttpRequest, queryset: ProblemReportQuerySet) -> None:
        self.message_user(request, f"Anmälningar utan avsändare nu: {queryset.forget()}.")
