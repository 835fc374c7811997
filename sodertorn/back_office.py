"""What all of the back office shares: search that knows Swedish letters, and rows edited on one page."""

import itertools
import re
from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from sodertorn.edit_conflicts import ConflictGuard
from sodertorn.history_pages import HistoryPages
from sodertorn.money import number


class AmountField(forms.DecimalField):
    """An amount that is typed as it is read: "1 280 000,50"."""

    def to_python(self, value: Any) -> Any:
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return number(value) if isinstance(value, Decimal) else value


# An address without a scheme is taken to be https.
FIELD_OPTIONS: dict[Any, dict[str, Any]] = {
    models.DecimalField: {"form_class": AmountField, "localize": True},
    models.URLField: {"assume_scheme": "https"},
    models.SlugField: {"error_messages": {"invalid": "Skriv bara bokstäverna a–z, siffror och bindestreck."}},
}
ORDER_HINT = "Ordningen: lägst tal visas först."


def _possible_keys(value: Iterable[Any]) -> list[Any]:
    """Those that a key can be: the form refuses the others, but must be able to show itself again."""
    return [key for key in value if str(key).isascii() and str(key).isdigit() and len(str(key)) < 19]


class RelatedRowsField(forms.ModelMultipleChoiceField):
    def clean(self, value: Any) -> Any:
        for key in value or []:
            if not _possible_keys([key]):
                raise ValidationError(self.error_messages["invalid_pk_value"], params={"pk": key})
        return super().clean(value)


class ChosenByName(AutocompleteSelect):
    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, _possible_keys(value) or [""], attr)


class ChosenByNames(AutocompleteSelectMultiple):
    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, _possible_keys(value), attr)


class ChoosingRelated(BaseModelAdmin):
    """A related row is chosen by name, without the buttons beside the field that edit or delete that row.

    They look like ways to change the choice, and a slip could delete a municipality.
    """

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ChosenByName(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs |= {"widget": ChosenByNames(db_field, self.admin_site), "form_class": RelatedRowsField}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, *args: Any, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(*args, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field


class PortalAdmin(ChoosingRelated, ConflictGuard, HistoryPages):
    """A model that the secretariat edits."""

    formfield_overrides = FIELD_OPTIONS
    list_per_page = 50
    search_help_text = "Skriv ett eller flera ord. Stora och små bokstäver spelar ingen roll."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows with every word somewhere in `search_fields`, which name no rows that are many to one.

        Django's own search uses `icontains`, which in SQLite does not find "Ökad" for "ökad"; `iregex` does.
        """
        for word in search_term.split():
            pattern = re.escape(word)
            alternatives = [Q(**{f"{field}__iregex": pattern}) for field in self.get_search_fields(request)]
            queryset = queryset.filter(reduce(or_, alternatives))
        return queryset, False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Without a value `_to_field` names no field; Django would look for one without a name."""
        return super().get_object(request, object_id, from_field or None)


class LookOnlyAdmin(PortalAdmin):
    """Rows that the portal writes itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class InlineFormSet(BaseInlineFormSet):
    """Rows edited on their parent's page, refused with the rule's own words when two of them collide."""

    model: type[models.Model]

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name the box that deletes a row, which Django leaves to the heading of its column."""
        super().add_fields(form, index)
        if DELETION_FIELD_NAME in form.fields:
            form.fields[DELETION_FIELD_NAME].widget.attrs["aria-label"] = "Radera raden"

    def clean(self) -> None:
        super().clean()
        # The rules are checked among the rows on the page, so the page must hold all rows there are.
        if self.initial_form_count() != len(self.get_queryset()):
            raise ValidationError(
                "Någon annan har lagt till eller tagit bort rader sedan du öppnade sidan. "
                "Öppna sidan på nytt och gör ändringen igen."
            )

    def get_unique_error_message(self, unique_check: Collection[str]) -> str:
        for rule in self.model._meta.constraints:
            if isinstance(rule, models.UniqueConstraint) and set(rule.fields) == set(unique_check):
                return str(rule.violation_error_message)
        return str(super().get_unique_error_message(tuple(unique_check)))


class ExchangingFormSet(InlineFormSet):
    """Rows that may take over each other's unique values in one go, as when two change places."""

    exchanged: tuple[str, ...] = ()

    def save(self, commit: bool = True) -> list[Any]:  # noqa: FBT001, FBT002 - Django's signature
        for name in self.exchanged:
            self._make_room(name)
        return super().save(commit)

    def _make_room(self, name: str) -> None:
        """Take the changing rows out of each other's way; saving then gives each what its form says.

        The places in between are no versions: each of the rows is saved, or deleted, in the same transaction.
        """
        changing = [
            form.instance.pk
            for form in self.initial_forms
            if name in form.changed_data or form in self.deleted_forms
        ]
        rows = self.model._default_manager.filter(pk__in=changing)
        if self.model._meta.get_field(name).null:
            rows.update(**{name: None})
            return
        taken = {form.initial.get(name) for form in self.forms} | {
            form.cleaned_data.get(name) for form in self.forms
        }
        free = (place for place in itertools.count(1) if place not in taken)
        for pk in changing:
            rows.filter(pk=pk).update(**{name: next(free)})


def widths(text: int = 60, slug: int = 20, columns: int = 60) -> dict[Any, dict[str, Any]]:
    """Text fields and areas so many characters wide that the table fits the page, areas three lines high."""
    return {
        **FIELD_OPTIONS,
        models.CharField: {"widget": forms.TextInput(attrs={"size": text})},
        models.SlugField: {
            **FIELD_OPTIONS[models.SlugField],
            "widget": forms.TextInput(attrs={"size": slug}),
        },
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": columns})},
    }


class PortalInline(ChoosingRelated, admin.TabularInline):
    """Rows that belong to the page's own row, one a line; what is long is edited on the row's own page."""

    extra = 0
    formset = InlineFormSet
    formfield_overrides = widths()
    view_on_site = False

    def formfield_for_dbfield(self, *args: Any, **kwargs: Any) -> forms.Field | None:
        """Name each field, as the heading of its column does not for one who can't see the table."""
        field = super().formfield_for_dbfield(*args, **kwargs)
        if field and field.label:
            widget: Any = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", str(field.label))
        return field
