"""Pages about key figures."""

from typing import Any

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from committee import indicator_charts
from committee.indicator_cycle import presentations
from committee.indicator_datasets import values_dataset
from committee.indicator_figures import IndicatorFigures, read_figures, read_targets
from committee.indicator_filter import YearFilter
from committee.indicator_rows import by_area, municipality_row, overview_row, whole_text, year_rows
from committee.indicator_years import ShownYears, and_before, known_years
from committee.models import Indicator, IndicatorTarget, Municipality
from committee.models.organisation import PERTURBED_FROM
from sodertorn.opendata import Dataset
from sodertorn.publishing import VISITOR, audience_of
from sodertorn.responses import CsvResponse, DatasetJsonResponse
from sodertorn.spreadsheets import XlsxResponse
from sodertorn.year_pages import page_of_years


@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    """Every indicator by area, with a small chart of each."""
    audience = audience_of(request)
    municipalities = list(Municipality.objects.all())
    indicators = list(Indicator.objects.visible_to(audience))
    known = known_years(indicators)
    form = YearFilter(request.GET, known.values())
    listed = read_figures(indicators, municipalities, ShownYears.latest(known, form.year))
    context = {
        "form": form,
        "areas": by_area(overview_row(figures, form.year) for figures in listed),
        "has_earlier": any(each.has_earlier for each in known.values()),
        "indicators": indicators,
        "cycle": presentations(audience, timezone.localdate()),
        "municipalities": municipalities,
    }
    return render(request, "committee/indicator_list.html", context)


@require_safe
def indicator_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One indicator: what it is, how it has gone, and the municipalities beside each other in a year."""
    audience = audience_of(request)
    indicator = get_object_or_404(Indicator.objects.visible_to(audience), slug=slug)
    known = known_years([indicator])[indicator.pk]
    form = YearFilter(request.GET, [known])
    year = form.year or known.newest
    page = page_of_years(known.years[::-1], request.GET.get("sida", "1"))
    shown = ShownYears(
        {indicator.pk: sorted(page.object_list)}, [*and_before(year), *and_before(known.newest)]
    )
    (figures,) = read_figures([indicator], list(Municipality.objects.all()), shown)
    context = {
        "object": indicator,
        "indicator": indicator,
        "figures": figures,
        "form": form,
        "cycle": presentations(audience, timezone.localdate()),
        **_per_year(figures, page, read_targets(indicator)),
        **(_of_year(figures, year) if year is not None else {}),
    }
    return render(request, "committee/indicator_detail.html", context)


def _per_year(figures: IndicatorFigures, page: Page[int], targets: list[IndicatorTarget]) -> dict[str, Any]:
    """What the page shows of all years, some at a time."""
    return {
        "page": page,
        # Called by the template, where they are not drawn already.
        "years": lambda: year_rows(figures),
        "years_chart": lambda: indicator_charts.years_chart(
            figures, targets, has_earlier=page.has_next(), has_later=page.has_previous()
        ),
        "targets": figures.target_rows(targets),
        "common_targets": [target for target in targets if target.municipality is None],
    }


def _of_year(figures: IndicatorFigures, year: int) -> dict[str, Any]:
    """What the page shows of one year."""
    return {
        "year": year,
        "whole": whole_text(figures, year),
        "exact_whole": figures.whole(year),
        "whole_note": figures.whole_note(year),
        "extremes": figures.extremes(year),
        "ranked": figures.ranked(year),
        # Called by the template, where they are not drawn already.
        "ranking_chart": lambda: indicator_charts.ranking_chart(figures, year),
        "map": lambda: indicator_charts.choropleth(figures, year),
        "is_perturbed": figures.indicator.from_population and year >= PERTURBED_FROM.year,
    }


@require_safe
def municipality_indicators(request: HttpRequest, slug: str) -> HttpResponse:
    """Every indicator of one municipality: its value, its rank, and what all come to together."""
    audience = audience_of(request)
    municipalities = list(Municipality.objects.all())
    municipality = next((row for row in municipalities if row.slug == slug), None)
    if municipality is None:
        raise Http404("Kommunen finns inte.")
    indicators = list(Indicator.objects.visible_to(audience))
    known = known_years(indicators)
    form = YearFilter(request.GET, known.values())
    listed = read_figures(indicators, municipalities, ShownYears.latest(known, form.year))
    context = {
        "municipality": municipality,
        "form": form,
        "areas": by_area(municipality_row(figures, municipality, form.year) for figures in listed),
        "has_earlier": any(each.has_earlier for each in known.values()),
        "indicators": indicators,
        "municipalities": municipalities,
    }
    return render(request, "committee/indicator_municipality.html", context)


@require_safe
def indicator_list_file(request: HttpRequest, suffix: str) -> HttpResponseBase:
    listed = read_figures(list(Indicator.objects.visible_to(VISITOR)), list(Municipality.objects.all()))
    return _file(values_dataset("nyckeltal", "Nyckeltal", listed), suffix)


@require_safe
def indicator_detail_file(request: HttpRequest, slug: str, suffix: str) -> HttpResponseBase:
    indicator = get_object_or_404(Indicator.objects.visible_to(VISITOR), slug=slug)
    listed = read_figures([indicator], list(Municipality.objects.all()))
    return _file(values_dataset(f"nyckeltal-{slug}", indicator.name, listed), suffix)


@require_safe
def municipality_indicators_file(request: HttpRequest, slug: str, suffix: str) -> HttpResponseBase:
    municipality = get_object_or_404(Municipality, slug=slug)
    listed = read_figures(list(Indicator.objects.visible_to(VISITOR)), [municipality])
    title = f"Nyckeltal för {municipality.formal_name}"
    return _file(values_dataset(f"nyckeltal-{slug}", title, listed), suffix)


def _file(dataset: Dataset, suffix: str) -> HttpResponseBase:
    responses: dict[str, Any] = {"csv": CsvResponse, "json": DatasetJsonResponse, "xlsx": XlsxResponse}
    return responses[suffix](dataset)
