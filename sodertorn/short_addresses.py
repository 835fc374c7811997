"""Short addresses that stay whatever becomes of a page's own: `/m/12` is a meeting wherever it moves.

They lead on by a redirect that is not permanent, since where they lead changes. A top.
"""

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from calendar_app.models import Event
from committee.models import Document, NewsItem
from sodertorn.publishing import audience_of


@require_safe
def short_event(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    events = Event.objects.visible_to(audience_of(request))
    return HttpResponseRedirect(get_object_or_404(events, pk=pk).get_absolute_url())


@require_safe
def short_news(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    news = NewsItem.objects.visible_to(audience_of(request))
    return HttpResponseRedirect(get_object_or_404(news, pk=pk).get_absolute_url())


@require_safe
def short_document(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    documents = Document.objects.visible_to(audience_of(request))
    return HttpResponseRedirect(get_object_or_404(documents, pk=pk).get_absolute_url())
