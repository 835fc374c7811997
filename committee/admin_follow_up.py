"""The back office for how it goes: action plans, reports, decided percentages and the year's evaluation."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator

from committee.follow_up_tables import (
    ActionPlanTable,
    ActivityTable,
    EvaluationTable,
    FollowUpTable,
    ProgressOverrideTable,
    followed_up_plans,
    joined_places,
)
from committee.models import ActionPlan, Activity, Evaluation, FollowUp, ProgressOverride
from sodertorn.back_office import ORDER_HINT, PortalInline, widths
from sodertorn.publishing import Publication
from sodertorn.round_trip import RoundTripAdmin


class FollowingUpAdmin(RoundTripAdmin):
    """What hangs on a plan. It may be changed while the plan has a working copy too, which has none of it."""

    target_label = "Verksamhetsplan"

    def import_targets(self) -> list[tuple[str, str]]:
        return followed_up_plans()


class ActivityInline(PortalInline):
    model = Activity
    fields = [
        *("position", "title", "direction", "responsible_body", "responsible_municipality"),
        *("starts_on", "ends_on"),
    ]
    autocomplete_fields = ["direction", "responsible_body", "responsible_municipality"]
    formfield_overrides = widths(text=28)
    show_change_link = True


@admin.register(ActionPlan)
class ActionPlanAdmin(FollowingUpAdmin):
    resource_class = ActionPlanTable
    list_display = ["title", "plan", "decided_on", "publication"]
    list_filter = ["publication"]
    list_select_related = [*joined_places("")]
    search_fields = ["issue__name", "section__heading", "text"]
    search_help_text = "Sök på utvecklingsfråga, avsnitt eller ord i beskrivningen."
    autocomplete_fields = ["issue", "section", "document"]
    fieldsets = [
        (
            None,
            {
                "fields": ["issue", "section", "text", "decided_on", "document", "publication"],
                "description": "Välj en utvecklingsfråga eller ett avsnitt, inte båda. Aktiviteter och "
                "rapporter syns på webbplatsen när handlingsplanen är publicerad.",
            },
        ),
    ]
    inlines = [ActivityInline]

    @admin.display(description="handlingsplan")
    def title(self, action_plan: ActionPlan) -> str:
        return str(action_plan.place)

    @admin.display(description="verksamhetsplan")
    def plan(self, action_plan: ActionPlan) -> str:
        return str(action_plan.plan)


@admin.register(Activity)
class ActivityAdmin(FollowingUpAdmin):
    resource_class = ActivityTable
    list_display = ["title", "action_plan", "responsible", "starts_on", "ends_on", "position"]
    list_filter = ["responsible_body", "responsible_municipality"]
    list_select_related = [
        *joined_places("action_plan__"),
        *("responsible_body", "responsible_municipality"),
    ]
    search_fields = ["title", "description", "action_plan__issue__name", "action_plan__section__heading"]
    search_help_text = "Sök på aktivitet, utvecklingsfråga eller avsnitt."
    autocomplete_fields = ["action_plan", "direction", "responsible_body", "responsible_municipality"]
    view_on_site = False
    fieldsets = [
        (None, {"fields": ["action_plan", "title", "description", "direction"]}),
        (
            "Vem och när",
            {"fields": ["responsible_body", "responsible_municipality", ("starts_on", "ends_on")]},
        ),
        ("Plats i handlingsplanen", {"fields": ["position"], "description": ORDER_HINT}),
    ]

    @admin.display(description="ansvarig")
    def responsible(self, activity: Activity) -> str:
        return activity.responsible


class FollowUpForm(forms.ModelForm):
    """A report that can't be of a day to come."""

    def clean_reported_on(self) -> Any:
        day = self.cleaned_data["reported_on"]
        if day > timezone.localdate():
            raise ValidationError(
                "Dagen har inte varit än. En rapport säger hur det går i dag eller gick förut."
            )
        return day


@admin.register(FollowUp)
class FollowUpAdmin(FollowingUpAdmin):
    form = FollowUpForm
    resource_class = FollowUpTable
    list_display = ["reported_on", "about", "status", "percent", "reporter_role", "publication"]
    list_display_links = ["reported_on", "about"]
    list_filter = ["publication", "status", "reported_on"]
    list_select_related = ["direction", "activity"]
    date_hierarchy = "reported_on"
    search_fields = ["direction__text", "activity__title", "assessment", "evidence", "reporter_role"]
    search_help_text = "Sök på inriktning, aktivitet, bedömning eller roll."
    autocomplete_fields = ["direction", "activity", "document"]
    actions = ["publish"]
    fieldsets = [
        (
            "Vad rapporten gäller",
            {"fields": ["direction", "activity"], "description": "Välj det ena, inte båda."},
        ),
        ("Läget", {"fields": ["reported_on", "status", "percent", "assessment"]}),
        ("Underlag", {"fields": ["evidence", "document", "reporter_role"]}),
        (
            "På webbplatsen",
            {
                "fields": ["publication"],
                "description": "Ett utkast syns bara för inloggad personal och räknas inte i framstegen.",
            },
        ),
    ]

    @admin.display(description="gäller")
    def about(self, report: FollowUp) -> str:
        return Truncator(str(report.subject)).chars(80)

    @admin.action(description="Publicera de valda", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[FollowUp]) -> None:
        """Save each report by itself, so that each gets its history."""
        drafts = list(queryset.filter(publication=Publication.DRAFT))
        for report in drafts:
            report.publication = Publication.PUBLISHED
            report.save()
        self.message_user(request, f"Publicerade: {len(drafts)}. Nu syns de på webbplatsen.")


@admin.register(ProgressOverride)
class ProgressOverrideAdmin(FollowingUpAdmin):
    resource_class = ProgressOverrideTable
    list_display = ["target_area", "plan", "percent", "decided_on"]
    list_filter = ["target_area__area__plan"]
    list_select_related = ["target_area__area__plan"]
    search_fields = ["target_area__name", "reason"]
    search_help_text = "Sök på målområde eller ord i skälet."
    autocomplete_fields = ["target_area"]
    view_on_site = False
    fields = ["target_area", "percent", "reason", "decided_on"]

    @admin.display(description="verksamhetsplan", ordering="target_area__area__plan__year")
    def plan(self, override: ProgressOverride) -> str:
        return str(override.target_area.area.plan)


@admin.register(Evaluation)
class EvaluationAdmin(FollowingUpAdmin):
    resource_class = EvaluationTable
    list_display = ["title", "evaluated_on", "publication", "edited_at"]
    list_filter = ["publication"]
    list_select_related = ["plan"]
    search_fields = ["plan__year", "summary", "text", "lessons"]
    search_help_text = "Sök på år eller ord i utvärderingen."
    autocomplete_fields = ["plan", "document"]
    fields = ["plan", "evaluated_on", "summary", "text", "lessons", "document", "publication"]

    @admin.display(description="utvärdering", ordering="plan__year")
    def title(self, evaluation: Evaluation) -> str:
        return str(evaluation)
