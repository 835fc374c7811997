"""What search engines are told to read: each public page, and when it was last changed if known. A top.

`/sitemap.xml` lists one file for each sort of page; a file holds 50 000 addresses at most, as sitemaps.org
asks, and further ones are at `?p=2` and so on. Nothing here knows of drafts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from budget.models import Budget
from calendar_app.models import Event
from committee.models import (
    AccessibilityStatement,
    Body,
    Document,
    Indicator,
    Municipality,
    NewsItem,
    OperationalPlan,
    Page,
    TargetArea,
)
from sodertorn.catalogue import TOPICS


@dataclass(frozen=True)
class Listed:
    """A page's path, and when it was last changed if that is told by one row."""

    path: str
    changed_at: datetime | None = None


class Section(Sitemap):
    """One sort of pages, each found by a call when the file is asked for."""

    def __init__(self, listed: Callable[[], Iterable[Listed]]) -> None:
        self._listed = listed

    def items(self) -> list[Listed]:
        return list(self._listed())

    def location(self, item: Listed) -> str:
        return item.path

    def lastmod(self, item: Listed) -> datetime | None:
        return item.changed_at


PAGES = (
    "start",
    "contact",
    "open-data",
    "api",
    "security-policy",
    "committee:accessibility",
    "committee:body-list",
    "committee:municipality-list",
    "committee:document-list",
    "committee:indicator-list",
    "committee:newsitem-list",
    "calendar_app:event-list",
    "calendar_app:event-past",
    "calendar_app:subscribe",
    "calendar_app:rotation-list",
    "budget:budget-list",
    "budget:what-if",
)
"""Pages that are always there, of many rows or none."""

OF_LATEST_PLAN = ("about", "committee:cooperation")
"""Pages that are there once a plan has been adopted."""


def _pages() -> Iterable[Listed]:
    newest_event = Event.objects.public().aggregate(newest=Max("edited_at"))["newest"]
    newest_news = NewsItem.objects.public().aggregate(newest=Max("edited_at"))["newest"]
    newest_statement = AccessibilityStatement.objects.public().aggregate(newest=Max("edited_at"))["newest"]
    newest = {
        "calendar_app:event-list": newest_event,
        "committee:newsitem-list": newest_news,
        "committee:accessibility": newest_statement,
    }
    names = PAGES + (OF_LATEST_PLAN if OperationalPlan.objects.public().exists() else ())
    yield from (Listed(reverse(name), newest.get(name)) for name in names)
    yield from _rows(Page.objects.with_own_address().public())


def _plans() -> Iterable[Listed]:
    for plan in OperationalPlan.objects.public():
        yield Listed(plan.get_absolute_url(), plan.edited_at)
        yield Listed(reverse("follow-up", args=[plan.year]))
    areas = TargetArea.objects.filter(area__plan__in=OperationalPlan.objects.public())
    for area in areas.select_related("area__plan"):
        yield Listed(area.get_absolute_url())
    yield from _rows(Budget.objects.public().select_related("plan"))


def _years() -> Iterable[Listed]:
    """Each year of the calendar that has meetings, as of the newest change to one of them."""
    newest: dict[int, datetime] = {}
    spans = Event.objects.public().order_by().values_list("starts_on", "ends_on", "edited_at")
    for first, last, changed_at in spans.iterator():
        for year in range(first.year, last.year + 1):
            newest[year] = max(changed_at, newest.get(year, changed_at))
    return [Listed(reverse("calendar_app:event-year", args=[year]), newest[year]) for year in sorted(newest)]


def _municipalities() -> Iterable[Listed]:
    for municipality in Municipality.objects.all():
        yield Listed(municipality.get_absolute_url(), municipality.edited_at)
        yield Listed(reverse("committee:municipality-indicators", args=[municipality.slug]))
        yield Listed(reverse("budget:municipality-fee", args=[municipality.slug]))


def _datasets() -> Iterable[Listed]:
    for published in (each for topic in TOPICS.values() for each in topic):
        yield Listed(reverse("dataset-detail", args=[published.slug]), published.revision().changed_at)


def _rows(rows: Iterable[Body | Budget | Document | Event | Indicator | NewsItem | Page]) -> Iterable[Listed]:
    """Rows with a page of their own, which tell when they were changed."""
    return (Listed(row.get_absolute_url(), row.edited_at) for row in rows)


SECTIONS: "dict[str, type[Sitemap[Any]] | Sitemap[Any]]" = {  # the class takes no parameter when it runs
    "sidor": Section(_pages),
    "planer": Section(_plans),
    "ar": Section(_years),
    "moten": Section(lambda: _rows(Event.objects.public())),
    "kommuner": Section(_municipalities),
    "organ": Section(lambda: _rows(Body.objects.all())),
    "nyheter": Section(lambda: _rows(NewsItem.objects.public())),
    "dokument": Section(lambda: _rows(Document.objects.public())),
    "nyckeltal": Section(lambda: _rows(Indicator.objects.public())),
    "oppna-data": Section(_datasets),
}
"""The files, by the last part of their names."""


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The list of files, each as of its newest page."""
    return views.index(request, SECTIONS, sitemap_url_name="sitemap-section").render()


@require_safe
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    """The pages of one sort."""
    return views.sitemap(request, SECTIONS, section=section).render()
