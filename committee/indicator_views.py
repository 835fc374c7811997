"""Pages about key figures."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from committee import indicator_charts
from committee.indicator_cycle import presentations
from committee.indicator_datasets import values_dataset
from committee.indicator_figures import IndicatorFigures, read_figures
from committee.indicator_filter import YearFilter
from committee.indicator_rows import by_area, municipality_row, overview_row, whole_text, year_rows
from committee.models import Indicator, Municipality
from committee.models.organisation import PERTURBED_FROM
from sodertorn.opendata import Dataset
from sodertorn.publishing import VISITOR, audience_of
from sodertorn.responses import CsvResponse, DatasetJsonResponse
from sodertorn.spreadsheets import XlsxResponse


@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    """Every indicator by area, with a small chart of each."""
    audience = audience_of(request)
    municipalities = list(Municipality.objects.all())
    listed = read_figures(Indicator.objects.visible_to(audience), municipalities)
    form = YearFilter(request.GET, listed)
    context = {
        "form": form,
        "areas": by_area(overview_row(figures, form.year) for figures in listed),
        "indicators": [figures.indicator for figures in listed],
        "cycle": presentations(audience, timezone.localdate()),
        "municipalities": municipalities,
    }
    return render(request, "committee/indicator_list.html", context)


@require_safe
def indicator_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One indicator: what it is, how it has gone, and the municipalities beside each other in a year."""
    audience = audience_of(request)
    indicator = get_object_or_404(Indicator.objects.visible_to(audience), slug=slug)
    (figures,) = read_figures([indicator], list(Municipality.objects.all()))
    form = YearFilter(request.GET, [figures])
    year = form.year or figures.newest_year
    context = {
        "object": indicator,
        "indicator": indicator,
        "figures": figures,
        "form": form,
        "years_chart": indicator_charts.years_chart(figures),
        "years": year_rows(figures),
        "targets": figures.target_rows(),
        "cycle": presentations(audience, timezone.localdate()),
        **(_of_year(figures, year) if year is not None else {}),
    }
    return render(request, "committee/indicator_detail.html", context)


def _of_year(figures: IndicatorFigures, year: int) -> dict[str, Any]:
    """What the page shows of one year."""
    return {
        "year": year,
        "whole": whole_text(figures, year),
        "whole_note": figures.whole_note(year),
        "extremes": figures.extremes(year),
        "ranked": figures.ranked(year),
        "ranking_chart": indicator_charts.ranking_chart(figures, year),
        "map": indicator_charts.choropleth(figures, year),
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
    listed = read_figures(Indicator.objects.visible_to(audience), municipalities)
    form = YearFilter(request.GET, listed)
    context = {
        "municipality": municipality,
        "form": form,
        "areas": by_area(municipality_row(figures, municipality, form.year) for figures in listed),
        "indicators": [figures.indicator for figures in listed],
        "municipalities": municipalities,
    }
    return render(request, "committee/indicator_municipality.html", context)


@require_safe
def indicator_list_file(request: HttpRequest, suffix: str) -> HttpResponseBase:
    listed = read_figures(Indicator.objects.visible_to(VISITOR), list(Municipality.objects.all()))
    return _file(values_dataset("nyckeltal", "Nyckeltal", listed), suffix)


@require_safe
def indicator_detail_file(request: HttpRequest, slug: str, suffix: str) -> HttpResponseBase:
    indicator = get_object_or_404(Indicator.objects.visible_to(VISITOR), slug=slug)
    listed = read_figures([indicator], list(Municipality.objects.all()))
    return _file(values_dataset(f"nyckeltal-{slug}", indicator.name, listed), suffix)


@require_safe
def municipality_indicators_file(request: HttpRequest, slug: str, suffix: str) -> HttpResponseBase:
    municipality = get_object_or_404(Municipality, slug=slug)
    listed = read_figures(Indicator.objects.visible_to(VISITOR), [municipality])
    title = f"Nyckeltal för {municipality.formal_name}"
    return _file(values_dataset(f"nyckeltal-{slug}", title, listed), suffix)


def _file(dataset: Dataset, suffix: str) -> HttpResponseBase:
    responses: dict[str, Any] = {"csv": CsvResponse, "json": DatasetJsonResponse, "xlsx": XlsxResponse}
    return responses[suffix](dataset)
