from django.contrib import admin
from django.urls import include, path

from sodertorn import converters, views

converters.register()

urlpatterns = [
    path("", views.start, name="start"),
    path("om/", views.about, name="about"),
    path("kontakt/", views.contact, name="contact"),
    path("verksamhetsplan/", views.plan_latest, name="plan-latest"),
    path("verksamhetsplan/<yyyy:year>/", views.plan_detail, name="plan-detail"),
    path("", include("committee.urls")),
    path("", include("calendar_app.urls")),
    path("", include("budget.urls")),
    path("konto/", include("sodertorn.account_urls")),
    path("admin/", admin.site.urls),
]
