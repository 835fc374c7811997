from django.contrib import admin
from django.urls import include, path

from sodertorn import (
    api_views,
    converters,
    dcat_views,
    follow_up_pages,
    plan_comparison_views,
    previews_views,
    search_views,
    views,
)

converters.register()
handler404 = "sodertorn.not_found.page_not_found"
handler429 = "sodertorn.rate_limits.too_many_attempts"
handler500 = "sodertorn.unavailable.failed"

urlpatterns = [
    path("", views.start, name="start"),
    path("om/", views.about, name="about"),
    path("kontakt/", views.contact, name="contact"),
    path("verksamhetsplan/", views.plan_latest, name="plan-latest"),
    path("verksamhetsplan/<yyyy:year>/", views.plan_detail, name="plan-detail"),
    path("verksamhetsplan/<yyyy:year>.pdf", views.plan_file, name="plan-file"),
    path(
        "verksamhetsplan/<yyyy:year>/jamfor/<yyyy:other>/",
        plan_comparison_views.plan_comparison,
        name="plan-comparison",
    ),
    path("verksamhetsplan/<yyyy:year>/uppfoljning/", follow_up_pages.follow_up, name="follow-up"),
    path(
        "verksamhetsplan/<yyyy:year>/uppfoljning.<data:suffix>",
        follow_up_pages.follow_up_file,
        name="follow-up-file",
    ),
    path(
        "verksamhetsplan/<yyyy:year>/uppfoljning/<slug:slug>/",
        follow_up_pages.follow_up_area,
        name="follow-up-area",
    ),
    path(
        "verksamhetsplan/<yyyy:year>/uppfoljning/avsnitt/<slug:slug>/",
        follow_up_pages.follow_up_section,
        name="follow-up-section",
    ),
    path("sok/", search_views.search, name="search"),
    path("forhandsgranskning/<slug:token>/", previews_views.preview, name="preview"),
    path("forhandsgranskning/<slug:token>/<path:path>", previews_views.preview, name="preview-page"),
    # Open data for programs.
    path("api/v1/", api_views.api, name="api"),
    path("api/v1/openapi.json", api_views.api_description, name="api-description"),
    path("api/v1/<path:slug>", api_views.api_dataset, name="api-dataset"),
    path("datasets/dcat", dcat_views.dcat, name="dcat"),
    path("", include("sodertorn.dataset_urls")),
    path("", include("sodertorn.machine_urls")),
    path("", include("calendar_app.urls")),
    path("", include("budget.urls")),
    path("konto/", include("sodertorn.account_urls")),
    path("admin/", admin.site.urls),
    path("", include("committee.urls")),
]
