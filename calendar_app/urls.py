from django.urls import path
from django.views.decorators.http import require_safe

from calendar_app import feeds, views
from calendar_app.announcements_feed import AnnouncementFeed

app_name = "calendar_app"

urlpatterns = [
    # Pages, each with its events as files at the same address plus a suffix.
    path("kalender/", views.event_list, name="event-list"),
    path("kalender/kommande.<format:file_format>", views.event_list_file, name="event-list-file"),
    path("kalender/tidigare/", views.event_past, name="event-past"),
    path("kalender/tidigare.<format:file_format>", views.event_past_file, name="event-past-file"),
    path("kalender/<yyyy:year>/", views.event_year, name="event-year"),
    path("kalender/<yyyy:year>.<format:file_format>", views.event_period_file, name="event-year-file"),
    path("kalender/<yyyy:year>/affisch.pdf", views.event_year_poster, name="event-year-poster"),
    path("kalender/<yyyy:year>/v<dd:week>/", views.event_grid, name="event-week"),
    path(
        "kalender/<yyyy:year>/v<dd:week>.<format:file_format>",
        views.event_period_file,
        name="event-week-file",
    ),
    path("kalender/<yyyy:year>/<dd:month>/", views.event_grid, name="event-month"),
    path(
        "kalender/<yyyy:year>/<dd:month>.<format:file_format>",
        views.event_period_file,
        name="event-month-file",
    ),
    path("kalender/<yyyy:year>/<dd:month>/<dd:day>/<slug:slug>/", views.event_detail, name="event-detail"),
    path("kalender/<yyyy:year>/<dd:month>/<slug:slug>/", views.event_detail, name="event-month-detail"),
    # Calendars to subscribe to.
    path("kalender/prenumerera/", feeds.subscribe, name="subscribe"),
    path("kalender/andringar.atom", require_safe(AnnouncementFeed()), name="announcements"),
    path("kalender/kalender.ics", feeds.calendar_feed, name="calendar-feed"),
    path("kalender/organ/<slug:slug>.ics", feeds.body_feed, name="body-feed"),
    path("kalender/kommun/<slug:slug>.ics", feeds.municipality_feed, name="municipality-feed"),
    path("kalender/typ/<slug:slug>.ics", feeds.kind_feed, name="kind-feed"),
    path("kalender/<yyyy:year>/<dd:month>/<dd:day>/<slug:slug>.ics", feeds.event_feed, name="event-feed"),
    path("vardskap/", views.rotation_list, name="rotation-list"),
]
