"""The portal's gunicorn settings for other applications, which have no database that is ready or not."""

import runpy
from pathlib import Path

PORTAL = runpy.run_path(str(Path(__file__).resolve().parents[2] / "gunicorn.conf.py"))
globals().update({name: value for name, value in PORTAL.items() if not name.startswith("_")})
del globals()["on_starting"], globals()["when_ready"]
