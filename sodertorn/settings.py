"""Settings of the portal, read from the environment and `.env` (each variable is listed in the README)."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from sodertorn import databases, environment, kolada, logs
from sodertorn.account_settings import *  # noqa: F403 - settings are names in this module

BASE_DIR = Path(__file__).resolve().parent.parent
environment.read_file(BASE_DIR / ".env")
DATA_DIR = environment.folder("DATA_DIR", default="var", base=BASE_DIR)

DEBUG = environment.boolean("DEBUG", default=False)
SECRET_KEY = environment.secret_key(debug=DEBUG)
ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
HTTPS = environment.boolean("HTTPS", default=False)
SECOND_FACTOR_REQUIRED = environment.boolean("SECOND_FACTOR_REQUIRED", default=not DEBUG)
SINGLE_SIGN_ON = environment.single_sign_on()

INSTALLED_APPS = [
    "sodertorn",
    "committee",
    "budget",
    "calendar_app",
    "sodertorn.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    *(["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"] if SINGLE_SIGN_ON else []),
    "simple_history",
    "django_prose_editor",
]

MIDDLEWARE = [
    "sodertorn.running_request.note_route",
    "sodertorn.headers.keep_browsers_out",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sodertorn.upload_limit.limit_request_size",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sodertorn.second_factor.SecondFactorMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "sodertorn.publishing.keep_drafts_private",
    "sodertorn.rate_limits.RateLimits",
]

ROOT_URLCONF = "sodertorn.urls"
WSGI_APPLICATION = "sodertorn.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sodertorn.publishing.audience",
                "committee.pages.footer_pages",
                "sodertorn.meeting_view.for_meeting",
            ],
            "builtins": ["sodertorn.templatetags.swedish", "sodertorn.templatetags.fragments"],
        },
    }
]

DATABASE = environment.database("DATABASE_URL", default=DATA_DIR / "portal.sqlite3", base=BASE_DIR)
databases.tune(DATABASE, pool=environment.connections_in_pool("DATABASE_POOL"))
DATABASES = {"default": DATABASE}
REDIS_URL = environment.redis_url("REDIS_URL")
# Longer than any count of how often someone asks goes on, in seconds.
COUNTS_ARE_KEPT = 2 * 3600
RATE_LIMITS = environment.boolean("RATE_LIMITS", default=True)
CACHES: dict[str, dict[str, Any]]
if REDIS_URL:
    SHARED_CACHE = {"BACKEND": "sodertorn.caches.SharedCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "portal"}
    CACHES = {
        "default": SHARED_CACHE,
        "pages": SHARED_CACHE,
        "counts": {**SHARED_CACHE, "TIMEOUT": COUNTS_ARE_KEPT},
    }
else:
    CACHES = {
        # What is counted, such as attempts to sign in, must be the same for every process.
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"},
        "pages": {
            "BACKEND": "sodertorn.caches.NodeCache",
            "LOCATION": DATA_DIR / "pages",
            "OPTIONS": {"MAX_ENTRIES": 2000},
        },
        "counts": {
            "BACKEND": "sodertorn.caches.NodeCache",
            "LOCATION": DATA_DIR / "counts",
            "TIMEOUT": COUNTS_ARE_KEPT,
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        },
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [SINGLE_SIGN_ON]}} if SINGLE_SIGN_ON else {}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# Whose address is counted and shown: behind the proxy that terminates https, the one that the proxy saw.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0

EMAIL = environment.email("EMAIL_URL", debug=DEBUG)
CAN_SEND_EMAIL = bool(EMAIL)
globals().update(EMAIL)
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", default="webmaster@localhost")

LANGUAGE_CODE = "sv"
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

KOLADA_URL = environment.web_address("KOLADA_URL", default=kolada.ADDRESS)
# Where search looks: in OpenSearch, or in the portal's own database without an address.
SEARCH_URL = environment.service_address("SEARCH_URL", example="https://sok.example.se:9200")

STATIC_URL = "/static/"
STATIC_ROOT = environment.writable("DATA_DIR", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
# Documents, sent by a view that knows who may read them: never served as they lie.
MEDIA_ROOT = environment.writable("DATA_DIR", DATA_DIR / "media")
OBJECT_STORAGE = environment.object_storage("OBJECT_STORAGE_URL")
MAX_UPLOAD_SIZE = environment.megabytes("MAX_UPLOAD_MB", default=50)
MAX_REQUEST_SIZE = 5 * MAX_UPLOAD_SIZE
FILE_UPLOAD_HANDLERS = [
    "sodertorn.upload_limit.FileSizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "sodertorn.upload_limit.FileOnDisk",
]
# On the same disk as the documents, since a temporary folder may be in memory.
FILE_UPLOAD_TEMP_DIR = environment.writable("DATA_DIR", DATA_DIR / "incoming")
# Best on another disk than the data. The secret key that reads an encrypted backup is not kept here.
BACKUP_DIR = BASE_DIR / environment.text("BACKUP_DIR", default=str(DATA_DIR / "backup"))
BACKUP_RECIPIENT = environment.public_key("BACKUP_RECIPIENT")
STORAGES = {
    "default": (
        {"BACKEND": "sodertorn.object_storage.ObjectStorage", "OPTIONS": OBJECT_STORAGE}
        if OBJECT_STORAGE
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    # Names that carry a hash of the content, so browsers may keep a file for good. With DEBUG on, the plain
    # names.
    "staticfiles": {"BACKEND": "sodertorn.static_storage.JoinedStyleSheets"},
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# No script of the portal reads a cookie.
CSRF_COOKIE_HTTPONLY = True
if HTTPS:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True
    # A browser takes a cookie with such a name from this host only, and only over https.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whether other names under the same domain speak https too, or the domain may be preloaded, is not ours to
# promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# Errors are told in the log, and to whoever is to know of them; figures only to whoever has the token.
ADMIN_EMAIL = environment.email_address("ADMIN_EMAIL")
ADMINS = [("Drift", ADMIN_EMAIL)] if ADMIN_EMAIL else []
SERVER_EMAIL = DEFAULT_FROM_EMAIL
LOGGING = logs.for_portal(
    environment.log_format("LOG_FORMAT"), debug=DEBUG, mail=CAN_SEND_EMAIL and bool(ADMINS)
)
SENTRY_DSN = environment.service_address("SENTRY_DSN", example="https://nyckel@sentry.example.se/1")
METRICS_TOKEN = environment.token("METRICS_TOKEN")
