"""The portal's gunicorn settings for other applications, which have no database that is ready or not."""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))
PORTAL = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
globals().update({name: value for name, value in PORTAL.items() if not name.startswith("_")})
del globals()["on_starting"], globals()["when_ready"]
