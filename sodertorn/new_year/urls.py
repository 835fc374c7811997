"""Where the wizard's pages are, under the administration's address."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from sodertorn.new_year import views


def new_year_urls(site: AdminSite) -> list[URLPattern]:
    start = "nytt-verksamhetsar/"
    return [
        path(start, site.admin_view(views.choose), name="new-year"),
        path(f"{start}<int:year>/", site.admin_view(views.overview), name="new-year-steps"),
        path(f"{start}<int:year>/plan/", site.admin_view(views.plan), name="new-year-plan"),
        path(f"{start}<int:year>/vardskap/", site.admin_view(views.hosts), name="new-year-hosts"),
        path(f"{start}<int:year>/kalender/", site.admin_view(views.calendar), name="new-year-calendar"),
        path(f"{start}<int:year>/budget/", site.admin_view(views.budget), name="new-year-budget"),
    ]
