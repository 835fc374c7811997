"""Figures of how the portal is doing, in Prometheus' format, for whoever has the token. A leaf.

Imported only when METRICS_TOKEN is set. Every process writes to files of its own in a folder that
`gunicorn.conf.py` makes, and whichever is asked adds them up.
"""

import os
import time
from collections.abc import Iterator
from hmac import compare_digest
from http import HTTPStatus

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from sodertorn.operations import Answer
from sodertorn.running_request import KEPT, Environ, RunningRequest

_own = CollectorRegistry()
REQUESTS = Counter("portal_requests", "Requests answered.", ["route", "method", "status"], registry=_own)
SECONDS = Histogram(
    "portal_request_seconds",
    "Seconds from a request to the beginning of its answer.",
    ["route"],
    buckets=(0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0),
    registry=_own,
)
PAGES = Counter("portal_pages", "Requests by what the page cache did.", ["outcome"], registry=_own)
LACKING = Counter(
    "portal_unavailable", "Requests answered 503, by what was away.", ["lacking"], registry=_own
)
BACKUPS = "portalen-*.tar.gz*"
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
"""Told apart; any word can be sent as a method, and each would be a row for good."""


class BackupAge(Collector):
    """Looked up when asked for: nothing has to be counted."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        ages = backup_ages()
        if ages:
            yield GaugeMetricFamily(
                "portal_backup_age_seconds", "Seconds since the newest backup in BACKUP_DIR.", value=min(ages)
            )


_own.register(BackupAge())


def backup_ages() -> list[float]:
    """Seconds since each backup was made; none when there is none, or the folder can't be read."""
    try:
        return [time.time() - path.stat().st_mtime for path in settings.BACKUP_DIR.glob(BACKUPS)]
    except OSError:
        return []


def count(running: RunningRequest) -> None:
    """Count an answered request. A kept page is sent without looking up whose address it is."""
    route = running.route or ("kept" if running.page == KEPT else "none")
    method = running.method if running.method in METHODS else "other"
    REQUESTS.labels(route, method, running.status).inc()
    SECONDS.labels(route).observe(running.seconds)
    if running.page:
        PAGES.labels(running.page).inc()
    if running.lacking:
        LACKING.labels(running.lacking).inc()


def metrics(environ: Environ) -> Answer:
    """All figures, or 401 without the token."""
    given = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace")
    if not compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return Answer(HTTPStatus.UNAUTHORIZED, headers=[("WWW-Authenticate", "Bearer")])
    return Answer(HTTPStatus.OK, generate_latest(_all()), CONTENT_TYPE_LATEST)


def _all() -> CollectorRegistry:
    """The figures of every process under gunicorn, and else of this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return _own
    every = CollectorRegistry()
    MultiProcessCollector(every)
    every.register(BackupAge())
    return every
