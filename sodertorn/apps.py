from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate


class SodertornConfig(AppConfig):
    """The portal as a whole: what belongs to no single topic."""

    default = True
    name = "sodertorn"
    verbose_name = "Portalen"

    def ready(self) -> None:
        # Imported here: the models must be loaded first.
        from sodertorn import after_migrate, search_index, search_tables, tracking

        if settings.SENTRY_DSN:
            from sodertorn import error_reports

            error_reports.start(settings.SENTRY_DSN)
        tracking.connect()
        search_index.connect()
        post_migrate.connect(after_migrate.prepare, sender=self)
        post_migrate.connect(search_tables.prepare, sender=self)


class BackOfficeConfig(admin_apps.AdminConfig):
    """Django's administration, with its start page in the office's order."""

    default = False
    default_site = "sodertorn.back_office_site.BackOfficeSite"

    def ready(self) -> None:
        """Find every app's administration, and then put people and roles there in our own way."""
        super().ready()
        from sodertorn import people_admin, working_copies_admin

        people_admin.register()
        working_copies_admin.register()
