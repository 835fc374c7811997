"""How gunicorn serves the portal, from `manage.py serve` and from a service unit alike.

gunicorn reads this file by itself, so `gunicorn` in the project's folder is the whole command.
"""

from pathlib import Path

from sodertorn import environment

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
graceful_timeout = 10
# The heartbeat file of a worker must not wait for a disk; the usual temporary folder is on one.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - not a guessable file, only the folder
# Addresses that people visit are not collected. Errors go to standard error.
accesslog = None
loglevel = "warning"
# No remote control: the service is steered with signals.
control_socket_disable = True
