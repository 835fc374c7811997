"""News: the list, and each by itself. The Atom feed is in `news_feed`."""

import datetime

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe
from django.views.generic import ListView

from committee.models import NewsItem
from sodertorn.publishing import audience_of


class NewsItemList(ListView):
    """All news, the newest first."""

    paginate_by = 10
    page_kwarg = "sida"
    http_method_names = ["get", "head", "options"]

    def get_queryset(self) -> QuerySet[NewsItem]:
        return NewsItem.objects.visible_to(audience_of(self.request))


@require_safe
def newsitem_detail(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponse:
    """One piece of news; from an address that it had before, on to the one it has now."""
    try:
        date = datetime.date(year, month, day)
    except ValueError as error:
        raise Http404("Det finns ingen sådan dag.") from error
    audience = audience_of(request)
    item = NewsItem.objects.visible_to(audience).filter(published_on=date, slug=slug).first()
    if item is None:
        former = NewsItem.objects.formerly_at(date, slug).visible_to(audience)
        return redirect(get_object_or_404(former[:1]), permanent=True)
    return render(request, "committee/newsitem_detail.html", {"object": item})
