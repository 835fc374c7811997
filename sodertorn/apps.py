from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class SodertornConfig(AppConfig):
    """The portal as a whole: what belongs to no single topic."""

    default = True
    name = "sodertorn"
    verbose_name = "Portalen"

    def ready(self) -> None:
        # Imported here: the models must be loaded first.
        from sodertorn import tracking

        tracking.connect()


class BackOfficeConfig(admin_apps.AdminConfig):
    """Django's administration, with its start page in the office's order."""

    default = False
    default_site = "sodertorn.back_office_site.BackOfficeSite"
