"""For the back office's templates: where a draft's preview links are."""

from django import template
from django.db.models import Model
from django.urls import reverse

from sodertorn.previews import is_shareable

register = template.Library()


@register.filter
def share_address(row: Model | None) -> str:
    """Where the links to a draft are made; empty for what is published, new or has no page."""
    if row is None or not is_shareable(row):
        return ""
    return reverse("admin:sodertorn_previewlink_share", args=[row._meta.label_lower, row.pk])
