"""The administration as the office works in it: its start page, its own pages, its order."""

from typing import Any
from urllib.parse import urlencode

from allauth.account import views as account
from allauth.account.utils import get_next_redirect_url
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone

from sodertorn.adoption_views import plan_adopt, plan_checklist, plan_withdraw
from sodertorn.new_year.urls import new_year_urls
from sodertorn.todo import todo_for
from sodertorn.working_copies_admin import working_copy_urls

APPS = ("calendar_app", "committee", "budget", "auth", "sodertorn")
"""What is used most comes first; an app that is not named comes last."""


class BackOfficeSite(admin.AdminSite):
    """Apps in the office's order, and in each its models in the order they are registered: the paper's.

    Signing in and out and changing the password is done on the account pages, with the second step and the
    limits that are there. The start page says what is left to do.
    """

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The administration's pages, and before them those that join the topics."""
        plan = "verksamhetsplan/<int:pk>"
        return [
            path(f"{plan}/checklista/", self.admin_view(plan_checklist), name="plan-checklist"),
            path(f"{plan}/anta/", self.admin_view(plan_adopt), name="plan-adopt"),
            path(f"{plan}/aterta/", self.admin_view(plan_withdraw), name="plan-withdraw"),
            *working_copy_urls(self),
            *new_year_urls(self),
            *super().get_urls(),
        ]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        today = timezone.localdate()
        left = [
            (each, each.address(request.user), each.when(today), each.is_late(today))
            for each in todo_for(request.user, today)
        ]
        return super().index(request, {**(extra_context or {}), "left": left})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        target = get_next_redirect_url(request) or reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(target)
        if request.user.is_authenticated:
            raise PermissionDenied
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': target})}")

    def logout(  # type: ignore[override] # the page that is shown is allauth's
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return account.logout(request)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_change_password"))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = self._build_app_dict(request, app_label).values()
        places = {label: place for place, label in enumerate(APPS)}
        return sorted(apps, key=lambda app: (places.get(app["app_label"], len(APPS)), app["name"]))
