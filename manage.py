#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sodertorn.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError:
        raise SystemExit(
            "Django saknas i den här Pythonmiljön. Kör make run, eller .venv/bin/python manage.py."
        ) from None
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        from sodertorn import start_checks

        raise SystemExit(start_checks.line_about(error)) from None


if __name__ == "__main__":
    main()
