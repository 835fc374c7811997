"""What search engines are told to read: each public page, and when it was last changed if known. A top.

`/sitemap.xml` lists one file for each sort of page; a file holds 50 000 addresses at most, as sitemaps.org
asks, and further ones are at `?p=2` and so on. Nothing here knows of drafts.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap, views
from django.core.paginator import Paginator
from django.db.models import QuerySet
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
from sodertorn.asked_together import counts, first_values
from sodertorn.catalogue import DATASETS
from sodertorn.dataset_queries import newest_changes


@dataclass(frozen=True)
class Listed:
    """A page's path, and when it was last changed if that is told by one row."""

    path: str
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Extent:
    """How many pages there are of a sort, and when the newest was changed, if each of them tells."""

    number: int
    changed_at: datetime | None = None


class Section(Sitemap):
    """One sort of pages, each found by a call when the file is asked for.

    What is asked of the database is read no further than the file goes.
    """

    def __init__(self, listed: Callable[[], Iterable[Listed] | QuerySet[Any]]) -> None:
        self._listed = listed

    def items(self) -> Sequence[Any] | QuerySet[Any]:
        listed = self._listed()
        return listed if isinstance(listed, QuerySet) else list(listed)

    def location(self, item: Any) -> str:
        return item.path if isinstance(item, Listed) else item.get_absolute_url()

    def lastmod(self, item: Any) -> datetime | None:
        return item.changed_at if isinstance(item, Listed) else item.edited_at


class Summary(Section):
    """One sort of pages, as the list of files tells of it: no page is read."""

    def __init__(self, extent: Extent) -> None:
        super().__init__(tuple)
        self._extent = extent

    def get_latest_lastmod(self) -> datetime | None:
        return self._extent.changed_at

    @property
    def paginator(self) -> "Paginator[int]":  # the class takes no parameter when it runs
        return Paginator(range(self._extent.number), self.limit)


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
    newest = first_values(
        {
            "calendar_app:event-list": _newest_first(Event.objects.public()),
            "committee:newsitem-list": _newest_first(NewsItem.objects.public()),
            "committee:accessibility": _newest_first(AccessibilityStatement.objects.public()),
        }
    )
    names = PAGES + (OF_LATEST_PLAN if OperationalPlan.objects.public().exists() else ())
    yield from (Listed(reverse(name), newest.get(name)) for name in names)
    yield from _rows(_own_pages())


def _plans() -> Iterable[Listed]:
    for plan in OperationalPlan.objects.public():
        yield Listed(plan.get_absolute_url(), plan.edited_at)
        yield Listed(reverse("follow-up", args=[plan.year]))
    for area in _target_areas().select_related("area__plan"):
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
    newest = newest_changes(DATASETS)
    return [Listed(reverse("dataset-detail", args=[slug]), newest[slug]) for slug in newest]


def _meetings() -> QuerySet[Event]:
    return Event.objects.public().only("edited_at", "starts_on", "date_precision", "slug")


def _own_pages() -> QuerySet[Page]:
    return Page.objects.with_own_address().public()


def _target_areas() -> QuerySet[TargetArea]:
    return TargetArea.objects.filter(area__plan__in=OperationalPlan.objects.public())


def _rows(rows: Iterable[Budget | Page]) -> Iterable[Listed]:
    """Rows with a page of their own, which tell when they were changed."""
    return (Listed(row.get_absolute_url(), row.edited_at) for row in rows)


def _newest_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    """When the rows were changed."""
    return rows.order_by("-edited_at").values("edited_at")


ROWS: dict[str, Callable[[], QuerySet[Any]]] = {
    "moten": _meetings,
    "organ": Body.objects.all,
    "nyheter": NewsItem.objects.public,
    "dokument": Document.objects.public,
    "nyckeltal": Indicator.objects.public,
}
"""The sorts that have a page for each row, which tells when it was changed."""

SECTIONS: "dict[str, type[Sitemap[Any]] | Sitemap[Any]]" = {  # the class takes no parameter when it runs
    "sidor": Section(_pages),
    "planer": Section(_plans),
    "ar": Section(_years),
    "moten": Section(ROWS["moten"]),
    "kommuner": Section(_municipalities),
    "organ": Section(ROWS["organ"]),
    "nyheter": Section(ROWS["nyheter"]),
    "dokument": Section(ROWS["dokument"]),
    "nyckeltal": Section(ROWS["nyckeltal"]),
    "oppna-data": Section(_datasets),
}
"""The files, by the last part of their names."""


def _extents() -> dict[str, Extent]:
    """How much each file holds, in the same order: three queries, however much it is.

    Some pages of "sidor", "planer" and "kommuner" don't tell when they were changed.
    """
    others = {
        "sidor": _own_pages(),
        "plan": OperationalPlan.objects.public(),
        "target_area": _target_areas(),
        "budget": Budget.objects.public(),
        "kommuner": Municipality.objects.all(),
    }
    of_rows = {name: rows() for name, rows in ROWS.items()}
    number = counts({**of_rows, **others})
    newest = first_values({name: _newest_first(rows) for name, rows in of_rows.items()})
    changed = list(newest_changes(DATASETS).values())
    told = [moment for moment in changed if moment]
    of_plans = 2 * number["plan"] + number["target_area"] + number["budget"]
    always = len(PAGES) + (len(OF_LATEST_PLAN) if number["plan"] else 0)
    extents = {
        **{name: Extent(number[name], newest[name]) for name in ROWS},
        "sidor": Extent(number["sidor"] + always),
        "planer": Extent(of_plans),
        # The calendar takes meetings of this century only, so their years never fill a file.
        "ar": Extent(1 if number["moten"] else 0, newest["moten"]),
        "kommuner": Extent(3 * number["kommuner"]),
        "oppna-data": Extent(len(changed), max(told) if told == changed else None),
    }
    return {name: extents[name] for name in SECTIONS}


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The list of files, each as of its newest page."""
    summaries: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
        name: Summary(extent) for name, extent in _extents().items()
    }
    return views.index(request, summaries, sitemap_url_name="sitemap-section").render()


@require_safe
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    """The pages of one sort."""
    return views.sitemap(request, SECTIONS, section=section).render()
