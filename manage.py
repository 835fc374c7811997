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
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
