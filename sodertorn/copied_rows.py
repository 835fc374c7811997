"""Rows copied from others of their kind: into next year's plan, or into a working copy. A leaf."""

from django.db import models


class Copied(models.Model):
    """A row that remembers what it was copied from: last year's row, or the published row it may replace."""

    origin = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="copies",
        verbose_name="kopierad från",
        null=True,
        blank=True,
        editable=False,
    )

    class Meta:
        abstract = True
