"""Ways to narrow the back office's list of meetings: by year, and to what is still lacking."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from calendar_app.models import Event, EventDocument, EventLink
from committee.models import Document


class YearFilter(admin.SimpleListFilter):
    title = "år"
    parameter_name = "ar"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        years = Event.objects.dates("starts_on", "year", order="DESC")
        return [(str(day.year), str(day.year)) for day in years]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        year = self.value()
        if year is None or not (year.isascii() and year.isdigit() and len(year) == 4):
            return queryset
        return queryset.filter(starts_on__year=int(year))


class LackingFilter(admin.SimpleListFilter):
    """Meetings that are not cancelled and lack something."""

    title = "vad som saknas"
    parameter_name = "saknar"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("dag", "utan dag"), ("vard", "utan värd"), ("protokoll", "hållet utan protokoll")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        planned = queryset.exclude(status=Event.Status.CANCELLED)
        match self.value():
            case "dag":
                return planned.filter(date_precision=Event.DatePrecision.MONTH)
            case "vard":
                return planned.filter(event_hosts=None)
            case "protokoll":
                return _without_minutes(planned)
        return queryset


def _without_minutes(events: QuerySet[Event]) -> QuerySet[Event]:
    """Meetings that are over and have no minutes, neither in the portal nor elsewhere."""
    own = EventDocument.objects.filter(event=OuterRef("pk"), document__kind=Document.Kind.MINUTES)
    elsewhere = EventLink.objects.filter(event=OuterRef("pk"), kind=EventLink.Kind.MINUTES)
    return events.filter(~Exists(own), ~Exists(elsewhere), ends_on__lt=timezone.localdate())
