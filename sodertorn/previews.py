"""Links that show one draft to whoever has them: what can be shared, for how long, and what a link shows.

A leaf: models are named, not imported.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models

from sodertorn.models import PreviewLink
from sodertorn.publishing import Audience

SHAREABLE = (
    "committee.operationalplan",
    "committee.document",
    "committee.newsitem",
    "committee.page",
    "calendar_app.event",
    "budget.budget",
)
"""The models whose drafts have a page to show."""

DAYS = (1, 7, 30)
"""How long a link may hold."""


def is_shareable(row: Any) -> bool:
    """Whether a preview of the row can be shared: a stored draft with a page of its own."""
    return (
        isinstance(row, models.Model)
        and row._meta.label_lower in SHAREABLE
        and row.pk is not None
        and bool(getattr(row, "is_draft", False))
    )


def share(row: models.Model, days: int, by: User, now: datetime) -> PreviewLink:
    """A new link to the draft, for so many days. Raises ValueError for a row or time that can't be shared."""
    if not is_shareable(row) or days not in DAYS:
        raise ValueError(f"{row!r} can't be shared for {days} days")
    return PreviewLink.objects.create(
        content_type=ContentType.objects.get_for_model(row),
        object_id=row.pk,
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )


def revoke(links: models.QuerySet[PreviewLink], now: datetime) -> int:
    """Let the links show nothing from now on, and tell how many were still valid."""
    return links.filter(expires_at__gt=now, revoked_at=None).update(revoked_at=now)


def links_to(row: models.Model) -> models.QuerySet[PreviewLink]:
    """Every link to the row, the newest first."""
    content_type = ContentType.objects.get_for_model(row)
    return PreviewLink.objects.filter(content_type=content_type, object_id=row.pk).select_related(
        "created_by"
    )


def draft_behind(token: str, now: datetime) -> tuple[PreviewLink, Any] | None:
    """The valid link with the token, and the row it shows; None if either is missing."""
    link = PreviewLink.objects.valid_at(now).filter(token=token).first()
    row = link.shown if link else None
    return (link, row) if link and row is not None else None


def audience_for(link: PreviewLink, row: models.Model) -> Audience:
    """Whoever has the link: a visitor who sees the row too."""
    return Audience(previews=(row._meta.label_lower, row.pk), previews_until=link.expires_at)
