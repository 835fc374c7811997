"""What is a draft and what anyone may read, and whom a page is made for. A leaf."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control

M = TypeVar("M", bound=models.Model)

SEE_DRAFTS = "sodertorn.view_drafts"
"""The permission to see what is not published yet."""

AS_VISITOR, AS_STAFF = "besokare", "utkast"
"""`?visa=besokare` shows staff all pages as visitors see them, until `?visa=utkast`."""

WORKING_COPY_QUERY = "?version=arbetsversion"
"""The end of the address where staff see a plan's working copy instead of the plan."""


@dataclass(frozen=True)
class Audience:
    """Whom a page is made for.

    `previews` is the one row, as its model's label and its key, that a preview link shows to whoever has it,
    `previews_until` for how long. Staff who `sees_working_copies` see them instead of the plans they replace.
    """

    is_staff: bool = False
    sees_drafts: bool = False
    is_as_visitor: bool = False
    sees_working_copies: bool = False
    previews: tuple[str, int] | None = None
    previews_until: datetime | None = None

    @property
    def is_public(self) -> bool:
        """Whether anyone may be shown the same page."""
        return not self.is_staff and self.previews is None

    def previewed(self, model: type[models.Model], path: str = "pk") -> Q:
        """The previewed row, if it is of the model, where `path` leads to its key; else no row."""
        if self.previews is None or self.previews[0] != model._meta.label_lower:
            return Q(pk__in=[])
        return Q(**{path: self.previews[1]})


VISITOR = Audience()
SEES_ALL = Audience(is_staff=True, sees_drafts=True)


def audience_of(request: HttpRequest) -> Audience:
    """Whom to answer. Reads the session only of those who have one, so that visitors' pages stay alike."""
    given = getattr(request, "audience", None)
    if given is None:
        given = request.audience = _signed_in_audience(request)  # type: ignore[attr-defined]
    return given


def _signed_in_audience(request: HttpRequest) -> Audience:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return VISITOR
    user = request.user
    if not user.is_staff:
        return VISITOR
    if not user.has_perm(SEE_DRAFTS):
        return Audience(is_staff=True)
    if _is_as_visitor(request):
        return Audience(is_staff=True, is_as_visitor=True)
    wants_working_copies = _asks(request, WORKING_COPY_QUERY.removeprefix("?"))
    return Audience(is_staff=True, sees_drafts=True, sees_working_copies=wants_working_copies)


def _asks(request: HttpRequest, wish: str) -> bool:
    """Whether the address has the parameter, also where it has too many to be read as `request.GET`.

    The page that refuses them is made for someone too.
    """
    return wish in request.META.get("QUERY_STRING", "").split("&")


def _is_as_visitor(request: HttpRequest) -> bool:
    """Whether the person has asked to see the pages as visitors do, now or on an earlier page."""
    if _asks(request, f"visa={AS_VISITOR}"):
        request.session["visa"] = AS_VISITOR
    elif _asks(request, f"visa={AS_STAFF}"):
        request.session.pop("visa", None)
    return request.session.get("visa") == AS_VISITOR


def keep_drafts_private(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a page that was not made for everyone is stored by nobody."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        audience = getattr(request, "audience", VISITOR)
        if not audience.is_public:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


def audience(request: HttpRequest) -> dict[str, Any]:
    """For templates: whom the page is made for."""
    return {"audience": audience_of(request)}


class Publication(models.TextChoices):
    DRAFT = "draft", "Utkast"
    PUBLISHED = "published", "Publicerad"


class PublishableQuerySet(models.QuerySet[M]):
    """Rows of a `Publishable` model."""

    def public(self) -> Self:
        """What anyone may read."""
        return self.filter(publication=Publication.PUBLISHED)

    def visible_to(self, audience: Audience) -> Self:
        """What the audience may read."""
        if audience.sees_drafts:
            return self.all()
        return self.filter(Q(publication=Publication.PUBLISHED) | audience.previewed(self.model))


class Publishable(models.Model):
    """A row that nobody but staff sees until it is published."""

    publication = models.CharField(
        "publicering",
        max_length=10,
        choices=Publication,
        default=Publication.DRAFT,
        help_text="Ett utkast syns inte på webbplatsen, i kalendrar eller i öppna data.",
    )

    class Meta:
        abstract = True

    @property
    def is_draft(self) -> bool:
        return self.publication == Publication.DRAFT
