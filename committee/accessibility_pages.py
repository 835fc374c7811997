"""The public page with the accessibility statement, and the page of a statement that is a draft."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from committee.accessibility import Ground
from committee.models import AccessibilityStatement
from committee.secretariat import secretariat
from sodertorn.publishing import audience_of

SUPERVISOR = "https://www.digg.se/tdosanmalan"
"""Where anyone may complain of a public website to Digg, which sees to it that the law is kept."""


@require_safe
def statement_in_force(request: HttpRequest) -> HttpResponse:
    """The statement that is in force; without one, what is known anyway."""
    return _page(request, AccessibilityStatement.objects.public().first())


@require_safe
def statement_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as it will look, for staff; from one that has come into force, on to the public page."""
    rows = AccessibilityStatement.objects.visible_to(audience_of(request))
    statement = get_object_or_404(rows, pk=pk)
    return _page(request, statement) if statement.is_draft else redirect(statement)


def _page(request: HttpRequest, statement: AccessibilityStatement | None) -> HttpResponse:
    rows = list(statement.inaccessible.all()) if statement else []
    context: dict[str, Any] = {
        "object": statement,
        "secretariat": secretariat(),
        "supervisor": SUPERVISOR,
        **{ground.name.lower(): [row for row in rows if row.ground == ground] for ground in Ground},
    }
    return render(request, "committee/accessibility.html", context)
