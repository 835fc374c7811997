from django.apps import AppConfig


class CommitteeConfig(AppConfig):
    """Who we are, what we want, how it goes."""

    name = "committee"
    verbose_name = "Samarbetet"
