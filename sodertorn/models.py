"""What the loaders remember about the rows they wrote."""

from django.contrib.contenttypes.models import ContentType
from django.db import models


class LoadedRow(models.Model):
    """A row written from a file, with the values it was given.

    A row whose values now differ from these has been edited by staff, and the loader leaves it alone.
    """

    key = models.CharField("nyckel i filen", max_length=400, unique=True)
    content_type = models.ForeignKey(ContentType, models.CASCADE, verbose_name="slag")
    object_id = models.PositiveBigIntegerField("rad")
    values = models.JSONField("inlästa värden")
    loaded_at = models.DateTimeField("inläst", auto_now=True)

    class Meta:
        verbose_name = "inläst rad"
        verbose_name_plural = "inlästa rader"
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
