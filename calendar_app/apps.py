from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """When and where we meet, and whose turn it is to host."""

    name = "calendar_app"
    verbose_name = "Kalender och värdskap"

    def ready(self) -> None:
        from calendar_app import revision

        revision.connect()
