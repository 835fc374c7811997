from django.urls import path

from calendar_app import views

app_name = "calendar_app"

urlpatterns = [
    path("kalender/", views.event_list, name="event-list"),
    path("kalender/<yyyy:year>/", views.event_year, name="event-year"),
    path("kalender/<yyyy:year>/<dd:month>/<dd:day>/<slug:slug>/", views.event_detail, name="event-detail"),
    path("kalender/<yyyy:year>/<dd:month>/<slug:slug>/", views.event_detail, name="event-month-detail"),
    path("vardskap/", views.rotation_list, name="rotation-list"),
]
