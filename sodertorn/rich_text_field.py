"""A model's text with a few formats, and the editor that it is written in. A leaf."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.forms.widgets import Media, Script
from django.templatetags.static import static

from sodertorn.money import number
from sodertorn.rich_text import sanitise

LONGEST = 100_000
"""Characters, some forty printed pages. Cleaning what is much longer takes long."""


class RichTextEditor(forms.Textarea):
    """A plain text area with HTML in it, which a script makes into an editor: `static/js/rich_text.js`.

    The script is our own and imports the editor from where this says: django-prose-editor's own way is an
    import map, which is an inline script that our content security policy stops.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vLargeTextField", "rows": 20, **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        address = static("django_prose_editor/editor.js")
        return super().get_context(name, value, {**(attrs or {}), "data-rich-text-editor": address})

    @property
    def media(self) -> Media:
        script: Any = Script("js/rich_text.js", type="module")
        return Media(css={"all": ["css/rich_text.css"]}, js=[script])


class RichTextField(models.TextField):
    """Text that is sanitised by every way into the database: forms, `save`, `bulk_create` and `update`.

    A row holds the sanitised text once it has been validated or saved.
    """

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        text = super().clean(value, model_instance)
        if len(text) <= LONGEST:
            text = sanitise(text)
        if len(text) > LONGEST:
            raise ValidationError(f"Texten är för lång. Den får ha högst {number(LONGEST)} tecken.")
        return text

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 - Django's signature
        text = sanitise(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, text)
        return text

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return super().get_db_prep_save(sanitise(value) if isinstance(value, str) else value, connection)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """In the database it is text like any other."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", list(args), kwargs

    def formfield(self, **kwargs: Any) -> Any:
        """In the administration too, which would rather have its own plain text area."""
        return super().formfield(**{**kwargs, "widget": RichTextEditor})
