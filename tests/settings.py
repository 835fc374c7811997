"""The settings under test: the real ones, in a known environment instead of the developer's own `.env`.

Only what would make tests slow or leave files behind differs: quick password hashes, and static files that
are served from where they lie, so that no test needs `collectstatic`. `tests/browser` runs the whole
production stack.
"""

import os

os.environ.update(
    SECRET_KEY="only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    DEBUG="false",
    HTTPS="false",
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    DATA_DIR="var/test",
    MAX_UPLOAD_MB="",
    EMAIL_URL="consolemail://",
    SECOND_FACTOR_REQUIRED="false",  # tests/sodertorn/test_sign_in.py turns it on
    OIDC_SERVER_URL="",
    OIDC_CLIENT_ID="",
    OIDC_CLIENT_SECRET="",
    BACKUP_DIR="",
    BACKUP_RECIPIENT="",
    SEARCH_URL="",
    REDIS_URL="",
    DATABASE_POOL="",
    OBJECT_STORAGE_URL="",
    LOG_FORMAT="",
    ADMIN_EMAIL="",
    SENTRY_DSN="",
    METRICS_TOKEN="",
    RATE_LIMITS="false",  # tests/sodertorn/test_rate_limits.py turns them on
)
# Set by `python -m tests.services.postgresql`; never what a developer's `.env` says.
os.environ.setdefault("DATABASE_URL", "sqlite:///var/test/portal.sqlite3")

from sodertorn.databases import KEPT_SQLITE
from sodertorn.settings import *  # noqa: F403
from sodertorn.settings import CACHES, DATABASE

if DATABASE["ENGINE"] == KEPT_SQLITE:
    DATABASE["TEST"] = {"NAME": ":memory:"}  # Django's own name for it is not enough for parallel tests
CACHES["counts"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "counts"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
