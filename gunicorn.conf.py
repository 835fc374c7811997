"""How gunicorn serves the portal, from `manage.py serve` and from a service unit alike.

gunicorn reads this file by itself, so `gunicorn` in the project's folder is the whole command.
"""

import contextlib
import ctypes
import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from sodertorn import environment, logs

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""As malloc.h of the GNU C library has them."""
with contextlib.suppress(OSError, AttributeError):  # another C library
    # Memory for building and compressing a page is given back at once, and taken from one place by all
    # threads: two workers take 30 MB less.
    mallopt = ctypes.CDLL(None).mallopt
    mallopt(M_ARENA_MAX, 1)
    mallopt(M_MMAP_THRESHOLD, 128 * 1024)
    mallopt(M_TRIM_THRESHOLD, 128 * 1024)

environment.read_file(Path(__file__).resolve().parent / ".env")

wsgi_app = "sodertorn.wsgi:application"
bind = f"127.0.0.1:{environment.port()}"
workers = 2
worker_class = "gthread"
threads = 4
# The application is loaded once, before the workers are started: a wrong setting then stops the start with
# its own line, instead of one worker after the other failing, and the workers share the memory.
preload_app = True
timeout = 30
# As much as nginx lets through, in bytes, so that the portal itself says what is wrong with a long question.
limit_request_line = 8190
# Told to stop, it takes no more requests and finishes those that it has; a large upload is given its time.
graceful_timeout = 30
# The heartbeat file of a worker must not wait for a disk; the usual temporary folder is on one.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - not a guessable file, only the folder
# Addresses that people visit are not collected. Errors go to standard error.
accesslog = None
loglevel = "warning"
logconfig_dict = logs.for_gunicorn(environment.log_format("LOG_FORMAT"))
# No remote control: the service is steered with signals.
control_socket_disable = True

METRICS = "PROMETHEUS_MULTIPROC_DIR"
if environment.token("METRICS_TOKEN") and METRICS not in os.environ:
    # Where each process counts, in memory if there is such a folder. Set before the application is loaded.
    os.environ[METRICS] = tempfile.mkdtemp(prefix="portal-metrics-", dir=worker_tmp_dir)


def on_starting(server: Any) -> None:
    """A database that is away or not migrated stops the start, instead of every page failing."""
    from sodertorn import start_checks  # the application is loaded by now

    start_checks.stop_unless_ready()


def when_ready(server: Any) -> None:
    """What is loaded stays: unless each worker's search for garbage touches it, they share its memory."""
    from sodertorn import warm_up, wsgi

    warm_up.build_pages(wsgi.builder)
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    """What a worker counted still counts; what it was just doing does not."""
    if METRICS in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    if METRICS in os.environ:
        shutil.rmtree(os.environ[METRICS], ignore_errors=True)
