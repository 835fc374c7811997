"""Preview links in the back office: made for a draft, listed with who made them and how long they hold."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from sodertorn import previews
from sodertorn.back_office import LookOnlyAdmin
from sodertorn.models import PreviewLink
from sodertorn.templatetags.previews import share_address

MAY_SHARE = "sodertorn.add_previewlink"
MAY_REVOKE = "sodertorn.change_previewlink"


class ShareForm(forms.Form):
    days = forms.TypedChoiceField(
        label="Länken gäller i",
        coerce=int,
        choices=[(days, f"{days} dygn") for days in previews.DAYS],
        initial=previews.DAYS[1],
        error_messages={"invalid_choice": "Välj hur länge länken ska gälla."},
    )


class StateFilter(admin.SimpleListFilter):
    title = "läge"
    parameter_name = "lage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("galler", "Gäller"), ("slut", "Gäller inte längre")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        valid = PreviewLink.objects.valid_at(timezone.now())
        if self.value() == "galler":
            return queryset.filter(pk__in=valid)
        return queryset.exclude(pk__in=valid) if self.value() == "slut" else queryset


@admin.register(PreviewLink)
class PreviewLinkAdmin(LookOnlyAdmin):
    """Every link there has been. They are revoked, never deleted, so that it can be told who shared what."""

    list_display = ["what", "created_by", "created_at", "expires_at", "state"]
    list_filter = [StateFilter, ("content_type", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["content_type", "created_by"]
    search_fields = ["created_by__username", "content_type__model"]
    search_help_text = "Sök på den som skapade länken."
    fields = ["what", "created_by", "created_at", "expires_at", "state", "revoked_at"]
    readonly_fields = ["what", "state"]
    view_on_site = False
    actions = ["revoke_chosen"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PreviewLink]:
        return super().get_queryset(request).prefetch_related("shown")

    def get_urls(self) -> list[URLPattern]:
        share = self.admin_site.admin_view(self.share_view)
        revoke = self.admin_site.admin_view(self.revoke_view)
        return [
            path("dela/<str:label>/<int:pk>/", share, name="sodertorn_previewlink_share"),
            path("<int:pk>/aterkalla/", revoke, name="sodertorn_previewlink_revoke"),
            *super().get_urls(),
        ]

    def share_view(self, request: HttpRequest, label: str, pk: int) -> HttpResponse:
        """The valid links to a draft, each with its address, and a new one if asked for."""
        row = _shareable_row(label, pk)
        if not request.user.has_perm(MAY_SHARE):
            raise PermissionDenied
        form = ShareForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            link = previews.share(row, form.cleaned_data["days"], request.user, timezone.now())  # type: ignore[arg-type]
            messages.success(request, f"Länken är skapad och gäller till {_moment(link.expires_at)}.")
            return HttpResponseRedirect(request.path)
        links = previews.links_to(row).valid_at(timezone.now())  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),
            "title": f"Dela förhandsgranskning: {row}",
            "opts": row._meta,
            "row": row,
            "form": form,
            "may_revoke": request.user.has_perm(MAY_REVOKE),
            "links": [(link, request.build_absolute_uri(address_of(link))) for link in links],
        }
        return render(request, "admin/preview_share.html", context)

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Revoke a link, and go back to those of the same draft."""
        if request.method != "POST" or not request.user.has_perm(MAY_REVOKE):
            raise PermissionDenied
        link = get_object_or_404(PreviewLink.objects.select_related("content_type"), pk=pk)
        previews.revoke(PreviewLink.objects.filter(pk=pk), timezone.now())
        messages.success(request, "Länken är återkallad och visar inte längre utkastet.")
        changelist = reverse("admin:sodertorn_previewlink_changelist")
        return HttpResponseRedirect(share_address(link.shown) or changelist)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_REVOKE)

    @admin.action(description="Återkalla de valda länkarna", permissions=["revoke"])
    def revoke_chosen(self, request: HttpRequest, queryset: QuerySet[PreviewLink]) -> None:
        number = previews.revoke(queryset, timezone.now())
        text = "En länk återkallades." if number == 1 else f"{number} länkar återkallades."
        messages.success(request, text)

    @admin.display(description="visar")
    def what(self, link: PreviewLink) -> str:
        kind = str(link.content_type.name)
        return f"{link.shown} ({kind})" if link.shown else f"{kind}, borttaget"

    @admin.display(description="läge")
    def state(self, link: PreviewLink) -> str:
        if link.revoked_at:
            return "återkallad"
        return "gäller" if link.expires_at > timezone.now() else "har gått ut"


def address_of(link: PreviewLink) -> str:
    return reverse("preview", args=[link.token])


def _shareable_row(label: str, pk: int) -> Model:
    if label not in previews.SHAREABLE or pk > 2**63 - 1:  # larger than the column can hold
        raise Http404
    model: type[Model] = apps.get_model(label)
    row = get_object_or_404(model._default_manager.all(), pk=pk)
    if not previews.is_shareable(row):
        raise Http404("Det är publicerat och behöver ingen förhandsgranskning.")
    return row


def _moment(when: Any) -> str:
    return f"{timezone.localtime(when):%Y-%m-%d kl. %H.%M}"
