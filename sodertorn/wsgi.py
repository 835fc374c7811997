"""The WSGI application that gunicorn serves."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sodertorn.settings")

application: Any = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from sodertorn import health, logs, operations, page_cache, running_request  # noqa: E402 - Django is ready now

# Else each worker would load the views by itself with its first page, and keep a copy of them in its memory.
get_resolver().url_patterns  # noqa: B018 - reading it loads them

builder = application
"""Django itself, which builds every page anew."""

if not settings.DEBUG:  # a developer wants to see what a template has become
    application = page_cache.around(application)

views: dict[str, operations.View] = {"/healthz": health.alive, "/readyz": health.ready}
when_answered = [logs.log_failure]
if settings.METRICS_TOKEN:
    from sodertorn import metrics

    views["/metrics"] = metrics.metrics
    when_answered.append(metrics.count)
application = running_request.around(operations.around(application, views), when_answered)
