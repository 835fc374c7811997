"""People and roles in the back office: for superusers only, and after a fresh sign-in."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator

from sodertorn.back_office import LookOnlyAdmin, PortalAdmin
from sodertorn.roles import ROLES
from sodertorn.row_history import is_named_in_history
from sodertorn.second_factor import FACTORS, reset_second_factor
from sodertorn.sign_in import FreshSignInToDelete, fresh_sign_in_required


class OwnAddress(forms.ModelForm):
    """An account whose address belongs to nobody else, since mail and single sign-on find it by that."""

    def clean_email(self) -> str:
        email = str(self.cleaned_data.get("email", "")).lower()
        others = User.objects.exclude(pk=self.instance.pk).filter(email__iexact=email)
        if email and others.exists():
            raise ValidationError("Ett annat konto har redan den adressen.")
        return email


class PersonForm(OwnAddress, UserChangeForm):
    pass


class NewPersonForm(OwnAddress, AdminUserCreationForm):
    pass


class PersonAdmin(FreshSignInToDelete, UserAdmin, PortalAdmin):
    form = PersonForm
    add_form = NewPersonForm
    change_form_template = "admin/auth/user/change_form.html"
    list_display = ["username", "full_name", "email", "roles", "second_factor", "last_login", "is_active"]
    list_filter = ["groups", "is_superuser", "is_active"]
    search_fields = ["username", "first_name", "last_name", "email"]
    search_help_text = "Sök på användarnamn, namn eller e-postadress."
    ordering = ["username"]
    view_on_site = False
    filter_horizontal = []
    readonly_fields = ["second_factor", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username"]}),
        ("Personen", {"fields": ["first_name", "last_name", "email"]}),
        (
            "Får göra",
            {
                "fields": ["is_active", "is_staff", "groups", "is_superuser"],
                "description": "Rollen säger vad personen får göra. För den som slutar: avmarkera Aktiv.",
            },
        ),
        ("Inloggning", {"fields": ["second_factor", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        ("Personen", {"fields": ["first_name", "last_name", "email"]}),
        ("Får göra", {"fields": ["is_staff", "groups"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(fresh_sign_in_required(self.reset_view))
        return [path("<int:pk>/andra-faktorn/", view, name="auth_user_second_factor"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
        return super().get_queryset(request).prefetch_related("groups").annotate(has_factor=Exists(factors))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Who has changed anything is never deleted, for the history says who did what."""
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        named = [
            f"{user} står i historiken. Avmarkera Aktiv i stället."
            for user in objs
            if is_named_in_history(user)
        ]
        return to_delete, counts, perms_needed, [*protected, *named]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    def get_form(  # type: ignore[override] # Django's own UserAdmin leaves out `change`
        self, request: HttpRequest, obj: Any = None, **kwargs: Any
    ) -> Any:
        """With the roles as boxes to tick, each saying what it is for."""
        return super().get_form(
            request,
            obj,
            labels={"groups": "Roller", "is_staff": "Får logga in i administrationen"},
            help_texts={
                "groups": " ".join(f"{role.capitalize()}: {purpose}." for role, purpose in ROLES.items()),
                "is_staff": "",
                "is_superuser": "Får göra allt, och sköter konton.",
            },
            widgets={"groups": forms.CheckboxSelectMultiple},
            **kwargs,
        )

    @method_decorator(fresh_sign_in_required)
    def add_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().add_view(*args, **kwargs)

    @method_decorator(fresh_sign_in_required)
    def change_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().change_view(*args, **kwargs)

    @method_decorator(fresh_sign_in_required)
    def user_change_password(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().user_change_password(*args, **kwargs)

    @admin.display(description="namn", ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description="roller")
    def roles(self, user: User) -> str:
        names = ["administratör"] if user.is_superuser else []
        return ", ".join(names + [group.name for group in user.groups.all()])

    @admin.display(description="andra faktor", boolean=True, ordering="has_factor")
    def second_factor(self, user: Any) -> bool:
        return bool(user.has_factor)

    def reset_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, and then take away the person's second factor: the telephone was lost."""
        if not request.user.is_superuser:
            raise PermissionDenied
        user = get_object_or_404(User, pk=pk)
        if request.method == "POST":
            taken = reset_second_factor(user, by=request.user)
            done = f"Tog bort {' och '.join(taken)}" if taken else "Det fanns ingen andra faktor att ta bort"
            messages.success(request, f"{done}. {user} är utloggad överallt.")
            return HttpResponseRedirect(reverse("admin:auth_user_changelist"))
        context = {"person": user, "title": f"Ta bort andra faktorn för {user}", "opts": self.opts}
        return render(
            request,
            "admin/auth/user/second_factor.html",
            {**self.admin_site.each_context(request), **context},
        )


class RoleAdmin(LookOnlyAdmin):
    """A role is what the portal's own table says; here one sees who has it."""

    change_form_template = "admin/auth/group/change_form.html"
    list_display = ["name", "purpose", "people"]
    search_fields = ["name"]
    search_help_text = "Sök på rollens namn."
    view_on_site = False
    ordering = ["name"]
    fields = ["name", "purpose", "changes", "people"]
    readonly_fields = ["purpose", "changes", "people"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).prefetch_related("user_set")

    @admin.display(description="får göra")
    def purpose(self, group: Group) -> str:
        return ROLES.get(group.name, "")

    @admin.display(description="personer")
    def people(self, group: Group) -> str:
        return ", ".join(str(user) for user in group.user_set.all())

    @admin.display(description="ändrar")
    def changes(self, group: Group) -> str:
        editing = group.permissions.exclude(codename__startswith="view_").select_related("content_type")
        return ", ".join(sorted({permission.content_type.name for permission in editing})) or "inget"


def register() -> None:
    """Take the place of what Django and allauth registered.

    What allauth stores is shown where it makes sense (each person's own pages, and here yes or no); its own
    forms would show secrets.
    """
    for model in apps.get_models():
        if model.__module__.startswith("allauth.") and admin.site.is_registered(model):
            admin.site.unregister(model)
    apps.get_app_config("auth").verbose_name = "Personer och roller"
    admin.site.unregister([User, Group])
    admin.site.register(User, PersonAdmin)
    admin.site.register(Group, RoleAdmin)
