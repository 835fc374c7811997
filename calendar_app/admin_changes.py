"""The pages of the back office where meetings are moved, cancelled, published or given other hosts."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from calendar_app.change_forms import CHANGES
from calendar_app.event_change import MOST_EVENTS, ChangeForm, Review
from calendar_app.models import Event

TEMPLATE = "admin/calendar_app/event/change_chosen.html"
READ_AGAIN = "Inget är ändrat än: uppgifterna är inte längre desamma. Läs igenom och bekräfta igen."


def change_urls(model_admin: ModelAdmin) -> list[URLPattern]:
    view = model_admin.admin_site.admin_view
    return [
        path(
            f"{form.path}/",
            view(partial(change_view, model_admin, form_class=form)),
            name=f"calendar_app_event_{form.path}",
        )
        for form in CHANGES
    ]


def change_address(form: type[ChangeForm], keys: list[int]) -> str:
    """The page where the change is made to the meetings with these keys."""
    return f"{reverse(f'admin:calendar_app_event_{form.path}')}?{urlencode({'id': keys}, doseq=True)}"


def actions_of(model_admin: Any) -> dict[str, Any]:
    """The changes as actions of the list, each leading to its page."""

    def action_of(form: type[ChangeForm]) -> Callable[..., HttpResponse | None]:
        def action(_: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
            keys = list(queryset.values_list("pk", flat=True)[: MOST_EVENTS + 1])
            if len(keys) > MOST_EVENTS:
                messages.warning(request, f"Högst {MOST_EVENTS} möten kan ändras på en gång. Välj färre.")
                return None
            return HttpResponseRedirect(change_address(form, keys))

        return action

    names = {form.path.replace("-", "_"): form for form in CHANGES}
    return {name: (action_of(form), name, form.title) for name, form in names.items()}


def change_view(model_admin: ModelAdmin, request: HttpRequest, form_class: type[ChangeForm]) -> HttpResponse:
    """Ask what is to be, show what would come of it, and do it once that is confirmed."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    events = _chosen(request)
    if not events:
        messages.warning(request, "Välj minst ett möte i listan.")
        return HttpResponseRedirect(reverse("admin:calendar_app_event_changelist"))
    form = _form(form_class, events, request)
    confirmed = request.POST.get("confirm", "")
    if confirmed and form.is_valid() and (done := form.apply(confirmed)):
        return _told(model_admin, request, form, done)
    review = form.review() if form.is_bound and form.is_valid() else None
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": form.title,
        "form": form,
        "review": review,
        "has_changed": bool(confirmed and review and review.lines),
        "read_again": READ_AGAIN,
    }
    return render(request, TEMPLATE, context)


def _chosen(request: HttpRequest) -> list[Event]:
    keys = [key for key in request.GET.getlist("id") if key.isascii() and key.isdigit() and len(key) < 19]
    return list(Event.objects.with_hosts().filter(pk__in=keys[:MOST_EVENTS]))


def _form(form_class: type[ChangeForm], events: list[Event], request: HttpRequest) -> ChangeForm:
    """The form as it was sent. One with nothing to fill in is as good as sent at once."""
    today = timezone.localdate()
    form = form_class(events, today, request.POST if request.method == "POST" else None)
    return form if form.asks else form_class(events, today, {})


def _told(model_admin: ModelAdmin, request: HttpRequest, form: ChangeForm, review: Review) -> HttpResponse:
    """Say what was done, and lead to the meeting, or to the list if there were several."""
    for line in review.lines:
        model_admin.log_change(request, line.event, form.history)
    one, many = form.done
    number = len(review.lines)
    messages.success(request, one if number == 1 else many.format(number))
    for warning in review.warnings:
        messages.warning(request, warning)
    if len(form.events) == 1:
        address = reverse("admin:calendar_app_event_change", args=[form.events[0].pk])
    else:
        address = reverse("admin:calendar_app_event_changelist")
    return HttpResponseRedirect(address)
