"""What must be in the database besides the tables of the models, whenever it has been migrated."""

from typing import Any

from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.core.management import call_command

from sodertorn import generation, roles


def prepare(*, using: str, apps: Apps = installed_apps, **kwargs: Any) -> None:
    """Make the table where attempts to sign in are counted and the triggers that tell of changes, and bring
    the roles in step with the code.
    """
    call_command("createcachetable", database=using, verbosity=0)
    generation.install(using)
    try:
        apps.get_model("auth", "Permission")
    except LookupError:  # a migration that stopped before there were accounts
        return
    roles.update(using)
