"""The WSGI application that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sodertorn.settings")

application = get_wsgi_application()

if not settings.DEBUG:  # a developer wants to see what a template has become
    from sodertorn import page_cache

    application = page_cache.around(application)
