"""The least that a Django site can be asked for: one view, one query, no middleware and no template."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="only-for-benchmarks",
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(os.environ["DATA_DIR"]) / "one_query.sqlite3",
            "CONN_MAX_AGE": 60,
        }
    },
)
django.setup()


def hello(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'hello'")
        return HttpResponse(cursor.fetchone()[0])


urlpatterns = [path("", hello)]
application: Callable[..., Any] = get_wsgi_application()
sys.modules[settings.ROOT_URLCONF] = sys.modules[__name__]
