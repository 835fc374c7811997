from django.urls import path
from django.views.decorators.http import require_safe

from committee import (
    accessibility_pages,
    documents_views,
    indicator_views,
    news,
    pages,
    problem_pages,
    views,
)
from committee.news_feed import NewsFeed

app_name = "committee"

urlpatterns = [
    path("organisation/", views.body_list, name="body-list"),
    path("organisation/<slug:slug>/", views.body_detail, name="body-detail"),
    path("kommuner/", views.municipality_list, name="municipality-list"),
    path("kommuner/<slug:slug>/", views.municipality_detail, name="municipality-detail"),
    path("dokument/", documents_views.document_list, name="document-list"),
    path("dokument/<int:pk>/<str:file_name>", documents_views.document_file, name="document-file"),
    path("nyckeltal/", indicator_views.indicator_list, name="indicator-list"),
    path("nyckeltal.<data:suffix>", indicator_views.indicator_list_file, name="indicator-list-file"),
    path("nyckeltal/<slug:slug>/", indicator_views.indicator_detail, name="indicator-detail"),
    path(
        "nyckeltal/<slug:slug>.<data:suffix>",
        indicator_views.indicator_detail_file,
        name="indicator-detail-file",
    ),
    path(
        "kommuner/<slug:slug>/nyckeltal/",
        indicator_views.municipality_indicators,
        name="municipality-indicators",
    ),
    path(
        "kommuner/<slug:slug>/nyckeltal.<data:suffix>",
        indicator_views.municipality_indicators_file,
        name="municipality-indicators-file",
    ),
    path("samverkan/", views.cooperation, name="cooperation"),
    path("samverkan/<yyyy:year>/<slug:slug>/", views.target_area_detail, name="targetarea-detail"),
    path("nyheter/", news.NewsItemList.as_view(), name="newsitem-list"),
    path("nyheter/atom.xml", require_safe(NewsFeed()), name="newsitem-feed"),
    path(
        "nyheter/<yyyy:year>/<dd:month>/<dd:day>/<slug:slug>/", news.newsitem_detail, name="newsitem-detail"
    ),
    path("tillganglighet/", accessibility_pages.statement_in_force, name="accessibility"),
    path("tillganglighet/utkast/<int:pk>/", accessibility_pages.statement_draft, name="accessibility-draft"),
    path("tillganglighet/anmal-brist/", problem_pages.report_problem, name="problem-report"),
    path("tillganglighet/anmal-brist/tack/", problem_pages.problem_received, name="problem-received"),
    # Last, here and in the root's list: any word may be the address of a page.
    path("<slug:slug>/", pages.page_detail, name="page-detail"),
    path("<slug:slug>", pages.without_slash, name="page-without-slash"),
]
