from django.apps import AppConfig


class SodertornConfig(AppConfig):
    """The portal as a whole: what belongs to no single topic."""

    name = "sodertorn"
    verbose_name = "Portalen"
