"""A Wagtail site as it comes: a page that lists 20 child pages, to compare the portal's lists with.

Wagtail is installed from PyPI into a temporary folder, so this program uses nothing of the portal's.
`python wagtail_site.py` fills `DATA_DIR`; gunicorn serves `application`. Nothing is kept between requests:
that is how Wagtail comes.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

DATA = Path(os.environ["DATA_DIR"])
CHILDREN = 20
TEMPLATE = """{% load wagtailcore_tags %}<!DOCTYPE html>
<html lang="sv"><head><title>{{ page.title }}</title></head><body><h1>{{ page.title }}</h1><ul>
{% for child in page.get_children.live %}
<li><a href="{% pageurl child %}">{{ child.title }}</a></li>
{% endfor %}
</ul></body></html>
"""

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="only-for-benchmarks",
    ROOT_URLCONF=__name__,
    WAGTAIL_SITE_NAME="Jämförelse",
    WAGTAILADMIN_BASE_URL="http://127.0.0.1",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    STATIC_URL="/static/",
    INSTALLED_APPS=[
        "wagtail.contrib.redirects",
        "wagtail.sites",
        "wagtail.users",
        "wagtail.snippets",
        "wagtail.documents",
        "wagtail.images",
        "wagtail.search",
        "wagtail.admin",
        "wagtail",
        "modelcluster",
        "taggit",
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {"wagtailcore/page.html": TEMPLATE},
                    )
                ],
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
            },
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "wagtail.sqlite3",
            "CONN_MAX_AGE": 60,
        }
    },
)
urlpatterns: list[Any] = []
sys.modules[settings.ROOT_URLCONF] = sys.modules[__name__]
django.setup()

from wagtail import urls as wagtail_urls  # type: ignore[import-not-found]  # noqa: E402 - Django is ready

urlpatterns.append(path("", include(wagtail_urls)))


def fill() -> None:
    """A site whose first page has so many children. What Wagtail made by itself is taken away."""
    from django.core.management import call_command
    from wagtail.models import Page, Site  # type: ignore[import-not-found]

    call_command("migrate", verbosity=0)
    Page.objects.filter(depth=2).delete()
    home = Page.objects.get(depth=1).add_child(title="Möten", slug="moten")
    for number in range(CHILDREN):
        home.add_child(title=f"Möte {number}", slug=f"mote-{number}")
    Site.objects.all().delete()
    Site.objects.create(hostname="127.0.0.1", root_page=home, is_default_site=True)


if __name__ == "__main__":
    fill()
application: Callable[..., Any] = get_wsgi_application()
