"""The back office's pages of what has happened: a row's history, restoring, and what was deleted. A leaf.

The versions themselves have no forms, so nobody can alter or delete them.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.timezone import localtime

from sodertorn.dates import moment_text
from sodertorn.restoring import deleted_with, restore_deleted, restore_version, what_changes
from sodertorn.row_history import (
    Occasion,
    RowChange,
    RowNames,
    entries,
    occasions,
    versions_of,
    who_text,
)
from sodertorn.sign_in import require_fresh_sign_in
from sodertorn.tracking import Tracked

PER_PAGE = 50
CHANGED_MEANWHILE = (
    "Inget är återställt: raden ändrades medan du läste. Se efter på nytt vad som skulle ändras."
)


@dataclass(frozen=True)
class Deleted:
    """A row that is no longer there, as it was last."""

    name: str
    at: Any
    who: str
    restore_address: str


class HistoryPages(ModelAdmin):
    """A model's history in the back office, if it has any."""

    @property
    def is_tracked(self) -> bool:
        return issubclass(self.model, Tracked)

    def get_urls(self) -> list[URLPattern]:
        urls = super().get_urls()
        if not self.is_tracked:
            return urls
        name, view = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        return [
            path("borttagna/", view(self.deleted_view), name=f"{name}_deleted"),
            path("<int:pk>/aterstall/<int:version>/", view(self.restore_view), name=f"{name}_restore"),
            *urls,
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context = dict(extra_context or {})
        if self.is_tracked and self.has_add_permission(request) and self._deleted().exists():
            context["deleted_address"] = self._page("deleted")
        return super().changelist_view(request, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What has been done to the row and to those that belong to it, newest first."""
        if not self.is_tracked:
            return super().history_view(request, object_id, extra_context)
        row = self.get_object(request, object_id)
        if row is None:
            return self._gone(request, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        page = Paginator(entries(self.model, row.pk), PER_PAGE).get_page(request.GET.get("p"))
        told = occasions(page.object_list, self.model)
        context = {
            "row": row,
            "occasions": self._with_addresses(request, told),
            **_pages(page),
        }
        return self._render(request, "admin/row_history.html", f"Historik: {row}", context)

    def _gone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        """Say who deleted the row and how to get it back, if it was there once."""
        last = self._last_version(object_id)
        if last is None or not self.has_view_permission(request):
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc]
        who = who_text(last.history_user, last.history_change_reason or "")
        said = (
            f"{capfirst(opts.verbose_name)} ”{RowNames([last]).name_of_version(last)}” är borttagen. "
            f"Det gjorde {who} {moment_text(localtime(last.history_date))}."
        )
        if request.method == "POST":
            said += " Inget är sparat. Det du skrev finns kvar om du går tillbaka i webbläsaren."
        messages.warning(request, said)
        return HttpResponseRedirect(self._page("deleted"))

    def _last_version(self, object_id: str) -> Any:
        if not (self.is_tracked and object_id.isascii() and object_id.isdigit()):
            return None
        found = self._deleted().filter(id=min(int(object_id), 2**63 - 1))
        return found.select_related("history_user").first()

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        """The rows that have been deleted, the latest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = Paginator(self._deleted().select_related("history_user"), PER_PAGE).get_page(
            request.GET.get("p")
        )
        names = RowNames(page.object_list)
        names.fetch()
        may_restore = self.has_add_permission(request)
        deleted = [
            Deleted(
                names.name_of_version(version),
                version.history_date,
                who_text(version.history_user, version.history_change_reason or ""),
                self._page("restore", version.id, version.history_id) if may_restore else "",
            )
            for version in page.object_list
        ]
        title = f"Borttagna {self.opts.verbose_name_plural}"
        return self._render(
            request, "admin/history_deleted.html", title, {"deleted": deleted, **_pages(page)}
        )

    def restore_view(self, request: HttpRequest, pk: int, version: int) -> HttpResponse:
        """Show what restoring would change, and do it once that is confirmed."""
        then = get_object_or_404(
            versions_of(self.model).objects.select_related("history_user"), id=pk, history_id=version
        )
        with transaction.atomic():
            row = self.model._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()
            self._check_may_restore(request, row, then)
            require_fresh_sign_in(request)
            if row is None:
                then = versions_of(self.model).objects.filter(id=pk).latest()
            newest = versions_of(self.model).objects.filter(id=pk).latest().history_id
            context: dict[str, Any] = {"then": then, "row": row, "newest": newest}
            if request.method == "POST":
                if request.POST.get("newest") != str(newest):
                    context["reasons"] = [CHANGED_MEANWHILE]
                elif response := self._restored(request, row, then, context):
                    return response
            return self._ask(request, row, then, context)

    def _check_may_restore(self, request: HttpRequest, row: Any, then: Any) -> None:
        """What is there is changed; what is not is added, with all that went with it."""
        if row is not None:
            allowed = self.has_change_permission(request, row)
        else:
            models = {self.model, *(each.instance_type for each in deleted_with(then))}
            admins = [self.admin_site.get_model_admin(model) for model in models]
            allowed = all(each.has_add_permission(request) for each in admins)
        if not allowed:
            raise PermissionDenied

    def _restored(
        self, request: HttpRequest, row: Any, then: Any, context: dict[str, Any]
    ) -> HttpResponse | None:
        """Restore and go to the row; None, with the reasons in the context, if the rules don't allow it."""
        try:
            with transaction.atomic():
                if row is None:
                    row = restore_deleted(then)
                else:
                    restore_version(row, then)
        except ValidationError as error:
            context["reasons"] = error.messages
            if row is not None:
                row.refresh_from_db()
            return None
        messages.success(request, f"”{row}” är återställd.")
        return HttpResponseRedirect(self._page("change", row.pk))

    def _ask(self, request: HttpRequest, row: Any, then: Any, context: dict[str, Any]) -> HttpResponse:
        names = RowNames([then])
        names.fetch()
        context["name"] = names.name_of_version(then)
        context["who"] = who_text(then.history_user, then.history_change_reason or "")
        if row is not None:
            context["fields"] = what_changes(row, then)
        else:
            along = deleted_with(then)
            names = RowNames(along)
            names.fetch()
            context["along"] = [
                (capfirst(each.instance_type._meta.verbose_name), names.name_of_version(each))
                for each in along
            ]
        return self._render(request, "admin/history_restore.html", "Återställ", context)

    def _deleted(self) -> QuerySet[Any]:
        """The last version of each row that is gone."""
        versions = versions_of(self.model).objects
        last = versions.filter(id=OuterRef("id")).order_by("-history_id").values("history_id")[:1]
        gone = versions.filter(history_type="-", history_id=Subquery(last))
        return gone.exclude(id__in=self.model._default_manager.values("pk"))

    def _with_addresses(self, request: HttpRequest, told: list[Occasion]) -> list[Occasion]:
        """With where to restore what each change led to, where that is possible."""
        changes = [change for occasion in told for change in occasion.changes]
        addresses: dict[tuple[Any, int], str] = {}
        for model in {change.model for change in changes}:
            options = self.admin_site.get_model_admin(model)
            of_model = [change for change in changes if change.model is model]
            newest = _newest(model, of_model)
            alive = set(model._default_manager.filter(pk__in=newest).values_list("pk", flat=True))
            may_change, may_add = options.has_change_permission(request), options.has_add_permission(request)
            for change in of_model:
                is_there, is_newest = change.pk in alive, newest[change.pk] == change.version
                if (may_change and not is_newest) if is_there else (may_add and is_newest):
                    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_restore"
                    addresses[model, change.version] = reverse(name, args=[change.pk, change.version])
        return [
            replace(
                occasion,
                changes=[
                    replace(change, restore_address=addresses.get((change.model, change.version), ""))
                    for change in occasion.changes
                ],
            )
            for occasion in told
        ]

    def _page(self, name: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def _render(
        self, request: HttpRequest, template: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        site = self.admin_site.each_context(request)
        return render(request, template, {**site, "opts": self.opts, "title": title, **context})


def _newest(model: type[Tracked], changes: list[RowChange]) -> dict[Any, int]:
    """The number of each row's newest version."""
    rows = versions_of(model).objects.filter(id__in={change.pk for change in changes})
    return dict(rows.order_by("history_id").values_list("id", "history_id"))


def _pages(page: Page[Any]) -> dict[str, Any]:
    return {"page": page, "page_range": page.paginator.get_elided_page_range(page.number)}
