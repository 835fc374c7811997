from django.contrib import admin
from django.urls import include, path

from sodertorn import converters, plan_comparison_views, previews_views, views

converters.register()

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
    path("forhandsgranskning/<slug:token>/", previews_views.preview, name="preview"),
    path("forhandsgranskning/<slug:token>/<path:path>", previews_views.preview, name="preview-page"),
    path("", include("calendar_app.urls")),
    path("", include("budget.urls")),
    path("konto/", include("sodertorn.account_urls")),
    path("admin/", admin.site.urls),
    path("", include("committee.urls")),
]
